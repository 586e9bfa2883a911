"""The act of liquidation: drafted by finance, signed by the director; what comes back of it is in ``verifying``."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.db.models import Sum

from levante.applications.api import without_conflict
from levante.claims.api import Claim, require_none_waits
from levante.claims.api import states as claim_states
from levante.kernel.api import (
    Actor,
    note,
    now,
    refuse,
    require,
    service,
    today,
    unchanged,
)
from levante.kernel.pure import ZERO, Bilingual, money_text
from levante.payments import states
from levante.payments.act_text import act_data
from levante.payments.gates import RELATED, Gate, gates_of
from levante.payments.holding import require_none_held
from levante.payments.models import Liquidation, LiquidationRow
from levante.payments.paying import may_pay_for, paying_office
from levante.payments.policies import files_of, may_liquidate, may_work_liquidation
from levante.payments.pure.gate_facts import ACCOUNT
from levante.payments.pure.withholding import Paid, split
from levante.payments.workflow import LIQUIDATIONS
from levante.programme.api import (
    print_act,
    send_act,
)

TEMPLATE = "payments/pdf_liquidation.html"
#: As many claims as one act verifies; up to ``AT_ONCE`` its text is printed at once.
MOST_IN_AN_ACT, AT_ONCE = 1_000, 10
#: Checks that an act of liquidation can do without: the account may be named later, before the money leaves.
LATER = (ACCOUNT,)


@service("payments.draft_liquidation")
def draft_liquidation(
    *, actor: Actor, claims: Iterable[Claim], title: str = "", only_ready: bool = False
) -> Liquidation:
    """Prepare one act for assessed claims of one call and one budget line: the gate of each is asked and frozen (but for the account), what
    is withheld is reckoned. All or nothing: the reason names the claim that cannot be in it; ``only_ready`` leaves out those whose gate is
    closed, which wait still."""
    require(may_liquidate(actor))
    wanted = {claim.pk for claim in claims}
    if not wanted:
        refuse("Scegli almeno una domanda di pagamento verificata.", "Choose at least one assessed claim.")
    if len(wanted) > MOST_IN_AN_ACT:
        refuse(
            f"Un atto liquida al massimo {MOST_IN_AN_ACT} domande.", f"An act verifies {MOST_IN_AN_ACT} claims at most."
        )
    chosen = locked_claims(wanted)
    if len({(one.award.act.call_id, one.award.act.line_id) for one in chosen}) != 1:
        refuse(
            "Un atto liquida domande di un solo bando e di una sola linea di bilancio.",
            "An act verifies claims of one call and one budget line.",
        )
    first = chosen[0].award.act
    body = paying_office(first.call.office)
    require(may_pay_for(actor, body))
    act = Liquidation.objects.create(
        call=first.call,
        line=first.line,
        paid_by=body,
        title=(title.strip() or f"Liquidazione dei contributi: {first.call.title_it}")[:500],
        is_demo=any(one.award.act.is_demo for one in chosen),
        created_at=now(),
        prepared_by_id=actor.user_id,
    )
    gates = gates_of(chosen, on=today())
    if only_ready:
        chosen = [one for one in chosen if gates[one.pk].decision(without=LATER)]
        if not chosen:
            refuse("Nessuna ha i controlli a posto.", "None has its checks all right.")
    taken, before = _taken(chosen), _before(chosen)
    LiquidationRow.objects.bulk_create(
        [_put_in(act, claim, gates[claim.pk], taken, before) for claim in chosen], batch_size=200
    )
    require(without_conflict(actor, files_of(act)))
    write_document(actor, act)
    note(
        claims=[one.register_number for one in chosen], total=money_text(sum((one.due or ZERO for one in chosen), ZERO))
    )
    return act


def locked_claims(wanted: Iterable[int]) -> list[Claim]:
    """These claims under a lock, in order: two officers who want the same wait for each other."""
    rows = Claim.objects.select_for_update(of=("self",)).select_related(*RELATED).filter(pk__in=list(wanted))
    return list(rows.order_by("pk"))


def _put_in(act: Liquidation, claim: Claim, gate: Gate, taken: set[int], before: dict[int, Paid]) -> LiquidationRow:
    number = claim.register_number or str(claim.pk)
    if claim.state != claim_states.ASSESSED or not claim.due:
        refuse(f"{number}: non è verificata, o non spetta nulla.", f"{number}: it is not assessed, or nothing is due.")
    if claim.pk in taken:
        refuse(f"{number}: è già in un atto di liquidazione.", f"{number}: it is in an act of liquidation already.")
    decision = gate.decision(without=LATER)
    if not decision:
        refuse(f"{number}: {decision.reason.it}", f"{number}: {decision.reason.en}")
    rate = Decimal((claim.award.act.call.payment.get("withholding") or {}).get("rate", "0"))
    already = before.get(claim.award_id, Paid())
    parts = split(claim.due, rate=rate, capital=claim.due_capital, before=already)
    before[claim.award_id] = Paid(already.subject + parts.subject, already.withheld + parts.withheld)
    return LiquidationRow(
        liquidation=act,
        claim=claim,
        gross=parts.gross,
        subject=parts.subject,
        rate=rate,
        withheld=parts.withheld,
        net=parts.net,
        account=gate.account,
        gate=gate.as_json(),
    )


def _taken(claims: Sequence[Claim]) -> set[int]:
    """Those that an act has already."""
    rows = LiquidationRow.objects.filter(claim__in=claims, state__in=states.STANDING)
    return set(rows.order_by().values_list("claim_id", flat=True))


def _before(claims: Sequence[Claim]) -> dict[int, Paid]:
    """What other acts verified, or are about to, of the awards of these claims."""
    awards = {claim.award_id for claim in claims}
    rows = LiquidationRow.objects.filter(claim__award__in=awards, state__in=states.STANDING).order_by()
    sums = rows.values_list("claim__award").annotate(subject=Sum("subject"), withheld=Sum("withheld"))
    return {award: Paid(subject, withheld) for award, subject, withheld in sums}


def write_document(actor: Actor, act: Liquidation) -> None:
    """The text of a draft, from its rows; the PDF of a long one is the worker's."""
    rows = rows_of(act, states.IN_ACT)
    act.document = print_act(
        actor=actor, before=act.document, long=len(rows) > AT_ONCE, kind="liquidation", template=TEMPLATE, title=act.title,
        data=act_data(act, rows), subject=act,
    )  # fmt: skip
    act.save(update_fields=["document"])


def rows_of(act: Liquidation, state: str, most: int | None = None) -> list[LiquidationRow]:
    related = [f"claim__{name}" for name in RELATED]
    return list(act.rows.filter(state=state).select_related(*related).order_by("pk")[:most])


def locked_act(pk: int) -> Liquidation:
    return (
        Liquidation.objects.select_for_update(of=("self",))
        .select_related("call__office", "line__triennium__programme", "document", "request")
        .get(pk=pk)
    )


@service("payments.drop_row")
def drop_row(*, actor: Actor, row: LiquidationRow, reason: str) -> LiquidationRow:
    """Take a claim out of a draft, with the reason; an act that holds nothing more is cancelled."""
    act = locked_act(row.liquidation_id)
    require(may_work_liquidation(actor, act))
    held = LiquidationRow.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if held.state == states.DROPPED:
        return unchanged(held)
    if act.state != states.DRAFT or held.state != states.IN_ACT:
        refuse("Ora non si può togliere dall’atto.", "It cannot be taken out of the act now.")
    if not reason.strip():
        refuse("Scrivi il motivo.", "Write the reason.", field="reason")
    free_row(held, states.DROPPED, Bilingual(reason.strip(), reason.strip()))
    if act.rows.filter(state=states.IN_ACT).exists():
        write_document(actor, act)
    else:
        close_act(act, states.CANCELLED, reason.strip())
    return held


@service("payments.cancel_liquidation")
def cancel_liquidation(*, actor: Actor, act: Liquidation, reason: str) -> Liquidation:
    """Give up a draft: its claims wait for another act."""
    held = locked_act(act.pk)
    if held.state == states.CANCELLED:
        return unchanged(held)
    require(LIQUIDATIONS.may("cancel", actor, held, state=held.state))
    if not reason.strip():
        refuse("Scrivi il motivo.", "Write the reason.", field="reason")
    free_all(held, states.DROPPED, Bilingual(reason.strip(), reason.strip()))
    close_act(held, states.CANCELLED, reason.strip())
    return held


@service("payments.send_liquidation")
def send_liquidation(*, actor: Actor, act: Liquidation) -> Liquidation:
    """The director signs and sends: the act goes to the Region's system. Sent twice, it went once."""
    held = locked_act(act.pk)
    if held.state == states.SENT:
        return unchanged(held)
    require(LIQUIDATIONS.may("send", actor, held, state=held.state))
    rows = rows_of(held, states.IN_ACT)
    require_none_waits([row.claim for row in rows])
    require_none_held([row.claim for row in rows])
    for row in rows:
        require_as_it_was(row)
    total = sum((row.gross for row in rows), ZERO)
    document = held.document
    assert document is not None
    held.request = send_act(
        actor=actor,
        kind="liquidation",
        name=f"liquidation-{held.pk}",
        title=held.title,
        office=held.call.office,
        line=held.line,
        amount=total,
        document=document,
    )
    held.state, held.sent_at, held.sent_by_id = states.SENT, now(), actor.user_id
    held.save(update_fields=["state", "sent_at", "sent_by", "request"])
    note(total=money_text(total), rows=len(rows), key=held.request.key)
    return held


def require_as_it_was(row: LiquidationRow) -> None:
    """The claim is still the one that the act was written on."""
    claim = row.claim
    if claim.state != claim_states.ASSESSED or (claim.due, claim.due_capital) != (row.gross, row.capital):
        refuse(
            f"{claim.register_number}: dopo la bozza la verifica è cambiata. Togli la domanda dall’atto e rifalla.",
            f"{claim.register_number}: its assessment changed since the draft. Take the claim out of the act and put it in again.",
        )


def free_row(row: LiquidationRow, state: str, reason: Bilingual) -> None:
    LiquidationRow.objects.filter(pk=row.pk).update(state=state, stop_reason_it=reason.it, stop_reason_en=reason.en)
    row.state, row.stop_reason_it, row.stop_reason_en = state, reason.it, reason.en


def free_all(act: Liquidation, state: str, reason: Bilingual) -> None:
    act.rows.filter(state=states.IN_ACT).update(state=state, stop_reason_it=reason.it, stop_reason_en=reason.en)


def close_act(act: Liquidation, state: str, reason: str, *, save: bool = True) -> None:
    act.state, act.closed_at, act.closing_reason = state, now(), reason
    if save:
        act.save(update_fields=["state", "closed_at", "closing_reason", "their_id"])
