"""The screens of aid: the enterprise's, the officer's, the imports'."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.aid.rna_files import aid, write
from tests.aid.test_positions import owns, receive

from levante.aid.api import UndertakingDecision, decide_undertaking, import_rna, position
from levante.aid.services import require_headroom
from levante.kernel.api import Refused, system, today
from levante.parties.api import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def full(enterprise):
    """An enterprise of a group of two, with aid of both."""
    mother, daughter = enterprise("Madre S.p.A."), enterprise("Figlia S.r.l.")
    owns(mother, daughter)
    receive(mother, "250000.00", today() - timedelta(days=1000), measure_title="PIA", granting_body="MIMIT")
    receive(daughter, "6000.00", today() - timedelta(days=30), measure_title="Voucher")
    return daughter


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_enterprise_sees_headroom_blocks_and_arithmetic(full, signed_in, representative, prefix):
    page = signed_in(representative(full), full).get(f"{prefix}/impresa/aiuti/").content.decode()
    assert ("44.000,00" if not prefix else "44,000.00") in page
    assert page.count('class="lv-band-block') == 2
    assert "lv-band-group" in page
    assert "Madre S.p.A." in page
    assert ("Perché" if not prefix else "Why?") in page
    assert "2023/2831" in page


def test_without_aid_the_page_says_so(enterprise, signed_in, representative):
    firm = enterprise()
    page = signed_in(representative(firm), firm).get("/impresa/aiuti/").content.decode()
    assert "300.000,00" in page
    assert "Nessun aiuto conta oggi" in page


def test_the_page_costs_few_queries(full, signed_in, representative, django_assert_max_num_queries):
    browser = signed_in(representative(full), full)
    for number in range(30):
        receive(full, "1.00", today() - timedelta(days=number))
    with django_assert_max_num_queries(24):
        browser.get("/impresa/aiuti/")


def test_any_tax_code_on_the_desk(full, signed_in, officer):
    browser = signed_in(officer())
    assert browser.get("/ufficio/aiuti/").status_code == 200
    page = browser.get("/ufficio/aiuti/", {"code": full.tax_code}).content.decode()
    assert "44.000,00" in page
    page = browser.get(
        "/ufficio/aiuti/", {"code": "it 99999999990 ".strip().replace(" ", ""), "on": "2026-01-01"}
    ).content.decode()
    assert "300.000,00" in page
    assert "non è tra le nostre imprese" in page
    for wrong in ({"code": "x"}, {"code": "99999999990", "on": "ieri"}, {"code": "99999999990", "on": "1980-01-01"}):
        answer = browser.get("/ufficio/aiuti/", wrong)
        assert answer.status_code == 200
        assert "lv-field-error" in answer.content.decode()


def test_who_may_open_the_desk_pages(full, signed_in, officer, person, representative):
    assert signed_in(officer("communication")).get("/ufficio/aiuti/").status_code == 403
    assert signed_in(person()).get("/ufficio/aiuti/importazioni/").status_code == 403
    assert signed_in(officer("auditor")).get("/ufficio/aiuti/", {"code": full.tax_code}).status_code == 200


def test_a_doubt_is_decided_on_the_page(enterprise, signed_in, officer, representative):
    one, two = enterprise("Uno"), enterprise("Due")
    for number in range(2):
        partner = Person.objects.create(given_name=f"Socio{number}", family_name="Rossi")
        owns(partner, one, votes="50")
        owns(partner, two, votes="50")
    acting = signed_in(representative(one), one)
    for address in ("/impresa/aiuti/", "/impresa/opportunita/"):
        page = acting.get(address).content.decode()
        assert "al massimo 300.000,00" in page, address
        assert "decisione dell’ufficio: fino ad allora" in page, address
        assert '/impresa/aiuti/">300.000,00' not in page, address
    browser = signed_in(officer())
    page = browser.get("/ufficio/aiuti/", {"code": one.tax_code})
    assert "al massimo 300.000,00" in page.content.decode(), "what is not decided is no figure to count on"
    key = page.context["story"].answer["decision_required"][0]["id"]
    sent = {"key": key, "together": "yes", "reason": "", "code": one.tax_code, "on": "2026-06-01"}
    browser.post("/ufficio/aiuti/decisione/", sent)
    assert not UndertakingDecision.objects.exists()
    answer = browser.post("/ufficio/aiuti/decisione/", {**sent, "reason": "Stesso mercato"}, follow=True)
    assert UndertakingDecision.objects.get().together is True
    assert len(answer.context["story"].answer["undertaking"]) == 2
    assert f"/ufficio/aiuti/decisioni/?code={one.tax_code}" in answer.content.decode()
    sent |= {"together": "no", "reason": "Mercati diversi", "again": "1", "on": ""}
    page = browser.post("/ufficio/aiuti/decisione/", sent, follow=True).content.decode()
    assert "Stesso mercato" in page
    assert "Mercati diversi" in page
    assert page.count("in vigore") == 1
    assert "Uno" in browser.get("/ufficio/aiuti/decisioni/").content.decode()
    assert browser.get("/ufficio/aiuti/decisioni/", {"code": "99999999990"}).context["rows"] == []


def test_who_may_not_know_people_reads_numbers_instead(enterprise, signed_in, officer, actor_for):
    one, two = enterprise("Uno"), enterprise("Due")
    for number in range(2):
        partner = Person.objects.create(given_name=f"Socio{number}", family_name="Rossi")
        owns(partner, one, votes="50")
        owns(partner, two, votes="50")
    for role, named in (("case_officer", True), ("finance", False), ("agency_staff", False)):
        made = officer(role, office="agenzia" if role == "agency_staff" else "sezione", given=role.title())
        browser = signed_in(made)
        page = browser.get("/ufficio/aiuti/", {"code": one.tax_code}).content.decode()
        assert "Serve una decisione" in page
        assert ("Rossi" in page) is named, role
        page = browser.get(f"/ufficio/imprese/{one.pk}/").content.decode()
        assert "Serve una decisione" in page
        assert ("Rossi" in page) is named, role
    (doubt,) = position(one, on=today())["decision_required"]
    decide_undertaking(actor=actor_for(officer()), key=doubt["id"], together=True, reason="Soci di fatto", about=one)
    assert "Rossi" not in UndertakingDecision.objects.get().question_it, "what is kept holds no name"
    for role, named in (("case_officer", True), ("finance", False)):
        page = signed_in(officer(role)).get("/ufficio/aiuti/decisioni/").content.decode()
        assert ("Rossi" in page) is named, role
        assert ("persona n. " in page) is not named, role
    with pytest.raises(Refused) as refusal:
        require_headroom({"decision_required": [doubt]}, Decimal(1), "general_de_minimis")
    assert "Rossi" not in refusal.value.reason.it + refusal.value.reason.en
    assert "person no. " in refusal.value.reason.en


def test_imports_and_quarantine(tmp_path, signed_in, officer):
    path = write(tmp_path / "OpenData_Aiuti_2025_02.xml", aid("1"), aid("2", granted_on=None))
    run = import_rna(actor=system("test"), path=path, known_on=date(2025, 3, 1))
    browser = signed_in(officer())
    page = browser.get("/ufficio/aiuti/importazioni/").content.decode()
    assert "OpenData_Aiuti_2025_02.xml" in page
    assert "manca la data della concessione" in page
    assert "100" in browser.get(f"/ufficio/aiuti/importazioni/{run.pk}/avanzamento/").content.decode()
    page = browser.get("/ufficio/aiuti/", {"code": "04145400265"}).content.decode()
    assert "Da controllare a mano" in page
