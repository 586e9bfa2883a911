"""A call that an agency manages, from the application to the act: its officers, its protocol, its letters, its heading."""

import threading

import pytest
from django.template.loader import render_to_string
from tests.applications.conftest import declares
from tests.applications.test_lifecycle import examine
from tests.letters.conftest import without_pdf  # noqa: F401

from levante.applications.api import Application, admit_application, examiners_of, may_examine, submit_application
from levante.applications.protocol import ask_missing_numbers
from levante.calls.api import Call
from levante.exchange.acts import ask as ask_for_act
from levante.exchange.api import ExternalRequest, NoUsableAnswer, deliver
from levante.grants.api import AwardAct, draft_award_act, files_of_act, send_award_act
from levante.identity.api import Office
from levante.kernel.api import NotYours, Refused, system
from levante.letters.api import Letter
from levante.letters.sending import advance, paper_of

pytestmark = pytest.mark.django_db
AGENCY = "puglia-sviluppo"


@pytest.fixture
def protocols(settings):
    """Two bodies, two protocol systems on two sockets: what each holds, by code of office."""
    from levante.exchange.simulators.protocol import serve

    servers = {code: serve(0) for code in ("sezione", AGENCY)}
    threads = [
        threading.Thread(target=one.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        for one in servers.values()
    ]
    for thread in threads:
        thread.start()
    addresses = ", ".join(f'"{code}": "http://127.0.0.1:{one.server_address[1]}"' for code, one in servers.items())
    settings.PROTOCOL_URL = f"{{{addresses}}}"
    yield {code: one.memory.acts for code, one in servers.items()}
    for one, thread in zip(servers.values(), threads, strict=True):
        one.shutdown()
        one.server_close()
        thread.join(timeout=5)


@pytest.fixture
def theirs(first_come):
    """The window of a call that a part of the agency manages."""
    part = Office.objects.create(
        code="bandi", kind="part", parent=Office.objects.get(code=AGENCY), name_it="Ufficio bandi", name_en="Calls"
    )
    Call.objects.filter(pk=first_come.call_id).update(office=part, managed_as="in_house")
    first_come.refresh_from_db()
    Office.objects.filter(code=AGENCY).update(
        signatory_it="Il direttore generale", act_kind_it="Deliberazione del direttore", act_verb="Delibera",
        act_norms=["la legge regionale 7 febbraio 2018, n. 4"],
    )  # fmt: skip
    return first_come


def post():
    for _ in range(2):
        for letter in Letter.objects.filter(state="ready"):
            advance(actor=system("test"), letter_id=letter.pk)
        for request in ExternalRequest.objects.exclude(state="applied"):
            deliver(actor=system("test"), request_id=request.pk)


def test_an_agency_has_its_officers_protocol_letters_and_heading(
    theirs, filled, officer, actor_for, protocols, settings, line
):
    from levante.exchange.simulators.pec import Running

    running = Running()
    settings.PEC = [
        running.mailbox("sezione@pec.example.org"), running.mailbox("agenzia@pec.example.org", AGENCY),
    ]  # fmt: skip
    draft, actor, _ = filled(theirs)
    sent = submit_application(actor=actor, application=draft)
    stranger = actor_for(officer("case_officer", office="arti", given="Ugo"))
    with pytest.raises((Refused, NotYours)):
        examine(sent, stranger)
    # Who works in the agency works what its parts manage; a part sees neither its agency's nor another part's.
    olga, part = officer("agency_staff", office=AGENCY, given="Olga"), theirs.call.office
    Office.objects.create(code="altra", kind="part", parent=part.parent, name_it="Altra", name_en="Other")
    whole, other = actor_for(olga), actor_for(officer("case_officer", office="altra", given="Ivo"))
    seen = [Application.objects.visible_to(one).filter(pk=sent.pk).exists() for one in (whole, other, stranger)]
    assert seen == [True, False, False]
    assert may_examine(whole, sent)
    assert olga in examiners_of(part.pk)
    mine = actor_for(officer("case_officer", office="bandi", given="Ada", family="Neri"))
    examine(sent, mine)
    admit_application(actor=mine, application=sent)
    ask_missing_numbers(actor=system("test"))
    post()
    running.stop()
    assert Application.objects.get(pk=sent.pk).protocol_number.startswith("AOO_PUGLIA_SVILUPPO/")
    letters = Letter.objects.about(sent)
    assert letters
    for letter in letters:
        assert letter.office.code == "bandi"
        assert letter.protocol_number.startswith("AOO_PUGLIA_SVILUPPO/")
        assert letter.dispatches.get().sender == "agenzia@pec.example.org"
        assert letter.signatory["name"] == "Ada Neri"
        paper = paper_of(letter)
        assert (paper["body_of_office"], paper["office"]) == ("Puglia-Sviluppo", "Ufficio bandi")
    assert (len(protocols[AGENCY]), protocols["sezione"]) == (1 + len(letters), {})
    act = draft_award_act(actor=mine, applications=[Application.objects.get(pk=sent.pk)])
    assert act.document.data["heading"] == ["Puglia-Sviluppo", "Ufficio bandi"]
    text = render_to_string("grants/pdf_award_act.html", act.document.data)
    for words in ("<h2>Il direttore generale</h2>", "<h2>Delibera</h2>", "7 febbraio 2018, n. 4", "sono da confermare"):
        assert words in text
    assert "dirigente" not in text
    assert "165" not in text
    assert [AwardAct.objects.visible_to(one).exists() for one in (whole, other)] == [True, False]
    assert [Letter.objects.visible_to(one).exists() for one in (whole, other)] == [True, False]
    settings.ACTS_URL = '{"sezione": "http://127.0.0.1:9"}'
    chief = actor_for(officer("director", office="bandi", given="Dora"))
    declares(chief, files_of_act(act))
    send_award_act(actor=chief, act=act, without_codes="Si scrivono dopo")
    request = ExternalRequest.objects.get(system="acts")
    assert (request.body["office"], request.body["body"]) == ("bandi", AGENCY)
    assert request.body["type"] == "deliberazione"
    with pytest.raises(NoUsableAnswer, match="no act system is configured"):
        ask_for_act(request.key, request.body)
    settings.ACTS_URL = f'{{"{AGENCY}": "http://127.0.0.1:9"}}'
    with pytest.raises(NoUsableAnswer, match="refused"):
        ask_for_act(request.key, request.body)


def test_the_sections_acts_are_the_regions(admitted, desk, line):
    act = draft_award_act(actor=desk, applications=[admitted()])
    assert act.document.data["heading"] == ["Puglia", "Sezione"]
    assert act.document.data["signatory"] == "L’organo competente", "its body has not said who signs"
