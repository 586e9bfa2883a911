"""What the public profile has to say in “Today” of an enterprise."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext

from levante.directory.api import SupplierEnquiry
from levante.kernel.api import Actor, today
from levante.web.worklist import LIMIT, Item


def my_turn(actor: Actor) -> Iterable[Item]:
    """Buyers who wait for an answer. One query."""
    rows = SupplierEnquiry.objects.for_firm(actor.enterprise_id or 0).select_related("case", "profile__enterprise")
    for row in rows.order_by("answer_by", "pk")[:LIMIT]:
        yield Item(
            f"{row.case.number} · {row.case.subject}",
            reverse("portal:supplier_enquiry", args=[row.pk]),
            gettext("enquiry of a buyer"),
            gettext("a buyer waits for your answer"),
            due=row.answer_by,
            tone="late" if row.answer_by < today() else "waiting",
        )
