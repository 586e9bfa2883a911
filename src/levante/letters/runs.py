"""Letters by the thousand: a run is prepared with all it writes about, looked at, started, stopped, resumed.

A worker writes each letter in a transaction of its own, with its line of the run under a lock: killed at any moment, what was
written is written once, and whoever comes next goes on from there. Two workers on one run take different lines.
"""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Count, Q, QuerySet
from procrastinate.exceptions import AlreadyEnqueued

from levante.identity.api import Office, powers_of, roles
from levante.kernel.api import Actor, Refused, note, now, refuse, require, service, today, unchanged
from levante.kernel.pure import Bilingual, Decision
from levante.letters import states
from levante.letters.jobs import BEHIND, OF_A_RUN, write_run
from levante.letters.models_letter import Letter
from levante.letters.models_run import (
    FAILED,
    FINISHED,
    PREPARED,
    RUNNING,
    STOPPED,
    WAITING,
    WRITTEN,
    LetterRun,
    LetterRunItem,
)
from levante.letters.policies import may_read_letter, may_write_for
from levante.letters.subjects import module_of
from levante.letters.templates import Template, check_template
from levante.letters.writing import Planned, draft_letter, same, write_letter

log = logging.getLogger(__name__)

#: Lines a worker writes before saying again that it is at work, and before the other jobs have their turn.
BATCH, TURN = 25, 500
#: A run silent for so long has lost its worker.
SILENT = timedelta(minutes=2)
#: Lines kept at once while a run is prepared: of a million no more are in memory.
BLOCK = 2000


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: its lines by state, and its letters: those that wait for the worker (``leaving``), for the provider to
    take them (``queued``), that left, arrived, did not arrive, wait for somebody (``held``)."""

    total: int = 0
    waiting: int = 0
    written: int = 0
    failed: int = 0
    leaving: int = 0
    queued: int = 0
    left: int = 0
    delivered: int = 0
    not_delivered: int = 0
    held: int = 0

    @property
    def is_moving(self) -> bool:
        """Do letters wait for the worker, or for the provider to take them?"""
        return bool(self.leaving or self.queued)

    @property
    def percent(self) -> int:
        return 100 * (self.total - self.waiting) // self.total if self.total else 100


def progress_of(run: LetterRun) -> Progress:
    """One query."""
    of_letter = {
        "leaving": Q(letter__state=states.READY, letter__problem=""),
        "queued": Q(letter__state=states.QUEUED),
        "left": Q(letter__state__in=sorted(states.LEFT - {states.QUEUED})),
        "delivered": Q(letter__state=states.DELIVERED),
        "not_delivered": Q(letter__state=states.NOT_DELIVERED),
        "held": Q(letter__state=states.READY) & ~Q(letter__problem=""),
    }
    counts = run.items.aggregate(
        total=Count("pk"),
        **{state: Count("pk", filter=Q(state=state)) for state in (WAITING, WRITTEN, FAILED)},
        **{name: Count("pk", filter=condition) for name, condition in of_letter.items()},
    )
    return Progress(**counts)


def may_work_run(actor: Actor, run: LetterRun) -> Decision:
    """Start, stop, resume: who writes for its office."""
    return may_write_for(actor, run.office)


def runs_to_start(actor: Actor) -> "QuerySet[LetterRun]":
    """Runs that wait for somebody to start them, of the offices the actor directs."""
    rows = LetterRun.objects.visible_to(actor).filter(state=PREPARED)
    return rows.order_by("pk") if actor.has_role(roles.DIRECTOR) else rows.filter(created_by_id=actor.user_id)


@service("letters.prepare_run")
def prepare_run(
    *,
    actor: Actor,
    key: str,
    kind: str,
    office: Office,
    title: Bilingual,
    source_type: str,
    subjects: Iterable[tuple[int, str]],
    source_id: int | None = None,
    subject: str = "",
    body: str = "",
    start: bool = False,
) -> LetterRun:
    """Fix what a run writes about (ids and references, each once, in order), however many. The same key again is the same run.

    ``subjects`` are taken as they come, a block at a time.
    ``subject`` and ``body`` are the officer's own text, of which placeholders are checked here; ``start``: it leaves at once.
    """
    with (
        connection.cursor() as cursor
    ):  # two clicks at once, two officers: the second waits, and finds the run there is
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"letters.run:{key}"])
    known = LetterRun.objects.filter(key=key).first()
    if known is not None:
        return unchanged(known)
    require(may_write_for(actor, office))
    subject, body = " ".join(subject.split()), body.strip().replace("\r\n", "\n")
    if subject or body:
        check_text(kind, subject, body)
    run = LetterRun.objects.create(
        key=key,
        kind=kind,
        office=office,
        title_it=title.it[:300],
        title_en=title.en[:300],
        source_type=source_type,
        source_id=source_id,
        subject=subject[:300],
        body=body,
        created_at=now(),
        created_by_id=actor.user_id,
    )
    letters = _keep_lines(run, iter(subjects))
    if not letters:
        refuse("Non c’è nessuno a cui scrivere.", "There is nobody to write to.")
    note(kind=kind, letters=letters)
    if start:
        _go(actor, run)
    return run


def _keep_lines(run: LetterRun, subjects: Iterator[tuple[int, str]]) -> int:
    """The lines of a run, block by block; a thing that comes again has the line it has. How many they are."""
    last = 0
    while block := dict(islice(subjects, BLOCK)):
        LetterRunItem.objects.bulk_create(
            [
                LetterRunItem(run=run, serial=serial, subject_id=subject_id, reference=reference[:120])
                for serial, (subject_id, reference) in enumerate(block.items(), start=last + 1)
            ],
            ignore_conflicts=True,
        )
        last += len(block)
    return run.items.count() if last else 0


def check_text(kind: str, subject: str, body: str) -> None:
    """An officer's own text: both parts, and no placeholder that does not exist. Refused naming what is wrong."""
    if not subject:
        refuse("Scrivi l’oggetto.", "Write the object.", field="subject")
    if not body:
        refuse("Scrivi il testo.", "Write the text.", field="body")
    problems = check_template(kind, Template(same(subject), same(body), "officer"))
    if problems:
        # The same words stand in both languages: each problem is told once.
        told = list({problem.it.split(": ", 1)[1]: problem for problem in problems if ".it" in problem.it}.values())
        refuse(
            "; ".join(one.it.split(": ", 1)[1] for one in told) + ".",
            "; ".join(one.en.split(": ", 1)[1] for one in told) + ".",
            field="body",
        )


def template_of(run: LetterRun) -> Template | None:
    """The officer's own text, if the run has one."""
    return Template(same(run.subject), same(run.body), "officer") if run.body else None


def _locked(pk: int) -> LetterRun:
    return LetterRun.objects.select_for_update(of=("self",), no_key=True).select_related("office__parent").get(pk=pk)


def _go(actor: Actor, run: LetterRun) -> None:
    run.state, run.moved_at, run.started_at = RUNNING, now(), run.started_at or now()
    run.started_by_id = run.started_by_id or actor.user_id
    run.finished_at = None
    run.save(update_fields=["state", "moved_at", "started_at", "started_by", "finished_at"])
    to_work(run.pk)


def to_work(run_id: int) -> None:
    """A worker will be at it: one job waits for a run, however often it is asked for."""
    waiting = write_run.configure(priority=BEHIND, queueing_lock=f"letters.run:{run_id}")
    try:
        with transaction.atomic():
            waiting.defer(run_id=run_id)
    except AlreadyEnqueued:
        return


@service("letters.start_run")
def start_run(*, actor: Actor, run: LetterRun) -> LetterRun:
    """Start it, or go on after a stop. A second click changes nothing."""
    held = _locked(run.pk)
    if held.state in {RUNNING, FINISHED}:
        return unchanged(held)
    require(may_work_run(actor, held))
    _go(actor, held)
    note(letters=held.items.filter(state=WAITING).count())
    return held


@service("letters.stop_run")
def stop_run(*, actor: Actor, run: LetterRun) -> LetterRun:
    """No other letter is written; those already written have left."""
    held = _locked(run.pk)
    require(may_work_run(actor, held))
    if held.state != RUNNING:
        return unchanged(held)
    held.state = STOPPED
    held.save(update_fields=["state"])
    note(left=held.items.filter(state=WAITING).count())
    return held


@service("letters.retry_run")
def retry_run(*, actor: Actor, run: LetterRun) -> LetterRun:
    """Those that could not be written, once more."""
    held = _locked(run.pk)
    require(may_work_run(actor, held))
    again = held.items.filter(state=FAILED).update(state=WAITING, problem_it="", problem_en="")
    if not again:
        return unchanged(held)
    _go(actor, held)
    note(letters=again)
    return held


def go_on(*, actor: Actor, run_id: int, most: int | None = None) -> bool:
    """A worker's part: write lines until there are none left to take, or somebody stops it. True when it stopped after about
    ``most`` of them, with others to write."""
    written = 0
    while keep_run(actor=actor, run_id=run_id).state == RUNNING:
        if most is not None and written >= most:
            return True
        for done in range(BATCH):
            if write_next(actor=actor, run_id=run_id) is None:
                if done == 0:
                    return False  # the last lines are another worker's
                break
            written += 1
    return False


@service("letters.keep_run")
def keep_run(*, actor: Actor, run_id: int) -> LetterRun:
    """Say that a worker is at it; when every line is done, that it is finished."""
    held = _locked(run_id)
    if held.state != RUNNING:
        return unchanged(held)
    held.moved_at = now()
    if held.items.filter(state=WAITING).exists():
        held.save(update_fields=["moved_at"])
        return unchanged(held)
    held.state, held.finished_at = FINISHED, now()
    held.save(update_fields=["moved_at", "state", "finished_at"])
    note(written=held.items.filter(state=WRITTEN).count())
    return held


@service("letters.write_next")
def write_next(*, actor: Actor, run_id: int) -> LetterRunItem | None:
    """Write the next line nobody else is at: its letter, or why there is none. None when there is no line to take."""
    waiting = LetterRunItem.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
    item = (
        waiting.filter(run_id=run_id, run__state=RUNNING, state=WAITING)
        .select_related("run__office__parent")
        .order_by("serial")
        .first()
    )
    if item is None:
        return unchanged(None)
    writer = writer_of(item.run) or actor
    try:
        with transaction.atomic():
            planned = plan_of(item.run, item.subject_id)
            item.letter = write_letter(
                actor=writer,
                key=f"{OF_A_RUN}{item.run_id}:{item.subject_id}",
                kind=item.run.kind,
                office=item.run.office,
                template=template_of(item.run),
                **planned.arguments,
            )
            item.state = WRITTEN
            tell = getattr(module_of(item.run.source_type), "tell", None)
            if tell is not None:
                tell(actor, item.run, item.subject_id)
    except Refused as error:
        item.state, item.letter = FAILED, None
        item.problem_it, item.problem_en = error.reason.it[:500], error.reason.en[:500]
    except (OperationalError, InterfaceError):
        raise  # the database is away: the line is as it was, for who comes next
    except Exception as error:
        log.exception("line %s of run %s could not be written", item.serial, run_id)  # it must not stop the others
        name = type(error).__name__
        item.state, item.letter = FAILED, None
        item.problem_it = f"Errore imprevisto ({name}): avvisa l’assistenza."
        item.problem_en = f"Unexpected error ({name}): tell the help desk."
    item.save(update_fields=["state", "letter", "problem_it", "problem_en"])
    return unchanged(item)  # the letter has its entry, and the run its own


def plan_of(run: LetterRun, subject_id: int) -> Planned:
    """What a letter of the run says about one thing, from who knows that thing (``letters.subjects``). Refused with why not."""
    module = module_of(run.source_type)
    if module is None or not hasattr(module, "plan"):
        raise LookupError(f"nobody plans letters for {run.source_type}")
    planned: Planned = module.plan(run, subject_id)
    return planned


def writer_of(run: LetterRun) -> Actor | None:
    """Who started it, with today's powers: the letters are signed as if written one by one."""
    user = run.started_by
    return (
        Actor(user_id=user.pk, label=user.get_full_name(), **powers_of(user.pk, today())) if user is not None else None
    )


def look_at(*, actor: Actor, run: LetterRun, subject_id: int) -> Letter:
    """The letter as it would be, kept nowhere: to who may read it."""
    planned = plan_of(run, subject_id)
    letter = draft_letter(
        actor=actor, key="", kind=run.kind, office=run.office, template=template_of(run), **planned.words
    )  # fmt: skip
    require(may_read_letter(actor, letter))
    return letter


def take_up() -> int:
    """Runs that lost their worker, given to another; how many."""
    silent = LetterRun.objects.filter(state=RUNNING, moved_at__lt=now() - SILENT).order_by("pk")
    found = list(silent.values_list("pk", flat=True))
    for run_id in found:
        to_work(run_id)
    return len(found)
