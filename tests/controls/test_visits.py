"""What is public of a sample, and what the enterprise reads and says of a visit."""

from datetime import timedelta
from decimal import Decimal

import pytest
from tests.claims.world import pdf
from tests.controls.test_samples import document_of
from tests.payments.conftest import claim_on

from levante.controls.api import (
    Visit,
    call_off_visit,
    draw_sample,
    fix_sample,
    plan_visit,
    print_minutes,
    say_finding,
    send_observation,
    sign_minutes,
    write_minutes,
)
from levante.kernel.api import Refused, clock_at, now, today
from levante.messages.api import Notice

pytestmark = pytest.mark.django_db


@pytest.mark.slow  # an award to its effect, then some pages
def test_the_minutes_are_read_and_answered_and_then_the_sample_says_who_came_out(
    voucher, desk, chief, client, django_user_model
):
    claim = claim_on(voucher, officer=desk.user_id)
    bad = document_of(claim, "2", Decimal("1000.00"))
    firm = chief(voucher)
    sample = fix_sample(
        actor=desk, call=voucher.act.call, first_day=today(), last_day=today(), method="random", size=1, source="Lotto di Bari",
        draw_on=today() + timedelta(days=1),
    )  # fmt: skip
    assert client.get(f"/controlli/campioni/{sample.pk}/").status_code == 404, "not before it is drawn"
    with clock_at(now() + timedelta(days=1)):
        draw_sample(actor=desk, sample=sample, seed="7 12 45")
    assert sample.call.title_it in client.get("/controlli/campioni/").content.decode()
    page = f"/controlli/campioni/{sample.pk}/"
    shown = client.get(page).content.decode()
    for word in (sample.fingerprint, "7 12 45", "Lotto di Bari", sample.register_number):
        assert word in shown
    assert claim.register_number not in shown, "nobody is told who came out while the control goes on"
    assert client.get(f"{page}caso.json").status_code == 404

    visit = plan_visit(actor=desk, claim=claim, planned_on=today(), place="Bari", row=sample.rows.get())
    say_finding(actor=desk, visit=visit, document=bad, outcome="not_eligible", text="Non è della fiera")
    write_minutes(actor=desk, visit=visit, present="Anna Greco", minutes="Visto lo stand.")
    assert not Visit.objects.visible_to(firm).exists()
    visit = sign_minutes(actor=desk, visit=print_minutes(actor=desk, visit=visit), upload=pdf("verbale.pdf"))
    assert visit.observe_by >= today() + timedelta(days=10)
    assert Notice.objects.filter(kind="visit-signed", user=firm.user_id).count() == 1
    client.force_login(
        django_user_model.objects.get(pk=firm.user_id), backend="django.contrib.auth.backends.ModelBackend"
    )
    mine = f"/impresa/visite/{visit.pk}/"
    read = client.get(mine, follow=True).content.decode()
    for word in ("Visto lo stand.", "Non è della fiera", "Le tue osservazioni"):
        assert word in read
    assert mine in client.get("/impresa/revoche/").content.decode()
    assert mine in client.get("/impresa/").content.decode(), "it waits in Today"
    assert client.post(f"{mine}osservazioni/", {"text": " "}).status_code == 409
    client.post(f"{mine}osservazioni/", {"text": "La fattura è della fiera.", "files": [pdf("contratto.pdf")]})
    said = visit.observations.get()
    file = said.files.get()
    assert said.register_number in client.get(mine).content.decode()
    assert mine not in client.get("/impresa/").content.decode()
    assert b"".join(client.get(f"{mine}documenti/{file.pk}/").streaming_content).startswith(b"%PDF")
    assert b"".join(client.get(f"{mine}documenti/{visit.signed_file_id}/").streaming_content).startswith(b"%PDF")
    assert client.get(f"{mine}documenti/999999/").status_code == 404
    assert Notice.objects.filter(kind="visit-observed", user=desk.user_id).count() == 1
    with pytest.raises(Refused, match="delega"):
        send_observation(actor=desk, visit=visit, text="x")
    with clock_at(now() + timedelta(days=40)), pytest.raises(Refused, match="finito"):
        send_observation(actor=firm, visit=visit, text="tardi")
    client.force_login(
        django_user_model.objects.get(pk=desk.user_id), backend="django.contrib.auth.backends.ModelBackend"
    )
    office = f"/ufficio/visite/{visit.pk}/"
    assert "La fattura è della fiera." in client.get(office).content.decode()
    assert b"".join(client.get(f"{office}documenti/{file.pk}/").streaming_content).startswith(b"%PDF")
    client.post(f"{office}azioni/risposta-{said.pk}/", {"text": "La fattura non nomina la fiera."})
    assert said.answer.text in client.get(office).content.decode()

    unneeded = plan_visit(
        actor=desk,
        claim=claim_on(voucher, number=2, mode="balance", officer=desk.user_id),
        planned_on=today(),
        place="Lecce",
    )
    with pytest.raises(Refused, match="Scrivi perché"):
        call_off_visit(actor=desk, visit=unneeded, reason=" ")
    with pytest.raises(Refused):
        call_off_visit(actor=desk, visit=visit, reason="x")  # it was made, and its minutes are signed
    assert call_off_visit(actor=desk, visit=unneeded, reason="La fiera è finita").state == "called_off"
    assert "La fiera è finita" in client.get(f"/ufficio/visite/{unneeded.pk}/").content.decode()
    with pytest.raises(Refused):
        write_minutes(actor=desk, visit=unneeded, present="x", minutes="x")

    client.logout()
    assert claim.register_number in client.get(page).content.decode()
    assert client.get(f"{page}caso.json").json()["drawn"] == [claim.register_number]
