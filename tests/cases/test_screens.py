"""Every screen of the directions opens, in both languages, empty and full, within its queries; nobody opens another's."""

from datetime import UTC, date, datetime

import pytest
from django.utils.translation import override
from tests.cases.conftest import CONTACT
from tests.initiatives.world import OPEN, called, make_fair
from tests.promotion.test_agreements import record

from levante.cases import api
from levante.initiatives.api import express_interest
from levante.kernel.api import clock_at
from levante.promotion.api import add_commitment

pytestmark = pytest.mark.django_db

DESK = [
    "richieste/",
    "richieste/nuova/",
    "iniziative/",
    "iniziative/nuova/",
    "accordi/",
    "investitori/",
    "investitori/opportunita/",
]
SITE = ["fiere/", "accordi/", "investire/", "investire/richiesta/", "check-up/"]
PORTAL = ["fiere/", "check-up/", "check-up/nuovo/", "richieste/", "richieste/nuova/", "opportunita/", ""]


@pytest.fixture
def firm(enterprise, representative):
    one = enterprise("Cantieri")
    return one, representative(one)


@pytest.fixture
def in_february():
    with clock_at(OPEN):
        yield


def opens(browser, prefix, paths, status=200):
    for language in ("/", "/en/"):
        for path in paths:
            with override("en" if language == "/en/" else "it"):
                answer = browser.get(f"{language}{prefix}{path}")
            assert answer.status_code == status, f"{language}{prefix}{path}: {answer.status_code}"


@pytest.mark.slow  # every page of three directions, in two languages
def test_empty_screens_say_what_to_do(client, desk, signed_in, firm):
    opens(client, "", SITE)
    opens(signed_in(firm[1], firm[0]), "impresa/", PORTAL)
    opens(signed_in(desk.users.dir), "ufficio/", DESK)


def test_who_pays_reads_what_is_asked_and_not_who_asks(desk, signed_in, officer, asked):
    case = asked(contact=dict(CONTACT) | {"organisation": ""})
    name, email = CONTACT["name"], CONTACT["email"]
    for role, knows in (("front_desk", True), ("finance", False)):
        browser = signed_in(officer(role))
        for address in ("/ufficio/richieste/", f"/ufficio/richieste/{case.pk}/", "/ufficio/cerca/?q=plant"):
            page = browser.get(address).content.decode()
            assert "A plant" in page, (role, address)
            assert (name in page) is knows, (role, address)
        assert (email in browser.get(f"/ufficio/richieste/{case.pk}/").content.decode()) is knows
        assert ("A plant" in browser.get("/ufficio/cerca/", {"q": name}).content.decode()) is knows
        file = b"".join(browser.get("/ufficio/richieste/?export=csv").streaming_content).decode("utf-8-sig")
        assert (name in file) is knows


@pytest.mark.slow  # every page of three directions, in two languages
def test_full_screens(client, desk, signed_in, firm, actor_for, in_february, asked, django_assert_max_num_queries):
    made = make_fair()
    initiative = called(made)
    express_interest(actor=actor_for(firm[1], firm[0]), initiative=initiative, products="=HYPERLINK(1)")
    agreement = record(desk.anna)
    add_commitment(
        actor=desk.anna,
        agreement=agreement,
        title_it="Impegno",
        title_en="Commitment",
        office=made.office,
        deadline=date(2026, 1, 1),
    )
    cases = [asked(subject=f"Plant {n}") for n in range(12)]
    opens(client, "", [*SITE, "fiere/boats-abroad/", "accordi/a/"])
    with django_assert_max_num_queries(9):  # the markets that one may choose are one
        client.get("/fiere/")
    with django_assert_max_num_queries(8):
        client.get("/accordi/")
    browser = signed_in(desk.users.dir)
    opens(browser, "ufficio/", [*DESK, "", "iniziative/boats-abroad/", "accordi/a/", f"richieste/{cases[0].pk}/"])
    with django_assert_max_num_queries(14):
        assert browser.get("/ufficio/richieste/").content.decode().count("Plant ") == 12
    with django_assert_max_num_queries(14):
        browser.get(f"/ufficio/richieste/{cases[0].pk}/")
    sheet = browser.get("/ufficio/iniziative/boats-abroad/interessi.csv").getvalue().decode("utf-8-sig")
    assert ";'=HYPERLINK(1);" in sheet, "a cell never runs as a formula"
    for filters in ("?state=overdue&q=plant", "?office=x&kind=x&page=9999", "?mine=1"):
        assert browser.get(f"/ufficio/richieste/{filters}").status_code == 200
    assert "Plant" in browser.get("/ufficio/cerca/?q=plant").content.decode()
    portal = signed_in(firm[1], firm[0])
    opens(portal, "impresa/", [*PORTAL, "fiere/boats-abroad/"])
    assert portal.get("/impresa/fiere/boats-abroad/ricevuta.json").json()["format"].startswith("levante.")


def test_an_enterprise_expresses_interest_asks_and_takes_the_check_up(
    desk, signed_in, firm, in_february, enterprise, representative
):
    called(make_fair())
    browser = signed_in(firm[1], firm[0])
    page = browser.post("/impresa/fiere/boats-abroad/", {"way": "stand", "products": "boats"}, follow=True)
    assert "Interesse registrato" in page.content.decode()
    browser.post("/impresa/fiere/boats-abroad/ritira/")
    assert "Hai ritirato" in browser.get("/impresa/fiere/boats-abroad/").content.decode()

    page = browser.post(
        "/impresa/richieste/nuova/",
        {"kind": "advice", "subject": "Dazi", "text": "Quali dazi?", "key": "k"},
        follow=True,
    )
    assert "Dazi" in page.content.decode()
    again = browser.post(
        "/impresa/richieste/nuova/", {"kind": "advice", "subject": "Dazi", "text": "Quali dazi?", "key": "k"}
    )
    case = api.Case.objects.get()
    assert again.url.endswith(f"/{case.pk}/")
    api.assign_case(actor=desk.anna, case=case)
    api.note_in_case(actor=desk.anna, case=case, text="segreto d’ufficio")
    api.answer_case(actor=desk.anna, case=case, text="Nessuno")
    page = browser.get(f"/impresa/richieste/{case.pk}/").content.decode()
    assert "Nessuno" in page
    assert "segreto" not in page
    browser.post(f"/impresa/richieste/{case.pk}/riapri/", {"text": "E per gli Emirati?"})
    case.refresh_from_db()
    assert case.state == "reopened"

    other = enterprise("Altra")
    stranger = representative(other)
    assert signed_in(stranger, other).get(f"/impresa/richieste/{case.pk}/").status_code == 404
    assert signed_in(stranger, other).post(f"/impresa/richieste/{case.pk}/scrivi/", {"text": "x"}).status_code == 404
    assert signed_in(stranger, other).get("/impresa/fiere/boats-abroad/ricevuta.json").status_code == 404


def check_up_answers():
    from levante.competences.api import questionnaire_on

    found = questionnaire_on("export-check-up", on=date(2026, 1, 1))
    return {question.code: question.options[0].code for question in found.questions}


def test_the_check_up_public_keeps_nothing_and_in_the_portal_is_kept(
    client, desk, signed_in, firm, enterprise, representative
):
    from levante.competences.models import ReadinessAssessment

    page = client.post("/en/check-up/", check_up_answers()).content.decode()
    assert "Three things to do now" in page
    assert "Nothing of this has been kept" in page
    assert client.post("/check-up/", {"plan": "\0"}).status_code == 400
    assert not ReadinessAssessment.objects.exists()
    browser = signed_in(firm[1], firm[0])
    answers = check_up_answers() | {"key": "abc"}
    browser.post("/impresa/check-up/nuovo/", answers)
    page = browser.post("/impresa/check-up/nuovo/", answers, follow=True).content.decode()
    assert "Tre cose da fare adesso" in page
    made = ReadinessAssessment.objects.get()
    other = enterprise("Altra")
    assert signed_in(representative(other), other).get(f"/impresa/check-up/{made.pk}/").status_code == 404


def test_the_desk_enters_a_request_and_plans_a_fair(desk, signed_in):
    browser = signed_in(desk.users.anna)
    page = browser.post(
        "/ufficio/richieste/nuova/",
        {"channel": "phone", "kind": "question", "subject": "s", "text": "t", "language": "it"},
    )
    assert page.status_code == 200
    assert b"lv-errors" in page.content
    given = {"channel": "phone", "kind": "question", "subject": "s", "text": "t", "language": "it", "name": "Ada",
             "email": "ada@example.org", "consent": "on", "country": ""}  # fmt: skip
    assert browser.post("/ufficio/richieste/nuova/", given).status_code == 302
    assert browser.post("/ufficio/richieste/nuova/", given | {"tax_code": "\0"}).status_code == 400
    assert browser.post("/ufficio/richieste/nuova/", given | {"tax_code": "99999999999"}).status_code == 200
    made = make_fair()
    plan = {
        "title_it": "Missione", "title_en": "Mission", "direction": "B", "kind": "mission", "edition": "", "market": "AE", "city": "Dubai",
        "starts_on": "2027-02-01", "ends_on": "2027-02-03", "sectors": ["nautica"], "budget_line": made.second.lines[0].code,
        "cost": "0", "lead_office": "sezione", "tourism_tie": "none", "opens_at": "2026-12-01T09:00",
        "closes_at": "2026-12-20T12:00", "places": "5",
    }  # fmt: skip
    answer = browser.post("/ufficio/iniziative/nuova/", plan)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    director = signed_in(desk.users.dir)
    step = "/ufficio/iniziative/missione-2027/passo/"
    director.post(f"{step}approve/", {"approve-act": made.second.act.code})
    assert "Scrivi le regole" in director.get("/ufficio/iniziative/missione-2027/").content.decode()
    rules = {"method": "chronological", "places": "5", "answer_days": "10", "quota": "0", "no_show_years": "3"}
    assert director.post("/ufficio/iniziative/missione-2027/partecipanti/regole/", rules).status_code == 302
    director.post(f"{step}call/")
    with clock_at(datetime(2026, 12, 5, tzinfo=UTC)):
        assert "Missione" in director.get("/fiere/").content.decode()
    here = "/ufficio/iniziative/missione-2027/correggi/"
    assert director.post(here, plan | {"places": "x"}).status_code == 200
    assert director.post(here, plan | {"places": "5"}).status_code == 302


def test_the_desk_writes_an_outcome_and_what_was_realised(desk, signed_in, client):
    agreement = record(desk.anna)
    from levante.identity.api import Office

    commitment = add_commitment(
        actor=desk.anna,
        agreement=agreement,
        title_it="I",
        title_en="C",
        office=Office.objects.get(code="arti"),
        deadline=date(2026, 1, 1),
    )
    address = f"/ufficio/accordi/a/impegni/{commitment.pk}/esito/"
    browser = signed_in(desk.users.nino)
    name = f"c{commitment.pk}"
    assert browser.post(address, {f"{name}-state": "met"}).status_code == 400
    assert browser.post(address, {f"{name}-state": "met", f"{name}-outcome": "fatto"}).status_code == 302
    assert (
        signed_in(desk.users.paola)
        .post("/ufficio/accordi/a/impegni/", {"title_it": "x", "office": "arti", "deadline": "2027-01-01"})
        .status_code
        == 403
    )
