"""The collection agency says in default: the payment waits; its order is kept and paid to it, the rest to the enterprise; without one, a
decision of two persons opens the gate (DPR 602/1973, artt. 48-bis and 72-bis)."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.payments.test_gate import GOOD, PAPER, TODAY
from tests.payments.test_undoing import word

from levante.kernel.api import Refused, clock_at, now, system, today
from levante.payments.pure.gate import checks_of, is_open, kept_of
from levante.payments.pure.gate_facts import NO, UNKNOWN, YES, Certificate, Followed, Recovery

D = Decimal
ANSWER = Certificate("V1", TODAY, clear=False, debt=D("900.00"))
WAITS = replace(GOOD, tax_debts=ANSWER)
ORDER = Followed(TODAY, confirmed=True, amount=D("900.00"), number="O1")
SERVED = replace(WAITS, followed=ORDER, ordered=D("900.00"))


def line(facts):
    return {one.code: one for one in checks_of(facts)}["tax_debts"]


@pytest.mark.parametrize(
    ("facts", "outcome", "words", "kept"),
    [
        (WAITS, NO, "sospeso fino al 28/01/2027", 0),  # the sixty days of D.L. 205/2017
        (replace(WAITS, tax_debts=replace(ANSWER, issued_on=TODAY - timedelta(days=60))), NO, "sospeso fino al 29/11/2026", 0),
        (replace(WAITS, tax_debts=replace(ANSWER, issued_on=TODAY - timedelta(days=61))), NO, "non risulta un ordine", 0),
        (replace(WAITS, tax_debts=replace(ANSWER, debt=None)), NO, "senza l’importo", 0),
        (replace(SERVED, followed=replace(ORDER, confirmed=False), ordered=D(0)), NO, "da confermare", 0),
        (SERVED, YES, "n. O1", 900),
        (replace(SERVED, ordered_kept=D("850.00")), YES, "n. O1", 50),
        (replace(SERVED, ordered_kept=D("900.00")), YES, "già tutto", 0),
        (replace(SERVED, followed=replace(ORDER, on=TODAY - timedelta(days=400))), UNKNOWN, "troppo vecchio", 0),
        (replace(WAITS, followed=Followed(TODAY, confirmed=True)), YES, "per decisione del", 0),
        # an order binds also what the check is not asked for, and whatever a later answer says
        (replace(SERVED, tax_debts=PAPER, followed=None), YES, "niente da segnalare", 900),
        (replace(SERVED, amount=D("5000.00"), tax_debts=None, followed=None), YES, "non serve", 900),
        (replace(WAITS, amount=D("5000.00")), YES, "non serve", 0),
    ],
)  # fmt: skip
def test_what_the_gate_says_of_a_default(facts, outcome, words, kept):
    found = line(facts)
    assert (found.outcome, found.kept) == (outcome, kept)
    assert words in found.reason.it
    assert found.reason.en != found.reason.it
    assert (outcome == YES) or (found.to_do.it and found.to_do.en)
    assert is_open(checks_of(facts)) is (outcome == YES)


CENTS = st.integers(0, 800_000).map(lambda cents: D(cents) / 100)


@settings(max_examples=60)
@given(
    net=st.integers(1, 600_000).map(lambda cents: D(cents) / 100), durc=CENTS, ordered=CENTS, elsewhere=CENTS, offset=CENTS,
    gone=st.tuples(*[st.integers(0, 100)] * 4),
)  # fmt: skip
def test_institutes_then_the_collector_then_the_offset_and_never_more_than_the_net(
    net, durc, ordered, elsewhere, offset, gone
):
    whole = max(sum(gone), 100)
    before, since, set_off, collector = ((net * part / whole).quantize(D("0.01"), "ROUND_DOWN") for part in gone)
    told = replace(
        SERVED, net=net, durc=replace(PAPER, clear=not durc, debt=durc or None), ordered=ordered, ordered_kept=elsewhere,
        recoveries=(Recovery("R", offset, offset),) if offset else (), gone_before=before, gone_since=since, set_off=set_off,
        collector_gone=collector,
    )  # fmt: skip
    checks = {one.code: one for one in checks_of(told)}
    institutes, taxes, offsets = (checks[code].kept for code in ("durc", "tax_debts", "recoveries"))
    assert is_open(list(checks.values()))
    assert institutes + taxes + offsets == kept_of(list(checks.values())) <= net
    assert taxes >= collector
    assert institutes >= before + since
    assert offsets >= set_off
    if not any(gone):
        assert institutes == min(durc, net)
        assert taxes == min(max(ordered - elsewhere, D(0)), net - institutes)
        assert offsets == min(offset, net - institutes - taxes)


@pytest.fixture
def answered(liquidated, cashier):
    """The last answer about the enterprise of a claim to be paid: in default for 900 euro."""
    from levante.payments.api import record_check

    told = {"actor": cashier, "enterprise": liquidated.claim.award.enterprise, "kind": "tax_debts", "number": "V1"}
    with pytest.raises(Refused, match="importo del debito"):
        record_check(outcome="not_clear", issued_on=today(), **told)
    return record_check(outcome="not_clear", issued_on=today(), debt=D("900.00"), **told)


@pytest.mark.django_db
@pytest.mark.slow  # an award to its effect, an act, two orders, pages
def test_the_order_of_the_collector_is_kept_and_paid_to_it_and_the_rest_to_the_enterprise(
    liquidated, answered, cashier, another, desk, bank, client
):
    from levante.identity.api import User
    from levante.payments.api import (
        DefaultOutcome,
        confirm_default,
        confirm_instead,
        end_default,
        gate_of,
        kept_waiting,
        left_for,
        prepare_order,
        record_collector_order,
        record_instead,
        send_order,
    )
    from levante.payments.settling import hear_bank

    with pytest.raises(Refused, match="sospeso fino al"):
        prepare_order(actor=cashier, rows=[liquidated])
    gate = f"/ufficio/pagamenti/domande/{liquidated.claim_id}/"
    client.force_login(User.objects.get(pk=cashier.user_id))
    assert "inadempiente per 900,00" in client.get(gate).content.decode()
    data = {"kind": "order", "number": "O1", "amount": "0", "on": today().isoformat()}
    told = client.post(f"{gate}inadempienza/", data)
    assert (told.status_code, 'value="O1"' in told.content.decode()) == (400, True)  # nothing written is lost
    client.post(f"{gate}inadempienza/", data | {"amount": "900,00"})
    order_served = DefaultOutcome.objects.get()
    assert (order_served.amount, order_served.confirmed_at) == (D("900.00"), None)
    again = {"actor": cashier, "paper": answered, "number": "O1", "served_on": today()}
    assert record_collector_order(amount=D("900.00"), **again) == order_served
    with pytest.raises(Refused, match="già seguito un ordine"):
        record_collector_order(amount=D("901.00"), **again)
    with pytest.raises(Refused, match="ragioneria"):
        record_collector_order(amount=D("900.00"), **again | {"actor": desk})
    assert not gate_of(liquidated.claim, on=today()).is_open, "one person is not enough"
    with pytest.raises(Refused, match="un’altra persona"):
        confirm_default(actor=cashier, outcome=order_served)
    with pytest.raises(IntegrityError, match="default_outcome_confirmed_by_another"), transaction.atomic():
        DefaultOutcome.objects.update(confirmed_at=now(), confirmed_by=cashier.user_id)
    client.force_login(User.objects.get(pk=another.user_id))
    assert gate in client.get("/ufficio/").content.decode()
    client.post(f"{gate}inadempienza/{order_served.pk}/conferma/")
    order_served.refresh_from_db()
    assert order_served.confirmed_by_id == another.user_id

    order = prepare_order(actor=cashier, rows=[liquidated])
    payment = order.payments.get()
    assert (payment.kept, payment.amount) == (D("900.00"), D("4860.00"))
    with pytest.raises(Refused, match="trattengono già 900,00"):
        end_default(actor=cashier, outcome=order_served, reason="revocato")
    send_order(actor=another, order=order)
    hear_bank(actor=system("test"), order=order, told=[word(payment, "executed")])
    payment.refresh_from_db()
    assert kept_waiting(cashier) == [(payment, "tax_debts", D("900.00"))]
    assert (left_for(payment, "durc"), left_for(payment, "tax_debts")) == (0, D("900.00"))
    sent = {"actor": cashier, "payment": payment, "paid_on": today(), "reference": "B1"}
    with pytest.raises(Refused, match="Resta da versare 0,00"):
        record_instead(institute="inps", amount=D("900.00"), **sent)
    paid = record_instead(institute="collector", amount=D("900.00"), **sent)
    with pytest.raises(Refused, match="un’altra persona"):
        confirm_instead(actor=cashier, instead=paid)
    confirm_instead(actor=another, instead=paid)
    assert "Agenzia delle entrate-Riscossione, 900,00" in client.get(gate).content.decode()
    assert kept_waiting(cashier) == []

    # The transfer comes back: what the collector has is not paid to the enterprise, whatever became of the order.
    type(order).objects.filter(pk=order.pk).update(state="in_bank", closed_at=None)
    hear_bank(actor=system("test"), order=order, told=[word(payment, "returned")])
    newer = prepare_order(actor=cashier, rows=[liquidated]).payments.get()
    assert (newer.kept, newer.amount, left_for(newer, "tax_debts")) == (D("900.00"), D("4860.00"), 0)


@pytest.mark.django_db
@pytest.mark.slow  # an award to its effect, an act, pages
def test_without_an_order_a_decision_of_two_persons_opens_the_gate_once_the_days_are_over(
    liquidated, answered, cashier, another, director, bank, client
):
    from levante.payments.api import (
        confirm_default,
        gate_of,
        prepare_order,
        record_check,
        record_collector_order,
        record_release,
    )

    told = {"actor": another, "paper": answered, "reason": "Nessun ordine alla PEC dell’ufficio."}
    with clock_at(now() + timedelta(days=60)), pytest.raises(Refused, match="fino ad allora"):
        record_release(**told)
    with clock_at(now() + timedelta(days=61)):
        firm = liquidated.claim.award.enterprise
        record_check(
            actor=cashier, enterprise=firm, kind="durc", outcome="clear", number="9", issued_on=today(),
            valid_until=today() + timedelta(days=90),
        )  # fmt: skip
        for kind in ("deggendorf", "recoveries"):
            record_check(actor=cashier, enterprise=firm, kind=kind, outcome="clear", number="9", issued_on=today())

        def closed() -> list[str]:
            return [one.code for one in gate_of(liquidated.claim, on=today()).closed]

        with pytest.raises(Refused, match="motivo"):
            record_release(**told | {"reason": " "})
        assert closed() == ["tax_debts"]
        made = record_release(**told)
        assert record_release(**told) == made
        assert closed() == ["tax_debts"]
        for actor in (cashier, another):  # who recorded the answer, who proposed: neither is the director
            with pytest.raises(Refused, match="dirigente"):
                confirm_default(actor=actor, outcome=made)
        confirm_default(actor=director, outcome=made)
        assert closed() == []

        # An order that comes late ends the decision.
        late = record_collector_order(actor=cashier, paper=answered, number="O2", amount=D("100.00"), served_on=today())
        made.refresh_from_db()
        assert (made.state, closed()) == ("ended", ["tax_debts"])
        confirm_default(actor=director, outcome=late)
        assert prepare_order(actor=cashier, rows=[liquidated]).payments.get().kept == D("100.00")
