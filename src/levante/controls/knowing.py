"""Who is asked knows of it: the request to pay back or the notice of a revocation was delivered, or its enterprise answered it.

A term runs from receipt, and nobody is late of what never arrived.
"""

from django.db.models import Exists, OuterRef, Q, QuerySet

from levante.controls import states
from levante.controls.models import Incoming, InstalmentPlan, Recovery, Revocation, RevocationPaper
from levante.letters.api import Letter

REQUEST, NOTICE = "recovery_request", "revocation_notice"


def request_not_known() -> Q:
    """Of recoveries: those whose request nobody is known to have received."""
    letters = _delivered(Recovery, REQUEST)
    plans = InstalmentPlan.objects.filter(recovery=OuterRef("pk"))
    paid = Incoming.objects.filter(recovery=OuterRef("pk")).exclude(source=states.SET_OFF)
    return ~Q(Exists(letters.order_by()) | Exists(plans.order_by()) | Exists(paid.order_by()))


def notice_not_known() -> Q:
    """Of revocations: those whose notice nobody is known to have received. What the enterprise began itself needs none."""
    papers = RevocationPaper.objects.filter(revocation=OuterRef("pk"))
    return Q(by_enterprise=False) & ~Q(Exists(_delivered(Revocation, NOTICE).order_by()) | Exists(papers.order_by()))


def _delivered(of: type[Recovery | Revocation], kind: str) -> QuerySet[Letter]:
    return Letter.objects.filter(
        subject_type=of._meta.label, subject_id=OuterRef("pk"), kind=kind, delivered_at__isnull=False
    )
