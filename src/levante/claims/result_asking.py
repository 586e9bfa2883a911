"""Results are asked when their day comes, chased, checked by an officer or sent back."""

from collections.abc import Mapping
from datetime import timedelta

from django.db.models import Q

from levante.applications.api import tell_people
from levante.claims import result_states as states
from levante.claims.models_result import ResultReport, ResultValue
from levante.claims.result_letters import write_asked
from levante.claims.result_workflow import RESULTS, locked_results, results_step
from levante.kernel.api import Actor, note, now, refuse, require, service, today, unchanged
from levante.kernel.pure import Bilingual, steps_as_json
from levante.law.terms import end_of_term
from levante.messages.api import notify

#: Days to tell results, where a call stored before they were its data says none.
ANSWER_DAYS = 30
#: Days before the last one on which who has not told them is told again.
REMIND_DAYS = 7
MOST = 200


@service("claims.ask_results")
def ask_results(*, actor: Actor) -> int:
    """Ask what was reached where its day has come: letter and notice, and the days run. How many."""
    rows = ResultReport.objects.select_for_update(skip_locked=True).filter(state=states.PLANNED, opens_on__lte=today())
    found = [row.pk for row in rows.order_by("opens_on", "pk")[:MOST]]
    if not found:
        return unchanged(0)
    for pk in found:
        _ask(locked_results(pk), actor)
    note(reports=found)
    return len(found)


def _ask(held: ResultReport, actor: Actor) -> None:
    days = answer_days(held)
    term = end_of_term(today(), days, kind="calendar", roll=True)
    results_step(held, "ask", actor, due_on=term.due, steps=[*held.steps, *steps_as_json(term.steps)], reminded_on=None)
    write_asked(actor, held, days)
    _tell(
        held,
        actor,
        "asked",
        Bilingual(
            f"Di’ che cosa hai raggiunto entro il {term.due:%d/%m/%Y}", f"Tell what you reached by {term.due:%d/%m/%Y}"
        ),
        Bilingual(
            "Il bando chiede i risultati del progetto: bastano pochi minuti.",
            "The call asks for the results of the project: it takes a few minutes.",
        ),
    )


def answer_days(report: ResultReport) -> int:
    """Days to tell results: those of the call."""
    return int((report.claim.award.application.opening.call.terms or {}).get("result_days") or ANSWER_DAYS)


@service("claims.chase_results")
def chase_results(*, actor: Actor) -> int:
    """Who is about to be late is told again; of who is late the officer is told, once. How many."""
    soon = today() + timedelta(days=REMIND_DAYS)
    rows = ResultReport.objects.filter(state=states.OPEN, due_on__lte=soon, late_on__isnull=True)
    found = list(
        rows.exclude(due_on__gte=today(), reminded_on__isnull=False).order_by("pk").values_list("pk", flat=True)[:MOST]
    )
    told = []
    for pk in found:
        held = locked_results(pk)
        if held.state != states.OPEN or held.due_on is None:
            continue
        told.append(pk)
        if held.due_on >= today():
            held.reminded_on = today()
            held.save(update_fields=["reminded_on"])
            title = Bilingual(
                f"I risultati si dicono entro il {held.due_on:%d/%m/%Y}", f"Results are told by {held.due_on:%d/%m/%Y}"
            )
            _tell(held, actor, "soon", title, Bilingual("Non li hai ancora inviati.", "You have not sent them yet."))
            continue
        held.late_on = today()
        held.save(update_fields=["late_on"])
        _tell_officer(held, actor)
    if not told:
        return unchanged(0)
    note(reports=told)
    return len(told)


def _tell(held: ResultReport, actor: Actor, kind: str, title: Bilingual, body: Bilingual) -> None:
    tell_people(
        actor,
        held.claim.award.application,
        kind=f"results-{kind}",
        title=title,
        body=body,
        subject=f"results:{held.pk}:{kind}:{held.due_on}",
        enterprise_id=held.claim.award.enterprise_id,
        path=f"/impresa/risultati/{held.pk}/",
    )


def _tell_officer(held: ResultReport, actor: Actor) -> None:
    application = held.claim.award.application
    officer = held.claim.officer_id or application.case_officer_id
    if officer is None or held.due_on is None:
        return
    notify(
        actor=actor,
        users=[officer],
        kind="results-late",
        title=Bilingual(
            f"Domanda {application.number}: risultati non detti in tempo",
            f"Application {application.number}: results not told in time",
        ),
        body=Bilingual(
            f"Si dovevano dire entro il {held.due_on:%d/%m/%Y}: sollecita l’impresa, o valuta che cosa prevede il bando.",
            f"They were due by {held.due_on:%d/%m/%Y}: write to the enterprise, or see what the call says of it.",
        ),
        path=f"/ufficio/risultati/{held.pk}/",
        subject_type="results",
        subject_id=f"{held.pk}:{held.due_on.isoformat()}",
    )  # fmt: skip


# -- the office checks


@service("claims.check_results")
def check_results(*, actor: Actor, report: ResultReport, said: Mapping[str, tuple[bool, str]]) -> ResultReport:
    """Say of each result, by code, whether it is confirmed; of those that are not, why. Only what is confirmed is ever added up."""
    held = locked_results(report.pk)
    rows = list(held.values.all())
    if held.state == states.CHECKED and all(said.get(row.code) == (row.is_confirmed, row.note) for row in rows):
        return unchanged(held)
    require(RESULTS.may("check", actor, held, state=held.state))
    for row in rows:
        if row.code not in said:
            refuse(
                "Di’ di ogni risultato se è confermato.",
                "Say of each result whether it is confirmed.",
                field=f"result_{row.code}",
            )
        row.is_confirmed, row.note = said[row.code][0], said[row.code][1].strip()
        if not row.is_confirmed and not row.note:
            refuse("Scrivi perché non lo confermi.", "Write why you do not confirm it.", field=f"note_{row.code}")
    ResultValue.objects.bulk_update(rows, ["is_confirmed", "note"])
    note(confirmed=sum(1 for row in rows if row.is_confirmed), of=len(rows))
    return results_step(held, "check", actor, checked_at=now(), checked_by_id=actor.user_id)


@service("claims.return_results")
def return_results(*, actor: Actor, report: ResultReport, reason: str) -> ResultReport:
    """Send results back to be told better, with the reason and new days."""
    held = locked_results(report.pk)
    if not reason.strip():
        refuse("Scrivi che cosa va corretto.", "Write what is to be mended.", field="reason")
    term = end_of_term(today(), answer_days(held), kind="calendar", roll=True)
    results_step(
        held, "return", actor, reason=reason.strip(), due_on=term.due, steps=steps_as_json(term.steps), reminded_on=None,
        late_on=None, returned=held.returned + 1, register_number=None, sent_at=None, sent_by=None, checked_at=None, checked_by=None,
    )  # fmt: skip
    title = Bilingual(f"Correggi i risultati entro il {term.due:%d/%m/%Y}", f"Mend the results by {term.due:%d/%m/%Y}")
    _tell(held, actor, "returned", title, Bilingual(held.reason, held.reason))
    return held


def waiting_results() -> Q:
    """Those that wait for the office: told and not checked, or late."""
    return Q(state=states.SENT) | Q(state=states.OPEN, due_on__lt=today())
