"""What we know of an enterprise, in the words that the rules of a call use (``facts`` in CEL). Unknown is absent."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q

from levante.kernel.pure import Bilingual
from levante.parties.api import ChainMembership, DistrictMembership, Seat


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact a call designer may use: what it is called in a sentence, what it means, what kind of value it has."""

    label: Bilingual
    meaning: Bilingual
    kind: str


def _fact(kind: str, it: str, en: str, meaning_it: str, meaning_en: str) -> Fact:
    return Fact(Bilingual(it, en), Bilingual(meaning_it, meaning_en), kind)


#: Each fact with its words (docs/how-to/write-a-call.md). ``kind``: text, number, money, percent, date, yes_no, list.
FACTS: dict[str, Fact] = {
    "legal_form": _fact(
        "text", "la forma giuridica", "the legal form",
        "codice del registro imprese (SR, DI, …)", "code of the business register (SR, DI, …)",
    ),
    "ateco": _fact("text", "l’attività ATECO", "the ATECO activity", "attività principale, con i punti", "main activity, dotted"),
    "artisan": _fact(
        "yes_no", "l’impresa è artigiana", "it is an artisan firm", "iscritta all’albo artigiani", "in the register of artisan firms"
    ),
    "founded_on": _fact("date", "la data di costituzione", "the day of foundation", "in forma ISO", "in ISO form"),
    "age_years": _fact(
        "number", "il numero di anni dalla costituzione", "the number of years since foundation", "anni interi", "whole years"
    ),
    "active": _fact("yes_no", "l’impresa è attiva", "the enterprise is active", "né cessata né incorporata", "not ceased, not merged"),
    "size": _fact(
        "text", "la dimensione", "the size", "micro, small, medium o large", "micro, small, medium or large"
    ),
    "sectors": _fact(
        "list", "i settori dell’impresa", "the sectors of the enterprise", "codici dei settori", "codes of the sectors"
    ),
    "districts": _fact(
        "list", "i distretti produttivi dell’impresa", "the production districts of the enterprise",
        "codici dei distretti di cui fa parte", "codes of the districts it belongs to",
    ),
    "supply_chains": _fact(
        "list", "le filiere dell’impresa", "the supply chains of the enterprise",
        "codici delle filiere di cui fa parte", "codes of the supply chains it belongs to",
    ),
    "has_website": _fact(
        "yes_no", "l’impresa ha un sito web", "the enterprise has a website", "nella scheda c’è un sito web", "a website is in its file"
    ),
    "regions": _fact(
        "list", "le regioni delle sedi", "the regions of its seats", "nomi, sedi in vigore", "names, seats in force"
    ),
    "provinces": _fact(
        "list", "le province delle sedi", "the provinces of its seats", "sigle, sedi in vigore", "letters, seats in force"
    ),
    "operating_regions": _fact(
        "list", "le regioni delle sedi operative", "the regions of its operating seats",
        "nomi; della sede legale se non ne dichiara altre", "names; of the legal seat when it declares no other",
    ),
    "turnover": _fact(
        "money", "il fatturato", "the turnover", "dell’ultimo bilancio approvato", "of the last approved accounts"
    ),
    "export_turnover": _fact(
        "money", "il fatturato estero", "the turnover abroad", "dello stesso bilancio", "of the same accounts"
    ),
    "export_share": _fact(
        "percent", "la quota di fatturato estero", "the share of turnover abroad", "sul totale, per cento", "of the total, per cent"
    ),
    "headcount": _fact(
        "number", "il numero di addetti", "the number of people employed", "unità lavorative annue dello stesso bilancio",
        "annual work units of the same accounts",
    ),
    "accounts": _fact(
        "number", "il numero di bilanci approvati", "the number of approved accounts", "quanti ne abbiamo", "how many we hold"
    ),
}  # fmt: skip

#: The values of ``size`` in words.
SIZES = {
    "micro": Bilingual("micro", "micro"),
    "small": Bilingual("piccola", "small"),
    "medium": Bilingual("media", "medium"),
    "large": Bilingual("grande", "large"),
}


def enterprise_facts(enterprise: Any, *, on: date) -> dict[str, Any]:
    """The facts of an enterprise on a day. Two queries (seats, accounts), none when they are prefetched.

    ``enterprise`` is a ``parties.Enterprise``; its seats are those of ``seats_for_facts``, ``accounts`` newest first.
    """
    rows = list(enterprise.seats.all()) if "seats" in getattr(enterprise, "_prefetched_objects_cache", {}) else None
    if rows is None or (rows and not hasattr(rows[0], "districts")):  # prefetched by who wanted the seats alone
        rows = list(seats_for_facts(on).filter(enterprise=enterprise))
    seats = [
        {"kind": seat.kind, "province": seat.province_id, "region": seat.province.region if seat.province else None}
        for seat in rows
        if (seat.since is None or seat.since <= on) and (seat.until is None or seat.until >= on)
    ]
    accounts = [
        {
            "year": account.year,
            "turnover": account.turnover,
            "export_turnover": account.export_turnover,
            "headcount": account.headcount,
        }
        for account in enterprise.accounts.all()
        if account.approved
    ]
    return facts_from(
        {
            "legal_form": enterprise.legal_form,
            "ateco": enterprise.ateco,
            "artisan": enterprise.artisan,
            "founded_on": enterprise.founded_on,
            "active": enterprise.status == "active",
            "size": enterprise.size,
            "sectors": list(enterprise.sectors),
            "website": enterprise.website,
            "districts": rows[0].districts if rows else [],
            "supply_chains": rows[0].chains if rows else [],
        },
        seats,
        accounts,
        on=on,
    )


def seats_for_facts(on: date) -> Any:
    """Seats with their province, and with the districts and supply chains of their enterprise on a day: a prefetch that wants
    no more queries for the facts."""
    return Seat.objects.select_related("province").annotate(
        districts=_codes(DistrictMembership, "district", on), chains=_codes(ChainMembership, "chain", on)
    )


def _codes(memberships: Any, name: str, on: date) -> ArraySubquery:
    """The codes of what the enterprise of a seat belongs to."""
    theirs = memberships.objects.filter(
        Q(until=None) | Q(until__gte=on), enterprise=OuterRef("enterprise"), since__lte=on
    )
    return ArraySubquery(theirs.order_by(f"{name}__code").values(f"{name}__code"))


def facts_from(
    enterprise: dict[str, Any], seats: list[dict[str, Any]], accounts: list[dict[str, Any]], *, on: date
) -> dict[str, Any]:
    """The same from plain values: seats ``{kind, province, region}`` in force, approved accounts in any order."""
    facts: dict[str, Any] = {"active": enterprise.get("active", True), "artisan": bool(enterprise.get("artisan"))}
    for name in ("legal_form", "ateco", "size"):
        if enterprise.get(name):
            facts[name] = enterprise[name]
    founded = enterprise.get("founded_on")
    if founded:
        facts["founded_on"] = founded.isoformat()
        facts["age_years"] = on.year - founded.year - ((on.month, on.day) < (founded.month, founded.day))
    for name in ("sectors", "districts", "supply_chains"):
        if enterprise.get(name):
            facts[name] = enterprise[name]
    if enterprise.get("website"):
        facts["has_website"] = True
    if seats:
        operating = [seat for seat in seats if seat["kind"] == "operating"] or seats
        facts["regions"] = _distinct(seats, "region")
        facts["provinces"] = _distinct(seats, "province")
        facts["operating_regions"] = _distinct(operating, "region")
    facts["accounts"] = len(accounts)
    if accounts:
        last = max(accounts, key=lambda account: int(account["year"]))
        facts["turnover"] = float(last["turnover"])
        facts["headcount"] = float(last["headcount"])
        if last.get("export_turnover") is not None:
            facts["export_turnover"] = float(last["export_turnover"])
            if last["turnover"]:
                share = Decimal(last["export_turnover"]) * 100 / Decimal(last["turnover"])
                facts["export_share"] = float(share.quantize(Decimal("0.0001")))
    return facts


def _distinct(seats: list[dict[str, Any]], name: str) -> list[str]:
    return sorted({str(seat[name]) for seat in seats if seat.get(name)})
