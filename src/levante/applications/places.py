"""What the order of a call gives each application: the line of its published ranking, or its turn in order of arrival.

The money goes down the order in one place, ``calls.allocation``. In a first-come call whoever arrived earlier and is not
decided yet keeps, at his turn, what he asked for: a decision taken sooner overtakes nobody.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db.models import Q

from levante.applications.models import Application, PlaceOffer, Ranking, RankingRow
from levante.applications.parts import standing_offers
from levante.applications.scoring import points_for
from levante.applications.states import ADMITTED, OUT
from levante.applications.submission import reserves_of_application
from levante.calls.api import (
    BELOW,
    EVER,
    FUNDED,
    NOT_FUNDED,
    PARTIAL,
    RENOUNCED,
    VOID,
    Opening,
    OpeningLine,
    Submission,
    allocate,
    allocation_terms,
    counted_as,
)
from levante.kernel.pure import Bilingual

UNRANKED = "unranked"


_VOID = (
    "non conta: per i limiti del bando ne conta un’altra",
    "it does not count: under the limits of the call another one does",
)


@dataclass(frozen=True, slots=True)
class Place:
    """``amount`` is what the money covers, nothing unless ``outcome`` is funded or partial. ``ahead`` are those that
    arrived earlier and are not decided yet; ``unaccepted`` says that a part of what was asked waits to be accepted."""

    outcome: str
    position: int | None = None
    amount: Decimal = Decimal("0.00")
    ahead: int = 0
    ranking: Ranking | None = None
    unaccepted: bool = False

    @property
    def is_funded(self) -> bool:
        return self.outcome in (FUNDED, PARTIAL) and not self.unaccepted

    @property
    def awaits_ranking(self) -> bool:
        """No ranking has been published that could say."""
        return self.outcome == UNRANKED and self.ranking is None

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
            VOID: _VOID,
            RENOUNCED: ("ha rinunciato", "gave it up"),
        }[self.outcome]
        if self.unaccepted:
            words = ("finanziata in parte, e l’impresa non ha accettato", "partly funded, and not accepted")
        return Bilingual(f"{it}, {words[0]}", f"{en}, {words[1]}")

    def _in_order_of_arrival(self) -> Bilingual:
        it, en = f"posto {self.position} in ordine di arrivo", f"place {self.position} in order of arrival"
        if self.is_funded:
            part = self.outcome == PARTIAL
            return Bilingual(it + (", in parte" if part else ""), en + (", in part" if part else ""))
        if self.unaccepted:
            return Bilingual(f"{it}, in parte: da accettare", f"{en}, in part: to be accepted")
        if self.outcome == RENOUNCED:
            return Bilingual(
                f"{it}: non ha accettato in tempo la parte proposta",
                f"{en}: it did not accept the part offered in time",
            )
        if self.outcome == BELOW:
            return Bilingual(f"{it}: sotto il punteggio minimo", f"{en}: below the threshold")
        if self.outcome == VOID:
            return Bilingual(*_VOID)
        if self.ahead == 1:
            return Bilingual(
                f"{it}: le risorse potrebbero non bastare, e prima va decisa una domanda arrivata prima",
                f"{en}: the money may not be enough, and one earlier application must be decided first",
            )
        if self.ahead:
            return Bilingual(
                f"{it}: le risorse potrebbero non bastare, e prima vanno decise {self.ahead} domande arrivate prima",
                f"{en}: the money may not be enough, and {self.ahead} earlier applications must be decided first",
            )
        return Bilingual(f"{it}: le risorse sono esaurite", f"{en}: the money is over")


def places_of(
    opening: Opening, line: OpeningLine | None, *, kept: Mapping[int, Decimal] | None = None, as_told: bool = False
) -> dict[int, Place]:
    """The place of every application of an opening, or of one of its lines, by its id. The call is loaded.

    ``kept`` are the amounts of those awarded already: they stay. ``as_told``: an order of arrival as the enterprises may know
    it, in which a decision that is held was not taken yet.
    """
    if opening.call.rule.makes_list:
        return _by_ranking(opening, line)
    return _by_arrival(opening, line, kept or {}, as_told=as_told)


def latest_ranking(opening: Opening, line: OpeningLine | None) -> Ranking | None:
    """The published version in force."""
    made = Ranking.objects.filter(opening=opening, line=line, state=Ranking.PUBLISHED).defer("snapshot")
    return made.order_by("-version").first()


def _by_ranking(
    opening: Opening, line: OpeningLine | None, *, among: Collection[int] | None = None
) -> dict[int, Place]:
    """The places that the list in force gives: to every application, or to some of a hundred thousand."""
    found = latest_ranking(opening, line)
    some = {} if among is None else {"application__in": among}
    waiting = Application.objects.filter(opening=opening, line=line, state=ADMITTED).order_by("pk")
    if among is not None:
        waiting = waiting.filter(pk__in=among)
    places = {pk: Place(UNRANKED, ranking=found) for pk in waiting.values_list("pk", flat=True)}
    if found is not None:
        accepted: set[int] = set()
        if opening.call.partial_days:
            offers = PlaceOffer.objects.filter(ranking=found, state=PlaceOffer.ACCEPTED, **some)
            accepted = set(offers.values_list("application_id", flat=True))
        rows = RankingRow.objects.filter(ranking=found, **some)
        for row in rows.only("application", "outcome", "position", "amount"):
            waits = row.outcome == PARTIAL and bool(opening.call.partial_days) and row.application_id not in accepted
            places[row.application_id] = Place(row.outcome, row.position, row.amount, ranking=found, unaccepted=waits)
    return places


def _by_arrival(
    opening: Opening, line: OpeningLine | None, kept: Mapping[int, Decimal], *, as_told: bool
) -> dict[int, Place]:
    """The order of arrival as it stands now: those below the threshold get nothing, who is not scored yet keeps his turn. Where
    the call asks whether a part is accepted, from the acceptance on the part is what is asked for; who declined it, or did not
    answer, leaves the money to those after."""
    inside = ~Q(state__in=OUT)
    if as_told:
        inside |= ~Q(held_from="")
    rows = Application.objects.filter(inside, opening=opening, line=line).order_by("sequence")
    over = list(rows.exclude(over_limit="").values_list("pk", flat=True)) if opening.call.is_sealed else []
    rows = rows.filter(over_limit="")
    members: dict[str, list[str]] = {}
    unworthy: set[str] = set()
    whose: dict[int, str] = {}
    if _looks_inside(opening):
        looked_into = list(rows.select_related("form", "opening__call"))
        unworthy = _below(opening, looked_into)
        for one in looked_into:
            if opening.call.repeat != "refused":  # refused at transmission: what is here counts
                whose[one.pk] = counted_as(opening.call, opening, str(one.enterprise_id), one.answers)
            for code in reserves_of_application(one):
                members.setdefault(code, []).append(str(one.pk))
    answers = standing_offers(opening, line)
    gone = {str(pk) for pk, offer in answers.items() if offer.state in (PlaceOffer.DECLINED, PlaceOffer.LAPSED)}
    whole: dict[str, Decimal] = {}
    waiting, sent, undecided = 0, [], {}
    for pk, sequence, state, held_from, requested, admitted in rows.values_list(
        "pk", "sequence", "state", "held_from", "requested_amount", "admitted_amount"
    ):
        if as_told and held_from:
            state, admitted = held_from, None
        undecided[pk] = waiting
        waiting += state != ADMITTED and pk not in kept
        amount = whole[str(pk)] = kept.get(pk) or admitted or requested
        if pk not in kept and pk in answers and answers[pk].state == PlaceOffer.ACCEPTED:
            amount = min(amount, answers[pk].amount)
        sent.append(Submission(str(pk), whose.get(pk, str(pk)), EVER, sequence, amount))
    terms = replace(allocation_terms(opening, line, members=members), threshold=None)
    found = allocate(terms, sent, unworthy=unworthy, renounced=gone & whole.keys())
    asked = {one.id: one.amount for one in sent}
    got = {one.id: one.amount for one in found.funded}
    places = dict.fromkeys([*over, *(int(one.id) for one in found.void)], Place(VOID))
    for position, id_ in enumerate(found.order, 1):
        amount = got.get(id_, Decimal("0.00"))
        if id_ in unworthy:
            outcome = BELOW
        elif id_ in gone:
            outcome = RENOUNCED
        else:
            outcome = FUNDED if amount == whole[id_] else PARTIAL if amount > 0 else NOT_FUNDED
        # Accepted is the amount that was offered, and not less.
        waits = (
            outcome == PARTIAL
            and bool(opening.call.partial_days)
            and not (int(id_) in answers and amount == asked[id_])
        )
        places[int(id_)] = Place(outcome, position, amount, undecided[int(id_)], unaccepted=waits)
    return places


def _looks_inside(opening: Opening) -> bool:
    """Does the order depend on what the applications say, and not on when they arrived alone?"""
    return bool(opening.reserves) or opening.call.rule.uses_scores or opening.call.repeat != "refused"


def _below(opening: Opening, applications: Sequence[Application]) -> set[str]:
    """Those that every judge has scored and that miss the threshold, or the minimum of a criterion."""
    if not opening.call.rule.uses_scores:
        return set()
    threshold = allocation_terms(opening).threshold or Decimal(0)
    points = points_for(applications, list(opening.call.criteria.all()))
    return {str(pk) for pk, one in points.items() if one.complete and not (one.reaches and one.total >= threshold)}


def places_for(applications: Iterable[Application], *, kept: Mapping[int, Decimal] | None = None) -> dict[int, Place]:
    """The places of some applications, each with its opening and call loaded."""
    wanted = list(applications)
    parts = {(one.opening_id, one.line_id): one for one in wanted}
    found: dict[int, Place] = {}
    for one in parts.values():
        if one.opening.call.rule.makes_list:
            found |= _by_ranking(one.opening, one.line, among=[each.pk for each in wanted])
        else:
            found |= places_of(one.opening, one.line, kept=kept)
    return {one.pk: found.get(one.pk, Place(UNRANKED)) for one in wanted}
