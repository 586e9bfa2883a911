"""Size and single undertaking out of the facts of the file."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import vat_number

from levante.kernel.api import Refused, system
from levante.parties.api import (
    Enterprise,
    Institution,
    Person,
    correct_ownership,
    freeze_enterprise,
    load_places,
    record_account,
    record_ownership,
    size_of,
    undertaking_case,
    undertaking_of,
)

Maker = Callable[..., Any]
SYSTEM = system("test")
ON = date(2026, 6, 1)


def accounts(one: Enterprise, headcount: int, turnover: int = 1_000_000, balance: int = 1_000_000) -> Enterprise:
    for year in (2023, 2024, 2025):
        record_account(
            actor=SYSTEM,
            enterprise=one,
            year=year,
            headcount=Decimal(headcount),
            turnover=Decimal(turnover),
            balance=Decimal(balance),
        )
    return one


def hold(holder: Any, owned: Enterprise, share: int, **extra: Any) -> None:
    name = {Enterprise: "holder_enterprise", Person: "holder_person", Institution: "holder_institution"}[type(holder)]
    record_ownership(
        actor=SYSTEM,
        owned=owned,
        kind="participation",
        capital=Decimal(share),
        votes=Decimal(share),
        **{name: holder},
        **extra,
    )


def test_a_group_makes_a_small_firm_large_and_the_list_knows(enterprise: Maker) -> None:
    small, mother = accounts(enterprise("S", vat_number(1)), 20), accounts(enterprise("M", vat_number(2)), 400)
    small.refresh_from_db()
    assert small.size == "small"
    hold(mother, small, 60)
    small.refresh_from_db()
    assert small.size == "large"
    answer = size_of(small, on=ON)
    assert answer["size"] == "large"
    assert {line["id"] for line in answer["aggregated"]} >= {mother.tax_code}


def test_without_accounts_the_reason_is_told(enterprise: Maker) -> None:
    answer = size_of(enterprise(), on=ON)
    assert answer["size"] is None
    assert answer["missing"]["it"]
    assert answer["missing"]["en"]


def test_a_person_joins_two_firms_and_a_public_body_does_not(enterprise: Maker) -> None:
    load_places("Puglia")
    a, b, c = (enterprise(name, vat_number(n)) for n, name in enumerate("ABC", 1))
    owner = Person.objects.create(given_name="Rita", family_name="Rossi")
    body = Institution.objects.create(name="Ente", kind="public_body", country_id="IT")
    hold(owner, a, 80)
    hold(owner, b, 70)
    hold(body, a, 15)
    hold(body, c, 90)
    assert set(undertaking_of(a, on=ON)["undertaking"]) == {a.tax_code, b.tax_code}
    case = undertaking_case(a, on=ON)
    assert case["applicant"] == a.tax_code
    assert set(case["enterprises"]) == {a.tax_code, b.tax_code, c.tax_code}


def test_links_out_of_their_time_do_not_count(enterprise: Maker) -> None:
    a, b = enterprise("A", vat_number(1)), enterprise("B", vat_number(2))
    hold(a, b, 100, since=date(2020, 1, 1), until=date(2024, 12, 31))
    assert len(undertaking_of(a, on=date(2024, 12, 31))["undertaking"]) == 2
    assert undertaking_of(a, on=date(2025, 1, 1))["undertaking"] == [a.tax_code]


def test_a_holder_is_one_and_a_share_is_one(enterprise: Maker) -> None:
    a, b = enterprise("A", vat_number(1)), enterprise("B", vat_number(2))
    with pytest.raises(Refused):
        record_ownership(actor=SYSTEM, owned=a, kind="participation", capital=Decimal(50))
    with pytest.raises(Refused):
        record_ownership(actor=SYSTEM, owned=a, kind="participation", holder_enterprise=b)
    with pytest.raises(Refused):
        record_ownership(actor=SYSTEM, owned=a, kind="participation", holder_enterprise=a, capital=Decimal(10))
    with pytest.raises(Refused):
        record_ownership(actor=SYSTEM, owned=a, kind="participation", holder_enterprise=b, capital=Decimal(101))


@pytest.mark.parametrize("kind", ["university", "local_authority", "venture_capital", "institutional_investor"])
def test_the_investors_of_the_definition_leave_the_size_alone(enterprise: Maker, kind: str) -> None:
    """Annex to Rec. 2003/361, art. 3(2), second subparagraph: up to 50 % they are not partners; public bodies are."""
    load_places("Puglia")
    firm = accounts(enterprise("A", vat_number(1)), 5)
    hold(Institution.objects.create(name="Investor", kind=kind), firm, 30)
    assert size_of(firm, on=ON)["size"] == "micro"
    hold(Institution.objects.create(name="Region", kind="public_body"), firm, 25)
    assert size_of(firm, on=ON)["size"] == "large"


@pytest.mark.parametrize("kind", ["chamber", "public_body"])
def test_a_chamber_of_commerce_is_a_public_body(enterprise: Maker, kind: str) -> None:
    load_places("Puglia")
    firm = accounts(enterprise("A", vat_number(1)), 5)
    hold(Institution.objects.create(name="Body", kind=kind), firm, 25)
    assert size_of(firm, on=ON)["size"] == "large"


def test_the_same_hold_is_written_once_at_a_time(enterprise: Maker) -> None:
    """30 % written twice was 60 % of the votes for the size, and one holding for de minimis."""
    a, b = enterprise("A", vat_number(1)), enterprise("B", vat_number(2))
    hold(b, a, 30, since=date(2020, 1, 1))
    for days in ({}, {"since": date(2024, 1, 1)}, {"until": date(2020, 1, 1)}):
        with pytest.raises(Refused, match="già"):
            hold(b, a, 30, **days)
    hold(b, a, 60, since=date(2018, 1, 1), until=date(2019, 12, 31))  # another time
    record_ownership(actor=SYSTEM, owned=a, kind="appointment", holder_enterprise=b)  # another kind
    person = Person.objects.create(given_name="Rita", family_name="Rossi")
    hold(person, a, 30)
    hold(person, b, 30)
    later = record_ownership(
        actor=SYSTEM, owned=b, kind="participation", holder_enterprise=a, capital=Decimal(5), until=date(2020, 1, 1)
    )
    record_ownership(
        actor=SYSTEM, owned=b, kind="participation", holder_enterprise=a, capital=Decimal(5), since=date(2021, 1, 1)
    )
    with pytest.raises(Refused, match="già"):
        correct_ownership(actor=SYSTEM, link=later, terms={"until": date(2021, 1, 1)}, reason="wrong day")


def test_a_frozen_copy_does_not_change(enterprise: Maker) -> None:
    one = accounts(enterprise("A", vat_number(1)), 3)
    copy = freeze_enterprise(one, on=ON)
    one.name = "B"
    one.save()
    assert copy["name"] == "A"
    assert [row["year"] for row in copy["accounts"]] == [2025, 2024, 2023]


@pytest.mark.slow  # many groups of enterprises, tried from each member
@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    edges=st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(1, 100)), max_size=8, unique_by=lambda e: e[:2]
    )
)
def test_the_undertaking_is_the_same_from_every_member(edges: list[tuple[int, int, int]]) -> None:
    """Being one undertaking is mutual: whoever is in mine sees me in its own (when no decision is open)."""
    from django.db import transaction

    with transaction.atomic():
        firms = [Enterprise.objects.create(name=f"F{n}", tax_code=vat_number(n + 1)) for n in range(5)]
        for holder, owned, share in edges:
            if holder != owned:
                hold(firms[holder], firms[owned], share)
        answers = {firm.tax_code: undertaking_of(firm, on=ON) for firm in firms}
        for code, answer in answers.items():
            assert code in answer["undertaking"]
            if not answer["decision_required"]:
                for other in answer["undertaking"]:
                    if not answers[other]["decision_required"]:
                        assert code in answers[other]["undertaking"]
        transaction.set_rollback(True)
