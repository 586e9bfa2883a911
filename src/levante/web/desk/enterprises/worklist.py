"""Corrections and mandates that wait for an office, for “Today”."""

from django.db.models import Min
from django.urls import reverse
from django.utils.translation import gettext

from levante.kernel.api import PARTY_KINDS, Actor
from levante.parties.api import KEEPERS, Correction, Enterprise, Mandate, RegisterDifference
from levante.web.worklist import Item


def my_turn(actor: Actor) -> list[Item]:
    if not actor.in_section(*KEEPERS):
        return []
    items = []
    rows = Correction.objects.visible_to(actor).filter(state=Correction.PROPOSED).select_related(*PARTY_KINDS)
    for row in rows.order_by("id")[:20]:
        items.append(
            Item(
                title=gettext("Correction of %(name)s") % {"name": row.holder.name},
                url=reverse("desk:correction", args=[row.pk]),
                kind=gettext("correction"),
                at=row.proposed_at,
            )
        )
    waiting = Mandate.objects.visible_to(actor).filter(state=Mandate.REQUESTED).select_related("user", *PARTY_KINDS)
    for mandate in waiting.order_by("id")[:20]:
        items.append(
            Item(
                title=gettext("%(person)s asks to act for %(name)s")
                % {"person": mandate.user, "name": mandate.holder.name},
                url=reverse("desk:mandates"),
                kind=gettext("mandate"),
                at=mandate.requested_at,
            )
        )
    seen = RegisterDifference.objects.filter(decided_at=None).exclude(enterprise__status=Enterprise.MERGED)
    for pk, name, at in (
        seen.values_list("enterprise", "enterprise__name")
        .annotate(at=Min("found_at"))
        .order_by("at", "enterprise")[:20]
    ):
        items.append(
            Item(
                title=gettext("The business register says otherwise of %(name)s") % {"name": name},
                url=reverse("desk:enterprise", args=[pk]),
                kind=gettext("register import"),
                at=at,
            )
        )
    return items
