"""Today gathers what each journey says, soonest term first."""

from datetime import UTC, date, datetime, timedelta
from types import ModuleType

import pytest

from levante.kernel.api import ANONYMOUS
from levante.web import worklist
from levante.web.worklist import Item

DAY = date(2026, 11, 22)


def journey(**functions):
    module = ModuleType("journey")
    vars(module).update(functions)
    return module


@pytest.fixture
def journeys(monkeypatch):
    def use(*modules):
        monkeypatch.setattr(worklist, "journeys", lambda audience: modules)

    return use


def test_nobody_has_anything_to_say(journeys):
    journeys()
    assert worklist.my_turn("desk", ANONYMOUS) == []
    assert worklist.moved("desk", ANONYMOUS, datetime(2026, 1, 1, tzinfo=UTC)) == []
    assert worklist.suggestion("portal", ANONYMOUS) is None


def test_soonest_first_and_no_term_last(journeys):
    morning = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
    journeys(
        journey(my_turn=lambda actor: [Item("no term", "/1/"), Item("end of day", "/2/", due=DAY)]),
        journey(my_turn=lambda actor: [Item("in the morning", "/3/", due=morning)]),
        journey(),
    )
    titles = [item.title for item in worklist.my_turn("desk", ANONYMOUS)]
    assert titles == ["in the morning", "end of day", "no term"]


def test_what_moved_is_newest_first_and_told_since_when(journeys):
    asked = []

    def moved(actor, since):
        asked.append(since)
        return [Item("old", "/1/", at=since), Item("new", "/2/", at=since + timedelta(days=1))]

    journeys(journey(moved=moved))
    since = datetime(2026, 11, 1, tzinfo=UTC)
    assert [item.title for item in worklist.moved("portal", ANONYMOUS, since)] == ["new", "old"]
    assert asked == [since]


def test_one_suggestion_the_first_by_rank(journeys):
    journeys(
        journey(suggestions=lambda actor: [Item("b", "/", rank=20), Item("a", "/", rank=20)]),
        journey(suggestions=lambda actor: [Item("z", "/", rank=10)]),
    )
    assert worklist.suggestion("portal", ANONYMOUS).title == "z"


def test_kinds_are_counted():
    assert worklist.kinds([Item("", "", kind="b"), Item("", "", kind="a"), Item("", "", kind="b"), Item("", "")]) == [
        ("b", 2),
        ("a", 1),
    ]


@pytest.mark.parametrize("audience", ["portal", "desk"])
def test_the_real_modules_load(audience):
    for module in worklist.journeys(audience):
        assert any(hasattr(module, name) for name in ("my_turn", "moved", "suggestions")), module.__name__


@pytest.mark.django_db
def test_the_desk_shows_and_filters(signed_in, officer, journeys):
    journeys(
        journey(
            my_turn=lambda actor: [
                Item("Domanda 12", "/x/12/", kind="pratica", why="Scade", due=DAY),
                Item("Altro", "/y/", kind="atto"),
            ]
        )
    )
    client = signed_in(officer())
    page = client.get("/ufficio/").content.decode()
    assert "Domanda 12" in page
    assert "Altro" in page
    page = client.get("/ufficio/?kind=atto").content.decode()
    assert "Domanda 12" not in page
    assert "Altro" in page


@pytest.mark.django_db
def test_the_enterprise_sees_its_turn(signed_in, enterprise, representative, journeys):
    firm = enterprise()
    client = signed_in(representative(firm), firm)
    journeys()
    assert "Niente da fare, per ora" in client.get("/impresa/").content.decode()
    journeys(
        journey(
            my_turn=lambda actor: [Item("Completa la domanda", "/x/", due=DAY)],
            suggestions=lambda actor: [Item("Fai il check-up", "/c/")],
        )
    )
    page = client.get("/impresa/").content.decode()
    assert "Completa la domanda" in page
    assert "Fai il check-up" in page
