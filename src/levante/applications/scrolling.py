"""What happens to a published order afterwards: places given up and the money that goes on down the same order (scorrimento).
What is awarded stays; nothing is sorted again; each version needs its act. A part to be accepted is in ``parts``."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from levante.applications import policies, states
from levante.applications.charge import directors_for
from levante.applications.models import Application, PlaceOffer, Ranking, RankingRow
from levante.applications.moving import move, ready
from levante.applications.parts import decline_parts
from levante.applications.putting_forward import files_of_ranking, without_conflict
from levante.applications.submission import LOG, digest_of
from levante.calls.api import (
    Opening,
    OpeningLine,
    RankingOutcome,
    allocation_terms,
    fully_funded,
    opening_reserves,
    rank_snapshot,
)
from levante.kernel.api import Actor, note, note_object, now, refuse, require, service, system, today
from levante.kernel.pure import Bilingual, money_text, steps_as_json
from levante.messages.api import notify
from levante.register.api import append_entry

#: Why a place was given up, in words.
WHY = {
    "withdrawn": Bilingual("ha rinunciato", "gave it up"),
    "rejected": Bilingual("è decaduta", "lost it"),
    "revoked": Bilingual("il contributo è stato revocato", "its grant was revoked"),
    "declined": Bilingual("non ha accettato una parte", "declined a part"),
    "lapsed": Bilingual("non ha risposto in tempo", "did not answer in time"),
}


# -- giving up


@service("applications.renounce_place")
def renounce_place(*, actor: Actor, application: Application, reason: str) -> Application:
    """Give up an admitted application. Registered; the place stays in the order, with nothing. Whoever has an award takes
    the way of ``grants.give_up_place``, which frees it first."""
    current = ready(application, "renounce", actor)
    if not reason.strip():
        refuse("Scrivi il motivo della rinuncia.", "Write why it is given up.", field="reason")
    receipt = append_entry(
        actor=actor,
        log=LOG,
        kind="application.renounced",
        subject=f"application:{current.pk}",
        payload={"application": current.pk, "number": current.number, "reason": reason.strip()},
        idempotency_key=f"renounced:{current.pk}",
    )
    decline_parts(current, actor)
    current.decided_at, current.decided_by = None, None
    move(
        current,
        "renounce",
        actor,
        text=Bilingual(reason.strip(), reason.strip()),
        data={"number": receipt.public_number},
    )
    current.save(update_fields=["state", "held_from", "decided_at", "decided_by"])
    _tell_who_scrolls(current, actor)
    note_object(current)
    return current


@service("applications.revoke_place")
def revoke_place(*, actor: Actor, application: Application, reason: str) -> Application:
    """Take the admission back (decadenza): a declaration that was not true, a requirement that is no longer there."""
    current = ready(application, "revoke", actor)
    if not reason.strip():
        refuse("Scrivi i motivi della decadenza.", "Write the reasons.", field="reason")
    decline_parts(current, actor)
    current.decided_at, current.decided_by_id, current.decision_reason = now(), actor.user_id, reason.strip()
    move(current, "revoke", actor, text=Bilingual(reason.strip(), reason.strip()))
    current.save(update_fields=["state", "held_from", "decided_at", "decided_by", "decision_reason"])
    _tell_who_scrolls(current, actor)
    note_object(current)
    return current


@service("applications.end_place")
def end_place(*, actor: Actor, application: Application, reason: Bilingual) -> Application:
    """All that was awarded to it was revoked by an act: it is no longer admitted, and its money may go on down the order as that of a
    place given up. The admission stays written as it was decided. Only the act does it; the enterprise is told of it there."""
    current = ready(application, "end_place", actor)
    move(current, "end_place", actor, text=reason)
    current.save(update_fields=["state", "held_from"])
    _tell_who_scrolls(current, actor)
    note_object(current)
    return current


@service("applications.give_place_back")
def give_place_back(*, actor: Actor, application: Application, reason: Bilingual) -> Application:
    """The act that revoked it was annulled: it is admitted again, as it was. The money it needs is found by who awards."""
    current = ready(application, "give_place_back", actor)
    move(current, "give_place_back", actor, text=reason)
    current.save(update_fields=["state", "held_from"])
    note_object(current)
    return current


def _tell_who_scrolls(application: Application, actor: Actor) -> None:
    """Money came free in a published list where others wait for it: the directors are told."""
    rows = RankingRow.objects.filter(application=application, ranking__state=Ranking.PUBLISHED)
    row = rows.select_related("ranking__opening__call").order_by("-ranking__version").first()
    if row is None or not row.amount:
        return
    waiting = row.ranking.rows.filter(outcome__in=["partial", "not_funded"]).exclude(application=application)
    people = [one for one in directors_for(row.ranking.opening.call.office_id, on=today()) if one != actor.user_id]
    if not people or not waiting.exists():
        return
    notify(
        actor=system("applications.tell_who_scrolls"),
        users=people,
        kind="ranking-place-free",
        title=Bilingual(
            f"{application.number}: un posto in graduatoria si è liberato",
            f"{application.number}: a place in the ranking came free",
        ),
        body=Bilingual(
            "I soldi che lascia possono proseguire lungo lo stesso ordine: prepara la nuova versione, con il suo atto.",
            "The money it leaves can go on down the same order: prepare the next version, with its act.",
        ),
        path=f"/ufficio/graduatorie/{row.ranking_id}/",
        subject_type="applications.Ranking",
        subject_id=f"{row.ranking_id}:free:{application.pk}",
    )


# -- the money goes on


def given_up(ranking: Ranking) -> dict[str, str]:
    """The applications of a list that are out of it now, by number, and why (a key of ``WHY``)."""
    rows = Application.objects.filter(ranking_rows__ranking=ranking)
    found = dict(rows.filter(state__in=states.OUT).order_by().values_list("number", "state"))
    offers = PlaceOffer.objects.filter(application__in=rows.values("pk"), state__in=["declined", "lapsed"])
    last: dict[str, str] = {}
    for number, state, later in offers.order_by("pk").values_list("application__number", "state", "ranking__version"):
        if later <= ranking.version:
            last[str(number)] = state
    accepted = PlaceOffer.objects.filter(ranking=ranking, state=PlaceOffer.ACCEPTED)
    for number in accepted.values_list("application__number", flat=True):
        last.pop(str(number), None)
    return {**last, **{str(number): state for number, state in found.items()}}


@service("applications.scroll_ranking")
def scroll_ranking(*, actor: Actor, ranking: Ranking) -> Ranking:
    """A draft of the next version of a published list: the same order, the money that came free (places given up, amounts
    cut, more money) going on down it. Refused when nothing would change."""
    held = Opening.objects.select_for_update(of=("self",), no_key=True)
    opening = held.select_related("call__office").get(rankings=ranking.pk)
    require_in_force(actor, opening, ranking)
    last = Ranking.objects.select_related("line").get(pk=ranking.pk)
    before = rank_snapshot(last.snapshot)
    snapshot = scrolled(last, before)
    try:
        outcome = rank_snapshot(snapshot)
    except ValueError:
        refuse(
            "Con la dotazione di oggi non si può mantenere ciò che è stato finanziato.",
            "With the money of today what was funded cannot be kept.",
        )
    if [row.amount for row in outcome.placed] == [row.amount for row in before.placed]:
        refuse(
            "Non c’è nulla da scorrere: l’esito sarebbe lo stesso.",
            "There is nothing to scroll: all would stay the same.",
        )
    made = Ranking.objects.create(
        opening=opening, line=last.line, version=next_version(opening, last.line), snapshot=snapshot, scrolls=last,
        steps=steps_as_json(outcome.steps), sha256=digest_of(snapshot), computed_at=now(), computed_by_id=actor.user_id,
    )  # fmt: skip
    keep_rows(made, outcome)
    note(opening=opening.code, version=made.version, sha256=made.sha256, renounced=len(snapshot["renounced"]))
    return made


def require_in_force(actor: Actor, opening: Opening, ranking: Ranking) -> None:
    """Refused unless it is the list in force, and the actor publishes the next one."""
    require(policies.may_publish_ranking(actor, opening))
    versions = Ranking.objects.filter(opening=opening, line=ranking.line_id, state=Ranking.PUBLISHED)
    require(without_conflict(actor, files_of_ranking(ranking)))
    if versions.order_by("-version").values_list("pk", flat=True).first() != ranking.pk:
        refuse("Si scorre la graduatoria in vigore.", "The list in force is the one that scrolls.")


def scrolled(last: Ranking, before: RankingOutcome) -> dict[str, Any]:
    """The snapshot of the next version: the entries are those, in the order that they had."""
    gone = given_up(last)
    opening, line = last.opening, last.line
    cut = _amounts(last)
    terms = allocation_terms(opening, line, members={})
    kept = fully_funded(before) | {number for number, (_, accepted) in cut.items() if accepted}
    amounts = {reserve["code"]: amount for reserve, amount in opening_reserves(opening, line)}
    return {
        **last.snapshot,
        "format": max(last.snapshot["format"], "levante.ranking/3"),  # the tie-breaks are those of the first version
        "budget": money_text(terms.budget),
        "reserves": [
            {**row, "amount": money_text(amounts.get(row["code"], Decimal(row["amount"])))}
            for row in last.snapshot.get("reserves", ())
        ],
        "follows": last.sha256,
        "awarded": sorted(kept - gone.keys()),
        "renounced": [{"id": number, "why": why} for number, why in sorted(gone.items())],
        "entries": [
            {**row, "amount": money_text(min(Decimal(row["amount"]), cut[row["id"]][0]))} if row["id"] in cut else row
            for row in last.snapshot["entries"]
        ],
    }


def _amounts(last: Ranking) -> dict[str, tuple[Decimal, bool]]:
    """What is wanted now where it is less than the order was told: what was admitted, or the part that was accepted."""
    found: dict[str, tuple[Decimal, bool]] = {}
    rows = last.rows.filter(application__admitted_amount__isnull=False).order_by()
    for number, asked, admitted in rows.values_list("application__number", "asked", "application__admitted_amount"):
        if asked is not None and admitted is not None and admitted < asked:
            found[str(number)] = (admitted, False)
    offers = PlaceOffer.objects.filter(ranking=last, state=PlaceOffer.ACCEPTED)
    for number, amount in offers.values_list("application__number", "amount"):
        found[str(number)] = (amount, True)
    return found


def in_force(opening: Opening, line: OpeningLine | None) -> Ranking | None:
    """The version of a list that holds now, if one is published."""
    rows = Ranking.objects.filter(opening=opening, line=line, state=Ranking.PUBLISHED)
    return rows.select_related("opening__call", "line").order_by("-version").first()


def carried_over(last: Ranking, gone: dict[str, str], entries: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What a list that is ordered again keeps of the one in force, as a snapshot has it: who had all they asked for, or accepted
    a part, keep it wherever they stand now; who gave it up (``gone``) stays out."""
    offers = PlaceOffer.objects.filter(
        ranking__opening=last.opening_id, ranking__line=last.line_id, state=PlaceOffer.ACCEPTED
    )
    accepted = {
        str(number): amount for number, amount in offers.order_by("pk").values_list("application__number", "amount")
    }
    there = {row["id"] for row in entries}
    kept = (fully_funded(rank_snapshot(last.snapshot)) | accepted.keys()) & there
    return {
        "follows": last.sha256,
        "awarded": sorted(kept - gone.keys()),
        "renounced": [{"id": number, "why": why} for number, why in sorted(gone.items()) if number in there],
        "entries": [
            {**row, "amount": money_text(min(Decimal(row["amount"]), accepted[row["id"]]))}
            if row["id"] in accepted
            else row
            for row in entries
        ],
    }


# -- keeping a version


def next_version(opening: Opening, line: OpeningLine | None) -> int:
    """The number of the next version; a draft that was there goes."""
    rows = Ranking.objects.filter(opening=opening, line=line)
    rows.filter(state=Ranking.DRAFT).delete()
    last = rows.order_by("-version").values_list("version", flat=True).first()
    return (last or 0) + 1


def keep_rows(ranking: Ranking, outcome: RankingOutcome) -> None:
    """The places as rows, each with its reasons."""
    numbers = [row.id for row in outcome.placed]
    by_number = dict(Application.objects.filter(number__in=numbers).values_list("number", "pk"))
    entries = {row["id"]: row for row in ranking.snapshot["entries"]}
    RankingRow.objects.bulk_create(_rows(ranking, outcome, by_number, entries), batch_size=2000)


def _rows(
    ranking: Ranking, outcome: RankingOutcome, by_number: dict[Any, int], entries: dict[str, Any]
) -> Iterable[RankingRow]:
    for row in outcome.placed:
        entry = entries[row.id]
        yield RankingRow(
            ranking=ranking,
            application_id=by_number[row.id],
            position=row.position,
            score=row.score,
            outcome=row.outcome,
            amount=row.amount,
            reserve=row.from_reserve,
            asked=Decimal(entry["amount"]),
            points=entry["points"],
            tie_breaks=entry["tie_breaks"],
            decided_by=row.decided_by,
        )
