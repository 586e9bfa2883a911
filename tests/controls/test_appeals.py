"""An appeal with the act suspended stops what stands on the revocation until its outcome."""

from datetime import timedelta
from decimal import Decimal

import pytest
from tests.controls.test_annulment import revoked  # noqa: F401

from levante.controls.api import (
    Appeal,
    Recovery,
    answer_plan,
    ask_plan,
    ask_recovery,
    chase_instalments,
    close_appeal,
    hand_over_recovery,
    note_appeal,
    open_revocation,
    record_incoming,
    set_stay,
)
from levante.controls.paid import owed_by
from levante.kernel.api import Refused, clock_at, now, system, today
from levante.payments.releasing import ground_to_release

pytestmark = pytest.mark.django_db
BOT = system("test")
D = Decimal


@pytest.mark.slow  # an award to its effect, paid and revoked
def test_a_stay_stops_requests_reminders_collection_and_withholding(liquidated, pay, revoked, desk, cashier):  # noqa: F811
    pay(liquidated)
    award = liquidated.claim.award
    found = revoked(award)
    recovery = Recovery.objects.get()
    firm = award.enterprise_id
    assert owed_by({firm})[firm][0][1] == D("6000.00")
    appeal = {"actor": desk, "revocation": found, "court": "tar", "lodged_on": today()}
    stay = note_appeal(**appeal, reference="12/2026", is_stayed=True)
    with pytest.raises(Refused, match="12/2026: la revoca è sospesa"):
        ask_recovery(actor=cashier, recovery=recovery)
    assert owed_by({firm}) == {}, "nothing is withheld from other payments"
    assert ground_to_release(type(award).objects.get(pk=award.pk)) is None, "its guarantee is not given back"

    for wrong in ({"state": "pending"}, {"state": "x"}, {"decision": " "}, {"decided_on": today() + timedelta(days=1)}):
        with pytest.raises(Refused):
            close_appeal(
                **{
                    "actor": desk,
                    "appeal": stay,
                    "state": "rejected",
                    "decided_on": today(),
                    "decision": "Sent. 1",
                    **wrong,
                }
            )
    closed = close_appeal(actor=desk, appeal=stay, state="rejected", decided_on=today(), decision="Sent. 1")
    assert (closed.state, closed.decision) == ("rejected", "Sent. 1")
    assert close_appeal(actor=desk, appeal=stay, state="rejected", decided_on=today(), decision="Sent. 1").pk == stay.pk
    with pytest.raises(Refused, match="già un esito"):
        close_appeal(actor=desk, appeal=stay, state="upheld", decided_on=today(), decision="Sent. 2")
    assert found.events.filter(text_it__contains="Sent. 1").count() == 1
    assert owed_by({firm})[firm][0][1] == D("6000.00")

    # The court suspends it later than the appeal, and lifts it; upheld, it stays suspended until the office draws the consequences.
    later = note_appeal(**appeal, reference="12b/2026")
    order = {"actor": desk, "appeal": later, "stayed_from": today()}
    for wrong in (
        {"order": " "},
        {"stayed_from": today() + timedelta(days=1)},
        {"stayed_to": today() - timedelta(days=1)},
    ):
        with pytest.raises(Refused):
            set_stay(**{**order, "order": "Ord. 5", **wrong})
    set_stay(**order, order="Ord. 5")
    with pytest.raises(Refused, match="12b/2026: la revoca è sospesa"):
        ask_recovery(actor=cashier, recovery=recovery)
    set_stay(**order, order="Ord. 6", stayed_to=today())
    assert owed_by({firm})[firm][0][1] == D("6000.00")
    close_appeal(actor=desk, appeal=later, state="upheld", decided_on=today(), decision="Sent. 2")
    assert owed_by({firm}) == {}, "what a judgment annulled is not asked for"
    set_stay(**order, order="Cons. Stato 7", stayed_to=today())
    ask_recovery(actor=cashier, recovery=recovery)

    # A second instance suspends it again, when the term is over.
    again = note_appeal(**appeal, reference="13/2026", is_stayed=True)
    note_appeal(**appeal, reference="14/2026")
    with clock_at(now() + timedelta(days=90)):
        assert chase_instalments(actor=BOT) == 0
        with pytest.raises(Refused, match="13/2026: la revoca è sospesa"):
            hand_over_recovery(actor=cashier, recovery=recovery, reference="Ruolo 1")
        record_incoming(
            actor=system("test"), recovery=recovery, source="treasury", reference="Q1", on=today(), amount=D("100.00")
        )  # who pays all the same has paid
        close_appeal(actor=desk, appeal=again, state="ended", decided_on=today(), decision="Estinto")
        assert chase_instalments(actor=BOT) == 1, "an appeal that suspends nothing stops nothing"
        assert hand_over_recovery(actor=cashier, recovery=recovery, reference="Ruolo 1").state == "collection"


def test_instalments_missed_under_a_stay_make_nothing_due_as_a_whole_until_it_is_over(recovery, desk, cashier, chief):
    award = recovery.award
    revocation = open_revocation(actor=desk, award=award, reason_code="other", grounds="x")
    Recovery.objects.filter(pk=recovery.pk).update(claim=None, revocation=revocation)
    ask_recovery(actor=cashier, recovery=recovery)
    plan = ask_plan(actor=chief(award), recovery=recovery, count=3, why="x")
    answer_plan(actor=cashier, plan=plan, granted=True, first_due=today() + timedelta(days=20))
    with clock_at(now() + timedelta(days=30)):
        assert chase_instalments(actor=BOT) == 1
    stay = Appeal.objects.create(
        revocation=revocation, court="tar", reference="15/2026", lodged_on=today(), stayed_from=today(), noted_at=now()
    )
    with clock_at(now() + timedelta(days=90)):
        assert chase_instalments(actor=BOT) == 0
        recovery.refresh_from_db()
        assert recovery.state == "in_instalments", "two are missed, and a court suspended what they are of"
        close_appeal(actor=desk, appeal=stay, state="rejected", decided_on=today(), decision="Sent. 3")
        assert chase_instalments(actor=BOT) == 2
        recovery.refresh_from_db()
    assert recovery.state == "in_default"
    assert recovery.instalments.get(state="due").capital == D("6000.00")
