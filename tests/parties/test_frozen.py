"""The copy of the enterprise's file that a submission stands on."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests.conftest import vat_number

from levante.parties.api import Country, Institution, OwnershipLink, Person, freeze_enterprise

Maker = Callable[..., Any]
ON = date(2026, 6, 1)


def test_a_frozen_copy_holds_what_a_decision_reads(enterprise: Maker) -> None:
    """Every field, and the holders of that day by name; shares as people write them."""
    one = enterprise("A", vat_number(1), size="small", size_on=ON, founded_on=date(2010, 5, 6), sectors=["moda"])
    firm, gone = enterprise("B", vat_number(2)), enterprise("C", vat_number(3))
    person = Person.objects.create(given_name="Anna", family_name="Greco")
    germany, _ = Country.objects.get_or_create(code="DE", defaults={"name_it": "Germania", "name_en": "Germany"})
    Country.objects.get_or_create(code="IT", defaults={"name_it": "Italia", "name_en": "Italy"})
    body = Institution.objects.create(name="Fondo di Prova", kind="venture_capital")
    shares = {"kind": "participation", "source": "declared"}
    OwnershipLink.objects.create(
        owned=one, holder_enterprise=firm, capital=Decimal("50.500"), votes=Decimal(100), **shares
    )
    OwnershipLink.objects.create(owned=one, holder_person=person, capital=Decimal(10), **shares)
    OwnershipLink.objects.create(owned=one, holder_institution=body, kind="agreement", source="declared")
    OwnershipLink.objects.create(
        owned=one, holder_abroad="Rhein GmbH", holder_country=germany, capital=Decimal(5), since=ON, **shares
    )
    OwnershipLink.objects.create(
        owned=one, holder_enterprise=gone, capital=Decimal(9), until=ON - timedelta(days=1), **shares
    )
    OwnershipLink.objects.create(
        owned=one, holder_enterprise=gone, capital=Decimal(9), since=ON + timedelta(days=1), **shares
    )
    copy = freeze_enterprise(one, on=ON)
    for name in ("tax_code", "name", "size", "legal_form", "status", "artisan", "sectors", "is_demo"):
        assert copy[name] == getattr(one, name)
    assert (copy["founded_on"], copy["on"], copy["ceased_on"]) == ("2010-05-06", ON.isoformat(), None)
    assert [(row["holder"], row["capital"], row["votes"], row["since"]) for row in copy["holders"]] == [
        ("B", "50.5", "100", None),
        ("Anna Greco", "10", None, None),
        ("Fondo di Prova", None, None, None),
        ("Rhein GmbH (DE)", "5", None, ON.isoformat()),
    ]
    assert [link.holder_name for link in OwnershipLink.objects.filter(owned=one).order_by("id")[:4]] == [
        row["holder"] for row in copy["holders"]
    ]
