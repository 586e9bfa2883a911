"""The solver at work on an agenda, by the worker; what it found is applied to the agenda it was made for."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from levante.kernel.api import Actor, after_commit, note, now, refuse, require, service, unchanged
from levante.kernel.pure import Bilingual
from levante.matching.api import KINDS, Instance, check
from levante.matching.api import Agenda as Solved
from levante.meetings import policies, states
from levante.meetings.building import instance_of
from levante.meetings.holding import changed, locked_agenda
from levante.meetings.models import Agenda, AgendaRun, Meeting

#: The most seconds a run takes in the worker; its budget of work ends it before, as a rule.
MOST_SECONDS = 90.0


@service("meetings.ask_run")
def ask_run(*, actor: Actor, agenda: Agenda, objective: str = "weighted", seed: int = 1) -> AgendaRun:
    """Ask for an agenda: the worker makes it. One at a time for each objective; asked again, the same. Not after it
    is published: then it is
    mended, since people have read it."""
    from levante.meetings.jobs import make_agenda  # which works what is asked here

    held = locked_agenda(agenda.pk)
    require(policies.may_arrange(actor, held.initiative))
    if objective not in states.OBJECTIVES:
        refuse("Scegli che cosa conta di più.", "Choose what counts most.", field="objective")
    if held.state not in {states.ASKING, states.ARRANGING, states.PREPARING}:
        refuse(
            "L’agenda è pubblicata: si ripara, non si rifà.", "The agenda is published: it is mended, not made again."
        )
    if not held.slots.exists():
        refuse("Prima le fasce orarie.", "First the slots.")
    running: AgendaRun | None = held.runs.filter(
        objective=objective, state__in=[states.WAITING, states.RUNNING]
    ).first()
    if running is not None:
        return unchanged(running)
    made = AgendaRun.objects.create(
        agenda=held, objective=objective, seed=seed, revision=held.revision, asked_at=now(), asked_by_id=actor.user_id
    )
    after_commit(make_agenda.defer, run_id=made.pk)
    note(objective=objective, seed=seed)
    return made


@service("meetings.stop_run")
def stop_run(*, actor: Actor, run: AgendaRun) -> AgendaRun:
    """Stop a run: the agenda stays as it is; the best that was found until then is kept beside the others, to be used or not."""
    held = (
        AgendaRun.objects.select_for_update(of=("self",))
        .select_related("agenda__initiative__lead_office")
        .get(pk=run.pk)
    )
    require(policies.may_arrange(actor, held.agenda.initiative))
    if held.state not in {states.WAITING, states.RUNNING}:
        return unchanged(held)
    held.state, held.ended_at = states.STOPPED, now()
    held.save(update_fields=["state", "ended_at"])
    note(objective=held.objective)
    return held


def make_agenda_now(*, actor: Actor, agenda: Agenda, objective: str = "weighted", seed: int = 1) -> AgendaRun:
    """Asked and worked at once, for a command: a screen asks and the worker works."""
    made = ask_run(actor=actor, agenda=agenda, objective=objective, seed=seed)
    work_run(made.pk)
    made.refresh_from_db()
    return made


def work_run(run_id: int, *, apart: bool = False) -> None:
    """What the worker does: outside any transaction while it reckons, so that nobody waits; a run that was stopped or
    taken is left alone. ``apart``: in a process of its own, so that it stops at once, whatever it is reckoning."""
    taken = AgendaRun.objects.filter(pk=run_id, state=states.WAITING).update(state=states.RUNNING)
    if not taken:
        return
    row = AgendaRun.objects.select_related("agenda").get(pk=run_id)
    try:
        instance = instance_of(row.agenda)
        found, proved = _solved(row, instance, apart)
        if found is None:
            return  # it was stopped before there was anything
        report = check(instance, found)
        if not report.valid:  # never kept: a mistake of ours, told as it is
            broken = report.violations[0]
            _end(run_id, states.FAILED, problem=Bilingual(*KINDS[broken.kind]))
            return
        _end(run_id, states.DONE, result=_result(found) | _size(instance) | proved)
    except Exception as error:
        _end(
            run_id,
            states.FAILED,
            problem=Bilingual(f"Il calcolo non è riuscito: {error}", f"It could not be reckoned: {error}"),
        )
        raise


def _solved(row: AgendaRun, instance: Instance, apart: bool) -> tuple[Solved | None, dict[str, Any]]:
    """The agenda, and what no agenda of the event can exceed by each of the objectives."""
    from levante.matching.api import (
        Bounds,
        Run,
        Task,
        bounds,
        solve,
        solve_apart,
    )  # with numpy and scipy, which only who reckons loads

    proved = _proved_before(row)

    def keep(found: Bounds) -> None:
        proved.update(least_unmet_mutual=found.least_unmet_mutual, best_least_share=round(found.fair, 4))

    if apart:
        task = Task(instance, row.objective, row.seed, MOST_SECONDS, bounds=not proved)
        return solve_apart(
            task, progress=_progress(row.pk), stopped=lambda: not _is_running(row.pk), bounds=keep
        ), proved
    run = Run(seed=row.seed, seconds=MOST_SECONDS, progress=_progress(row.pk), cancelled=_cancelled(row.pk))
    made = solve(instance, objective=row.objective, run=run)
    if not proved and not run.stopped():
        keep(bounds(instance, seconds=run.left(), known=made))
    return made, proved


#: What is proved of the event, whatever the objective: reckoned by its first run.
_OF_THE_EVENT = ("least_unmet_mutual", "best_least_share")


def _proved_before(row: AgendaRun) -> dict[str, Any]:
    """What another run has proved of the same event. One query."""
    others = AgendaRun.objects.filter(agenda=row.agenda_id, revision=row.revision, result__has_keys=list(_OF_THE_EVENT))
    known = others.exclude(pk=row.pk).order_by("pk").first()
    return {name: known.result[name] for name in _OF_THE_EVENT} if known is not None else {}


def _size(instance: Instance) -> dict[str, Any]:
    """How large the event is, and what an agenda without a meeting would lack: with it points are told from nothing, which are never
    negative."""
    return {
        "participants": len(instance.participants), "pairs": len(instance.pairs), "mutual": sum(one.mutual for one in instance.pairs),
        "wanted": sum(one.min for one in instance.participants), "penalty": instance.shortfall_penalty,
    }  # fmt: skip


def _is_running(run_id: int) -> bool:
    return AgendaRun.objects.filter(pk=run_id, state=states.RUNNING).exists()


def _progress(run_id: int) -> Any:
    def tell(stage: str, value: float) -> None:
        AgendaRun.objects.filter(pk=run_id, state=states.RUNNING).update(stage=stage[:40], share=value)

    return tell


def _cancelled(run_id: int) -> Any:
    asked = {"times": 0, "gone": False}

    def gone() -> bool:
        asked["times"] += 1
        if asked["times"] % 200 == 1:  # a question to the database now and then, not at every step
            asked["gone"] = not _is_running(run_id)
        return bool(asked["gone"])

    return gone


def _result(found: Solved) -> dict[str, Any]:
    return {
        "meetings": [[int(one.a), int(one.b), int(one.slot), one.table, one.interpreter] for one in found.meetings],
        "objective": round(found.objective, 2), "bound": round(found.bound, 2), "gap": found.gap, "shortfall": found.shortfall,
        "least_shortfall": found.least_shortfall, "unmet_mutual": found.unmet_mutual, "least_share": round(found.least_share, 4),
        "seconds": round(found.seconds, 1),
    }  # fmt: skip


def _end(run_id: int, state: str, *, result: dict[str, Any] | None = None, problem: Bilingual | None = None) -> None:
    with transaction.atomic():
        row = AgendaRun.objects.select_for_update().get(pk=run_id)
        if row.state == states.STOPPED and result is not None:
            row.result = result  # the best until it was stopped
            row.save(update_fields=["result"])
        if row.state != states.RUNNING:
            return
        row.state, row.ended_at, row.result = state, now(), result or {}
        if problem is not None:
            row.problem_it, row.problem_en = problem.it, problem.en
        row.save(update_fields=["state", "ended_at", "result", "problem_it", "problem_en"])


@service("meetings.apply_run")
def apply_run(*, actor: Actor, run: AgendaRun) -> Agenda:
    """Put what a run found in place of the meetings that are neither locked nor held. Only if the agenda is still the
    one it was made for: somebody who changed a slot, a request or a meeting meanwhile is never overrun. Of the three
    objectives one may go back and forth; what is in place already stays as it is."""
    agenda = locked_agenda(run.agenda_id)
    require(policies.may_arrange(actor, agenda.initiative))
    held = AgendaRun.objects.select_for_update().get(pk=run.pk)
    if held.applied_at is not None and in_place(held, agenda.meetings.standing()):
        return unchanged(agenda)
    if not held.usable:
        refuse("Il calcolo non è finito.", "It is not finished.")
    if agenda.state in {states.PUBLISHED, states.CLOSED}:
        refuse(
            "L’agenda è pubblicata: si ripara, non si rifà.", "The agenda is published: it is mended, not made again."
        )
    if held.revision != agenda.revision:
        refuse(
            "Nel frattempo l’agenda è cambiata: richiedi il calcolo.",
            "The agenda has changed meanwhile: ask for it again.",
        )
    kept = {(row.a_id, row.b_id) for row in agenda.meetings.standing() if row.locked or row.state != states.PLANNED}
    agenda.meetings.standing().exclude(pk__in=_pks(agenda, kept)).delete()
    moment = now()
    Meeting.objects.bulk_create(
        Meeting(
            agenda=agenda, a_id=a, b_id=b, slot_id=slot, table=table, interpreter=interpreter or "", changed_at=moment
        )
        for a, b, slot, table, interpreter in held.result["meetings"]
        if (a, b) not in kept
    )
    held.applied_at = moment
    held.save(update_fields=["applied_at"])
    changed(agenda, event=False)
    AgendaRun.objects.filter(
        agenda=agenda, state__in=[states.DONE, states.STOPPED], revision=agenda.revision - 1
    ).update(revision=agenda.revision)
    note(run=held.pk, objective=held.objective, meetings=len(held.result["meetings"]))
    return agenda


def in_place(run: AgendaRun, meetings: Iterable[Meeting]) -> bool:
    """Are these, the meetings that stand, those that the run found?"""
    found = {tuple(one[:3]) for one in run.result.get("meetings", [])}
    return found == {(row.a_id, row.b_id, row.slot_id) for row in meetings}


def _pks(agenda: Agenda, kept: set[tuple[int, int]]) -> list[int]:
    return [row.pk for row in agenda.meetings.standing() if (row.a_id, row.b_id) in kept]
