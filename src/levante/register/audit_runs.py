"""An audit asked from the desk: a job goes through the register in one snapshot, while its progress is written beside it.

The audit reads in a transaction of its own, which may not write; so it works in a thread with its own connection, and
what it has gone through is written from here.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet

from django.db import IntegrityError, connections, transaction

from levante.kernel.api import Actor, note, now, require, service, unchanged
from levante.register.anchoring import heads_outside, trusted_roots
from levante.register.audit import Audit, audit_register
from levante.register.models_audit import AuditRun
from levante.register.policies import may_audit_register
from levante.register.signing import key_ring

#: How often, in seconds, the page learns how far it is.
EVERY = 2.0
STOPPED = "stopped: its worker gave no sign of life"


@service("register.request_audit")
def request_audit(*, actor: Actor) -> AuditRun:
    """Ask for an audit; while one is going (and its worker is alive) that one is given back."""
    require(may_audit_register(actor))
    going = AuditRun.objects.select_for_update().filter(state__in=AuditRun.GOING).first()
    if going is not None and not going.is_stopped:
        return unchanged(going)
    if going is not None:
        _fail(going, STOPPED)
    at = now()
    try:
        with transaction.atomic():
            return AuditRun.objects.create(operator=actor.label[:200], requested_at=at, moved_at=at)
    except IntegrityError:  # another person asked in the same instant: theirs is the one
        return unchanged(AuditRun.objects.get(state__in=AuditRun.GOING))


@service("register.begin_audit")
def begin_audit(*, actor: Actor, run_id: int) -> bool:
    """The job has it in hand. ``False`` when it is not waiting: another worker has it, or it is over."""
    run = AuditRun.objects.select_for_update().get(pk=run_id)
    if run.state != AuditRun.WAITING:
        return unchanged(False)
    run.state, run.moved_at = AuditRun.RUNNING, now()
    run.save(update_fields=["state", "moved_at"])
    note(run=run_id)
    return True


@service("register.note_audit_progress")
def note_audit_progress(*, actor: Actor, run_id: int, done: int, total: int) -> bool:
    """How far it is. ``False`` when it is no longer its turn: it was thought dead, and another may be at work."""
    moved = AuditRun.objects.filter(pk=run_id, state=AuditRun.RUNNING).update(
        entries_done=done, entries_total=total, moved_at=now()
    )
    return unchanged(bool(moved))  # a sign of life is no act of anybody: the audit trail has its beginning and its end


@service("register.end_audit")
def end_audit(*, actor: Actor, run_id: int, audit: Audit) -> AuditRun:
    """It came to its end, whatever it found."""
    run = AuditRun.objects.select_for_update().get(pk=run_id)
    if run.state != AuditRun.RUNNING:
        return unchanged(run)
    run.state, run.finished_at, run.moved_at = AuditRun.ENDED, now(), now()
    run.entries_done = run.entries_total = sum(log["size"] for log in audit.logs)
    run.logs, run.problems, run.problem_count = audit.logs, audit.problems, audit.count
    run.save()
    note(problems=audit.count)
    return run


@service("register.fail_audit")
def fail_audit(*, actor: Actor, run_id: int, error: str) -> AuditRun:
    """It could not be carried out: that says nothing of the register."""
    run = AuditRun.objects.select_for_update().get(pk=run_id)
    if not run.is_going:
        return unchanged(run)
    _fail(run, error)
    return run


def _fail(run: AuditRun, error: str) -> None:
    run.state, run.finished_at, run.moved_at = AuditRun.FAILED, now(), now()
    run.error = error[:500] or "unknown"
    run.save()


def carry_out_audit(*, actor: Actor, run_id: int) -> None:
    """The whole audit, its progress and its outcome. Outside any transaction: progress is to be seen while it goes."""
    if not begin_audit(actor=actor, run_id=run_id):
        return
    seen = [0, 0]

    def progress(done: int, total: int) -> None:
        seen[:] = done, total

    try:
        with ThreadPoolExecutor(1, "audit") as beside:
            work = beside.submit(_audited, progress)
            while True:
                try:
                    audit = work.result(timeout=EVERY)
                    break
                except NotYet:
                    note_audit_progress(actor=actor, run_id=run_id, done=seen[0], total=seen[1])
    except Exception as error:
        fail_audit(actor=actor, run_id=run_id, error=f"{type(error).__name__}: {error}")
        raise
    end_audit(actor=actor, run_id=run_id, audit=audit)


def _audited(progress: Callable[[int, int], None]) -> Audit:
    try:
        return audit_register(key_ring().public_keys(), trusted_roots(), progress, heads_outside())
    finally:
        connections.close_all()  # those of this thread
