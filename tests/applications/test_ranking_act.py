"""The text of the act of a ranking: what the data say, and what the call adds to it."""

from datetime import timedelta

import pytest
from tests.applications.conftest import declares
from tests.letters.conftest import without_pdf  # noqa: F401

from levante.applications import ranking_act
from levante.applications.api import (
    compute_ranking,
    files_of_ranking,
    ranking_act_of,
    submit_application,
    write_ranking_act,
)
from levante.calls.api import Call
from levante.kernel.api import Refused, clock_at

pytestmark = pytest.mark.django_db
OWN = {
    "recitals": [{"it": "il parere della cabina di regia", "en": "x"}],
    "provisions": [{"it": "che i progetti iniziano entro 60 giorni", "en": "x"}],
}


@pytest.fixture
def ranked(by_ranking, filled, officer, actor_for):
    call = by_ranking.call
    Call.objects.filter(pk=call.pk).update(templates={**call.templates, "acts": {"ranking": OWN, "award": {}}})
    for place, cost in enumerate(("5000.00", "6000.00", "9000.00", "9000.00")):
        items = [{"item": "space", "amount": cost}]
        draft, actor, _ = filled(by_ranking, f"Impresa {place}", {"cost_items": items}, given=f"N{place}")
        submit_application(actor=actor, application=draft)
    director = actor_for(officer("director", given="Dora", family="Conti"))
    with clock_at(by_ranking.closes_at + timedelta(hours=1)):
        found = compute_ranking(actor=director, opening=by_ranking, line=by_ranking.lines.get(code="a"))
    with pytest.raises(Refused, match="mancano 4 domande"):
        write_ranking_act(actor=director, ranking=found)
    declares(director, files_of_ranking(found))
    return found, director


def test_it_says_what_the_data_say_and_what_the_call_adds(ranked, officer, actor_for, signed_in):
    from levante.identity.api import User

    found, director = ranked
    with pytest.raises(Refused, match="dirigente"):
        write_ranking_act(actor=actor_for(officer("case_officer", given="Ugo")), ranking=found)
    browser = signed_in(User.objects.get(pk=director.user_id))
    said = browser.post(f"/ufficio/graduatorie/{found.pk}/atto/scrivi/", follow=True).content.decode()
    assert "Scrivilo di nuovo" in said
    data = ranking_act_of(found).data
    assert data["recitals"] == ["il parere della cabina di regia"]
    assert data["provisions"] == ["che i progetti iniziano entro 60 giorni"]
    assert data["sha256"] == found.sha256
    assert data["heading"][0] == "Puglia"
    given = [(row["position"], row["amount"].replace("\xa0", " "), row["outcome"]) for row in data["rows"]]
    assert given == [(1, "3.000,00 €", "per intero"), (2, "3.000,00 €", "per intero"), (3, "2.000,00 €", "in parte")]
    assert (data["all"], data["given"], data["budget"]) == (4, "8.000,00\xa0€", "8.000,00\xa0€")


def test_a_long_one_is_printed_by_the_worker_and_asked_twice_is_one(ranked, monkeypatch):
    monkeypatch.setattr(ranking_act, "AT_ONCE", 1)
    found, director = ranked
    one = write_ranking_act(actor=director, ranking=found)
    assert one.is_coming
    assert write_ranking_act(actor=director, ranking=found).pk == one.pk
