"""Corrections and mandates that wait for an office, and what the business register says otherwise, for “Today”."""

from collections.abc import Iterable

from django.db.models import Min
from django.urls import reverse
from django.utils.translation import gettext

from levante.kernel.api import PARTY_KINDS, Actor
from levante.parties.api import KEEPERS, Correction, Enterprise, Mandate, RegisterDifference
from levante.web.worklist import LIMIT, Item, first_of, others


def my_turn(actor: Actor) -> Iterable[Item]:
    """The oldest first, whoever of the Section takes them. Three queries, one more for each kind of which there are many."""
    if not actor.in_section(*KEEPERS):
        return
    corrections = Correction.objects.visible_to(actor).filter(state=Correction.PROPOSED).select_related(*PARTY_KINDS)
    rows, left = first_of(corrections.order_by("id"))
    kind = gettext("correction")
    for row in rows:
        title = gettext("Correction of %(name)s") % {"name": row.holder.name}
        yield Item(title, reverse("desk:correction", args=[row.pk]), kind, at=row.proposed_at, shared=True)
    yield from others(left, reverse("desk:corrections"), kind, shared=True)
    waiting = Mandate.objects.visible_to(actor).filter(state=Mandate.REQUESTED).select_related("user", *PARTY_KINDS)
    mandates, left = first_of(waiting.order_by("id"))
    kind, address = gettext("mandate"), reverse("desk:mandates")
    for mandate in mandates:
        named = {"person": mandate.user, "name": mandate.holder.name}
        title = gettext("%(person)s asks to act for %(name)s") % named
        yield Item(title, address, kind, at=mandate.requested_at, shared=True)
    yield from others(left, address, kind, shared=True)
    seen = RegisterDifference.objects.filter(decided_at=None).exclude(enterprise__status=Enterprise.MERGED)
    firms = seen.values_list("enterprise", "enterprise__name").annotate(at=Min("found_at")).order_by("at", "enterprise")
    found = list(firms[: LIMIT + 1])
    kind = gettext("register import")
    for pk, name, at in found[:LIMIT]:
        title = gettext("The business register says otherwise of %(name)s") % {"name": name}
        yield Item(title, reverse("desk:enterprise", args=[pk]), kind, at=at, shared=True)
    left = firms.count() - LIMIT if len(found) > LIMIT else 0
    yield from others(left, reverse("desk:enterprises"), kind, shared=True)
