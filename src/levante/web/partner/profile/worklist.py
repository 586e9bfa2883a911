"""What the profile has to say in “Today” of a buyer or an investor."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from levante.kernel.api import BUYER, Actor
from levante.parties.api import Buyer, Correction, Investor
from levante.web.worklist import Item


def my_turn(actor: Actor) -> Iterable[Item]:
    """What the profile does not say yet, for who may propose it. Two queries at most."""
    if actor.party is None or "correct" not in actor.scopes:
        return
    model: Any = Buyer if actor.party.kind == BUYER else Investor
    row = model.objects.filter(pk=actor.party.id).first()
    waiting = Correction.objects.visible_to(actor).filter(state=Correction.PROPOSED)
    if row is not None and not (row.looking_for and row.sectors) and not waiting.exists():
        yield Item(
            gettext("Say what you are looking for"),
            reverse("partner:profile_correct"),
            gettext("profile"),
            gettext("The offices and, at meetings, the enterprises read it to find who suits you."),
            rank=40,
        )


def moved(actor: Actor, since: datetime) -> Iterable[Item]:
    """Corrections decided."""
    rows = Correction.objects.visible_to(actor).filter(
        decided_at__gt=since, state__in=[Correction.ACCEPTED, Correction.REFUSED]
    )
    for row in rows.order_by("-decided_at")[:10]:
        accepted = row.state == Correction.ACCEPTED
        yield Item(
            gettext("Your correction of the profile"),
            reverse("partner:profile"),
            gettext("profile"),
            gettext("accepted") if accepted else row.decision_reason,
            at=row.decided_at,
            tone="done" if accepted else "refused",
        )
