"""Variations of an aid registered in the RNA (COVAR): the amount determined again, and the act that does so."""

from collections.abc import Iterable
from datetime import date

from levante.aid import rna_hooks
from levante.aid.models import RnaRegistration, RnaVariation
from levante.aid.policies import may_file_in_rna
from levante.aid.registrations import check_act, gge_of
from levante.aid.registrations_held import locked, of_office
from levante.aid.workflow import VARIATIONS
from levante.exchange.api import (
    AMOUNT_RECALCULATED,
    RNA,
    Component,
    Cost,
    ExternalRequest,
    Unwritable,
    queue_request,
    variation_file,
)
from levante.kernel.api import Actor, Refused, note, now, refuse, require, service, today, unchanged
from levante.kernel.pure import format_euro, money_text


@service("aid.vary_in_rna")
def vary_in_rna(
    *,
    actor: Actor,
    registration: RnaRegistration,
    components: Iterable[Component],
    reason: str,
    costs: Iterable[Cost] = (),
    kind: str = AMOUNT_RECALCULATED,
) -> RnaVariation:
    """Ask the RNA for the COVAR of a confirmed aid whose amount is now that of ``components``: less, never more (more aid is
    another one, under headroom of its own). While one is open with the same amount, that one."""
    held = locked(registration)
    require(may_file_in_rna(actor, held.office))
    given = tuple(components)
    gge = gge_of(given)
    open_now = held.variations.filter(state__in=[RnaVariation.ASKED, RnaVariation.TO_CONFIRM]).first()
    if open_now is not None and open_now.gge == gge:
        return unchanged(open_now)
    if open_now is not None or held.state != RnaRegistration.CONFIRMED or held.is_being_cancelled:
        refuse(
            "Si varia un aiuto confermato nel RNA, e una variazione alla volta.",
            "An aid confirmed in the RNA is varied, and one variation at a time.",
        )
    if gge > held.gge:
        refuse(
            f"La variazione porta l’aiuto a {format_euro(gge)}, più dei {format_euro(held.gge)} registrati: serve un’altra concessione.",
            f"The variation would bring the aid to {format_euro(gge, 'en')}, over the {format_euro(held.gge, 'en')} registered: "
            "another grant is needed.",
        )  # fmt: skip
    if not reason.strip():
        refuse("Scrivi il motivo della variazione.", "Write the reason of the variation.", field="reason")
    number = held.variations.count() + 1
    try:
        file = variation_file(
            notice=held.notice, cor=int(held.cor), kind=kind, reason=reason, own_key=held.own_key, components=given, costs=costs
        )  # fmt: skip
    except Unwritable as wrong:
        raise Refused(wrong.reason, wrong.field) from wrong
    request = queue_request(
        actor=actor,
        system=RNA,
        kind="vary",
        key=f"rna:{held.own_key}:vary:{number}",
        body={
            **of_office(held.office), "own_key": held.own_key, "cor": int(held.cor), "notice": held.notice, "file": file,
            "known": _known_tickets(held),
        },
    )  # fmt: skip
    note(cor=held.cor, number=number, gge=money_text(gge))
    return RnaVariation.objects.create(
        registration=held,
        number=number,
        kind=kind,
        gge=gge,
        why=reason.strip(),
        request=request,
        asked_by_id=actor.user_id,
        asked_at=now(),
    )


def _known_tickets(held: RnaRegistration) -> list[int]:
    """The RNA's numbers of what was asked before about this aid: they are not this variation."""
    requests = [held.request, *(one.request for one in held.variations.select_related("request"))]
    return [int(one.their_id) for one in requests if one.their_id.isdigit()]


def variation_answered(*, actor: Actor, request: ExternalRequest) -> None:
    """The RNA answered a variation; called by exchange, again after a crash: then it does nothing."""
    row = RnaVariation.objects.filter(request=request).select_related("registration").first()
    if row is not None and row.state == RnaVariation.ASKED:
        record_variation(actor=actor, variation=row)


@service("aid.record_variation")
def record_variation(*, actor: Actor, variation: RnaVariation) -> RnaVariation:
    """Write the COVAR that the RNA gave, or why it refused."""
    registration = locked(variation.registration)
    held = registration.variations.select_for_update(of=("self",)).select_related("request").get(pk=variation.pk)
    held.registration = registration
    if held.state != RnaVariation.ASKED:
        return unchanged(held)
    answer = held.request.answer or {}
    if held.request.outcome != "varied":
        require(VARIATIONS.may("refuse", actor, held, state=held.state))
        held.state, held.problem = RnaVariation.REFUSED, str(answer.get("reason", "")) or "RNA"
        event = rna_hooks.VARIATION_REFUSED
    else:
        require(VARIATIONS.may("register", actor, held, state=held.state))
        held.state, held.covar = RnaVariation.TO_CONFIRM, str(answer["covar"])
        event = rna_hooks.VARIED
    held.save(update_fields=["state", "problem", "covar"])
    note(covar=held.covar, state=held.state)
    rna_hooks.tell(actor, registration, event, held)
    return held


@service("aid.transmit_variation")
def transmit_variation(*, actor: Actor, variation: RnaVariation, act: str, day: date, link: str = "") -> RnaVariation:
    """Tell the RNA the act that varies the aid, with its date. Once told the same, nothing more."""
    registration = locked(variation.registration)
    held = registration.variations.select_for_update(of=("self",)).get(pk=variation.pk)
    held.registration = registration
    act, link = act.strip(), link.strip()
    told = held.state == RnaVariation.CONFIRMED or held.confirm_request_id is not None
    if told and (held.act, held.varied_on) == (act, day):
        return unchanged(held)
    require(VARIATIONS.may("transmit", actor, held, state=held.state))
    if held.confirm_request_id is not None:
        refuse(
            "Il RNA sta già lavorando su questa variazione: aspetta la sua risposta.",
            "The RNA is at work on this variation already: wait for its answer.",
        )
    check_act(act, link, day)
    held.act, held.varied_on, held.problem = act, day, ""
    held.transmissions += 1
    held.confirm_request = queue_request(
        actor=actor,
        system=RNA,
        kind="confirm_variation",
        key=f"rna:{registration.own_key}:vary:{held.number}:confirm:{held.transmissions}",
        body={
            **of_office(registration.office), "cor": int(registration.cor), "covar": int(held.covar), "act": act, "link": link,
            "day": day.isoformat(),
        },
    )  # fmt: skip
    held.save(update_fields=["act", "varied_on", "problem", "transmissions", "confirm_request"])
    note(covar=held.covar, act=act, day=day.isoformat())
    return held


def variation_act_answered(*, actor: Actor, request: ExternalRequest) -> None:
    """The RNA answered about the act of a variation; called by exchange, again after a crash: then it does nothing."""
    row = RnaVariation.objects.filter(confirm_request=request).select_related("registration").first()
    if row is not None and row.state == RnaVariation.TO_CONFIRM:
        record_variation_act(actor=actor, variation=row, request=request)


@service("aid.record_variation_act")
def record_variation_act(*, actor: Actor, variation: RnaVariation, request: ExternalRequest) -> RnaVariation:
    """The RNA took the act of a variation: the aid is of its amount there. Or it would not, and says why."""
    registration = locked(variation.registration)
    held = registration.variations.select_for_update(of=("self",)).get(pk=variation.pk)
    held.registration = registration
    if held.state != RnaVariation.TO_CONFIRM or held.confirm_request_id != request.pk:
        return unchanged(held)
    note(covar=held.covar, outcome=request.outcome, on=today().isoformat())
    if request.outcome != "confirmed":
        answer = request.answer or {}
        held.confirm_request, held.problem = None, str(answer.get("reason") or answer.get("state") or "RNA")
        held.save(update_fields=["confirm_request", "problem"])
        rna_hooks.tell(actor, registration, rna_hooks.VARIATION_ACT_REFUSED, held)
        return held
    require(VARIATIONS.may("transmit", actor, held, state=held.state))
    held.state = RnaVariation.CONFIRMED
    held.save(update_fields=["state"])
    if held.gge:
        registration.gge = held.gge
        registration.save(update_fields=["gge"])
    rna_hooks.tell(actor, registration, rna_hooks.VARIATION_CONFIRMED, held)
    return held
