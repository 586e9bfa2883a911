"""From answers to a result: points by dimension, a band, and three actions tied to what is open now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from levante.competences.questionnaire import Advice, Band, Questionnaire
from levante.kernel.pure import Bilingual

#: The tie of what is offered as help; the others are the questionnaire's.
SUPPORT = "support"
#: Ties of what strengthens some dimensions and not others: the money of a fair is no help to who needs a person's time.
OF_A_DIMENSION = frozenset({SUPPORT, "calls"})
#: How many actions a result gives.
ACTIONS = 3


class Incomplete(ValueError):
    """Some questions have no answer, or one that is not among the options: ``missing`` holds their codes."""

    def __init__(self, missing: list[str]) -> None:
        super().__init__(", ".join(missing))
        self.missing = missing


class OtherVersion(ValueError):
    """Two results of different versions (or questionnaires) are not compared: the questions were not the same."""


@dataclass(frozen=True, slots=True)
class Score:
    """Points of a dimension out of the most it can give."""

    dimension: str
    name: Bilingual
    points: int
    most: int

    @property
    def percent(self) -> int:
        return self.points * 100 // self.most


@dataclass(frozen=True, slots=True)
class Result:
    questionnaire: str
    version: int
    points: int
    most: int
    band: Band
    scores: tuple[Score, ...]

    @property
    def percent(self) -> int:
        return self.points * 100 // self.most

    def as_json(self) -> dict[str, Any]:
        return {
            "points": self.points,
            "most": self.most,
            "band": {"code": self.band.code, **self.band.name.as_json()},
            "dimensions": [
                {"code": score.dimension, "name": score.name.as_json(), "points": score.points, "most": score.most}
                for score in self.scores
            ],
        }


@dataclass(frozen=True, slots=True)
class Offer:
    """Something open now: ``tie`` is calls, fairs, case or support; ``sectors`` are codes (none: every sector).

    What is offered as support, and a call, say which ``dimensions`` they strengthen: for others they are not advised. Support
    says for which ``bands`` it is too (none: any).
    """

    tie: str
    title: str
    url: str
    sectors: frozenset[str] = frozenset()
    dimensions: frozenset[str] = frozenset()
    bands: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do, with what is open to do it (``None`` when nothing is)."""

    dimension: Bilingual
    title: Bilingual
    text: Bilingual
    offer: Offer | None


def read_answers(questionnaire: Questionnaire, given: Mapping[str, Any]) -> dict[str, str]:
    """The answers, each among the options of its question; ``Incomplete`` names the questions to answer."""
    answers: dict[str, str] = {}
    missing = []
    for question in questionnaire.questions:
        value = given.get(question.code)
        if isinstance(value, str) and value in {option.code for option in question.options}:
            answers[question.code] = value
        else:
            missing.append(question.code)
    if missing:
        raise Incomplete(missing)
    return answers


def score(questionnaire: Questionnaire, answers: Mapping[str, str]) -> Result:
    """Add the points up. ``Incomplete`` when an answer is missing or unknown."""
    answers = read_answers(questionnaire, answers)
    points = dict.fromkeys(questionnaire.dimensions, 0)
    most = dict.fromkeys(questionnaire.dimensions, 0)
    for question in questionnaire.questions:
        chosen = next(option for option in question.options if option.code == answers[question.code])
        points[question.dimension] += chosen.points
        most[question.dimension] += question.most
    total, whole = sum(points.values()), sum(most.values())
    reached = [band for band in questionnaire.bands if total * 100 >= band.since * whole]
    scores = tuple(Score(code, name, points[code], most[code]) for code, name in questionnaire.dimensions.items())
    return Result(questionnaire.code, questionnaire.version, total, whole, reached[-1], scores)


def actions_for(
    questionnaire: Questionnaire, result: Result, offers: Iterable[Offer], *, sectors: Iterable[str] = ()
) -> list[Action]:
    """Three actions, the weakest dimensions first, each tied to the first open thing that suits it and is not taken yet.

    Help that strengthens the very dimension comes first, then what the advice names. ``sectors`` are the enterprise's: an
    offer for other sectors, or for another band, is left out. With fewer open things than actions, two
    actions may share one; advice in a case is always open if it is among the offers.
    """
    _same_version(questionnaire, result)
    mine = frozenset(sectors)
    suited = [
        offer
        for offer in offers
        if (not offer.sectors or not mine or offer.sectors & mine)
        and (not offer.bands or result.band.code in offer.bands)
    ]
    order = {code: place for place, code in enumerate(questionnaire.dimensions)}
    weakest = sorted(result.scores, key=lambda row: (row.points * 1000 // row.most, order[row.dimension]))
    actions: list[Action] = []
    taken: set[str] = set()
    for row in weakest[:ACTIONS]:
        advice = _advice_of(questionnaire, row.dimension)
        fit = [o for o in suited if o.tie not in OF_A_DIMENSION or row.dimension in o.dimensions]
        choices = [offer for tie in (SUPPORT, *advice.tied_to) for offer in fit if offer.tie == tie]
        free = [offer for offer in choices if offer.url not in taken]
        offer = next(iter(free or choices), None)
        if offer is not None:
            taken.add(offer.url)
        actions.append(Action(row.name, advice.title, advice.text, offer))
    return actions


def progress(earlier: Result, later: Result) -> int:
    """Points gained between two results of the same version; ``OtherVersion`` otherwise."""
    if (earlier.questionnaire, earlier.version) != (later.questionnaire, later.version):
        raise OtherVersion("results of different versions are not compared")
    return later.points - earlier.points


def _same_version(questionnaire: Questionnaire, result: Result) -> None:
    if (questionnaire.code, questionnaire.version) != (result.questionnaire, result.version):
        raise OtherVersion("the result is of another version")


def _advice_of(questionnaire: Questionnaire, dimension: str) -> Advice:
    return next(row for row in questionnaire.advice if row.dimension == dimension)
