"""Reservations of headroom. Declared aid and revisions are in ``declared``, decisions on doubts in ``decisions``, mergers and
splits in ``events``."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from levante.aid.award_codes import Seen, seen_before, seen_of_cor
from levante.aid.models import AidRecord, Reservation
from levante.aid.one_aid import alone_on_aids, rename_takes
from levante.aid.policies import may_reserve
from levante.aid.positions import position, scope_of
from levante.aid.sectors import own_room
from levante.aid.workflow import RESERVATIONS
from levante.kernel.api import Actor, Refused, note, now, refuse, require, service, today, unchanged
from levante.kernel.pure import Bilingual, euro, format_euro, money_text
from levante.parties.api import Enterprise, in_english


def lock_undertakings(enterprises: Iterable[Enterprise], *, on: date) -> None:
    """Hold every enterprise that is, or may be, one with these, until the transaction ends.

    Rows are taken in the order of their ids, all together, so that two transactions never wait for each other. The
    network is read again once they are held: if it grew in the meantime, the locks are given back and taken anew.
    """
    wanted = list(enterprises)
    for _ in range(5):
        before = _network_ids(wanted, on)
        point = transaction.savepoint()
        list(Enterprise.objects.select_for_update(no_key=True).filter(pk__in=before).order_by("pk").values("pk"))
        if _network_ids(wanted, on) <= before:
            transaction.savepoint_commit(point)
            return
        transaction.savepoint_rollback(point)
    refuse(
        "I legami dell’impresa stanno cambiando proprio ora: riprova tra poco.",
        "The links of the enterprise are changing right now: try again shortly.",
    )


def _network_ids(enterprises: Iterable[Enterprise], on: date) -> set[int]:
    codes = {code for one in enterprises for code in scope_of(one, on=on).codes}
    return {*Enterprise.objects.filter(tax_code__in=codes).values_list("pk", flat=True)} | {
        one.pk for one in enterprises
    }


class NoHeadroom(Refused):
    """What is asked does not fit in the ceiling; ``room_on`` is the first day on which it would, if one is known."""

    def __init__(self, reason: Bilingual, room_on: date | None) -> None:
        super().__init__(reason)
        self.room_on = room_on


@service("aid.reserve_aid")
def reserve_aid(
    *,
    actor: Actor,
    enterprise: Enterprise,
    amount: Decimal,
    regime: str,
    subject_type: str,
    subject_id: str,
    granted_on: date | None = None,
    expires_on: date | None = None,
) -> Reservation:
    """Hold ``amount`` (gross grant equivalent) of the single undertaking's headroom, or refuse with the reason.

    ``granted_on`` is the day for which the position is computed (today unless given). Asked again for the same subject
    and amount, it gives the reservation there is.
    """
    require(may_reserve(actor))
    amount = euro(amount)
    day = granted_on or today()
    lock_undertakings([enterprise], on=day)
    held = Reservation.objects.filter(
        subject_type=subject_type, subject_id=subject_id, state__in=[Reservation.RESERVED, Reservation.CONFIRMED]
    ).first()
    if held is not None:
        if held.amount == amount and held.regime == regime and held.enterprise_id == enterprise.pk:
            return unchanged(held)
        refuse(
            "Per questa concessione c’è già una prenotazione di importo o regime diverso.",
            "There is already a reservation of another amount or regime for this award.",
        )
    found = position(enterprise, on=day, request=amount)
    require_headroom(found, amount, regime)
    require_own_headroom(enterprise, amount, regime, on=day)
    note(amount=money_text(amount), residual=found["residual"])
    return Reservation.objects.create(
        enterprise=enterprise,
        tax_code=enterprise.tax_code,
        amount=amount,
        regime=regime,
        reserved_on=day,
        expires_on=expires_on,
        subject_type=subject_type,
        subject_id=subject_id,
        position=found,
        created_at=now(),
    )


#: The regimes whose aid must fit in the general ceiling (Reg. (EU) 2023/2831, art. 5(2)). Others have limits of their own.
WITHIN_CEILING = ("general_de_minimis", "agriculture", "fishery")


def require_headroom(found: dict[str, Any], amount: Decimal, regime: str) -> None:
    """Go on only when the position says that the amount fits: :class:`NoHeadroom` when it does not; else, when a decision on the single
    undertaking is still to be taken, ``Refused``."""
    if regime not in WITHIN_CEILING:
        return
    if found["decision_required"]:
        doubt = found["decision_required"][0]
        refuse(
            f"Prima serve una decisione sull’impresa unica: {doubt['question']}",
            f"A decision on the single undertaking is needed first: {in_english(doubt['question_en'])}",
        )
    if not found["admissible"]:
        residual = Decimal(found["residual"])
        frees = found["first_admissible_on"]
        reason = Bilingual(
            f"Il massimale de minimis non basta: richiesti {format_euro(amount)}, disponibili {format_euro(residual)}"
            + (f"; ci sarà posto dal {_written_day(frees)}." if frees else "."),
            f"The de minimis headroom is not enough: {format_euro(amount, 'en')} asked, {format_euro(residual, 'en')}"
            + (f" left; there will be room from {_written_day(frees)}." if frees else " left."),
        )
        raise NoHeadroom(reason, date.fromisoformat(frees) if frees else None)


def require_own_headroom(
    enterprise: Enterprise, amount: Decimal, regime: str, *, on: date, without: Reservation | None = None
) -> None:
    """Agricultural and fishery de minimis must fit in the ceiling of their own regulation too: :class:`NoHeadroom` when it does not."""
    found = own_room(enterprise, amount, regime, on=on, without=without)
    if found is None or amount <= found[0]:
        return
    residual, frees = found
    name = {"agriculture": ("agricolo", "agricultural"), "fishery": ("della pesca", "fishery")}[regime]
    reason = Bilingual(
        f"Il massimale de minimis {name[0]} non basta: richiesti {format_euro(amount)}, disponibili {format_euro(residual)}"
        + (f"; ci sarà posto dal {frees:%d/%m/%Y}." if frees else "."),
        f"The {name[1]} de minimis headroom is not enough: {format_euro(amount, 'en')} asked, {format_euro(residual, 'en')}"
        + (f" left; there will be room from {frees:%d/%m/%Y}." if frees else " left."),
    )
    raise NoHeadroom(reason, frees)


def _written_day(iso: str) -> str:
    return date.fromisoformat(iso).strftime("%d/%m/%Y")


@service("aid.confirm_reservation")
def confirm_reservation(
    *,
    actor: Actor,
    reservation: Reservation,
    granted_on: date,
    act: str,
    measure_title: str = "",
    granting_body: str = "",
    car: str = "",
    cor: str = "",
    cup: str = "",
    nominal: Decimal | None = None,
    instrument: str = "",
    heir: Enterprise | None = None,
) -> AidRecord:
    """The act took effect on ``granted_on``: the reservation becomes an aid. Once confirmed, the same aid again.

    The headroom is computed again at the day of the act, without this reservation: what was registered in the meantime
    counts, but for a line of the RNA that tells this very aid, which the award takes over. Whoever confirms several at
    once locks all their undertakings first. ``heir`` has the place of the enterprise by a deed: the headroom is its own, and the aid, which
    is made out to who was awarded, passes to it by the rule (Reg. (EU) 2023/2831, art. 3(8)).
    """
    judged = heir or reservation.enterprise
    lock_undertakings({reservation.enterprise, judged}, on=granted_on)
    held = Reservation.objects.select_for_update().get(pk=reservation.pk)
    if held.state == Reservation.CONFIRMED:
        confirmed: AidRecord | None = held.aid
        assert confirmed is not None
        return unchanged(confirmed)
    require(RESERVATIONS.may("confirm", actor, held, state=held.state))
    alone_on_aids(shared=True)
    seen = _seen(held, cor=cor, granted_on=granted_on, act=act)
    gone = [row.pk for row in seen.rows]
    AidRecord.objects.filter(pk__in=gone).delete()
    found = position(judged, on=granted_on, request=held.amount, without=held)
    require_headroom(found, held.amount, held.regime)
    require_own_headroom(judged, held.amount, held.regime, on=granted_on, without=held)
    aid = AidRecord.objects.create(
        source=AidRecord.OWN,
        cor=cor or seen.cor,
        car=car or seen.car,
        regulation=seen.regulation,
        regulation_text=seen.regulation_text,
        regime=held.regime,
        measure_title=measure_title,
        granting_body=granting_body,
        act=act,
        tax_code=held.tax_code,
        beneficiary_name=held.enterprise.name,
        enterprise=held.enterprise,
        granted_on=granted_on,
        gge=held.amount,
        granted_gge=held.amount,
        nominal=held.amount if nominal is None else nominal,
        instrument=instrument,
        cup=cup or seen.cup,
        registered_on=max(today(), granted_on),
        subject_type=held.subject_type,
        subject_id=held.subject_id,
    )
    rename_takes(gone, aid.pk)
    held.state, held.closed_on, held.aid, held.position = Reservation.CONFIRMED, aid.registered_on, aid, found
    held.save(update_fields=["state", "closed_on", "aid", "position"])
    note(reservation=held.pk, amount=money_text(held.amount), granted_on=granted_on.isoformat(), absorbed=gone)
    return aid


def _seen(held: Reservation, *, cor: str, granted_on: date, act: str) -> Seen:
    """The rows that tell the same aid already, since the RNA has it before the act (DM 115/2017, art. 9)."""
    if cor:
        return seen_of_cor(cor, tax_code=held.tax_code, regime=held.regime, amounts=[held.amount])
    return seen_before(
        tax_code=held.tax_code, regime=held.regime, amount=held.amount, day=granted_on, act=act
    )  # fmt: skip


@service("aid.release_reservation")
def release_reservation(*, actor: Actor, reservation: Reservation, reason: str) -> Reservation:
    """The award will not be made: its headroom is free again."""
    held = Reservation.objects.select_for_update().get(pk=reservation.pk)
    if held.state == Reservation.RELEASED:
        return unchanged(held)
    require(RESERVATIONS.may("release", actor, held, state=held.state))
    held.state, held.closed_on, held.closing_reason = Reservation.RELEASED, max(today(), held.reserved_on), reason[:300]
    held.save(update_fields=["state", "closed_on", "closing_reason"])
    if held.registrations.live().exists():
        from levante.aid.jobs import cancel_of_released

        cancel_of_released.defer(reservation_id=held.pk)  # the RNA must not hold what we do not
    note(amount=money_text(held.amount))
    return held


@service("aid.expire_reservations")
def expire_reservations(*, actor: Actor) -> int:
    """Close the reservations whose last day has passed; how many."""
    gone = list(
        Reservation.objects.select_for_update(skip_locked=True)
        .filter(state=Reservation.RESERVED, expires_on__lt=today())
        .order_by("pk")
    )
    for held in gone:
        held.state, held.closed_on = Reservation.EXPIRED, today()
        held.save(update_fields=["state", "closed_on"])
    note(expired=[held.pk for held in gone])
    return len(gone)
