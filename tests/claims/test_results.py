"""The results a project reached, told beside those it promised: with the last claim, months later, checked, added up apart."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from tests.claims.world import pdf

from levante.calls.api import Call
from levante.claims.api import (
    Claim,
    ResultReport,
    ResultValue,
    add_file,
    added_results,
    ask_results,
    begin_results,
    chase_results,
    check_results,
    missing_to_assess,
    missing_to_send,
    open_claim,
    put_cost,
    reached_of,
    refuse_claim,
    return_results,
    send_claim,
    send_results,
    take_claim,
    values_with,
    write_report,
    write_results,
)
from levante.claims.results import months_after
from levante.grants.api import Award
from levante.kernel.api import Refused, clock_at, now, system, today
from levante.letters.api import Letter
from levante.messages.api import Notice
from levante.register.api import Entry
from levante.web.desk.results.worklist import my_turn as of_results
from levante.web.portal.claims.worklist import my_turn as of_enterprise

pytestmark = pytest.mark.django_db
BOT, D = system("test"), Decimal
RESULTS = [
    {"code": "contacts", "it": "Contatti", "en": "Contacts", "kind": "number", "at": "both", "months": 12, "target": "expected"},
    {"code": "orders", "it": "Ordini", "en": "Orders", "kind": "money", "at": "later", "months": 12, "target": "orders"},
    {"code": "lesson", "it": "Che cosa hai imparato", "en": "What you learnt", "kind": "text", "at": "claim"},
]  # fmt: skip


@given(st.dates(date(2020, 1, 1), date(2090, 1, 1)), st.integers(1, 60))
def test_months_after_a_day_end_on_it_or_on_the_last_of_the_month(day, months):
    found = months_after(day, months)
    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == months
    assert found.day == day.day or (found.day < day.day and (found + timedelta(days=1)).day == 1)


@pytest.fixture
def measured(voucher, monkeypatch):
    """A voucher whose call measures three results; its application promised contacts and orders."""
    from levante.claims import results

    Call.objects.filter(pk=voucher.application.opening.call_id).update(results=RESULTS, terms={"result_days": 20})
    before = results.read_application

    def promising(application):
        reading = before(application)
        reading.answers.update({"expected": "40", "orders": "15000.00"})
        return reading

    monkeypatch.setattr(results, "read_application", promising)
    return Award.objects.select_related("application__opening__call", "enterprise", "aid").get(pk=voucher.pk)


def drafted(award, actor):
    claim = open_claim(actor=actor, award=award, mode="single")
    write_report(actor=actor, claim=claim, report="Siamo stati a Lione.")
    cost = put_cost(actor=actor, claim=claim, item="", quantity=D(1))
    add_file(actor=actor, claim=claim, upload=pdf(), kind="proof", cost=cost, label="Badge")
    return Claim.objects.select_related("award__application__opening__call", "award__enterprise").get(pk=claim.pk)


def sent_with_results(award, actor):
    claim = drafted(award, actor)
    report = begin_results(actor=actor, claim=claim)
    write_results(actor=actor, report=report, told={"contacts": D(46), "lesson": "Si va in due."})
    return send_claim(actor=actor, claim=claim), report


@pytest.mark.slow  # an award to its effect, then a year of results
def test_results_are_told_with_the_last_claim_and_a_year_later(measured, chief, desk):
    actor = chief(measured)
    claim = drafted(measured, actor)
    assert [row.code for row in values_with(claim)] == ["contacts", "lesson"]
    assert {one.text.it for one in missing_to_send(claim) if one.field == "results"} == {
        "il risultato: Contatti", "il risultato: Che cosa hai imparato",
    }  # fmt: skip
    with pytest.raises(Refused, match="Contatti"):
        send_claim(actor=actor, claim=claim)
    report = begin_results(actor=actor, claim=claim)
    assert begin_results(actor=actor, claim=claim).pk == report.pk, "two clicks are one report"
    for wrong in (D(-1), D("1e30")):
        with pytest.raises(Refused, match="Scrivi un numero"):
            write_results(actor=actor, report=report, told={"contacts": wrong})
    with pytest.raises(Refused, match="caratteri"):
        write_results(actor=actor, report=report, told={"lesson": "x" * 4001})
    write_results(actor=actor, report=report, told={"contacts": D(46), "lesson": "Si va in due."})
    with pytest.raises(Refused, match="con la domanda"):
        send_results(actor=actor, report=report)
    claim = send_claim(actor=actor, claim=claim)
    assert claim.frozen["results"] == [
        {"code": "contacts", "told": "46.00"}, {"code": "lesson", "told": "Si va in due."},
    ]  # fmt: skip
    report.refresh_from_db()
    assert (report.state, report.months) == ("sent", 0)
    assert [item.why for item in of_results(desk)] == ["1 relazione da verificare"]
    assert list(of_results(actor)) == []
    later = ResultReport.objects.get(months=12)
    assert (later.state, later.opens_on) == ("planned", months_after(today(), 12))
    assert [(row.code, row.promised) for row in later.values.all()] == [("contacts", D(40)), ("orders", D(15000))]

    # Nothing is published as reached before the office checks it.
    told = {(one.code, one.moment.en): one for one in reached_of([measured])[measured.pk]}
    assert told["contacts", "with the claim of payment"].reached is None
    assert "in verifica" in told["contacts", "with the claim of payment"].standing.it
    assert "non ancora dovuto" in told["orders", "12 months later"].standing.it
    assert told["orders", "12 months later"].promised.en == "€15,000.00"
    assert added_results()[0].reached is None

    # The review waits for the check of the results; what is not confirmed says why.
    take_claim(actor=desk, claim=claim)
    claim.refresh_from_db()
    assert any("verifica dei risultati" in one.text.it for one in missing_to_assess(claim))
    with pytest.raises(Refused):
        check_results(actor=actor, report=report, said={})
    with pytest.raises(Refused, match="ogni risultato"):
        check_results(actor=desk, report=report, said={"contacts": (True, "")})
    with pytest.raises(Refused, match="perché"):
        check_results(actor=desk, report=report, said={"contacts": (False, " "), "lesson": (True, "")})
    with pytest.raises(Refused, match="corretto"):
        return_results(actor=desk, report=report, reason="")
    return_results(actor=desk, report=report, reason="Quanti dei 46 sono nuovi?")
    assert any("corretti dall’impresa" in one.text.it for one in missing_to_assess(claim))
    write_results(actor=actor, report=report, told={"contacts": D(31)})
    again = send_results(actor=actor, report=report)
    assert again.register_number.startswith("ESI-")
    assert send_results(actor=actor, report=report).register_number == again.register_number
    said = {"contacts": (True, ""), "lesson": (False, "Non riguarda il progetto")}
    check_results(actor=desk, report=report, said=said)
    assert list(of_results(desk)) == []
    check_results(actor=desk, report=report, said=said)
    assert not any("risultati" in one.text.it for one in missing_to_assess(claim))
    told = {(one.code, one.moment.en): one for one in reached_of([measured])[measured.pk]}
    assert told["contacts", "with the claim of payment"].reached.it == "31"
    assert told["lesson", "with the claim of payment"].reached is None
    assert "non confermato" in told["lesson", "with the claim of payment"].standing.it

    # A year later: asked by letter, told again before the term, told late to the officer.
    assert ask_results(actor=BOT) == 0
    with clock_at(now() + timedelta(days=366)):
        assert ask_results(actor=BOT) == 1
        assert ask_results(actor=BOT) == 0
        later.refresh_from_db()
        assert later.due_on >= today() + timedelta(days=20)
        asked = [one for one in of_enterprise(actor) if one.url.endswith(f"/{later.pk}/")]
        assert [one.due for one in asked] == [later.due_on], "its term is in Today of the enterprise"
        assert list(of_results(desk)) == []
        letter = Letter.objects.get(kind="results_request")
        assert "Ordini" in letter.body
        assert chase_results(actor=BOT) == 0
    with clock_at(now() + timedelta(days=382)):
        assert chase_results(actor=BOT) == 1
        assert chase_results(actor=BOT) == 0
    with clock_at(now() + timedelta(days=400)):
        assert chase_results(actor=BOT) == 1
        assert chase_results(actor=BOT) == 0, "told once"
        assert Notice.objects.filter(kind="results-late").count() == 1
        assert [(one.due, one.why) for one in of_results(desk)] == [(later.due_on, "1 relazione in ritardo")]
        assert "non detto entro" in reached_of([measured])[measured.pk][-1].standing.it
        write_results(actor=actor, report=later, told={"contacts": D(50), "orders": D("9000.50")})
        send_results(actor=actor, report=later)
        check_results(actor=desk, report=later, said={"contacts": (True, ""), "orders": (True, "")})
        assert Entry.objects.filter(kind="result.told").count() == 2
        added = {(one.code, one.months): one for one in added_results()}
        assert (added["orders", 12].promised, added["orders", 12].reached, added["orders", 12].confirmed) == (
            D(15000),
            D("9000.50"),
            1,
        )
        assert (added["contacts", 0].reached, added["contacts", 12].reached) == (D(31), D(50)), (
            "moments are never added together"
        )
        with translation.override("en"):
            assert added["orders", 12].reached_text.en == "€9,000.50"


@pytest.mark.slow  # an award to its effect
def test_results_of_a_claim_that_is_not_granted_are_no_longer_expected(measured, chief, desk):
    actor = chief(measured)
    claim, _ = sent_with_results(measured, actor)
    take_claim(actor=desk, claim=claim)
    refuse_claim(actor=desk, claim=claim, reason="Non è la fiera del progetto")
    assert set(ResultReport.objects.values_list("state", flat=True)) == {"dropped"}
    assert {one.standing.it for one in reached_of([measured])[measured.pk]} == {"non ancora dovuto"}
    with clock_at(now() + timedelta(days=400)):
        assert ask_results(actor=BOT) == 0
    again, _ = sent_with_results(measured, actor)
    assert ResultReport.objects.filter(claim=again).count() == 2
    row = ResultValue.objects.filter(report__claim=again).first()
    for wrong in ({"is_confirmed": False, "note": ""}, {"reached": D(1), "text": "due volte"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ResultValue.objects.filter(pk=row.pk).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        ResultReport.objects.filter(claim=again, months=12).update(state="sent")


@pytest.mark.slow  # an award to its effect, then the pages
def test_results_on_the_pages_of_enterprise_office_and_public(measured, chief, desk, client, django_user_model):
    actor = chief(measured)
    claim = drafted(measured, actor)
    client.force_login(django_user_model.objects.get(pk=actor.user_id))
    assert (
        "Scrivi che cosa è stato raggiunto"
        in client.get(f"/impresa/rendicontazioni/{claim.pk}/", follow=True).content.decode()
    )
    page = f"/impresa/rendicontazioni/{claim.pk}/risultati/"
    assert "Promessi: 40" in client.get(page).content.decode()
    wrong = client.post(page, {"result_contacts": "tanti", "result_lesson": "Si va in due."}).content.decode()
    assert "Si va in due." in wrong, "what was typed is not lost"
    client.post(page, {"result_contacts": "46", "result_lesson": "Si va in due."})
    client.post(f"/impresa/rendicontazioni/{claim.pk}/invia/")
    report, later = ResultReport.objects.order_by("months")
    assert "non ancora dovuti" in client.get("/impresa/rendicontazioni/").content.decode()
    assert "li chiede dal" in client.get(f"/impresa/risultati/{later.pk}/").content.decode()
    assert client.post(f"/impresa/risultati/{report.pk}/", {}).status_code == 302

    client.force_login(django_user_model.objects.get(pk=desk.user_id))
    assert measured.application.number in client.get("/ufficio/risultati/").content.decode()
    mine = f"/ufficio/risultati/{report.pk}/"
    assert "46" in client.get(mine).content.decode()
    half = client.post(f"{mine}azioni/verifica/", {"said_lesson": "no", "note_lesson": "Non misura"})
    assert (half.status_code, "Non misura" in half.content.decode()) == (409, True)
    client.post(f"{mine}azioni/rimanda/", {"reason": "Quanti nuovi?"})
    client.force_login(django_user_model.objects.get(pk=actor.user_id))
    back = f"/impresa/risultati/{report.pk}/"
    assert "Quanti nuovi?" in client.get(back, follow=True).content.decode()
    assert "I risultati raggiunti" in client.get("/impresa/").content.decode()
    client.post(back, {"result_contacts": "31", "result_lesson": "Si va in due."})
    assert "registrati" in client.post(f"{back}invia/", follow=True).content.decode()
    client.force_login(django_user_model.objects.get(pk=desk.user_id))
    client.post(f"{mine}azioni/verifica/", {"said_contacts": "yes", "said_lesson": "no", "note_lesson": "Non misura"})
    assert "verificati" in client.get(mine).content.decode()
    client.logout()
    shown = client.get(f"/contributi/{measured.pk}/").content.decode()
    assert "31" in shown
    assert "non ancora dovuto" in shown
    assert "non confermato dall’ufficio" in shown
    assert "Con quale risultato" in client.get("/contributi/").content.decode()
    row = next(one for one in client.get("/api/v1/awards").json()["results"] if one["id"] == measured.pk)
    assert {(one["code"], one["reached_number"]) for one in row["results"]} == {
        ("contacts", "31.00"), ("contacts", None), ("orders", None), ("lesson", None),
    }  # fmt: skip
    text = b"".join(client.get("/dati-aperti/concessioni.csv").streaming_content).decode("utf-8-sig")
    assert "31" in text.splitlines()[-1]
