"""A recovery that ends before all came back: cancelled, its notices with it, or uncollectable; what was not due is given back."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from tests.controls.test_notices import carry, hear

from levante.controls.api import (
    PaymentNotice,
    Refund,
    answer_plan,
    ask_plan,
    ask_recovery,
    cancel_recovery,
    chase_instalments,
    dispose_refund,
    paid_in_all,
    record_incoming,
    record_refund,
    write_off_recovery,
)
from levante.controls.paid import owed_by
from levante.kernel.api import Refused, clock_at, now, system, today
from levante.letters.api import Letter
from levante.messages.api import Notice
from levante.web.components.money_story import story_of

pytestmark = pytest.mark.django_db
D = Decimal
BOT = system("test")


def act(**more):
    return {"reason": "La verifica era sbagliata.", "number": "77", "act_date": today(), **more}


@pytest.mark.slow  # an award to its effect, then a partner on a socket
def test_what_was_never_due_is_given_back_and_its_notices_are_no_more(
    recovery,
    partner,
    cashier,
    another,
    director,
    chief,
    desk,
    line,
):
    firm = chief(recovery.award)
    ask_recovery(actor=cashier, recovery=recovery)
    plan = ask_plan(actor=firm, recovery=recovery, count=3, why="x")
    answer_plan(actor=cashier, plan=plan, granted=True, first_due=today() + timedelta(days=30))
    carry()
    first = PaymentNotice.objects.filter(state="open").order_by("due_on").first()
    partner.pay({"nav": first.number})
    hear()
    recovery.refresh_from_db()
    with pytest.raises(Refused, match="dirigente"):
        cancel_recovery(actor=cashier, recovery=recovery, kind="not_due", **act())
    for wrong in ({"reason": " "}, {"number": ""}, {"act_date": today() + timedelta(days=1)}, {"act_date": None}):
        with pytest.raises(Refused):
            cancel_recovery(actor=director, recovery=recovery, kind="not_due", **act(**wrong))
    found = cancel_recovery(actor=director, recovery=recovery, kind="not_due", **act())
    assert cancel_recovery(actor=director, recovery=recovery, kind="not_due", **act()).closed_at == found.closed_at
    carry()
    assert (found.state, found.closing_act.number) == ("cancelled", "77")
    assert sorted(found.instalments.values_list("state", flat=True)) == ["dropped", "dropped", "paid", "replaced"]
    open_there = [one for one in partner.kept["positions"].values() if one["state"] == "open"]
    assert not open_there, "they are cancelled at the partner's too"
    assert not PaymentNotice.objects.filter(state__in=["asked", "open"]).exists()
    assert "Si rendono all’impresa" in Letter.objects.get(kind="recovery_cancelled").body
    assert "Ti si rendono" in Notice.objects.get(kind="recovery-cancelled", user=firm.user_id).body_it

    refund = Refund.objects.get()
    paid = recovery.incomings.get()
    assert (refund.amount, refund.capital, refund.kind) == (paid.amount, D("2000.00"), "not_due")
    with pytest.raises(Refused, match="ragioneria"):
        record_refund(actor=desk, refund=refund, reference="M1", on=today())
    with pytest.raises(Refused, match="Prima una persona dispone"):
        record_refund(actor=cashier, refund=refund, reference="M1", on=today())
    with pytest.raises(DatabaseError), transaction.atomic():  # nor does the database take one that nobody disposed
        Refund.objects.update(state="refunded", paid_on=today(), reference="M1", recorded_at=now())
    dispose_refund(actor=another, refund=refund)
    assert dispose_refund(actor=cashier, refund=refund).disposed_by_id == another.user_id
    refund.refresh_from_db()
    with pytest.raises(Refused, match="un’altra persona"):
        record_refund(actor=another, refund=refund, reference="M1", on=today())
    record_refund(actor=cashier, refund=refund, reference="M1", on=today())
    record_refund(actor=cashier, refund=refund, reference="M1", on=today())
    with pytest.raises(Refused, match="già stata resa"):
        record_refund(actor=cashier, refund=refund, reference="M2", on=today())
    line.refresh_from_db()
    assert (line.paid, line.recovered, line.committed) == (D("8000.00"), D("2000.00"), D("8000.00"))
    with pytest.raises(DatabaseError), transaction.atomic():
        Refund.objects.update(amount=1)
    # Money that comes afterwards is nobody's debt: it is owed back, apart.
    record_incoming(
        actor=system("test"), recovery=recovery, source="treasury", reference="Q9", on=today(), amount=D("10.00")
    )
    assert Refund.objects.get(kind="excess").amount == D("10.00")


def test_what_is_uncollectable_stays_owed_and_nobody_is_reminded(recovery, cashier, director):
    ask_recovery(actor=cashier, recovery=recovery)
    firm = recovery.award.enterprise_id
    with pytest.raises(Refused, match="dirigente"):
        write_off_recovery(actor=cashier, recovery=recovery, **act())
    found = write_off_recovery(actor=director, recovery=recovery, **act())
    assert found.state == "uncollectable"
    assert sum(one.amount for one in owed_by({firm})[firm]) == D("6000.00"), "no other payment goes past it"
    with clock_at(now() + timedelta(days=90)):
        assert chase_instalments(actor=BOT) == 0
        due = found.instalments.get().amount
        record_incoming(actor=system("test"), recovery=found, source="treasury", reference="Q1", on=today(), amount=due)
        found.refresh_from_db()
        assert found.capital_in == D("6000.00"), "what comes all the same is counted"


def test_what_is_waived_is_not_asked_again_and_what_came_in_stays(recovery, cashier, director, monkeypatch):
    from levante.controls import paid
    from levante.controls.sums import Part

    monkeypatch.setattr(paid, "payments_of_award", lambda award: [Part(D("6000.00"), today())])
    ask_recovery(actor=cashier, recovery=recovery)
    record_incoming(
        actor=system("test"), recovery=recovery, source="treasury", reference="Q1", on=today(), amount=D("1000.00")
    )
    found = cancel_recovery(actor=director, recovery=recovery, kind="waived", **act())
    assert not Refund.objects.exists()
    letter = Letter.objects.get(kind="recovery_cancelled")
    assert "n. 77" in letter.body
    assert "La verifica era sbagliata." in letter.body
    assert "Si rendono" not in letter.body, "a line that has nothing to say is left out"
    told = {one.what.it: one for one in story_of(found.award).moments}
    waived = told["Recupero annullato: non è più dovuto"]
    assert (waived.amount, waived.act) == (D("6000.00") - found.capital_in, f"77/{today().year}")
    assert waived.note.it == "La verifica era sbagliata."
    assert paid_in_all(found.award) == 0
    with pytest.raises(DatabaseError), transaction.atomic():
        type(found).objects.filter(pk=found.pk).update(closing_kind="")
