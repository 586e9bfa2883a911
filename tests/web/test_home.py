"""The home page: what is open with its term, the figures of the present triennium, the map, the next fairs, and search."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.core.cache import caches
from django.urls import reverse
from tests.calls.conftest import programme, shipped  # noqa: F401 - fixtures
from tests.initiatives.world import called, make_fair

from levante.kernel.api import clock_at
from levante.programme.api import Triennium, present_triennium
from levante.web.site.home import queries


@pytest.fixture(autouse=True)
def _nothing_remembered():
    caches["template_fragments"].clear()
    yield
    caches["template_fragments"].clear()


@pytest.fixture
def places(db):
    from levante.parties.reference import load_places

    load_places("Puglia")


def test_an_empty_portal_says_so(client, db):
    page = client.get("/").content.decode()
    assert "Oggi nessun bando è aperto" in page
    assert "Nessuna fiera è ancora in calendario" in page
    assert "Il programma in quattro cifre" not in page


def test_calls_are_found_by_their_words(client, shipped):  # noqa: F811 - the fixture
    title = next(iter(shipped.values())).title_it
    found = queries.search(title.split()[0])
    assert found["calls"] == [] or title in {card.call.title_it for card in found["calls"]}
    assert client.get("/cerca/?q=voucher").status_code == 200


def test_figures_are_of_the_present_triennium(client, places):
    made = make_fair()
    triennium = present_triennium(Triennium.objects.of(made.root))
    assert triennium.code == "2023-2025"
    money, committed, paid, works = queries.figures(triennium)
    lines = list(made.second.lines)
    for line in lines:
        line.refresh_from_db()
    assert money.value == queries.format_euro(sum((line.allocated for line in lines), Decimal(0)), "it")
    assert works.value == "1"
    for figure in (money, committed, paid, works):
        assert figure.definition
        address, _, place = figure.url.partition("#")
        assert address == reverse("site:programme")
        held = client.get(address).content.decode().split(f'id="{place}"')[1].split("</table>")[0]
        assert (figure.value if figure is not works else f"</th><td>{triennium.name_it}</td>") in held


def test_the_next_fair_is_announced_when_it_is_public(client, places):
    with clock_at(datetime(2026, 2, 15, 9, tzinfo=UTC)):
        made = make_fair()
        assert queries.next_fairs() == []
        called(made)
        assert [row.code for row in queries.next_fairs()] == ["boats-abroad"]
        page = client.get("/").content.decode()
        assert "Barche" in page
        assert "1 giu 2026" in page
        assert [row.code for row in queries.search("barche")["fairs"]] == ["boats-abroad"]
        assert queries.search("zucchero")["fairs"] == []
    with clock_at(datetime(2026, 7, 15, 9, tzinfo=UTC)):
        assert queries.next_fairs() == []


def test_enterprises_are_counted_once_by_their_present_seat(places, enterprise):
    from levante.parties.api import Comune, Seat

    comune = Comune.objects.get(pk="072006")
    province = comune.province
    firm = enterprise()
    Seat.objects.create(enterprise=firm, kind=Seat.LEGAL, comune=comune, province=province)
    Seat.objects.create(enterprise=firm, kind=Seat.OPERATING, comune=comune, province=province)
    assert queries.enterprises_by_comune() == {comune.pk: 1}


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("esportare", "site:calls"),
        ("find a buyer", "site:fairs"),
        ("investire", "site:invest"),
        ("ricevuta", "site:verify"),
    ],
)
def test_words_lead_to_a_journey(words, name, db):
    assert reverse(name) in {journey["url"] for journey in queries.journeys_for(words)}


def test_the_home_page_is_cheap(client, places, django_assert_max_num_queries):
    make_fair()
    client.get("/")
    with django_assert_max_num_queries(14):
        client.get("/")
