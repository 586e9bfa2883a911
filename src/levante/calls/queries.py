"""What is asked about calls: which are open, coming and closed, and what is left of their money."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Max, Prefetch, Q, QuerySet

from levante.calls.exclusions import rules_for
from levante.calls.forms.model import Form
from levante.calls.forms.parsing import form_for
from levante.calls.models import Call, FormVersion, Opening
from levante.calls.phases import CLOSED, COMING, HIDDEN, OPEN, Phase
from levante.identity.api import Office, body_of
from levante.kernel.api import Actor, day_of, now
from levante.parties.api import answering, forgiving

#: The order in which the openings of a call matter to who reads it.
_FIRST = {OPEN: 0, "suspended": 1, "exhausted": 2, COMING: 3, CLOSED: 4, HIDDEN: 5}


@dataclass(slots=True)
class CallCard:
    """A call as a list shows it: the opening that matters now, and its phase."""

    call: Call
    opening: Opening | None
    phase: Phase | None
    can_start: bool = False


@dataclass(slots=True)
class CallList:
    """Every public call by what it is now; ``planned`` are announced and not yet published."""

    open: list[CallCard] = field(default_factory=list)
    coming: list[CallCard] = field(default_factory=list)
    closed: list[CallCard] = field(default_factory=list)
    planned: list[Call] = field(default_factory=list)
    planned_on: datetime | None = None  # when what is planned was last changed


def with_openings(calls: "QuerySet[Call]") -> "QuerySet[Call]":
    openings = Opening.objects.select_related("call").order_by("opens_at", "id")
    return calls.select_related("office", "direction", "fund__period").prefetch_related(
        Prefetch("openings", openings), "sectors"
    )


def card_of(call: Call, instant: datetime) -> CallCard:
    """The opening that matters at an instant: the open one, else the next, else the last."""
    phased = [(opening, opening.phase(instant)) for opening in call.openings.all()]
    if not phased:
        return CallCard(call, None, None)

    def rank(item: tuple[Opening, Phase]) -> tuple[int, float]:
        opening, phase = item
        time = opening.opens_at.timestamp()
        return (_FIRST[phase.code], time if phase.code in {OPEN, COMING} else -time)

    opening, phase = min(phased, key=rank)
    return CallCard(call, opening, phase, opening.takes_drafts(instant))


def list_calls(*, instant: datetime, sector: str = "", text: str = "") -> CallList:
    """The public calls by phase (open ones by closing, closed ones from the latest), and the planned ones by date."""
    wanted = Q()
    if sector:
        wanted &= Q(sectors__code=sector) | Q(sectors__isnull=True)
    if text:
        named = forgiving(
            lambda loose: answering(Call.objects.all(), text, "title_it", "title_en", "code", loose=loose)
        )
        wanted &= Q(pk__in=named.values("pk"))
    planned = Call.objects.announced().filter(wanted).distinct().order_by("planned_from", "code")
    found = CallList(planned=list(planned))
    if found.planned:
        found.planned_on = Call.objects.announced().aggregate(on=Max("revisions__at"))["on"]
    for call in with_openings(Call.objects.public().filter(wanted)).distinct().order_by("-published_at", "code"):
        card = card_of(call, instant)
        code = card.phase.code if card.phase else CLOSED
        {OPEN: found.open, COMING: found.coming}.get(code, found.closed).append(card)
    far = datetime.max.replace(tzinfo=instant.tzinfo)
    found.open.sort(key=lambda card: (card.opening and card.opening.closes_at) or far)
    found.coming.sort(key=lambda card: card.opening.opens_at if card.opening else far)
    return found


def openings_open_on(instant: datetime, *, actor: Actor) -> "QuerySet[Opening]":
    """The openings that take applications now, with their calls."""
    return Opening.objects.visible_to(actor).open_on(instant).select_related("call__office").order_by("closes_at", "id")


def form_of(version: FormVersion) -> Form:
    """The form of a version. A locked definition is read once per process (defer it in the query, then)."""
    return form_for(version.checksum, lambda: version.definition)


def budget_left(opening: Opening, requested: Iterable[Decimal]) -> Decimal:
    """What is left of an opening's money after what was asked; never below zero."""
    return max(Decimal("0.00"), opening.budget - sum(requested, Decimal("0.00")))


def letter_of(call: Call, kind: str) -> dict[str, Any] | None:
    """What the call says in a letter of a kind instead of the house's template: ``{subject?: {it, en}, body: {it, en}}``."""
    found: dict[str, Any] | None = call.templates["letters"].get(kind)
    return found


def act_words(call: Call, kind: str) -> dict[str, list[str]]:
    """What the call adds to an act of a kind (``schema.judging.ACTS``): ``{recitals, provisions}``, in Italian, as acts are."""
    own = call.templates["acts"].get(kind, {})
    return {part: [row["it"] for row in own.get(part, ())] for part in ("recitals", "provisions")}


def heading_of(call: Call) -> list[str]:
    """Whose act it is, a line each: the Region and its Section, or the agency that manages the call; then the part of either."""
    body = body_of(call.office)
    region = [call.programme.region_it] if body.kind == Office.SECTION else []
    return [*region, body.name_it, *([call.office.name_it] if call.office_id != body.pk else [])]


def requirements_of(call: Call) -> list[Mapping[str, Any]]:
    """What a call requires: its own rules, and what the grounds of exclusion it names become on the day it first opens."""
    if not call.exclusions:
        return list(call.eligibility)
    first = min((opening.opens_at for opening in call.openings.all()), default=call.published_at or now())
    return [*call.eligibility, *rules_for(call.exclusions, on=day_of(first))]
