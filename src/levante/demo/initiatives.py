"""Fairs and initiatives of the demonstration, and the interest of invented enterprises; twice changes nothing."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

from levante.demo.telling import read
from levante.identity.api import Office
from levante.initiatives import api
from levante.kernel.api import ENTERPRISE, ROME, Actor, Party, clock_at, now, system, today
from levante.participations.api import owing_now, set_selection
from levante.parties.api import Buyer, Enterprise, Investor, Mandate, acting_as, party_of
from levante.programme.api import Act, BudgetLine, Direction, Intervention, Sector, main_programme

SYSTEM = system("demonstration")
Row = dict[str, Any]
#: What enterprises of a sector offer, in the two languages.
WORDS = {
    "sistema-casa": ("Arredo, marmo, ceramica e luce", "Furniture, marble, ceramics and light"),
    "sistema-moda": ("Abbigliamento, maglieria, calzature", "Clothing, knitwear, footwear"),
    "tac": ("Abbigliamento, maglieria, calzature", "Clothing, knitwear, footwear"),
    "blue-economy": ("Pesce, conserve, acquacoltura", "Fish, preserves, aquaculture"),
    "nautica": (
        "Scafi, gommoni, allestimenti e ricambi per barche",
        "Hulls, inflatable boats, fittings and spares for boats",
    ),
    "ict": ("Software per imprese e logistica", "Software for firms and logistics"),
}
#: The steps that lead to each state.
PATHS = {
    "planned": (),
    "approved": ("approve",),
    "calling": ("approve", "call"),
    "closed": ("approve", "call"),
    "preparing": ("approve",),
    "on_site": ("approve", "call"),
    "following": ("approve", "call"),
    "done": ("approve", "call"),
    "cancelled": ("cancel",),
}
LAST_STEPS = {
    "closed": ("close",),
    "preparing": ("prepare",),
    "on_site": ("close", "prepare", "begin"),
    "following": ("close", "begin", "follow"),
    "done": ("close", "begin", "follow", "conclude"),
}


def load(folder: Path) -> None:
    """Everything in ``initiatives.yaml``; what is there already is left as it is."""
    data: Row = read(folder, "initiatives")
    keys = tax_codes(folder)
    programme = main_programme()
    if programme is None:
        raise LookupError("load the programme first")
    sectors = {row.code: row for row in Sector.objects.of(programme)}
    for row in data["fairs"]:
        if not api.Fair.objects.filter(code=row["code"]).exists():
            chosen = [sectors[code] for code in row["sectors"]]
            facts = {"name": row["name"], "organiser": row.get("organiser", "")}
            api.record_fair(actor=SYSTEM, code=row["code"], sectors=chosen, **facts)
    for row in data["editions"]:
        if not api.FairEdition.objects.filter(code=row["code"]).exists():
            starts_on = today() + timedelta(days=row["days"])
            api.record_edition(
                actor=SYSTEM,
                fair=api.Fair.objects.get(code=row["fair"]),
                code=row["code"],
                city=row["city"],
                country=row["country"],
                starts_on=starts_on,
                ends_on=starts_on + timedelta(days=row["length"] - 1),
                demonstration=True,
            )
    # In the order in which their calls opened: the register does not go back in time.
    for row in sorted(data["initiatives"], key=lambda row: row.get("opens", 0)):
        if not api.Initiative.objects.filter(code=row["code"]).exists():
            _initiative(row, programme, sectors, keys)


def _initiative(row: Row, programme: Any, sectors: dict[str, Sector], keys: dict[str, str]) -> None:
    edition = api.FairEdition.objects.get(code=row["edition"]) if "edition" in row else None
    starts_on = edition.starts_on if edition is not None else today() + timedelta(days=row["days"])
    calls = "opens" in row
    begins = row.get("opens", min(0, (starts_on - today()).days - 60))
    details = (
        today() + timedelta(days=row["selection"]["details_days"])
        if "details_days" in row.get("selection", {})
        else None
    )
    window = (noon(row["opens"]), noon(row["closes"])) if calls else (None, None)  # of today, whose clock this is
    with clock_at(min(noon(begins - 10), now())):
        made = _approved(row, programme, sectors, edition, starts_on, window)
        if calls and "places" in row:
            _rules(made, row, details)
    called_first = calls and row["state"] == "preparing"
    for step in ("call",) if called_first else PATHS[row["state"]][1:]:
        with clock_at(min(noon(row["opens"]), now())):
            made = api.move_initiative(actor=SYSTEM, initiative=made, step=step)
    for place, key in enumerate(row.get("interests", [])):
        _interest(made, keys[key], place, row.get("selection", {}).get("ways", ()))
    if "meetings" in row:
        _for_meetings(made, row["sectors"], row["meetings"].get("firms", 0))
    for interest in row.get("buyer_interests", []):
        _buyer_interest(made, interest, min(noon(begins + 2), now()))
    last = (*(("close",) if called_first else ()), *LAST_STEPS.get(row["state"], ()))
    for step in (
        last[:1] if {"selection", "day", "arrivals"} & row.keys() else last
    ):  # the others once it is told who came
        with clock_at(min(noon(row["closes"]) if calls else now(), now())):
            made = api.move_initiative(actor=SYSTEM, initiative=made, step=step)


def _rules(initiative: api.Initiative, row: Row, details: date | None) -> None:
    """How its places are given, before its call opens: those of the list that is decided later, or told by themselves."""
    told: Row = row.get("selection") or row["rules"]
    set_selection(
        actor=SYSTEM, initiative=initiative, method=told["method"], places=told.get("places", row["places"]), weights=told.get("weights"),
        quota=Decimal(told["quota"]), extra_quota=Decimal(told["extra_quota"]) if "extra_quota" in told else None,
        refunds=told.get("refunds"), details_by=details, ways=told.get("ways", ()), meetings_apart=told.get("meetings_apart", False),
    )  # fmt: skip


def go_on(initiative: api.Initiative, state: str) -> None:
    """The steps after the call was closed, each on its day: it is prepared; it began, it is over, who came is followed."""
    for step in LAST_STEPS.get(state, ())[0 if state == "preparing" else 1 :]:
        day = {"begin": initiative.starts_on, "follow": initiative.ends_on + timedelta(days=1)}.get(step, today())
        with clock_at(min(datetime.combine(day, time(5), tzinfo=ROME), now())):
            api.move_initiative(actor=SYSTEM, initiative=initiative, step=step, reason="Dimostrazione")


def _approved(
    row: Row, programme: Any, sectors: dict[str, Sector], edition: api.FairEdition | None, starts_on: date,
    window: tuple[datetime | None, datetime | None],
) -> api.Initiative:  # fmt: skip
    """Planned, with the ``window`` of its call, and approved or cancelled where its story goes so far."""
    act = Act.objects.get(programme=programme, code="dimostrazione-attuazione-2023")
    made = api.plan_initiative(
        actor=SYSTEM,
        code=row["code"],
        kind=row["kind"],
        title_it=row["title"]["it"],
        title_en=row["title"]["en"],
        summary_it=row["summary"]["it"],
        summary_en=row["summary"]["en"],
        market_reason_it=row["reason"]["it"],
        market_reason_en=row["reason"]["en"],
        direction=Direction.objects.get(programme=programme, code="B"),
        intervention=Intervention.objects.filter(programme=programme, code="b-promozione").first(),
        edition=edition,
        market=edition.country_id if edition is not None else row["country"],
        city=edition.city if edition is not None else row["city"],
        starts_on=starts_on,
        ends_on=edition.ends_on if edition is not None else starts_on + timedelta(days=row["length"] - 1),
        sectors=[sectors[code] for code in row["sectors"]],
        budget_line=BudgetLine.objects.get(programme=programme, code=row["line"]),
        cost=Decimal(row["cost"]),
        planning_act=act,
        act=act if row["state"] != "planned" else None,
        lead_office=Office.objects.get(code="sezione"),
        tourism_tie=row["tourism"],
        places=row.get("places"),
        opens_at=window[0],
        closes_at=window[1],
        open_to_buyers=row.get("buyers", False),
        demonstration=True,
    )
    for step in PATHS[row["state"]][:1]:
        made = api.move_initiative(actor=SYSTEM, initiative=made, step=step, reason=row.get("cancelled", ""))
    return made


def _interest(initiative: api.Initiative, tax_code: str, place: int, ways: list[str]) -> None:
    """Expressed by the legal representative, within the window; the register keeps the instant of the loading."""
    if initiative.opens_at is None:
        return
    # At a fair the first have a place in the stand: they asked for one. Where there is one way, all ask for it.
    way = "stand" if initiative.kind == "fair" and place < 5 else ("stand", "meetings", "catalogue")[place % 3]
    actor = acting_for(tax_code) or in_its_name(tax_code)
    with clock_at(min(initiative.opens_at + timedelta(days=1, minutes=place), now())):
        api.express_interest(
            actor=actor,
            initiative=initiative,
            products="Campionario della stagione (dimostrazione)",
            expectations="Importatori e distributori (dimostrazione)",
            way=ways[0] if len(ways) == 1 else way,
        )


def _for_meetings(initiative: api.Initiative, sectors: list[str], most: int) -> None:
    """Enterprises that may come and ask for meetings only, those of the sectors first."""
    wanted = [*sectors, "tac", "nautica"]
    asked = initiative.interests.values("enterprise")
    firms = Enterprise.objects.filter(is_demo=True, merged_into=None, status=Enterprise.ACTIVE, sectors__overlap=wanted)
    found = sorted(
        firms.exclude(pk__in=asked).exclude(size="large").order_by("tax_code"),
        key=lambda firm: not set(firm.sectors) & set(sectors),
    )
    assert initiative.opens_at is not None
    coming = islice((firm for firm in found if owing_now(firm) is None), most)
    for place, firm in enumerate(coming):
        words = dict.fromkeys(WORDS[code][0] for code in firm.sectors if code in WORDS)
        with clock_at(min(initiative.opens_at + timedelta(days=2, minutes=place), now())):
            api.express_interest(
                actor=acting_for(firm.tax_code) or in_its_name(firm.tax_code), initiative=initiative, way="meetings",
                products=f"{'. '.join(words)} (dimostrazione)", expectations="Importatori e distributori (dimostrazione)",
            )  # fmt: skip


def _buyer_interest(initiative: api.Initiative, row: Row, at: datetime) -> None:
    actor = acting_for_partner(Buyer.objects.get(name=row["buyer"], is_demo=True))  # by the mandate that it has now
    with clock_at(at):
        api.express_buyer_interest(actor=actor, initiative=initiative, looking_for=row["text"])


def acting_for_partner(holder: Buyer | Investor) -> Actor:
    """The first of the demo people who act for a buyer or an investor."""
    party = party_of(holder)
    mandate = holder.mandates.filter(state=Mandate.CONFIRMED, until=None).select_related("user").order_by("pk")[0]
    return Actor(
        user_id=mandate.user_id,
        label=mandate.user.get_full_name(),
        party=party,
        party_name=holder.name,
        scopes=acting_as(mandate.user_id, party, today()).scopes,
    )


def acting_for(tax_code: str) -> Actor | None:
    """The legal representative of a demo enterprise, acting for it; ``None`` when it has none."""
    enterprise = Enterprise.objects.get(tax_code=tax_code)
    mandates = Mandate.objects.filter(
        enterprise=enterprise, kind=Mandate.LEGAL_REPRESENTATIVE, state=Mandate.CONFIRMED, until=None
    )
    mandate = mandates.select_related("user").order_by("id").first()
    if mandate is None:
        return None
    return Actor(
        user_id=mandate.user_id,
        label=mandate.user.get_full_name(),
        party=Party(ENTERPRISE, enterprise.pk),
        scopes=frozenset(Mandate.SCOPES),
    )


def in_its_name(tax_code: str) -> Actor:
    """The demonstration itself, for an enterprise that no demo person represents."""
    firm = Enterprise.objects.get(tax_code=tax_code)
    return Actor(label="demonstration", party=Party(ENTERPRISE, firm.pk), scopes=frozenset(Mandate.SCOPES))


def tax_codes(folder: Path) -> dict[str, str]:
    """The tax codes of the demo enterprises by their key in ``parties.yaml``."""
    rows = read(folder, "parties")["enterprises"]
    return {row["key"]: row["tax_code"] for row in rows}


def noon(days: int) -> datetime:
    """Noon in Italy, some days from today."""
    return datetime.combine(today() + timedelta(days=days), time(12), tzinfo=ROME)
