"""What enquiries of buyers have to say in “Today” of the offices: enterprises that do not answer."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext

from levante.directory.api import SupplierEnquiry
from levante.kernel.api import Actor, today
from levante.web.access import may_open
from levante.web.worklist import Item, first_of, others


def my_turn(actor: Actor) -> Iterable[Item]:
    """One's own that were passed and whose enterprise is late. New ones are in the requests, as every other. One query."""
    if actor.user_id is None or not may_open(actor, "desk:supplier_enquiry"):
        return
    rows = SupplierEnquiry.objects.visible_to(actor).filter(case__owner_id=actor.user_id, answered_at__isnull=True)
    rows = rows.late().filter(answer_by__lt=today()).select_related("case", "profile__enterprise")
    found, left = first_of(rows.order_by("answer_by", "pk"))
    for row in found:
        yield Item(
            f"{row.case.number} · {row.profile.enterprise.name}",
            reverse("desk:supplier_enquiry", args=[row.pk]),
            gettext("enquiry of a buyer"),
            gettext("the enterprise has not answered: ask it, or answer yourself"),
            due=row.answer_by,
            tone="late",
        )
    yield from others(left, reverse("desk:supplier_enquiries"), gettext("enquiry of a buyer"), late=left)
