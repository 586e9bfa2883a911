"""From a balance that earns less than the advance to the recovery of the difference, asked again where it was never due."""

from datetime import date
from decimal import Decimal

import pytest
from tests.claims.conftest import award  # noqa: F401
from tests.claims.test_claims import all_complete, spent
from tests.controls.test_ending import act

from levante.calls.api import Call
from levante.claims.api import (
    Reduction,
    assess_claim,
    counted_indicators,
    cut_charge,
    draft_redetermination,
    keep_award,
    open_claim,
    reopen_claim,
    send_claim,
    send_reduction,
    take_claim,
    write_report,
)
from levante.claims.unearned import earned_in_all
from levante.controls.annulling import _earlier
from levante.controls.api import (
    Recovery,
    Revocation,
    ask_recovery,
    cancel_recovery,
    paid_in_all,
    record_incoming,
    recover_excess,
    send_revocation,
)  # fmt: skip
from levante.kernel.api import Refused, system, today
from levante.letters.api import Letter
from levante.messages.api import Notice
from levante.payments.api import draft_liquidation, send_liquidation
from levante.payments.owing import owed_by
from levante.programme.api import Indicator
from levante.web.components.money_story import story_of
from levante.web.desk.claims.worklist import my_turn as who_examines
from levante.web.desk.controls.worklist import my_turn

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.mark.slow  # an award to its effect, an advance paid by the bank, the balance
def test_what_the_balance_does_not_earn_comes_back_on_an_act(
    award, chief, desk, cashier, director, worker, papers, account, pay, client, django_user_model  # noqa: F811
):  # fmt: skip
    Call.objects.filter(pk=award.act.call_id).update(
        payment={"modes": [{"code": "advance", "percent": "40"}, {"code": "balance"}]}
    )
    award.act.call.refresh_from_db()
    award.application.opening.call.refresh_from_db()
    actor = chief(award)
    advance = send_claim(actor=actor, claim=open_claim(actor=actor, award=award, mode="advance"))
    take_claim(actor=desk, claim=advance)
    all_complete(advance, desk)
    advance = assess_claim(actor=desk, claim=advance)
    told = Notice.objects.filter(kind="claim-assessed").order_by("-pk").first()
    assert "Ti spettano 2.400,00" in told.body_it
    assert "Seguono la liquidazione e il pagamento" in told.body_it
    with pytest.raises(Refused, match="somme da restituire"):
        recover_excess(actor=cashier, claim=advance)
    papers(award)
    account(award)
    liquidation = draft_liquidation(actor=cashier, claims=[advance])
    send_liquidation(actor=director, act=liquidation)
    worker()
    pay(liquidation.rows.get())

    # Half of 2,000 is earned, 2,400 were paid: nothing is due, and 1,400 come back.
    balance = open_claim(actor=actor, award=award, mode="balance")
    write_report(actor=actor, claim=balance, report="Finito.")
    spent(balance, actor, "20", "2000.00", item="study")
    balance = send_claim(actor=actor, claim=balance)
    take_claim(actor=desk, claim=balance)
    all_complete(balance, desk)
    balance = assess_claim(actor=desk, claim=balance)
    assert (balance.due, balance.excess) == (D("0.00"), D("1400.00"))
    told = Notice.objects.filter(kind="claim-assessed").order_by("-pk").first()
    assert "Non ti spetta altro" in told.body_it
    assert "Nothing more is due to you" in told.body_en
    assert "1.400,00" in told.body_it
    for word in ("liquidazione", "Ti spettano 0", "payment follow"):
        assert word not in told.body_it + told.body_en

    # It is asked back on an act: until then it is the turn of who examines, and nobody else's.
    page = f"/ufficio/rendicontazioni/{balance.pk}/"
    (line,) = who_examines(desk)
    assert (line.url, "più di quanto spetta" in line.why) == (page, True)
    assert not [one for one in my_turn(cashier) if one.title == balance.register_number]
    with pytest.raises(Refused, match="lo scrive chi istruisce"):
        recover_excess(actor=cashier, claim=balance)
    client.force_login(django_user_model.objects.get(pk=cashier.user_id))
    shown = client.get(page).content.decode()
    assert "Manca l’atto che ridetermina la concessione" in shown
    assert "recuperi/nuovo" not in shown
    # The director, and nobody else, leaves the award as it is: the request cites that reason.
    with pytest.raises(Refused, match="lo decide il dirigente"):
        keep_award(actor=desk, claim=balance, reason="Si recupera e basta.")
    kept = keep_award(actor=director, claim=balance, reason="La fiera si terrà l’anno dopo.")
    assert not list(who_examines(desk))

    # Until somebody makes it a recovery, it is finance's turn, and no other payment leaves: whatever paper says that nothing is open.
    assert [one for one in my_turn(cashier) if one.title == balance.register_number]
    assert "Ask back what was paid over it" in client.get(f"/en{page}").content.decode()
    listed = "/ufficio/rendicontazioni/?state=excess&export=csv"
    assert balance.register_number in client.get(listed).getvalue().decode()
    assert [(one.number, one.amount, one.asked) for one in owed_by({award.enterprise_id})[award.enterprise_id]] == [
        (balance.register_number, D("1400.00"), False)
    ]
    first = recover_excess(actor=cashier, claim=balance)
    assert not [one for one in my_turn(cashier) if one.title == balance.register_number]
    assert balance.register_number not in client.get(listed).getvalue().decode(), "it is a recovery"
    assert len(owed_by({award.enterprise_id})[award.enterprise_id]) == 1, "owed once"
    assert (first.principal, first.state) == (D("1400.00"), "to_ask")
    assert (first.act, first.kept_award) == (award.act.programme_act, kept)
    assert [(D(one["amount"]), date.fromisoformat(one["paid_on"])) for one in first.parts] == [(D("1400.00"), today())]
    assert recover_excess(actor=cashier, claim=balance).pk == first.pk, "two clicks are one recovery"
    assert paid_in_all(award) == D("1000.00")
    with pytest.raises(Refused, match="è già un recupero"):
        reopen_claim(actor=desk, claim=balance, reason="Da rivedere")
    ask_recovery(actor=cashier, recovery=first)
    asked = Letter.objects.filter(kind="recovery_request").latest("pk")
    assert "e alla decisione del" in asked.body
    assert kept.reason in asked.body
    assert kept.reason in client.get(f"/ufficio/recuperi/{first.pk}/").content.decode()
    cancel_recovery(actor=director, recovery=first, kind="not_due", **act())
    assert paid_in_all(award) == D("2400.00")
    assert not owed_by({award.enterprise_id}), "it was never due, and nobody reviewed it since"
    lower = draft_redetermination(actor=desk, claim=balance, grounds="Fiera non tenuta.")
    send_reduction(actor=director, reduction=lower)
    worker()
    own = Indicator(pk=1, programme=award.act.line.triennium.programme, counts="matching")
    assert counted_indicators([own])[1].achieved == D("1000.00"), "2,000 admitted; of 2,400 paid 1,400 are to come back"
    # Reviewed again it earned less still: another act, then more is asked; until then whose turn it is is said, and no payment leaves.
    reopen_claim(actor=desk, claim=balance, reason="Metà della fiera non si è tenuta")
    cut_charge(actor=desk, charge=balance.charges.get(), kept=D("1000.00"), reason="Metà non si è tenuta")
    balance = assess_claim(actor=desk, claim=balance)
    assert balance.excess == D("1900.00")
    assert [one.amount for one in owed_by({award.enterprise_id})[award.enterprise_id]] == [D("1900.00")]
    with pytest.raises(Refused, match="lo scrive chi istruisce"):
        recover_excess(actor=cashier, claim=balance)
    (line,) = who_examines(desk)
    assert (line.url, "più di quanto spetta" in line.why) == (page, True)
    client.force_login(django_user_model.objects.get(pk=desk.user_id))
    assert "Rideterminazione" in client.get(page).content.decode()
    client.post(f"{page}riduzione/ridetermina/", {"grounds": "Metà della fiera."})
    again = Reduction.objects.get(state="drafted")
    assert (again.amount_before, again.amount_after, again.document.data["release"]) == (D("1000.00"), D("500.00"), "")
    client.force_login(django_user_model.objects.get(pk=director.user_id))
    client.post(f"{page}riduzione/firma/")
    worker()
    again.refresh_from_db()
    award.refresh_from_db()
    assert (again.state, award.amount) == ("effective", D("500.00"))
    assert _earlier(Revocation(award=award)) == (again.programme_act, again.act_date), "what an annulment leaves"
    assert [one for one in my_turn(cashier) if one.title == balance.register_number]
    # It may be asked again, once; on the act that brought the award down last.
    second = recover_excess(actor=cashier, claim=balance)
    assert (second.act, second.kept_award) == (again.programme_act, None)
    assert (second.pk != first.pk, second.state, second.principal) == (True, "to_ask", D("1900.00"))
    assert recover_excess(actor=cashier, claim=balance).pk == second.pk
    ask_recovery(actor=cashier, recovery=second)
    asked = Letter.objects.filter(kind="recovery_request").latest("pk")
    assert f"n. {second.act.number} del" in asked.body
    # The story of its money has the review, each act that brought the grant down, and what is asked back.
    told = [(one.what.it, one.amount, one.act, one.note.it) for one in story_of(award).moments]
    assert ("Verificata", D("0.00"), "", "da restituire 1.900,00\xa0€") in told
    brought = "Contributo rideterminato su quanto spetta"
    lower.refresh_from_db()
    assert [one[1:3] for one in told if one[0] == brought] == [(D("5000.00"), str(lower)), (D("500.00"), str(again))]
    assert ("Chiesto in restituzione", D("1900.00"), str(again), "") in told
    # Of one that was waived nothing is asked again.
    cancel_recovery(actor=director, recovery=second, kind="waived", **act(number="78"))
    assert recover_excess(actor=cashier, claim=balance).pk == second.pk
    assert Recovery.objects.filter(claim=balance).count() == 2


@pytest.mark.slow  # an award to its effect, an advance paid, an act of revocation, the balance
@pytest.mark.parametrize(("taken", "back", "due"), [("4600.00", "1000.00", "0.00"), ("600.00", "600.00", "3600.00")])
def test_what_an_act_asked_back_is_not_asked_again_by_the_balance_nor_missing_from_it(
    award, chief, desk, cashier, director, worker, papers, account, pay, proposed, taken, back, due  # noqa: F811
):  # fmt: skip
    """Of 6,000 awarded, an advance of 2,400; an act takes a part away and asks some of it back; costs for the whole of what is left."""
    Call.objects.filter(pk=award.act.call_id).update(
        payment={"modes": [{"code": "advance", "percent": "40"}, {"code": "balance"}]}
    )
    award.act.call.refresh_from_db()
    award.application.opening.call.refresh_from_db()
    actor = chief(award)
    advance = send_claim(actor=actor, claim=open_claim(actor=actor, award=award, mode="advance"))
    take_claim(actor=desk, claim=advance)
    all_complete(advance, desk)
    advance = assess_claim(actor=desk, claim=advance)
    papers(award)
    account(award)
    liquidation = draft_liquidation(actor=cashier, claims=[advance])
    send_liquidation(actor=director, act=liquidation)
    worker()
    pay(liquidation.rows.get())
    revocation = proposed(award, reason_code="not_eligible", amount=D(taken), recover=D(back))
    send_revocation(actor=director, revocation=revocation)
    worker()
    recovery = Recovery.objects.get()
    ask_recovery(actor=cashier, recovery=recovery)
    whole = recovery.instalments.get().amount
    record_incoming(
        actor=system("test"), recovery=recovery, source="treasury", reference="Q1", on=today(), amount=whole
    )
    award.refresh_from_db()
    assert (award.amount, award.taken_back) == (D("6000.00") - D(taken), D(back))

    balance = open_claim(actor=actor, award=award, mode="balance")
    write_report(actor=actor, claim=balance, report="Finito.")
    spent(balance, actor, "20", "12000.00", item="study")
    balance = send_claim(actor=actor, claim=balance)
    take_claim(actor=desk, claim=balance)
    all_complete(balance, desk)
    balance = assess_claim(actor=desk, claim=balance)
    assert (balance.due, balance.excess) == (D(due), D("0.00"))
    assert D("2400.00") - D(back) + balance.due == award.amount, "all of what is left, and no more"
    assert earned_in_all(balance) == award.amount
    with pytest.raises(Refused, match="somme da restituire"):
        recover_excess(actor=cashier, claim=balance)
