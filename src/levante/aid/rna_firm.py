"""An enterprise as the RNA takes it: who it is, where it is, who is one with it (DM 115/2017 art. 9)."""

from levante.exchange.api import Address, Beneficiary, Member, Place
from levante.parties.api import Enterprise, Seat, network_of

#: Sizes as the RNA numbers them.
_SIZES = {"micro": 1, "small": 11, "medium": 3, "large": 4}
_UNKNOWN_SIZE = 12
#: Entered in the business register, which is where our enterprises come from.
_REGISTERED = "1"


def beneficiary_of(firm: Enterprise, size: str = "") -> Beneficiary:
    """The enterprise with its legal seat and the others of its network; ``size`` when the one judged is not that of its file."""
    legal = next((seat for seat in _seats(firm) if seat.kind == Seat.LEGAL), None)
    return Beneficiary(
        _REGISTERED, firm.tax_code, firm.name[:500], _SIZES.get(str(size or firm.size), _UNKNOWN_SIZE), "3112", pec=firm.pec,
        legal_form=firm.legal_form[:2], seat=_address(legal), members=_members(firm),
    )  # fmt: skip


def places_of(firm: Enterprise) -> tuple[Place, ...]:
    """Where the aid goes: its operating seat, or the legal one."""
    seats = _seats(firm)
    legal = next((seat for seat in seats if seat.kind == Seat.LEGAL), None)
    seat = next((one for one in seats if one.kind == Seat.OPERATING and one.comune_id), legal)
    if seat is None or seat.comune is None:
        return ()
    province = seat.comune.province
    return (
        Place(
            "L1", province.region_code, seat.comune_id or "", seat.comune.name, (seat.cap or "")[:5], seat.address[:1000],
        ),
    )  # fmt: skip


def _seats(firm: Enterprise) -> list[Seat]:
    rows = firm.seats.select_related("comune__province", "province").filter(until__isnull=True)
    return list(rows.order_by("kind", "pk"))


def _address(seat: Seat | None) -> Address | None:
    if seat is None or seat.comune is None:
        return None
    return Address(
        street=seat.address[:300], nation="000", comune_code=seat.comune_id or "", comune=seat.comune.name,
        postcode=(seat.cap or "")[:5],
    )  # fmt: skip


def _members(firm: Enterprise) -> tuple[Member, ...]:
    """The other enterprises of its network that are Italian firms; whether they are one undertaking the RNA judges too."""
    others = [one for one in network_of(firm) if one.pk != firm.pk and one.tax_code]
    return tuple(Member(one.tax_code, one.name[:256]) for one in others[:200])
