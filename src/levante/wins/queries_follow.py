"""What the desk reads of the questions asked after initiatives."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Min, Q, QuerySet

from levante.initiatives.api import Initiative
from levante.kernel.api import Actor, today
from levante.wins import states
from levante.wins.models import FollowUp

#: An office looks at who has not answered in the last days of a question.
LAST_DAYS = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Answers:
    """How many questions there are, answered, still open, closed without an answer."""

    asked: int
    answered: int
    open: int
    closed: int


def answers_of(rows: "QuerySet[FollowUp]") -> Answers:
    """One query. Figures of the answers are not summed: a later answer of an enterprise tells the earlier one again."""
    found: dict[str, Any] = rows.order_by().aggregate(
        asked=Count("pk"),
        answered=Count("pk", filter=Q(state=states.F_ANSWERED)),
        open=Count("pk", filter=Q(state=states.F_OPEN)),
        closed=Count("pk", filter=Q(state=states.F_CLOSED)),
    )
    return Answers(**found)


def asked_about(actor: Actor) -> "QuerySet[Initiative]":
    """The initiatives of which the actor sees a question, the last first."""
    asked = FollowUp.objects.visible_to(actor).order_by().values("initiative_id")
    return Initiative.objects.filter(pk__in=asked).order_by("-ends_on", "code")


@dataclass(frozen=True, slots=True)
class Silent:
    """Of an initiative, the enterprises that were reminded and have few days left to answer."""

    code: str
    title_it: str
    title_en: str
    enterprises: int
    until: date


def about_to_close(actor: Actor, *, most: int) -> list[Silent]:
    """Of the initiatives that the actor's offices lead, the nearest day first. One query."""
    day = today()
    rows = FollowUp.objects.visible_to(actor).filter(
        state=states.F_OPEN, reminded_on__isnull=False, answer_by__range=(day, day + LAST_DAYS),
        initiative__lead_office__code__in=actor.offices,
    )  # fmt: skip
    names = ("initiative__code", "initiative__title_it", "initiative__title_en")
    found = rows.order_by().values_list(*names).annotate(firms=Count("pk"), until=Min("answer_by"))
    return [Silent(*row) for row in found.order_by("until", "initiative__code")[:most]]
