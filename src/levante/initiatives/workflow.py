"""The life of an initiative as a table."""

from collections.abc import Callable, Iterable

from levante.exchange.api import named
from levante.initiatives import policies, states
from levante.initiatives.models import Initiative
from levante.initiatives.states import (
    APPROVED,
    CALLING,
    CANCELLED,
    CLOSED,
    DONE,
    FOLLOWING,
    ON_SITE,
    PLANNED,
    PREPARING,
    TO_COME,
)
from levante.kernel.api import Missing, Transition, Workflow, today
from levante.kernel.pure import Bilingual


def _act_and_line(initiative: Initiative) -> Iterable[Missing]:
    if initiative.budget_line_id is None:
        yield Missing(Bilingual("la linea di bilancio", "the budget line"), "budget_line")
    if initiative.cost is None:
        yield Missing(Bilingual("il costo (0 se non ne ha)", "the cost (0 when it has none)"), "cost")
    if initiative.act_id is None:
        yield Missing(Bilingual("l’atto che la approva", "the act that approves it"), "act")


def _window(initiative: Initiative) -> Iterable[Missing]:
    if initiative.opens_at is None or initiative.closes_at is None:
        yield Missing(
            Bilingual("apertura e chiusura della raccolta", "opening and closing of the call for interest"), "opens_at"
        )


def _first_day(initiative: Initiative) -> Iterable[Missing]:
    if today() < initiative.starts_on:
        yield Missing(
            Bilingual(f"il primo giorno, {initiative.starts_on:%d/%m/%Y}", f"the first day, {initiative.starts_on:%d/%m/%Y}")
        )  # fmt: skip


def _last_day(initiative: Initiative) -> Iterable[Missing]:
    if today() <= initiative.ends_on:
        yield Missing(
            Bilingual(
                f"la fine, dopo il {initiative.ends_on:%d/%m/%Y}", f"the end, after {initiative.ends_on:%d/%m/%Y}"
            )
        )


_asked: list[tuple[str, str]] = []


def asked_before(step: str, function: str) -> None:
    """Say what a room above asks before a step: ``"package.module:function"``, called as ``f(initiative=)``, gives what is ``Missing``."""
    if (step, function) not in _asked:
        _asked.append((step, function))


def _rooms_above(step: str) -> Callable[[Initiative], Iterable[Missing]]:
    def missing(initiative: Initiative) -> Iterable[Missing]:
        for asked, function in _asked:
            if asked == step:
                yield from named(function)(initiative=initiative)

    return missing


INITIATIVES: Workflow[Initiative] = Workflow(
    states.STATES,
    [
        Transition(
            "approve",
            frozenset({PLANNED}),
            APPROVED,
            Bilingual("Approva", "Approve"),
            policies.may_approve,
            (_act_and_line,),
        ),
        Transition(
            "call",
            frozenset({APPROVED, CLOSED, PREPARING}),
            CALLING,
            Bilingual("Apri la raccolta di interesse", "Open the call for interest"),
            policies.may_plan,
            (_window, _rooms_above("call")),
        ),
        Transition(
            "close",
            frozenset({CALLING}),
            CLOSED,
            Bilingual("Chiudi la raccolta", "Close the call for interest"),
            policies.may_plan,
        ),
        Transition(
            "prepare",
            frozenset({APPROVED, CLOSED}),
            PREPARING,
            Bilingual("Comincia la preparazione", "Begin the preparation"),
            policies.may_plan,
            (_rooms_above("prepare"),),
        ),
        Transition(
            "begin",
            frozenset(TO_COME),
            ON_SITE,
            Bilingual("È cominciata", "It has begun"),
            policies.may_plan,
            (_first_day,),
        ),
        Transition(
            "follow",
            frozenset({ON_SITE}),
            FOLLOWING,
            Bilingual("È finita: si segue che cosa ne viene", "It is over: follow what comes of it"),
            policies.may_plan,
            (_last_day,),
        ),
        Transition(
            "conclude",
            frozenset({FOLLOWING}),
            DONE,
            Bilingual("Concludi", "Conclude"),
            policies.may_plan,
            (_rooms_above("conclude"),),
        ),
        Transition(
            "cancel",
            frozenset(states.CANCELLABLE),
            CANCELLED,
            Bilingual("Annulla", "Cancel"),
            policies.may_approve,
            (_rooms_above("cancel"),),
        ),
    ],
)
