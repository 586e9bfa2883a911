"""pagoPA notices over a real socket: each debt asked once, each receipt counted once, what does not match told."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levante.controls.api import (
    PaymentNotice,
    PaymentReceipt,
    answer_plan,
    ask_notices_again,
    ask_plan,
    ask_receipts,
    ask_recovery,
    record_incoming,
    where_to_pay,
)
from levante.exchange.api import ExternalRequest, deliver, is_notice_number, iuv_of, notice_number, qr_of
from levante.kernel.api import Refused, clock_at, now, system, today
from levante.kernel.pure import format_euro
from levante.messages.api import Notice
from levante.web.desk.controls.worklist import my_turn

D = Decimal
BOT = system("test")


@given(st.integers(1, 10**13 - 1), st.integers(0, 99), st.integers(0, 17), st.integers(1, 9))
def test_a_digit_wrong_is_seen(serial, segregation, place, by):
    number = notice_number(serial, segregation=f"{segregation:02d}")
    assert is_notice_number(number)
    assert (len(number), number[0], len(iuv_of(number))) == (18, "3", 17)
    wrong = number[:place] + str((int(number[place]) + by) % 10) + number[place + 1 :]
    assert not is_notice_number(wrong)


def test_the_qr_says_cents():
    assert (
        qr_of("301000000000000101", creditor="80017210727", amount=D("6000.50"))
        == "PAGOPA|002|301000000000000101|80017210727|600050"
    )


def carry():
    """What the workers do, each request at its hour, until none waits."""
    for _ in range(20):
        waiting = ExternalRequest.objects.filter(state__in=["waiting", "sending"]).order_by("next_try_at", "pk").first()
        if waiting is None:
            return
        with clock_at(max(waiting.next_try_at or waiting.claimed_until + timedelta(seconds=1), now())):
            deliver(actor=BOT, request_id=waiting.pk)


def hear():
    assert ask_receipts(actor=BOT) is not None
    assert ask_receipts(actor=BOT) is None, "one question at a time"
    carry()


def each_has_its_notice(recovery):
    """What is to be paid is asked by one notice of what is left of it; what is paid, by none."""
    for row in recovery.instalments.exclude(state="replaced"):
        standing = [one.amount for one in row.notices.standing()]
        assert standing == ([row.left] if row.state == "due" else []), (row.number, row.state)


@pytest.mark.slow  # an award to its effect, then a partner on a socket
@pytest.mark.django_db
def test_what_is_paid_by_notice_is_counted_once_and_what_does_not_match_is_told(
    recovery, partner, cashier, chief, client, django_user_model, settings
):
    account = {"name": "Regione Puglia", "iban": "IT60X0542811101000000123456"}
    settings.PAYER = {**settings.PAYER, **account}
    firm = chief(recovery.award)
    client.force_login(
        django_user_model.objects.get(pk=firm.user_id), backend="django.contrib.auth.backends.ModelBackend"
    )
    behaves = {"day": today().isoformat(), "drop": 1, "pending": 1, "fail": 1, "wrong": "nav"}
    partner.behave({**behaves, "refuse": "conto non attivo"})
    ask_recovery(actor=cashier, recovery=recovery)
    assert where_to_pay(recovery) == {}, "the notice is being made"
    assert [item.url for item in my_turn(cashier)] == []
    carry()
    refused = PaymentNotice.objects.get()
    assert (refused.state, refused.why) == ("refused", "conto non attivo")
    # Refused, the enterprise reads where to pay all the same, and finance asks for it again.
    assert where_to_pay(recovery) == account
    assert account["iban"] in client.get(f"/impresa/recuperi/{recovery.pk}/", follow=True).content.decode()
    assert [item.url for item in my_turn(cashier)] == [f"/ufficio/recuperi/{recovery.pk}/"]
    with pytest.raises(Refused, match="ragioneria"):
        ask_notices_again(actor=firm, recovery=recovery)
    assert [ask_notices_again(actor=cashier, recovery=recovery) for _ in range(2)] == [1, 0]
    assert [item.url for item in my_turn(cashier)] == []
    partner.behave(behaves)
    carry()
    first = PaymentNotice.objects.get(state="open")
    assert list(partner.kept["positions"]) == [refused.number, first.number], "lost on the way, it is there once"
    assert where_to_pay(recovery) == {}
    page = client.get(f"/impresa/recuperi/{recovery.pk}/", follow=True).content.decode()
    assert first.number in page
    assert account["iban"] not in page
    paper = client.get(f"/impresa/recuperi/{recovery.pk}/avvisi/{first.pk}/")
    assert paper.status_code in (200, 403)  # without Pango the number of the notice is told

    # Instalments take the place of the whole: its notice is taken away there too.
    plan = ask_plan(actor=firm, recovery=recovery, count=4, why="x")
    answer_plan(actor=cashier, plan=plan, granted=True, first_due=today() + timedelta(days=30))
    carry()
    first.refresh_from_db()
    assert (first.state, partner.kept["positions"][first.number]["state"]) == ("cancelled", "cancelled")
    one, two, three, _ = PaymentNotice.objects.filter(state="open").order_by("due_on")
    partner.pay({"nav": one.number})
    partner.behave({"twice": True, "drop": 1, "day": today().isoformat()})
    hear()
    one.refresh_from_db()
    recovery.refresh_from_db()
    assert (one.state, one.instalment.state, recovery.capital_in >= D("1500.00")) == ("paid", "paid", True)
    early = recovery.incomings.get()
    assert (early.spared > 0, early.excess) == (True, 0), "interest of days that are not over is owed no more"
    assert early.amount == early.capital + early.interest
    told = Notice.objects.filter(kind="recovery-beyond").latest("pk")
    assert format_euro(early.spared) in told.body_it
    assert "are left to pay" in told.body_en
    page = client.get(f"/impresa/recuperi/{recovery.pk}/", follow=True).content.decode()
    assert f"pagato prima del giorno: {format_euro(early.spared)}" in page
    assert PaymentReceipt.objects.count() == 1
    # The second was in the hands of who pays when another took its place: it is as good, and nobody has to look.
    assert PaymentNotice.objects.get(pk=two.pk).state == "cancelled"
    partner.pay({"nav": two.number, "amount": str(two.amount), "iur": "OLD"})
    hear()
    assert PaymentReceipt.objects.get(iur="OLD").problem_it == ""
    assert PaymentReceipt.objects.get(iur="OLD").incoming.excess == 0
    # Paid twice, less than asked, of nobody, of another creditor, of tomorrow.
    partner.pay({"nav": one.number, "iur": "TWICE"})
    partner.pay({"nav": "301999999999999999", "amount": "5.00", "creditor": "80017210727", "iur": "NOBODY"})
    partner.pay({"nav": three.number, "creditor": "11111111111", "iur": "OTHER"})
    partner.pay({"nav": three.number, "paid_on": (today() + timedelta(days=9)).isoformat(), "iur": "LATER"})
    hear()
    told = dict(PaymentReceipt.objects.values_list("iur", "problem_it"))
    assert "pagato due volte" in told["TWICE"]
    assert all(told[iur] for iur in ("NOBODY", "OTHER", "LATER"))
    assert PaymentReceipt.objects.filter(incoming__isnull=True).count() == 3
    recovery.refresh_from_db()
    assert recovery.capital_in > D("4400.00"), "money that came in twice is counted on what is owed"
    each_has_its_notice(recovery)
    three.refresh_from_db()
    assert three.state == "cancelled", "what paid the first twice is of the third, whose notice asks it no more"
    carry()
    last = PaymentNotice.objects.filter(state="open").order_by("due_on").first()
    partner.pay({"nav": last.number, "amount": "10.00", "iur": "LESS"})
    hear()
    assert "l’avviso era di" in PaymentReceipt.objects.get(iur="LESS").problem_it
    assert sum(row.amount for row in recovery.incomings.all()) == one.amount * 2 + two.amount + D("10.00")
    each_has_its_notice(recovery)
    more = {"source": "treasury", "reference": "T1", "on": today(), "amount": D("5.00")}
    record_incoming(actor=system("test"), recovery=recovery, **more)
    each_has_its_notice(recovery)
    rest = sum(row.left for row in recovery.instalments.all())
    record_incoming(actor=system("test"), recovery=recovery, **{**more, "reference": "T2", "amount": rest})
    recovery.refresh_from_db()
    assert recovery.state == "closed"
    each_has_its_notice(recovery)
    # All that was paid is capital, the interest of the days it was out (none: it came back the day it was paid), and what is given back.
    # Each receipt rounds by itself the interest that it saves: on some days of the month the six together leave a cent.
    paid, back = (sum(row.amount for row in rows) for rows in (recovery.incomings.all(), recovery.refunds.all()))
    assert (paid, recovery.capital_in) == (recovery.capital_in + recovery.interest_in + back, D("6000.00"))
    assert abs(recovery.interest_in) <= D("0.01")
    assert back > 0
    assert format_euro(back) in Notice.objects.filter(kind="recovery-beyond").latest("pk").body_it


def wait(hours):
    """A day passes: whatever waits is tried at its hour, up to so many hours from now."""
    for hour in range(0, hours + 1, 4):
        with clock_at(now() + timedelta(hours=hour)):
            due = ExternalRequest.objects.filter(state="waiting", next_try_at__lte=now()).order_by("pk")
            for pk in list(due.values_list("pk", flat=True)):
                deliver(actor=BOT, request_id=pk)


@pytest.mark.slow  # an award to its effect, then a partner that is away for a day, twice
@pytest.mark.django_db
def test_a_partner_that_is_away_for_a_day_loses_no_notice_and_counts_a_late_receipt_once(recovery, partner, cashier):
    partner.behave({"fail": 1000, "day": today().isoformat()})
    ask_recovery(actor=cashier, recovery=recovery)
    wait(24)
    notice = PaymentNotice.objects.get()
    assert (notice.state, partner.kept["positions"]) == ("asked", {})
    assert notice.request.state == "waiting", "it is tried still: nobody has to do anything"
    partner.behave({"fail": 0})
    carry()
    notice.refresh_from_db()
    assert (notice.state, list(partner.kept["positions"])) == ("open", [notice.number])

    partner.pay({"nav": notice.number})
    partner.behave({"fail": 1000})
    assert ask_receipts(actor=BOT) is not None
    wait(24)
    assert not PaymentReceipt.objects.exists()
    partner.behave({"fail": 0, "twice": True})
    carry()
    with clock_at(now() + timedelta(days=2)):
        ask_receipts(actor=BOT)
        carry()
    recovery.refresh_from_db()
    assert PaymentReceipt.objects.count() == recovery.incomings.count() == 1
    assert recovery.incomings.get().on == today(), "it counts from the day it was paid, not from when it was heard"
    assert recovery.state == "closed"
