"""Corrections: proposed by the enterprise, reviewed by an officer, never over what changed meanwhile."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from levante.kernel.api import Actor, Refused, system
from levante.kernel.models import AuditEntry
from levante.parties.api import (
    Correction,
    Enterprise,
    accept_correction,
    propose_correction,
    refuse_correction,
    update_enterprise,
    withdraw_correction,
)

Maker = Callable[..., Any]
SYSTEM = system("test")


@pytest.fixture
def firm(enterprise: Maker) -> Enterprise:
    return enterprise("Firm", pec="old@pec.example.it")


@pytest.fixture
def owner(firm: Enterprise, representative: Maker, actor_for: Maker) -> Actor:
    return actor_for(representative(firm), firm)


@pytest.fixture
def clerk(officer: Maker, actor_for: Maker) -> Actor:
    return actor_for(officer("case_officer", given="Ugo"))


def propose(owner: Actor, firm: Enterprise, **values: str) -> Correction:
    return propose_correction(actor=owner, enterprise=firm, subject="facts", values=values)


def test_nothing_changes_until_it_is_accepted(firm: Enterprise, owner: Actor, clerk: Actor) -> None:
    one = propose(owner, firm, pec="new@pec.example.it", name="Firm")
    assert one.changes == {"pec": ["old@pec.example.it", "new@pec.example.it"]}
    firm.refresh_from_db()
    assert firm.pec == "old@pec.example.it"
    accept_correction(actor=clerk, correction=one)
    firm.refresh_from_db()
    assert firm.pec == "new@pec.example.it"
    assert AuditEntry.objects.filter(verb="parties.accept_correction").get().data["fields"] == ["pec"]
    with pytest.raises(Refused):
        accept_correction(actor=clerk, correction=one)


def test_what_changed_meanwhile_is_not_overwritten(firm: Enterprise, owner: Actor, clerk: Actor) -> None:
    one = propose(owner, firm, pec="new@pec.example.it")
    update_enterprise(actor=SYSTEM, enterprise=firm, changes={"pec": "other@pec.example.it"})
    with pytest.raises(Refused, match="pec"):
        accept_correction(actor=clerk, correction=one)
    firm.refresh_from_db()
    assert firm.pec == "other@pec.example.it"


def test_who_may_not(firm: Enterprise, owner: Actor, clerk: Actor, enterprise: Maker) -> None:
    with pytest.raises(Refused):
        propose(clerk, firm, pec="x@pec.example.it")
    with pytest.raises(Refused):
        propose(owner, enterprise("Other"), pec="x@pec.example.it")
    one = propose(owner, firm, pec="x@pec.example.it")
    with pytest.raises(Refused):
        accept_correction(actor=owner, correction=one)
    with pytest.raises(Refused):
        refuse_correction(actor=clerk, correction=one, reason="")
    withdraw_correction(actor=owner, correction=one)
    with pytest.raises(Refused):
        accept_correction(actor=clerk, correction=one)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"vat_number": "123"}, "vat_number"),
        ({"pec": "not an address"}, "pec"),
        ({"ateco": "99.99"}, "ateco"),
        ({"name": ""}, "name"),
        ({"tax_code": "1"}, "tax_code"),
        ({"website": "javascript:alert(1)"}, "website"),
        ({"founded_on": "yesterday"}, "founded_on"),
    ],
)
def test_what_could_never_be_accepted_is_refused_at_once(
    firm: Enterprise, owner: Actor, values: dict[str, str], field: str
) -> None:
    with pytest.raises(Refused) as refusal:
        propose(owner, firm, **values)
    assert refusal.value.field == field


def test_nothing_to_correct_is_told(firm: Enterprise, owner: Actor) -> None:
    with pytest.raises(Refused, match="diverso"):
        propose(owner, firm, pec="old@pec.example.it")


def test_seat_and_accounts_are_corrected_too(firm: Enterprise, owner: Actor, clerk: Actor, comune: Maker) -> None:
    seat = propose_correction(
        actor=owner,
        enterprise=firm,
        subject="seat",
        values={"comune": comune("Nardò").pk, "address": "via A, 1", "cap": ""},
    )
    accept_correction(actor=clerk, correction=seat)
    assert firm.legal_seat is not None
    assert firm.legal_seat.cap == "73048"
    accounts = propose_correction(
        actor=owner,
        enterprise=firm,
        subject="account",
        year=2024,
        values={"headcount": "12", "turnover": "1000", "balance": "900", "export_turnover": "100"},
    )
    accept_correction(actor=clerk, correction=accounts)
    assert firm.accounts.get().export_turnover == Decimal(100)
    with pytest.raises(Refused, match="parte"):
        propose_correction(
            actor=owner,
            enterprise=firm,
            subject="account",
            year=2024,
            values={"headcount": "12", "turnover": "1000", "balance": "900", "export_turnover": "1001"},
        )
