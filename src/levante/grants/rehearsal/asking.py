"""A rehearsal asked from a page: written down, done by the worker when no other is at work, its report kept."""

from collections.abc import Mapping
from typing import Any

from levante.calls.api import Call, may_design
from levante.grants.models import RehearsalRun
from levante.grants.models_rehearsal import DONE, ENDED, FAILED, RUNNING
from levante.grants.rehearsal.apart import at_work, is_at_work, is_busy
from levante.grants.rehearsal.run import MOST, rehearse_call
from levante.kernel.api import Actor, Refused, note, now, refuse, require, service, system, unchanged
from levante.kernel.pure import Bilingual

#: After so many seconds a rehearsal that found another one at work tries again.
_PAUSE = 5
BROKEN_OFF = Bilingual(
    "Il programma che la faceva si è fermato a metà: chiedine un’altra.",
    "The program that was doing it stopped half way: ask for another.",
)


def was_broken_off(run: RehearsalRun) -> bool:
    """Begun, and nobody is at it any more: its worker was stopped."""
    return run.state == RUNNING and not is_at_work(run.pk)


@service("grants.ask_rehearsal")
def ask_rehearsal(
    *, actor: Actor, call: Call, count: int = 6, seed: int = 1, opening: str = "", short: bool = True
) -> RehearsalRun:
    """Ask the worker for a rehearsal; one that is still going is the same one, one that broke off is over.
    ``Refused`` as ``rehearse_call``."""
    from levante.grants.jobs import run_rehearsal

    held = Call.objects.select_for_update(of=("self",)).select_related("office").get(pk=call.pk)
    require(may_design(actor, held))
    if not 1 <= count <= MOST:
        refuse(f"Le domande di prova vanno da 1 a {MOST}.", f"Test applications go from 1 to {MOST}.", field="count")
    going = RehearsalRun.objects.filter(call=held).exclude(state__in=ENDED).first()
    if going is not None and was_broken_off(going):
        _end(going, FAILED, BROKEN_OFF)
    elif going is not None:
        return unchanged(going)
    options = {"count": count, "seed": seed, "opening": opening, "short": short}
    made = RehearsalRun.objects.create(
        call=held, user_id=actor.user_id, revision=held.revision, options=options, asked_at=now()
    )
    run_rehearsal.defer(run_id=made.pk)
    note(call=held.code, **options)
    return made


@service("grants.begin_rehearsal")
def begin_rehearsal(*, actor: Actor, run: RehearsalRun) -> RehearsalRun:
    """The worker takes it up; one taken up by a worker that died is taken up again."""
    held = RehearsalRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if held.state == RUNNING or held.is_over:
        return unchanged(held)
    held.state = RUNNING
    held.save(update_fields=["state"])
    note(run=held.pk)
    return held


@service("grants.end_rehearsal")
def end_rehearsal(
    *, actor: Actor, run: RehearsalRun, report: Mapping[str, Any] | None, reason: Bilingual | None
) -> RehearsalRun:
    """Keep its report, or why there is none."""
    held = RehearsalRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if held.is_over:
        return unchanged(held)
    held.report = dict(report or {})
    _end(held, DONE if reason is None else FAILED, reason)
    note(run=held.pk, state=held.state)
    return held


def _end(held: RehearsalRun, state: str, reason: Bilingual | None) -> None:
    held.state, held.ended_at = state, now()
    if reason is not None:
        held.reason_it, held.reason_en = reason.it, reason.en
    held.save(update_fields=["state", "ended_at", "report", "reason_it", "reason_en"])


def do_rehearsal(run_id: int) -> None:
    """The whole of it: taken up, done, its report kept; later, while another is at work. Who asked was asked for the right
    to. Done again it changes nothing."""
    from levante.grants.jobs import run_rehearsal

    if is_busy():
        run_rehearsal.configure(schedule_in={"seconds": _PAUSE}).defer(run_id=run_id)
        return
    with at_work(run_id):
        run = RehearsalRun.objects.select_related("call__office", "call__fund").filter(pk=run_id).first()
        if run is not None and not run.is_over:
            _do(run)


def _do(run: RehearsalRun) -> None:
    worker = system("grants.rehearsal")
    begin_rehearsal(actor=worker, run=run)
    try:
        report = rehearse_call(actor=worker, call=run.call, **run.options)
    except Refused as refusal:
        end_rehearsal(actor=worker, run=run, report=None, reason=refusal.reason)
    except Exception:
        end_rehearsal(
            actor=worker, run=run, report=None,
            reason=Bilingual("La prova si è interrotta per un errore nostro.", "The rehearsal broke for an error of ours."),
        )  # fmt: skip
        raise
    else:
        end_rehearsal(actor=worker, run=run, report=report.as_json(), reason=None)
