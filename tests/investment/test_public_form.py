"""The public enquiry: from the page in English to the agency's answer, and what a stranger may throw at it."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from levante.cases.models import Case
from levante.identity.api import Office
from levante.investment import api
from levante.investment.models import Enquiry, SubmissionAttempt
from levante.kernel.api import Refused, clock_at, system
from levante.web.site.invest.traps import new_token

pytestmark = pytest.mark.django_db

PAGE = "/en/investire/richiesta/"
START = datetime(2026, 11, 2, 9, tzinfo=UTC)


def form(**changes):
    with clock_at(START - timedelta(minutes=2)):
        token = new_token()
    return {
        "text": "We look for a site of 5,000 m² near a port.", "opportunity": "", "sector": "", "mode": "greenfield",
        "announced_capex": "2500000", "announced_jobs": "40", "name": "Jane Doe", "organisation": "Doe Industries",
        "email": "jane@example.org", "country": "DE", "consent": "on", "token": token, "homepage": "",
    } | changes  # fmt: skip


@pytest.fixture
def at_start():
    with clock_at(START):
        yield


@pytest.fixture
def opportunity(desk):
    return api.record_opportunity(
        actor=system("test"), code="port-area", kind="site", title_it="Area al porto", title_en="Port area",
        summary_it="s", summary_en="s", office=Office.objects.get(code="puglia-sviluppo"), verified_on=date(2026, 1, 1),
        state="published", figures=[{"label": {"it": "Banchina", "en": "Quay"}, "value": "300", "unit": {"it": "m", "en": "m"},
        "demonstration": True}], demonstration=True,
    )  # fmt: skip


def test_the_whole_journey_in_the_browser(client, desk, opportunity, at_start, signed_in):
    assert b"Port area" in client.get("/en/investire/").content
    assert client.get("/en/investire/opportunita/port-area/").status_code == 200
    page = client.get(PAGE, {"opportunity": "port-area"}).content.decode()
    assert "Send the enquiry" in page
    answer = client.post(PAGE, form(opportunity="port-area"), follow=True)
    case = Case.objects.get()
    assert case.number in answer.content.decode()
    assert "What happens now" in answer.content.decode()
    assert (case.kind, case.requester, case.contact.country_id, case.contact.language) == (
        "investment",
        "external",
        "DE",
        "en",
    )

    officer = signed_in(desk.users.anna)
    address = f"/ufficio/richieste/{case.pk}/"
    assert case.number in officer.get("/ufficio/").content.decode(), "it waits in Today"
    officer.post(f"{address}passo/assign/")
    officer.post(f"{address}passo/refer/", {"refer-office": "puglia-sviluppo", "refer-note_text": "yours"})
    case.refresh_from_db()
    assert case.state == "referred"

    agency = signed_in(desk.users.paola)
    assert case.number in agency.get("/ufficio/").content.decode()
    wrong = agency.post(f"{address}passo/refuse/", {"refuse-reason": ""})
    assert wrong.status_code == 400
    agency.post(f"{address}passo/accept/")
    agency.post(f"{address}passo/answer/", {"answer-text": "Come and see it."})
    case.refresh_from_db()
    assert (case.state, case.office.code) == ("answered", "puglia-sviluppo")
    assert "Come and see it." in agency.get(address).content.decode()
    assert signed_in(desk.users.nino).get(address).status_code == 404


def test_a_double_click_makes_one_enquiry(client, desk, at_start):
    sent = form()
    first, second = client.post(PAGE, sent), client.post(PAGE, sent)
    assert (first.status_code, second.status_code) == (302, 302)
    assert (Case.objects.count(), Enquiry.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    "change",
    [
        {"homepage": "http://spam.example"},
        {"token": ""},
        {"token": "forged:1:2"},
        {"consent": ""},
        {"email": "no"},
        {"email": "a@b.c\nBcc: x@example.org"},
        {"country": "ZZ"},
        {"country": ""},
        {"opportunity": "nowhere"},
        {"sector": "' OR 1=1 --"},
        {"mode": "x" * 5000},
        {"announced_capex": "1e400"},
        {"announced_capex": "NaN"},
        {"announced_capex": "-1"},
        {"announced_jobs": "9" * 400},
        {"announced_jobs": "٣٤x"},
        {"text": ""},
        {"text": " "},
        {"text": "x" * 5001},
        {"name": "x" * 201},
    ],
)
def test_what_is_wrong_is_said_on_the_form_and_nothing_is_kept(client, desk, at_start, change):
    answer = client.post(PAGE, form(**change))
    assert answer.status_code == 200
    assert b"lv-errors" in answer.content
    assert not Case.objects.exists()


def test_raw_garbage_is_never_our_error(client, desk, at_start):
    for body, kind in (
        (b"\xff\xfe\x00", "application/x-www-form-urlencoded"),
        (b"--x\r\n\xff", "multipart/form-data; boundary=x"),
        (b"{", "application/json"),
        (b"", "multipart/form-data"),
    ):
        assert client.generic("POST", PAGE, body, content_type=kind).status_code in {200, 400, 429}
    for address in ("/investire/?sector=x&kind=%ff", "/investire/richiesta/inviata/x/",
                    "/investire/opportunita/no/", "/fiere/?sector=x&page=-1", "/fiere/?when=%F0", "/accordi/?page=x"):  # fmt: skip
        assert client.get(address).status_code in {200, 404}, address
    assert not Case.objects.exists()


def test_too_quick_then_again_is_accepted(client, desk):
    with clock_at(START):
        token = new_token()
        quick = client.post(PAGE, form(token=token))
        assert "very quick" in quick.content.decode()
    with clock_at(START + timedelta(seconds=4)):
        assert client.post(PAGE, form(token=token)).status_code == 302


def test_a_page_open_too_long_keeps_what_was_written(client, desk):
    with clock_at(START + timedelta(hours=13)):
        answer = client.post(PAGE, form())
    assert "open for too long" in answer.content.decode()
    assert "near a port" in answer.content.decode()


def test_few_tries_an_hour_from_one_place_and_only_a_digest_is_kept(client, desk):
    with clock_at(START):
        outcomes = [client.post(PAGE, form(), REMOTE_ADDR="203.0.113.7").status_code for _ in range(10)]
        assert outcomes == [302] * 8 + [429] * 2
        assert client.post(PAGE, form(), REMOTE_ADDR="203.0.113.7").status_code == 429
        assert "203.0.113" not in str(list(SubmissionAttempt.objects.values_list("source", flat=True)))
    with clock_at(START + timedelta(days=2)):
        assert api.count_attempt(actor=system("test"), sources=["address:other"])
        assert SubmissionAttempt.objects.count() == 1, "kept a day"


def test_announced_and_realised_are_never_summed(desk, client, at_start):
    client.post(PAGE, form())
    enquiry = Enquiry.objects.get()
    with pytest.raises(Refused):
        api.record_realised(actor=desk.paola, enquiry=enquiry, capex=Decimal("1.00"), jobs=None, on=date(2026, 11, 1))
    api.record_realised(actor=desk.anna, enquiry=enquiry, capex=Decimal("900000.00"), jobs=12, on=date(2026, 11, 1))
    found = api.totals(Enquiry.objects.all())
    assert (found.announced.capex, found.realised.capex) == (Decimal("2500000.00"), Decimal("900000.00"))
    mark = "whole" if enquiry.case.is_demo else ""
    assert found.marks == dict.fromkeys(found.marks, mark) | {"announced_jobs": found.marks["announced_jobs"]}
    Case.objects.update(is_demo=not enquiry.case.is_demo)
    assert api.totals(Enquiry.objects.all()).marks["realised_capex"] != mark
    with pytest.raises(TypeError):
        found.announced + found.realised
    with pytest.raises(IntegrityError), transaction.atomic():
        Enquiry.objects.update(realised_on=None)


def test_who_keeps_an_opportunity(desk, opportunity):
    with pytest.raises(Refused):
        api.verify_opportunity(actor=desk.nino, opportunity=opportunity)
    assert api.verify_opportunity(actor=desk.paola, opportunity=opportunity).verified_on >= date(2026, 1, 1)
    with pytest.raises(Refused):
        api.record_opportunity(
            actor=desk.anna, code="x", kind="site", title_it="t", title_en="t", summary_it="s", summary_en="s",
            office=opportunity.office, verified_on=date(2199, 1, 1), demonstration=True,
        )  # fmt: skip
