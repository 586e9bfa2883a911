"""The pages of an agenda: the office makes it, those who come ask and read, the day is told from a telephone."""

import json
from datetime import time, timedelta

import pytest
from tests.meetings.world import AFTER, DAY, MORNING, SYSTEM, all_ask, arranged, make_meetings, published

from levante.identity.api import roles
from levante.kernel.api import clock_at
from levante.meetings import api
from levante.web.desk.meetings import printing
from levante.web.desk.meetings.papers import parts_of
from levante.web.desk.meetings.scores import pictures_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(desk, enterprise, representative, actor_for, person):
    return make_meetings(enterprise, representative, actor_for, person)


@pytest.fixture
def chief(officer, signed_in):
    return signed_in(officer(roles.DIRECTOR))


def as_buyer(client, one):
    client.force_login(one.user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session["acting_for"] = f"buyer:{one.buyer.pk}"
    session.save()
    return client


@pytest.mark.slow  # a dozen pages
def test_the_office_makes_the_agenda(made, chief):
    from levante.meetings.arranging import work_run

    all_ask(made)
    made.agenda.attendees.update(sectors=["nautica"])
    base = f"/ufficio/iniziative/{made.initiative.code}/incontri/"
    with clock_at(AFTER):
        assert "Richieste aperte" in chief.get(base).content.decode().replace("richieste aperte", "Richieste aperte")
        chief.post(f"{base}calcola/", {"objective": "mutual"})
        run = api.AgendaRun.objects.get()
        again = f'hx-get="{base}modi/"'
        assert again in chief.get(base).content.decode(), "while it is made the page asks by itself"
        work_run(run.pk)
        part = chief.get(f"{base}modi/").content.decode()
        assert "lv-bars-bound" in part
        assert again not in part
        page = chief.get(base).content.decode()
        run.refresh_from_db()
        least = {"least_shortfall", "least_unmet_mutual", "best_least_share", "mutual", "wanted"}
        assert least <= set(run.result)
        assert page.count("lv-bars-bound") == 4, "points, the worst served, mutual requests, minimums"
        assert "al massimo" in page
        assert f"{run.result['mutual']} su {run.result['mutual']}" in page
        chief.post(f"/ufficio/incontri/calcoli/{run.pk}/usa/")
        page = chief.get(base).content.decode()
        assert "lv-met" in page
        assert "Impresa 1 (it) × Buyer 1 (de)" in page, "no interpreter between them"
        one = api.Meeting.objects.standing().first()
        shown = chief.get(f"{base}modifica/", {"kind": "remove", "a": one.a_id, "b": one.b_id}).content.decode()
        assert "Si può fare" in shown
        assert "Che cosa hanno in comune: stesso settore (" in shown
        assert shown.count('name="a"') == shown.count('type="hidden" name="a"') > 0, (
            "who meets is not changed by moving"
        )
        shown = chief.get(
            f"{base}modifica/", {"kind": "add", "a": one.a_id, "slot": "x", "table": "0"}
        ).content.decode()
        assert "Qualcosa manca o non è possibile" in shown
        assert shown.count("invalid-feedback") + shown.count("lv-field-error") >= 3, "the buyer, the hour, the table"
        assert "Qui non si può fare" in chief.get(f"{base}modifica/", {"kind": "swap"}).content.decode()
        shown = chief.get(f"/ufficio/incontri/persone/{made.b[1].pk}/").content.decode()
        assert shown.count("lo vogliono entrambi") == 3, "whom it might meet, with what each asked"
        assert "stesso settore: " in shown
        why = {"block-a": made.a[0].pk, "block-b": made.b[0].pk, "block-reason": "Sono soci."}
        refused = chief.post(f"{base}persone/separa/", why)
        assert refused.status_code == 400
        assert 'value="Sono soci."' in refused.content.decode(), "they have a meeting: what was written stays"
        revision = made.fresh().revision
        given = {"kind": "remove", "a": one.a_id, "b": one.b_id, "revision": revision, "confirm": "1"}
        assert chief.post(f"{base}modifica/", given).status_code == 302
        assert not api.Meeting.objects.standing().filter(pk=one.pk).exists()
        again = chief.post(f"{base}modifica/", given).content.decode()
        assert "ricarica la pagina" in again
        for name in ("close_requests", "publish"):
            chief.post(f"{base}passo/{name}/")
        assert made.fresh().state == "published"
        assert chief.get(f"{base}persone/").status_code == 200
        assert b"Impresa 1" in b"".join(chief.get(f"{base}agenda.csv").streaming_content)
        sheet = b"".join(chief.get(f"{base}persone.csv").streaming_content).decode().splitlines()
        assert len(sheet) == 6
        assert ";3;0;3;" in sheet[-1], "a buyer asked three, who accepted"
        shown = chief.post(f"{base}assenza/", {"who": made.b[0].pk, "moves": "0"}).content.decode()
        assert "Ripara l’agenda" in shown
        read = made.fresh().revision
        assert f'name="revision" value="{read}"' in shown
        given = {"who": made.b[0].pk, "moves": "0", "revision": read - 1, "confirm": "1"}
        assert "ricarica la pagina" in chief.post(f"{base}assenza/", given).content.decode()
        assert made.fresh().revision == read, "what was read is no longer what would be done"
        assert chief.post(f"{base}assenza/", given | {"revision": read, "own": "on"}).status_code == 302
        missed = api.Meeting.objects.filter(b=made.b[0], state="cancelled", missed_by="b")
        assert missed.exists()
        assert api.behaviour_of(SYSTEM, made.b[0].buyer_id).missed == missed.count()


def test_the_office_sets_slots_and_tables(made, chief):
    base = f"/ufficio/iniziative/{made.initiative.code}/incontri/"
    with clock_at(AFTER):
        given = {
            "slots-day": DAY,
            "slots-begins": "14:00",
            "slots-ends": "15:00",
            "slots-minutes": 25,
            "slots-pause": 5,
        }
        assert chief.post(f"{base}fasce/", given).status_code == 302
        assert chief.post(f"{base}fasce/", given).status_code == 400, "they overlap: told beside the form"
        wanted = {
            "mode": "presence",
            "zone": "Europe/Berlin",
            "tables": 4,
            "interpreters": "de 2, ja 1",
            "languages": "it, en",
            "penalty": 25,
        }
        assert chief.post(f"{base}impostazioni/", wanted).status_code == 302
        wrong = chief.post(f"{base}impostazioni/", wanted | {"interpreters": "tedesco"}).content.decode()
        assert "due lettere" in wrong
        chief.post(f"/ufficio/incontri/fasce/{made.slots[0].pk}/togli/")
    agenda = made.fresh()
    assert (agenda.zone, agenda.tables, agenda.interpreters) == ("Europe/Berlin", 4, {"de": 2, "ja": 1})
    assert agenda.slots.count() == 5


def test_who_comes_asks_and_answers(made, client, signed_in):
    with clock_at(AFTER):
        page = as_buyer(client, made.buyers[0])
        address = f"/partner/incontri/{made.initiative.code}/"
        assert "Impresa 1" not in page.get(address).content.decode(), "names are not told before the interest is mutual"
        asked = page.post(f"{address}chiedi/?show=new", {"who": made.a[0].pk, "priority": 3, "message": "Barche?"})
        assert asked["Location"] == f"{address}?show=new#chi-{made.a[0].pk}", "back to the same place"
        assert page.get(address, {"show": "new"}).content.decode().count('id="chi-') == 2
        assert page.get(address, {"show": "asked", "q": "nothing of the kind"}).content.decode().count('id="chi-') == 0
        request = api.MeetingRequest.objects.get()
        mine = signed_in(made.world.users[0], made.world.firms[0])
        address = f"/impresa/incontri/{made.initiative.code}/"
        assert "Buyer 1" in mine.get(address).content.decode()
        assert "1 richiesta di incontro" in mine.get("/impresa/").content.decode()
        shown = mine.get(address, {"show": "waiting", "q": "BUYER germania"}).content.decode()
        assert shown.count('id="chi-') == 1
        assert "Accetta e di’ quanto ti interessa" in shown
        mine.post(f"{address}richieste/{request.pk}/", {"answer": "yes"})
        request.refresh_from_db()
        assert request.state == "accepted"
        assert "volete incontrarvi entrambi" in mine.get(address).content.decode()
        mine.post(f"{address}chiedi/", {"who": request.asker_id, "priority": 3, "message": "Sì"})
        assert api.MeetingRequest.objects.get(asker=made.a[0]).priority == 3, "who is asked says how much too"
        assert mine.post(f"{address}chiedi/", {"who": made.a[1].pk}).status_code == 404, "its own side"
        other = signed_in(made.world.users[1], made.world.firms[1])
        assert other.post(f"{address}richieste/{request.pk}/", {"answer": "no"}).status_code == 404


def test_a_link_of_an_e_mail_changes_nothing_until_the_button(made, client):
    request = made.ask(made.buyer_actors[0], made.b[0], made.a[0])
    with clock_at(AFTER):
        address = f"/incontri/rispondi/{request.token}/"
        shown = client.get(address)
        assert "Buyer 1" in shown.content.decode()
        assert (shown["Referrer-Policy"], shown["Cache-Control"]) == ("same-origin", "no-store")
        request.refresh_from_db()
        assert request.state == "open"
        client.post(address, {"answer": "yes"})
        request.refresh_from_db()
        assert request.state == "accepted"
        assert client.get("/incontri/rispondi/nessuno/").status_code == 404
        api.move_agenda(actor=SYSTEM, agenda=made.agenda, step="close_requests")
        closed = client.get(address).content.decode()
        assert "non si può più rispondere" in closed
        assert "Buyer 1" not in closed, "an old e-mail tells nothing"
        assert "non sono aperte" in client.post(address, {"answer": "no"}).content.decode()
        request.refresh_from_db()
        assert request.state == "accepted"


def test_the_calendar_opens_with_its_secret_alone(made, client):
    published(arranged(all_ask(made)))
    answer = client.get(f"/incontri/calendario/{made.b[0].token}.ics")
    assert answer["Content-Type"].startswith("text/calendar")
    assert answer.content.decode().count("BEGIN:VEVENT") == 3
    assert "X-WR-CALNAME:Barche\r\n" in answer.content.decode()
    one = api.Meeting.objects.standing().filter(b=made.b[0]).order_by("slot__starts_at").first()
    api.Meeting.objects.filter(pk=one.pk).update(table=12)
    there = client.get(f"/en/incontri/calendario/{made.b[0].token}.ics").content.decode()
    assert "X-WR-CALNAME:Boats abroad\r\n" in there
    assert "LOCATION:table 12\\, Dusseldorf\r\n" in there
    assert client.get("/incontri/calendario/altro.ics").status_code == 404


@pytest.mark.slow  # a dozen pages
def test_the_day_from_a_telephone_that_was_offline(made, signed_in, officer):
    boss = officer(roles.DIRECTOR)
    chief = signed_in(boss)
    published(arranged(all_ask(made)))
    base = f"/ufficio/iniziative/{made.initiative.code}/incontri/"
    seen = [{"attendee": row.pk, "at": (MORNING - timedelta(minutes=5)).isoformat()} for row in made.a]
    with clock_at(MORNING):
        sent = chief.post(f"{base}arrivi/", json.dumps(seen), content_type="application/json")
        assert sent.json() == {"kept": 3}
        assert chief.post(f"{base}arrivi/", "[{", content_type="application/json").status_code == 400
        chief.post(f"{base}arrivi/", {"attendee": made.b[0].pk})
        assert (
            "presente" in chief.get(f"{base}oggi/").content.decode()
            or "arrivato" in chief.get(f"{base}oggi/").content.decode()
        )
        chief.logout()
        over = chief.post(f"{base}arrivi/", json.dumps(seen), content_type="application/json")
        assert over.status_code == 401, (
            "a telephone whose session is over is told so, not led to a page that answers 200"
        )
        chief.force_login(boss, backend="django.contrib.auth.backends.ModelBackend")
    one = api.Meeting.objects.standing().filter(b=made.b[1]).order_by("slot__starts_at").first()
    first = one.slot
    with clock_at(first.starts_at + timedelta(minutes=5)):
        board = chief.get(f"{base}oggi/").content.decode()
        assert "Non ancora arrivati" in board
        for nothing in ({}, {"held": "no"}):
            chief.post(f"/ufficio/incontri/{one.pk}/tenuto/", nothing)
            one.refresh_from_db()
            assert one.state == "planned", "nothing is said: nobody missed it"
        endless = chief.post(f"{base}arrivi/", '[{"attendee": 1e999, "at": ""}]', content_type="application/json")
        assert endless.status_code == 400
        chief.post(f"/ufficio/incontri/{one.pk}/tenuto/", {"held": "yes"})
        one.refresh_from_db()
        assert one.state == "held"
        for given, told in (({"was": ""}, (False, "yes")), ({"was": "yes"}, (True, "b"))):
            late = chief.post(f"/ufficio/incontri/{one.pk}/tenuto/", {"held": "b", "kept": "1"} | given).json()
            assert (late["kept"], late["now"]) == told, "what another said meanwhile stays"


@pytest.mark.slow  # seven pages
def test_how_it_was_in_ten_seconds(made, client):
    published(arranged(all_ask(made)))
    one = api.Meeting.objects.standing().filter(b=made.b[0]).order_by("slot__starts_at").first()
    with clock_at(one.slot.starts_at + timedelta(minutes=30)):
        page = as_buyer(client, made.buyers[0])
        address = f"/partner/incontri/{made.initiative.code}/{one.pk}/com-e-andata/"
        assert page.post(address, {"quality": "", "next_step": ""}).status_code == 200
        kept = page.post(address, {"quality": "5", "next_step": "samples", "expected": "10000", "confidential": "on"})
        assert kept.status_code == 302
        assert "racconta" in page.get("/partner/").content.decode() or one.feedback.count() == 1
    assert one.feedback.get().quality == 5
    with clock_at(one.slot.starts_at + timedelta(minutes=40)):
        said = {
            "quality": "3",
            "next_step": "info",
            "key": "k",
            "at": (one.slot.starts_at + timedelta(minutes=35)).isoformat(),
        }
        wrong = page.post(address, said | {"expected": "molto"})
        assert (wrong.status_code, bool(wrong.json()["error"])) == (400, True), "a telephone is told what is wrong"
        assert [page.post(address, said).json() for _ in range(2)] == [{"kept": True}] * 2
        late = said | {"quality": "1", "key": "late", "at": one.slot.starts_at.isoformat()}
        assert page.post(address, late).json() == {"kept": True}
        shown = page.get(f"/partner/incontri/{made.initiative.code}/").content.decode()
    assert one.feedback.get().quality == 3, "what was said before, and comes later, replaces nothing"
    assert "&quot;quality&quot;: &quot;3&quot;" in shown
    stranger = api.Meeting.objects.standing().exclude(b=made.b[0]).first()
    with clock_at(AFTER):
        assert page.get(f"/partner/incontri/{made.initiative.code}/{stranger.pk}/com-e-andata/").status_code == 404


@pytest.mark.slow  # six papers
def test_papers_come_a_part_at_a_time_in_the_language_of_each(made, chief, monkeypatch):
    published(arranged(all_ask(made)))
    made.agenda.attendees.filter(pk=made.a[0].pk).update(remote=True, own_table="")
    drawn = []
    monkeypatch.setattr(printing, "render_pdf", lambda **given: drawn.append(given["context"]) or b"%PDF-")
    monkeypatch.setattr(printing, "PART", 2)
    monkeypatch.setattr(printing, "BADGES", 3)
    base = f"/ufficio/iniziative/{made.initiative.code}/incontri/"
    for path in (
        "agende.pdf",
        "agende.pdf?part=2",
        "agende.pdf?part=3",
        "badge.pdf",
        "badge.pdf?part=2",
        "tavoli.pdf?part=9",
    ):
        assert chief.get(base + path).status_code == 200, path
    sheets = [[(one["person"].name, one["language"]) for one in context["sheets"]] for context in drawn[:3]]
    assert [len(part) for part in sheets] == [2, 2, 1]
    assert [part for parts in sheets for part in parts][2:] == [
        ("Impresa 3", "it"),
        ("Buyer 1", "de"),
        ("Buyer 2", "de"),
    ]
    assert [len(context["cards"]) for context in drawn[3:5]] == [3, 1], "who is elsewhere has no badge"
    assert drawn[5]["sheets"] == []
    assert [one["url"].partition("?")[2] for one in parts_of("agenda_badges", "x", 7, 3, "")] == [
        "part=1",
        "part=2",
        "part=3",
    ]
    assert [one["url"].partition("?")[2] for one in parts_of("agenda_badges", "x", 3, 3, "")] == [""]


def test_what_is_not_yours_is_not_there(made, client, signed_in, person):
    stranger = signed_in(person())
    with clock_at(AFTER):
        assert stranger.get(f"/ufficio/iniziative/{made.initiative.code}/incontri/").status_code in {403, 404}
        made.world.users[0].mandates.all().update(until=AFTER.date() - timedelta(days=1))
        mine = signed_in(made.world.users[0], made.world.firms[0])
        assert mine.get(f"/impresa/incontri/{made.initiative.code}/").status_code in {302, 403, 404}


def test_slots_are_added_by_hours_of_the_place(made):
    with clock_at(AFTER):
        api.set_agenda(
            actor=SYSTEM, agenda=made.agenda, tables=None, interpreters={}, languages=["it"], penalty=25, requests_until=None,
            zone="Asia/Dubai", mode="presence",
        )  # fmt: skip
        api.add_slots(
            actor=SYSTEM, agenda=made.agenda, day=DAY + timedelta(days=1), begins=time(9), ends=time(10), minutes=30
        )
    last = made.agenda.slots.order_by("-starts_at").first()
    assert last.starts_at.isoformat() == "2026-06-02T05:30:00+00:00"


def test_bars_are_never_over_their_bound_and_a_worse_agenda_has_a_shorter_one():
    """Also where minimums cannot be reached yet: the share of a negative bound would say that the worst agenda is the best."""

    def drawn(*results):
        return {
            picture["title"]: [(bar["width"], bar["figure"]) for bar in picture["bars"]]
            for picture in pictures_of([{"result": one, "objective": api.states.OBJECTIVES["fair"]} for one in results])
        }

    few = {
        "bound": -135.5, "wanted": 8, "penalty": 25.0, "least_shortfall": 6, "mutual": 3, "least_unmet_mutual": 1,
        "best_least_share": 0.5,
    }  # fmt: skip
    good = few | {"objective": -160.5, "shortfall": 6, "unmet_mutual": 1, "least_share": 0.4}
    bad = few | {"objective": -196.25, "shortfall": 7, "unmet_mutual": 3, "least_share": 0.0}
    points, shares, mutual, minimums = drawn(good, bad, None).values()
    assert [width for width, _ in points] == [184, 17]
    assert not any("%" in figure for _, figure in points), "the difference: no share of what is negative"
    assert points[1][1].startswith("60")
    assert [width for width, _ in shares] == [240, 0]
    assert [width for width, _ in mutual] == [300, 0]
    assert [width for width, _ in minimums] == [300, 150]
    assert drawn({"objective": -196.25, "bound": -135.5}) == {}, "a run of before has not what bars are reckoned from"
    assert [width for [(width, _)] in drawn({"objective": 75, "bound": 100}).values()] == [225]
