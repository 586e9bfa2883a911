"""Every write on the conversations with outside systems."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from importlib import import_module
from typing import Any

from django.db.models import Q

from levante.exchange import acts, cup, pagopa, protocol, rna
from levante.exchange.asked import Asked, Said, listening
from levante.exchange.client import NoUsableAnswer
from levante.exchange.models import Attempt, ExternalRequest, WireMessage
from levante.identity.api import roles
from levante.kernel.api import Actor, Refused, day_of, note, now, refuse, require, service, unchanged
from levante.kernel.pure import Bilingual, Decision

#: Seconds to the next try after each failure in a row; after the last one the request is stuck and a person looks.
PAUSES = (5, 15, 60, 300, 900, 3600, 3600, 3600, 7200, 7200)
#: Seconds to the next question about what they are still at work on (an act being signed, an aid being examined): no failure.
#: Asked after the first times less and less often.
PENDING_PAUSES = (20, 20, 20, 20, 60, 60, 120, 300, 600)
#: Seconds to the next try to apply an answer, after each time in a row that what follows from it failed; then as after the last, for ever.
UNAPPLIED_PAUSES = PAUSES[:5]
#: As long as the reason to believe an answer may be.
LONGEST = 2000
#: A worker that took a request and did not come back in this time is taken for dead.
CLAIM = timedelta(seconds=90)

#: How each system is asked.
SYSTEMS: dict[str, Callable[[str, dict[str, Any]], acts.Outcome]] = {
    acts.SYSTEM: acts.ask,
    protocol.SYSTEM: protocol.ask,
}

#: Those that are asked in steps, each try knowing what the ones before were given.
STEPWISE: dict[str, Callable[[Asked], acts.Outcome]] = {
    rna.SYSTEM: rna.ask,
    cup.SYSTEM: cup.ask,
    pagopa.SYSTEM: pagopa.ask,
}

#: Those that a room above asks, because what it asks with is there: the name of a function ``f(key, body) -> Outcome``.
_asked_by: dict[str, str] = {}
_consequences: dict[tuple[str, str], str] = {}
_before: dict[tuple[str, str], str] = {}


def asked_by(system: str, function: str) -> None:
    """Say which function asks a system: ``"package.module:function"``, called as ``f(key, body)`` outside any transaction."""
    _asked_by[system] = function


def _ask(request: ExternalRequest) -> acts.Outcome:
    if request.system in STEPWISE:
        return STEPWISE[request.system](Asked(request.kind, request.key, request.body, request.kept))
    name = _asked_by.get(request.system)
    if name is None:
        return SYSTEMS[request.system](request.key, request.body)
    found: acts.Outcome = named(name)(request.key, request.body)
    return found


def named(name: str) -> Callable[..., Any]:
    module, _, function = name.partition(":")
    found: Callable[..., Any] = getattr(import_module(module), function)
    return found


def on_answer(system: str, kind: str, function: str) -> None:
    """Say what an answer has as its consequence: ``"package.module:function"``, called as ``f(actor, request)``.

    The function runs in the transaction that marks the request as applied, and may be called again after a crash: it does
    nothing the second time.
    """
    _consequences[system, kind] = function


def before_delivery(system: str, kind: str, function: str) -> None:
    """Say what is asked before each try that would be the first to be taken over there: ``"package.module:function"``, called as
    ``f(request) -> Decision``. A no stops the request, for a person to look."""
    _before[system, kind] = function


def may_handle(actor: Actor) -> Decision:
    """Send again or give up a request: who administers the system, or who answers for acts and payments."""
    if actor.in_section(roles.SYSTEM, roles.DIRECTOR, roles.CASE_OFFICER, roles.FINANCE):
        return Decision.yes()
    return Decision.no(
        "Le richieste ai sistemi esterni le gestisce chi lavora gli atti e i pagamenti.",
        "Requests to outside systems are handled by those who work on acts and payments.",
    )


@service("exchange.queue_request")
def queue_request(*, actor: Actor, system: str, kind: str, key: str, body: dict[str, Any]) -> ExternalRequest:
    """Ask something of an outside system, once the transaction is durable. The same key twice is one request."""
    if system not in SYSTEMS and system not in STEPWISE and system not in _asked_by:
        raise ValueError(f"no outside system is called {system!r}")
    request, created = ExternalRequest.objects.get_or_create(
        key=key,
        defaults={
            "system": system,
            "kind": kind,
            "body": body,
            "next_try_at": now(),
            "operator_id": actor.user_id,
            "created_at": now(),
        },
    )
    if not created and (request.system, request.kind, request.body) != (system, kind, body):
        refuse(
            "Con questa chiave è già stata fatta un’altra richiesta.",
            "Another request was made under this key already.",
        )
    if not created:
        return unchanged(request)
    note(key=key)
    _wake(request, 0)
    return request


def deliver(*, actor: Actor, request_id: int) -> ExternalRequest | None:
    """Try once: take the request, speak to the other side outside any transaction, record what came of it, apply it.

    ``None`` when somebody else has it, or there is nothing to do. Whatever kills the process in between, the request is
    tried again under the same key. Raises what stopped the consequence of an answer, once it is written on the request.
    """
    if ExternalRequest.objects.filter(pk=request_id, state=ExternalRequest.ANSWERED).exists():
        return _apply(actor, request_id)
    if not ExternalRequest.objects.filter(_due(), pk=request_id).exists():
        return None
    decision = _may_leave(request_id)
    if not decision:
        return hold_request(actor=actor, request_id=request_id, reason=decision.reason)
    request = claim_request(actor=actor, request_id=request_id)
    if request is None:
        return None
    started = now()
    outcome: acts.Outcome | None = None
    problem, status = "", None
    with listening() as said:
        try:
            outcome = _ask(request)
        except NoUsableAnswer as error:
            problem, status = str(error)[:500], error.status
    milliseconds = int((now() - started).total_seconds() * 1000)
    request = record_attempt(
        actor=actor, request_id=request_id, outcome=outcome, problem=problem, status=status, milliseconds=milliseconds,
        said=said,
    )  # fmt: skip
    if request.state == ExternalRequest.ANSWERED:
        return _apply(actor, request_id)
    return request


def _apply(actor: Actor, request_id: int) -> ExternalRequest:
    """Apply the answer. What stops it took its whole transaction with it: it is written in another, and raised."""
    try:
        return apply_answer(actor=actor, request_id=request_id)
    except Exception as error:
        record_unapplied(actor=actor, request_id=request_id, error=error)
        raise


def _may_leave(request_id: int) -> Decision:
    """What who asked says now. Of what they took already the next try only asks how it went."""
    request = ExternalRequest.objects.get(pk=request_id)
    name = _before.get((request.system, request.kind))
    if name is None or was_taken(request):
        return Decision.yes()
    found: Decision = named(name)(request)
    return found


def was_taken(request: ExternalRequest) -> bool:
    """They answered a try, be it only that they are at work on it."""
    return request.attempts.filter(problem="").exists()


@service("exchange.hold_request")
def hold_request(*, actor: Actor, request_id: int, reason: Bilingual) -> ExternalRequest | None:
    """It must not leave now: it waits for a person, with the reason."""
    request = ExternalRequest.objects.select_for_update(skip_locked=True).filter(_due(), pk=request_id).first()
    if request is None:
        return unchanged(None)
    request.state, request.next_try_at, request.claimed_until = ExternalRequest.STUCK, None, None
    request.last_error, request.last_error_en = reason.it[:500], reason.en[:500]
    request.save(update_fields=["state", "next_try_at", "claimed_until", "last_error", "last_error_en"])
    note(held=request.last_error)
    return request


@service("exchange.claim_request")
def claim_request(*, actor: Actor, request_id: int) -> ExternalRequest | None:
    """Take a request that is due; nobody else will try it while we do."""
    request = ExternalRequest.objects.select_for_update(skip_locked=True).filter(_due(), pk=request_id).first()
    if request is None:
        return unchanged(None)
    request.state, request.claimed_until, request.tries = ExternalRequest.SENDING, now() + CLAIM, request.tries + 1
    request.save(update_fields=["state", "claimed_until", "tries"])
    return request


@service("exchange.record_attempt")
def record_attempt(
    *,
    actor: Actor,
    request_id: int,
    outcome: acts.Outcome | None,
    problem: str,
    status: int | None,
    milliseconds: int,
    said: Sequence[Said] = (),
) -> ExternalRequest:
    """Write down what a try gave: the answer, or what they gave on the way, and when to try again."""
    request = ExternalRequest.objects.select_for_update().get(pk=request_id)
    if request.state != ExternalRequest.SENDING:
        return request  # another worker took it over after ours was thought dead, and got there first
    attempt = Attempt.objects.create(
        request=request, at=now(), milliseconds=max(0, milliseconds), status=status, problem=problem
    )
    WireMessage.objects.bulk_create(
        WireMessage(
            attempt=attempt, operation=one.operation[:80], sent=one.sent, received=one.received, status=one.status
        )
        for one in said
    )
    request.claimed_until, request.last_error_en = None, ""
    if outcome is not None and outcome.state != acts.PENDING:
        request.state, request.answered_at = ExternalRequest.ANSWERED, now()
        request.outcome, request.their_id, request.answer = outcome.state, outcome.their_id, outcome.body
        request.failures, request.last_error, request.next_try_at = 0, "", None
        doubt = acts.doubt(outcome, day_of(request.created_at)) if request.system == acts.SYSTEM else None
        if doubt is not None:
            request.doubted_at, request.failures = now(), 1
            request.last_error, request.last_error_en = doubt.it, doubt.en
        note(outcome=outcome.state, their_id=outcome.their_id, doubted=doubt is not None)
    elif outcome is not None:
        request.failures, request.last_error = 0, ""
        request.their_id, request.kept = outcome.their_id or request.their_id, outcome.body or request.kept
        _again(request, PENDING_PAUSES[min(request.tries, len(PENDING_PAUSES)) - 1])
    else:
        request.failures, request.last_error = request.failures + 1, problem
        if request.failures > len(PAUSES):
            request.state, request.next_try_at = ExternalRequest.STUCK, None
            note(stuck=problem)
        else:
            _again(request, PAUSES[request.failures - 1])
    request.save()
    return request


def _again(request: ExternalRequest, pause: int) -> None:
    request.state, request.next_try_at = ExternalRequest.WAITING, now() + timedelta(seconds=pause)
    _wake(request, pause)


def _wake(request: ExternalRequest, pause: int) -> None:
    from levante.exchange.jobs import deliver_request

    deliver_request.configure(schedule_in={"seconds": pause}).defer(request_id=request.pk)


@service("exchange.apply_answer")
def apply_answer(*, actor: Actor, request_id: int) -> ExternalRequest:
    """Bring about what the answer means, in one transaction with the mark that it was done. The second time: nothing."""
    request = ExternalRequest.objects.select_for_update().get(pk=request_id)
    if request.state != ExternalRequest.ANSWERED:
        return request
    if request.is_doubted:
        return unchanged(request)
    name = _consequences.get((request.system, request.kind))
    if name is not None:
        named(name)(actor=actor, request=request)
    request.state, request.applied_at = ExternalRequest.APPLIED, now()
    request.failures, request.last_error, request.last_error_en, request.next_try_at = 0, "", "", None
    request.save(update_fields=["state", "applied_at", "failures", "last_error", "last_error_en", "next_try_at"])
    note(outcome=request.outcome, their_id=request.their_id)
    return request


@service("exchange.record_unapplied")
def record_unapplied(*, actor: Actor, request_id: int, error: Exception) -> ExternalRequest:
    """What follows from an answer could not be recorded: why, and when the worker tries again. Twice in a row, a person is told."""
    request = ExternalRequest.objects.select_for_update().get(pk=request_id)
    if request.state != ExternalRequest.ANSWERED:
        return unchanged(request)  # somebody else got there meanwhile
    told = error.reason if isinstance(error, Refused) else Bilingual(_named(error), "")
    request.last_error, request.last_error_en = told.it[:500], told.en[:500]
    pause = UNAPPLIED_PAUSES[min(request.failures, len(UNAPPLIED_PAUSES) - 1)]
    request.failures, request.next_try_at = request.failures + 1, now() + timedelta(seconds=pause)
    request.save(update_fields=["failures", "last_error", "last_error_en", "next_try_at"])
    note(unapplied=type(error).__name__, times=request.failures)
    return request


def _named(error: Exception) -> str:
    """What a failure of the program is called; of the database's words the first line, which names no row."""
    said = str(error).partition("\n")[0]
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


@service("exchange.send_again")
def send_again(*, actor: Actor, request: ExternalRequest) -> ExternalRequest:
    """A person looked and wants it tried again now, under the same key: asked, or its answer applied where that failed. An answer that is
    not believed is left, and asked for again: they may have mended it."""
    require(may_handle(actor))
    held = ExternalRequest.objects.select_for_update().get(pk=request.pk)
    if held.is_doubted:
        return _asked_over(actor, held)
    if held.state == ExternalRequest.ANSWERED:
        held.next_try_at, held.operator_id = now(), actor.user_id
        held.save(update_fields=["next_try_at", "operator"])
        _wake(held, 0)
        return held
    if held.state not in {ExternalRequest.STUCK, ExternalRequest.WAITING}:
        refuse("La richiesta non è in attesa.", "The request is not waiting.")
    held.state, held.failures, held.next_try_at, held.operator_id = ExternalRequest.WAITING, 0, now(), actor.user_id
    held.save(update_fields=["state", "failures", "next_try_at", "operator"])
    _wake(held, 0)
    return held


def _asked_over(actor: Actor, held: ExternalRequest) -> ExternalRequest:
    note(left=(held.answer or {}).get("number"), dated=(held.answer or {}).get("date"))
    held.state, held.next_try_at, held.operator_id = ExternalRequest.WAITING, now(), actor.user_id
    held.answered_at, held.answer, held.outcome, held.doubted_at = None, None, "", None
    held.failures, held.last_error, held.last_error_en = 0, "", ""
    held.save()
    _wake(held, 0)
    return held


@service("exchange.believe_answer")
def believe_answer(*, actor: Actor, request: ExternalRequest, reason: str) -> ExternalRequest:
    """A person looked at an answer that was kept apart and says, with a reason, that it is so: what follows from it follows now."""
    require(may_handle(actor))
    held = ExternalRequest.objects.select_for_update().get(pk=request.pk)
    if held.believed_at is not None:
        return unchanged(held)
    if not held.is_doubted:
        refuse("Questa risposta non aspetta una conferma.", "This answer does not wait to be confirmed.")
    if not reason.strip():
        refuse("Scrivi perché è così.", "Write why it is so.", field="reason")
    if len(reason) > LONGEST:
        refuse(f"Al massimo {LONGEST} caratteri.", f"{LONGEST} characters at most.", field="reason")
    held.believed_at, held.believed_by_id, held.believed_why = now(), actor.user_id, reason.strip()
    held.next_try_at = now()
    held.save(update_fields=["believed_at", "believed_by", "believed_why", "next_try_at"])
    note(key=held.key, dated=(held.answer or {}).get("date"))
    _wake(held, 0)
    return held


def require_cancellable(request: ExternalRequest) -> None:
    """Refused where the other side has answered, or may be about to."""
    if request.tries and (request.state != ExternalRequest.STUCK or was_taken(request)):
        refuse(
            "La richiesta è già partita: può essere già stata accolta.",
            "The request has already gone: it may have been accepted already.",
        )


@service("exchange.cancel_request")
def cancel_request(*, actor: Actor, request: ExternalRequest) -> ExternalRequest:
    """No longer wanted. Refused once the other side has answered, or may be about to."""
    require(may_handle(actor))
    held = ExternalRequest.objects.select_for_update().get(pk=request.pk)
    if held.state == ExternalRequest.CANCELLED:
        return unchanged(held)
    require_cancellable(held)
    held.state, held.next_try_at = ExternalRequest.CANCELLED, None
    held.save(update_fields=["state", "next_try_at"])
    return held


def _due() -> Q:
    """Waiting and past its time, or taken by a worker that never came back."""
    instant = now()
    return Q(state="waiting", next_try_at__lte=instant) | Q(state="sending", claimed_until__lt=instant)


def due_requests(limit: int = 200) -> list[int]:
    """Requests to be tried now, or whose answer waits to be applied: what a worker killed half-way left behind."""
    unapplied = Q(state="answered") & (Q(next_try_at=None) | Q(next_try_at__lte=now()))
    return list(
        ExternalRequest.objects.filter(_due() | unapplied & ~ExternalRequest.objects.all().doubted_q())
        .order_by("next_try_at", "id")
        .values_list("pk", flat=True)[:limit]
    )
