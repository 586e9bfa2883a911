"""Corrections: the enterprise (a buyer, an investor) proposes, an officer accepts or refuses, the file changes with its trace."""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from levante.kernel.api import PARTY_KINDS, Actor, note, now, refuse, require, service
from levante.law.codes import check_tax_code
from levante.parties.models import Comune, Correction, Enterprise, OwnershipLink, Seat
from levante.parties.policies import may_propose_correction
from levante.parties.services.counterparts import profile_texts, write_profile
from levante.parties.services.enterprises import (
    FACTS,
    apply_facts,
    clean_facts,
    refresh_size,
    write_account,
)
from levante.parties.services.ownership import (
    HOLDER,
    TERMS,
    check_holder,
    check_terms,
    correct_ownership,
    record_holder,
)
from levante.parties.services.seats import (
    check_seat_period,
    checked_cap,
    place_legal_seat,
    write_operating_seat,
)
from levante.parties.workflow import CORRECTIONS

SEAT_FIELDS = ("comune", "address", "cap")
OPERATING_FIELDS = (*SEAT_FIELDS, "since", "until")
ACCOUNT_FIELDS = ("headcount", "turnover", "balance", "export_turnover")


@service("parties.propose_correction")
def propose_correction(
    *,
    actor: Actor,
    enterprise: Enterprise,
    subject: str,
    values: dict[str, str],
    year: int | None = None,
    link: OwnershipLink | None = None,
    seat: Seat | None = None,
    reason: str = "",
) -> Correction:
    """The enterprise proposes new values; only what differs from the file is kept. Nothing changes until accepted.

    ``values`` are texts: facts by name, ``{comune, address, cap}`` for the legal seat (comune by ISTAT code), the same
    with ``{since, until}`` for an operating seat (``seat``, or a new one), ``{headcount, turnover, balance,
    export_turnover}`` for the accounts of ``year``; for a new hold ``HOLDER`` and ``TERMS``, for the hold ``link`` the terms that change.
    """
    require(may_propose_correction(actor, enterprise))
    if actor.user_id is None:
        refuse("Propone una persona.", "A person proposes.")
    if link is not None and (subject != Correction.OWNERSHIP or link.owned_id != enterprise.pk):
        refuse("Il legame non è di questa impresa.", "The link is not of this enterprise.")
    if seat is not None and (
        subject != Correction.OPERATING or seat.enterprise_id != enterprise.pk or seat.kind != Seat.OPERATING
    ):
        refuse("Non è una sede operativa di questa impresa.", "It is not an operating seat of this enterprise.")
    there = current_values(enterprise, subject, year, link, seat)
    unknown = sorted(set(values) - set(there))
    if unknown:
        refuse(f"Dato sconosciuto: {unknown[0]}.", f"Unknown fact: {unknown[0]}.", field=unknown[0])
    _check(enterprise, subject, values, there, link)
    wanted = {name: str(value).strip() for name, value in values.items()}
    changes = {name: [there[name], value] for name, value in wanted.items() if not _same(subject, there[name], value)}
    if not changes:
        refuse("Non c’è nulla di diverso dai dati attuali.", "Nothing differs from the present data.")
    correction = Correction.objects.create(
        enterprise=enterprise,
        subject=subject,
        year=year if subject == Correction.ACCOUNT else None,
        link=link,
        seat=seat,
        changes=changes,
        reason=reason.strip(),
        proposed_by_id=actor.user_id,
        proposed_at=now(),
    )
    note(enterprise=enterprise.pk, subject=subject, fields=sorted(changes))
    return correction


@service("parties.accept_correction")
def accept_correction(*, actor: Actor, correction: Correction, reason: str = "") -> Correction:
    """Accept a correction and write it on the file, unless what it corrects has changed in the meantime."""
    correction = _locked(correction)
    require(CORRECTIONS.may("accept", actor, correction, state=correction.state))
    type(correction.holder)._default_manager.select_for_update().get(pk=correction.party.id)
    there = texts_now(correction)
    moved = sorted(name for name, (old, _) in correction.changes.items() if there[name] != old)
    if moved:
        listed = ", ".join(moved)
        refuse(
            f"Nel frattempo questi dati sono cambiati: {listed}. Respingi la correzione e chiedi di proporla di nuovo.",
            f"These data have changed in the meantime: {listed}. Refuse the correction and ask for a new one.",
        )
    values = {name: new for name, (_, new) in correction.changes.items()}
    if correction.enterprise_id is None:
        write_profile(correction.holder, values)
    else:
        _write(actor, Enterprise.objects.get(pk=correction.enterprise_id), correction, there, values)
    note(party=str(correction.party), fields=sorted(values))
    return _close(actor, correction, Correction.ACCEPTED, reason)


def texts_now(correction: Correction) -> dict[str, str]:
    """What the file says now of what a correction is about."""
    if correction.enterprise is None:
        return profile_texts(correction.holder)
    return current_values(correction.enterprise, correction.subject, correction.year, correction.link, correction.seat)


def _write(
    actor: Actor, enterprise: Enterprise, correction: Correction, there: dict[str, str], values: dict[str, str]
) -> None:
    if correction.subject == Correction.FACTS:
        apply_facts(enterprise, values, correction.reason)
    elif correction.subject == Correction.SEAT:
        whole = there | values
        place_legal_seat(enterprise, comune=_comune(whole), address=whole["address"], cap=whole["cap"])
    elif correction.subject == Correction.OPERATING:
        whole = there | values
        period = {name: _day(whole[name], name) for name in ("since", "until")}
        write_operating_seat(
            enterprise, correction.seat, comune=_comune(whole), address=whole["address"], cap=whole["cap"], **period
        )
    elif correction.subject == Correction.OWNERSHIP:
        _write_ownership(actor, enterprise, correction, there | values)
    else:
        whole = there | values
        figures = {name: _number(whole[name], name) for name in ACCOUNT_FIELDS}
        write_account(enterprise, year=correction.year or 0, source="verified", **figures)
        refresh_size(enterprise)


@service("parties.refuse_correction")
def refuse_correction(*, actor: Actor, correction: Correction, reason: str) -> Correction:
    """Refuse a correction, saying why: the enterprise reads it."""
    correction = _locked(correction)
    require(CORRECTIONS.may("refuse", actor, correction, state=correction.state))
    if not reason.strip():
        refuse("Serve il motivo.", "A reason is needed.", field="reason")
    note(party=str(correction.party))
    return _close(actor, correction, Correction.REFUSED, reason)


@service("parties.withdraw_correction")
def withdraw_correction(*, actor: Actor, correction: Correction) -> Correction:
    """The enterprise takes back a correction that nobody has decided on."""
    correction = _locked(correction)
    require(CORRECTIONS.may("withdraw", actor, correction, state=correction.state))
    note(party=str(correction.party))
    return _close(actor, correction, Correction.WITHDRAWN, "")


def _write_ownership(actor: Actor, enterprise: Enterprise, correction: Correction, whole: dict[str, str]) -> None:
    terms = terms_of(whole)
    if correction.link is not None:
        reason = correction.reason or "correction of the enterprise"
        correct_ownership(actor=actor, link=correction.link, terms=terms, reason=reason)
    else:
        record_holder(actor=actor, owned=enterprise, holder={name: whole[name] for name in HOLDER}, terms=terms)


def terms_of(texts: dict[str, str]) -> dict[str, Any]:
    """The terms of a hold out of the texts of a correction."""

    return {
        "kind": texts["kind"],
        "capital": _number(texts["capital"], "capital"),
        "votes": _number(texts["votes"], "votes"),
        "same_market": {"true": True, "false": False}.get(texts["same_market"]),
        "since": _day(texts["since"], "since"),
        "until": _day(texts["until"], "until"),
        "evidence": texts["evidence"][:300],
    }


def current_values(
    enterprise: Enterprise,
    subject: str,
    year: int | None,
    link: OwnershipLink | None = None,
    seat: Seat | None = None,
) -> dict[str, str]:
    """What the file says now of a subject, as the texts a correction compares."""
    if subject == Correction.FACTS:
        return {name: _text(getattr(enterprise, name)) for name in FACTS}
    if subject == Correction.OWNERSHIP:
        if link is None:
            return dict.fromkeys((*HOLDER, *TERMS), "")
        return {name: _text(getattr(link, name)) for name in TERMS}
    if subject == Correction.OPERATING:
        if seat is None:
            return dict.fromkeys(OPERATING_FIELDS, "")
        return {name: _text(seat.comune_id if name == "comune" else getattr(seat, name)) for name in OPERATING_FIELDS}
    if subject == Correction.SEAT:
        seat = enterprise.seats.filter(kind=Seat.LEGAL, until__isnull=True).first()
        if seat is None:
            return dict.fromkeys(SEAT_FIELDS, "")
        return {"comune": seat.comune_id or "", "address": seat.address, "cap": seat.cap}
    if subject == Correction.ACCOUNT and year is not None:
        account = enterprise.accounts.filter(year=year).first()
        return {name: _text(getattr(account, name, None)) for name in ACCOUNT_FIELDS}
    refuse("Oggetto sconosciuto.", "Unknown subject.", field="subject")


def _check(
    enterprise: Enterprise, subject: str, values: dict[str, str], there: dict[str, str], link: OwnershipLink | None
) -> None:
    """Refuse now what could never be accepted."""
    if subject == Correction.FACTS:
        changed = {name: value for name, value in values.items() if value.strip() != there[name]}
        if "ateco" in changed:
            changed["ateco_edition"] = values.get("ateco_edition") or there["ateco_edition"] or "2025"
        clean_facts(changed)
    elif subject == Correction.OWNERSHIP:
        if link is None:
            check_holder(values)
            if check_tax_code(values.get("code", "")).normalised == enterprise.tax_code:
                refuse("Un’impresa non detiene sé stessa.", "An enterprise does not hold itself.", field="code")
        check_terms(terms_of(there | values))
    elif subject in (Correction.SEAT, Correction.OPERATING):
        whole = there | values
        checked_cap(_comune(whole), values.get("cap", ""))
        if subject == Correction.OPERATING:
            if not whole["address"].strip():
                refuse("Serve l’indirizzo.", "An address is needed.", field="address")
            check_seat_period(_day(whole["since"], "since"), _day(whole["until"], "until"))
    else:
        figures = {name: _number((there | values)[name], name) for name in ACCOUNT_FIELDS}
        for name in ("headcount", "turnover", "balance"):
            if figures[name] is None or figures[name] < 0:  # type: ignore[operator]
                refuse("Serve un valore non negativo.", "A value that is not negative is needed.", field=name)
        exported, turnover = figures["export_turnover"], figures["turnover"]
        if exported is not None and turnover is not None and not 0 <= exported <= turnover:
            refuse(
                "Il fatturato all’estero è una parte del fatturato.",
                "Export turnover is a part of the turnover.",
                field="export_turnover",
            )


def _comune(texts: dict[str, str]) -> Comune:
    found = Comune.objects.filter(pk=texts["comune"]).first()
    if found is None:
        refuse("Scegli un comune.", "Choose a comune.", field="comune")
    return found


def _day(text: str, field: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        refuse("La data non è valida.", "The date is not valid.", field=field)


def _same(subject: str, old: str, new: str) -> bool:
    if subject in (Correction.ACCOUNT, Correction.OWNERSHIP) and old and new:
        try:
            return Decimal(old) == Decimal(new)
        except InvalidOperation:
            return old == new
    return old == new


def _locked(correction: Correction) -> Correction:
    return (
        Correction.objects.select_for_update(of=("self",))
        .select_related(*PARTY_KINDS, "link", "seat")
        .get(pk=correction.pk)
    )


def _close(actor: Actor, correction: Correction, state: str, reason: str) -> Correction:
    correction.state = state
    correction.decided_by_id = actor.user_id
    correction.decided_at = now()
    correction.decision_reason = reason.strip()
    correction.save(update_fields=["state", "decided_by", "decided_at", "decision_reason"])
    return correction


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ",".join(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    return str(value)


def _number(text: str, field: str) -> Decimal | None:
    if not text:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        refuse("Non è un numero.", "Not a number.", field=field)
    if not number.is_finite() or abs(number) > Decimal("9999999999999.99"):
        refuse("Non è un numero valido.", "Not a valid number.", field=field)
    return number
