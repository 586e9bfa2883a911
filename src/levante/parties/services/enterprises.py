"""The file of an enterprise: facts and accounts, and the size that follows."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.db import IntegrityError, transaction

from levante.kernel.api import Actor, note, note_object, refuse, require, service, today
from levante.law.codes import check_pec, check_tax_code, check_vat
from levante.parties.derive import network_of, size_of
from levante.parties.jobs import defer_sizes
from levante.parties.models import Account, Enterprise
from levante.parties.policies import may_create_enterprise, may_edit_enterprise
from levante.parties.reference import dotted_ateco, legal_forms

#: The facts of an enterprise that an officer changes and an enterprise may ask to correct.
FACTS = (
    "name",
    "vat_number",
    "legal_form",
    "ateco",
    "ateco_edition",
    "ateco_on",
    "artisan",
    "rea",
    "founded_on",
    "pec",
    "email",
    "phone",
    "website",
    "sectors",
)
ACTIVITY = ("ateco", "ateco_edition", "ateco_on")
#: How many enterprises of a network have their size derived in the write itself.
LARGEST_AT_ONCE = 25


@service("parties.create_enterprise")
def create_enterprise(*, actor: Actor, tax_code: str, name: str, **facts: Any) -> Enterprise:
    """Open the file of an enterprise. The tax code must be new: whoever types it was shown the file there is."""
    require(may_create_enterprise(actor))
    checked = check_tax_code(tax_code)
    if not checked:
        refuse(checked.reason.it, checked.reason.en, field="tax_code")
    is_demo = bool(facts.pop("is_demo", False))
    values = clean_facts({"name": name, **facts})
    try:
        with transaction.atomic():
            enterprise = Enterprise.objects.create(tax_code=checked.normalised, is_demo=is_demo, **values)
    except IntegrityError:
        refuse(
            "C’è già un’impresa con questo codice fiscale.",
            "There is already an enterprise with this tax code.",
            field="tax_code",
        )
    return enterprise


@service("parties.update_enterprise")
def update_enterprise(*, actor: Actor, enterprise: Enterprise, changes: dict[str, Any], reason: str = "") -> Enterprise:
    """Change facts of an enterprise; ``changes`` maps names among ``FACTS`` to values (text is read as a form's)."""
    enterprise = Enterprise.objects.select_for_update().get(pk=enterprise.pk)
    require(may_edit_enterprise(actor, enterprise))
    note_object(enterprise)
    return apply_facts(enterprise, changes, reason)


def apply_facts(enterprise: Enterprise, changes: dict[str, Any], reason: str) -> Enterprise:
    """Write changed facts on a row already locked, inside a service, and note them.

    An office vouches for what it writes: an import of the register does not overwrite it (``RegisterDifference``).
    """
    values = clean_facts(changes)
    if "ateco" in values and "ateco_edition" not in values and not enterprise.ateco_edition:
        values["ateco_edition"] = "2025" if values["ateco"] else ""
    if "ateco" in values and not values["ateco"]:
        values["ateco_edition"] = ""
    changed = sorted(name for name, value in values.items() if getattr(enterprise, name) != value)
    for name in changed:
        setattr(enterprise, name, values[name])
    if changed:
        # An activity is a code in an edition since a day: who vouches for one vouches for the three.
        vouched = {*changed, *(ACTIVITY if set(changed) & set(ACTIVITY) else ())} - {"sectors"}
        enterprise.verified_facts = sorted({*enterprise.verified_facts, *vouched})
        enterprise.save(update_fields=[*changed, "verified_facts", "updated_at"])
    note(fields=changed, reason=reason[:300])
    return enterprise


def clean_facts(changes: dict[str, Any]) -> dict[str, Any]:
    """The facts as the table keeps them; refuses, naming the field, what is not one or is not valid."""
    unknown = sorted(set(changes) - set(FACTS))
    if unknown:
        refuse(f"Dato sconosciuto: {unknown[0]}.", f"Unknown fact: {unknown[0]}.", field=unknown[0])
    values: dict[str, Any] = {}
    for name, value in changes.items():
        values[name] = value.strip() if isinstance(value, str) else value
    if "name" in values and not values["name"]:
        refuse("Serve la denominazione.", "A name is needed.", field="name")
    if values.get("vat_number"):
        checked = check_vat(values["vat_number"])
        if not checked:
            refuse(checked.reason.it, checked.reason.en, field="vat_number")
        values["vat_number"] = checked.normalised
    if values.get("pec"):
        checked = check_pec(values["pec"])
        if not checked:
            refuse(checked.reason.it, checked.reason.en, field="pec")
        values["pec"] = checked.normalised
    if values.get("legal_form") and values["legal_form"] not in legal_forms():
        refuse("Forma giuridica sconosciuta.", "Unknown legal form.", field="legal_form")
    for field, check in (("email", validate_email), ("website", URLValidator(["http", "https"]))):
        if values.get(field):
            try:
                check(values[field])
            except ValidationError:
                refuse("L’indirizzo non è valido.", "The address is not valid.", field=field)
    if values.get("ateco"):
        edition = values.get("ateco_edition") or "2025"
        dotted = dotted_ateco(values["ateco"], edition)
        if not dotted or len(dotted) < 2:
            refuse(f"Il codice non è nell’ATECO {edition}.", f"The code is not in ATECO {edition}.", field="ateco")
        values["ateco"], values["ateco_edition"] = dotted, edition
    for name in ("founded_on", "ateco_on"):
        if isinstance(values.get(name), str):
            values[name] = _day(values[name], name)
    if values.get("founded_on") and values["founded_on"] > today():
        refuse("La data è nel futuro.", "The date is in the future.", field="founded_on")
    if isinstance(values.get("artisan"), str):
        values["artisan"] = values["artisan"].lower() in {"true", "1", "on", "yes", "sì", "si"}
    if isinstance(values.get("sectors"), str):
        values["sectors"] = [code.strip() for code in values["sectors"].split(",") if code.strip()]
    if "sectors" in values:
        values["sectors"] = sorted(set(values["sectors"]))
    return values


@service("parties.record_account")
def record_account(
    *,
    actor: Actor,
    enterprise: Enterprise,
    year: int,
    headcount: Decimal,
    turnover: Decimal,
    balance: Decimal,
    export_turnover: Decimal | None = None,
    approved: bool = True,
    source: str = "declared",
) -> Account:
    """Write (or write again) the accounts of a year, and derive the size anew."""
    enterprise = Enterprise.objects.select_for_update().get(pk=enterprise.pk)
    require(may_edit_enterprise(actor, enterprise))
    note_object(enterprise)
    account = write_account(
        enterprise,
        year=year,
        headcount=headcount,
        turnover=turnover,
        balance=balance,
        export_turnover=export_turnover,
        approved=approved,
        source=source,
    )
    refresh_size(enterprise)
    return account


@service("parties.record_accounts")
def record_accounts(*, actor: Actor, enterprise: Enterprise, accounts: Mapping[int, Mapping[str, Any]]) -> Enterprise:
    """Write the accounts of several years, by year, as ``record_account`` does for one, and derive the size anew once."""
    enterprise = Enterprise.objects.select_for_update().get(pk=enterprise.pk)
    require(may_edit_enterprise(actor, enterprise))
    for year, values in accounts.items():
        write_account(enterprise, year=year, **values)
    note(years=sorted(accounts))
    refresh_size(enterprise)
    return enterprise


def write_account(enterprise: Enterprise, *, year: int, **values: Any) -> Account:
    """Write the accounts of a year on a row already locked, inside a service."""
    if not 1950 <= year <= today().year:
        refuse("L’anno non è valido.", "The year is not valid.", field="year")
    for name in ("headcount", "turnover", "balance"):
        if values[name] is None or values[name] < 0:
            refuse("Il valore non può essere negativo.", "The value cannot be negative.", field=name)
    exported = values.get("export_turnover")
    if exported is not None and not 0 <= exported <= values["turnover"]:
        refuse(
            "Il fatturato all’estero è una parte del fatturato.",
            "Export turnover is a part of the turnover.",
            field="export_turnover",
        )
    account, _ = Account.objects.update_or_create(enterprise=enterprise, year=year, defaults=values)
    note(year=year)
    return account


def refresh_size(enterprise: Enterprise) -> None:
    """Write the size of today on the row and on those of the enterprises tied to it, for lists and filters.

    An empty size is one that cannot be established, or that the job ``parties.refresh_sizes`` has still to derive: it
    takes over when a network is too large to be gone through while somebody waits.
    """
    day = today()
    network = network_of(enterprise)
    for one in network[:LARGEST_AT_ONCE]:
        size = size_of(one, on=day)["size"] or ""
        Enterprise.objects.filter(pk=one.pk).update(size=size, size_on=day if size else None)
    rest = [one.pk for one in network[LARGEST_AT_ONCE:]]
    if rest:
        Enterprise.objects.filter(pk__in=rest).update(size="", size_on=None)
        defer_sizes()


def _day(text: str, field: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        refuse("La data non è valida.", "The date is not valid.", field=field)
