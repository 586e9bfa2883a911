"""The CUP of an award: asked of the CUP system with the project it is of (L. 3/2003 art. 11)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from levante.exchange.api import (
    CUP,
    Activity,
    ExternalRequest,
    Financing,
    Project,
    ProjectPlace,
    UnwritableProject,
    has_cup,
    incentives_to_firms,
    project_file,
    queue_request,
)
from levante.grants.models import Award, AwardAct
from levante.identity.api import Office, office_codes
from levante.kernel.api import Actor, Refused, refuse, today
from levante.kernel.pure import ZERO
from levante.parties.api import Enterprise

GENERATED, SIMILAR = "generated", "similar"


def reaches_cup(act: AwardAct) -> bool:
    """Are the codes of this act asked from here? The office has its account and the call says its codes."""
    return bool((act.call.registers or {}).get("cup")) and has_cup(office_codes(act.call.office))


def costs_of(award: Award) -> list[Decimal]:
    """The admitted costs: those that the amount was reckoned on, or the amount itself where it stands on none."""
    eligible = ((award.application.frozen or {}).get("amount") or {}).get("eligible")
    found = Decimal(eligible) if eligible else ZERO
    return [max(found, award.amount)]


def _cup_key(award_id: int, tries: int) -> str:
    return f"cup:award:{award_id}:{tries}"


def cups_asked(awards: Sequence[int]) -> dict[int, list[ExternalRequest]]:
    """The requests of a CUP for each award, in the order in which they were made: a further one only after a refusal, so that the keys
    are numbered without a gap, and are asked for until a number has none."""
    found: dict[int, list[ExternalRequest]] = {}
    left, tries = list(awards), 1
    while left:
        keys = {_cup_key(award, tries): award for award in left}
        asked = {keys[one.key]: one for one in ExternalRequest.objects.filter(key__in=list(keys))}
        for award, one in asked.items():
            found.setdefault(award, []).append(one)
        left, tries = list(asked), tries + 1
    return found


def ask_cup(actor: Actor, act: AwardAct, award: Award) -> int:
    """The code of one award's project; after a refusal another request, with the data of now."""
    earlier = cups_asked([award.pk]).get(award.pk, [])
    if earlier and earlier[-1].outcome != "refused":
        return 0
    codes = act.call.registers["cup"]
    try:
        file = project_file(project_of(award, codes))
    except UnwritableProject as wrong:
        raise Refused(wrong.reason, wrong.field) from wrong
    office = act.call.office
    queue_request(
        actor=actor,
        system=CUP,
        kind="generate",
        key=_cup_key(award.pk, len(earlier) + 1),
        body={"office": office.code, "body": _body(office), "project": file, "since": today().isoformat()},
    )
    return 1


def _body(office: Office) -> str:
    return office_codes(office)[-1]


def project_of(award: Award, codes: dict[str, Any]) -> Project:
    """The project of an award as the CUP system takes it."""
    firm = award.enterprise
    seats = (
        firm.seats.select_related("comune__province")
        .filter(until__isnull=True, comune__isnull=False)
        .order_by("kind", "pk")
    )
    seat = next((one for one in seats if one.kind == "operating"), None) or seats.first()
    if seat is None or seat.comune is None:
        refuse(
            "Manca la sede dell’impresa: serve per il CUP.", "The seat of the enterprise is missing: the CUP needs it."
        )
    call = award.application.opening.call
    number = str(award.application.number)
    cost = costs_of(award)[0]
    province = seat.comune.province
    return Project(
        id=f"{number}-{award.pk}",
        local_code=f"{number}-{award.pk}",
        year=today().year,
        nature=codes["nature"],
        kind=codes["kind"],
        sector=codes["sector"],
        subsector=codes["subsector"],
        category=codes["category"],
        places=(ProjectPlace("05", province.region_code, province.istat_code, seat.comune_id or ""),),
        description=incentives_to_firms(
            firm=firm.name, vat=firm.vat_number or firm.tax_code, area_kind=codes["area_kind"],
            area=f"{seat.address}, {seat.comune.name}"[:250], what=call.title_it, instrument=codes["instrument"],
            instrument_text=codes.get("instrument_text", ""), more=number,
        ),
        financing=Financing(cost=cost, public=award.amount, covers=tuple(codes["covers"])),
        activity=_activity(firm),
    )  # fmt: skip


def _activity(firm: Enterprise) -> Activity | None:
    parts = firm.ateco.split(".")
    return Activity(division=parts[0], group=".".join(parts[:2])) if firm.ateco and len(parts) > 1 else None
