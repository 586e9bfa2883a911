"""The pages of who takes part: the office decides, the enterprise answers, everybody reads the catalogue."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.grants.test_registers import CODES
from tests.initiatives.world import SYSTEM
from tests.participations.test_aid import AID
from tests.participations.world import AFTER, decided, make_world

from levante.aid.api import THREE, RnaRegistration
from levante.identity.api import roles
from levante.kernel.api import clock_at
from levante.kernel.pure import Bilingual
from levante.participations import api
from levante.participations.paper import told_on_paper
from levante.parties.api import Enterprise
from levante.web.components.catalogue import where_of
from levante.web.desk.initiatives import views as desk_views

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(desk, enterprise, representative, actor_for):
    return lambda **rules: make_world(enterprise, representative, actor_for, **rules)


@pytest.fixture
def director(officer):
    return officer(roles.DIRECTOR)


def page(client, path, **data):
    with clock_at(AFTER):
        return client.post(path, data) if data else client.get(path)


@pytest.mark.slow  # eleven pages
def test_the_director_decides_and_the_enterprise_accepts(world, client, director, signed_in, monkeypatch):
    made = world()
    signed_in(director)
    base = f"/ufficio/iniziative/{made.initiative.code}"
    monkeypatch.setattr(desk_views, "PER_PAGE", 3)
    pages = [page(client, f"{base}/?page={number}").content.decode() for number in (1, 2, 99)]
    assert [[f"Impresa {number}" in shown for number in (1, 4)] for shown in pages] == [
        [True, False], [False, True], [True, False],
    ]  # fmt: skip
    assert all("1–3 di 4" in shown or "4–4 di 4" in shown for shown in pages)
    shown = page(client, f"{base}/partecipanti/").content.decode()
    assert "Impresa 1" in shown
    assert "lista d’attesa" in shown
    kept = page(client, f"{base}/partecipanti/aiuto/", is_aid="no", reason="quota di mercato", act=made.act.code)
    assert kept.status_code == 302
    wrong = page(client, f"{base}/partecipanti/decidi/", **{"decide-act": ""})
    assert wrong.status_code == 400
    with made.at():
        read = api.mark_of_order(api.order_of(made.selection))
    taken_out = b"".join(page(client, f"{base}/partecipanti.csv").streaming_content).decode()
    assert "Impresa 4" in taken_out, "before the act that approves it"
    assert read in taken_out
    with made.at():
        before = told_on_paper(made.selection)
    assert ([line["outcome"] for line in before["placed"]], before["mark"]) == (
        ["un posto", "un posto", "lista d’attesa", "lista d’attesa"], read,
    )  # fmt: skip
    act = {"decide-act": made.act.code}
    made.firms[3].size = "large"
    made.firms[3].save()
    changed = page(client, f"{base}/partecipanti/decidi/", read=read, **act)
    assert (changed.status_code, made.states()) == (400, []), "the order is another"
    assert "L’ordine è cambiato" in changed.content.decode()
    made.firms[3].size = "small"
    made.firms[3].save()
    assert page(client, f"{base}/partecipanti/decidi/", read=read, **act).status_code == 302
    assert made.states()[:2] == ["offered", "offered"]
    assert b"Impresa 4" in b"".join(page(client, f"{base}/partecipanti.csv").streaming_content)
    made.selection.refresh_from_db()
    after = told_on_paper(made.selection)
    assert ([line["outcome"] for line in after["placed"]][1:3], after["mark"]) == (
        ["posto offerto", "in lista d’attesa"],
        read,
    )
    with pytest.raises(IntegrityError, match="mark_of_a_decided"), transaction.atomic():
        api.Selection.objects.update(decided_at=None)
    signed_in(made.users[0], made.firms[0])
    fair = f"/impresa/fiere/{made.initiative.code}/"
    mine = page(client, "/impresa/fiere/").content.decode()
    assert ("posto offerto" in mine, "Rispondi entro" in mine) == (True, True), "where it is, not what it once asked"
    assert "Accetta il posto" in page(client, fair).content.decode()
    page(client, f"{fair}posto/accetta/", modules="1")
    assert made.row(made.firms[0]).state == "confirmed"
    given = {"graphic_name": "UNO", "needs": ["water"], "text_it": "Barche di legno", "text_en": "Wooden boats"}
    page(client, f"{fair}posto/dettagli/", **given)
    client.logout()
    catalogue = page(client, f"/fiere/{made.initiative.code}/catalogo/").content.decode()
    assert "Barche di legno" in catalogue
    assert "Impresa 2" not in catalogue, "offered is not confirmed"


def test_what_is_not_yours_is_not_there(world, client, signed_in):
    made = decided(world())
    signed_in(made.users[2], made.firms[2])
    fair = f"/impresa/fiere/{made.initiative.code}/"
    shown = page(client, fair).content.decode()
    assert "in lista d’attesa" in shown
    assert "Accetta il posto" not in shown
    page(client, f"{fair}posto/accetta/", modules="1")
    assert made.row(made.firms[2]).state == "listed"
    assert page(client, f"/ufficio/iniziative/{made.initiative.code}/partecipanti/").status_code in {403, 404}


@pytest.mark.slow  # the stand, its needs, the preparation: sixteen pages
def test_the_stand_and_the_preparation(world, client, director, signed_in):
    made = decided(world())
    signed_in(director)
    base = f"/ufficio/iniziative/{made.initiative.code}"
    page(client, f"{base}/stand/primo/", x="1")
    first, second = made.selection.elements.order_by("code")
    one, two = made.rows()[:2]
    page(client, f"{base}/stand/moduli/", **{f"m{first.pk}-holder": one.pk, f"m{second.pk}-holder": two.pk})
    page(client, f"{base}/stand/moduli/", **{f"m{first.pk}-holder": two.pk, f"m{second.pk}-holder": one.pk})
    late = {"read": "0" * 16, f"m{first.pk}-holder": "", f"m{second.pk}-holder": one.pk}
    told = client.post(f"{base}/stand/moduli/", late).content.decode()
    assert "Qualcuno ha salvato" in told
    assert f'value="{one.pk}" selected' in told, "what was chosen is not lost"
    assert made.selection.elements.get(code="A1").holder == two, "two are exchanged at once"
    two.graphic_name, two.needs, two.needs_note, two.told_at = "DUE", ["water"], "un lavello", AFTER
    two.save()
    shown = page(client, f"{base}/stand/").content.decode()
    assert "lv-stand-held" in shown
    for said in ("DUE", "acqua e scarico", "un lavello", "non ancora indicate"):
        assert said in shown, "who fits the stand out reads what each needs"
    lines = b"".join(page(client, f"{base}/stand.csv").streaming_content).decode().splitlines()
    assert lines[1:] == ["A1;DUE;Impresa 2;acqua e scarico;un lavello", "A2;Impresa 1;Impresa 1;non ancora indicate;"]
    assert page(client, f"{base}/stand.pdf")["Content-Type"] == "application/pdf"
    given = {
        "contract-subject": "Allestimento",
        "contract-supplier": "S",
        "contract-amount": "1000,00",
        "contract-signed_on": "2026-04-01",
    }
    assert page(client, f"{base}/preparazione/contratto/", **given).status_code == 400
    assert page(client, f"{base}/preparazione/contratto/", **given, **{"contract-no_cig": "quota"}).status_code == 302
    task = {
        "task-kind": "visa",
        "task-what": "Visti",
        "task-owner": director.pk,
        "task-due_on": (AFTER + timedelta(days=3)).date(),
    }
    assert page(client, f"{base}/preparazione/compito/", **task).status_code == 302
    assert "Visti" in page(client, "/ufficio/").content.decode()
    assert page(client, f"/ufficio/compiti/{api.Task.objects.get().pk}/fatto/", x="1").status_code == 302
    assert api.Task.objects.get().done_at is not None
    assert page(client, f"{base}/preparazione/compito/", **task | {"task-what": "Campioni"}).status_code == 302
    prepared = page(client, f"{base}/preparazione/").content.decode()
    assert prepared.index("Campioni") < prepared.index("Visti"), "what is still to be done comes first"
    wrong = page(client, f"/ufficio/contratti/{api.Contract.objects.get().pk}/costo/", cost="mille euro")
    assert (wrong.status_code, 'value="mille euro"' in wrong.content.decode()) == (400, True), (
        "what is written is not lost"
    )
    bought = b"".join(page(client, f"{base}/contratti.csv").streaming_content).decode().splitlines()
    assert bought[1].startswith("2026-04-01;Allestimento;S;;;quota;;"), bought
    with made.at():
        api.accept_place(actor=made.actors[1], row=two)
    signed_in(made.users[0], made.firms[0])
    mine = page(client, f"/impresa/fiere/{made.initiative.code}/").content.decode()
    client.logout()
    public = page(client, f"/fiere/{made.initiative.code}/catalogo/").content.decode()
    assert [("Pianta dello stand" in shown, "DUE" in shown, ">Impresa 1<" in shown) for shown in (mine, public)] == [
        (True, True, True), (True, True, False),
    ], "its own place, and those who are sure to be there"  # fmt: skip


def test_who_came_is_written_from_the_first_day(world, client, director, signed_in):
    made = decided(world())
    with made.at():
        for actor, row in zip(made.actors[:2], made.rows()[:2], strict=True):
            api.accept_place(actor=actor, row=row)
    signed_in(director)
    first, second = made.rows()[:2]
    with clock_at(AFTER + timedelta(days=48)):
        base = f"/ufficio/iniziative/{made.initiative.code}/partecipanti/"
        assert "did not come" in client.get(f"/en{base}").content.decode()
        client.post(f"{base}presenze/", {f"row-{first.pk}": "yes", f"row-{second.pk}": "no", "row-x": "yes"})
    assert made.states()[:2] == ["attended", "absent"]


@pytest.mark.slow  # papers
@pytest.mark.paper
def test_the_order_and_the_catalogue_are_papers(world, client, director, signed_in):
    made = world()
    signed_in(director)
    for step in (lambda made: None, decided):
        step(made)
        found = page(client, f"/ufficio/iniziative/{made.initiative.code}/partecipanti.pdf")
        assert (found["Content-Type"], found.content[:5]) == ("application/pdf", b"%PDF-")
    assert where_of(made.initiative) == Bilingual("Dusseldorf, Germania", "Dusseldorf, Germany")
    made.initiative.kind, made.initiative.edition, made.initiative.city = "incoming", None, "Bari"
    assert where_of(made.initiative) == Bilingual("Bari", "Bari"), "its market comes here"
    with made.at():
        api.accept_place(actor=made.actors[0], row=made.rows()[0])
    found = page(client, f"/fiere/{made.initiative.code}/catalogo.pdf")
    assert found["Content-Type"] == "application/pdf"
    assert found.content[:5] == b"%PDF-"


@pytest.mark.slow  # six pages
def test_the_office_mends_what_waits(world, client, director, signed_in, settings):
    settings.RNA = [{"address": "http://127.0.0.1:9/rnas", "user": "levante", "password": "s", "caller": "LEVANTE"}]
    made = world(places=1)
    one, two = made.firms[:2]
    one.name = "Impresa\x02"
    one.save()
    decided(made, **AID, codes=CODES["rna"])
    signed_in(director)
    base, row = f"/ufficio/iniziative/{made.initiative.code}/partecipanti", f"/ufficio/partecipanti/{made.row(one).pk}"
    shown = page(client, f"{base}/").content.decode()
    for words in (
        "aspetta l’ufficio",
        "DENOMINAZIONE",
        "Chiedi di nuovo",
        "Non ammettere",
        "Cambia i posti con un atto",
    ):
        assert words in shown
    codes = {name: CODES["rna"][name] for name in ("procedure", "regulation", "objective", "instrument")}
    assert page(client, f"{base}/codici/", **codes, notice="4712").status_code == 302
    kept = made.row(one).selection.aid_codes
    assert (kept["notice"], kept["cost_kind"]) == (4712, "1"), "what the form does not ask is kept"
    page(client, f"{row}/chiedi/", go="1")
    assert made.row(one).problem_it
    page(client, f"{row}/escludi/", reason="Dati mai corretti", reason_en="Data never mended")
    assert (made.row(one).state, made.row(two).state) == ("excluded", "registering")
    page(client, f"{base}/posti/", **{"seats-places": "2", "seats-act": made.act.code})
    assert made.row(made.firms[2]).state == "registering"
    work = api.ByHand.objects.create(
        participation=made.row(two), cor="1234567", what="cancel", reason="Sciopero", asked_at=AFTER
    )
    assert "da annullare nel RNA" in page(client, f"{base}/").content.decode()
    page(client, f"/ufficio/a-mano/{work.pk}/fatto/", on="2026-04-15")
    work.refresh_from_db()
    assert work.done_on == AFTER.date()


@pytest.mark.slow  # six pages
def test_codes_written_after_the_list_are_asked_for(world, client, director, signed_in, settings, actor_for):
    """Nobody waits for a code that no one asked, without a button to ask for it and a line in Today that says so."""
    settings.RNA = [{"address": "http://127.0.0.1:9/rnas", "user": "levante", "password": "s", "caller": "LEVANTE"}]
    made = decided(world(firms=1, places=1), **AID)
    signed_in(director)
    base = f"/ufficio/iniziative/{made.initiative.code}/partecipanti/"
    row, today = made.rows()[0], "aspettano il COR: scrivilo o chiedilo"

    def awaited():
        with made.at():
            return [one.without_code for one in api.awaited_from_office(actor_for(director), decides=True, most=9)]

    assert (awaited(), today in page(client, "/ufficio/").content.decode()) == ([1], True)
    shown = page(client, base).content.decode()
    assert (f'id="cor-{row.pk}"' in shown, "Chiedi di nuovo" in shown) == (True, False), "written by hand"
    with made.at():
        api.correct_aid_codes(actor=SYSTEM, initiative=made.initiative, codes=CODES["rna"])
    shown = page(client, base).content.decode()
    assert (f'id="cor-{row.pk}"' in shown, "Chiedi di nuovo" in shown) == (False, True)
    page(client, f"/ufficio/partecipanti/{row.pk}/chiedi/", go="1")
    assert RnaRegistration.objects.get().state == "asked"
    assert (awaited(), "Chiedi di nuovo" in page(client, base).content.decode()) == ([], False)


@pytest.mark.slow  # eight pages
def test_the_director_ticks_the_codes_that_the_act_cites(world, client, director, signed_in):
    made = world()
    Enterprise.objects.filter(pk=made.firms[0].pk).update(ateco="03.11.00", ateco_edition="2025")
    decided(made, **AID)
    signed_in(director)
    base = f"/ufficio/iniziative/{made.initiative.code}/partecipanti"
    shown = page(client, f"{base}/").content.decode()
    assert shown.count("de minimis della pesca") == 3, (
        "as it is; and to choose, for whoever has an activity of another sector"
    )
    page(
        client, f"/ufficio/partecipanti/{made.rows()[0].pk}/regime/", regime="general_de_minimis", reason="Ristorazione"
    )
    assert "de minimis generale: Ristorazione" in page(client, f"{base}/").content.decode()
    with made.at():
        for number, row in enumerate(made.rows()[:2]):
            api.write_cor(actor=SYSTEM, row=row, cor=f"123456{number}")
    shown = page(client, f"{base}/").content.decode()
    assert shown.count('name="admit-cors"') == 2
    assert 'name="admit-cors" value="1234560" checked' not in shown
    visure = f"/ufficio/partecipanti/{made.rows()[1].pk}/visure/"
    assert "Manca la visura aiuti del RNA" in page(client, visure).content.decode()
    for kind in THREE:
        given = {"kind": kind, "vercor": f"{kind[:2]}9", "made_on": "2026-04-15"}
        if kind == "deggendorf":
            assert "Di’ se l’impresa è nell’elenco" in page(client, visure, **given).content.decode()
        assert page(client, visure, **given, listed="no").status_code == 302
    assert "Ci sono tutte e tre" in page(client, visure).content.decode()
    assert "VERCOR ai9 (15 apr 2026), VERCOR de9" in page(client, f"{base}/").content.decode()
    given = {"admit-number": "88", "admit-adopted_on": "2026-04-15"}
    assert page(client, f"{base}/ammetti/", **given).status_code == 400, "none is ticked"
    assert page(client, f"{base}/ammetti/", **given, **{"admit-cors": ["1234561"]}).status_code == 302
    assert made.states()[:2] == ["registering", "offered"]
