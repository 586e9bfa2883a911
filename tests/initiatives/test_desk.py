"""The desk's forms of the directions, walked by who uses them: what they keep, and what they say when something is wrong."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, transaction
from django.utils.translation import override
from tests.initiatives.world import SYSTEM, make_fair
from tests.promotion.test_agreements import record
from tests.promotion.test_terms import PDF

from levante.identity.api import Office
from levante.initiatives.api import plan_initiative, read_calendar
from levante.initiatives.models import Fair, FairEdition, Initiative
from levante.investment.api import Opportunity
from levante.programme.api import Act, Action, Direction, DirectionAction, Fund, Intervention, TieChange, allocate
from levante.promotion.models import Agreement, Commitment

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(desk):
    found = make_fair(cost=None, act=None)
    allocate(
        actor=SYSTEM, line=found.second.lines[0], amount=Decimal("1000.00"), act=found.second.act, exercise=2023,
        on=date(2023, 2, 1),
    )  # fmt: skip
    return found


def made_intervention(made, code):
    """An intervention of another direction of the programme."""
    of = Direction.objects.create(
        programme=made.root, code=code, name_it="Attrazione", name_en="Attraction", text_it="t", text_en="t"
    )
    return Intervention.objects.create(
        programme=made.root, code=f"{code.lower()}-stampa", triennium=made.second.triennium, direction=of, title_it="Visite della stampa",
        title_en="Press visits", lead_office=made.office, tourism_tie="none",
    )  # fmt: skip


def post(browser, path, data, status=302):
    with override("it"):
        answer = browser.post(f"/ufficio/{path}", data)
    assert answer.status_code == status, f"{path}: {answer.status_code} {answer.content.decode()[:3000]}"
    return answer.content.decode()


def read(browser, path, status=200):
    with override("it"):
        answer = browser.get(f"/ufficio/{path}")
    assert answer.status_code == status, f"{path}: {answer.status_code}"
    return answer.content.decode()


@pytest.mark.slow(reason="a fair, its editions and their list: eighteen pages")
def test_a_fair_an_edition_and_its_cancellation(made, desk, signed_in):
    anna = signed_in(desk.users.anna)
    fair = {"name": "Salone del mare", "organiser": "Ente", "website": "", "sectors": ["nautica"], "source": ""}
    post(anna, "fiere/nuova/", fair)
    assert "già nell’elenco" in post(anna, "fiere/nuova/", fair, status=200)
    code = Fair.objects.get(name="Salone del mare").code
    edition = {"city": "Bari", "country": "IT", "venue": "", "starts_on": "2027-05-01", "ends_on": "2027-05-03"}
    assert "obbligatorio" in post(anna, f"fiere/{code}/edizioni/nuova/", edition, status=200)
    post(anna, f"fiere/{code}/edizioni/nuova/", edition | {"source": "calendario dell’ente"})
    one = FairEdition.objects.get(fair__code=code)
    # The same days are the same edition, whatever a calendar that was imported calls it.
    FairEdition.objects.filter(pk=one.pk).update(code="from-a-calendar")
    again = post(anna, f"fiere/{code}/edizioni/nuova/", edition | {"source": "un altro calendario"}, status=200)
    assert "già nell’elenco" in again
    one.refresh_from_db()
    asked = {
        "q=mare&country=IT&area=eu&when=coming&sector=nautica": True,
        "area=not_eu": False,
        "when=past": False,
        "q=bari": True,
    }
    assert {words: "Salone del mare" in read(anna, f"fiere/?{words}") for words in asked} == asked
    with override("it"):
        sheet = b"".join(anna.get("/ufficio/fiere/?q=mare&export=csv").streaming_content)
    ((row,), wrong) = read_calendar(sheet)
    assert (row.fair, row.city, row.country, row.starts_on, row.ends_on, row.source, row.sectors, wrong) == (
        "Salone del mare", "Bari", "IT", one.starts_on, one.ends_on, one.source, ("nautica",), [],
    )  # fmt: skip
    post(anna, f"edizioni/{one.code}/annulla/", {"cancel-reason": ""}, status=400)
    post(anna, f"edizioni/{one.code}/annulla/", {"cancel-reason": "Non si fa"})
    assert "Non si fa" in read(anna, f"fiere/{code}/")
    read(anna, f"edizioni/{one.code}/", status=404)
    # Of a name with no Latin letter a digest keeps two apart, and their pages have an address.
    for name in ("上海国际家具展", "北京国际汽车展"):
        post(anna, "fiere/nuova/", fair | {"name": name})
        code = Fair.objects.get(name=name).code
        assert code.startswith("fiera-")
        assert name in read(anna, f"fiere/{code}/")
    assert "上海国际家具展" in read(anna, "fiere/")
    with pytest.raises(IntegrityError, match="fair_has_a_code"), transaction.atomic():
        Fair.objects.update(code="")


@pytest.mark.slow(reason="an initiative walks through every form of the desk")
def test_an_initiative_from_the_form_to_the_cancellation(made, desk, signed_in):
    anna = signed_in(desk.users.anna)
    line = made.second.lines[0]
    data = {
        "title_it": "Mare in fiera", "title_en": "Sea", "direction": "B", "kind": "fair", "edition": "", "market": "DE", "city": "Kiel",
        "starts_on": "2027-05-01", "ends_on": "2027-05-03", "sectors": ["nautica"], "cost": "1.000,01",
        "budget_line": line.code, "planning_act": made.second.act.code, "lead_office": "sezione", "tourism_tie": "none",
    }  # fmt: skip
    assert "non ha disponibilità" in post(anna, "iniziative/nuova/", data, status=200)
    # Of any direction of the programme, and of its interventions alone; kept in the correction while it is planned.
    of_c = made_intervention(made, "C")
    refused = post(anna, "iniziative/nuova/", data | {"cost": "400,00", "intervention": of_c.code}, status=200)
    assert "Questo intervento non è della direttrice B" in refused
    assert "Mare in fiera" in refused
    # Its money is on a line of its direction, or of none.
    other = made.second.lines[1]
    other.direction = of_c.direction
    other.save(update_fields=["direction"])
    refused = post(anna, "iniziative/nuova/", data | {"cost": "", "budget_line": other.code}, status=200)
    assert f"La linea {other.code} non è della direttrice B" in refused
    post(anna, "iniziative/nuova/", data | {"cost": "400,00", "direction": "C", "intervention": of_c.code})
    one = Initiative.objects.get(title_it="Mare in fiera")
    assert (one.held_in, one.city) == (one.market, "Kiel")
    one.kind = "virtual"
    assert one.held_in is None, "nobody goes there"
    one.kind = "fair"
    assert "scrivi un altro titolo" in post(anna, "iniziative/nuova/", data | {"cost": "400,00"}, status=200)
    here = f"iniziative/{one.code}/"
    asked = {
        "q=fiera+mare&year=2027&kind=fair&market=DE&state=planned": True,
        "year=2026": False,
        "kind=mission": False,
    }
    assert {name: f"/{here}" in read(anna, f"iniziative/?{name}") for name in asked} == asked
    with override("it"):
        assert one.code.encode() in b"".join(anna.get("/ufficio/iniziative/?q=kiel&export=csv").streaming_content)
    page = read(anna, here)
    assert "400,00" in page
    assert of_c.title_it in page
    assert f'value="{of_c.code}" selected' in read(anna, f"{here}correggi/")
    with pytest.raises(DatabaseError, match="of another direction"), transaction.atomic():
        Initiative.objects.filter(pk=one.pk).update(direction=made.direction)
    with override("it"):
        plans = [anna.get(f"/ufficio/iniziative/piano/?year=2027&direction={code}").context["plan"] for code in "BC"]
        groups = anna.get("/ufficio/iniziative/piano/?year=2027&by=direction&market=DE").context["plan"].groups
        sheet = b"".join(anna.get("/ufficio/iniziative/piano/?year=2027&export=csv").streaming_content).decode()
    assert [[line.initiative.pk for line in plan.lines] for plan in plans] == [[], [one.pk]]
    assert [(group.code, group.sums.number) for group in groups if group.lines] == [("C", 1)]
    assert of_c.title_it in sheet
    before = {"starts_on": one.starts_on - timedelta(days=365), "ends_on": one.starts_on - timedelta(days=360)}
    last = plan_initiative(
        actor=SYSTEM, code="mare-prima", kind=one.kind, title_it="Mare in fiera 2026", title_en="Sea 2026", direction=one.direction,
        market="DE", city=one.city, lead_office=one.lead_office, **before,
    )  # fmt: skip
    assert "Proposta: Mare in fiera 2026" in read(anna, f"{here}correggi/")
    post(anna, f"{here}correggi/", data | {"cost": "300,00", "follows": last.code})
    assert f'value="{last.code}" selected' in read(anna, f"{here}correggi/")
    one.refresh_from_db()
    assert (one.direction, one.intervention) == (made.direction, None)
    line.refresh_from_db()
    assert line.reserved == Decimal("300.00")
    post(anna, f"{here}passo/approve/", {"approve-number": "9", "approve-adopted_on": "2026-01-10"}, status=400)
    director = signed_in(desk.users.dir)
    post(director, f"{here}passo/approve/", {"approve-number": "9"}, status=400)
    post(director, f"{here}passo/approve/", {"approve-number": "9", "approve-adopted_on": "2026-01-10"})
    line.refresh_from_db()
    assert (line.reserved, line.committed) == (0, Decimal("300.00"))
    assert 'name="cost"' not in read(director, f"{here}correggi/")
    assert 'name="direction"' not in read(director, f"{here}correggi/")
    post(director, f"{here}costo/", {"cost-cost": "250,00"}, status=400)
    post(director, f"{here}costo/", {"cost-cost": "250,00", "cost-act": Act.objects.get(number="9").code})
    post(director, f"{here}passo/cancel/", {"cancel-reason": ""}, status=400)
    post(director, f"{here}passo/cancel/", {"cancel-reason": "Poche adesioni"})
    line.refresh_from_db()
    assert line.available == Decimal("1000.00")
    page = read(anna, here)
    assert "Poche adesioni" in page
    assert "Economia o disimpegno" in page
    read(anna, f"{here}correggi/", status=404)


def test_an_agreement_with_its_text_and_the_evidence_of_a_commitment(made, desk, signed_in, client):
    anna = signed_in(desk.users.anna)
    data = {
        "title_it": "Intesa sul mare", "title_en": "Sea agreement", "kind": "protocol", "renewal": "none",
        "clearance": "unknown", "office": "sezione", "owner": str(desk.users.dir.pk), "source": "testo firmato",
        "confidence": "sourced", "expires_on": "2030-12-31", "upload": SimpleUploadedFile("testo.pdf", PDF),
        "parties-TOTAL_FORMS": "3", "parties-INITIAL_FORMS": "0", "parties-0-name_it": "Regione", "parties-0-country": "IT",
        "parties-1-name_it": "", "parties-1-country": "",
    }  # fmt: skip
    post(anna, "accordi/nuovo/", data, status=400)
    data |= {"parties-1-name_it": "Land", "parties-1-country": "DE", "upload": SimpleUploadedFile("testo.pdf", PDF)}
    post(anna, "accordi/nuovo/", data)
    one = Agreement.objects.get(title_it="Intesa sul mare")
    here = f"accordi/{one.code}/"
    assert (one.state, one.document.kind, one.owner) == ("draft", "pdf", desk.users.dir)
    assert client.get(f"/accordi/{one.code}/testo/").status_code == 404, "a draft is not public"
    post(anna, f"{here}passo/sign/", {"sign-signed_on": "2099-01-01"}, status=400)
    post(anna, f"{here}passo/sign/", {"sign-signed_on": "2026-01-01"})
    assert client.get(f"/accordi/{one.code}/testo/").getvalue() == PDF
    commit = {"commit-title_it": "Seminario", "commit-office": "puglia-sviluppo", "commit-deadline": "2026-02-01"}
    post(anna, f"{here}impegni/", commit)
    commitment = Commitment.objects.get()
    key = f"c{commitment.pk}"
    wrong = {f"{key}-state": "met", f"{key}-outcome": "Svolto", f"{key}-upload": SimpleUploadedFile("x.pdf", b"MZ")}
    paola = signed_in(desk.users.paola)
    post(paola, f"{here}impegni/{commitment.pk}/esito/", wrong, status=400)
    post(paola, f"{here}impegni/{commitment.pk}/esito/", wrong | {f"{key}-upload": SimpleUploadedFile("v.pdf", PDF)})
    with override("it"):
        assert paola.get(f"/ufficio/{here}impegni/{commitment.pk}/prova/").getvalue() == PDF
    anna = signed_in(desk.users.anna)
    assert "v.pdf" in read(anna, here)
    post(anna, f"{here}passo/end/", {"end-on": "2026-03-01", "end-reason": "Disdetta"})
    assert "Disdetta" in read(anna, here)


def test_what_is_late_comes_first(made, desk, signed_in):
    one = record(desk.anna)
    late = {"agreement": one, "office": Office.objects.get(code="sezione"), "state": "open"}
    Commitment.objects.create(title_it="Dopo", title_en="Later", deadline=date(2099, 1, 1), **late)
    Commitment.objects.create(title_it="Scaduto", title_en="Late", deadline=date(2026, 1, 1), **late)
    page = read(signed_in(desk.users.anna), f"accordi/{one.code}/")
    assert page.index("Scaduto") < page.index("Dopo")
    assert "oltre il termine" in page or "scaduto" in page.lower()


def test_an_opportunity_is_drafted_published_and_withdrawn(made, desk, signed_in, client):
    anna = signed_in(desk.users.anna)
    data = {
        "title_it": "Area sul porto", "title_en": "Port land", "kind": "site", "summary_it": "s", "summary_en": "Quay and rail",
        "sectors": [], "comune": "", "area_m2": "5000", "office": "sezione", "source": "Ente porto", "verified_on": "2026-01-01",
        "figures-TOTAL_FORMS": "1", "figures-INITIAL_FORMS": "0", "figures-0-label_it": "Banchina", "figures-0-label_en": "Quay",
        "figures-0-value": "300", "figures-0-unit_it": "m", "figures-0-source": "Ente porto",
    }  # fmt: skip
    post(anna, "investitori/opportunita/nuova/", data)
    one = Opportunity.objects.get()
    public, here = f"/en/investire/opportunita/{one.code}/", f"investitori/opportunita/{one.code}/"
    assert (one.code, one.state) == ("port-land", "draft")
    assert client.get(public).status_code == 404
    post(anna, f"{here}pubblica/", {})
    page = client.get(public).content.decode()
    assert "Quay and rail" in page
    assert "300" in page
    post(anna, f"{here}correggi/", data | {"area_m2": "6000", "figures-INITIAL_FORMS": "1", "figures-0-DELETE": "on"})
    one.refresh_from_db()
    assert (one.area_m2, one.state, one.figures) == (6000, "published", [])
    post(anna, f"{here}ritira/", {"reason": ""}, status=400)
    post(anna, f"{here}ritira/", {"reason": "Venduta"})
    assert client.get(public).status_code == 404
    assert "Venduta" in read(anna, here)
    post(signed_in(desk.users.paola), f"{here}pubblica/", {}, status=404)


def test_the_tie_is_changed_by_the_director(made, desk, signed_in):
    fund = Fund.objects.create(programme=made.root, code="f", kind="regional", name_it="F", name_en="F")
    action = Action.objects.create(programme=made.root, code="3.5.b", fund=fund, name_it="Azione", name_en="Action")
    data = {
        "direction": made.direction.pk,
        "action": action.pk,
        "since": "2023-08-08",
        "note_it": "perché",
        "note_en": "why",
    }
    post(signed_in(desk.users.anna), "programma/legami/nuovo/", data, status=403)
    director = signed_in(desk.users.dir)
    post(director, "programma/legami/nuovo/", data)
    tie = DirectionAction.objects.get()
    assert tie.confidence == "assumption"
    post(director, f"programma/legami/{tie.pk}/", data | {"until": "2025-12-31", "act": made.second.act.pk})
    assert "aggiunto alla scrivania" in read(director, "programma/legami/")
    post(director, f"programma/legami/{tie.pk}/togli/", {"remove-reason": ""}, status=400)
    post(director, f"programma/legami/{tie.pk}/togli/", {"remove-reason": "errore"})
    assert [row.kind for row in TieChange.objects.all()] == ["removed", "changed", "added"]
    read(signed_in(desk.users.anna), "programma/legami/")


def test_open_data_say_where_they_are(made, client):
    page = client.get("/dati-aperti/").content.decode()
    for address in ("programme", "budget-lines", "calls", "awards", "openapi.json"):
        assert f"/api/v1/{address}" in page
        assert client.get(f"/api/v1/{address}").status_code == 200
