"""The life of a report of results as a table, who may make each step, and one step of it."""

from typing import Any

from levante.applications.api import may_examine, may_read
from levante.claims import result_states as states
from levante.claims.carrying import may_act_for
from levante.claims.models_result import ResultReport
from levante.kernel.api import Actor, Missing, Transition, Workflow, note, note_object, require
from levante.kernel.pure import Bilingual, Decision


def may_check(actor: Actor, report: ResultReport) -> Decision:
    """Check results for the office: who examines the applications of the call, with no conflict of interest about this one."""
    application = report.claim.award.application
    decision = may_examine(actor, application)
    return decision and may_read(actor, application) if decision else decision


def _acts(actor: Actor, report: ResultReport) -> Decision:
    return may_act_for(actor, report.claim.award)


def _system(actor: Actor, _report: ResultReport) -> Decision:
    if actor.is_system:
        return Decision.yes()
    return Decision.no("Lo fa il sistema.", "The system does it.")


def missing_results(report: ResultReport) -> list[Missing]:
    return [
        Missing(Bilingual(one.definition["it"], one.definition["en"]), f"result_{one.code}")
        for one in report.values.all()
        if one.told is None
    ]


RESULTS: Workflow[ResultReport] = Workflow(
    states.STATES,
    [
        Transition("ask", frozenset({states.PLANNED}), states.OPEN, Bilingual("Chiedi", "Ask"), _system),
        Transition("send", frozenset({states.OPEN}), states.SENT, Bilingual("Invia", "Send"), _acts, (missing_results,)),
        Transition("check", frozenset({states.SENT}), states.CHECKED, Bilingual("Chiudi la verifica", "Close the check"), may_check),
        Transition(
            "return", frozenset({states.SENT, states.CHECKED}), states.OPEN, Bilingual("Rimanda", "Send back"), may_check
        ),
        Transition(
            "drop", frozenset(states.STANDING), states.DROPPED, Bilingual("Non più attesi", "No longer expected"), _system
        ),
    ],
)  # fmt: skip


def results_step(held: ResultReport, name: str, actor: Actor, **values: Any) -> ResultReport:
    require(RESULTS.may(name, actor, held, state=held.state))
    held.state = RESULTS.transitions[name].target
    for field, value in values.items():
        setattr(held, field, value)
    held.save(update_fields=["state", *values])
    note(transition=name, number=held.register_number or "")
    note_object(held)
    return held


def locked_results(report_id: int) -> ResultReport:
    rows = ResultReport.objects.select_for_update(of=("self",)).select_related(
        "claim__award__act__call__office", "claim__award__application__opening__call__office",
        "claim__award__application__enterprise", "claim__award__application__form", "claim__award__enterprise",
    )  # fmt: skip
    return rows.get(pk=report_id)
