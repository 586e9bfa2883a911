"""Money that comes in, in a browser: quotas, receipts of nothing, what is given back; the minutes of a visit; how samples are drawn."""
# ruff: noqa: F811

from datetime import timedelta
from decimal import Decimal

from tests.calls.conftest import programme, shipped  # noqa: F401
from tests.claims.conftest import chief, voucher  # noqa: F401
from tests.claims.world import pdf
from tests.controls.conftest import recovery  # noqa: F401
from tests.controls.test_dues import ask, fair  # noqa: F401
from tests.controls.test_samples import document_of
from tests.exchange.conftest import act_system  # noqa: F401
from tests.grants.conftest import admitted, desk, director, filled, firm, first_come, line, worker  # noqa: F401
from tests.payments.conftest import account, another, bank, cashier, claim, liquidated, papers  # noqa: F401

from levante.controls.api import (
    Refund,
    ask_recovery,
    cancel_due,
    draw_sample,
    fix_sample,
    hear_receipt,
    plan_visit,
    print_minutes,
    record_due_payment,
    say_finding,
    sign_minutes,
    write_minutes,
)
from levante.kernel.api import clock_at, now, system, today

PHONE = 360
D = Decimal


def test_money_in_and_what_is_seen_of_controls(
    recovery, fair, desk, cashier, director, chief, visitor, django_user_model
):
    def person(actor):
        return django_user_model.objects.get(pk=actor.user_id)

    award = recovery.award
    ask_recovery(actor=cashier, recovery=recovery)
    due = ask(desk, fair, award.enterprise)
    gone = ask(desk, fair, award.enterprise, reason="Stand")
    record_due_payment(
        actor=system("test"), due=gone, source="treasury", reference="Q1", on=today(), amount=D("500.00")
    )
    cancel_due(actor=desk, due=gone, reason="La fiera è annullata")
    told = {
        "iur": "IUR0001",
        "nav": "301999999999999999",
        "creditor": "x",
        "amount": "500.00",
        "paid_on": today().isoformat(),
    }
    receipt = hear_receipt(actor=system("test"), told=told)
    claim = recovery.claim
    bad = document_of(claim, "2", D("1000.00"))
    sample = fix_sample(
        actor=desk, call=award.act.call, first_day=today(), last_day=today(), method="random", size=1, source="Lotto di Bari",
        draw_on=today() + timedelta(days=1),
    )  # fmt: skip
    with clock_at(now() + timedelta(days=1)):
        draw_sample(actor=desk, sample=sample, seed="7 12 45")
    visit = plan_visit(actor=desk, claim=claim, planned_on=today(), place="Bari, via Sparano 1", row=sample.rows.get())
    say_finding(actor=desk, visit=visit, document=bad, outcome="not_eligible", text="Non è della fiera")
    write_minutes(actor=desk, visit=visit, present="Anna Greco, titolare", minutes="Visto lo stand.")

    anybody = visitor()
    anybody.open("/controlli/campioni/")
    anybody.check_at_both_widths("samples")
    anybody.open(f"/controlli/campioni/{sample.pk}/")
    anybody.check_at_both_widths("sample-going-on")
    sign_minutes(actor=desk, visit=print_minutes(actor=desk, visit=visit), upload=pdf("verbale.pdf"))
    anybody.open(f"/controlli/campioni/{sample.pk}/")
    anybody.check_at_both_widths("sample-ended")

    till = visitor(person(cashier))
    for path, name in (
        ("/ufficio/incassi/", "money-in"),
        (f"/ufficio/incassi/{receipt.pk}/", "receipt"),
        ("/ufficio/quote/?state=all", "dues"),
        ("/ufficio/quote/nuova/", "due-new"),
        (f"/ufficio/quote/{gone.pk}/", "due-cancelled"),
    ):
        till.open(path)
        till.check_at_both_widths(name)
    till.open(f"/ufficio/incassi/{receipt.pk}/")
    till.page.select_option("[name=debt]", f"due-{due.pk}")
    till.page.locator("[name=reason]").first.fill("Ha scritto il numero dell’anno scorso")
    till.page.locator("form[action$='abbina/'] button").press("Enter")
    till.page.wait_for_load_state()
    assert "Ha scritto il numero" in till.page.content()
    due.refresh_from_db()
    assert due.state == "paid"

    boss = visitor(person(director))
    boss.open(f"/ufficio/recuperi/{recovery.pk}/")
    boss.page.locator("summary", has_text="Annulla il recupero").press("Enter")
    boss.check_at_both_widths("recovery-to-cancel")

    phone = visitor(person(chief(award)), award.enterprise, width=PHONE)
    for path, name in (
        ("/impresa/revoche/", "mine-all"),
        (f"/impresa/quote/{gone.pk}/", "mine-due"),
        (f"/impresa/visite/{visit.pk}/", "mine-visit"),
    ):
        phone.open(path)
        phone.check(name)
    phone.page.fill("[name=text]", "La fattura è della fiera.")
    phone.page.locator("form[action$='osservazioni/'] button").press("Enter")
    phone.page.wait_for_load_state()
    assert "La fattura è della fiera." in phone.page.content()
    assert visit.observations.count() == 1
    assert Refund.objects.get().amount == D("500.00")
    assert due.due_on > today() + timedelta(days=1)
