"""A place that is aid: held, registered in the RNA, granted, taken back. Whether it is, is decided in ``aid_deciding``."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from levante.aid.api import (
    GENERAL,
    RnaRegistration,
    RnaVariation,
    annul_aid,
    beneficiary_of,
    cancel_in_rna,
    confirm_reservation,
    lock_undertakings,
    places_of,
    regime_of_sector,
    register_aid_in_rna,
    release_reservation,
    reserve_aid,
    transmit_act,
)
from levante.exchange.api import Component, Concession, Cost, Instrument, has_rna
from levante.identity.api import office_codes
from levante.kernel.api import Actor, Refused, day_of, note, refuse, require, service, system, today, unchanged
from levante.kernel.pure import Bilingual
from levante.law.codes import check_cor
from levante.participations import policies, states, visure
from levante.participations.by_hand import ask_by_hand
from levante.participations.holding import locked_row, locked_selection
from levante.participations.models import AidChange, Participation, Selection
from levante.participations.telling import SUBJECT, tell_office
from levante.participations.waiting import clear_problem, wait_for_office
from levante.parties.api import Enterprise
from levante.programme.api import Act


def regime_of(row: Participation) -> str:
    """The de minimis regime of a place: that which is held or granted; else that which the office decided, or of the sector of its firm."""
    if row.aid is not None:
        return str(row.aid.regime)
    if row.reservation is not None:
        return str(row.reservation.regime)
    return row.regime or regime_of_sector(row.enterprise, on=today())


def hold_aid(row: Participation) -> None:
    """Hold the headroom of a place; :class:`~levante.aid.api.NoHeadroom` when there is none, ``Refused`` when it is not known whether there
    is. For a service at work; the row is saved by who calls."""
    if row.selection.aid_value is None:
        refuse("Non è deciso quanto vale un posto.", "The value of a place is not decided.")
    row.reservation = reserve_aid(
        actor=system("participations.aid"), enterprise=row.enterprise, amount=row.selection.aid_value, regime=regime_of(row),
        subject_type=SUBJECT, subject_id=str(row.pk),
    )  # fmt: skip


def reaches_rna(selection: Selection) -> bool:
    """Are places registered from here? The office has its account and the codes are written."""
    return bool(selection.aid_codes) and has_rna(office_codes(selection.initiative.lead_office))


def registered_from_here(row: Participation) -> bool:
    """Is the code of this place asked from here? Those of agricultural and fishery aid are of the registers of their sectors, SIAN and SIPA
    (DM 115/2017 art. 6), and are written by hand."""
    return reaches_rna(row.selection) and regime_of(row) == GENERAL


def register(actor: Actor, row: Participation) -> None:
    """Ask the RNA for the COR of a place, where it is asked from here."""
    selection = row.selection
    if row.reservation is None or not registered_from_here(row):
        return
    register_aid_in_rna(
        actor=system("participations.aid"), reservation=row.reservation, office=selection.initiative.lead_office,
        concession=concession_of(row), notice=int(selection.aid_codes["notice"]), car=selection.aid_codes.get("car"),
    )  # fmt: skip


def ask_for_code(actor: Actor, row: Participation) -> None:
    """Hold the headroom of a place that is being registered, if it is not held yet, and ask for its visure and its COR. What is refused is
    no fault of the enterprise: the place stays held with the reason, and the office is told. For a service at work that holds the
    selection."""
    try:
        if row.reservation is None:
            hold_aid(row)
            row.save(update_fields=["reservation"])
        visure.ask(row)
        register(actor, row)
    except Refused as refusal:
        wait_for_office(actor, row, refusal.reason)
        return
    clear_problem(row)
    visure.settle(actor, row)


def unasked(selection: Selection, rows: Iterable[Participation]) -> set[int]:
    """The numbers of those of a selection whose code is asked from here and was not: what the RNA calls the measure was written since. One
    query where there may be any."""
    waits = {row.pk: row.reservation_id for row in rows if _waits_for_code(row)} if reaches_rna(selection) else {}
    live = (
        RnaRegistration.objects.filter(reservation__in=waits.values(), state__in=RnaRegistration.LIVE) if waits else []
    )
    asked = {registration.reservation_id for registration in live}
    return {pk for pk, held in waits.items() if held not in asked}


def _waits_for_code(row: Participation) -> bool:
    return (
        row.state == states.REGISTERING and row.reservation_id is not None and not row.cor and regime_of(row) == GENERAL
    )


def concession_of(row: Participation, amount: Decimal | None = None) -> Concession:
    """What the RNA is told of a place: of its value, or of another amount."""
    selection, firm, codes = row.selection, row.enterprise, row.selection.aid_codes
    initiative, value = (
        selection.initiative,
        amount if amount is not None else row.selection.aid_value or Decimal("0.00"),
    )
    request = (
        row.interest.number
        if row.interest is not None
        else str(row.application.number)
        if row.application is not None
        else ""
    )
    return Concession(
        own_key="",
        title=f"{initiative.title_it}: {request}"[:256],
        description=initiative.title_it[:1300],
        initiative=codes.get("initiative", ""),
        beneficiary=beneficiary_of(firm),
        places=places_of(firm),
        costs=(Cost("K1", codes.get("cost_kind") or "0", value),),
        components=(
            Component(
                "C1", int(codes["procedure"]), codes["regulation"], int(codes["objective"]),
                (Instrument("S1", int(codes["instrument"]), value, value),), may_cumulate=True,
            ),
        ),
        project_code=request,
        expected_on=today(),
    )  # fmt: skip


@service("participations.write_cor")
def write_cor(*, actor: Actor, row: Participation, cor: str, on: date | None = None) -> Participation:
    """The COR of a place that was registered outside of here, and the day of its registration (today unless told): the act that grants the
    place comes after it."""
    held = locked_row(row.pk)
    require(policies.may_keep(actor, held.selection.initiative))
    if held.state != states.REGISTERING:
        refuse("Non aspetta il COR.", "It does not wait for a COR.")
    if held.reservation is None:
        refuse(*visure.NOT_HELD)
    checked = check_cor(cor)
    if not checked:
        refuse(checked.reason.it, checked.reason.en, field="cor")
    day, decided = on or today(), held.selection.decided_at
    if day > today() or (decided is not None and day < day_of(decided)):
        refuse(
            "Il giorno va da quello della lista a oggi.", "The day is between that of the list and today.", field="on"
        )
    if (held.cor, held.cor_on) == (checked.normalised, day):
        return unchanged(held)
    places = Participation.objects.filter(cor=checked.normalised).exclude(pk=held.pk)
    if places.exists() or AidChange.objects.filter(cor=checked.normalised).exists():
        refuse("È il COR di un altro posto.", "It is the COR of another place.", field="cor")
    held.cor, held.cor_on = checked.normalised, day
    held.save(update_fields=["cor", "cor_on"])
    visure.settle(actor, held)
    note(cor=held.cor, on=day.isoformat())
    return held


@service("participations.confirm_cor_cancelled")
def confirm_cor_cancelled(*, actor: Actor, row: Participation, on: date) -> Participation:
    """The COR of a place that is no more, written by hand, was cancelled in the RNA by a person, on a day."""
    held = locked_row(row.pk)
    require(policies.may_keep(actor, held.selection.initiative))
    if held.cor_cancelled_on == on:
        return unchanged(held)
    if not cor_to_cancel([held]):
        refuse("Non ha un COR da annullare a mano.", "It has no COR to be cancelled by hand.")
    if on > today() or (held.closed_at is not None and on < day_of(held.closed_at)):
        refuse(
            "Il giorno va da quando il posto è finito a oggi.",
            "The day is between the end of the place and today.",
            field="on",
        )
    held.cor_cancelled_on = on
    held.save(update_fields=["cor_cancelled_on"])
    note(cor=held.cor, on=on.isoformat())
    return held


def cor_to_cancel(rows: Iterable[Participation]) -> set[int]:
    """The numbers of those whose COR, written by hand, is still in the RNA though the place is no more. One query."""
    gone = {row.pk for row in rows if row.state in states.GONE and row.cor and row.cor_cancelled_on is None}
    asked = (
        RnaRegistration.objects.filter(subject_type=SUBJECT, subject_id__in=[str(pk) for pk in gone]) if gone else []
    )
    return gone - {int(registration.subject_id) for registration in asked}


def hold_undertakings(firms: Iterable[Enterprise], on: date) -> None:
    """Whoever confirms several aids at once holds all their undertakings first."""
    lock_undertakings(list(firms), on=on)


def grant(actor: Actor, row: Participation, act: Act) -> None:
    """The act grants the place: the aid is in force from its day, and the RNA is told."""
    assert row.reservation is not None
    assert act.adopted_on is not None
    selection, text = row.selection, f"n. {act.number} del {act.adopted_on:%d/%m/%Y}"
    row.aid = confirm_reservation(
        actor=system("participations.aid"), reservation=row.reservation, granted_on=act.adopted_on, act=text, cor=row.cor,
        measure_title=selection.initiative.title_it[:300], granting_body=selection.initiative.lead_office.name_it[:300],
    )  # fmt: skip
    row.save(update_fields=["aid"])
    registration = _registration(row)
    if registration is not None and registration.state == RnaRegistration.TO_CONFIRM:
        transmit_act(actor=system("participations.aid"), registration=registration, act=text, day=act.adopted_on)


def take_back(row: Participation, reason: Bilingual) -> None:
    """The place is not used: its headroom is free, its registration is cancelled. For a service at work."""
    from levante.participations.aid_changing import take_back_more  # which asks for what a place is here

    if row.reservation is None:
        return
    take_back_more(row, reason)
    registration = _registration(row)
    if registration is None and row.cor:
        tell_office(
            system("participations.aid"), row.selection, f"cor-{row.pk}",
            Bilingual("Un COR da annullare nel RNA", "A COR to be cancelled in the RNA"),
            Bilingual(f"{row.enterprise.name}: COR {row.cor}. {reason.it}", f"{row.enterprise.name}: COR {row.cor}. {reason.en}"),
        )  # fmt: skip
    if registration is not None and registration.state in RnaRegistration.LIVE:
        cancel_in_rna(actor=system("participations.aid"), registration=registration, reason=reason.it)
    if row.aid is not None:
        if row.aid.annulled_on is None:
            annul_aid(actor=system("participations.aid"), aid=row.aid, on=today(), reference=reason.it[:100])
    elif row.reservation.state == "reserved":
        release_reservation(actor=system("participations.aid"), reservation=row.reservation, reason=reason.it)


def let_go(row: Participation, reason: Bilingual) -> None:
    """What is held and registered for a place that is not granted yet was another's: its headroom is free, its COR is cancelled (by hand,
    where it was written by hand). The place stays. For a service at work that holds it."""
    registration = _registration(row)
    if registration is not None and registration.state in RnaRegistration.LIVE:
        cancel_in_rna(actor=system("participations.aid"), registration=registration, reason=reason.it)
    elif registration is None and row.cor:
        ask_by_hand(row, row.cor, reason.it)
    if row.reservation is not None and row.reservation.state == "reserved":
        release_reservation(actor=system("participations.aid"), reservation=row.reservation, reason=reason.it)
    row.reservation, row.cor, row.cor_on = None, "", None
    row.save(update_fields=["reservation", "cor", "cor_on"])


def _registration(row: Participation) -> RnaRegistration | None:
    return RnaRegistration.objects.filter(subject_type=SUBJECT, subject_id=str(row.pk)).order_by("-pk").first()


def lock_selection(*, subject_id: str) -> None:
    """The selection of a place is held before the registration of its aid: who works on places locks in this order."""
    found = Participation.objects.filter(pk=int(subject_id)).values_list("selection__initiative_id", flat=True).first()
    if found is not None:
        locked_selection(found)


def registration_answered(
    *, actor: Actor, registration: RnaRegistration, event: str, variation: RnaVariation | None
) -> None:
    """What the RNA said of the aid of a place; called by aid in the transaction of the answer, once."""
    from levante.participations.aid_changing import tell_refusal, tell_variation

    row = locked_row(int(registration.subject_id))
    if event in {"registered", "refused", "lapsed"} and registration.reservation_id != row.reservation_id:
        return  # of the firm that had the place before, whose registration is being cancelled
    if event == "registered" and row.state == states.REGISTERING:
        row.cor, row.cor_on = registration.cor, registration.registered_on
        row.save(update_fields=["cor", "cor_on"])
        visure.settle(actor, row)
    elif event == "refused" and row.state == states.REGISTERING:
        why = registration.reason or event
        words = Bilingual(f"Il RNA non ha registrato l’aiuto: {why}", f"The RNA did not register the aid: {why}")
        wait_for_office(actor, row, words)
    elif event == "lapsed" and row.state == states.REGISTERING:
        _register_again(actor, row, registration)
    elif event == "act_due":
        tell_act_due(actor, row, registration)
    elif event == "varied" and variation is not None:
        tell_variation(row, variation)
    elif event in {"variation_refused", "variation_act_refused"}:
        tell_refusal(actor, row, registration, event, variation)
    elif event in {"act_refused", "cancel_refused", "lapsed"}:
        tell_office(
            actor, row.selection, f"rna-{row.pk}-{event}", Bilingual("Il RNA ha risposto di no", "The RNA said no"),
            Bilingual(
                f"{row.enterprise.name}: {registration.problem or registration.reason}",
                f"{row.enterprise.name}: {registration.problem or registration.reason}",
            ),
        )  # fmt: skip


def _register_again(actor: Actor, row: Participation, registration: RnaRegistration) -> None:
    """The code lapsed because no act was told to the RNA in time: that is ours, so the place stays and another code is asked, until the
    initiative begins."""
    row.cor, row.cor_on = "", None
    row.save(update_fields=["cor", "cor_on"])
    tell_office(
        actor, row.selection, f"lapsed-{registration.pk}",
        Bilingual("Un COR è decaduto: se ne chiede un altro", "A COR has lapsed: another is asked"),
        Bilingual(
            f"{row.enterprise.name}: l’atto del COR {registration.cor} non è stato trasmesso in tempo. Il posto resta suo.",
            f"{row.enterprise.name}: the act of COR {registration.cor} was not transmitted in time. It keeps its place.",
        ),
    )  # fmt: skip
    if today() < row.selection.initiative.starts_on:
        ask_for_code(actor, row)


def tell_act_due(actor: Actor, row: Participation, registration: RnaRegistration) -> None:
    """The office is told the last day on which the act that grants can be transmitted."""
    assert registration.last_day is not None
    day, firm = f"{registration.last_day:%d/%m/%Y}", row.enterprise.name
    tell_office(
        actor, row.selection, f"act-due-{registration.pk}", Bilingual("Un COR sta per decadere", "A COR is about to lapse"),
        Bilingual(
            f"{firm}, COR {registration.cor}: l’atto che concede si trasmette al RNA entro il {day}.",
            f"{firm}, COR {registration.cor}: the act that grants is transmitted to the RNA by {day}.",
        ),
    )  # fmt: skip
