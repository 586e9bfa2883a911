"""The public search: both languages, accents and mistakes forgiven, facets that count what there would be."""

import pytest
from tests.directory.world import AT, certified, make_world, published

from levante.directory import api

pytestmark = pytest.mark.django_db
DAY = AT.date()


@pytest.fixture
def firms(desk, enterprise, representative, actor_for):
    def make(name, **given):
        world = make_world(enterprise, representative, actor_for, name)
        published(world, **given)
        return world

    oil = make("Frantoio Àncora S.r.l.")
    shoes = make(
        "Passo Lungo S.p.A.", hs="6403", names=("Calzature da donna", "Shoes for women"), markets_served=["AE"],
        summary_it="Calzature di pelle.", summary_en="Leather shoes.", price_band="luxury", languages=["it", "de"],
    )  # fmt: skip
    certified(oil, "organic-eu")
    certified(shoes, "iso-9001")
    return oil, shoes


def names(text="", **chosen):
    answer = api.search(api.Asked(text, chosen), on=DAY)
    return [row.enterprise.name.split()[0] for row in answer.rows]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ["Frantoio", "Passo"]),
        ("olio", ["Frantoio"]),
        ("olio d'oliva", ["Frantoio"]),
        ("OLIVE OIL", ["Frantoio"]),
        ("evo", ["Frantoio"]),
        ("1509", ["Frantoio"]),
        ("15", ["Frantoio"]),
        ("1509.20.00", ["Frantoio"]),
        ("6403 99", ["Passo"]),
        ("1510", []),
        ("ancora", ["Frantoio"]),
        ("scarpe", ["Passo"]),
        ("scarpa", ["Passo"]),
        ("footwear", ["Passo"]),
        ("leather shoe", ["Passo"]),
        ("organic", ["Frantoio"]),
        ("scarppe", ["Passo"]),
        ("frantoi ancorra", ["Frantoio"]),
        ("zzzzqqq", []),
        ("'; DROP TABLE & | ! (", []),
        ("\0olio", ["Frantoio"]),
    ],
)
def test_words_find_what_they_name_in_either_language(firms, text, found):
    assert names(text) == found


def test_who_is_not_public_is_not_found(firms):
    api.withdraw_profile(actor=firms[0].actor, profile=firms[0].profile)
    assert names("olio") == []
    firms[1].firm.status, firms[1].firm.ceased_on = "ceased", DAY
    firms[1].firm.save()
    assert names() == []


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        ({"chapter": "64"}, ["Passo"]),
        ({"market": "DE"}, ["Frantoio"]),
        ({"language": "de"}, ["Passo"]),
        ({"price": "luxury"}, ["Passo"]),
        ({"certification": "organic-eu"}, ["Frantoio"]),
        ({"certification": "organic-eu", "chapter": "64"}, []),
        ({"chapter": "nonsense"}, []),
        ({"unknown": "x"}, ["Frantoio", "Passo"]),
    ],
)
def test_facets_narrow(firms, chosen, found):
    assert names(**chosen) == found


def test_each_facet_counts_with_the_others_as_they_are_chosen(firms, django_assert_num_queries):
    with django_assert_num_queries(1):
        counts = api.search(api.Asked("", {"chapter": "64"}), on=DAY).counts
    assert counts["chapter"] == [("15", 1), ("64", 1)]
    assert counts["language"] == [("de", 1), ("it", 1)]
    assert counts["market"] == [("AE", 1)]
    assert counts["certification"] == [("iso-9001", 1)]
    assert counts["sector"] == [(firms[0].sector, 1)]


def test_what_names_it_comes_before_what_only_tells_of_it(firms, enterprise, representative, actor_for):
    world = make_world(enterprise, representative, actor_for, "Zeta S.r.l.")
    published(
        world, hs="8438", names=("Macchine", "Machines"), summary_it="Macchine per frantoi e per olio.", summary_en="x"
    )
    assert names("olio") == ["Frantoio", "Zeta"]


def test_how_it_was_found_is_said(firms):
    def how(text):
        answer = api.search(api.Asked(text, {}), on=DAY)
        return answer.how, answer.meant, answer.rows.count()

    assert how("calzatura") == ("all", "", 1)
    assert how("calzzature") == ("meant", "calzature", 1)
    assert how("scarpe biologiche") == ("some", "", 2)
    assert how("frantooio ancorra") == ("like", "", 1)
    assert how("zzzzqqq") == ("like", "", 0)
    for trade in ("wine", "cozze"):
        assert how(trade) == ("all", "", 0), "a word of the trade that nobody answers to is no mistake"
