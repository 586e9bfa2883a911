"""The value of a place that is aid, decided again by an act: less reduces the aid in force, more is another grant."""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import F

from levante.aid.api import (
    AidRecord,
    RnaRegistration,
    RnaVariation,
    annul_aid,
    cancel_in_rna,
    confirm_reservation,
    register_aid_in_rna,
    release_reservation,
    reserve_aid,
    revise_aid,
    transmit_act,
    transmit_variation,
    vary_in_rna,
)
from levante.kernel.api import Actor, Refused, day_of, note, now, refuse, require, service, system, today, unchanged
from levante.kernel.pure import ZERO, Bilingual, euro, format_euro, money_text
from levante.law.codes import check_cor
from levante.participations import policies, states, visure
from levante.participations.acts import require_adopted
from levante.participations.aid import concession_of, lock_selection, regime_of, registered_from_here, tell_act_due
from levante.participations.by_hand import ask_by_hand
from levante.participations.holding import locked_row
from levante.participations.models import AidChange, Participation
from levante.participations.telling import tell_firm, tell_office
from levante.programme.api import Act

CHANGE = "participations.AidChange"
_AID = system("participations.aid")


def value_of(row: Participation) -> Decimal:
    """What the place is decided to be worth: the last value in force; nothing when it was never granted, or was given back."""
    if row.aid_id is None or row.state not in states.SEATED:
        return ZERO
    last = row.aid_changes.standing().order_by("pk").last()
    value: Decimal | None = last.after if last is not None else row.selection.aid_value
    return value or ZERO


def booked_of(row: Participation) -> Decimal:
    """Euro in the de minimis position for the place: its aid and its further ones, without what was annulled."""
    return sum((one.gge for one, _ in _aids(row)), ZERO)


@service("participations.change_place_aid")
def change_place_aid(*, actor: Actor, row: Participation, value: Decimal, act: Act, reason: str) -> AidChange:
    """The director decides again, by an act, what a place in force is worth. Less takes effect from the act's day, in the same
    position, and the RNA is asked for the variation. More holds the headroom of the difference and waits for its COR: ``grant_more``
    then grants it."""
    held = locked_row(row.pk)
    require(policies.may_decide(actor, held.selection.initiative))
    require_adopted(act)
    wanted, before = euro(value), value_of(held)
    if held.aid is None or held.state not in states.SEATED:
        refuse("Il posto non ha un aiuto in vigore.", "The place has no aid in force.")
    if wanted < 0:
        refuse("L’importo non è negativo.", "The amount is not negative.", field="value")
    if not reason.strip():
        refuse("Scrivi perché.", "Say why.", field="reason")
    if held.aid_changes.filter(state=states.REGISTERING).exists():
        refuse(
            "Un aumento aspetta il suo COR: prima si concede o si lascia cadere.",
            "An increase waits for its COR: grant it or give it up first.",
        )
    if wanted == before:
        refuse("Vale già questo importo.", "It is worth this amount already.", field="value")
    made = AidChange(
        participation=held, before=before, after=wanted, reason=reason.strip()[:2000], act=act, decided_at=now(),
        decided_by_id=actor.user_id,
    )  # fmt: skip
    if wanted < before:
        made.state = states.IN_FORCE
        made.save()
        _reduce(held, before - wanted, act, made.reason)
    else:
        _hold_more(held, made, f"{held.pk}-{held.aid_changes.count() + 1}")
    note(before=money_text(before), after=money_text(wanted), act=act.code)
    words = Bilingual(
        f"Da {format_euro(before)} a {format_euro(wanted)}: {made.reason}",
        f"From {format_euro(before, 'en')} to {format_euro(wanted, 'en')}: {made.reason}",
    )
    tell_firm(
        actor, held, f"aid-{made.pk}", Bilingual("Cambia il valore dell’aiuto", "The value of the aid changes"), words
    )
    return made


def _text(act: Act) -> str:
    return f"n. {act.number} del {act.adopted_on:%d/%m/%Y}"


def _aids(row: Participation) -> list[tuple[AidRecord, int | None]]:
    """The aids of a place in force, the last granted first, each with the reservation under which the RNA has it."""
    changes = row.aid_changes.standing().filter(aid__isnull=False, aid__annulled_on__isnull=True).select_related("aid")
    found = [(one.aid, one.reservation_id) for one in changes.order_by("-pk")]
    first = AidRecord.objects.filter(pk=row.aid_id or 0, annulled_on__isnull=True).first()
    return found if first is None else [*found, (first, row.reservation_id)]


def _reduce(row: Participation, less: Decimal, act: Act, reason: str) -> None:
    """Take ``less`` from the aids of the place, the last granted first: the whole of one annuls it, a part of it revises it."""
    text = _text(act)
    for one, reservation in _aids(row):
        part = min(less, one.gge)
        if not part:
            continue
        less, since = less - part, max(filter(None, (act.adopted_on, one.granted_on)))
        registration = _registration(reservation)
        if part == one.gge:
            annul_aid(actor=_AID, aid=one, on=since, reference=text[:100])
            if registration is not None:
                cancel_in_rna(actor=_AID, registration=registration, reason=f"{text}: {reason}"[:500])
            elif one.cor and not _was_asked(reservation):
                ask_by_hand(row, one.cor, f"{text}: {reason}")
            continue
        revise_aid(actor=_AID, aid=one, gge=one.gge - part, on=since, reference=text[:100])
        if registration is not None:
            components = concession_of(row, one.gge - part).components
            vary_in_rna(actor=_AID, registration=registration, components=components, reason=f"{text}: {reason}"[:500])
        elif one.cor and not _was_asked(reservation):
            ask_by_hand(row, one.cor, f"{text}: {reason}", one.gge - part)


def _registration(reservation: int | None) -> RnaRegistration | None:
    """The live registration of what was held; none where codes are written by hand."""
    rows = RnaRegistration.objects.filter(reservation_id=reservation or 0, state__in=RnaRegistration.LIVE)
    return rows.order_by("-pk").first()


def _was_asked(reservation: int | None) -> bool:
    """Was the code of what was held asked from here, whatever became of it? Then the RNA is told from here too."""
    return RnaRegistration.objects.filter(reservation_id=reservation or 0).exists()


def _hold_more(row: Participation, made: AidChange, subject: str) -> None:
    """The difference has headroom of its own, and its code is asked where places are registered from here."""
    selection, more = row.selection, made.after - made.before
    made.state = states.REGISTERING
    made.reservation = reserve_aid(
        actor=_AID,
        enterprise=row.enterprise,
        amount=more,
        regime=regime_of(row),
        subject_type=CHANGE,
        subject_id=subject,
    )
    made.save()
    visure.ask(row, since=day_of(made.decided_at))
    if registered_from_here(row):
        register_aid_in_rna(
            actor=_AID, reservation=made.reservation, office=selection.initiative.lead_office, concession=concession_of(row, more),
            notice=int(selection.aid_codes["notice"]), car=selection.aid_codes.get("car"),
        )  # fmt: skip


@service("participations.write_more_cor")
def write_more_cor(*, actor: Actor, change: AidChange, cor: str, on: date | None = None) -> AidChange:
    """The COR of a further aid that was registered outside of here, and the day of its registration (today unless told)."""
    held = _locked(change)
    require(policies.may_keep(actor, held.participation.selection.initiative))
    if held.state != states.REGISTERING:
        refuse("Non aspetta il COR.", "It does not wait for a COR.")
    checked = check_cor(cor)
    if not checked:
        refuse(checked.reason.it, checked.reason.en, field="cor")
    day = on or today()
    if not day_of(held.decided_at) <= day <= today():
        refuse(
            "Il giorno va da quello della decisione a oggi.",
            "The day is between that of the decision and today.",
            field="on",
        )
    if (held.cor, held.cor_on) == (checked.normalised, day):
        return unchanged(held)
    places, changes = (
        Participation.objects.filter(cor=checked.normalised),
        AidChange.objects.filter(cor=checked.normalised),
    )
    if places.exists() or changes.exclude(pk=held.pk).exists():
        refuse("È il COR di un altro posto.", "It is the COR of another place.", field="cor")
    held.cor, held.cor_on = checked.normalised, day
    held.save(update_fields=["cor", "cor_on"])
    note(cor=held.cor)
    return held


@service("participations.grant_more")
def grant_more(*, actor: Actor, change: AidChange, act: Act) -> AidChange:
    """The act that cites its code grants the further aid: in force from its day, and the RNA is told (DM 115/2017 art. 9). It is
    another grant, with visure that are not older than its decision (artt. 13-15)."""
    held = _locked(change)
    row = held.participation
    require(policies.may_decide(actor, row.selection.initiative))
    if held.state == states.IN_FORCE:
        return unchanged(held)
    require_adopted(act)
    if held.state != states.REGISTERING or held.cor_on is None or held.reservation is None:
        refuse("Non ha ancora il suo COR.", "It has no COR yet.")
    assert act.adopted_on is not None
    if act.adopted_on < held.cor_on:
        refuse(
            "L’atto è di prima del COR: non può citarlo.",
            "The act is older than the COR: it cannot cite it.",
            field="act",
        )
    known = visure.visure_of([row])[row.pk]
    others = visure.others_of([row])[row.pk]
    lack = visure.what_lacks(row, known, others, by=act.adopted_on, since=day_of(held.decided_at))
    if lack is not None:
        refuse(lack.it, lack.en)
    initiative = row.selection.initiative
    held.aid = confirm_reservation(
        actor=_AID, reservation=held.reservation, granted_on=act.adopted_on, act=_text(act), cor=held.cor,
        measure_title=initiative.title_it[:300], granting_body=initiative.lead_office.name_it[:300],
    )  # fmt: skip
    held.state = states.IN_FORCE
    held.save(update_fields=["aid", "state"])
    registration = _registration(held.reservation_id)
    if registration is not None and registration.state == RnaRegistration.TO_CONFIRM:
        transmit_act(actor=_AID, registration=registration, act=_text(act), day=act.adopted_on)
    note(cor=held.cor, act=act.code)
    return held


@service("participations.give_up_more")
def give_up_more(*, actor: Actor, change: AidChange, reason: str) -> AidChange:
    """A further aid that waits for its code is not granted: its headroom is free."""
    held = _locked(change)
    require(policies.may_decide(actor, held.participation.selection.initiative))
    if held.state == states.GIVEN_UP:
        return unchanged(held)
    if held.state != states.REGISTERING:
        refuse("È già in vigore: si riduce con un altro atto.", "It is in force already: reduce it by another act.")
    if not reason.strip():
        refuse("Scrivi perché.", "Say why.", field="reason")
    _drop(held.participation, held, reason.strip()[:500])
    note(before=money_text(held.before), after=money_text(held.after))
    return held


def _let_go(row: Participation, held: AidChange, reason: str) -> None:
    registration = _registration(held.reservation_id)
    if registration is not None:
        cancel_in_rna(actor=_AID, registration=registration, reason=reason)
    elif held.cor and not _was_asked(held.reservation_id):
        ask_by_hand(row, held.cor, reason)
    if held.reservation is not None and held.reservation.state == "reserved":
        release_reservation(actor=_AID, reservation=held.reservation, reason=reason[:300])


def hold_more_anew(actor: Actor, row: Participation, reason: Bilingual) -> None:
    """The place has changed hands: an increase that waits for its code is held and asked anew for who has it now, or is not granted, and
    the office is told why. For a service at work that holds the place."""
    for one in row.aid_changes.select_related("reservation").filter(state=states.REGISTERING):
        _let_go(row, one, reason.it[:500])
        one.cor, one.cor_on = "", None
        try:
            with transaction.atomic():
                _hold_more(row, one, f"{row.pk}-{one.pk}")
        except Refused as refusal:
            one.refresh_from_db(fields=["reservation"])
            one.state, one.closed_reason = states.GIVEN_UP, refusal.reason.it[:500]
            one.save(update_fields=["state", "closed_reason", "cor", "cor_on"])
            tell_office(
                actor, row.selection, f"more-{one.pk}",
                Bilingual("Un aumento dell’aiuto non passa", "An increase of the aid does not pass"),
                Bilingual(f"{row.enterprise.name}: {refusal.reason.it}", f"{row.enterprise.name}: {refusal.reason.en}"),
            )  # fmt: skip


def _drop(row: Participation, held: AidChange, reason: str) -> None:
    _let_go(row, held, reason)
    held.state, held.closed_reason = states.GIVEN_UP, reason
    held.save(update_fields=["state", "closed_reason"])


def drop_waiting(row: Participation, reason: Bilingual) -> None:
    """An increase that waits for its code is not granted. For a service at work that holds the place."""
    for one in row.aid_changes.select_related("reservation").filter(state=states.REGISTERING):
        _drop(row, one, reason.it[:500])


def take_back_more(row: Participation, reason: Bilingual) -> None:
    """The place is not used: its further aids go with the first one. For a service at work that holds the place."""
    drop_waiting(row, reason)
    for given, reservation in _aids(row):
        if given.pk != row.aid_id:
            annul_aid(actor=_AID, aid=given, on=today(), reference=reason.it[:100])
            registration = _registration(reservation)
            if registration is not None:
                cancel_in_rna(actor=_AID, registration=registration, reason=reason.it)
            elif given.cor and not _was_asked(reservation):
                ask_by_hand(row, given.cor, reason.it)


def _locked(change: AidChange) -> AidChange:
    """A change with its place and its selection, all held."""
    row = locked_row(change.participation_id)
    held = AidChange.objects.select_for_update(of=("self",)).select_related("reservation__enterprise").get(pk=change.pk)
    held.participation = row
    return held


def lock_selection_of_more(*, subject_id: str) -> None:
    """As ``aid.lock_selection``, for the registration of a further aid."""
    lock_selection(subject_id=subject_id.split("-")[0])


def more_answered(*, actor: Actor, registration: RnaRegistration, event: str, variation: RnaVariation | None) -> None:
    """What the RNA said of a further aid; called by aid in the transaction of the answer, once."""
    found = AidChange.objects.filter(reservation_id=registration.reservation_id).first()
    if found is None:
        return
    held = _locked(found)
    if event == "registered" and held.state == states.REGISTERING:
        held.cor, held.cor_on = registration.cor, registration.registered_on
        held.save(update_fields=["cor", "cor_on"])
    elif event in {"refused", "lapsed"} and held.state == states.REGISTERING:
        _drop(held.participation, held, (registration.reason or event)[:500])
    if event == "varied" and variation is not None:
        tell_variation(held.participation, variation)
    elif event == "act_due":
        tell_act_due(actor, held.participation, registration)
    elif event not in {"registered", "confirmed", "cancelled", "variation_confirmed"}:
        tell_refusal(actor, held.participation, registration, event, variation)


def tell_variation(row: Participation, variation: RnaVariation) -> None:
    """The RNA gave the code of a reduction: it is told the act that decided it."""
    last = row.aid_changes.standing().filter(after__lt=F("before")).select_related("act").order_by("-pk").first()
    if last is not None and last.act.adopted_on is not None:
        transmit_variation(actor=_AID, variation=variation, act=_text(last.act), day=last.act.adopted_on)


def tell_refusal(
    actor: Actor, row: Participation, registration: RnaRegistration, event: str, variation: RnaVariation | None
) -> None:
    """The RNA would not: the office is told, with what it said."""
    said = (variation.problem if variation is not None else "") or registration.problem or registration.reason
    tell_office(
        actor, row.selection, f"rna-{row.pk}-{event}-{registration.pk}", Bilingual("Il RNA ha risposto di no", "The RNA said no"),
        Bilingual(f"{row.enterprise.name}: {said}", f"{row.enterprise.name}: {said}"),
    )  # fmt: skip
