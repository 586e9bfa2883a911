"""What results have to say in “Today” of the offices: those told and not checked, those late."""

from collections.abc import Iterable

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from levante.claims.api import ResultReport, result_states, waiting_results
from levante.identity.api import roles
from levante.kernel.api import Actor
from levante.web.worklist import Item

EXAMINERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.AGENCY_STAFF)


def my_turn(actor: Actor) -> Iterable[Item]:
    """One line that says how many are to be checked and how many are late: together, as their page lists them, with the
    first day by which one was to be told. One query."""
    if not actor.has_role(*EXAMINERS):
        return
    rows = ResultReport.objects.visible_to(actor).filter(waiting_results(), claim__sent_at__isnull=False).order_by()
    found = rows.aggregate(
        all=Count("pk"),
        told=Count("pk", filter=Q(state=result_states.SENT)),
        due=Min("due_on", filter=~Q(state=result_states.SENT)),
    )
    late = found["all"] - found["told"]
    parts = []
    if found["told"]:
        text = ngettext("%(count)d report to check", "%(count)d reports to check", found["told"])
        parts.append(text % {"count": found["told"]})
    if late:
        text = ngettext("%(count)d report is late", "%(count)d reports are late", late)
        parts.append(text % {"count": late})
    if parts:
        yield Item(
            gettext("Results of projects"),
            reverse("desk:results"),
            gettext("results"),
            ", ".join(parts),
            due=found["due"],
            rank=40,
            shared=True,
            count=found["all"],
            late=late,
        )
