"""What fairs have to say in “Today” of a buyer."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import get_language, gettext

from levante.controls.api import Due
from levante.initiatives.api import BuyerInterest, open_to_buyers, states
from levante.kernel.api import Actor, today
from levante.kernel.pure import format_euro, reads_english
from levante.parties.api import Buyer
from levante.web.worklist import LIMIT, Item


def my_turn(actor: Actor) -> Iterable[Item]:
    """What a hosted buyer owes back. One query."""
    if actor.buyer_id is None:
        return
    english = reads_english(get_language())
    rows = Due.objects.visible_to(actor).filter(buyer_id=actor.buyer_id, state="due").select_related("initiative")
    for row in rows.order_by("due_on", "pk")[:LIMIT]:
        yield Item(
            gettext("Give back a part of what was paid for you"),
            reverse("partner:fair_travel", args=[row.initiative.code]),
            gettext("fair"),
            f"{format_euro(row.left, 'en' if english else 'it')}, {row.initiative.title_en if english else row.initiative.title_it}",
            due=row.due_on,
            tone="late" if row.due_on < today() else "waiting",
        )


def moved(actor: Actor, since: datetime) -> Iterable[Item]:
    english = reads_english(get_language())
    if actor.buyer_id is None:
        return
    rows = BuyerInterest.objects.filter(buyer_id=actor.buyer_id, expressed_at__gt=since, state=states.EXPRESSED)
    for row in rows.select_related("initiative").order_by("-expressed_at")[:10]:
        yield Item(
            row.initiative.title_en if english else row.initiative.title_it,
            reverse("partner:fair", args=[row.initiative.code]),
            gettext("fair"),
            gettext("you asked to take part"),
            at=row.expressed_at,
            tone="done",
        )


def suggestions(actor: Actor) -> Iterable[Item]:
    """The next initiative of the buyer's sectors that it has not answered yet. Two queries and one more."""
    if actor.buyer_id is None:
        return
    english = reads_english(get_language())
    done = BuyerInterest.objects.filter(buyer_id=actor.buyer_id).values("initiative_id")
    wanted = Buyer.objects.filter(pk=actor.buyer_id).values_list("sectors", flat=True).first() or []
    rows = open_to_buyers(on=today()).exclude(pk__in=done)
    row = rows.filter(sectors__code__in=wanted).distinct().first()
    if row is not None:
        yield Item(
            row.title_en if english else row.title_it,
            reverse("partner:fair", args=[row.code]),
            gettext("fair"),
            gettext("You can ask to take part until it begins."),
            due=row.starts_on,
            rank=30,
        )
