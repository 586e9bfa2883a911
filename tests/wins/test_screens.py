"""The pages of wins: the enterprise tells, the customer confirms, the office reads what came of an initiative."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from tests.initiatives.world import SYSTEM
from tests.wins.world import LATER, confirm, over, tell

from levante.identity.api import roles
from levante.initiatives.api import Initiative, correct_initiative, plan_initiative, record_edition
from levante.kernel.api import Refused, clock_at
from levante.wins import api

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(desk, enterprise, representative, actor_for):
    return over(enterprise, representative, actor_for)


def page(client, path, **data):
    with clock_at(LATER):
        return client.post(path, data) if data else client.get(path)


@pytest.mark.slow  # seven pages
def test_an_enterprise_tells_a_win_and_the_customer_confirms_it(world, client, signed_in):
    signed_in(world.users[0], world.firms[0])
    told = {
        "origin": f"i{world.initiative.pk}", "what": "Barche", "kind": "export", "matter": "goods", "customer": "Boote GmbH",
        "country": "DE", "won_on": "2026-07-01", "anyway": "no", "sooner": "yes", "without_help": "10",
    }  # fmt: skip
    wrong = page(client, "/impresa/affari/nuovo/", **told)
    assert "almeno un importo" in wrong.content.decode()
    assert "Boote GmbH" in wrong.content.decode(), "nothing is lost"
    assert page(client, "/impresa/affari/nuovo/", **told, year_1="1.000,00").status_code == 302
    win = api.Win.objects.get()
    assert "solo così conta" in page(client, "/impresa/").content.decode(), "whose turn it is, in Today"
    letter = page(client, f"/impresa/affari/{win.pk}/chiedi/", x="1")
    address = letter.context["address"]
    assert address in letter.content.decode()
    assert "/en/" in address
    client.logout()
    path = address.removeprefix("http://testserver")
    for _ in range(2):
        shown = page(client, path)
        assert "told Regione Puglia" in shown.content.decode()
        assert shown["Referrer-Policy"] == "same-origin"
    win.refresh_from_db()
    assert win.state == "asked", "opening it changes nothing"
    assert "Boote GmbH" in page(client, path, answer="yes").content.decode(), "a rating is missing: nothing is written"
    assert "we have your answer" in page(client, path, answer="yes", rating="5", comment="ok").content.decode()
    assert "we have your answer" in page(client, path, answer="no", rating="1").content.decode()
    win.refresh_from_db()
    assert win.state == "confirmed"
    assert page(client, "/affari/conferma/nobody/").status_code == 404
    signed_in(world.users[0], world.firms[0])
    assert page(client, f"/impresa/affari/{win.pk}/scrivi/").status_code == 302, "nobody is left to write to"


@pytest.mark.slow  # eight pages
def test_the_office_reads_filters_attributes_and_reports(world, client, officer, signed_in):
    win = tell(world, confidential=True)
    confirm(world, win)
    signed_in(officer(roles.DIRECTOR))
    assert "Barche a vela" in page(client, "/ufficio/affari/?state=confirmed").content.decode()
    assert "Barche a vela" not in page(client, "/ufficio/affari/?state=denied").content.decode()
    code = world.initiative.code
    for query, there in ((f"initiative={code}", True), ("initiative=other", False), ("q=nessuna-impresa", False)):
        assert ("Barche a vela" in page(client, f"/ufficio/affari/?{query}").content.decode()) == there, query
    wrong = page(client, f"/ufficio/affari/{win.pk}/quote/", **{f"i{world.initiative.pk}": "90"})
    assert wrong.status_code == 400
    assert "fanno 100" in wrong.content.decode()
    assert (
        page(client, f"/ufficio/affari/{win.pk}/realizzato/", year="1", amount="80,00", source="f. 7").status_code
        == 302
    )
    sheet = b"".join(page(client, "/ufficio/affari/?export=csv").streaming_content).decode()
    for words in ("Barche a vela", "150.01", "80.00", "100.00 %", "2027-07-01"):
        assert words in sheet, words
    assert "Boote GmbH" not in sheet, "a confidential customer is in no file"
    shown = page(client, f"/ufficio/iniziative/{world.initiative.code}/risultati/").content.decode()
    assert f"/ufficio/affari/?initiative={code}" in shown
    for amount in ("150,01", "80,00", "90,01"):
        assert amount in shown
    assert "230,01" not in shown, "confirmed and realised are not added"
    assert "Valore confermato per settore" in shown, "a picture"
    assert "Export wins" in page(client, f"/en/ufficio/iniziative/{world.initiative.code}/risultati/").content.decode()


@pytest.mark.slow  # ten pages
def test_the_question_is_in_today_is_answered_and_the_office_reads_all_of_them(world, client, officer, signed_in):
    with clock_at(LATER):
        api.make_follow_ups(actor=SYSTEM)
    signed_in(world.users[0], world.firms[0])
    row = api.FollowUp.objects.get(enterprise=world.firms[0])
    assert f"/impresa/affari/seguito/{row.pk}/" in page(client, "/impresa/").content.decode()
    given = {"contacts": "3", "offers": "1", "orders": "1", "expected": "500,00"}
    answered = page(client, f"/impresa/affari/seguito/{row.pk}/", **given)
    assert answered.url.endswith("/impresa/affari/nuovo/"), "orders lead to telling a win"
    row.refresh_from_db()
    assert (row.contacts, row.expected, row.made_on) == (3, Decimal("500.00"), date(2026, 7, 15))
    other = api.FollowUp.objects.get(enterprise=world.firms[1])
    assert page(client, f"/impresa/affari/seguito/{other.pk}/").status_code == 404
    signed_in(officer(roles.DIRECTOR))

    def listed(query=""):
        shown = page(client, f"/ufficio/affari/seguiti/?{query}")
        return [each["row"].pk for each in shown.context["rows"]], shown.content.decode()

    rows, shown = listed(f"initiative={world.initiative.code}&months=0")
    assert rows == [other.pk, row.pk]
    for words in ("500,00", "con risposta", "29 lug 2026", "da rispondere: <strong>1</strong>"):
        assert words in shown, words
    assert listed("state=answered")[0] == [row.pk]
    assert listed("state=open")[0] == listed(f"q={world.firms[1].name}")[0] == [other.pk]
    assert listed("months=12")[0] == listed("state=lost")[0] == []
    assert listed(f"after={other.pk}")[0] == [row.pk], "the next page"
    sheet = b"".join(page(client, "/ufficio/affari/seguiti/?export=csv&state=answered").streaming_content).decode()
    assert "500.00" in sheet
    assert world.firms[1].name not in sheet
    with clock_at(datetime(2026, 8, 25, 9, tzinfo=UTC)):
        api.remind_of_follow_ups(actor=SYSTEM)
        today = client.get("/ufficio/").content.decode()
    assert "1 impresa sollecitata non ha risposto" in today
    assert f"/ufficio/affari/seguiti/?initiative={world.initiative.code}&amp;state=open" in today


def test_what_is_not_yours_is_not_there(world, client, signed_in):
    win = tell(world)
    signed_in(world.users[1], world.firms[1])
    assert page(client, f"/impresa/affari/{win.pk}/").status_code == 404
    assert page(client, f"/impresa/affari/{win.pk}/chiedi/", x="1").status_code == 404
    assert page(client, f"/ufficio/iniziative/{world.initiative.code}/risultati/").status_code in {403, 404}
    assert not api.CustomerAsk.objects.exists()


@pytest.mark.slow  # a paper
@pytest.mark.paper
def test_the_report_is_a_paper(world, client, officer, signed_in):
    confirm(world, tell(world))
    signed_in(officer(roles.DIRECTOR))
    found = page(client, f"/ufficio/iniziative/{world.initiative.code}/risultati.pdf")
    assert found.content[:5] == b"%PDF-"


@pytest.mark.slow  # two pages
def test_the_report_stands_beside_the_edition_before(world, client, officer, signed_in):
    signed_in(officer(roles.DIRECTOR))
    now, day = world.initiative, date(2025, 6, 1)
    path = f"/ufficio/iniziative/{now.code}/risultati/"
    assert "Non c’è un’edizione precedente" in page(client, path).content.decode()
    given = {"actor": SYSTEM, "city": "Dusseldorf", "starts_on": day, "ends_on": day}
    with clock_at(datetime(2025, 1, 2, 9, tzinfo=UTC)):
        edition = record_edition(code="boats-2025", fair=now.edition.fair, country="DE", demonstration=True, **given)
        plan_initiative(
            code="boats-before", kind="fair", title_it="Prima", title_en="Before", direction=now.direction, market="DE",
            edition=edition, lead_office=now.lead_office, sectors=[], **given,
        )  # fmt: skip
    shown = page(client, path)
    assert shown.context["before"].initiative.code == "boats-before"
    assert '<th scope="col" class="lv-number">2025</th>' in shown.content.decode()
    first = shown.context["charts"][0]["rows"]
    assert [row["label"] for row in first[:2]] == ["Costo", "Costo, la precedente"]
    # Of what is at no fair, the last of the same kind and title in its city; or the one that who plans it says.
    Initiative.objects.filter(pk=now.pk).update(edition=None, kind="mission", title_it="Missione a Düsseldorf 2026")
    assert page(client, path).context["before"] is None
    mission = Initiative.objects.filter(code="boats-before")
    mission.update(edition=None, kind="mission", title_it="II Missione a Dusseldorf (2025)")
    assert page(client, path).context["before"].initiative.code == "boats-before"
    mission.update(title_it="Missione a Dusseldorf della moda")
    assert page(client, path).context["before"] is None
    now.refresh_from_db()
    with pytest.raises(Refused, match="deve cominciare prima"):
        correct_initiative(actor=SYSTEM, initiative=now, follows=now)
    correct_initiative(actor=SYSTEM, initiative=now, follows=mission.get())
    shown = page(client, path)
    assert shown.context["before"].initiative.code == "boats-before"
    assert "Missione a Dusseldorf della moda" in shown.content.decode()
