"""What the system writes in the story of a claim is in the language of who reads it."""

import pytest
from django.db import DatabaseError, transaction
from tests.payments.conftest import loaded
from tests.payments.test_undoing import undo, word

from levante.kernel.api import Refused, now, system, today
from levante.law.wording import day_text
from levante.web.desk.payments.worklist import my_turn

pytestmark = pytest.mark.django_db


@pytest.mark.slow  # an award to its effect, an order, a few pages
def test_paid_and_given_back_by_the_bank_in_a_file_that_two_persons_took_in(
    liquidated, cashier, another, bank, client, django_user_model
):
    from levante.payments.api import BankAnswer, BankFile, confirm_bank_file, drop_bank_file, prepare_order, send_order
    from levante.payments.settling import hear_bank

    order = prepare_order(actor=cashier, rows=[liquidated])
    send_order(actor=another, order=order)
    payment = order.payments.get()
    hear_bank(actor=system("test"), order=order, told=[word(payment, "executed")])
    told = {"key": "x", "transfers": [[payment.end_to_end_id, "-", str(payment.amount)]], "refuse": ""}
    back = bank.notice(told).replace("DBIT", "CRDT").encode()

    # A file by hand alone moves nothing: it is kept, and another person says that it is the bank's.
    dropped = loaded(cashier, back)
    drop_bank_file(actor=another, file=dropped, reason="Non è della banca.")
    file = loaded(cashier, back)
    assert loaded(another, back).pk == file.pk, "the same while it waits"
    assert (file.file.sha256, file.loaded_by_id) == (file.sha256, cashier.user_id)
    payment.refresh_from_db()
    assert payment.state == "executed"
    with pytest.raises(Refused, match="un’altra persona"):
        confirm_bank_file(actor=cashier, file=file)
    alone = {"state": "confirmed", "decided_at": now(), "decided_by": cashier.user_id}
    for rows, change in ((BankFile.objects.filter(pk=file.pk), alone), (file.answers, {"applied_at": now()})):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
    with pytest.raises(DatabaseError, match="names its file"), transaction.atomic():
        BankAnswer.objects.create(payment=payment, kind="returned", source="file", heard_at=now())
    page, people = f"/ufficio/pagamenti/banca/{file.pk}/", django_user_model.objects
    client.force_login(people.get(pk=cashier.user_id))
    assert "da confermare" not in " ".join(one.why for one in my_turn(cashier))
    assert "un’altra persona" in client.get(page).content.decode()
    client.force_login(people.get(pk=another.user_id))
    assert [one.url for one in my_turn(another) if "da confermare" in one.why] == [page]
    assert payment.end_to_end_id in client.get(page).content.decode()
    assert page in client.get("/ufficio/pagamenti/ordini/").content.decode()
    assert b"".join(client.get(f"{page}file/").streaming_content) == back, "as it was loaded"
    assert client.post(f"{page}azioni/scarta/", {"reason": ""}).status_code == 409
    client.post(f"{page}azioni/conferma/")
    assert "confermato" in client.get(page).content.decode()
    assert BankAnswer.objects.filter(bank_file=dropped, applied_at=None).count() == 1, "of it nothing was believed"
    paid, unpaid = liquidated.claim.events.filter(kind__in=["pay", "unpay"]).order_by("pk")
    assert (paid.text_it, paid.text_en) == (day_text(today()).it, day_text(today()).en)
    assert unpaid.text_it != unpaid.text_en
    payment.refresh_from_db()
    assert (unpaid.text_it, unpaid.text_en) == (payment.reason_it, payment.reason_en)


def test_taken_back_by_an_act(liquidated, cashier, director, act_system, worker):
    from levante.messages.api import Notice

    made = undo(liquidated.liquidation, cashier, director, worker, reason="x")
    event = liquidated.claim.events.get(kind="unliquidate")
    day = day_text(made.act_date)
    assert event.text_it == f"Atto n. {made.number} del {day.it}: x"
    assert event.text_en == f"Act no. {made.number} of {day.en}: x"
    notice = Notice.objects.filter(kind="claim-unliquidated").order_by("-pk").first()
    assert notice.body_en.startswith(event.text_en)
