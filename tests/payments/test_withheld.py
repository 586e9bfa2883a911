"""What was withheld: certificates of a year, and what goes to the State by month; a payment that came back is in neither."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.payments.test_undoing import word

from levante.kernel.api import Refused, clock_at, now, system, today
from levante.payments.pure.withholding import months, split

DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))
PARTS = st.integers(1, 10**7).map(lambda cents: split(Decimal(cents) / 100, rate=Decimal(4)))


@given(st.lists(st.tuples(PARTS, DAYS, st.none() | st.integers(0, 400)), max_size=12))
def test_what_goes_to_the_state_is_what_was_withheld_and_did_not_come_back(stories):
    """Each is executed on a day and may come back some days later: over all months what is due is what stands."""
    executed = [(day, one) for one, day, _ in stories]
    returned = [(day + timedelta(days=later), one) for one, day, later in stories if later is not None]
    told = months(executed, returned)
    assert sum(one.due for one in told) == sum(one.withheld for one, _, later in stories if later is None)
    assert [one.month for one in told] == sorted({one.month for one in told})
    assert sum(one.gross for one in told) == sum(one.gross for one, _, _ in stories if one.withheld)


@pytest.fixture
def claim(claim):
    """1,500 of its 6,000 euro are for capital goods: nothing is withheld on them."""
    claim.due_capital = Decimal("1500.00")
    claim.save(update_fields=["due_capital"])
    return claim


@pytest.mark.django_db
@pytest.mark.slow  # an award to its effect, an act, a payment, certificates
def test_a_certificate_is_given_once_the_year_is_over_and_replaced_when_the_payment_came_back(
    liquidated, cashier, another, desk, chief, bank, client
):
    from levante.documents.ordering import make
    from levante.identity.api import User
    from levante.messages.api import Notice
    from levante.payments.api import (
        WithholdingCertificate,
        issue_certificates,
        months_of,
        pay_by,
        prepare_order,
        send_order,
    )
    from levante.payments.settling import hear_bank

    row, year = liquidated, today().year
    told = row.liquidation.document.data["rows"][0]
    assert (told["gross"], told["capital"], told["withheld"]) == ("6.000,00\xa0€", "1.500,00\xa0€", "180,00\xa0€")
    order = prepare_order(actor=cashier, rows=[row])
    send_order(actor=another, order=order)
    payment = order.payments.get()
    hear_bank(actor=system("test"), order=order, told=[word(payment, "executed")])
    with pytest.raises(Refused, match="non è finito"):
        issue_certificates(actor=cashier, year=year)
    (month,) = months_of(year)
    assert (month.payments, month.gross, month.due) == (1, Decimal("6000.00"), Decimal("180.00"))
    assert pay_by(date(2026, 12, 5)) == date(2027, 1, 18)  # the 16th is a Saturday
    later = clock_at(now() + timedelta(days=400))
    with later:
        with pytest.raises(Refused, match="ragioneria"):
            issue_certificates(actor=desk, year=year)
        assert issue_certificates(actor=cashier, year=year) == 1
        assert issue_certificates(actor=cashier, year=year) == 0  # once
        made = WithholdingCertificate.objects.get()
        make(made.document_id)
        assert (made.gross, made.subject, made.withheld, made.net) == tuple(
            map(Decimal, ("6000.00", "4500.00", "180.00", "5820.00"))
        )
        assert Notice.objects.filter(kind="withholding-certificate", user=chief(row.claim.award).user_id).count() == 1
        client.force_login(User.objects.get(pk=cashier.user_id))
        page = client.get(f"/ufficio/pagamenti/ritenute/?year={year}").content.decode()
        assert "tutte date" in page
        f24 = client.get(f"/ufficio/pagamenti/ritenute/f24/?year={year}").content.decode()
        assert "180,00" in f24
        assert "Codice tributo 1045" in f24
        assert client.get(f"/ufficio/pagamenti/ritenute/f24/?year={year}&export=csv").status_code == 200
        client.force_login(User.objects.get(pk=chief(row.claim.award).user_id))
        mine = client.get("/impresa/conto/", follow=True).content.decode()
        assert f"Certificazione delle ritenute {year}" in mine
        paper = client.get(f"/impresa/conto/certificazioni/{made.pk}/")
        assert b"".join(paper.streaming_content).startswith(b"%PDF")

        type(order).objects.filter(pk=order.pk).update(state="in_bank", closed_at=None)
        hear_bank(actor=system("test"), order=order, told=[word(payment, "returned")])
        assert issue_certificates(actor=cashier, year=year) == 1
        made.refresh_from_db()
        assert made.replaced_at is not None
        assert not WithholdingCertificate.objects.standing().exists()
        assert client.get(f"/impresa/conto/certificazioni/{made.pk}/").status_code == 404
        assert [one.due for one in months_of(today().year)] == [Decimal("-180.00")]
