"""The registration of our aid in the RNA: asked before the act, told of it in time. How it ends is in ``registrations_ended``.

Who locks, locks in one order: what the room above says (``on_registration``), the registration. What the RNA answers is applied once
(``registration_answered``, ``act_answered``, ``cancel_answered``, called by exchange) and the room above is told (``rna_hooks``).
"""

import secrets
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from levante.aid import rna_hooks
from levante.aid.models import AidRecord, Reservation, RnaRegistration
from levante.aid.policies import may_file_in_rna
from levante.aid.registrations_held import ask_cancellation, close_registration, locked, of_office
from levante.aid.workflow import REGISTRATIONS
from levante.exchange.api import (
    RNA,
    Component,
    Concession,
    ExternalRequest,
    Unwritable,
    grant_file,
    has_rna,
    queue_request,
)
from levante.identity.api import Office, office_codes
from levante.kernel.api import Actor, Refused, note, now, refuse, require, service, today, unchanged
from levante.kernel.pure import ZERO, format_euro, money_text
from levante.law import parameters
from levante.law.codes import check_cor
from levante.parties.api import Enterprise


def gge_of(components: "tuple[Component, ...] | list[Component]") -> Decimal:
    """What components of aid come to: gross grant equivalent."""
    return sum((tool.gge for one in components for tool in one.instruments), ZERO)


@service("aid.register_aid_in_rna")
def register_aid_in_rna(
    *,
    actor: Actor,
    reservation: Reservation,
    office: Office,
    concession: Concession,
    notice: int,
    car: int | None = None,
    heir: Enterprise | None = None,
) -> RnaRegistration:
    """Ask the RNA for the COR of an aid whose headroom is held (DM 115/2017 art. 9).

    ``concession`` is what the RNA is told, without ``own_key`` (it is made here); its beneficiary and its amount must be those
    of the reservation, or of the aid that it became, as it is now: an aid that was reduced is registered again as it stands.
    ``notice`` is COD_BANDO; ``heir`` has the place of who was awarded by a deed, and is the beneficiary. While one is live, that one.
    """
    require(may_file_in_rna(actor, office))
    rows = Reservation.objects.select_for_update(of=("self",)).select_related("enterprise", "aid")
    held = rows.get(pk=reservation.pk)
    known = held.registrations.filter(state__in=RnaRegistration.LIVE).first()
    if known is not None:
        return unchanged(known)
    _require_held(held)
    if not has_rna(office_codes(office)):
        refuse(
            f"L’ufficio {office.name_it} non ha un accesso al RNA: il COR si scrive a mano.",
            f"The office {office.name_en} has no account with the RNA: the COR is written by hand.",
        )
    gge = _require_same(held, concession, heir)
    number = held.registrations.count() + 1
    # Ours alone, also beside another installation with the same account; no tax code in it, since the audit tells it.
    own_key = f"LEV-{held.pk}-{number}-{secrets.token_hex(4)}"
    try:
        file = grant_file(replace(concession, own_key=own_key), notice=notice, car=car)
    except Unwritable as wrong:
        raise Refused(wrong.reason, wrong.field) from wrong
    request = queue_request(
        actor=actor,
        system=RNA,
        kind="register",
        key=f"rna:{own_key}",
        body={**of_office(office), "own_key": own_key, "notice": notice, "file": file},
    )
    if held.expires_on is not None:
        held.expires_on = None  # from here it is freed by what becomes of the registration, and not by a day
        held.save(update_fields=["expires_on"])
    note(reservation=held.pk, amount=money_text(gge), number=number)
    return RnaRegistration.objects.create(
        reservation=held,
        subject_type=held.subject_type,
        subject_id=held.subject_id,
        own_key=own_key,
        office=office,
        enterprise=heir or held.enterprise,
        tax_code=concession.beneficiary.tax_code,
        notice=notice,
        gge=gge,
        request=request,
        asked_by_id=actor.user_id,
        asked_at=now(),
    )


def _require_held(held: Reservation) -> None:
    expired = held.state == Reservation.RESERVED and held.expires_on is not None and held.expires_on < today()
    if held.state not in {Reservation.RESERVED, Reservation.CONFIRMED} or expired:
        refuse(
            "Il massimale non è più prenotato: prenotalo di nuovo prima di chiedere il COR.",
            "The headroom is no longer reserved: reserve it again before asking for the COR.",
        )


def _require_same(held: Reservation, concession: Concession, heir: Enterprise | None) -> Decimal:
    """What is registered, gross grant equivalent: what is held, or what of it the aid is now."""
    theirs = {held.tax_code, held.enterprise.tax_code} if heir is None else {heir.tax_code}
    if concession.beneficiary.tax_code not in theirs:
        refuse(
            "Il beneficiario non è quello della prenotazione.", "The beneficiary is not that of the reservation."
        )  # fmt: skip
    total, now_held = gge_of(concession.components), held.amount if held.aid is None else held.aid.gge
    if total != now_held:
        refuse(
            f"L’aiuto da registrare è {format_euro(total)}, il massimale prenotato {format_euro(now_held)}.",
            f"The aid to be registered is {format_euro(total, 'en')}, the headroom reserved {format_euro(now_held, 'en')}.",
        )
    return total


def registration_answered(*, actor: Actor, request: ExternalRequest) -> None:
    """The RNA answered a registration; called by exchange, again after a crash: then it does nothing."""
    row = RnaRegistration.objects.filter(request=request).first()
    if row is not None and row.state == RnaRegistration.ASKED:
        record_registration(actor=actor, registration=row)


@service("aid.record_registration")
def record_registration(*, actor: Actor, registration: RnaRegistration) -> RnaRegistration:
    """Write the COR that the RNA gave and the last day for the act, or why it refused."""
    held = locked(registration)
    if held.state != RnaRegistration.ASKED:
        return unchanged(held)
    answer = held.request.answer or {}
    if held.request.outcome != "registered":
        require(REGISTRATIONS.may("refuse", actor, held, state=held.state))
        close_registration(held, RnaRegistration.REFUSED, str(answer.get("reason", "")) or "RNA")
        note(refused=answer.get("code"), state=answer.get("state", ""))
        rna_hooks.tell(actor, held, rna_hooks.REFUSED)
        return held
    require(REGISTRATIONS.may("register", actor, held, state=held.state))
    cor = str(answer["cor"])
    taken = (
        RnaRegistration.objects.filter(cor=cor).exclude(pk=held.pk).exists()
        or AidRecord.objects.filter(cor=cor, source=AidRecord.OWN).exclude(reservation=held.reservation_id).exists()
    )
    if not check_cor(cor) or taken:
        held.problem = f"Il RNA ha dato il COR {cor}, che è già di un’altra registrazione o non è un COR."
        held.save(update_fields=["problem"])
        note(problem="cor", cor=cor)
        rna_hooks.tell(actor, held, rna_hooks.WRONG_COR)
        return held
    told = date.fromisoformat(answer["on"]) if answer.get("on") else today()
    held.state, held.cor, held.registered_on = RnaRegistration.TO_CONFIRM, cor, min(told, today())
    days = parameters.value("rna.act_date.days", on=held.registered_on)
    held.last_day = held.registered_on + timedelta(days=int(days.value))
    held.parameters, held.problem = [days.as_json()], ""
    held.save(update_fields=["state", "cor", "registered_on", "last_day", "parameters", "problem"])
    note(cor=cor, registered_on=held.registered_on.isoformat(), last_day=held.last_day.isoformat())
    rna_hooks.tell(actor, held, rna_hooks.REGISTERED)
    if held.reason:  # it was to be cancelled while the RNA was at work
        ask_cancellation(actor, held)
    return held


@service("aid.set_aside_registration")
def set_aside_registration(*, actor: Actor, registration: RnaRegistration) -> RnaRegistration:
    """Who looked in the RNA says that its COR is none of this aid: the registration is as refused, and another may be asked."""
    held = locked(registration)
    if held.state == RnaRegistration.REFUSED:
        return unchanged(held)
    require(REGISTRATIONS.may("refuse", actor, held, state=held.state))
    if not held.problem:
        refuse("Il RNA non ha ancora risposto.", "The RNA has not answered yet.")
    close_registration(held, RnaRegistration.REFUSED, held.problem)
    note(problem=held.problem[:200])
    rna_hooks.tell(actor, held, rna_hooks.REFUSED)
    return held


@service("aid.transmit_act")
def transmit_act(
    *, actor: Actor, registration: RnaRegistration, act: str, day: date, link: str = ""
) -> RnaRegistration:
    """Tell the RNA the act that grants, with its date (DM 115/2017 art. 9). Once told the same, nothing more."""
    held = locked(registration)
    act, link = act.strip(), link.strip()
    same = (held.act, held.granted_on) == (act, day)
    if same and (held.state == RnaRegistration.CONFIRMED or held.is_being_transmitted):
        return unchanged(held)
    require(REGISTRATIONS.may("transmit", actor, held, state=held.state))
    if held.is_being_transmitted or held.is_being_cancelled:
        refuse(
            "Il RNA sta già lavorando su questa registrazione: aspetta la sua risposta.",
            "The RNA is at work on this registration already: wait for its answer.",
        )
    check_act(act, link, day)
    held.act, held.act_link, held.granted_on, held.problem = act, link, day, ""
    held.transmissions += 1
    held.confirm_request = queue_request(
        actor=actor,
        system=RNA,
        kind="confirm",
        key=f"rna:{held.own_key}:confirm:{held.transmissions}",
        body={
            **of_office(held.office), "own_key": held.own_key, "cor": int(held.cor), "act": act, "link": link,
            "day": day.isoformat(),
        },
    )  # fmt: skip
    held.save(update_fields=["act", "act_link", "granted_on", "problem", "transmissions", "confirm_request"])
    note(cor=held.cor, act=act, day=day.isoformat())
    return held


def check_act(act: str, link: str, day: date) -> None:
    if not act or len(act) > 255:
        refuse("Indica l’atto, in 255 caratteri al massimo.", "Say which act, in at most 255 characters.", field="act")
    if len(link) > 500 or (link and not link.startswith(("https://", "http://"))):
        refuse(
            "Il collegamento all’atto comincia con https:// ed è di 500 caratteri al massimo.",
            "The link to the act begins with https:// and has at most 500 characters.",
            field="link",
        )
    if day > today():
        refuse("La data dell’atto non è nel futuro.", "The date of the act is not in the future.", field="day")


def act_answered(*, actor: Actor, request: ExternalRequest) -> None:
    """The RNA answered about the act; called by exchange, again after a crash: then it does nothing."""
    row = RnaRegistration.objects.filter(confirm_request=request).first()
    if row is not None and row.state == RnaRegistration.TO_CONFIRM:
        record_transmission(actor=actor, registration=row, request=request)


@service("aid.record_transmission")
def record_transmission(*, actor: Actor, registration: RnaRegistration, request: ExternalRequest) -> RnaRegistration:
    """The RNA took the act, would not, or had let the code lapse before."""
    held = locked(registration)
    if held.state != RnaRegistration.TO_CONFIRM or held.confirm_request_id != request.pk:
        return unchanged(held)
    answer = request.answer or {}
    if request.outcome == "confirmed":
        require(REGISTRATIONS.may("transmit", actor, held, state=held.state))
        held.state, held.confirmed_at, held.problem = RnaRegistration.CONFIRMED, now(), ""
        held.save(update_fields=["state", "confirmed_at", "problem"])
        note(cor=held.cor, confirmed=True)
        rna_hooks.tell(actor, held, rna_hooks.CONFIRMED)
    elif request.outcome == "gone":
        if held.is_being_cancelled:
            return unchanged(held)  # by us: its own answer is about to come
        require(REGISTRATIONS.may("lapse", actor, held, state=held.state))
        state = str(answer.get("state", ""))
        close_registration(
            held, RnaRegistration.LAPSED, f"Nel RNA la concessione è {state}: l’atto non si può più trasmettere."
        )
        note(cor=held.cor, state=state)
        rna_hooks.tell(actor, held, rna_hooks.LAPSED)
    else:
        held.confirm_request, held.problem = None, str(answer.get("reason", "")) or "RNA"
        held.save(update_fields=["confirm_request", "problem"])
        note(cor=held.cor, refused=answer.get("code"))
        rna_hooks.tell(actor, held, rna_hooks.ACT_REFUSED)
    return held
