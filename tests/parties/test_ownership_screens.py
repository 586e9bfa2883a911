"""Who holds an enterprise, on screen: told before it is saved, declared by the enterprise, reviewed by an office."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.conftest import vat_number

from levante.kernel.api import Refused, system
from levante.parties.api import (
    ChainMembership,
    Correction,
    DistrictMembership,
    Enterprise,
    Institution,
    OwnershipLink,
    Person,
    ProductionDistrict,
    SupplyChain,
    record_account,
    record_holder,
    undertaking_of,
)
from levante.parties.reference import load_places

pytestmark = pytest.mark.django_db
Maker = Callable[..., Any]
SYSTEM = system("test")


@pytest.fixture
def pair(enterprise: Maker) -> tuple[Enterprise, Enterprise]:
    """A small firm, and a large one that may come to hold it."""
    small, large = enterprise("Piccola S.r.l."), enterprise("Grande S.p.A.")
    for firm, size in ((small, 12), (large, 900)):
        for year in (2023, 2024, 2025):
            money = Decimal(size * 100_000)
            record_account(actor=SYSTEM, enterprise=firm, year=year, headcount=size, turnover=money, balance=money)
    return small, large


@pytest.fixture
def desk(officer: Maker, signed_in: Maker) -> Any:
    return signed_in(officer("case_officer"))


def step(browser: Any, address: str, values: dict[str, Any]) -> Any:
    """Ask what changes, then save what was shown."""
    shown = browser.post(address, values)
    assert shown.status_code == 200, shown
    assert shown.context["effect"] is not None, shown.context["form"].errors
    return browser.post(address, values | {"save": shown.context["stamp"]})


def test_the_effect_is_told_and_nothing_is_written_until_saved(desk: Any, pair: Any) -> None:
    small, large = pair
    address = f"/ufficio/imprese/{small.pk}/titolari/nuovo/"
    values = {
        "holder": "enterprise", "code": large.tax_code, "kind": "participation", "capital": "60", "votes": "",
        "since": "2024-01-01", "source": "register", "evidence": "visura",
    }  # fmt: skip
    page = desk.post(address, values)
    effect = page.context["effect"]
    assert (effect.before.size, effect.after.size) == ("small", "large")
    assert effect.joined == [large.name]
    assert "Perché questa dimensione?" in page.content.decode()
    assert not OwnershipLink.objects.exists(), "only shown"
    other = desk.post(address, values | {"capital": "20", "save": page.context["stamp"]})
    assert other.context["effect"].after.size == "small", "what is saved is what was shown"
    assert not OwnershipLink.objects.exists()
    answer = desk.post(address, values | {"save": page.context["stamp"]})
    assert answer.status_code == 302
    link = OwnershipLink.objects.get()
    assert (link.holder_enterprise, link.capital, link.source, link.evidence) == (large, 60, "register", "visura")
    small.refresh_from_db()
    assert small.size == "large"


@pytest.mark.parametrize(
    ("holder", "values", "named"),
    [
        ("person", {"given": "Ada", "name": "Neri", "same_market": "true"}, "Ada Neri"),
        ("institution", {"name": "Università di Nessuno", "institution_kind": "university"}, "Università di Nessuno"),
        ("abroad", {"name": "Fernhandel GmbH", "country": "DE"}, "Fernhandel GmbH (DE)"),
        ("enterprise", {"code": vat_number(500), "name": "Nuova S.r.l."}, "Nuova S.r.l."),
    ],
)
def test_every_kind_of_holder(desk: Any, enterprise: Maker, holder: str, values: dict[str, str], named: str) -> None:
    load_places("Puglia")
    firm = enterprise()
    address = f"/ufficio/imprese/{firm.pk}/titolari/nuovo/"
    assert desk.get(f"{address}?holder={holder}").status_code == 200
    sent = values | {"holder": holder, "kind": "participation", "capital": "30,5", "source": "declared"}
    assert step(desk, address, sent).status_code == 302
    link = OwnershipLink.objects.get()
    assert (link.holder_name, link.capital) == (named, Decimal("30.5"))
    assert named in desk.get(f"/ufficio/imprese/{firm.pk}/").content.decode()


def test_what_cannot_be_is_told_beside_its_field(desk: Any, enterprise: Maker) -> None:
    firm = enterprise()
    address = f"/ufficio/imprese/{firm.pk}/titolari/nuovo/"
    good = {"holder": "person", "given": "Ada", "name": "Neri", "kind": "participation", "capital": "10", "source": "declared"}  # fmt: skip
    for wrong, field in (
        ({"capital": ""}, "capital"),
        ({"capital": "101"}, "capital"),
        ({"kind": "appointment"}, "kind"),
        ({"since": "2024-01-01", "until": "2023-01-01"}, "until"),
        ({"since": "2999-01-01"}, "since"),
        ({"code": "12345"}, "code"),
        ({"holder": "enterprise", "code": firm.tax_code}, "code"),
    ):
        page = desk.post(address, good | wrong)
        assert field in page.context["form"].errors, wrong
    assert desk.get(f"{address}?holder=cat").status_code == 404
    assert not OwnershipLink.objects.exists()
    assert not Person.objects.exists()


def test_a_link_is_corrected_ended_and_verified(desk: Any, pair: Any) -> None:
    small, large = pair
    holder = {"holder": "enterprise", "code": large.tax_code}
    terms = {"kind": "participation", "capital": Decimal(60), "votes": None, "same_market": None, "since": date(2024, 1, 1),
             "until": None, "evidence": ""}  # fmt: skip
    link = record_holder(actor=SYSTEM, owned=small, holder=holder, terms=terms)
    there = f"/ufficio/imprese/titolari/{link.pk}/"
    values = {"kind": "participation", "capital": "20", "since": "2024-01-01", "source": "declared"}
    assert "reason" in desk.post(there + "correggi/", values).context["form"].errors
    step(desk, there + "correggi/", values | {"reason": "visura letta male"})
    small.refresh_from_db()
    assert (OwnershipLink.objects.get().capital, small.size) == (20, "small")
    step(desk, there + "verifica/", {"evidence": "visura del 3 marzo"})
    link.refresh_from_db()
    assert (link.source, link.verified_by is not None) == ("verified", True)
    step(desk, there + "chiudi/", {"on": "2026-01-31"})
    link.refresh_from_db()
    assert link.until == date(2026, 1, 31)
    assert desk.get(there + "altro/").status_code == 404
    page = desk.get(f"/ufficio/imprese/{small.pk}/").content.decode()
    assert "Legame di proprietà corretto" in page


def test_shares_over_the_whole_are_pointed_out(desk: Any, enterprise: Maker) -> None:
    firm = enterprise()
    holder = Person.objects.create(given_name="Elio", family_name="Neri")
    OwnershipLink.objects.create(owned=firm, holder_person=holder, kind="participation", capital=70)
    values = {"holder": "person", "given": "Ada", "name": "Bo", "kind": "participation", "capital": "40", "source": "declared"}  # fmt: skip
    page = desk.post(f"/ufficio/imprese/{firm.pk}/titolari/nuovo/", values)
    assert any("110" in text for text in page.context["warnings"])


def test_the_enterprise_declares_and_an_office_reviews(
    pair: Any, representative: Maker, signed_in: Maker, officer: Maker
) -> None:
    small, large = pair
    browser = signed_in(representative(small), small)
    address = "/impresa/la-mia-impresa/titolari/nuovo/"
    values = {
        "holder": "enterprise",
        "code": large.tax_code,
        "kind": "participation",
        "capital": "60",
        "reason": "atto",
    }
    shown = browser.post(address, values)
    assert not Correction.objects.exists()
    assert browser.post(address, values | {"save": shown.context["stamp"]}).status_code == 302
    correction = Correction.objects.get()
    assert (correction.subject, correction.changes["capital"], OwnershipLink.objects.count()) == (
        "ownership",
        ["", "60"],
        0,
    )
    assert browser.get("/impresa/la-mia-impresa/").status_code == 200
    desk = signed_in(officer("front_desk", given="Ugo"))
    review = f"/ufficio/imprese/correzioni/{correction.pk}/"
    page = desk.get(review).content.decode()
    assert large.tax_code in page
    assert "Quota di capitale o di voti" in page
    told = desk.post(review, {"decision": "preview"})
    assert told.context["effect"].joined == [large.name]
    assert not OwnershipLink.objects.exists()
    assert desk.post(review, {"decision": "accept"}).status_code == 302
    link = OwnershipLink.objects.get()
    assert (link.holder_enterprise, link.source) == (large, "declared")
    assert len(undertaking_of(small, on=date(2026, 11, 1))["undertaking"]) == 2
    # And that it has changed: the terms that differ, on that very link.
    browser = signed_in(representative(small, given="Olga"), small)
    there = f"/impresa/la-mia-impresa/titolari/{link.pk}/"
    assert browser.get(there).status_code == 200
    values = {"kind": "participation", "capital": "60", "until": "2026-06-30", "reason": "ceduta"}
    shown = browser.post(there, values)
    browser.post(there, values | {"save": shown.context["stamp"]})
    again = Correction.objects.get(state="proposed")
    assert (again.link, again.changes) == (link, {"until": ["", "2026-06-30"]})
    desk = signed_in(officer("front_desk", given="Ida"))
    assert desk.post(f"/ufficio/imprese/correzioni/{again.pk}/", {"decision": "accept"}).status_code == 302
    link.refresh_from_db()
    assert link.until == date(2026, 6, 30)


def test_declaring_a_holder_tells_nothing_of_the_one_named(
    pair: Any, enterprise: Maker, representative: Maker, signed_in: Maker
) -> None:
    """Whoever may declare can type any tax code: the accounts, group and aid of that firm are not shown for it."""
    small, large = pair
    mother = enterprise("Madre Riservata S.p.A.")
    OwnershipLink.objects.create(owned=large, holder_enterprise=mother, kind="participation", capital=100)
    link = OwnershipLink.objects.create(owned=small, holder_enterprise=large, kind="participation", capital=1)
    browser = signed_in(representative(small), small)
    terms = {"kind": "participation", "capital": "60", "since": "2024-01-01"}
    declare, correct = "/impresa/la-mia-impresa/titolari/nuovo/", f"/impresa/la-mia-impresa/titolari/{link.pk}/"
    for address, values in ((declare, terms | {"holder": "enterprise", "code": large.tax_code}), (correct, terms)):
        page = browser.post(address, values)
        assert page.context["stamp"], page.context["form"].errors
        text = page.content.decode()
        for told in (mother.name, mother.tax_code, "900", "90.000.000", "300.000", "Grande</strong>"):
            assert told not in text, told
    assert not Correction.objects.exists(), "only read again"
    itself = browser.post(declare, terms | {"holder": "enterprise", "code": small.tax_code})
    assert "code" in itself.context["form"].errors


def test_a_link_of_another_enterprise_is_not_there(
    pair: Any, enterprise: Maker, representative: Maker, signed_in: Maker
) -> None:
    small, large = pair
    link = OwnershipLink.objects.create(owned=large, holder_enterprise=small, kind="participation", capital=10)
    browser = signed_in(representative(small), small)
    assert browser.get(f"/impresa/la-mia-impresa/titolari/{link.pk}/").status_code == 404
    assert browser.get(f"/ufficio/imprese/titolari/{link.pk}/correggi/").status_code == 403


def test_districts_and_chains_in_time(desk: Any, enterprise: Maker) -> None:
    firm = enterprise()
    district = ProductionDistrict.objects.create(code="nautica", name_it="Nautica", name_en="Boats")
    chain = SupplyChain.objects.create(code="moda", name_it="Moda", name_en="Fashion")
    address = f"/ufficio/imprese/{firm.pk}/reti/nuova/"
    assert desk.get(address).status_code == 200
    for network in (f"district:{district.pk}", f"chain:{chain.pk}"):
        assert desk.post(address, {"network": network, "since": "2020-01-01", "role": "fornitrice"}).status_code == 302
    assert (
        "since"
        in desk.post(address, {"network": f"district:{district.pk}", "since": "2021-01-01"}).context["form"].errors
    )
    member, link = DistrictMembership.objects.get(), ChainMembership.objects.get()
    assert (
        "on"
        in desk.post(f"/ufficio/imprese/reti/distretto/{member.pk}/fine/", {"on": "2019-01-01"}).context["form"].errors
    )
    assert desk.post(f"/ufficio/imprese/reti/distretto/{member.pk}/fine/", {"on": "2022-12-31"}).status_code == 302
    assert desk.post(f"/ufficio/imprese/reti/filiera/{link.pk}/fine/", {"on": "2022-12-31"}).status_code == 302
    assert (
        "since"
        in desk.post(address, {"network": f"district:{district.pk}", "since": "2022-06-01"}).context["form"].errors
    )
    assert desk.post(address, {"network": f"district:{district.pk}", "since": "2023-01-01"}).status_code == 302
    assert DistrictMembership.objects.count() == 2
    assert "Uscita da una filiera" in desk.get(f"/ufficio/imprese/{firm.pk}/").content.decode()


def test_a_body_is_found_again_by_name(enterprise: Maker) -> None:
    load_places("Puglia")
    firm = enterprise()
    terms = {"kind": "participation", "capital": Decimal(10), "votes": None, "same_market": None, "since": None,
             "until": None, "evidence": ""}  # fmt: skip
    holder = {"holder": "institution", "name": "Fondo Sud", "institution_kind": "venture_capital"}
    record_holder(actor=SYSTEM, owned=firm, holder=holder, terms=terms)
    record_holder(actor=SYSTEM, owned=enterprise("Altra"), holder=holder | {"name": "FONDO SUD"}, terms=terms)
    assert Institution.objects.count() == 1
    with pytest.raises(Refused):
        record_holder(actor=SYSTEM, owned=firm, holder=holder | {"institution_kind": "club"}, terms=terms)
