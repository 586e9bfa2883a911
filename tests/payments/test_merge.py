"""Two files of one enterprise become one between the award and the payment: the survivor is paid, on the account declared last."""

import pytest
from django.db import DatabaseError, transaction
from tests.conftest import vat_number
from tests.payments.conftest import IBAN, PAYER

from levante.kernel.api import now, system, today
from levante.parties.api import merge_enterprises
from levante.payments.api import BankAccount, Check, account_of, record_check

pytestmark = pytest.mark.django_db


def test_accounts_and_papers_follow_a_merge_and_change_in_nothing_else(enterprise):
    survivor, absorbed = enterprise("Cantieri", vat_number(1)), enterprise("CANTIERI SRL", vat_number(2))
    for firm in (survivor, absorbed):
        BankAccount.objects.create(enterprise=firm, iban=IBAN, holder=PAYER["name"], declared_at=now())
    last = account_of(absorbed.pk)
    record_check(
        actor=system("test"),
        enterprise=absorbed,
        kind="durc",
        outcome="clear",
        number="1",
        issued_on=today(),
        valid_until=today(),
    )
    merge_enterprises(actor=system("test"), survivor=survivor, absorbed=absorbed, chosen={}, reason="la stessa impresa")
    assert account_of(survivor.pk) == last
    assert Check.objects.get().enterprise == survivor
    for change in ({"outcome": "not_clear"}, {"valid_until": None}):
        with pytest.raises(DatabaseError, match=r"Cannot update|prints"), transaction.atomic():
            Check.objects.update(**change)
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        BankAccount.objects.update(iban="x")
    with pytest.raises(DatabaseError, match="Cannot delete"), transaction.atomic():
        BankAccount.objects.all().delete()
