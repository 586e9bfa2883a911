"""The gate of each claim on a day, from what the office holds: in few questions to the database, however many claims."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F, Max

from levante.calls.api import instalments
from levante.claims.api import Claim, ClaimFile, beyond_plan, earlier_open
from levante.grants.api import whole_benefits
from levante.kernel.api import day_of
from levante.kernel.pure import ZERO, Bilingual, Decision, money_text
from levante.law import parameters
from levante.law.codes import check_iban
from levante.law.durc import Durc
from levante.payments import keeping, states
from levante.payments.holding import held_claims
from levante.payments.models import BankAccount, Check, Payment
from levante.payments.owing import Owed, owed_by
from levante.payments.papers_in_force import InForce, papers_in_force
from levante.payments.pure import gate as pure
from levante.payments.pure import gate_facts as facts

#: What a claim must bring along to be judged.
RELATED = (
    "award__act__call", "award__act__line__fund", "award__aid", "award__enterprise", "award__application", "award__awaits__heir",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Gate:
    """The gate of one claim: its checks, asked ``on`` a day of a payment to be made on ``pay_on`` (the same day where there is none), and
    the account it would be paid on. ``owed_here`` is what the enterprise owes back on our registers, to who pays, and was asked for."""

    on: date
    checks: Sequence[facts.Check]
    account: BankAccount | None
    parameters: Sequence[dict[str, Any]]
    pay_on: date | None = None
    owed_here: Decimal = ZERO

    @property
    def is_open(self) -> bool:
        return pure.is_open(self.checks)

    @property
    def kept(self) -> Decimal:
        return pure.kept_of(self.checks)

    @property
    def closed(self) -> list[facts.Check]:
        return [one for one in self.checks if one.outcome != facts.YES]

    def as_json(self) -> dict[str, Any]:
        return {
            "on": self.on.isoformat(),
            "pay_on": (self.pay_on or self.on).isoformat(),
            "checks": [one.as_json() for one in self.checks],
            "owed_here": money_text(self.owed_here),
            "parameters": list(self.parameters),
        }

    def decision(self, *, without: Iterable[str] = ()) -> Decision:
        """Whether all checks say yes (but for those left to a later moment); the reason lists those that do not."""
        left = set(without)
        closed = [one for one in self.closed if one.code not in left]
        if not closed:
            return Decision.yes()
        return Decision.no(
            "; ".join(f"{one.label.it}: {one.reason.it}" for one in closed) + ".",
            "; ".join(f"{one.label.en}: {one.reason.en}" for one in closed) + ".",
        )


def checks_in(frozen: dict[str, Any]) -> list[facts.Check]:
    """The checks of a gate that was frozen."""
    return [facts.Check.from_json(one) for one in frozen.get("checks", [])]


def gates_of(
    claims: Sequence[Claim], *, on: date, pay_on: date | None = None, drafted: Sequence[Payment] = ()
) -> dict[int, Gate]:
    """The gate of each claim (read with ``RELATED``), by its key; each yes must hold until ``pay_on``. What ``drafted`` payments of the
    same enterprises, not stored yet, keep is spent as what stored ones do."""
    firms = {one.award.enterprise_id for one in claims}
    accounts = {
        one.enterprise_id: one
        for one in BankAccount.objects.usable()
        .filter(enterprise__in=firms)
        .order_by("enterprise_id", "-id")
        .distinct("enterprise_id")
    }
    held = papers_in_force(firms)
    papers = held.own
    excess = dict(
        Claim.objects.filter(award__enterprise__in=firms, excess__gt=0)
        .order_by()
        .values_list("award__enterprise")
        .annotate(last=Max("decided_at"))
    )
    owed, spent, instead = owed_by(firms), keeping.offset_by(papers), keeping.kept_under_durc(papers)
    payers = keeping.payers_of(claims) if owed else {}
    defaults = keeping.defaults_of(firms)
    ordered = keeping.orders_in(defaults)
    collector = keeping.kept_for_collector(ordered)
    followed = {one.check_paper_id: keeping.followed_by(one) for one in defaults}
    nets = keeping.nets_of(claims)
    gone = keeping.gone_of({*(one.pk for one in claims), *(one.row.claim_id for one in drafted)}, papers)
    for payment in drafted:
        firm, claim = payment.account.enterprise_id, payment.row.claim_id
        if keeping.kept_by(payment.gate, facts.RECOVERIES):
            spent.setdefault(firm, set()).add(claim)
        kept = keeping.kept_by(payment.gate, facts.DURC)
        if kept:
            instead.setdefault(firm, {})[claim] = keeping.covered(kept, gone.get(claim, keeping.Gone()))
        for_collector = keeping.kept_by(payment.gate, facts.TAX_DEBTS)
        if for_collector:
            collector.setdefault(firm, {})[claim] = for_collector
    sent = {
        row.claim_id: row for row in ClaimFile.objects.filter(claim__in=claims, kind=ClaimFile.GUARANTEE).order_by("pk")
    }
    guarantees = {
        one.award_id: one
        for one in Check.objects.filter(
            award__in={one.award_id for one in claims}, kind=states.GUARANTEE, release__isnull=True
        )
        .order_by("award_id", "-id")
        .distinct("award_id")
    }
    earlier, beyond = earlier_open(claims), beyond_plan(claims)
    by_control = held_claims(one.pk for one in claims)
    wholes = whole_benefits([one.award for one in claims])
    return {
        one.pk: _gate(
            one,
            on,
            pay_on,
            accounts.get(one.award.enterprise_id),
            held,
            guarantees.get(one.award_id),
            sent.get(one.pk),
            excess,
            owed,
            payers.get(one.pk),
            spent.get(one.award.enterprise_id, set()) - {one.pk},
            _others(instead, one),
            followed,
            ordered.get(one.award.enterprise_id, ZERO),
            _others(collector, one),
            wholes[one.award_id],
            nets.get(one.pk),
            gone.get(one.pk, keeping.Gone()),
            earlier.get(one.pk, ""),
            by_control.get(one.pk),
            beyond[one.pk].words if one.pk in beyond else None,
        )
        for one in claims
    }


def _others(kept: dict[int, dict[int, Decimal]], claim: Claim) -> Decimal:
    """What the other claims of its enterprise keep."""
    told = kept.get(claim.award.enterprise_id, {})
    return sum((amount for of, amount in told.items() if of != claim.pk), ZERO)


def gate_of(claim: Claim, *, on: date) -> Gate:
    found = Claim.objects.select_related(*RELATED).get(pk=claim.pk)
    return gates_of([found], on=on)[found.pk]


def _gate(
    claim: Claim,
    on: date,
    pay_on: date | None,
    account: BankAccount | None,
    held: InForce,
    guarantee: Check | None,
    sent: ClaimFile | None,
    excess: dict[int, datetime],
    owed: dict[int, list[Owed]],
    payer: int | None,
    spent: set[int],
    durc_kept: Decimal,
    followed: dict[int, facts.Followed],
    ordered: Decimal,
    ordered_kept: Decimal,
    whole: Decimal,
    net: Decimal | None,
    gone: keeping.Gone,
    earlier: str,
    by_control: Bilingual | None,
    beyond: Bilingual | None,
) -> Gate:
    award = claim.award
    fund = award.act.line.fund
    cor, cup = award.codes
    papers = held.own
    durc, deggendorf, antimafia, tax_debts = (
        papers.get((award.enterprise_id, kind))
        for kind in (states.DURC, states.DEGGENDORF, states.ANTIMAFIA, states.TAX_DEBTS)
    )
    told = facts.Facts(
        on=on,
        pay_on=pay_on,
        amount=claim.due or ZERO,
        whole=whole,
        fund_kind=fund.kind if fund is not None else "other",
        in_force=award.is_in_force and not award.is_suspended,
        earlier_claim=earlier,
        held=by_control,
        beyond_plan=beyond,
        heir_awaited=award.awaits.heir.name if award.awaits is not None else "",
        against={
            kind: facts.Against(one.tax_code, one.number, one.issued_on)
            for (firm, kind), one in held.against.items()
            if firm == award.enterprise_id
        },
        cup=cup,
        cor=cor,
        guarantee_needed=_wants_guarantee(claim),
        durc=certificate_of(durc),
        durc_kept=durc_kept,
        net=net,
        gone_before=gone.before,
        gone_since=gone.since,
        set_off=gone.set_off,
        deggendorf=certificate_of(deggendorf),
        antimafia=_antimafia(antimafia),
        guarantee=_guarantee(guarantee, sent),
        account=_account(account),
        tax_debts=certificate_of(tax_debts),
        followed=followed.get(tax_debts.pk) if tax_debts is not None else None,
        ordered=ordered,
        ordered_kept=ordered_kept,
        collector_gone=gone.collector,
        recoveries=_recoveries(
            papers.get((award.enterprise_id, states.RECOVERIES)),
            excess.get(award.enterprise_id),
            owed.get(award.enterprise_id, []),
            payer,
            bool(spent),
            on,
        ),
    )
    with parameters.recording() as used:
        checks = pure.checks_of(told)
    here = sum((one.amount for one in owed.get(award.enterprise_id, []) if one.to == payer and one.asked), ZERO)
    return Gate(on, checks, account, [one.as_json() for one in used], pay_on, here)


def _wants_guarantee(claim: Claim) -> bool:
    """Whether the call pays this part with a guarantee."""
    award = claim.award
    return any(one.guarantee for one in instalments(award.act.call.payment, award.amount) if one.code == claim.mode)


def certificate_of(found: Check | None) -> facts.Certificate | None:
    """A paper as the gate reads it."""
    if found is None:
        return None
    clear = found.outcome == states.CLEAR
    return facts.Certificate(found.number, found.issued_on, clear, found.valid_until, found.debt)


def _antimafia(found: Check | None) -> facts.Antimafia | None:
    if found is None:
        return None
    clear = None if found.outcome == states.WAITING else found.outcome == states.CLEAR
    return facts.Antimafia(found.number, found.issued_on, found.released_on, clear, found.valid_until, found.urgent)


def antimafia_of(enterprises: set[int]) -> dict[int, facts.Antimafia]:
    """The last information of each of these enterprises, for the room that awards."""
    found = papers_in_force(enterprises, states.ANTIMAFIA)
    told = {firm: _antimafia(one) for (firm, _kind), one in (found.own | found.against).items()}
    return {firm: paper for firm, paper in told.items() if paper is not None}


def antimafia_on(enterprise: int, day: date) -> facts.Antimafia | None:
    """The information that the office held about an enterprise on a day: the last recorded by then."""
    rows = Check.objects.filter(
        enterprise=enterprise, tax_code=F("enterprise__tax_code"), kind=states.ANTIMAFIA, recorded_at__date__lte=day
    )
    return _antimafia(rows.order_by("-id").first())


def durc_of(enterprises: set[int]) -> dict[int, Durc]:
    """The last DURC of each of these enterprises, for the room that awards."""
    found = papers_in_force(enterprises, states.DURC)
    return {
        firm: Durc(one.number, one.issued_on, one.outcome == states.CLEAR, one.valid_until)
        for (firm, _kind), one in (found.own | found.against).items()
        if one.valid_until is not None
    }


def _guarantee(found: Check | None, sent: ClaimFile | None) -> facts.Guarantee | None:
    """The one that the office recorded, else the one that came with the claim, which the guarantor has still to confirm."""
    if found is None and sent is not None and sent.amount is not None and sent.until is not None:
        return facts.Guarantee(sent.number, sent.issuer, sent.amount, sent.until, verified=False)
    if found is None or found.outcome != states.CLEAR or found.amount is None or found.valid_until is None:
        return None
    return facts.Guarantee(found.number, found.guarantor, found.amount, found.valid_until, found.confirmed)


def _recoveries(
    found: Check | None,
    excess: datetime | None,
    owed: Sequence[Owed],
    payer: int | None,
    spent: bool,
    on: date,
) -> Sequence[facts.Recovery] | None:
    """What the last look at the debtors says; ``None`` when there is none, when it is old, or when a
    claim was since found to have had too much. An offset is decided for one payment, and of all that was owed: with
    more owed since, or once another payment kept it (``spent``), it is to be decided again. What is owed to another body than the one
    that pays (``payer``) is never kept; what it did not ask for yet is asked first."""
    decided = found is not None and found.outcome == states.NOT_CLEAR and found.amount is not None
    if owed and decided and found is not None:
        decided = not spent and sum((one.amount for one in owed), ZERO) <= (found.debt or ZERO)
    to_ask = any(one.to == payer and not one.asked for one in owed)
    if owed and (to_ask or not decided):  # whatever the paper says, it is owed
        return tuple(
            facts.Recovery(one.number, one.amount, elsewhere=one.to != payer, to_ask=one.to == payer and not one.asked)
            for one in owed
        )
    if spent:
        return None
    days = int(parameters.value("payment.recoveries.days", on=on).value)
    if (
        found is None
        or found.issued_on + timedelta(days=days) < on
        or (excess is not None and found.recorded_at < excess)
    ):
        return None
    if found.outcome == states.CLEAR:
        return ()
    debt, offset = found.debt or ZERO, found.amount
    keepable = max(debt - sum((one.amount for one in owed if one.to != payer), ZERO), ZERO)
    if offset is not None:
        offset = min(offset, keepable)
    agreed = found.second_by_id is not None
    return (facts.Recovery(found.number, debt, offset, keepable=keepable, agreed=agreed),)


def _account(found: BankAccount | None) -> facts.Account | None:
    if found is None:
        return None
    return facts.Account(
        iban_valid=bool(check_iban(found.iban)),
        in_name=found.in_name,
        declared_on=day_of(found.declared_at),
        replaces=found.replaces_id is not None,
        verified_by=found.verified_by_id,
        verified_on=day_of(found.verified_at) if found.verified_at else None,
        second_by=found.second_by_id,
    )
