"""A sample is fixed before its seed is said, and drawn again by anyone; a visit says of each document, and may begin a revocation."""

import base64
import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from tests.claims.world import pdf
from tests.payments.conftest import claim_on

from levante.claims.api import Charge, ExpenseDocument, SimplifiedCost
from levante.controls.api import (
    Sample,
    Visit,
    draw_sample,
    earlier_than,
    fix_sample,
    grant_lost,
    plan_visit,
    sample_case,
    say_finding,
    write_minutes,
)
from levante.documents.api import store_upload
from levante.kernel.api import Refused, clock_at, now, system, today
from levante.law.doors import run_door
from levante.payments.pure.sample import door

pytestmark = pytest.mark.django_db
D = Decimal


def document_of(claim, number, admitted):
    """An expense document of a claim, admitted whole."""
    file = store_upload(actor=system("test"), upload=pdf(), purpose="invoice")
    document = ExpenseDocument.objects.create(
        award=claim.award, kind="invoice", source="typed", number=number, issued_on=date(2026, 1, 2), supplier_name="Messe",
        supplier_country="DE", supplier_code="DE1", taxable=admitted, vat=0, total=admitted, file=file, identity=f"DE1|{number}|2026",
        added_at=now(),
    )  # fmt: skip
    Charge.objects.create(
        claim=claim, document=document, item="", asked=admitted, charged=admitted, kept=admitted, admitted=admitted
    )
    return document


@pytest.fixture
def claim(voucher, desk):
    return claim_on(voucher, officer=desk.user_id)


def test_the_list_and_the_public_draw_come_before_the_seed_and_anyone_draws_again(claim, desk, cashier, director):
    document_of(claim, "1", D("3000.00"))
    more = {"call": claim.award.act.call, "first_day": today(), "last_day": today(), "method": "weighted", "size": 1}
    tomorrow = today() + timedelta(days=1)
    with pytest.raises(Refused, match="chi controlla"):
        fix_sample(actor=cashier, **more)
    with pytest.raises(Refused, match="Da 1 a 1"):
        fix_sample(actor=desk, **{**more, "size": 2})
    with pytest.raises(Refused, match="è dopo oggi"):
        fix_sample(actor=desk, **more, source="Lotto di Bari", draw_on=today())
    with pytest.raises(Refused, match="nessuno dei due"):
        fix_sample(actor=desk, **more, source="Lotto di Bari")
    public = {**more, "source": "Lotto di Bari", "draw_on": tomorrow}
    sample = fix_sample(actor=desk, **public)
    assert fix_sample(actor=desk, **public).pk == sample.pk
    assert sample.items == [{"id": claim.register_number, "weight": "3", "why": ["first", "typed"]}]
    for changed in ({"items": []}, {"draw_on": today()}, {"seed_from": "system"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Sample.objects.filter(pk=sample.pk).update(**changed)
    with pytest.raises(Refused, match="si estrae da quel giorno"):
        draw_sample(actor=desk, sample=sample, seed="7 12 45")
    with clock_at(now() + timedelta(days=1)):
        with pytest.raises(Refused, match="che cosa è uscito"):
            draw_sample(actor=desk, sample=sample)
        sample = draw_sample(actor=desk, sample=sample, seed="7 12 45")
        assert draw_sample(actor=desk, sample=sample, seed="8").seed == "7 12 45"
    case = sample_case(sample)
    assert case["drawn"] == [claim.register_number]
    code, text = run_door(door, json.dumps(case).encode())
    answer = json.loads(text)
    assert (code, answer["same"], answer["fingerprint"]) == (0, True, sample.fingerprint)
    with pytest.raises(DatabaseError), transaction.atomic():
        Sample.objects.filter(pk=sample.pk).update(seed="8")

    # Another one of the same days says why; without a public draw it is drawn by another person, with the system's number.
    longer = {**more, "first_day": today() - timedelta(days=9)}
    with pytest.raises(Refused, match=sample.register_number):
        fix_sample(actor=desk, **longer)
    again = fix_sample(actor=desk, **longer, again="Il primo è stato tutto controllato.")
    assert earlier_than(again) == [sample]
    with pytest.raises(DatabaseError), transaction.atomic():
        Sample.objects.create(**{name: getattr(again, name) for name in _COPIED}, register_number="CAM-T/1")
    with pytest.raises(Refused, match="due persone"):
        draw_sample(actor=desk, sample=again)
    with pytest.raises(DatabaseError), transaction.atomic():
        Sample.objects.filter(pk=again.pk).update(drawn_by=desk.user_id)
    with pytest.raises(Refused, match="Il seme lo dà il sistema"):
        draw_sample(actor=director, sample=again, seed="7")
    assert len(draw_sample(actor=director, sample=again).seed) == 32


#: A sample like another, that does not say why it is drawn again.
_COPIED = ("call", "first_day", "last_day", "method", "size", "items", "population", "fingerprint", "fixed_at")


def photograph():
    pixel = base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
    )
    return SimpleUploadedFile("stand.png", pixel, content_type="image/png")


@pytest.mark.slow  # an award to its effect, then a dozen pages
def test_a_visit_is_told_on_its_page_and_begins_a_revocation(
    claim, desk, cashier, chief, director, client, django_user_model
):
    good = document_of(claim, "1", D("3000.00"))
    done = SimplifiedCost.objects.create(claim=claim, quantity=1, kept=1)
    with pytest.raises(Refused, match="responsabili del procedimento"):
        plan_visit(actor=cashier, claim=claim, planned_on=today(), place="Bari")
    client.force_login(django_user_model.objects.get(pk=desk.user_id))
    assert f"/ufficio/visite/nuova/{claim.pk}/" in client.get(f"/ufficio/rendicontazioni/{claim.pk}/").content.decode()
    client.post("/ufficio/campioni/nuovo/", {"call": claim.award.act.call_id, "first_day": f"{today():%d/%m/%Y}",
                "last_day": f"{today():%d/%m/%Y}", "method": "random", "size": "1"})  # fmt: skip
    sample = Sample.objects.get()
    client.post(f"/ufficio/campioni/{sample.pk}/azioni/estrai/", {})
    assert "lo fa un’altra persona" in client.get(f"/ufficio/campioni/{sample.pk}/").content.decode()
    second = client.post("/ufficio/campioni/nuovo/", {"call": claim.award.act.call_id, "first_day": f"{today():%d/%m/%Y}",
                         "last_day": f"{today():%d/%m/%Y}", "method": "weighted", "size": "1"})  # fmt: skip
    assert f"/ufficio/campioni/{sample.pk}/" in second.content.decode(), "it shows the one that is there"
    client.force_login(django_user_model.objects.get(pk=director.user_id))
    client.post(f"/ufficio/campioni/{sample.pk}/azioni/estrai/", {})
    client.force_login(django_user_model.objects.get(pk=desk.user_id))
    assert claim.register_number in client.get(f"/ufficio/campioni/{sample.pk}/").content.decode()
    assert client.get(f"/ufficio/campioni/{sample.pk}/caso.json").json()["seed"]
    assert "estratto" in client.get("/ufficio/campioni/").content.decode()
    day = f"{today() + timedelta(days=3):%d/%m/%Y}"
    client.post(f"/ufficio/visite/nuova/{claim.pk}/", {"planned_on": day, "place": "Bari, via Sparano 1"})
    visit = Visit.objects.get()
    assert visit.row == sample.rows.get()
    page = f"/ufficio/visite/{visit.pk}/"
    assert "Di’ che cosa hai trovato" in client.get(page).content.decode()
    early = client.post(f"{page}azioni/firma/", {"file": pdf()}, follow=True)
    assert "guarda che cosa è cambiato" in early.content.decode(), "there are no minutes to sign"
    no = client.post(f"{page}azioni/esito/", {"document": f"c{done.pk}", "outcome": "not_eligible"})
    assert no.status_code == 409
    client.post(f"{page}azioni/esito/", {"document": f"d{good.pk}", "outcome": "confirmed"})
    client.post(f"{page}azioni/esito/", {"document": f"c{done.pk}", "outcome": "not_eligible", "text": "Nessuno stand"})
    with pytest.raises(Refused, match="meno di 1"):
        say_finding(actor=desk, visit=visit, cost=done, outcome="reevaluated", kept=D(1), text="x")
    half = {"document": f"c{done.pk}", "outcome": "reevaluated", "kept": "0,85", "text": "Solo in parte"}
    client.post(f"{page}azioni/esito/", half)
    with pytest.raises(DatabaseError), transaction.atomic():
        visit.findings.create(outcome="confirmed", admitted=1, kept=1, said_at=now())  # of nothing
    client.post(f"{page}azioni/foto/", {"photograph": photograph(), "caption": "Lo stand"})
    client.post(f"{page}azioni/verbale/", {"present": "Anna Greco, titolare", "minutes": "Visto lo stand."})
    client.post(f"{page}azioni/stampa/")
    visit.refresh_from_db()
    printed = b"".join(client.get(f"{page}documenti/{visit.printed.file_id}/").streaming_content)
    assert printed.startswith(b"%PDF")
    assert visit.printed_sha256 in client.get(page).content.decode()
    client.post(f"{page}azioni/firma/", {"file": photograph()})
    visit.refresh_from_db()
    assert (visit.state, visit.signed_file.kind) == ("signed", "png")
    assert "può mandare osservazioni fino al" in client.get(page).content.decode()
    Visit.objects.update(observe_by=today() - timedelta(days=1))
    with pytest.raises(Refused, match="non è più aperta"):
        write_minutes(actor=desk, visit=visit, present="x", minutes="y")
    # A fixed 6,000, of which 85 per cent was done.
    assert grant_lost(visit) == D("900.00")
    shown = client.get(page).content.decode()
    assert "900,00" in shown
    assert "Lo stand" in shown
    assert "Bari, via Sparano 1" in client.get("/ufficio/visite/?state=all").content.decode()
    again = client.post(f"{page}azioni/riapri/")
    assert again.headers["Location"] == f"/ufficio/rendicontazioni/{claim.pk}/"
    done.refresh_from_db()
    assert (done.kept, done.claim.state) == (D("0.85"), "under_review")
    assert "Solo in parte" in done.reason
    assert "Riapri" not in client.get(page).content.decode()
