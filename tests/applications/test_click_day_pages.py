"""The pages of a click day: who applies, the public, the office. The lane's answers are the test's."""

import json
from datetime import timedelta
from hashlib import sha256

import pytest
from tests.applications.test_sealing import click_day, draft_of, move  # noqa: F401
from tests.intake.conftest import receive_here, ring  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def sealed(click_day, draft_of, signed_in):  # noqa: F811
    """A sealed application an hour before its opening: ``application, browser, opening``."""
    from levante.applications.api import seal_application
    from levante.identity.api import User

    opening = click_day()
    draft, actor = draft_of(opening)
    application = seal_application(actor=actor, application=draft)
    return application, signed_in(User.objects.get(pk=actor.user_id), application.enterprise), opening


def closed(log, opening):
    """The day ends, and the applications get their numbers."""
    from levante.applications.api import finish_click_day
    from levante.intake.api import close_log
    from levante.kernel.api import system

    type(opening).objects.filter(pk=opening.pk).update(state="closed")
    log = close_log(actor=system("test"), log=log)
    finish_click_day(actor=system("test"), log=log)
    return log


@pytest.mark.slow  # eleven pages of the journey
def test_from_the_draft_to_the_seal_and_back(click_day, draft_of, signed_in):  # noqa: F811
    from levante.applications.api import Application
    from levante.identity.api import User

    opening = click_day()
    draft, actor = draft_of(opening)
    browser = signed_in(User.objects.get(pk=actor.user_id), draft.enterprise)
    call = browser.get(f"/bandi/{opening.call.code}/").content.decode()
    assert "Prepara la domanda" in call
    assert browser.post(f"/impresa/domande/nuova/{opening.pk}/").url.endswith(f"/{draft.pk}/")
    assert "da completare e sigillare" in browser.get("/impresa/").content.decode().lower()
    assert "Sigilla la domanda" in browser.get(f"/impresa/domande/{draft.pk}/riepilogo/").content.decode()
    assert browser.post(f"/impresa/domande/{draft.pk}/invio/").status_code == 409
    day = browser.post(f"/impresa/domande/{draft.pk}/sigillo/").url
    assert browser.post(f"/impresa/domande/{draft.pk}/sigillo/").url == day, "a double click"
    page = browser.get(day).content.decode()
    assert "data-click-day" in page
    assert "Togli il sigillo" in page
    assert browser.get(f"/impresa/domande/{draft.pk}/").url == day
    assert day in browser.get("/impresa/domande/").content.decode()
    assert "la invii quando si apre" in browser.get("/impresa/").content.decode()
    browser.post(f"/impresa/domande/{draft.pk}/sigillo/togli/")
    assert Application.objects.get().state == "draft"
    assert browser.get(day).status_code == 404


def test_the_token_is_for_who_may_send(sealed, representative, signed_in):
    from levante.intake.lane.answers import token_digest

    application, browser, _ = sealed
    day = f"/impresa/domande/{application.pk}/click-day/"
    kept = browser.get(f"{day}codice.json")
    told = kept.json()
    ticket = tickets_of_application(application)
    assert token_digest(told["token"]) == bytes(ticket.token_digest)
    assert told["token"] in browser.get(day).content.decode()
    assert kept["Cache-Control"] == "no-store"
    other = signed_in(
        representative(application.enterprise, "delegate", ["read", "apply"], given="Dina"), application.enterprise
    )
    assert told["token"] not in other.get(day).content.decode()
    assert other.get(f"{day}codice.json").status_code == 403
    assert other.post(day).status_code == 403


def tickets_of_application(application):
    from levante.intake.api import log_of, ticket_of

    return ticket_of(log_of(application.opening), f"application:{application.pk}")


def answer(status, told, retry_after=None):
    from levante.intake.api import LaneAnswer

    return LaneAnswer(status, "application/json", retry_after, json.dumps(told).encode())


def test_without_scripts_the_page_sends_and_says_what_came_of_it(sealed, monkeypatch):
    from levante.intake.api import LaneAway
    from levante.web.portal.clickday import views

    application, browser, _ = sealed
    day, asked = f"/impresa/domande/{application.pk}/click-day/", []

    def lane(code, body):
        asked.append((code, json.loads(body)))
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    monkeypatch.setattr(views, "ask_lane", lane)
    outcome = answer(
        403, {"detail": "The opening is not open yet.", "detail_it": "La finestra non è ancora aperta."}, "60"
    )
    early = browser.post(day)
    assert (early.status_code, "non è ancora aperta" in early.content.decode()) == (403, True)
    outcome = LaneAway("nobody")
    away = browser.post(day)
    assert (away.status_code, "mai contata due volte" in away.content.decode()) == (503, True)
    outcome = answer(201, {"position": 1})
    assert browser.post(day).url == day
    assert {code for code, _ in asked} == {"giorno.prova"}
    assert asked[0][1]["seal"] == bytes(tickets_of_application(application).seal).hex()


def holds_the_case_to_the_register(log, opening, order, written, keys):
    """A case with other amounts or terms, or that leaves one out, is not the day's; the day's is always the same bytes."""
    from django.test import override_settings

    from levante.applications.api import case_receipts, cases_to_commit, commit_case, written_case
    from levante.applications.jobs import finish_click_days
    from levante.calls.api import Opening
    from levante.intake.api import find_log, recompute_order
    from levante.kernel.api import system
    from levante.register.pure.canonical import canonical_bytes

    case = json.loads(written)
    assert canonical_bytes(case) == written

    def said(order, case, keys=keys):
        outcome = recompute_order(order, keys, [case])
        return outcome["ok"], outcome["case"], outcome["problem_count"]

    assert said(order, case) == (True, "committed", 0)
    (one,) = case["submissions"]
    for forged in (
        {**case, "budget": "1.00"},
        {**case, "each": 9},
        {**case, "submissions": [{**one, "amount": "1.00"}]},
    ):
        assert said(order, forged) == (False, "invalid", 1)
        assert said({**order, "cases": []}, forged) == (False, "missing", 1)
        assert not said(order, forged, None)[0]
    assert said(order, {**case, "submissions": []}) == (False, "invalid", 2)
    assert said({**order, "cases": []}, {**case, "submissions": []}, None) == (False, "not_checked", 1)
    assert said({**order, "cases": []}, {**case, "submissions": [one, one]}, None) == (False, "not_checked", 1)
    lines = [case, {"submissions": []}]
    assert recompute_order({**order, "cases": []}, None, lines)["ok"], "where there are lines, each has its case"
    receipt = json.loads(json.dumps(order["cases"][0]))
    forged = {**case, "budget": "1.00"}
    receipt["entry"]["payload"]["sha256"] = sha256(canonical_bytes(forged)).hexdigest()
    assert said({**order, "cases": [receipt]}, forged)[:2] == (False, "invalid")
    receipt["entry"] = None
    assert said({**order, "cases": [receipt]}, case)[:2] == (False, "invalid")

    # More money, by act: the file stays that of the register until the worker commits to the new terms, once.
    limit = {
        "code": "l",
        "it": "L",
        "en": "L",
        "of": "enterprise",
        "within": "opening",
        "most": 2,
        "by": "costs",
        "reference": "",
    }
    Opening.objects.filter(pk=opening.pk).update(budget=opening.budget + 1, limits=[limit])
    grown = find_log(log.code)
    with override_settings(SECRET_KEY="another"):
        assert "".join(written_case(grown)).encode() == written
    assert cases_to_commit() == [(grown, None)]
    finish_click_days(timestamp=0)
    commit_case(actor=system("test"), log=grown)
    assert (len(case_receipts(grown)), cases_to_commit()) == (2, [])
    new = "".join(written_case(grown)).encode()
    assert case_receipts(grown)[1].payload["sha256"] == sha256(new).hexdigest() != sha256(written).hexdigest()
    both = {**order, "cases": [receipt.as_json() for receipt in case_receipts(grown)]}
    assert said(both, json.loads(new)) == (True, "committed", 0)
    assert said(both, case) == (False, "invalid", 1), "the last one holds"


@pytest.mark.slow  # ten pages, and what two commands say
def test_the_place_and_the_frozen_order_that_anyone_recomputes(sealed, ring, client, tmp_path, capsys, monkeypatch):  # noqa: F811
    from levante.calls.allocation_case import run
    from levante.intake.api import log_of
    from levante.intake.cli import main
    from levante.register.pure.receipts import verify_receipt

    application, browser, opening = sealed
    log, public = log_of(opening), f"/bandi/{opening.call.code}/click-day/{opening.code}/"
    assert f'<th scope="row"><a href="{public}">' in client.get(f"/bandi/{opening.call.code}/").content.decode()
    assert "Arrivate finora: 0" in client.get(public).content.decode()
    move(opening, opens_in=timedelta(minutes=-1))
    receive_here(log)
    day = f"/impresa/domande/{application.pk}/click-day/"
    page = browser.get(day).content.decode()
    assert "Il tuo posto" in page
    assert "Chiesto da chi è prima di te</dt><dd>0,00" in page
    assert "Gli importi chiesti fino a te stanno nella dotazione." in page
    assert "Non è una promessa" in page
    assert "data-send" not in page
    assert "inviala" not in browser.get("/impresa/").content.decode()
    receipt = browser.get(f"{day}ricevuta.json").content
    assert verify_receipt(receipt, ring.public_keys())
    assert "Arrivate finora: 1" in client.get(public).content.decode()
    assert client.get(f"{public}ordine.json").status_code == 404, "not before the closing"
    assert client.get(f"/api/v1/calls/giorno/openings/{opening.code}/order").status_code == 404
    assert "al posto 1" in browser.get("/impresa/domande/").content.decode()

    closed(log, opening)
    application.refresh_from_db()
    assert browser.get(f"/impresa/domande/{application.pk}/").status_code == 200
    assert application.number in browser.get(f"/impresa/domande/{application.pk}/ricevuta/").content.decode()
    assert browser.get(f"/impresa/domande/{application.pk}/ricevuta.json").content == receipt
    client.logout()
    page = client.get(public).content.decode()
    assert application.enterprise.name not in page
    number = json.loads(receipt)["number"]
    assert number in page
    hashed = json.loads(receipt)["entry_hash"]
    printed = client.get("/verifica/", {"number": number, "log": f"intake.{log.code}", "hash": hashed}).content.decode()
    assert number in printed
    proven = client.post("/verifica/", {"text": receipt.decode()}).content.decode()
    assert f"Ordine di arrivo di un click day: {opening.call.title_it}" in proven
    assert "non risulta" not in printed
    order, case, key = tmp_path / "ordine.json", tmp_path / "caso.json", tmp_path / "key.pem"
    order.write_bytes(client.get(f"{public}ordine.json").getvalue())
    case.write_bytes(client.get(f"{public}caso.json").getvalue())
    key.write_bytes(ring.public_bundle())
    assert application.enterprise.tax_code not in case.read_text() + order.read_text()
    told = client.get(f"/api/v1/calls/giorno/openings/{opening.code}/order").json()
    assert told == {"results": json.loads(order.read_bytes())["entries"], "next": None}
    assert main(["recompute", str(order), "--case", str(case), "--key", str(key)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["signature"], told["case"]) == ("valid", "committed")
    holds_the_case_to_the_register(log, opening, json.loads(order.read_bytes()), case.read_bytes(), ring.public_keys())
    assert sha256(case.read_bytes()).hexdigest() in page
    code, told = run(case.read_bytes())
    assert code == 0
    assert json.loads(told)["funded"] == [{"id": application.number, "amount": "2000.00"}]
    assert "Ricalcolalo qui" in page
    page = client.get(f"{public}ricalcola/").content.decode()
    assert "Torna" not in page, "not before it is asked"
    page = client.get(f"{public}ricalcola/", {"numero": application.number.lower()}).content.decode()
    for words in ("Torna", "La firma della testa è valida", "Entro le risorse: 1.", "Posto 1 in ordine di arrivo"):
        assert words in page
    page = client.get(f"{public}ricalcola/", {"numero": "CD9-2026/0000001"}).content.decode()
    assert "non è di questo ordine" in page
    order.write_text(order.read_text().replace(hashed, "0" * 64))
    assert main(["recompute", str(order), "--case", str(case), "--key", str(key)]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["problem_count"] >= 2
    assert not set(told["problems"]) & set(told["problems_it"])
    # The page says it in the reader's language, also when it is the case that cannot be read.
    for what, away in (("written_order", order.read_text()), ("written_case", "{}")):
        monkeypatch.setattr(f"levante.web.site.clickday.recomputing.{what}", lambda *given, text=away: [text])
        page = client.get(f"{public}ricalcola/?calcola=1").content.decode()
        assert "Posto 1: la sua foglia non è l’impronta" in page
        assert "its leaf" not in page
    assert "Il caso non ha domande" in page
    monkeypatch.undo()
    monkeypatch.setattr("levante.web.site.clickday.recomputing.MOST_HERE", 0)
    page = client.get(f"{public}ricalcola/?calcola=1").content.decode()
    for words in ("ne ricalcola al massimo 0", "ordine.json", "levante intake recompute", "levante calls allocate"):
        assert words in page, "a longer day says how it is done elsewhere, there and then"
    monkeypatch.undo()
    order.write_text("[]")
    assert main(["recompute", str(order)]) == 2


def test_the_office_sees_rehearses_checks_and_closes(sealed, officer, signed_in, ring, monkeypatch):  # noqa: F811
    from levante.intake.api import IntakeLog, LaneAway, log_of
    from levante.web.desk.clickday import views

    _, _, opening = sealed
    desk = signed_in(officer("director"))
    assert opening.call.title_it in desk.get("/ufficio/click-day/").content.decode()
    day = f"/ufficio/click-day/{opening.pk}/"
    assert "Sigillate" in desk.get(day).content.decode()
    tokens = desk.post(f"{day}prova/", {"count": "3"})
    lines = [json.loads(line) for line in tokens.content.decode().splitlines()]
    assert len(lines) == 3
    assert desk.post(f"{day}prova/", {"count": "5001"}).status_code == 302
    trial = IntakeLog.objects.get(rehearsal=True)
    receive_here(trial)
    assert "torna" in desk.post(f"/ufficio/click-day/prove/{trial.pk}/esito/").content.decode()

    def away(code, **more):
        raise LaneAway("nobody there")

    monkeypatch.setattr(views, "ask_lane", away)
    checked = desk.post(f"{day}controllo/").content.decode()
    assert "La corsia non risponde" in checked
    assert "ogni bit" in checked
    desk.post(f"/ufficio/click-day/prove/{trial.pk}/cancella/")
    assert not IntakeLog.objects.filter(rehearsal=True).exists()
    desk.post(f"{day}chiusura/")
    assert log_of(opening).closed_at is None, "not before its end"
    type(opening).objects.filter(pk=opening.pk).update(state="closed")
    desk.post(f"{day}chiusura/")
    assert log_of(opening).register_number
    evaluator = signed_in(officer("evaluator", given="Eva"))
    assert evaluator.get(day).status_code == 403
    elsewhere = signed_in(officer("case_officer", office="altra-agenzia", given="Ugo"))
    assert elsewhere.get(day).status_code == 404
    assert elsewhere.post(f"{day}chiusura/").status_code == 404


def test_where_no_proxy_stands_the_portal_passes_the_lane_on(client, settings, monkeypatch):
    from levante.intake.api import LaneAway
    from levante.web.site.clickday import views

    assert client.get("/intake/a.b").status_code == 404, "in service the proxy has this address"
    settings.INTAKE_URL = "http://127.0.0.1:9"
    asked = []

    def lane(code, body):
        asked.append((code, body))
        return answer(503, {"code": "busy"}, "7")

    monkeypatch.setattr(views, "ask_lane", lane)
    found = client.post("/intake/a.b", b'{"token": "x"}', content_type="application/json")
    assert (found.status_code, found["Retry-After"], found.json()) == (503, "7", {"code": "busy"})
    client.get("/intake/a.b")
    assert asked == [("a.b", b'{"token": "x"}'), ("a.b", None)]
    assert client.put("/intake/a.b").status_code == 405
    monkeypatch.undo()
    settings.INTAKE_URL = "http://127.0.0.1:9"
    assert issubclass(LaneAway, Exception)
    away = client.get("/intake/a.b")
    assert (away.status_code, away.json()["code"]) == (503, "away")


@pytest.mark.slow(reason="six thousand applications, and their case written with memory being watched")
def test_the_public_case_of_a_large_day_takes_no_memory(sealed, ring):  # noqa: F811
    """Written row by row: four times the applications take the same memory, well under what they weigh."""
    import tracemalloc

    from django.db import connection

    from levante.applications.api import written_case
    from levante.calls.allocation_case import run
    from levante.calls.api import Opening
    from levante.intake.api import log_of

    application, _, opening = sealed
    reserve = {"code": "r", "it": "R", "en": "R", "amount": "10.00", "flows_back": True}
    Opening.objects.filter(pk=opening.pk).update(reserves=[reserve])
    move(opening, opens_in=timedelta(minutes=-1))
    receive_here(log_of(opening))
    log = closed(log_of(opening), opening)
    application.refresh_from_db()
    columns = [field.column for field in application._meta.concrete_fields if field.column != "id"]
    other = {
        "slot": "1 + n", "sequence": "1 + n", "number": "'CD1-2026/' || lpad((1 + n)::text, 7, '0')",
        "frozen": """frozen || '{"reserves": ["r"]}'""",
    }  # fmt: skip
    copied = ", ".join(other.get(name, name) for name in columns)

    def copies(first, last):
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO applications_application ({', '.join(columns)}) SELECT {copied} "
                f"FROM applications_application, generate_series({first}, {last}) AS n WHERE id = %s",
                [application.pk],
            )

    def written():
        tracemalloc.start()
        weight = sum(len(piece) for piece in written_case(log))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return weight, peak

    copies(1, 1500)
    written()  # what is imported and prepared once
    some, little = written()
    copies(1501, 6000)
    many, most = written()
    assert many > 3.5 * some
    assert most < 1.3 * little
    code, told = run("".join(written_case(log)).encode())
    answer = json.loads(told)
    assert (code, len(answer["order"]) + len(answer["void"])) == (0, 6001)
