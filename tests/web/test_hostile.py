"""What no page can make sense of, at every door: an answer that says so, never an error of ours."""

import base64

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from levante.parties.api import Enterprise
from levante.web.components.forms import DayField
from levante.web.components.numbers import whole_number

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address",
    [
        "/bandi/?settore=%00", "/programma/settori/%00/", "/programma/direttrici/%00/", "/investire/?sector=%00",
        "/investire/richiesta/?opportunity=%00", "/fiere/?%00=x", "/cerca/?q=%00%00", "/ufficio/persone/?q=%00",
        "/ufficio/aiuti/decisioni/?code=%00", "/ufficio/atti/nuovo/?call=%00", "/ufficio/registro/log/%00/",
        "/ufficio/imprese/doppioni/?tax_code=%00",
    ],
)  # fmt: skip
def test_a_nul_in_an_address_is_refused_in_the_language_of_the_page(officer, signed_in, address):
    client = signed_in(officer("director"))
    for prefix, words in (("", "Non abbiamo compreso"), ("/en", "We did not understand")):
        answer = client.get(prefix + address)
        assert (answer.status_code, words in answer.content.decode()) == (400, True), prefix + address


@pytest.mark.parametrize(
    "address", ["/api/v1/calls/%00", "/api/v1/calls?cursor=%00", "/verifica/%00/testa.json", "/intake/x%00"]
)
def test_and_in_a_document_for_machines(client, address):
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert answer.json()["status"] == 400


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("/ufficio/viste/salva/", {"listing": "desk:letters", "name": "a\0b"}),
        ("/ufficio/viste/salva/", {"listing": "desk:letters", "name": "a", "query": "q=%00"}),
        ("/ufficio/lettere/riprova/", {"all": "1", "query": "q=%00"}),
        ("/ufficio/registro/log/register/3/cancella/", {"reason": "\0"}),
        ("/ufficio/aiuti/decisione/", {"question": "\0"}),
        ("/investire/richiesta/", {"te\0xt": "x"}),
        ("/accounts/login/", {"login": "\0", "password": "x"}),
    ],
)
def test_a_nul_in_a_form_is_refused(officer, signed_in, address, sent):
    client = signed_in(officer("director"))
    assert client.post(address, sent).status_code == 400  # as a browser sends files
    body = {
        name.replace("\0", "%00"): value.replace("%00", "%2500").replace("\0", "%00") for name, value in sent.items()
    }
    text = "&".join(f"{name}={value}" for name, value in body.items())
    assert client.post(address, text, content_type="application/x-www-form-urlencoded").status_code == 400


def test_a_cookie_with_a_nul_is_not_ours(enterprise):
    client = Client()
    client.cookies["sessionid"] = '"a\\000b"'
    answer = client.get("/", headers={"cookie": 'sessionid="a\\000b"'})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/info/" + 3000 * "a" + "/", 404),
        ("/ufficio/imprese/?after=WyJhIiwgMWU5OTld", 200),  # ["a", 1e999]
        ("/ufficio/imprese/?after=WyJcdTAwMDAiLCAxXQ==", 200),  # [NUL, 1]
        ("/ufficio/imprese/?after=" + base64.b64encode(b"[" * 9000).decode(), 200),
        ("/ufficio/imprese/?q=rossi&after=WyJhIiwgImEiLCAiYSJd", 200),  # ["a", "a", "a"], where a rank is a number
        ("/ufficio/atti/?after=²", 200),
        ("/ufficio/aiuti/importazioni/?after=²", 200),
        ("/ufficio/lettere/?after=" + "9" * 5000, 200),
        ("/ufficio/scadenze/?day=0001-01-01", 200),
        ("/ufficio/scadenze/?day=9999-12-31", 200),
        ("/ufficio/scadenze/?after=2026-01-01~" + "9" * 40, 200),
        ("/ufficio/pratiche/?after=2026-01-01T00:00:00~1", 200),  # an instant without its zone
    ],
)
def test_what_means_nothing_in_an_address_is_as_if_it_were_not_there(officer, signed_in, address, status):
    assert signed_in(officer("director")).get(address).status_code == status


@pytest.mark.parametrize("day", ["0001-01-01", "1850-01-01", "9999-12-31"])
def test_a_decision_on_a_day_of_which_no_act_speaks(officer, signed_in, day):
    sent = {"key": "x", "code": "99010969998", "on": day, "together": "yes", "reason": "r"}
    answer = signed_in(officer("director")).post("/ufficio/aiuti/decisione/", sent)
    assert answer.status_code == 302


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("007", 7), ("9" * 18, 10**18 - 1), ("9" * 19, None), ("²", None), ("٣", None), ("-1", None), ("1\n", None),
     ("", None), (None, None), (" 1", None), ("1e3", None)],
)  # fmt: skip
def test_a_whole_number(text, number):
    assert whole_number(text) == number


@pytest.mark.parametrize(
    ("text", "day"), [("1799-12-31", None), ("1800-01-01", 1800), ("2199-12-31", 2199), ("2200-01-01", None)]
)
def test_a_day_is_one_that_the_rules_know(text, day):
    try:
        found = DayField().clean(text)
    except ValidationError:
        found = None
    assert (found.year if found else None) == day


def test_half_a_surrogate_pair_arrives_as_a_replacement_character(officer, signed_in):
    client = signed_in(officer("director"))
    for address in ("/ufficio/cerca/?q=%ED%A0%80", "/bandi/?settore=%ED%A0%80", "/programma/settori/%ED%A0%80/"):
        assert client.get(address).status_code in {200, 404}, address
    assert not Enterprise.objects.exists()
