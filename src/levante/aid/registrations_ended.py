"""Registrations that end: cancelled in the RNA, chased while their act is awaited, lapsed without it."""

from datetime import timedelta

from levante.aid import rna_hooks
from levante.aid.models import RnaRegistration
from levante.aid.registrations_held import ask_cancellation, close_registration, locked
from levante.aid.workflow import REGISTRATIONS
from levante.exchange.api import ExternalRequest, cancel_request
from levante.kernel.api import Actor, note, now, refuse, require, service, system, today, unchanged
from levante.kernel.pure import Bilingual
from levante.messages.api import notify

#: Days before the last one on which who asked is told that an act is still to be transmitted: ours, no norm.
REMIND = 5


@service("aid.cancel_in_rna")
def cancel_in_rna(*, actor: Actor, registration: RnaRegistration, reason: str) -> RnaRegistration:
    """The aid will not be granted, or is no more: cancel it in the RNA. What has not gone yet does not go; what the RNA is
    working on is cancelled once it has its COR."""
    held = locked(registration)
    if held.state not in RnaRegistration.LIVE or held.is_being_cancelled:
        return unchanged(held)
    require(REGISTRATIONS.may("cancel", actor, held, state=held.state))
    if not reason.strip():
        refuse("Scrivi perché si annulla.", "Write why it is cancelled.", field="reason")
    held.reason, held.problem = reason.strip(), ""
    held.save(update_fields=["reason", "problem"])
    if held.state != RnaRegistration.ASKED:
        ask_cancellation(actor, held)
    elif held.request.tries == 0 or held.request.state in {ExternalRequest.APPLIED, ExternalRequest.CANCELLED}:
        if held.request.state == ExternalRequest.WAITING:
            cancel_request(actor=system("aid.cancel_in_rna"), request=held.request)
        close_registration(held, RnaRegistration.CANCELLED, held.reason)
        rna_hooks.tell(actor, held, rna_hooks.CANCELLED)
    note(registration=held.pk, cor=held.cor, state=held.state)
    return held


def cancel_answered(*, actor: Actor, request: ExternalRequest) -> None:
    """The RNA answered a cancellation; called by exchange, again after a crash: then it does nothing."""
    row = RnaRegistration.objects.filter(cancel_request=request).first()
    if row is not None and row.state in RnaRegistration.LIVE:
        record_cancellation(actor=actor, registration=row, request=request)


@service("aid.record_cancellation")
def record_cancellation(*, actor: Actor, registration: RnaRegistration, request: ExternalRequest) -> RnaRegistration:
    """The RNA cancelled it, or would not: then it stands, and says why."""
    held = locked(registration)
    if held.state not in RnaRegistration.LIVE or held.cancel_request_id != request.pk:
        return unchanged(held)
    note(cor=held.cor, outcome=request.outcome)
    if request.outcome == "cancelled":
        require(REGISTRATIONS.may("cancel", actor, held, state=held.state))
        close_registration(held, RnaRegistration.CANCELLED, held.reason)
        rna_hooks.tell(actor, held, rna_hooks.CANCELLED)
        return held
    held.problem, held.reason, held.cancel_request = str((request.answer or {}).get("reason", "")) or "RNA", "", None
    held.save(update_fields=["problem", "reason", "cancel_request"])
    rna_hooks.tell(actor, held, rna_hooks.CANCEL_REFUSED)
    return held


def chase_registrations(*, actor: Actor) -> tuple[int, int]:
    """Every night: who asked is told of acts still to be transmitted, and codes past their last day lapse; how many of each.

    One that is being transmitted is left alone: the RNA says whether it was in time.
    """
    untold = RnaRegistration.objects.untold()
    soon = untold.filter(
        last_day__gte=today(), last_day__lte=today() + timedelta(days=REMIND), reminded_at__isnull=True
    )
    reminded = [remind_of_act(actor=actor, registration=row) for row in soon.order_by("last_day", "pk")]
    late = [
        lapse_registration(actor=actor, registration=row) for row in untold.filter(last_day__lt=today()).order_by("pk")
    ]
    return len(reminded), len(late)


@service("aid.remind_of_act")
def remind_of_act(*, actor: Actor, registration: RnaRegistration) -> RnaRegistration:
    """Tell who asked for the COR that the act's date is still to be transmitted; of a code that
    the platform asked for, the room above tells its office."""
    held = locked(registration)
    if held.state != RnaRegistration.TO_CONFIRM or held.confirm_request_id is not None or held.reminded_at is not None:
        return unchanged(held)
    held.reminded_at = now()
    held.save(update_fields=["reminded_at"])
    assert held.last_day is not None
    day = held.last_day.strftime("%d/%m/%Y")
    notify(
        actor=actor,
        users=[held.asked_by_id] if held.asked_by_id is not None else [],
        kind="rna-act-due",
        title=Bilingual("Un COR sta per decadere", "A COR is about to lapse"),
        body=Bilingual(
            f"{held.enterprise.name}, COR {held.cor}: la data dell’atto di concessione si trasmette al RNA entro il {day}.",
            f"{held.enterprise.name}, COR {held.cor}: the date of the act that grants is transmitted to the RNA by {day}.",
        ),
        subject_type="aid.RnaRegistration",
        subject_id=str(held.pk),
    )
    note(cor=held.cor, last_day=held.last_day.isoformat())
    if held.asked_by_id is None:
        rna_hooks.tell(actor, held, rna_hooks.ACT_DUE)
    return held


@service("aid.lapse_registration")
def lapse_registration(*, actor: Actor, registration: RnaRegistration) -> RnaRegistration:
    """The last day passed and the RNA was not told of an act: the code is no more, and the RNA is asked to cancel it so that
    both sides say the same. The room above frees the headroom."""
    held = locked(registration)
    late = held.last_day is not None and held.last_day < today() and held.confirm_request_id is None
    if held.state != RnaRegistration.TO_CONFIRM or not late:
        return unchanged(held)
    require(REGISTRATIONS.may("lapse", actor, held, state=held.state))
    if held.cancel_request_id is None:
        ask_cancellation(actor, held)
    assert held.last_day is not None
    day = held.last_day.strftime("%d/%m/%Y")
    close_registration(held, RnaRegistration.LAPSED, f"La data dell’atto non è stata trasmessa al RNA entro il {day}.")
    note(cor=held.cor, last_day=held.last_day.isoformat())
    rna_hooks.tell(actor, held, rna_hooks.LAPSED)
    return held


def cancel_released(*, actor: Actor, reservation_id: int) -> int:
    """The headroom of these registrations is no longer held: the RNA must not hold them either. How many were cancelled."""
    rows = RnaRegistration.objects.live().filter(
        reservation_id=reservation_id, reservation__state__in=["released", "expired"]
    )
    for row in rows.select_related("request").order_by("pk"):
        cancel_in_rna(actor=actor, registration=row, reason=row.reservation.closing_reason or "Massimale liberato")
    return len(rows)
