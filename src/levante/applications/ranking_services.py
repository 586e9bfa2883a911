"""Computing a ranking from the frozen applications, keeping it as a snapshot with its hash, publishing it."""

from collections.abc import Callable, Collection, Iterator, Sequence
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from levante.applications import policies
from levante.applications.acts import decided_otherwise, was_recorded_for
from levante.applications.evaluation.committee import wants_judges
from levante.applications.letters_ranking import prepare_letters
from levante.applications.models import Application, Evaluation, Ranking, RankingRow
from levante.applications.models_evaluation import CONCLUDED
from levante.applications.parts import offer_parts
from levante.applications.putting_forward import files_of_ranking, may_put_forward, without_conflict
from levante.applications.ranking_act import approving
from levante.applications.scoring import Points, points_for, tie_breaks_of
from levante.applications.scrolling import carried_over, given_up, in_force, keep_rows, next_version
from levante.applications.states import OUT
from levante.applications.submission import LOG, digest_of, reserves_of_application
from levante.applications.told import disclose
from levante.calls.api import (
    Criterion,
    Opening,
    OpeningLine,
    RankingOutcome,
    TooMuchAwarded,
    allocation_terms,
    counted_as,
    opening_reserves,
    rank_snapshot,
)
from levante.kernel.api import Actor, note, now, refuse, require, service, unchanged
from levante.kernel.pure import ZERO, money_text, steps_as_json
from levante.programme.api import Act
from levante.register.api import append_entry

#: Applications read and scored at once.
BLOCK = 2000


@service("applications.compute_ranking")
def compute_ranking(
    *,
    actor: Actor,
    opening: Opening,
    line: OpeningLine | None = None,
    so_far: Callable[[int], None] = lambda read: None,
) -> Ranking:
    """A draft ranking of an opening (of one line of it) over the applications that were sent and not rejected or
    withdrawn. Computing again replaces the draft; what is published stays: the next version orders again, and whoever has the
    money by the one in force keeps it, who gave it up stays out. ``so_far`` hears how many were read."""
    held = Opening.objects.select_for_update(of=("self",), no_key=True)  # another line of it may be asked for meanwhile
    opening = held.select_related("call__office").get(pk=opening.pk)
    require_computable(actor, opening, line)
    last = in_force(opening, line)
    gone = given_up(last) if last is not None else {}
    snapshot = _snapshot(opening, line, so_far, last, gone)
    if all(row["id"] in gone for row in snapshot["entries"]):
        refuse("Non ci sono domande da ordinare.", "There are no applications to order.")
    if last is not None:
        snapshot |= carried_over(last, gone, snapshot["entries"])
    outcome = _outcome(snapshot)
    made = Ranking.objects.create(
        opening=opening,
        line=line,
        version=next_version(opening, line),
        snapshot=snapshot,
        steps=steps_as_json(outcome.steps),
        sha256=digest_of(snapshot),
        computed_at=now(),
        computed_by_id=actor.user_id,
    )
    keep_rows(made, outcome)
    note(opening=opening.code, version=made.version, sha256=made.sha256, applications=len(outcome.placed))
    return made


def require_computable(actor: Actor, opening: Opening, line: OpeningLine | None) -> None:
    """Refused with why the list of an opening cannot be computed yet, or by whom."""
    require(policies.may_publish_ranking(actor, opening))
    require(without_conflict(actor, to_be_ordered(opening, line)))
    if not opening.call.rule.makes_list:
        refuse(
            "Questo bando non ha una graduatoria: vale l’ordine di arrivo.",
            "This call has no ranking: order of arrival holds.",
        )
    if opening.phase(now()).code != "closed":
        refuse("La graduatoria si fa a finestra chiusa.", "A ranking is made once the window is closed.")
    if line is None and opening.lines.exists():
        refuse("Scegli la linea.", "Choose the line.", field="line")
    if opening.call.rule.uses_seed and not opening.seed:
        refuse(
            "Prima va scritto, con il suo atto, il seme del sorteggio.",
            "The seed of the draw must be written first, by act.",
        )
    if wants_judges(opening) and not Evaluation.objects.filter(opening=opening, state=CONCLUDED).exists():
        refuse(
            "La graduatoria si calcola quando la commissione ha concluso la valutazione.",
            "The ranking is computed once the committee has concluded the evaluation.",
        )


def to_be_ordered(opening: Opening, line: OpeningLine | None) -> "QuerySet[Application]":
    """The applications that a list orders."""
    return Application.objects.filter(opening=opening, line=line).exclude(state__in=OUT)


def _outcome(snapshot: dict[str, Any]) -> RankingOutcome:
    """What comes of a snapshot. Refused when somebody who is funded by the version in force could not keep it."""
    try:
        return rank_snapshot(snapshot)
    except TooMuchAwarded as error:
        refuse(
            f"La domanda {error} è finanziata dalla versione in vigore: con i punti e la dotazione di oggi non lo sarebbe più. "
            "Prima serve la decadenza, o più dotazione.",
            f"Application {error} is funded by the version in force: with the points and the money of today it would not be any "
            "more. First its admission is taken back, or the money grows.",
        )


def _snapshot(
    opening: Opening,
    line: OpeningLine | None,
    so_far: Callable[[int], None],
    last: Ranking | None,
    gone: Collection[str],
) -> dict[str, Any]:
    call = opening.call
    criteria = list(call.criteria.all()) if call.rule.uses_scores else []
    rows = (
        _and_who_left(opening, line, last)
        .select_related("form")
        .prefetch_related(Prefetch("opening", Opening.objects.select_related("call")))
        .order_by("sequence")
        .iterator(chunk_size=BLOCK)
    )
    reserves = opening_reserves(opening, line)
    members: dict[str, list[str]] = {reserve["code"]: [] for reserve, _ in reserves}
    terms = allocation_terms(opening, line, members={})
    enterprises, entries, waiting = _Numbers(opening), list[dict[str, Any]](), list[str]()
    values: list[list[Decimal]] = []
    # A hundred thousand applications do not fit in memory with their answers: block by block.
    while block := list(islice(rows, BLOCK)):
        points = points_for(block, criteria)
        waiting += [str(one.number) for one in block if not points[one.pk].complete and one.number not in gone]
        for one in block:
            for code in reserves_of_application(one) if reserves else ():
                if code in members:
                    members[code].append(str(one.number))
            entries.append(_entry(one, points[one.pk], enterprises.of(one)))
            values.append(tie_breaks_of(one, call.tie_breaks if criteria else []))
        so_far(len(entries))
    _all_scored(waiting)
    for entry, places in zip(entries, places_of_values(values), strict=True):
        entry["tie_breaks"] = places
    return {
        "format": "levante.ranking/4",
        "call": call.code,
        "opening": opening.code,
        "line": line.code if line else None,
        "procedure": terms.procedure,
        "budget": money_text(terms.budget),
        "threshold": str(terms.threshold) if terms.threshold is not None else None,
        "when_short": terms.when_short,
        "repeat": terms.repeat,
        "each": terms.each,
        "seed": terms.seed if call.rule.uses_seed else "",
        "reserves": [
            {"code": reserve["code"], "it": reserve["it"], "en": reserve["en"], "amount": money_text(amount),
             "flows_back": reserve["flows_back"], "members": members[reserve["code"]]}
            for reserve, amount in reserves
        ],
        "criteria": [_criterion(item) for item in criteria],
        "tie_breaks": call.tie_breaks,
        "follows": None,
        "awarded": None,
        "renounced": [],
        "entries": entries,
    }  # fmt: skip


def _and_who_left(opening: Opening, line: OpeningLine | None, last: Ranking | None) -> "QuerySet[Application]":
    """The applications that a list orders, with those that left it after a version was published: they keep a place."""
    placed = RankingRow.objects.filter(ranking=last, application=OuterRef("pk"))
    return Application.objects.filter(~Q(state__in=OUT) | Exists(placed), opening=opening, line=line)


def places_of_values(values: Sequence[Sequence[Decimal]]) -> Iterator[list[str]]:
    """For each application, where its value of each tie-break stands among those of the list, 1 the first, equal ones together.
    They order as the values do, and a turnover, by which anyone finds the enterprise in a public register, is not published."""
    columns = [
        {value: place for place, value in enumerate(sorted(set(column)), 1)} for column in zip(*values, strict=True)
    ]
    for row in values:
        yield [str(column[value]) for column, value in zip(columns, row, strict=True)]


def _entry(one: Application, points: Points, enterprise: str) -> dict[str, Any]:
    """An application as the snapshot has it: no names; its tie-breaks are written when all are known."""
    return {
        "id": one.number,
        "enterprise": enterprise,
        "copy_sha256": one.frozen_sha256,
        "points": {code: str(value) for code, value in points.by.items()},
        "amount": money_text(one.admitted_amount or one.requested_amount or ZERO),
        "received_at": one.submitted_at.isoformat(timespec="microseconds") if one.submitted_at else "",
        "sequence": one.sequence,
        "tie_breaks": [],
        "reaches_minimums": points.reaches,
    }


class _Numbers:
    """Whom applications are counted for, as numbers in order of arrival: the published data name nobody. Where repetitions
    were refused at transmission each is counted for itself."""

    def __init__(self, opening: Opening) -> None:
        self.opening = opening
        self.known: dict[str, str] = {}

    def of(self, application: Application) -> str:
        if self.opening.call.repeat == "refused":
            return ""
        key = counted_as(self.opening.call, self.opening, str(application.enterprise_id), application.answers)
        return self.known.setdefault(key, f"e{len(self.known) + 1}")


def _all_scored(waiting: Sequence[str]) -> None:
    if waiting:
        few = ", ".join(waiting[:5]) + ("…" if len(waiting) > 5 else "")
        refuse(
            f"Mancano i punti dei valutatori (domande: {len(waiting)}): {few}.",
            f"The evaluators’ points are missing (applications: {len(waiting)}): {few}.",
        )


def _criterion(item: Criterion) -> dict[str, Any]:
    return {
        "code": item.code,
        "it": item.name_it,
        "en": item.name_en,
        "kind": item.kind,
        "max_points": str(item.max_points),
        "minimum": str(item.minimum),
        "expression": item.expression,
    }


def require_publishable(actor: Actor, ranking: Ranking, act: Act | None, why: str) -> Act:
    """Refused with why a draft cannot be published, or by whom; every version needs the act that approves it, and of one that was
    not recorded for this call, or has decided something else, ``why`` it approves this list."""
    require(policies.may_publish_ranking(actor, ranking.opening))
    require(may_put_forward(actor, files_of_ranking(ranking)))
    act = approving(act, ranking)
    if why.strip():
        return act
    if not was_recorded_for(act, ranking.opening.call):
        refuse(
            "Questo atto non è stato registrato per questo bando: scrivi perché approva questa graduatoria, o indica il suo atto.",
            "This act was not recorded for this call: write why it approves this ranking, or name its act.",
            field="act_why",
        )
    if decided_otherwise(act):
        refuse(
            "Questo atto ha già deciso altro (il bando, una finestra, la dotazione, la commissione, il seme): scrivi perché approva "
            "anche questa graduatoria, o indica il suo atto.",
            "This act has decided something else already (the call, an opening, its budget, the committee, the seed): write why it "
            "approves this ranking too, or name its act.",
            field="act_why",
        )
    return act


@service("applications.publish_ranking")
def publish_ranking(
    *, actor: Actor, ranking: Ranking, act: Act | None = None, why: str = "",
    so_far: Callable[[int], None] = lambda done: None,
) -> Ranking:  # fmt: skip
    """Publish a ranking with the act that approves it: its hash goes into the register, and from here on it never changes. Of
    an act of another call or matter, ``why`` it approves this list: it stays in the audit. At the desk the worker does it
    (``ranking_orders``); ``so_far`` hears of how many applications the outcome was told."""
    # Awards are drafted under this lock too: none stands on a version that is being replaced.
    Opening.objects.select_for_update(of=("self",), no_key=True).get(rankings=ranking.pk)
    current = Ranking.objects.select_for_update(of=("self",)).select_related("opening__call__office").get(pk=ranking.pk)
    require(policies.may_publish_ranking(actor, current.opening))
    if current.state == Ranking.PUBLISHED:
        return unchanged(current)
    current.act = require_publishable(actor, current, act, why)
    if digest_of(current.snapshot) != current.sha256:
        refuse(
            "La graduatoria calcolata non corrisponde più alla sua impronta.", "The ranking no longer matches its hash."
        )
    receipt = append_entry(
        actor=actor,
        log=LOG,
        kind="ranking.published",
        subject=f"ranking:{current.pk}",
        payload={
            "call": current.opening.call.code,
            "opening": current.opening.code,
            "line": current.line.code if current.line else None,
            "version": current.version,
            "sha256": current.sha256,
            "act": current.act_as_published,
        },
        idempotency_key=f"ranking:{current.pk}",
    )
    current.state = Ranking.PUBLISHED
    current.published_at = now()
    current.number = receipt.public_number
    current.save(update_fields=["state", "published_at", "number", "act"])
    _tell(current, actor, so_far)
    prepare_letters(actor=actor, ranking=current)
    note(number=receipt.public_number, sha256=current.sha256, version=current.version, reason=why.strip()[:300])
    return current


def _tell(ranking: Ranking, actor: Actor, so_far: Callable[[int], None]) -> None:
    """What was held of its applications is known, and parts are offered: block by block, in the order of the list."""
    rows = ranking.rows.order_by("position").values_list("application_id", flat=True).iterator(chunk_size=BLOCK)
    done = 0
    while block := list(islice(rows, BLOCK)):
        held = Application.objects.filter(pk__in=block).exclude(held_from="").defer("answers", "frozen")
        disclose(held.order_by("pk"), user_id=actor.user_id)
        offer_parts(ranking, among=block)
        done += len(block)
        so_far(done)
