"""The life of an initiative as a table."""

from collections.abc import Iterable

from levante.initiatives import policies, states
from levante.initiatives.models import Initiative
from levante.initiatives.states import APPROVED, CALLING, CANCELLED, CLOSED, DONE, PLANNED
from levante.kernel.api import Missing, Transition, Workflow
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
            frozenset({APPROVED, CLOSED}),
            CALLING,
            Bilingual("Apri la raccolta di interesse", "Open the call for interest"),
            policies.may_plan,
            (_window,),
        ),
        Transition(
            "close",
            frozenset({CALLING}),
            CLOSED,
            Bilingual("Chiudi la raccolta", "Close the call for interest"),
            policies.may_plan,
        ),
        Transition(
            "conclude",
            frozenset({APPROVED, CLOSED}),
            DONE,
            Bilingual("Segna come conclusa", "Mark as done"),
            policies.may_plan,
        ),
        Transition(
            "cancel",
            frozenset({PLANNED, APPROVED, CALLING, CLOSED}),
            CANCELLED,
            Bilingual("Annulla", "Cancel"),
            policies.may_approve,
        ),
    ],
)
