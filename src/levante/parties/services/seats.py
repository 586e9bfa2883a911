"""Where an enterprise is: its legal seat moves, the places where it operates open and close."""

from datetime import date

from levante.kernel.api import Actor, note, note_object, refuse, require, service, today
from levante.parties.models import Comune, Enterprise, Seat
from levante.parties.policies import may_edit_enterprise


@service("parties.move_legal_seat")
def move_legal_seat(
    *, actor: Actor, enterprise: Enterprise, comune: Comune, address: str, cap: str = "", since: date | None = None
) -> Seat:
    """The legal seat is there from ``since`` (today, when not said); the one before ends the day before."""
    enterprise = Enterprise.objects.select_for_update().get(pk=enterprise.pk)
    require(may_edit_enterprise(actor, enterprise))
    note_object(enterprise)
    return place_legal_seat(enterprise, comune=comune, address=address, cap=cap, since=since)


def place_legal_seat(
    enterprise: Enterprise, *, comune: Comune, address: str, cap: str = "", since: date | None = None
) -> Seat:
    """Move the legal seat of a row already locked, inside a service. The same comune is a corrected address."""
    present = enterprise.seats.select_for_update().filter(kind=Seat.LEGAL, until__isnull=True).first()
    cap = checked_cap(comune, cap)
    if present is not None and present.comune_id == comune.pk:
        present.address, present.cap = address.strip(), cap
        present.save(update_fields=["address", "cap"])
        return present
    day = since or today()
    if present is not None:
        if present.since is not None and day <= present.since:
            refuse("La sede attuale è cominciata dopo.", "The present seat began later.", field="since")
        present.until = date.fromordinal(day.toordinal() - 1)
        present.save(update_fields=["until"])
    return Seat.objects.create(
        enterprise=enterprise,
        kind=Seat.LEGAL,
        comune=comune,
        province_id=comune.province_id,
        address=address.strip(),
        cap=cap,
        since=since if present is None else day,
    )


@service("parties.open_seat")
def open_seat(
    *, actor: Actor, enterprise: Enterprise, comune: Comune, address: str, cap: str = "", since: date | None = None
) -> Seat:
    """Add a seat where the enterprise operates, open from a day."""
    enterprise = Enterprise.objects.select_for_update().get(pk=enterprise.pk)
    require(may_edit_enterprise(actor, enterprise))
    note_object(enterprise)
    return write_operating_seat(enterprise, None, comune=comune, address=address, cap=cap, since=since)


@service("parties.close_seat")
def close_seat(*, actor: Actor, seat: Seat, on: date) -> Seat:
    """End an operating seat on a day, included; the legal seat only moves."""
    enterprise = Enterprise.objects.select_for_update().get(pk=seat.enterprise_id)
    require(may_edit_enterprise(actor, enterprise))
    note_object(enterprise)
    seat = Seat.objects.select_for_update(of=("self",)).get(pk=seat.pk)
    if seat.kind == Seat.LEGAL or seat.until is not None:
        refuse("La sede non si può chiudere.", "The seat cannot be closed.")
    check_seat_period(seat.since, on, closing="on")
    seat.until = on
    seat.save(update_fields=["until"])
    note(seat=seat.pk)
    return seat


def write_operating_seat(
    enterprise: Enterprise,
    seat: Seat | None,
    *,
    comune: Comune,
    address: str,
    cap: str = "",
    since: date | None = None,
    until: date | None = None,
) -> Seat:
    """Write a new operating seat, or one there is anew, of a row already locked, inside a service."""
    address, cap = address.strip(), checked_cap(comune, cap)
    if not address:
        refuse("Serve l’indirizzo.", "An address is needed.", field="address")
    check_seat_period(since, until)
    same = enterprise.seats.filter(kind=Seat.OPERATING, comune=comune, address__iexact=address, until__isnull=True)
    if seat is not None:
        same = same.exclude(pk=seat.pk)
    if until is None and same.exists():
        refuse("Questa sede operativa c’è già.", "This operating seat is there already.", field="address")
    seat = seat or Seat(enterprise=enterprise, kind=Seat.OPERATING)
    seat.comune, seat.province_id = comune, comune.province_id
    seat.address, seat.cap, seat.since, seat.until = address, cap, since, until
    seat.save()
    note(seat=seat.pk)
    return seat


def check_seat_period(since: date | None, until: date | None, *, closing: str = "until") -> None:
    """Refuse a seat that closes before it opens, or days that have not come: a seat is a fact, not an intention."""
    for day, field in ((since, "since"), (until, closing)):
        if day is not None and day > today():
            refuse("La data è nel futuro.", "The date is in the future.", field=field)
    if since is not None and until is not None and until < since:
        refuse("La fine è prima dell’inizio.", "The end is before the beginning.", field=closing)


def checked_cap(comune: Comune, cap: str) -> str:
    """The postal code, the comune’s own when it has one alone; one of another place is refused."""
    cap = cap.strip() or comune.cap
    if cap and comune.caps and cap not in comune.caps:
        refuse(f"Il CAP {cap} non è di {comune}.", f"The postal code {cap} is not of {comune}.", field="cap")
    return cap
