"""What payments keep for others: for the institutes under a DURC, for the collector, as an offset; and what of it left already."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db.models import Sum

from levante.claims.api import Claim
from levante.kernel.pure import ZERO, Bilingual
from levante.payments import states
from levante.payments.models import Check, DefaultOutcome, InsteadPayment, LiquidationRow, Payment
from levante.payments.owing import given_to_collector
from levante.payments.paying import managed_by, paying_office
from levante.payments.pure import gate_facts as facts

#: What is paid of no claim: money given back.
OF_NO_CLAIM = 0
#: The last paper of each kind, by enterprise and kind.
Papers = Mapping[tuple[int, str], Check]


@dataclass(frozen=True, slots=True)
class Gone:
    """What of the money of a claim is not the enterprise's any more, whatever became of its transfers, in euro: paid to institutes in its
    stead before its DURC was issued, and since; written on recoveries as an offset; paid to the collector."""

    before: Decimal = ZERO
    since: Decimal = ZERO
    set_off: Decimal = ZERO
    collector: Decimal = ZERO

    @property
    def to_institutes(self) -> Decimal:
        return self.before + self.since


def kept_by(gate: Mapping[str, object], code: str) -> Decimal:
    """What the check ``code`` of a gate that was frozen keeps."""
    checks: Sequence[dict[str, object]] = gate.get("checks", [])  # type: ignore[assignment]
    return sum((Decimal(str(one["kept"])) for one in checks if one["code"] == code), ZERO)


#: Whom what a check keeps goes to.
WHOM = {
    facts.DURC: Bilingual("a INPS e INAIL al posto dell’impresa", "to INPS and INAIL in the enterprise’s stead"),
    facts.RECOVERIES: Bilingual("in compensazione di un recupero", "set off against a recovery"),
    facts.TAX_DEBTS: Bilingual("all’agente della riscossione", "to the tax collector"),
}


def who_kept(payment: Payment) -> list[tuple[Bilingual, Decimal]]:
    """Whom what a payment kept goes to, and how much, as its gate said when the money left. No query."""
    return [(whom, kept) for code, whom in WHOM.items() if (kept := kept_by(payment.gate, code))]


def nets_of(claims: Iterable[Claim]) -> dict[int, Decimal]:
    """What is left of each claim once tax is withheld, where an act holds it. One query."""
    rows = LiquidationRow.objects.filter(claim__in=list(claims), state__in=states.STANDING).order_by()
    return dict(rows.values_list("claim", "net"))


def payers_of(claims: Iterable[Claim]) -> dict[int, int | None]:
    """By claim, the key of the agency that pays it: of its act of liquidation, where it has one, else who would draft one today. Those that
    the Section pays may be left out. At most three queries; none where no agency pays."""
    if not settings.PAYERS:
        return {}
    wanted = list(claims)
    rows = (
        Claim.objects.filter(pk__in=[one.pk for one in wanted]).order_by().values_list("pk", "award__act__call__office")
    )
    bodies = {one.pk: paying_office(one) for one in managed_by(settings.PAYERS).select_related("parent__parent")}
    found = {claim: body.pk for claim, office in rows if (body := bodies.get(office)) is not None}
    acts = LiquidationRow.objects.filter(claim__in=wanted, state__in=states.STANDING).order_by()
    return {**found, **dict(acts.values_list("claim", "liquidation__paid_by"))}


def gone_of(claims: Iterable[int], papers: Papers) -> dict[int, Gone]:
    """By claim, what left already. Two queries."""
    wanted = list(claims)
    issued = _issued(papers)
    before: dict[int, Decimal] = {}
    since: dict[int, Decimal] = {}
    collector: dict[int, Decimal] = {}
    rows = InsteadPayment.objects.standing().filter(payment__row__claim__in=wanted).order_by("pk")
    for claim, firm, payee, on, amount in rows.values_list(
        "payment__row__claim", "payment__row__claim__award__enterprise", "institute", "paid_on", "amount"
    ):
        told = before if firm in issued and on < issued[firm] else since
        if payee == states.COLLECTOR:
            told = collector
        told[claim] = told.get(claim, ZERO) + amount
    offsets = Payment.objects.filter(row__claim__in=wanted, set_off__gt=0).order_by()
    set_off = dict(offsets.values_list("row__claim").annotate(total=Sum("set_off")))
    return {
        claim: Gone(*(told.get(claim, ZERO) for told in (before, since, set_off, collector)))
        for claim in {*before, *since, *set_off, *collector}
    }


def _issued(papers: Papers) -> dict[int, date]:
    """The day of the DURC of each enterprise."""
    return {firm: one.issued_on for (firm, kind), one in papers.items() if kind == states.DURC}


def offset_by(papers: Papers) -> dict[int, set[int]]:
    """Of each enterprise whose last look at the debtors decided an offset, the claims whose payment keeps it, or kept it since; where
    nothing is kept, those whose payment left on that decision, or leaves."""
    decided = {
        firm: one
        for (firm, kind), one in papers.items()
        if kind == states.RECOVERIES and one.outcome == states.NOT_CLEAR and one.amount is not None
    }
    found: dict[int, set[int]] = {}
    if not decided:
        return found
    rows = Payment.objects.filter(row__claim__award__enterprise__in=decided, state__in=states.LIVE)
    for firm, claim, sent_at, gate in rows.order_by("pk").values_list(
        "row__claim__award__enterprise", "row__claim", "order__sent_at", "gate"
    ):
        spends = not decided[firm].amount or kept_by(gate, facts.RECOVERIES)
        if spends and (sent_at is None or sent_at > decided[firm].recorded_at):
            found.setdefault(firm, set()).add(claim)
    return found


def kept_under_durc(papers: Papers) -> dict[int, dict[int, Decimal]]:
    """Of each enterprise whose DURC tells a debt, what of that debt each claim covers, in euro: what a payment on its way or done keeps for
    the institutes, or what went to them although the transfer came back; less what had reached them before the paper was issued, of which
    the paper knows already. What went to them on its day, or later, it does not know."""
    told = {firm for (firm, kind), one in papers.items() if kind == states.DURC and one.debt}
    if not told:
        return {}
    rows = Payment.objects.filter(row__claim__award__enterprise__in=told, kept__gt=0).order_by("pk")
    live: dict[int, dict[int, Decimal]] = {}
    for firm, claim, state, gate in rows.values_list("row__claim__award__enterprise", "row__claim", "state", "gate"):
        kept = kept_by(gate, facts.DURC) if state in states.LIVE else ZERO
        claims = live.setdefault(firm, {})
        claims[claim] = max(claims.get(claim, ZERO), kept)
    gone = gone_of({claim for claims in live.values() for claim in claims}, papers)
    return {
        firm: {claim: covered(kept, gone.get(claim, Gone())) for claim, kept in claims.items()}
        for firm, claims in live.items()
    }


def covered(kept: Decimal, gone: Gone) -> Decimal:
    """What of the debt of the last DURC a claim covers, of what its payment keeps."""
    return max(kept, gone.to_institutes) - gone.before


def defaults_of(firms: Iterable[int]) -> list[DefaultOutcome]:
    """What followed the answers in default about these enterprises and stands, each with its answer. One query."""
    rows = DefaultOutcome.objects.standing().filter(check_paper__enterprise__in=list(firms))
    return list(rows.select_related("check_paper").order_by("pk"))


def followed_by(outcome: DefaultOutcome) -> facts.Followed:
    """One of them as the gate reads it."""
    return facts.Followed(outcome.on, outcome.confirmed_at is not None, outcome.amount, outcome.number)


def orders_in(outcomes: Iterable[DefaultOutcome]) -> dict[int, Decimal]:
    """What the orders of the collector in force about each enterprise come to, in euro."""
    found: dict[int, Decimal] = {}
    for one in outcomes:
        if one.kind == states.ORDER_SERVED and one.confirmed_at is not None and one.amount is not None:
            firm = one.check_paper.enterprise_id
            found[firm] = found.get(firm, ZERO) + one.amount
    return found


def kept_for_collector(firms: Iterable[int]) -> dict[int, dict[int, Decimal]]:
    """Of each of these enterprises, what of the orders of the collector each claim covers, in euro: what a payment on its way or done
    keeps for it, or what it got although the transfer came back; under ``OF_NO_CLAIM`` what is kept of money given back."""
    wanted = list(firms)
    if not wanted:
        return {}
    found: dict[int, dict[int, Decimal]] = {}
    rows = Payment.objects.filter(row__claim__award__enterprise__in=wanted, kept__gt=0, state__in=states.LIVE).order_by(
        "pk"
    )
    for firm, claim, gate in rows.values_list("row__claim__award__enterprise", "row__claim", "gate"):
        kept = kept_by(gate, facts.TAX_DEBTS)
        if kept:
            claims = found.setdefault(firm, {})
            claims[claim] = max(claims.get(claim, ZERO), kept)
    paid = InsteadPayment.objects.standing().filter(
        institute=states.COLLECTOR, payment__row__claim__award__enterprise__in=wanted
    )
    sums = paid.order_by().values_list("payment__row__claim__award__enterprise", "payment__row__claim")
    for firm, claim, total in sums.annotate(total=Sum("amount")):
        claims = found.setdefault(firm, {})
        claims[claim] = max(claims.get(claim, ZERO), total)
    for firm, given in given_to_collector(wanted).items():
        found.setdefault(firm, {})[OF_NO_CLAIM] = given
    return found
