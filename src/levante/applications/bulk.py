"""Many files at once: choose, see what would happen to each, do it, take it back before anybody is told.

The worker does one file in one transaction, as the person who asked, by the same service as for one file: what would be
refused there is refused here. Killed, it goes on from the next file.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction

from levante.applications import policies, states
from levante.applications.appraisal import admit_application, observed_notice, record_formal_check, reject_application
from levante.applications.assignment import assign_application
from levante.applications.checklists import OPEN_IN, PHASES, items_of
from levante.applications.models import Application, BulkItem, BulkRun, CheckOutcome
from levante.applications.queries import with_call
from levante.applications.undoing import may_undo, tell_decision, undo_decision
from levante.applications.workflow import APPLICATIONS
from levante.identity.api import User, powers_of
from levante.kernel.api import Actor, Refused, note, now, refuse, require, service, today, unchanged
from levante.kernel.pure import Bilingual, Decision

#: As many files as one run takes.
MOST = 2000


@service("applications.preview_bulk")
def preview_bulk(*, actor: Actor, action: str, files: Iterable[int], data: dict[str, Any]) -> BulkRun:
    """Write down what would happen to each file (ids of applications that the actor sees); nothing happens yet.

    ``data`` is ``{officer, reason}`` for ``assign``,
    ``{phase, item, outcome, text, source}`` for ``check``, ``{reason}`` for ``admit`` (optional) and ``reject``."""
    if action not in dict(BulkRun.ACTIONS):
        refuse("Scegli che cosa fare.", "Choose what to do.", field="action")
    _check_data(action, data)
    ids = list(files)
    if not ids:
        refuse("Nessuna pratica risponde ai filtri.", "No file answers to the filters.")
    if len(ids) > MOST:
        refuse(
            f"Sono {len(ids)} pratiche: al massimo {MOST} alla volta. Stringi i filtri.",
            f"These are {len(ids)} files: {MOST} at most at a time. Narrow the filters.",
        )
    if actor.user_id is None:
        refuse("Lo fa una persona.", "A person does it.")
    run = BulkRun.objects.create(action=action, data=data, made_by_id=actor.user_id, made_at=now())
    rows = with_call(Application.objects.visible_to(actor).filter(pk__in=ids)).select_related("case_officer", "notice")
    rows = rows.prefetch_related("checks", "integrations", "conflict_declarations").order_by("submitted_at", "pk")
    items = []
    for place, one in enumerate(rows, 1):
        decision = may_be_done(actor, action, one, data)
        items.append(
            BulkItem(
                run=run, application=one, place=place, allowed=bool(decision),
                reason_it="" if decision else decision.reason.it or "no",
                reason_en="" if decision else decision.reason.en or "no",
            )
        )  # fmt: skip
    BulkItem.objects.bulk_create(items, batch_size=500)
    note(action=action, files=len(items), allowed=sum(item.allowed for item in items))
    return run


def _check_data(action: str, data: dict[str, Any]) -> None:
    if action == BulkRun.ASSIGN and not data.get("officer"):
        refuse("Scegli a chi assegnare.", "Choose whom to give them to.", field="officer")
    if action == BulkRun.REJECT and not str(data.get("reason", "")).strip():
        refuse(
            "Scrivi il motivo: lo leggeranno le imprese.", "Write the reason: the enterprises read it.", field="reason"
        )
    if action == BulkRun.CHECK:
        if data.get("phase") not in PHASES:
            refuse("Scegli la verifica.", "Choose the check.", field="item")
        if data.get("outcome") not in dict(CheckOutcome.OUTCOMES):
            refuse("Scegli un esito.", "Choose an outcome.", field="outcome")
        if data["outcome"] != "met" and not str(data.get("text", "")).strip():
            refuse("Spiega l’esito con una nota.", "Explain the outcome with a note.", field="text")


def may_be_done(actor: Actor, action: str, one: Application, data: dict[str, Any]) -> Decision:
    """Would this file take it now: the same gate as for one file."""
    if action == BulkRun.ASSIGN:
        decision = policies.may_assign(actor, one)
        if decision and one.state not in states.OPEN:
            return Decision.no("La pratica è già decisa.", "The file is already decided.")
        if decision and one.case_officer_id == data["officer"]:
            return Decision.no("È già di questa persona.", "This person has it already.")
        return decision and policies.may_be_given(int(data["officer"]), one, on=today())
    if action == BulkRun.CHECK:
        decision = policies.may_work(actor, one)
        if decision and data["item"] not in {row["code"] for row in items_of(one, data["phase"])}:
            return Decision.no("Questa verifica non è nella lista del bando.", "This check is not in the call’s list.")
        if decision and one.state not in OPEN_IN[data["phase"]]:
            here = Decision.no("La pratica non è in istruttoria.", "The file is not being examined.")
            return _with_step(here, one)
        return decision
    decision = APPLICATIONS.may(action, actor, one, state=one.state)
    if one.state not in APPLICATIONS.transitions[action].sources:
        return _with_step(decision, one)
    if action == BulkRun.REJECT and decision and observed_notice(one) is not None:
        here = Decision.no("L’impresa ha presentato osservazioni.", "The enterprise sent observations.")
        return _with_step(here, one)
    return decision


#: What is to be done first, of a file that is in another state.
_STEPS = {
    states.SUBMITTED: Bilingual("Prima aprila e prendila in carico.", "First open it and take it in charge."),
    states.INTEGRATION: Bilingual(
        "Prima si aspetta la risposta; passati i giorni, aprila e scegli «Prosegui senza risposta».",
        "First the answer is waited for; once its days have passed, open it and choose “Go on without an answer”.",
    ),
    states.NOTICE: Bilingual(
        "Aprila: se le osservazioni convincono scegli «Accogli le osservazioni», altrimenti respingila da lì, rispondendo "
        "alle osservazioni.",
        "Open it: if the observations convince, choose “Accept the observations”; otherwise reject it from there, answering "
        "the observations.",
    ),
    states.ADMITTED: Bilingual(
        "È già decisa: qui non c’è altro da fare.", "It is decided: nothing is left to do here."
    ),
    states.REJECTED: Bilingual(
        "È già decisa: qui non c’è altro da fare.", "It is decided: nothing is left to do here."
    ),
    states.WITHDRAWN: Bilingual(
        "Non è più in gara: qui non c’è altro da fare.", "It is out: nothing is left to do here."
    ),
}


def _with_step(decision: Decision, one: Application) -> Decision:
    """The refusal, with the step to take from the state the file is in."""
    step = _STEPS.get(one.state)
    if step is None:
        return decision
    return Decision.no(f"{decision.reason.it} {step.it}", f"{decision.reason.en} {step.en}")


# -- starting, taking back, telling


def _held(run: BulkRun, actor: Actor) -> BulkRun:
    held = BulkRun.objects.select_for_update().filter(pk=run.pk).visible_to(actor).first()
    if held is None or held.made_by_id != actor.user_id:
        refuse("Lo fa chi l’ha preparato.", "Who prepared it does it.")
    return held


def _to_work(run: BulkRun) -> None:
    from levante.applications.jobs import run_bulk

    run_bulk.defer(run_id=run.pk)


@service("applications.start_bulk")
def start_bulk(*, actor: Actor, run: BulkRun) -> BulkRun:
    """Do what the preview says. Pressed twice, it starts once."""
    held = _held(run, actor)
    if held.state != BulkRun.PREVIEW:
        return unchanged(held)
    if not held.items.filter(allowed=True).exists():
        refuse("Non c’è nessuna pratica a cui si possa fare.", "There is no file to which it can be done.")
    held.state, held.started_at = BulkRun.RUNNING, now()
    held.save(update_fields=["state", "started_at"])
    _to_work(held)
    note(action=held.action)
    return held


@service("applications.undo_bulk")
def undo_bulk(*, actor: Actor, run: BulkRun, reason: str) -> BulkRun:
    """Take back the decisions of a run, those that can still be."""
    held = _held(run, actor)
    if held.state in (BulkRun.UNDOING, BulkRun.UNDONE):
        return unchanged(held)
    if held.action not in BulkRun.DECISIONS or held.state != BulkRun.DONE:
        refuse("Non si può più tornare indietro.", "It cannot be taken back any more.")
    if not reason.strip():
        refuse("Scrivi perché.", "Write why.", field="reason")
    held.state, held.undo_reason, held.ended_at = BulkRun.UNDOING, reason.strip(), None
    held.save(update_fields=["state", "undo_reason", "ended_at"])
    _to_work(held)
    note(action=held.action, reason=reason.strip()[:200])
    return held


@service("applications.tell_bulk")
def tell_bulk(*, actor: Actor, run: BulkRun) -> BulkRun:
    """Let the letters of a run leave: from here on nothing is taken back."""
    held = _held(run, actor)
    if held.state in (BulkRun.TELLING, BulkRun.TOLD):
        return unchanged(held)
    if held.action not in BulkRun.DECISIONS or held.state != BulkRun.DONE:
        refuse("Non ci sono decisioni da comunicare.", "There are no decisions to tell.")
    held.state, held.ended_at = BulkRun.TELLING, None
    held.save(update_fields=["state", "ended_at"])
    _to_work(held)
    note(action=held.action)
    return held


# -- the worker


def carry_on(run_id: int, *, most: int | None = None) -> int:
    """Do the files of a run that wait, each in its own transaction. Returns how many; ``most`` stops it there."""
    done = 0
    while most is None or done < most:
        if not _next(run_id):
            return done
        done += 1
    return done


#: For each state of a run at work: which files wait, what becomes of one, where the run ends.
_WORK = {
    BulkRun.RUNNING: (BulkItem.WAITING, BulkItem.DONE, BulkItem.REFUSED, BulkRun.DONE),
    BulkRun.UNDOING: (BulkItem.DONE, BulkItem.UNDONE, BulkItem.KEPT, BulkRun.UNDONE),
    BulkRun.TELLING: (BulkItem.DONE, BulkItem.TOLD, BulkItem.KEPT, BulkRun.TOLD),
}


@transaction.atomic
def _next(run_id: int) -> bool:
    run = BulkRun.objects.get(pk=run_id)
    if run.state not in _WORK:
        return False
    waits, well, badly, end = _WORK[run.state]
    rows = BulkItem.objects.select_for_update(of=("self",)).select_related("application").order_by("place")
    item = rows.filter(run=run, outcome=waits, allowed=True).first()
    if item is None:
        BulkRun.objects.filter(pk=run.pk, state=run.state).update(state=end, ended_at=now())
        return False
    try:
        with transaction.atomic():
            _DOING[run.state](_person(run), run, item.application)
        item.outcome, item.reason_it, item.reason_en = well, "", ""
    except Refused as refusal:
        item.outcome, item.reason_it, item.reason_en = badly, refusal.reason.it, refusal.reason.en
    item.at = now()
    item.save(update_fields=["outcome", "reason_it", "reason_en", "at"])
    return True


def _person(run: BulkRun) -> Actor:
    """Who asked, with the powers of today: a role lost meanwhile does nothing more."""
    user = User.objects.get(pk=run.made_by_id)
    return Actor(user_id=user.pk, label=user.get_full_name(), **powers_of(user.pk, today()))


def _do(actor: Actor, run: BulkRun, one: Application) -> None:
    data = run.data
    if run.action == BulkRun.ASSIGN:
        assign_application(actor=actor, application=one, officer_id=int(data["officer"]), reason=data.get("reason", ""))
    elif run.action == BulkRun.CHECK:
        record_formal_check(
            actor=actor, application=one, item=data["item"], outcome=data["outcome"], text=data.get("text", ""),
            source=data.get("source", ""), phase=data["phase"],
        )  # fmt: skip
    elif run.action == BulkRun.ADMIT:
        admit_application(actor=actor, application=one, reason=data.get("reason", ""), hold=True)
    else:
        reject_application(actor=actor, application=one, reason=data["reason"], hold=True)


def _undo(actor: Actor, run: BulkRun, one: Application) -> None:
    undo_decision(actor=actor, application=one, reason=run.undo_reason)


def _tell(actor: Actor, run: BulkRun, one: Application) -> None:
    require(policies.may_work(actor, one))
    tell_decision(actor=actor, application=one)


_DOING: dict[str, Callable[[Actor, BulkRun, Application], None]] = {
    BulkRun.RUNNING: _do,
    BulkRun.UNDOING: _undo,
    BulkRun.TELLING: _tell,
}

ACTION_WORDS = {
    BulkRun.ASSIGN: Bilingual("assegnare", "assign"),
    BulkRun.CHECK: Bilingual("segnare una verifica", "record a check"),
    BulkRun.ADMIT: Bilingual("ammettere", "admit"),
    BulkRun.REJECT: Bilingual("respingere", "reject"),
}

__all__ = [
    "ACTION_WORDS", "MOST", "carry_on", "may_be_done", "may_undo", "preview_bulk", "start_bulk", "tell_bulk", "undo_bulk",
]  # fmt: skip
