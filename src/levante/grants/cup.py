"""The CUP of an award: asked of the CUP system with the project it is of (L. 3/2003 art. 11).

A project has one code. When its act falls and is drafted again, the award keeps the code of the one before; whatever was asked and given is
of the project, whichever of its awards asked. Another is asked by a person who says why.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models.functions import Coalesce

from levante.applications.api import Application
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
from levante.grants import states
from levante.grants.models import Award, AwardAct
from levante.identity.api import Office, office_codes
from levante.kernel.api import Actor, Refused, refuse, today
from levante.kernel.pure import ZERO
from levante.parties.api import Enterprise

GENERATED, SIMILAR = "generated", "similar"


def has_projects(act: AwardAct) -> bool:
    """Do the projects of the call have a CUP (art. 11 of L. 3/2003), as the codes of its register say?"""
    return bool((act.call.registers or {}).get("cup"))


def reaches_cup(act: AwardAct) -> bool:
    """Are the codes of this act asked from here? The office has its account and the call says its codes."""
    return has_projects(act) and has_cup(office_codes(act.call.office))


def costs_of(award: Award) -> list[Decimal]:
    """The admitted costs: those that the amount was reckoned on, or the amount itself where it stands on none."""
    eligible = ((award.application.frozen or {}).get("amount") or {}).get("eligible")
    found = Decimal(eligible) if eligible else ZERO
    return [max(found, award.amount)]


@dataclass(slots=True)
class Told:
    """What is known of the project of an award: the key it is called by (its first award), the codes of its awards that fell, the last
    first, and what was asked of the CUP system, in order."""

    key: int
    last: int
    fell: list[str] = field(default_factory=list)
    asked: list[ExternalRequest] = field(default_factory=list)

    @property
    def given(self) -> list[str]:
        """The codes it has had; but for one that waits for a person to look at projects like it."""
        asked = [
            str((one.answer or {}).get("cup", ""))
            for one in reversed(self.asked)
            if one.outcome == GENERATED or (one.outcome == SIMILAR and one != self.asked[-1])
        ]
        return [code for code in dict.fromkeys([*self.fell, *asked]) if code]

    @property
    def name(self) -> str:
        """What the CUP system knows the project by: a code of that name that is there already is found, and not made again. Another that a
        person wants has a name of its own."""
        made = any(one.outcome in (GENERATED, SIMILAR) for one in self.asked)
        return f"{self.key}-{len(self.asked) + 1}" if made else str(self.key)


def _cup_key(project: int, tries: int) -> str:
    return f"cup:award:{project}:{tries}"


def projects_of(awards: Sequence[int]) -> dict[int, Told]:
    """The project of each of these awards: that of all the awards of the same application to the same firm. A query, and one for each
    time that a code was asked."""
    mine = Award.objects.filter(pk__in=awards).order_by().values("application")
    rows = Award.objects.filter(application__in=mine).annotate(firm=Coalesce("awarded_to", "enterprise"))
    found: dict[tuple[int, int], Told] = {}
    of: dict[int, Told] = {}
    for pk, application, firm, cup, state in rows.order_by("pk").values_list(
        "pk", "application", "firm", "cup", "state"
    ):
        told = of[pk] = found.setdefault((application, firm), Told(pk, pk))
        told.last = pk
        if state in states.FELL and cup:
            told.fell.insert(0, cup)
    wanted = {pk: of[pk] for pk in awards if pk in of}
    asked = _asked({told.key for told in wanted.values()})
    for told in wanted.values():
        told.asked = asked.get(told.key, [])
    return wanted


def _asked(projects: set[int]) -> dict[int, list[ExternalRequest]]:
    """The requests of a code for each project, in the order in which they were made: the keys are numbered without a gap, and are asked
    for until a number has none."""
    found: dict[int, list[ExternalRequest]] = defaultdict(list)
    left, tries = projects, 1
    while left:
        keys = {_cup_key(project, tries): project for project in left}
        asked = {keys[one.key]: one for one in ExternalRequest.objects.filter(key__in=list(keys))}
        for project, one in asked.items():
            found[project].append(one)
        left, tries = set(asked), tries + 1
    return found


def kept_cup(application: Application, firm: Enterprise) -> str:
    """The code of the project that an award of this application to this firm had when it fell last; empty where there is none, or it was
    taken off by hand. A query."""
    fell = Award.objects.filter(application=application, state__in=states.FELL)
    fell = fell.annotate(firm=Coalesce("awarded_to", "enterprise")).filter(firm=firm.pk).order_by("-pk")
    return fell.values_list("cup", flat=True).first() or ""


def ask_cup(actor: Actor, act: AwardAct, award: Award, *, another: bool = False) -> int:
    """The code of one award's project; after a refusal another request, with the data of now. Where it had one already nothing is asked,
    unless a person wants ``another``, and what was asked is answered and recorded."""
    told = projects_of([award.pk])[award.pk]
    last = told.asked[-1] if told.asked else None
    refused = last is None or last.outcome == "refused"
    if not refused and not (another and last is not None and last.state == ExternalRequest.APPLIED):
        return 0
    if told.given and not another:
        return 0
    codes = act.call.registers["cup"]
    try:
        file = project_file(project_of(award, codes, told.name))
    except UnwritableProject as wrong:
        raise Refused(wrong.reason, wrong.field) from wrong
    office = act.call.office
    queue_request(
        actor=actor,
        system=CUP,
        kind="generate",
        key=_cup_key(told.key, len(told.asked) + 1),
        body={"office": office.code, "body": _body(office), "project": file, "since": today().isoformat()},
    )
    return 1


def _body(office: Office) -> str:
    return office_codes(office)[-1]


def project_of(award: Award, codes: dict[str, Any], name: str) -> Project:
    """The project of an award as the CUP system takes it; ``name`` is that of ``projects_of``."""
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
        id=f"{number}-{name}",
        local_code=f"{number}-{name}",
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
