"""Two files of one enterprise become one between the award and the payment: what was asked under the other tax code pays nobody."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from tests.conftest import vat_number
from tests.payments.conftest import IBAN

from levante.kernel.api import clock_at, now, system, today
from levante.parties.api import merge_enterprises
from levante.payments.api import BankAccount, Check, account_of, declare_account, record_check
from levante.payments.asking import tax_check_of
from levante.payments.gates import antimafia_of, durc_of
from levante.payments.papers_in_force import papers_in_force

OTHER = "DE89370400440532013000"
pytestmark = pytest.mark.django_db
BOT = system("test")


def paper(firm, kind, outcome="clear", *, on=None, **more):
    day = on or today()
    if kind == "durc":
        more = {"valid_until": day + timedelta(days=90), **more}
    if outcome == "not_clear":
        more = {"debt": Decimal("50.00"), **more}
    if kind == "antimafia":
        more = {"released_on": day, **more}
    return record_check(
        actor=BOT, enterprise=firm, kind=kind, outcome=outcome, number=f"{kind}-{outcome}", issued_on=day, **more
    )


def test_after_a_merge_papers_speak_of_their_own_tax_code_and_the_account_is_declared_and_verified_again(
    enterprise, representative, actor_for
):
    survivor, absorbed = enterprise("Cantieri", vat_number(1)), enterprise("CANTIERI SRL", vat_number(2))
    account = BankAccount.objects.create(enterprise=absorbed, iban=IBAN, holder="CANTIERI SRL", declared_at=now())
    paper(absorbed, "durc")
    paper(absorbed, "deggendorf", "not_clear")
    paper(absorbed, "antimafia", "not_clear")
    paper(absorbed, "tax_debts", "not_clear")
    own = paper(survivor, "deggendorf")
    paper(survivor, "tax_debts")
    with clock_at(now() + timedelta(seconds=1)):
        merge_enterprises(actor=BOT, survivor=survivor, absorbed=absorbed, chosen={}, reason="la stessa impresa")

    # A yes about the other code is no yes; a no holds, whatever was asked before the merge.
    held, firm = papers_in_force([survivor.pk]), survivor.pk
    assert {kind: one.pk for (_, kind), one in held.own.items() if kind == "deggendorf"} == {"deggendorf": own.pk}
    assert (firm, "durc") not in held.own | held.against
    assert {kind: one.tax_code for (_, kind), one in held.against.items()} == dict.fromkeys(
        ("deggendorf", "antimafia", "tax_debts"), absorbed.tax_code
    )
    assert durc_of({firm}) == {}
    assert antimafia_of({firm})[firm].clear is False
    assert tax_check_of(firm, Decimal("6000.00"), on=today()).outcome != "yes"
    with clock_at(now() + timedelta(minutes=1)):
        paper(survivor, "deggendorf", on=today() - timedelta(days=1))
        assert (firm, "deggendorf") in papers_in_force([firm]).against, (
            "asked before the merge, whenever it was written"
        )
        for kind in ("deggendorf", "antimafia", "tax_debts"):
            paper(survivor, kind)
    assert papers_in_force([firm]).against == {}, "asked again, under its own code"
    assert antimafia_of({firm})[firm].clear is True

    # The account is the tombstone's: the survivor declares one, as a change.
    assert account_of(firm) is None
    owner = actor_for(representative(survivor), survivor)
    made = declare_account(actor=owner, enterprise=survivor, iban=OTHER, holder=survivor.name)
    assert (made.replaces_id, account_of(firm), made.verified_by_id) == (account.pk, made, None)
    for change in ({"outcome": "waiting"}, {"tax_code": survivor.tax_code}, {"valid_until": date(2030, 1, 1)}):
        with pytest.raises(DatabaseError, match=r"Cannot update|prints"), transaction.atomic():
            Check.objects.update(**change)
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        BankAccount.objects.update(iban="x")
    with pytest.raises(DatabaseError, match="Cannot delete"), transaction.atomic():
        BankAccount.objects.all().delete()
