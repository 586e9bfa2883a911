"""The text of the act of a ranking: what the data say, and what the call adds to it."""

from datetime import timedelta

import pytest
from tests.applications.conftest import act_of_today, declares, published_by
from tests.letters.conftest import without_pdf  # noqa: F401

from levante.applications import ranking_act
from levante.applications.acts import decided_otherwise
from levante.applications.api import (
    approving_acts,
    compute_ranking,
    files_of_ranking,
    publish_ranking,
    ranking_act_of,
    record_opening_act,
    submit_application,
    write_ranking_act,
)
from levante.calls.api import Call, Opening
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
    with clock_at(found.computed_at + timedelta(days=1)):
        published_by(director, found)
        page = browser.get(f"/ufficio/graduatorie/{found.pk}/").content.decode()
        assert "Scrivilo di nuovo" not in page
        with pytest.raises(Refused, match="è pubblicata"):  # what was adopted stays as it was read
            write_ranking_act(actor=director, ranking=found)


def test_a_long_one_is_printed_by_the_worker_and_asked_twice_is_one(ranked, monkeypatch):
    monkeypatch.setattr(ranking_act, "AT_ONCE", 1)
    found, director = ranked
    one = write_ranking_act(actor=director, ranking=found)
    assert one.is_coming
    assert write_ranking_act(actor=director, ranking=found).pk == one.pk


def test_only_an_act_that_can_have_approved_it_publishes_a_version(ranked, signed_in):
    from levante.identity.api import User
    from levante.programme.api import Act

    first, director = ranked
    call, line = first.opening.call, first.line
    browser = signed_in(User.objects.get(pk=director.user_id))
    with clock_at(first.computed_at):
        published_by(director, first)
        first.refresh_from_db()
        # Adopted elsewhere, without a text of ours: none is written now.
        page = browser.get(f"/ufficio/graduatorie/{first.pk}/").content.decode()
        assert "Scrivi il testo" not in page
        assert "Testo dell’atto" not in page
        said = browser.post(f"/ufficio/graduatorie/{first.pk}/atto/scrivi/", follow=True).content.decode()
        assert "è pubblicata" in said
        assert ranking_act_of(first) is None
    with clock_at(first.computed_at + timedelta(days=3)):
        made = compute_ranking(actor=director, opening=first.opening, line=line)
        declares(director, files_of_ranking(made))
        page = browser.get(f"/ufficio/graduatorie/{made.pk}/").content.decode()
        assert "Atto che lo decide" not in page, "of those recorded none can have approved it"
        assert "Numero dell’atto" in page
    with clock_at(first.computed_at + timedelta(days=4)):
        award = act_of_today(call, "501", code="atto/concessione-12")
        retyped = act_of_today(call, "501", code="atto/bando-2026-501")
        good = act_of_today(call, "502", code="atto/bando-2026-502")
        Act.objects.filter(pk=first.act_id).update(adopted_on=good.adopted_on)  # as if it were of these days
        again = act_of_today(call, first.act.number, code="atto/bando-2026-ancora")
        for act, reason in (
            (call.act, "e la graduatoria è stata calcolata il"),
            (award, "concede contributi"),
            (retyped, "concede contributi"),
            (Act.objects.get(pk=first.act_id), "ha approvato la versione 1"),
            (again, "ha approvato la versione 1"),
        ):
            with pytest.raises(Refused, match=reason) as refused:
                publish_ranking(actor=director, ranking=made, act=act)
            assert refused.value.reason.en != refused.value.reason.it
        assert list(approving_acts(made)) == [good]
        page = browser.get(f"/ufficio/graduatorie/{made.pk}/").content.decode()
        assert "Atto che lo decide" in page
        assert f"DD 502 del {good.adopted_on:%d/%m/%Y} – Atto" in page, "as people say it, not by its code"
        assert "Perché questo atto approva questa graduatoria" in page
        assert "DD 501" not in page
        # One recorded with it must pass the same, and is not recorded when it does not.
        form = {
            "act_number": "503",
            "act_date": str(made.computed_at.date() - timedelta(days=1)),
            "act_title": "Approva",
        }
        said = browser.post(f"/ufficio/graduatorie/{made.pk}/pubblica/", form)
        assert (said.status_code, Act.objects.filter(number="503").exists()) == (422, False)
        assert "e la graduatoria è stata calcolata il" in said.content.decode()
        # It may approve the list of another line too.
        # Of an act recorded for this call one says why when it has decided something else already.
        ours = record_opening_act(
            actor=director, opening=first.opening, number="504", adopted_on=good.adopted_on, title="Dotazione"
        )
        assert not decided_otherwise(ours)
        Opening.objects.filter(pk=first.opening_id).update(seed_act=ours)
        with pytest.raises(Refused, match="ha già deciso altro"):
            publish_ranking(actor=director, ranking=made, act=ours)
        assert publish_ranking(actor=director, ranking=made, act=good, why="Anche questa linea").act == good
