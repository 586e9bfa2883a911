"""Today gathers what each journey says, soonest term first."""

import ast
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import ModuleType

import pytest

from levante.kernel.api import ANONYMOUS, clock_at, now
from levante.web import desk, worklist
from levante.web.desk.home.groups import MOST_LATE, SHOWN, grouped
from levante.web.worklist import Item, others

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


def test_ten_thousand_of_a_kind_do_not_drown_the_others():
    """Each kind has its heading with its number, how many are late and the nearest term; only its first lines are there."""
    late = [Item(f"R{n}", f"/r/{n}/", "richieste", due=DAY - timedelta(days=n)) for n in range(1, 10_001)]
    running = [Item(f"V{n}", f"/v/{n}/", "variazioni", due=DAY + timedelta(days=n)) for n in range(10_000)]
    taken = Item("Voucher", "/d/", "pratiche", due=DAY + timedelta(days=30), count=10_000, late=7)
    few = [Item(f"A{n}", f"/a/{n}/", "atti") for n in range(4)]
    rest = list(others(120, "/a/", "prove", late=3))
    with clock_at(datetime(2026, 11, 22, 8, 0, tzinfo=UTC)):
        groups = grouped([*few, taken, *running, *rest, *late], ANONYMOUS)
        assert [group.kind for group in groups] == ["richieste", "pratiche", "prove", "variazioni", "atti"]
        assert [(group.count, group.late, len(group.shown), group.hidden) for group in groups] == [
            (10_000, 10_000, MOST_LATE, 9_990), (10_000, 7, 1, 0), (120, 3, 1, 0), (10_000, 0, SHOWN, 9_997), (4, 0, 4, 0),
        ]  # fmt: skip
        assert [group.due for group in groups] == [DAY - timedelta(days=10_000), taken.due, None, DAY, None]
        (open_one,) = grouped(running, ANONYMOUS, folded=False)
        assert (len(open_one.shown), open_one.hidden) == (10_000, 0)
        assert list(others(0, "/a/", "atti")) == []


@pytest.mark.parametrize("audience", ["portal", "desk"])
def test_the_real_modules_load(audience):
    for module in worklist.journeys(audience):
        assert any(hasattr(module, name) for name in ("my_turn", "moved", "suggestions")), module.__name__


@pytest.mark.django_db
def test_the_desk_shows_and_filters(signed_in, officer, journeys):
    """What only this person can do first, then what anyone may take; a kind leads to its list, and unfolds on the page."""
    requests = [Item(f"Richiesta {n:02}", f"/r/{n}/", "richiesta", "Scade", due=DAY, shared=True) for n in range(20)]
    own = [
        Item("Domanda 12", "/x/12/", kind="pratica", why="Scade", due=now() + timedelta(days=2)),
        Item("Atto", "/y/", "atto di concessione"),
    ]
    journeys(journey(my_turn=lambda actor: [*requests, *own]))
    client = signed_in(officer())

    def page(query=""):
        answer = client.get(f"/ufficio/{query}")
        text = answer.content.decode()
        return text, [[group.kind for group in answer.context[name]] for name in ("own", "office")]

    text, kinds = page()
    assert kinds == [["pratica", "atto di concessione"], ["richiesta"]]
    assert text.index("Tocca a te") < text.index("Domanda 12") < text.index("Per chi lo prende in carico")
    assert 'href="/ufficio/richieste/?state=running"' in text
    assert "20 in ritardo" in text
    assert ("Richiesta 09" in text, "Richiesta 10" in text, "mostra gli altri (10)" in text) == (True, False, True)
    text, kinds = page("?kind=richiesta")
    assert ("Richiesta 19" in text, kinds) == (True, [[], ["richiesta"]])
    assert page("?term=soon")[1] == [["pratica"], []]
    journeys(journey(my_turn=lambda actor: requests))
    assert "Qui ora non c’è niente" in page("?term=soon")[0]


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


def test_no_list_of_an_office_ends_in_silence():
    """What is cut at ``LIMIT`` says how many others there are: cut by hand it says nothing."""
    cut = []
    for path in sorted(Path(desk.__path__[0]).glob("*/worklist.py")):
        for function in ast.parse(path.read_text(encoding="utf-8")).body:
            if not isinstance(function, ast.FunctionDef) or function.name in ("moved", "suggestions"):
                continue
            told = any(isinstance(one, ast.Name) and one.id == "others" for one in ast.walk(function))
            slices = [one.upper for one in ast.walk(function) if isinstance(one, ast.Slice)]
            if not told and any(isinstance(one, ast.Name) and one.id == "LIMIT" for one in slices):
                cut.append(f"{path.parent.name}.{function.name}")
    assert cut == []


def test_what_is_beyond_the_limit_is_counted():
    rows, left = worklist.first_of(list(range(worklist.LIMIT + 3)))
    assert (len(rows), left) == (worklist.LIMIT, 3)
    assert worklist.first_of([1, 2]) == ([1, 2], 0)
    (line,) = others(3, "/x/", "payment", shared=True)
    assert (line.count, line.shared) == (3, True)
    assert list(others(0, "/x/", "payment")) == []
