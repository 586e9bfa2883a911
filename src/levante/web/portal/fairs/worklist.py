"""What fairs have to say in “Today” of the enterprise."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import get_language, gettext

from levante.initiatives.api import ExpressionOfInterest, open_to_interest, states
from levante.kernel.api import Actor
from levante.kernel.pure import reads_english
from levante.participations.api import details_until, waiting_for_firm
from levante.participations.api import states as places
from levante.parties.api import Enterprise
from levante.web.worklist import LIMIT, Item


def moved(actor: Actor, since: datetime) -> Iterable[Item]:
    english = reads_english(get_language())
    rows = ExpressionOfInterest.objects.visible_to(actor).filter(
        enterprise_id=actor.enterprise_id, registered_at__gt=since
    )
    for row in rows.select_related("initiative").order_by("-registered_at")[:10]:
        yield Item(
            row.initiative.title_en if english else row.initiative.title_it,
            reverse("portal:fair", args=[row.initiative.code]),
            gettext("fair"),
            gettext("interest registered"),
            at=row.registered_at,
            tone=states.INTEREST_TONES[row.state],
        )


def my_turn(actor: Actor) -> Iterable[Item]:
    """Places to accept, to pay, to tell the details of. One query."""
    english = reads_english(get_language())
    for row in waiting_for_firm(actor)[:LIMIT]:
        initiative = row.selection.initiative
        offered = row.state == places.OFFERED
        if offered and row.accepted_at is None:
            why = gettext("you have a place: accept it")
        elif offered:
            why = gettext("pay the quota of your place")
        else:
            why = gettext("say what the stand and the catalogue need")
        yield Item(
            initiative.title_en if english else initiative.title_it,
            reverse("portal:fair", args=[initiative.code]),
            gettext("fair"),
            why,
            due=row.answer_by if offered else details_until(row),
        )


def suggestions(actor: Actor) -> Iterable[Item]:
    """The next initiative of the enterprise's sectors that closes and that it has not answered yet. Two queries."""
    english = reads_english(get_language())
    done = ExpressionOfInterest.objects.filter(enterprise_id=actor.enterprise_id).values("initiative_id")
    mine = Enterprise.objects.filter(pk=actor.enterprise_id).values_list("sectors", flat=True).first() or []
    row = open_to_interest().filter(sectors__code__in=mine).exclude(pk__in=done).distinct().first()
    if row is not None:
        yield Item(
            row.title_en if english else row.title_it,
            reverse("portal:fair", args=[row.code]),
            gettext("fair"),
            gettext("you can express your interest until the term"),
            due=row.closes_at,
            rank=40,
        )
