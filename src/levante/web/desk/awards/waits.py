"""What an award in effect waits for of the office, on the page of its act and on that of its money."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext, gettext_noop

from levante.claims.api import Claim, Variation, plans_to_reduce, to_redetermine
from levante.controls.api import BARRING, Revocation, barrings
from levante.grants.api import Award
from levante.kernel.api import Actor
from levante.kernel.pure import format_euro


@dataclass(frozen=True, slots=True)
class Wait:
    """What is to be done, why, and where."""

    text: str
    link: str
    address: str


_LESS = gettext_noop(
    "Less was earned than is awarded: %(earned)s of %(awarded)s. Aid and commitment stay too high until an act says so."
)
_LOWER = gettext_noop(
    "Variation %(number)s was approved: its plan leaves %(left)s of %(awarded)s. Claims reach no more, and aid and commitment "
    "stay too high until the act of reduction has effect."
)
_BARRED = gettext_noop(
    "Barring anti-mafia information no. %(number)s: the award, or what was paid of it, was under a resolutive condition "
    "(art. 92(3) D.Lgs. 159/2011)."
)
_BARRED_SINCE = gettext_noop(
    "Barring anti-mafia information no. %(number)s, come after the award: the office weighs it (artt. 92(4) and 94 D.Lgs. 159/2011)."
)


def waits_of(actor: Actor, awards: Iterable[Award], language: str) -> dict[int, list[Wait]]:
    """What each of these awards waits for, by its key; of most, nothing."""
    keys = [one.pk for one in awards if one.state == "effective"]
    if not keys:
        return {}
    found: dict[int, list[Wait]] = {}
    revoking = Revocation.objects.standing().order_by().values("award")
    rows = to_redetermine(Claim.objects.visible_to(actor).filter(award__in=keys)).exclude(award__in=revoking)
    fields = ("pk", "award", "award__amount", "earned_sum")
    for pk, award, awarded, earned in rows.order_by("pk").values_list(*fields):
        told = {"earned": format_euro(earned, language), "awarded": format_euro(awarded, language)}
        address = f"{reverse('desk:claim', args=[pk])}#less"
        found.setdefault(award, []).append(Wait(gettext(_LESS) % told, gettext("Bring the award down"), address))
    lower = plans_to_reduce(Variation.objects.visible_to(actor).filter(award__in=keys)).order_by("pk")
    for pk, award, number, left, awarded in lower.values_list(
        "pk", "award", "register_number", "amount_after", "award__amount"
    ):
        told = {"number": number, "left": format_euro(left, language), "awarded": format_euro(awarded, language)}
        address = reverse("desk:variation", args=[pk])
        found.setdefault(award, []).append(Wait(gettext(_LOWER) % told, gettext("Bring the award down"), address))
    for one in barrings(actor, keys):
        told = {"number": one.paper.number}
        address = f"{reverse('desk:revocation_new', args=[one.award.pk])}?reason={BARRING}"
        why = gettext(_BARRED if one.conditional else _BARRED_SINCE) % told
        found.setdefault(one.award.pk, []).append(Wait(why, gettext("Begin the revocation"), address))
    return found
