"""The life of a call and of its openings as tables."""

from collections.abc import Callable, Iterable
from typing import Any

from levante.calls.models import Call, Opening
from levante.calls.states import CALL_STATES, OPENING_STATES
from levante.identity.api import roles
from levante.kernel.api import Actor, Missing, Transition, Workflow, now
from levante.kernel.pure import Bilingual, Decision


def _allowed(*wanted: str, what: Bilingual) -> Callable[[Actor, Any], Decision]:
    def decide(actor: Actor, subject: Any) -> Decision:
        call = subject if isinstance(subject, Call) else subject.call
        if actor.in_section(*wanted) or actor.has_role(*wanted, office=call.office.code):
            return Decision.yes()
        return Decision.no(
            f"{what.it}: spetta all’ufficio che gestisce il bando.", f"{what.en}: it is for the office of the call."
        )

    return decide


def _needs_act(call: Call) -> Iterable[Missing]:
    if call.act_id is None:
        yield Missing(Bilingual("l’atto che approva il bando", "the act that approves the call"), "act")


def _needs_money(call: Call) -> Iterable[Missing]:
    openings = list(call.openings.all())
    if not openings:
        yield Missing(
            Bilingual("almeno una finestra con la sua dotazione", "at least one opening with its budget"), "openings"
        )
    for opening in openings:
        if opening.closes_at is not None and opening.closes_at <= now() and not opening.is_demo:
            continue
        if call.rule.needs_closing and opening.closes_at is None:
            yield Missing(Bilingual("la chiusura della finestra", "the closing of the opening"), "openings")


def _needs_form(call: Call) -> Iterable[Missing]:
    if not call.forms.exists():
        yield Missing(Bilingual("il modulo di domanda", "the application form"), "form")


def _needs_checklist(call: Call) -> Iterable[Missing]:
    if not call.checklists["formal"]:
        yield Missing(Bilingual("la lista della verifica formale", "the checklist of the formal check"), "checklist")
    if call.rule.uses_scores and not call.criteria.exists():
        yield Missing(Bilingual("i criteri della graduatoria", "the criteria of the ranking"), "criteria")


DESIGN = _allowed(roles.CALL_DESIGNER, roles.DIRECTOR, what=Bilingual("Preparare il bando", "Preparing the call"))
DIRECT = _allowed(
    roles.DIRECTOR, what=Bilingual("Approvare e pubblicare il bando", "Approving and publishing the call")
)
RUN = _allowed(
    roles.DIRECTOR,
    roles.CASE_OFFICER,
    what=Bilingual("Sospendere e riaprire il bando", "Suspending and reopening the call"),
)

CALLS: Workflow[Call] = Workflow(
    CALL_STATES,
    [
        Transition(
            "approve", frozenset({"draft"}), "approved", Bilingual("Approva", "Approve"), DIRECT,
            (_needs_act, _needs_form, _needs_checklist),
        ),
        Transition(
            "publish", frozenset({"approved"}), "published", Bilingual("Pubblica", "Publish"), DIRECT,
            (_needs_act, _needs_money, _needs_form, _needs_checklist),
        ),
        Transition(
            "close_out", frozenset({"published"}), "closed_out", Bilingual("Concludi", "Close out"), DIRECT,
        ),
    ],
)  # fmt: skip

OPENINGS: Workflow[Opening] = Workflow(
    OPENING_STATES,
    [
        Transition("suspend", frozenset({"scheduled"}), "suspended", Bilingual("Sospendi", "Suspend"), RUN),
        Transition("exhaust", frozenset({"scheduled"}), "exhausted", Bilingual("Risorse esaurite", "Funds exhausted"), RUN),
        Transition("reopen", frozenset({"suspended", "exhausted"}), "scheduled", Bilingual("Riapri", "Reopen"), RUN),
        Transition(
            "close", frozenset({"scheduled", "suspended", "exhausted"}), "closed",
            Bilingual("Chiudi in anticipo", "Close early"), RUN,
        ),
    ],
)  # fmt: skip
