"""The RNA over a real socket: slow, down, wrong, killed half-way; an aid is registered once."""

import json
import socket
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.exchange.rna_world import ACTOR, START, TAX_CODE, ask, component, concession, register, until_done

from levante.exchange import client, services
from levante.exchange.api import ExternalRequest, NoUsableAnswer, WireMessage, deliver
from levante.exchange.rna import Unwritable, written, written_variation
from levante.exchange.rna.kept import document_in
from levante.exchange.rna.reports import read_report
from levante.exchange.rna.wire import read_detail, read_verdict
from levante.exchange.soap import contents_of, read_xml, text_of
from levante.kernel.api import clock_at


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setattr(services, "_consequences", {})
    with clock_at(START):
        yield


def confirm(cor, key="c", day="2026-06-10", own_key="LEV-1"):
    return ask("confirm", key, own_key=own_key, cor=cor, act="AD 12/2026", link="https://x.example/a", day=day)


@pytest.mark.django_db
class TestGoodDays:
    def test_from_the_registration_to_the_variation(self, rna):
        rna.behave({"pending": 1})
        done = until_done(register())
        assert (done.state, done.outcome, done.answer["state"]) == ("applied", "registered", "DA_CONFERMARE")
        assert done.answer["on"] == "2026-06-01"
        cor, ticket = done.answer["cor"], done.answer["ticket"]
        assert done.their_id == str(ticket)
        operations = list(WireMessage.objects.values_list("operation", flat=True))
        assert operations == [
            "RecuperaIdRichiesta", "RegistraAiuto", "StatoRichiesta", "StatoRichiesta", "ScaricaEsitoRichiesta",
        ]  # fmt: skip
        messages = WireMessage.objects.all()
        assert not any("s3cret" in one.sent + one.received for one in messages)
        assert contents_of(messages[1].sent) == [("fileXml", done.body["file"])]
        assert "ESITO_RICH_CONCESSIONE" in contents_of(messages[4].received)[0][1]

        assert until_done(confirm(cor)).outcome == "confirmed"
        assert rna.grants[str(cor)]["granted_on"] == "2026-06-10"
        again = until_done(confirm(cor, "c2"))
        assert again.outcome == "confirmed", "told once more, it is the same confirmation"
        assert until_done(confirm(cor, "c3", day="2026-06-11")).outcome == "refused"

        file = written_variation(
            notice=4711, cor=cor, kind="I1", reason="Spesa minore", own_key="LEV-1", components=[component("4000.00")]
        )
        varied = until_done(ask("vary", "v", own_key="LEV-1", cor=cor, notice=4711, known=[ticket], file=file))
        assert varied.outcome == "varied"
        assert rna.grants[str(cor)]["gge"] == "6000.00"
        body = {"cor": cor, "covar": varied.answer["covar"], "act": "AD 40/2026", "day": "2026-09-01"}
        assert until_done(ask("confirm_variation", "cv", **body)).outcome == "confirmed"
        assert until_done(ask("confirm_variation", "cv2", **body)).outcome == "confirmed"
        assert rna.grants[str(cor)]["gge"] == "4000.00"

    def test_visure_tell_what_is_registered_there(self, rna):
        until_done(register())
        rna.remember(
            {"history": [{"tax_code": TAX_CODE, "gge": "1000.50", "granted_on": "2025-02-03"}], "deggendorf": ["X"]}
        )
        minimis = until_done(
            ask("report", "d", report="de_minimis", tax_code=TAX_CODE, year_ends="2026-12-31", expected_on="2026-06-20",
                members=[{"tax_code": "00000019991", "name": "Vele S.r.l."}])
        )  # fmt: skip
        assert minimis.outcome == "answered"
        assert (minimis.answer["aids"], minimis.answer["total"], minimis.answer["listed"]) == (2, "7000.50", None)
        assert minimis.answer["vercor"] == str(minimis.answer["ticket"])
        assert document_in(minimis).startswith(b"%PDF-1.4")
        clean = until_done(ask("report", "g", report="deggendorf", tax_code=TAX_CODE))
        listed = until_done(ask("report", "h", report="deggendorf", tax_code="X"))
        assert (clean.answer["listed"], listed.answer["listed"]) == (False, True)
        assert until_done(ask("report", "a", report="aids", tax_code=TAX_CODE, since="2016-06-01")).answer["aids"] == 2

    def test_over_the_ceiling_is_refused_with_the_state_and_the_words(self, rna):
        rna.remember([{"tax_code": "00000019991", "gge": "299000.00", "granted_on": "2025-02-03"}])
        done = until_done(register())
        assert (done.outcome, done.answer["state"]) == ("refused", "RIFIUTATA_PER_INDISPONIBILITA")
        assert "1000.00" in done.answer["reason"]

    def test_a_code_whose_act_was_not_told_in_time_has_lapsed(self, rna):
        cor = until_done(register()).answer["cor"]
        rna.behave({"day": "2026-06-21"})
        assert until_done(confirm(cor)).outcome == "confirmed", "the last day is in time"
        other = until_done(register("LEV-2")).answer["cor"]
        rna.behave({"day": "2026-07-12"})
        late = until_done(confirm(other, "c2", own_key="LEV-2"))
        assert (late.outcome, late.answer) == ("gone", {"state": "ANNULLATA"})

    def test_cancelled_once(self, rna):
        cor = until_done(register()).answer["cor"]
        assert until_done(ask("cancel", "x", own_key="LEV-1", cor=cor)).outcome == "cancelled"
        assert until_done(ask("cancel", "y", own_key="LEV-1", cor=cor)).outcome == "cancelled"
        assert until_done(confirm(cor)).outcome == "gone"


@pytest.mark.django_db
class TestBadDays:
    def test_the_answer_to_the_registration_is_lost(self, rna):
        """The RNA took it, we do not know: the next try finds it by our key."""
        rna.behave({"drop": 1, "on": "RegistraAiuto", "careless": True})
        request = register()
        lost = deliver(actor=ACTOR, request_id=request.pk)
        assert (lost.state, lost.failures, len(rna.requests)) == ("waiting", 1, 1)
        assert until_done(request).outcome == "registered"
        assert (len(rna.requests), len(rna.grants)) == (1, 1)

    def test_killed_between_the_yes_of_the_rna_and_our_record(self, rna, monkeypatch):
        rna.behave({"careless": True})
        request = register()
        killed = pytest.raises(SystemExit)
        with monkeypatch.context() as patch, killed:
            patch.setattr(services, "record_attempt", lambda **_: (_ for _ in ()).throw(SystemExit("killed")))
            deliver(actor=ACTOR, request_id=request.pk)
        assert ExternalRequest.objects.get(pk=request.pk).state == "sending"
        with clock_at(START + timedelta(minutes=3)):
            assert until_done(request).outcome == "registered"
        assert len(rna.grants) == 1

    def test_the_index_is_behind_and_it_says_that_it_has_it(self, rna):
        rna.behave({"drop": 1, "on": "RegistraAiuto"})
        request = register()
        deliver(actor=ACTOR, request_id=request.pk)
        rna.behave({"deaf": 1})
        assert until_done(request).outcome == "registered"
        assert len(rna.grants) == 1

    @pytest.mark.parametrize(
        ("operation", "wrong"),
        [("RegistraAiuto", "html"), ("RegistraAiuto", "incomplete"), ("StatoRichiesta", "fault"),
         ("ScaricaEsitoRichiesta", "id"), ("ScaricaEsitoRichiesta", "huge"), ("RecuperaIdRichiesta", "entities"),
         ("RecuperaIdRichiesta", "status"), ("ScaricaEsitoRichiesta", "incomplete")],
    )  # fmt: skip
    def test_a_wrong_answer_is_no_answer(self, rna, operation, wrong):
        rna.behave({"wrong": wrong, "on": operation})
        done = until_done(register())
        assert done.outcome == "registered"
        assert done.attempts.exclude(problem="").count() == 1
        assert len(rna.grants) == 1

    def test_another_s_cor_is_not_ours(self, rna):
        cor, other = until_done(register()).answer["cor"], until_done(register("LEV-2")).answer["cor"]
        rna.behave({"wrong": "cor", "on": "ConfermaConcessione"})
        done = until_done(confirm(cor))
        assert done.attempts.exclude(problem="").get().problem == f"the answer is about COR {other}, not {cor}"
        assert done.outcome == "confirmed"
        rna.behave({"wrong": "cor", "on": "DettaglioAiuto"})
        doubtful = until_done(confirm(cor, "c2")).attempts.exclude(problem="").get()
        assert doubtful.problem == f"the answer is about COR 99999999, not {cor}"
        asked = ask("cancel", "z", own_key="LEV-1", cor=other)
        deliver(actor=ACTOR, request_id=asked.pk)
        asked.refresh_from_db()
        assert asked.last_error == f"COR {other} is of another grant in the RNA"

    def test_down_slow_off_and_twice(self, rna, monkeypatch):
        rna.behave({"fail": 1, "off": 1, "twice": True})
        done = until_done(register())
        problems = list(done.attempts.exclude(problem="").values_list("problem", flat=True))
        assert problems[0] == "their error 503"
        assert "999" in problems[1]
        assert (done.outcome, len(rna.grants)) == ("registered", 1)
        monkeypatch.setattr(client, "SOCKET_TIMEOUT", 0.1)
        rna.behave({"delay": 0.3})
        slow = register("LEV-9")
        assert deliver(actor=ACTOR, request_id=slow.pk).last_error == "no answer in time"

    def test_refused_for_a_reason_of_theirs(self, rna):
        rna.behave({"refuse": "Codice ATECO non previsto"})
        done = until_done(register())
        assert (done.outcome, done.answer["reason"]) == ("refused", "Codice ATECO non previsto")

    def test_credentials_and_configuration(self, rna, settings):
        settings.RNA = [{**settings.RNA[0], "password": "no"}]
        request = register()
        assert "credentials" in deliver(actor=ACTOR, request_id=request.pk).last_error
        settings.RNA = [{"address": "http://rna.example.org/x", "password": "p"}]
        with clock_at(START + timedelta(seconds=60)):
            assert "in the clear" in deliver(actor=ACTOR, request_id=request.pk).last_error
        settings.RNA = []
        with clock_at(START + timedelta(seconds=600)):
            assert "LEVANTE_RNA" in deliver(actor=ACTOR, request_id=request.pk).last_error


@pytest.mark.slow  # starts a process
def test_the_simulator_is_a_program_that_remembers(tmp_path, settings):
    from levante.exchange.asked import Asked
    from levante.exchange.rna import ask as try_once

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings.RNA = [{"address": f"http://127.0.0.1:{port}/rnas", "user": "u", "password": "p"}]
    command = [sys.executable, "-m", "levante.exchange.simulators.rna", "--port", str(port), "--user", "u"]
    command += ["--password", "p", "--state", str(tmp_path / "rna.json")]
    body = {"own_key": "LEV-1", "notice": 4711, "file": written(concession(), notice=4711)}
    tickets = []
    for _ in range(2):
        process = subprocess.Popen(command, env={"PYTHONPATH": "src", "PATH": ""})
        try:
            for _ in range(200):
                try:
                    tickets.append(try_once(Asked("register", "k", body, {})).their_id)
                    break
                except NoUsableAnswer:
                    threading.Event().wait(0.05)
        finally:
            process.kill()
            process.wait(timeout=10)
    assert tickets == [tickets[0]] * 2
    assert len(json.loads((tmp_path / "rna.json").read_text())["requests"]) == 1


class TestTheFile:
    def test_it_is_in_the_namespaces_of_the_schemas(self):
        root = read_xml(written(concession(), notice=4711, car=802).encode())
        spaces = {text.tag.partition("}")[2]: text.tag.partition("}")[0][1:] for text in root.iter()}
        assert spaces["COD_BANDO"] == spaces["CONCESSIONE"] == "http://www.rna.gov.it/invio"
        assert spaces["TITOLO_PROGETTO"] == spaces["BENEFICIARIO"] == "http://www.rna.gov.it/concessione"
        assert spaces["COD_DIMENSIONE_IMPRESA"] == "http://www.rna.gov.it/beneficiario"
        assert spaces["IMPORTO_AGEVOLAZIONE"] == "http://www.rna.gov.it/strumento_aiuto"
        assert text_of(root, "DATA_DOMANDA") == "2026-03-02"
        assert text_of(root, "FLAG_ATTO_CONCESSIONE") == "NO"

    @pytest.mark.parametrize(
        ("changes", "field"),
        [({"own_key": "x" * 61}, "ID_CONCESSIONE_GEST"), ({"own_key": " "}, "ID_CONCESSIONE_GEST"),
         ({"description": "d" * 1301}, "DESCRIZIONE_PROGETTO"), ({"notes": "a\x02b"}, "NOTE_CONCESSIONE"),
         ({"components": ()}, "COMPONENTI_AIUTI"), ({"cup_check": 3}, "CUP"),
         ({"components": (component("1.001"),)}, "IMPORTO_NOMINALE")],
    )  # fmt: skip
    def test_what_does_not_fit_is_named_never_cut(self, changes, field):
        given = {"own_key": "LEV-1", **changes}
        with pytest.raises(Unwritable) as wrong:
            written(concession(**given), notice=1)
        assert wrong.value.field == field
        assert field in wrong.value.reason.it

    @settings(max_examples=40)
    @given(st.text(max_size=256), st.decimals("0", "99999999.99", places=2))
    def test_what_is_written_is_read_again(self, title, gge):
        one = concession(components=(component(str(gge)),))
        try:
            root = read_xml(written(replace(one, title=title), notice=1).encode("utf-8"))
        except Unwritable:
            root = read_xml(written(one, notice=1).encode("utf-8"))
            title = one.title
        assert text_of(root, "TITOLO_PROGETTO").split() == title.split()
        assert Decimal(text_of(root, "IMPORTO_AGEVOLAZIONE")) == gge


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: f"<CONCESSIONE>{text}</CONCESSIONE>".encode()))
def test_what_comes_back_is_understood_or_is_no_answer(file):
    for read in (lambda: read_verdict(file, "k"), lambda: read_detail(file, 1), lambda: read_report(file, "x")):
        with pytest.raises(NoUsableAnswer):
            read()


def test_an_outcome_that_is_all_thrown_out_is_a_refusal():
    file = b"<ESITI><ESITO><CODICE>45</CODICE><DESCRIZIONE>COD_BANDO inesistente</DESCRIZIONE></ESITO></ESITI>"
    found = read_verdict(file, "LEV-1")
    assert (found.code, found.text, found.cor) == (45, "COD_BANDO inesistente", None)
    warned = read_verdict(
        b"<E><ESITO_RICH_CONCESSIONE><ID_CONCESSIONE_GEST>LEV-1</ID_CONCESSIONE_GEST><COR>12.0</COR><ESITO><CODICE>111</CODICE>"
        b"</ESITO><DATA_ESITO>2026-06-01T10:00:00.000+02:00</DATA_ESITO></ESITO_RICH_CONCESSIONE></E>",
        "LEV-1",
    )
    assert (warned.cor, warned.on) == (12, date(2026, 6, 1))
