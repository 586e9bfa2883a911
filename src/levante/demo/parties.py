"""The invented enterprises: groups, people, mandates, districts; through the services, changing nothing the second time."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from levante.demo.identity import demo_user
from levante.demo.telling import read
from levante.identity.api import User, powers_of
from levante.kernel.api import ENTERPRISE, Actor, Party, system, today
from levante.parties import api as parties

SYSTEM = system("demonstration")
Row = dict[str, Any]


def load(folder: Path) -> None:
    """Everything in ``parties.yaml``. What is there already, by tax code, key or name, is left as it is."""
    data: Row = read(folder, "parties")
    parties.load_places()
    files = {row["key"]: _enterprise(row) for row in [*data["enterprises"], *data["duplicates"]]}
    bodies = {row["key"]: _institution(row) for row in data["institutions"]}
    people = {row["email"].split("@")[0]: _person(row) for row in data["people"]}
    for row in data["mandates"]:
        _mandate(row, files[row["enterprise"]], people[row["person"]])
    for row in data["ownership"]:
        _ownership(row, files, bodies, people)
    for row in data["districts"]:
        _district(row, files)
    for row in data["chains"]:
        _chain(row, files)
    for row in data["corrections"]:
        _correction(row, files[row["enterprise"]], people[row["person"]])
    for row in data["consents"]:
        _consent(row, people[row["person"]])
    for row in data["buyers"]:
        _counterpart(parties.Buyer, row, ("kind", "country", "sectors", "languages", "language", "looking_for"))
    for row in data["investors"]:
        _counterpart(parties.Investor, row, ("kind", "country", "sectors", "looking_for"))
    for row in data["partners"]:
        _partner(row)


def _counterpart(model: Any, row: Row, names: tuple[str, ...]) -> Any:
    found = model.objects.filter(name=row["name"], is_demo=True).first()
    values = {name: row[name] for name in ("name", *names) if name in row}
    return found or parties.record_counterpart(actor=SYSTEM, model=model, values=values, is_demo=True)


def _partner(row: Row) -> None:
    """Who acts for a buyer or an investor: invited by the Section on a document, and accepted."""
    user = demo_user(row["email"], row["given_name"], row["family_name"], language="en")
    for line in row["mandates"]:
        model: Any = parties.Buyer if "buyer" in line else parties.Investor
        holder = model.objects.get(name=line.get("buyer") or line["investor"], is_demo=True)
        if holder.mandates.filter(user=user, kind=line["kind"]).exists():
            continue
        invitation = parties.invite(
            actor=SYSTEM,
            holder=holder,
            email=user.email,
            kind=line["kind"],
            scopes=line.get("scopes", []),
            act=line["act"],
            language="en",
        )
        parties.accept_invitation(actor=Actor(user_id=user.pk, label=user.get_full_name()), invitation=invitation)


def _enterprise(row: Row) -> parties.Enterprise:
    found = parties.Enterprise.objects.filter(tax_code=row["tax_code"]).first()
    if found is not None:
        return found
    facts = {
        name: row[name]
        for name in ("vat_number", "legal_form", "ateco", "sectors", "artisan", "founded_on")
        if name in row
    }
    made = parties.create_enterprise(
        actor=SYSTEM,
        tax_code=row["tax_code"],
        name=row["name"],
        ateco_edition="2025",
        ateco_on=date(2025, 4, 1),
        pec=f"{row['key']}@pec.demo.levante.example",
        is_demo=True,
        **facts,
    )
    seat = row["seat"]
    comune = parties.Comune.objects.get(name=seat["comune"], province__region="Puglia")
    cap = comune.cap or (comune.caps[0] if comune.caps else "")
    parties.move_legal_seat(
        actor=SYSTEM, enterprise=made, comune=comune, address=seat["address"], cap=cap, since=row.get("founded_on")
    )
    accounts = {
        year: {
            "headcount": Decimal(str(headcount)),
            "turnover": Decimal(turnover),
            "balance": Decimal(balance),
            "export_turnover": Decimal(exported),
            "approved": year < today().year,
            "source": "register",
        }
        for year, (headcount, turnover, balance, exported) in row.get("accounts", {}).items()
    }
    if accounts:
        parties.record_accounts(actor=SYSTEM, enterprise=made, accounts=accounts)
    return made


def _institution(row: Row) -> parties.Institution:
    made: parties.Institution = _counterpart(parties.Institution, row | {"country": "IT"}, ("kind", "country"))
    return made


def _person(row: Row) -> User:
    user = demo_user(row["email"], row["given_name"], row["family_name"], codice_fiscale=row.get("codice_fiscale"))
    if not parties.Person.objects.filter(user=user).exists():
        parties.ensure_person(actor=Actor(user_id=user.pk, label=user.get_full_name()), user=user)
    user.demo_role = row["role"]
    return user


def _mandate(row: Row, enterprise: parties.Enterprise, user: User) -> None:
    if parties.Mandate.objects.filter(user=user, enterprise=enterprise, kind=row["kind"]).exists():
        return
    mandate = parties.request_mandate(
        actor=Actor(user_id=user.pk, label=user.get_full_name()),
        enterprise=enterprise,
        kind=row["kind"],
        scopes=row.get("scopes"),
        act=row.get("act", ""),
        since=date(2024, 1, 15),
    )
    if row.get("state") != "requested":
        parties.confirm_mandate(actor=SYSTEM, mandate=mandate)
        person = parties.Person.objects.get(user=user)
        if not enterprise.contacts.filter(person=person).exists():
            parties.Contact.objects.create(
                enterprise=enterprise, person=person, role=user.demo_role, since=date(2024, 1, 15)
            )


def _ownership(row: Row, files: Row, bodies: Row, people: Row) -> None:
    owned, holder = files[row["owned"]], row["holder"]
    who: Row = {}
    if "enterprise" in holder:
        who["holder_enterprise"] = files[holder["enterprise"]]
    elif "person" in holder:
        who["holder_person"] = parties.Person.objects.get(user=people[holder["person"]])
    elif "institution" in holder:
        who["holder_institution"] = bodies[holder["institution"]]
    else:
        who = {"holder_abroad": holder["abroad"]["name"], "holder_country": holder["abroad"]["country"]}
    same = {("holder_country_id" if name == "holder_country" else name): value for name, value in who.items()}
    if parties.OwnershipLink.objects.filter(owned=owned, kind=row["kind"], **same).exists():
        return
    parties.record_ownership(
        actor=SYSTEM,
        owned=owned,
        kind=row["kind"],
        capital=_share(row.get("capital")),
        votes=_share(row.get("votes")),
        same_market=row.get("same_market"),
        since=row.get("since"),
        source=row["source"],
        **who,
    )


def _district(row: Row, files: Row) -> None:
    district, _ = parties.ProductionDistrict.objects.get_or_create(
        code=row["key"],
        defaults={
            "name_it": row["name"]["it"],
            "name_en": row["name"]["en"],
            "sectors": row["sectors"],
            "act": "L.R. 23/2007",
            "is_demo": True,
        },
    )
    there = set(district.memberships.values_list("enterprise_id", flat=True))
    for key in row["members"]:
        if files[key].pk not in there:
            since = max(date(2012, 1, 1), files[key].founded_on or date(2012, 1, 1))
            parties.join_district(actor=SYSTEM, enterprise=files[key], district=district, since=since)


def _chain(row: Row, files: Row) -> None:
    chain, _ = parties.SupplyChain.objects.get_or_create(
        code=row["key"],
        defaults={
            "name_it": row["name"]["it"],
            "name_en": row["name"]["en"],
            "sectors": row["sectors"],
            "is_demo": True,
        },
    )
    there = set(chain.memberships.values_list("enterprise_id", flat=True))
    for key in row["members"]:
        if files[key].pk not in there:
            parties.join_chain(actor=SYSTEM, enterprise=files[key], chain=chain, since=date(2020, 1, 1))


def _correction(row: Row, enterprise: parties.Enterprise, user: User) -> None:
    if parties.Correction.objects.filter(enterprise=enterprise, proposed_by=user).exists():
        return
    actor = Actor(
        user_id=user.pk,
        label=user.get_full_name(),
        **powers_of(user.pk, today()),
        party=Party(ENTERPRISE, enterprise.pk),
        scopes=parties.acting_scopes(user.pk, enterprise.pk, today()),
    )
    parties.propose_correction(
        actor=actor, enterprise=enterprise, subject=row["subject"], values=row["values"], reason=row["reason"]
    )


def _consent(row: Row, user: User) -> None:
    person = parties.Person.objects.get(user=user)
    history = parties.Consent.objects.filter(person=person, purpose=row["purpose"], channel=row["channel"])
    if history.filter(given=row["given"]).exists():
        return
    parties.record_consent(
        actor=Actor(user_id=user.pk, label=user.get_full_name()),
        person=person,
        purpose=row["purpose"],
        channel=row["channel"],
        given=row["given"],
        wording="2024-01",
        proof="modulo del portale (dimostrazione)",
    )


def _share(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))
