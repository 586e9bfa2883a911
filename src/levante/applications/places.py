"""What the order of a call gives each application: the line of its published ranking, or its turn in order of arrival.

The money goes down the order in one place, ``calls.allocation``. In a first-come call whoever arrived earlier and is not
decided yet keeps, at his turn, what he asked for: a decision taken sooner overtakes nobody.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from levante.applications.models import Application, Ranking, RankingRow
from levante.applications.ranking import BELOW, FUNDED, NOT_FUNDED, PARTIAL, first_come
from levante.applications.states import ADMITTED, DISCARDED, DRAFT, REJECTED, WITHDRAWN
from levante.calls.api import Opening, OpeningLine
from levante.kernel.pure import Bilingual

UNRANKED = "unranked"
OUT = (DRAFT, DISCARDED, WITHDRAWN, REJECTED)


@dataclass(frozen=True, slots=True)
class Place:
    """``amount`` is what the money covers, nothing unless ``outcome`` is funded or partial. ``ahead`` are those that
    arrived earlier and are not decided yet."""

    outcome: str
    position: int | None = None
    amount: Decimal = Decimal("0.00")
    ahead: int = 0
    ranking: Ranking | None = None

    @property
    def is_funded(self) -> bool:
        return self.outcome in (FUNDED, PARTIAL)

    @property
    def reason(self) -> Bilingual:
        """Why it gets this, in a sentence."""
        if self.outcome == UNRANKED:
            if self.ranking is None:
                return Bilingual("la graduatoria non è ancora pubblicata", "the ranking is not published yet")
            return Bilingual(
                f"non è nella graduatoria {self.ranking.number}", f"it is not in ranking {self.ranking.number}"
            )
        if self.ranking is None:
            return self._in_order_of_arrival()
        it, en = f"posto {self.position} della graduatoria", f"place {self.position} of the ranking"
        words = {
            FUNDED: ("finanziata", "funded"),
            PARTIAL: ("finanziata in parte", "partly funded"),
            NOT_FUNDED: ("non finanziata per esaurimento delle risorse", "not funded, the money being over"),
            BELOW: ("sotto il punteggio minimo", "below the threshold"),
        }[self.outcome]
        return Bilingual(f"{it}, {words[0]}", f"{en}, {words[1]}")

    def _in_order_of_arrival(self) -> Bilingual:
        it, en = f"posto {self.position} in ordine di arrivo", f"place {self.position} in order of arrival"
        if self.is_funded:
            part = self.outcome == PARTIAL
            return Bilingual(it + (", in parte" if part else ""), en + (", in part" if part else ""))
        if self.ahead:
            return Bilingual(
                f"{it}: le risorse potrebbero non bastare, e prima vanno decise {self.ahead} domande arrivate prima",
                f"{en}: the money may not be enough, and {self.ahead} earlier applications must be decided first",
            )
        return Bilingual(f"{it}: le risorse sono esaurite", f"{en}: the money is over")


def places_of(
    opening: Opening, line: OpeningLine | None, *, kept: Mapping[int, Decimal] | None = None
) -> dict[int, Place]:
    """The place of every application of an opening, or of one of its lines, by its id. The call is loaded.

    ``kept`` are the amounts of those awarded already: they stay.
    """
    if opening.call.rule.makes_list:
        return _by_ranking(opening, line)
    return _by_arrival(opening, line, kept or {})


def latest_ranking(opening: Opening, line: OpeningLine | None) -> Ranking | None:
    """The published version in force."""
    made = Ranking.objects.filter(opening=opening, line=line, state=Ranking.PUBLISHED).defer("snapshot")
    return made.order_by("-version").first()


def _by_ranking(opening: Opening, line: OpeningLine | None) -> dict[int, Place]:
    found = latest_ranking(opening, line)
    waiting = Application.objects.filter(opening=opening, line=line, state=ADMITTED).order_by("pk")
    places = {pk: Place(UNRANKED, ranking=found) for pk in waiting.values_list("pk", flat=True)}
    if found is not None:
        for row in RankingRow.objects.filter(ranking=found).order_by("position"):
            places[row.application_id] = Place(row.outcome, row.position, row.amount, ranking=found)
    return places


def _by_arrival(opening: Opening, line: OpeningLine | None, kept: Mapping[int, Decimal]) -> dict[int, Place]:
    rows = (
        Application.objects.filter(opening=opening, line=line)
        .exclude(state__in=OUT)
        .order_by("sequence")
        .values_list("pk", "sequence", "state", "requested_amount", "admitted_amount")
    )
    waiting, entries, undecided = 0, [], {}
    for pk, sequence, state, requested, admitted in rows:
        undecided[pk] = waiting
        waiting += state != ADMITTED and pk not in kept
        entries.append((str(pk), sequence, kept.get(pk) or admitted or requested))
    budget = line.budget if line is not None else opening.budget
    given = first_come(entries, budget=budget, partial=opening.call.when_short == "partial")
    return {
        int(one.id): Place(one.outcome, position, one.amount, undecided[int(one.id)])
        for position, one in enumerate(given, 1)
    }


def places_for(applications: Iterable[Application], *, kept: Mapping[int, Decimal] | None = None) -> dict[int, Place]:
    """The places of some applications, each with its opening and call loaded."""
    wanted = list(applications)
    parts = {(one.opening_id, one.line_id): one for one in wanted}
    found: dict[int, Place] = {}
    for one in parts.values():
        found |= places_of(one.opening, one.line, kept=kept)
    return {one.pk: found.get(one.pk, Place(UNRANKED)) for one in wanted}
