"""A person sees the entries that the role needs and that exist; the one of the page is marked."""

from types import SimpleNamespace

import pytest
from django.test import RequestFactory
from django.utils import translation

from levante.identity.api import roles
from levante.kernel.api import Actor
from levante.web import navigation


def labels(audience, actor=None, path="/"):
    request = RequestFactory().get(path)
    if actor is not None:
        request.actor = actor
    return [entry["label"] for entry in navigation.entries(audience, request)]


@pytest.fixture
def everything_exists(monkeypatch):
    monkeypatch.setattr(navigation, "first_url", lambda *names: "/" + names[0].replace(":", "/") + "/")


def test_the_three_menus_word_by_word(everything_exists):
    with translation.override("it"):
        assert labels("site") == [
            "Il programma",
            "Bandi e voucher",
            "Fiere e missioni",
            "Mercati",
            "Investire in Puglia",
            "Imprese ed eccellenze",
            "Dati aperti",
        ]
        assert labels("portal") == [
            "Oggi",
            "Opportunità",
            "Le mie domande",
            "Rendicontazioni e pagamenti",
            "Fiere e incontri",
            "Affari conclusi",
            "La mia impresa",
            "Aiuti ricevuti",
            "Check-up",
            "Richieste",
            "Mercati",
            "Persone e deleghe",
            "Messaggi",
        ]
        director = Actor(user_id=1, grants=frozenset({("sezione", roles.DIRECTOR)}), sections=frozenset({"sezione"}))
        assert labels("desk", director) == [
            "Oggi",
            "Pratiche",
            "Bandi",
            "Valutazioni",
            "Graduatorie e atti",
            "Rendicontazioni",
            "Controlli",
            "Pagamenti",
            "Iniziative",
            "Affari e seguiti",
            "Imprese",
            "Investitori",
            "Accordi",
            "Richieste",
            "Programma",
            "Registro",
            "Impostazioni",
        ]


def test_a_role_sees_what_it_needs(everything_exists):
    evaluator = Actor(user_id=1, grants=frozenset({("sezione", roles.EVALUATOR)}), sections=frozenset({"sezione"}))
    finance = Actor(user_id=1, grants=frozenset({("sezione", roles.FINANCE)}), sections=frozenset({"sezione"}))
    with translation.override("it"):
        assert labels("desk", evaluator) == ["Oggi", "Valutazioni"]
        assert "Pagamenti" in labels("desk", finance)
        assert "Registro" not in labels("desk", finance)
        agency = Actor(user_id=1, grants=frozenset({("agenzia", roles.AGENCY_STAFF)}))
        assert {"Graduatorie e atti", "Affari e seguiti"} <= set(labels("desk", agency)), "the rankings of participants"


def test_what_does_not_exist_is_not_promised():
    assert navigation.first_url("site:never-there") is None
    assert navigation.first_url("site:never-there", "site:home") == "/"


def test_the_page_s_entry_is_marked(everything_exists):
    request = RequestFactory().get("/portal/aid/why/")
    marked = [entry["url"] for entry in navigation.entries("portal", request) if entry["current"]]
    assert marked == ["/portal/aid/"]


def test_a_place_is_of_its_initiative_wherever_its_address_is(everything_exists):
    director = Actor(user_id=1, grants=frozenset({("sezione", roles.DIRECTOR)}), sections=frozenset({"sezione"}))
    request = RequestFactory().get("/desk/rankings/1/")
    request.actor = director
    for page, marked in (("desk:place_visure", "/desk/initiatives/"), ("desk:ranking", "/desk/rankings/")):
        request.resolver_match = SimpleNamespace(view_name=page)
        assert [entry["url"] for entry in navigation.entries("desk", request) if entry["current"]] == [marked]
