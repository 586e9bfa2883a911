"""Letters on screen: the list and its files, one letter with what can be done, the file that writes them, the enterprise's page."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.letters.conftest import START, TO

from levante.kernel.api import clock_at
from levante.letters.api import Letter

pytestmark = pytest.mark.django_db


def text_of(answer):
    return answer.content.decode()


@pytest.fixture
def browser(desk, signed_in):
    from levante.identity.api import User

    return signed_in(User.objects.get(pk=desk.user_id))


@pytest.fixture
def failed(letter, post, pec):
    pec.provider.behave({"addresses": {TO: "full"}})
    return post(letter())


def test_the_list_says_state_and_why_and_filters(failed, browser, letter):
    page = text_of(browser.get("/ufficio/lettere/"))
    assert failed.register_number in page
    assert "il gestore non l’ha consegnata" in page
    other = letter(kind="communication", key="b", draft=True)
    for query, seen in [
        ("state=wanted", [failed]), ("state=draft", [other]), ("kind=rejected", [failed]), ("q=2026/7", [other, failed]),
        ("q=Cantieri", [other, failed]), (f"q={failed.register_number}", [failed]), ("officer=mine", [other, failed]),
        ("state=late", []), ("state=problem", []), ("since=2026-03-03", []),
    ]:  # fmt: skip
        rows = browser.get(f"/ufficio/lettere/?{query}").context["rows"]
        assert [row["letter"] for row in rows] == seen, query
    assert "Nessuna lettera risponde" in text_of(browser.get("/ufficio/lettere/?q=niente"))
    assert browser.get("/ufficio/lettere/?after=x").status_code == 200


def test_the_same_rows_as_a_file(failed, browser):
    table = b"".join(browser.get("/ufficio/lettere/?export=csv").streaming_content).decode("utf-8-sig").splitlines()
    assert table[0].startswith("Numero;Tipo;Impresa")
    assert failed.register_number in table[1]
    assert "Casella piena" in table[1]


def test_pages_by_key_and_many_tried_again(failed, browser, letter, pec, post, monkeypatch):
    from levante.web.desk.letters import listing

    monkeypatch.setattr(listing, "PAGE", 1)
    letter(kind="communication", key="b", draft=True)
    first = browser.get("/ufficio/lettere/")
    assert first.context["next_cursor"]
    second = browser.get(f"/ufficio/lettere/?after={first.context['next_cursor']}")
    assert [row["letter"] for row in second.context["rows"]] == [failed]
    with clock_at(START + timedelta(hours=1)):
        answer = browser.post("/ufficio/lettere/riprova/", {"letter": [], "query": "state=wanted"}, follow=True)
        assert "Prima spunta" in text_of(answer)
        answer = browser.post("/ufficio/lettere/riprova/", {"letter": [failed.pk, "x"], "query": ""}, follow=True)
        assert "Riparte 1 lettera su 1." in text_of(answer)
    pec.provider.behave({"addresses": {TO: "unknown"}})
    post(failed, minutes=90)
    with clock_at(START + timedelta(hours=2)):
        browser.post("/ufficio/lettere/riprova/", {"all": "1", "query": "state=not_delivered"})
    failed.refresh_from_db()
    assert failed.state == "queued"


def test_a_letter_shows_how_it_went_and_opens_its_files(failed, browser, signed_in, officer):
    page = text_of(browser.get(f"/ufficio/lettere/{failed.pk}/"))
    for words in ("Mancata consegna", "5.2.2 - Casella piena", "firma integra", "Che cosa fare", "Rinvia per PEC"):
        assert words in page
    going = failed.dispatches.get()
    receipt = going.receipts.first()
    answer = browser.get(f"/ufficio/lettere/{failed.pk}/file/{receipt.file_id}/")
    assert answer["Content-Type"] == "message/rfc822"
    assert b"X-Ricevuta" in b"".join(answer.streaming_content)
    assert browser.get(f"/ufficio/lettere/{failed.pk}/file/999999/").status_code == 404
    stranger = signed_in(officer("agency_staff", office="altra-agenzia", given="Ugo"))
    assert stranger.get(f"/ufficio/lettere/{failed.pk}/").status_code == 404
    assert stranger.get(f"/ufficio/lettere/{failed.pk}/file/{receipt.file_id}/").status_code == 404


def test_steps_do_their_work_and_say_what_is_wrong_beside_the_field(failed, browser):
    address = f"/ufficio/lettere/{failed.pk}/passo"
    with clock_at(START + timedelta(days=3)):
        wrong = browser.post(f"{address}/again/", {"address": "x"})
        assert wrong.status_code == 422
        wrong = browser.post(f"{address}/otherwise/", {"channel": "registered_letter", "sent_on": "2026-03-03"})
        assert "Scrivi il numero della raccomandata" in text_of(wrong)
        proof = SimpleUploadedFile("avviso.pdf", b"%PDF-1.4\n%%EOF\n", content_type="application/pdf")
        done = browser.post(
            f"{address}/otherwise/",
            {"channel": "registered_letter", "reference": "RR 1", "sent_on": "2026-03-03", "upload": proof}, follow=True,
        )  # fmt: skip
        assert "È scritto." in text_of(done)
        done = browser.post(f"{address}/outcome/", {"delivered_on": "2026-03-04"}, follow=True)
        assert "Arrivata" in text_of(done)
    failed.refresh_from_db()
    assert failed.state == "delivered"
    going = failed.dispatches.last()
    answer = browser.get(f"/ufficio/lettere/{failed.pk}/file/{going.proof_id}/")
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert browser.post(f"{address}/nothing/").status_code == 404


def test_a_draft_is_changed_seen_and_sent(letter, browser):
    one = letter(kind="communication", draft=True)
    address = f"/ufficio/lettere/{one.pk}"
    assert "Pango" in text_of(browser.get(f"{address}/anteprima/")), "where it cannot be printed it is said"
    wrong = browser.post(f"{address}/passo/edit/", {"subject": "Oggetto", "body": "Ecco {number}"})
    assert "{number}" in text_of(wrong)
    browser.post(f"{address}/passo/edit/", {"subject": "Oggetto", "body": "Ecco."})
    browser.post(f"{address}/passo/finish/")
    one.refresh_from_db()
    assert (one.state, one.body) == ("ready", "Ecco.")
    browser.post(f"{address}/passo/cancel/", {"reason": "Doppia"})
    one.refresh_from_db()
    assert one.state == "cancelled"


def test_today_has_what_did_not_arrive_with_what_to_do(failed, browser, desk):
    from levante.web.desk.letters.worklist import my_turn

    (item,) = my_turn(desk)
    assert item.url == f"/ufficio/lettere/{failed.pk}/"
    assert "rinvia" in item.why


def test_silence_for_too_long_is_told(letter, post, pec, desk):
    pec.provider.behave({"addresses": {TO: "silent"}})
    one = post(letter())
    from levante.web.desk.letters.worklist import my_turn

    with clock_at(START + timedelta(hours=20)):
        assert not list(my_turn(desk))
    with clock_at(START + timedelta(hours=26)):
        (item,) = my_turn(desk)
    assert "ricevute" in item.why
    assert one.state == "sent"


def test_the_enterprise_reads_its_letters_and_no_receipt(failed, letter, firm, representative, enterprise, signed_in):
    letter(kind="communication", key="b", draft=True)
    mine = signed_in(representative(firm), firm)
    page = mine.get("/impresa/messaggi/lettere/")
    assert [row["letter"] for row in page.context["rows"]] == [failed], "drafts are the office's"
    shown = text_of(mine.get(f"/impresa/messaggi/lettere/{failed.pk}/"))
    assert "Non ha sede in Puglia." in shown
    assert "non è arrivata nella tua casella PEC" in shown
    english = text_of(mine.get(f"/en/impresa/messaggi/lettere/{failed.pk}/"))
    assert "A courtesy translation" in english
    receipt = failed.dispatches.get().receipts.first()
    assert mine.get(f"/impresa/messaggi/lettere/{failed.pk}/file/{receipt.file_id}/").status_code == 404
    other = enterprise("Altra S.r.l.")
    stranger = signed_in(representative(other, given="Ida"), other)
    assert stranger.get(f"/impresa/messaggi/lettere/{failed.pk}/").status_code == 404


def test_in_the_portal_alone_reading_is_told(letter, post, settings, firm, representative, signed_in, actor_for):
    settings.PEC = []
    one = post(letter())
    user = representative(firm)
    mine = signed_in(user, firm)
    from levante.web.portal.notices.worklist import my_turn

    assert [item.url for item in my_turn(actor_for(user, firm))] == [f"/impresa/messaggi/lettere/{one.pk}/"]
    assert "L’ho letta" in text_of(mine.get(f"/impresa/messaggi/lettere/{one.pk}/"))
    mine.post(f"/impresa/messaggi/lettere/{one.pk}/letta/")
    assert Letter.objects.get().state == "delivered"
    assert "L’ho letta" not in text_of(mine.get(f"/impresa/messaggi/lettere/{one.pk}/"))


def test_saved_texts_on_screen(browser, desk):
    from levante.identity.api import Office

    office = Office.objects.get(code="sezione")
    wrong = browser.post("/ufficio/testi/", {"office": office.pk, "use": "notice", "title": "Fiera", "text": "{x}"})
    assert wrong.status_code == 422
    assert "{x}" in text_of(wrong)
    browser.post(
        "/ufficio/testi/", {"office": office.pk, "use": "notice", "title": "Fiera", "text": "{enterprise}: no."}
    )
    page = browser.get("/ufficio/testi/")
    (row,) = page.context["groups"][0]["rows"]
    browser.post(f"/ufficio/testi/{row.pk}/", {"office": office.pk, "use": "notice", "title": "Fiera", "text": "No."})
    shown = text_of(browser.get(f"/ufficio/testi/{row.pk}/"))
    assert "Versione 2" in shown
    browser.post(f"/ufficio/testi/{row.pk}/togli/")
    assert "Ancora nessun testo salvato" in text_of(browser.get("/ufficio/testi/"))
