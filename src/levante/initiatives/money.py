"""The money of an initiative on its budget line: what the plan reserves, what the approval commits, what comes back.

Every movement cites its act and goes through the programme's register, which refuses what would take a line below zero.
"""

from decimal import Decimal

from levante.initiatives.models import Initiative
from levante.kernel.api import refuse, system, today
from levante.kernel.pure import ZERO
from levante.programme.api import Act, Balances, BudgetLine, Position, record_movement, vocabulary

SUBJECT = "initiatives.Initiative"


def position_of(initiative: Initiative, line: BudgetLine | None = None) -> Position | None:
    """What the initiative holds on its line (or on another one); ``None`` when it never held anything."""
    on_line = line or initiative.budget_line
    if on_line is None:
        return None
    return Position.objects.filter(line=on_line, subject_type=SUBJECT, subject_id=str(initiative.pk)).first()


def balances_of(initiative: Initiative, line: BudgetLine | None = None) -> Balances:
    position = position_of(initiative, line)
    return Balances.of(position) if position is not None else Balances()


def plan_money(initiative: Initiative, *, reason: str) -> None:
    """Planned: its cost is reserved on its line, citing the act of the plan (or the one that will approve it)."""
    act = initiative.planning_act or initiative.act
    if initiative.budget_line is None or act is None:
        return
    _settle(initiative, act, reserved=initiative.cost or ZERO, committed=ZERO, reason=reason)


def commit_money(initiative: Initiative, *, act: Act, reason: str) -> None:
    """Approved, or its cost changed by an act: its cost is committed; the reservation is used, what is left of it is freed."""
    _settle(initiative, act, reserved=ZERO, committed=initiative.cost or ZERO, reason=reason)


def free_money(initiative: Initiative, *, act: Act | None, reason: str, line: BudgetLine | None = None) -> None:
    """Cancelled, or moved to another line: all that was not verified as due goes back to the line."""
    held = balances_of(initiative, line)
    if not held.reserved and held.committed == held.liquidated:
        return
    if act is None:
        refuse("Indica l’atto: libera somme.", "Give the act: it frees money.", field="act")
    _settle(initiative, act, reserved=ZERO, committed=held.liquidated, reason=reason, line=line)


def _settle(
    initiative: Initiative,
    act: Act,
    *,
    reserved: Decimal,
    committed: Decimal,
    reason: str,
    line: BudgetLine | None = None,
) -> None:
    """The movements that bring what the initiative holds to these amounts; none when it is there already."""
    held = balances_of(initiative, line)
    if committed > held.committed:
        _record(initiative, line, vocabulary.COMMITMENT, committed - held.committed, act, reason)
        held = balances_of(initiative, line)
    elif committed < held.committed:
        if committed < held.liquidated:
            refuse(
                "Una parte è già liquidata: il costo non può scendere sotto quella somma.",
                "Part of it has been verified as due: the cost cannot go below that sum.",
                field="cost",
            )
        _record(initiative, line, vocabulary.RELEASE, held.committed - committed, act, reason, release_of="committed")
    if reserved > held.reserved:
        _record(initiative, line, vocabulary.RESERVATION, reserved - held.reserved, act, reason)
    elif reserved < held.reserved:
        _record(initiative, line, vocabulary.RELEASE, held.reserved - reserved, act, reason, release_of="reserved")


def _record(
    initiative: Initiative,
    line: BudgetLine | None,
    kind: str,
    amount: Decimal,
    act: Act,
    reason: str,
    release_of: str = "",
) -> None:
    """One movement, imputed to the exercise in which the initiative takes place (never one that is over)."""
    on_line = line or initiative.budget_line
    if on_line is None:
        raise ValueError("no line, no movement")
    record_movement(
        actor=system("initiatives.money"),
        line=on_line,
        kind=kind,
        amount=amount,
        act=act,
        exercise=max(today().year, initiative.starts_on.year),
        subject_type=SUBJECT,
        subject_id=str(initiative.pk),
        subject_label=initiative.title_it,
        sectors=list(initiative.sectors.all()) or None,
        release_of=release_of,
        reason=f"{reason}: {initiative.title_it}"[:500],
        demonstration=initiative.demonstration,
    )
