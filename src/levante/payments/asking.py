"""The check of tax debts of a payment that is no claim's: money given back, which no liquidation verifies."""

from datetime import date
from decimal import Decimal

from levante.payments import keeping, states
from levante.payments.gates import certificate_of
from levante.payments.papers_in_force import last_paper
from levante.payments.pure import gate_facts as facts
from levante.payments.pure.gate_taxes import tax_debts


def tax_check_of(enterprise_id: int, amount: Decimal, *, on: date) -> facts.Check:
    """What art. 48-bis DPR 602/1973 says on a day of a payment of ``amount`` euro to an enterprise; ``kept`` is what an order of the
    collector in force, that no payment covers, would take of it."""
    paper = last_paper(enterprise_id, states.TAX_DEBTS)
    defaults = keeping.defaults_of([enterprise_id])
    standing = {one.check_paper_id: one for one in defaults}.get(paper.pk) if paper is not None else None
    ordered = keeping.orders_in(defaults)
    kept = keeping.kept_for_collector(ordered).get(enterprise_id, {})
    told = facts.Facts(
        on=on,
        amount=amount,
        whole=amount,
        fund_kind="other",
        in_force=True,
        cup="",
        cor="",
        tax_debts=certificate_of(paper),
        followed=keeping.followed_by(standing) if standing is not None else None,
        ordered=ordered.get(enterprise_id, Decimal(0)),
        ordered_kept=sum(kept.values(), Decimal(0)),
    )
    return tax_debts(told)
