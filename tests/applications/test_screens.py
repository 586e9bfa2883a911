"""The journey of an enterprise through the ordinary pages, with its query budgets."""

import json

import pytest
from bench.applications import PAGE_QUERIES, SENDING_QUERIES
from tests.applications.conftest import FIRST_COME_ANSWERS, pdf

from levante.applications.api import (
    Application,
    give_rejection_notice,
    request_integration,
    submit_application,
    take_in_charge,
)
from levante.register.api import entries_about

pytestmark = pytest.mark.django_db


def section_data(section, application, answers):
    from levante.applications.api import read_application

    current = next(item for item in read_application(application).sections if item.id == section)
    data = {"revision": application.revision, "shown": " ".join(item.id for item in current.fields if item.typed)}
    for item in current.fields:
        value = answers.get(item.id)
        if value is True:
            value = "yes"
        elif value is False:
            value = "no" if item.kind == "yes_no" else ""
        if value:
            data[item.id] = value
    return data


@pytest.mark.slow  # a whole journey, page by page
def test_from_the_call_to_the_receipt(client, first_come, firm, signed_in):
    made, user = firm()
    browser = signed_in(user, made)
    page = browser.get(f"/bandi/{first_come.call.code}/")
    assert "6.000,00" in page.content.decode()
    response = browser.post(f"/impresa/domande/nuova/{first_come.pk}/")
    assert response.status_code == 302
    draft = Application.objects.get()
    assert browser.get(response.url).status_code == 200
    for section in ("enterprise", "fair", "objectives", "declarations"):
        address = f"/impresa/domande/{draft.pk}/sezioni/{section}/"
        assert browser.get(address).status_code == 200
        draft.refresh_from_db()
        saved = browser.post(address, section_data(section, draft, FIRST_COME_ANSWERS))
        assert saved.status_code == 302, section
    summary = browser.get(f"/impresa/domande/{draft.pk}/riepilogo/").content.decode()
    assert "Conferma dell’organizzatore" in summary
    refused = browser.post(f"/impresa/domande/{draft.pk}/invio/")
    assert refused.status_code == 409
    assert "manca il documento" in refused.content.decode()
    browser.post(f"/impresa/domande/{draft.pk}/documenti/organiser_confirmation/", {"file": pdf()})
    sent = browser.post(f"/impresa/domande/{draft.pk}/invio/")
    assert sent.status_code == 302, sent.content.decode()
    again = browser.post(f"/impresa/domande/{draft.pk}/invio/")
    assert again.url == sent.url
    assert Application.objects.count() == 1
    application = Application.objects.get()
    receipt = browser.get(sent.url).content.decode()
    assert application.number in receipt
    first, second = (browser.get(f"/impresa/domande/{draft.pk}/ricevuta.json").content for _ in range(2))
    assert first == second
    assert f"DOM-{json.loads(first)['number']}" == application.number
    assert browser.get(f"/impresa/domande/{draft.pk}/").status_code == 200
    assert application.number in browser.get("/impresa/domande/").content.decode()


@pytest.mark.parametrize("kind", ["first_come", "by_ranking"])
def test_pages_stay_within_their_queries(kind, request, filled, signed_in, django_assert_max_num_queries):
    opening = request.getfixturevalue(kind)
    earlier, actor, _ = filled(opening, "Chi è arrivato prima")
    submit_application(actor=actor, application=earlier)  # the log is there
    draft, _, user = filled(opening)
    browser = signed_in(user, draft.enterprise)
    browser.get(f"/impresa/domande/{draft.pk}/sezioni/fair/")
    with django_assert_max_num_queries(PAGE_QUERIES):
        assert browser.get(f"/impresa/domande/{draft.pk}/sezioni/fair/").status_code == 200
    with django_assert_max_num_queries(SENDING_QUERIES):
        assert browser.post(f"/impresa/domande/{draft.pk}/invio/").status_code == 302
    draft.refresh_from_db()
    assert draft.number


@pytest.mark.django_db(transaction=True)
def test_pages_stay_within_their_queries_in_real_transactions(
    first_come, filled, signed_in, django_assert_max_num_queries
):
    opening = first_come
    earlier, actor, _ = filled(opening, "Chi è arrivato prima")
    submit_application(actor=actor, application=earlier)  # the log is there
    draft, _, user = filled(opening)
    browser = signed_in(user, draft.enterprise)
    browser.get(f"/impresa/domande/{draft.pk}/sezioni/fair/")
    with django_assert_max_num_queries(PAGE_QUERIES):
        assert browser.get(f"/impresa/domande/{draft.pk}/sezioni/fair/").status_code == 200
    with django_assert_max_num_queries(SENDING_QUERIES):
        assert browser.post(f"/impresa/domande/{draft.pk}/invio/").status_code == 302
    draft.refresh_from_db()
    assert draft.number
    late = browser.post(f"/impresa/domande/{draft.pk}/sezioni/fair/", headers={"X-Levante-Autosave": "1"})
    assert late.json() == {"over": f"/impresa/domande/{draft.pk}/"}  # another tab that still writes is told


def test_autosave_answers_what_the_page_must_show(first_come, firm, signed_in):
    made, user = firm()
    browser = signed_in(user, made)
    browser.post(f"/impresa/domande/nuova/{first_come.pk}/")
    draft = Application.objects.get()
    address = f"/impresa/domande/{draft.pk}/sezioni/fair/"
    headers = {"X-Levante-Autosave": "1"}
    data = {
        "revision": 0,
        "shown": "fair_country stand fair_from",
        "fair_country": "US",
        "stand": "shared",
        "fair_from": "99/99/2027",
    }
    answer = browser.post(address, data, headers=headers).json()
    assert "stand_with" in answer["visible"]
    assert answer["computed"]["fair_area"] == "Fuori dall’Unione europea"
    assert "99/99/2027" in answer["wrong"]["f-fair_from"]
    assert "99/99/2027" in browser.get(address).content.decode()


def test_two_tabs_lose_nothing(first_come, firm, signed_in):
    made, user = firm()
    browser = signed_in(user, made)
    browser.post(f"/impresa/domande/nuova/{first_come.pk}/")
    draft = Application.objects.get()
    address = f"/impresa/domande/{draft.pk}/sezioni/fair/"
    shown = "fair_name fair_city"
    browser.post(address, {"revision": 0, "shown": shown, "fair_name": "Boot", "fair_city": "Düsseldorf"})
    late = browser.post(address, {"revision": 0, "shown": shown, "fair_name": "Milano Unica", "fair_city": ""})
    assert late.status_code == 409
    page = late.content.decode()
    assert "Boot" in page
    assert "Milano Unica" in page
    draft.refresh_from_db()
    assert draft.answers["fair_name"] == "Boot"
    assert draft.answers["fair_city"] == "Düsseldorf"
    assert draft.savings.order_by("-revision").first().conflicts["fair_name"] == "Milano Unica"
    kept = browser.post(
        address,
        {
            "revision": draft.revision,
            "shown": shown,
            "fair_name": "Milano Unica",
            "fair_city": "Düsseldorf",
            "keep": "mine",
        },
    )
    assert kept.status_code == 302
    draft.refresh_from_db()
    assert draft.answers["fair_name"] == "Milano Unica"


def test_tabs_on_different_questions_do_not_meet(first_come, firm, signed_in):
    made, user = firm()
    browser = signed_in(user, made)
    browser.post(f"/impresa/domande/nuova/{first_come.pk}/")
    draft = Application.objects.get()
    address = f"/impresa/domande/{draft.pk}/sezioni/fair/"
    shown = "fair_name fair_city"
    browser.post(address, {"revision": 0, "shown": shown, "fair_name": "Boot", "fair_city": ""})
    other = browser.post(address, {"revision": 0, "shown": shown, "fair_name": "", "fair_city": "Bari"})
    assert other.status_code == 302
    draft.refresh_from_db()
    assert (draft.answers["fair_name"], draft.answers["fair_city"]) == ("Boot", "Bari")


@pytest.mark.parametrize("path", ["", "sezioni/fair/", "riepilogo/", "ricevuta/", "ricevuta.json", "ricevuta.pdf"])
def test_others_find_nothing(first_come, filled, firm, signed_in, path):
    draft, actor, _ = filled(first_come)
    if path.startswith("ricevuta"):
        submit_application(actor=actor, application=draft)
    other, user = firm("Un’altra impresa")
    assert signed_in(user, other).get(f"/impresa/domande/{draft.pk}/{path}").status_code == 404


@pytest.mark.parametrize(
    "path", ["sezioni/fair/", "invio/", "elimina/", "ritiro/", "integrazione/", "documenti/quotes/"]
)
def test_others_change_nothing(first_come, filled, firm, signed_in, path):
    draft, _, _ = filled(first_come)
    other, user = firm("Un’altra impresa")
    assert signed_in(user, other).post(f"/impresa/domande/{draft.pk}/{path}").status_code == 404


def test_files_are_for_their_enterprise(first_come, filled, firm, signed_in, officer):
    draft, _, user = filled(first_come)
    file_id = draft.answers["organiser_confirmation"][0]["id"]
    mine = signed_in(user, draft.enterprise).get(f"/documenti/{file_id}/")
    assert mine.status_code == 200
    assert mine["X-Content-Type-Options"] == "nosniff"
    assert mine["Content-Disposition"].startswith("attachment")
    assert b"".join(mine.streaming_content).startswith(b"%PDF")
    other, stranger = firm("Un’altra impresa")
    assert signed_in(stranger, other).get(f"/documenti/{file_id}/").status_code == 404


def test_in_english(first_come, filled, signed_in):
    draft, _, user = filled(first_come)
    browser = signed_in(user, draft.enterprise)
    for path in ("", "sezioni/fair/", "riepilogo/"):
        page = browser.get(f"/en/impresa/domande/{draft.pk}/{path}").content.decode()
        assert 'lang="en"' in page
    assert "Check and send" in browser.get(f"/en/impresa/domande/{draft.pk}/riepilogo/").content.decode()


def test_repeated_rows_are_added_and_removed(by_ranking, firm, signed_in):
    made, user = firm()
    browser = signed_in(user, made)
    browser.post(f"/impresa/domande/nuova/{by_ranking.pk}/")
    draft = Application.objects.get()
    address = f"/impresa/domande/{draft.pk}/sezioni/costs/"
    rows = {"revision": 0, "shown": "cost_items", "cost_items-0-item": "space", "cost_items-0-amount": "1.000,50"}
    browser.post(address, {**rows, "cost_items-1-item": "fitting", "cost_items-1-amount": "200"})
    draft.refresh_from_db()
    assert [row["amount"] for row in draft.answers["cost_items"]] == ["1000.50", "200.00"]
    page = browser.get(address).content.decode()
    assert "1.200,50" in page
    assert 'name="cost_items-2-amount"' not in page
    kept = {**rows, "revision": draft.revision, "cost_items-1-item": "fitting", "cost_items-1-amount": "200"}
    gone = browser.post(address, {**kept, "add_row": "cost_items"})
    assert gone.url == f"{address}?riga=cost_items#f-cost_items-2-item"
    longer = browser.get(gone.url).content.decode()
    assert 'id="f-cost_items-2-item' in longer
    assert 'name="cost_items-2-amount"' in longer
    assert browser.get(f"{address}?riga=nothing").status_code == 200
    draft.refresh_from_db()
    assert len(draft.answers["cost_items"]) == 2, "an empty row is no answer"
    browser.post(
        address, {**rows, "revision": draft.revision, "cost_items-1-amount": "200", "remove_row": "cost_items-0"}
    )
    draft.refresh_from_db()
    assert draft.answers["cost_items"] == [{"amount": "200.00"}]


def test_opportunities_say_why(first_come, firm, signed_in):
    made, user = firm()
    page = signed_in(user, made).get("/impresa/opportunita/").content.decode()
    assert "Avere una sede operativa in Puglia" in page
    assert "risulta dai dati della tua impresa" in page


def test_an_upload_over_the_limit_is_told_and_nothing_is_kept(first_come, filled, signed_in, monkeypatch):
    from levante.documents import uploads

    draft, _, user = filled(first_come)
    monkeypatch.setattr(uploads, "LIMIT", 3 * 1024 * 1024)
    browser = signed_in(user, draft.enterprise)
    address = f"/impresa/domande/{draft.pk}/documenti/organiser_confirmation/"
    page = browser.post(address, {"file": pdf(content=b"%PDF-1.4\n" + b"\x00" * 8 * 1024 * 1024)}, follow=True)
    assert "non è stato caricato" in page.content.decode()
    assert "supera" in page.content.decode()
    assert 'id="f-organiser_confirmation-error"' in page.content.decode()  # beside the question too
    draft.refresh_from_db()
    assert len(draft.answers["organiser_confirmation"]) == 1


@pytest.mark.parametrize("kind", ["integrazione", "osservazioni"])
def test_an_answer_with_a_document_refused_is_not_sent_without_it(
    kind, first_come, filled, signed_in, officer, actor_for, monkeypatch
):
    """What was typed is there again, and nothing left; before, the answer went to the register without its document."""
    from levante.documents import uploads

    draft, actor, user = filled(first_come)
    sent, desk = submit_application(actor=actor, application=draft), actor_for(officer())
    take_in_charge(actor=desk, application=sent, has_conflict=False)
    if kind == "integrazione":
        request_integration(actor=desk, application=sent, items=[{"it": "Visura"}], text="Manca")
    else:
        give_rejection_notice(actor=desk, application=sent, reasons="Fuori periodo")
    before = len(entries_about(f"application:{sent.pk}"))
    monkeypatch.setattr(uploads, "LIMIT", 1024 * 1024)
    browser, address = signed_in(user, draft.enterprise), f"/impresa/domande/{sent.pk}/{kind}/"
    if kind == "integrazione":  # what is below a megabyte never touches the disk
        content, reason = b"%PDF-1.4\n" + b"\x00" * 1_200_000, "non è stato caricato"
    else:
        content, reason = b"MZ", "un programma eseguibile"
    answer = browser.post(address, {"text": "La visura è <questa>", "files": [pdf(), pdf(content=content)]})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert reason in page
    assert "La visura è &lt;questa&gt;</textarea>" in page
    assert len(entries_about(f"application:{sent.pk}")) == before
    page = browser.post(address, {"text": "Eccola", "files": [pdf()]}, follow=True).content.decode()
    given = page[page.index("Che cosa hai risposto") :]
    assert "Eccola" in given
    assert "conferma.pdf" in given, "what was answered stays to be read, with its number"


def test_no_room_while_a_file_arrives_is_told(first_come, filled, signed_in):
    import resource

    draft, _, user = filled(first_come)
    browser = signed_in(user, draft.enterprise)
    address = f"/impresa/domande/{draft.pk}/documenti/organiser_confirmation/"
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, hard))
    try:
        response = browser.post(address, {"file": pdf(content=b"%PDF-1.4\n" + b"\x00" * 4 * 1024 * 1024)})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert response.status_code == 302
    assert "non ha spazio" in browser.get(response.url).content.decode()


def test_an_application_that_asks_for_nothing_says_why_before_it_is_sent():
    from decimal import Decimal

    from levante.applications.api import why_no_amount
    from levante.calls.api import Amount
    from levante.kernel.pure import step

    low = step("Le spese sono sotto il minimo", "The costs are under the floor", "Avviso, art. 6", "0.00")
    why = why_no_amount(Amount(Decimal("0.00"), (low,)))
    assert why is not None
    assert why.it.endswith("ora è zero. Le spese sono sotto il minimo")
    assert why_no_amount(Amount(Decimal("0.01"), (low,))) is None
    assert why_no_amount(Amount(None, ())) is not None
