"""Interest of a recovery is that of the days: from receipt, not asked twice after a late payment, not for days that are not over."""

from datetime import timedelta
from decimal import Decimal

import pytest

from levante.controls.api import (
    answer_plan,
    ask_plan,
    ask_recovery,
    chase_instalments,
    hand_over_recovery,
    less_today,
    record_incoming,
)
from levante.controls.paid import parts_of, returns_of
from levante.controls.sums import interest_to
from levante.kernel.api import Refused, clock_at, now, system, today
from levante.letters.api import Letter, advance, read_letter

pytestmark = [pytest.mark.django_db, pytest.mark.slow]  # an award to its effect
BOT, D = system("test"), Decimal


def test_received_late_paid_late_in_instalments_then_all_at_once(recovery, cashier, chief):
    ask_recovery(actor=cashier, recovery=recovery)
    firm, start = chief(recovery.award), now()
    pay = {"actor": system("test"), "recovery": recovery, "source": "treasury"}
    asked = recovery.instalments.get()
    with clock_at(start + timedelta(days=90)):
        assert chase_instalments(actor=BOT) == 0, "nobody is late of what never arrived"
        with pytest.raises(Refused, match="la consegna della richiesta"):
            hand_over_recovery(actor=cashier, recovery=recovery, reference="Ruolo 1")
        letter = Letter.objects.get(kind="recovery_request")
        advance(actor=BOT, letter_id=letter.pk)
        read_letter(actor=firm, letter=letter)
        row = recovery.instalments.get(state="due")
        assert row.due_on >= today() + timedelta(days=60) > asked.due_on, "the days run from receipt"
        recovery.refresh_from_db()
        assert row.interest == interest_to(parts_of(recovery), [], until=row.due_on) > asked.interest
        assert recovery.instalments.get(number=1).state == "replaced"
    start += timedelta(days=90)
    with clock_at(start + timedelta(days=90)):
        assert chase_instalments(actor=BOT) == 1
        record_incoming(**pay, reference="Q1", on=today(), amount=D("3000.00"))
        recovery.refresh_from_db()
        assert recovery.late_interest > 0
        plan = ask_plan(actor=firm, recovery=recovery, count=6, why="Liquidità")
        answer_plan(actor=cashier, plan=plan, granted=True, first_due=today() + timedelta(days=30))
        recovery.refresh_from_db()
        assert recovery.late_interest == 0, "the plan asks it"
    with clock_at(start + timedelta(days=100)):
        rows = list(recovery.instalments.order_by("number"))
        asked, whole = sum(row.left for row in rows), less_today(rows)
        assert whole < asked
        record_incoming(**pay, reference="Q2", on=today(), amount=asked)
        recovery.refresh_from_db()
        paid = recovery.incomings.get(reference="Q2")
        assert (paid.excess, recovery.refunds.get().amount) == (asked - whole, asked - whole)
        assert (recovery.state, recovery.instalments.filter(kind="late").exists()) == ("closed", False)
        assert less_today(list(recovery.instalments.all())) is None
        true = interest_to(parts_of(recovery), returns_of(recovery), until=today())
        assert abs(recovery.interest_in - true) <= D("0.10"), "each sum is rounded by itself"
