"""A published order afterwards: places given up, parts accepted, money going on, versions with their act, recomputed by anyone."""

import json
import re
import subprocess
import sys
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.applications.conftest import act_of_today, published_by
from tests.applications.test_ranking import entries

from levante.applications.api import (
    PlaceOffer,
    accept_part,
    admit_application,
    clients_of,
    compute_ranking,
    end_place,
    give_place_back,
    lapse_offers,
    places_for,
    publish_ranking,
    scroll_ranking,
    submit_application,
    take_in_charge,
    work_of,
)
from levante.applications.letters_ranking import _rows_to_tell
from levante.applications.models import Application, Deadline, Ranking, RankingRow
from levante.applications.scrolling import scrolled
from levante.calls.api import Entry, Opening, rank_snapshot, recompute_ranking
from levante.calls.recompute import digest
from levante.grants.api import draft_award_act, give_up_place
from levante.kernel.api import Refused, clock_at, system, today
from levante.kernel.pure import Bilingual
from levante.letters.api import LetterRun
from levante.messages.api import Notice
from levante.register.pure.keys import read_public_keys

AMOUNTS = st.decimals(min_value="0.01", max_value="9000", places=2)


def snapshot_of(found: list[Entry], budget: Decimal, when_short: str) -> dict:
    return {
        "format": "levante.ranking/3", "procedure": "ranking", "budget": str(budget), "threshold": None, "when_short": when_short,
        "repeat": "first_counts", "each": 1, "seed": "", "reserves": [], "awarded": None, "renounced": [],
        "entries": [
            {"id": one.id, "points": {code: str(value) for code, value in one.points.items()}, "amount": str(one.amount),
             "received_at": one.received_at, "sequence": one.sequence, "tie_breaks": [str(v) for v in one.tie_breaks],
             "reaches_minimums": one.reaches_minimums}
            for one in found
        ],
    }  # fmt: skip


@given(entries(), AMOUNTS, st.sampled_from(["stop", "partial", "skip"]), st.data())
def test_a_renunciation_takes_from_nobody_and_sorts_nothing(found, budget, when_short, data):
    snapshot = snapshot_of(found, budget * 4, when_short)
    before = rank_snapshot(snapshot)
    gone = data.draw(st.lists(st.sampled_from([one.id for one in found]), unique=True))
    after = rank_snapshot(snapshot, renounced=gone)
    assert [row.id for row in after.placed] == [row.id for row in before.placed]
    had = {row.id: row for row in before.placed}
    for row in after.placed:
        if row.id in gone:
            assert row.amount == 0
        elif had[row.id].outcome == "funded":
            assert row.amount == had[row.id].amount
    assert sum(row.amount for row in after.placed) + after.left == budget * 4


@pytest.fixture
def ranked(own_call, firm, actor_for, officer, settings):
    """A closed ranking of three firms with 100 euro: one funded, one partly, one not; each admitted."""
    from tests.applications.conftest import field

    from levante.applications.api import save_answers, start_draft

    opening = own_call(
        [field("points", "number"), field("costs", "money")],
        procedure="ranking",
        partial_days=10,
        when_short="partial",
        opening={"budget": "100.00"},
        money={"kind": "percentage", "rate": "100", "base": "costs", "cap": "9000.00"},
    )
    opening.call.criteria.create(
        code="points", name_it="Punti", name_en="Points", kind="automatic", max_points=40, expression="answers.points",
        position=1,
    )  # fmt: skip
    people = {}
    for name, points, costs in (("Alfa", 30, "60.00"), ("Beta", 20, "60.00"), ("Gamma", 10, "30.00")):
        made, user = firm(name, given=name)
        actor = actor_for(user, made)
        draft = start_draft(actor=actor, opening=opening)
        save_answers(
            actor=actor, application=draft, answers={"points": points, "costs": costs}, base_revision=draft.revision
        )
        submit_application(actor=actor, application=draft)
        people[name] = (actor, user, made)
    desk, director = actor_for(officer("case_officer", given="Ugo")), actor_for(officer("director"))
    with clock_at(opening.closes_at + timedelta(hours=1)):
        for one in Application.objects.filter(opening=opening):
            take_in_charge(actor=desk, application=one, has_conflict=False)
            from levante.applications.api import record_formal_check

            record_formal_check(actor=desk, application=one, item="x", outcome="met")
            admit_application(actor=desk, application=one)
        made = published_by(director, compute_ranking(actor=director, opening=opening))
        yield opening, made, people, desk, director


def one(people, name):
    return Application.objects.select_related("opening__call", "line").get(enterprise=people[name][2])


def places(ranking):
    rows = ranking.rows.select_related("application__enterprise").order_by("position")
    return [(row.application.enterprise.name, row.outcome, str(row.amount)) for row in rows]


@pytest.mark.django_db
def test_a_grant_revoked_by_an_act_leaves_its_place_as_one_that_is_given_up(ranked):
    _, made, people, desk, director = ranked
    alfa, words = one(people, "Alfa"), Bilingual("Revocata", "Revoked")
    with pytest.raises(Refused, match="atto di revoca"):
        end_place(actor=desk, application=alfa, reason=words)
    end_place(actor=system("test"), application=alfa, reason=words)
    assert one(people, "Alfa").state == "revoked"
    assert Notice.objects.filter(kind="ranking-place-free", user=director.user_id).count() == 1
    again = scroll_ranking(actor=director, ranking=made)
    assert places(again) == [("Alfa", "renounced", "0.00"), ("Beta", "funded", "60.00"), ("Gamma", "funded", "30.00")]
    assert again.snapshot["renounced"] == [{"id": alfa.number, "why": "revoked"}]
    give_place_back(actor=system("test"), application=alfa, reason=words)
    assert one(people, "Alfa").state == "admitted"
    with pytest.raises(Refused):
        give_place_back(actor=system("test"), application=alfa, reason=words)


@pytest.mark.django_db
@pytest.mark.slow  # three applications from the draft to two versions of the list
def test_a_place_given_up_scrolls_the_list_and_a_part_is_accepted_in_time(ranked, client, signed_in, tmp_path):
    from levante.programme.api import Act, BudgetLine

    _, made, people, desk, director = ranked
    assert places(made) == [("Alfa", "funded", "60.00"), ("Beta", "partial", "40.00"), ("Gamma", "not_funded", "0.00")]
    offer = PlaceOffer.objects.get()
    assert (offer.amount, offer.state) == (Decimal("40.00"), "open")
    assert Deadline.objects.get(kind="acceptance").due_on == offer.due_on
    beta = one(people, "Beta")
    assert not places_for([beta])[beta.pk].is_funded
    with pytest.raises(Refused, match="non ha accettato"):
        draft_award_act(actor=desk, applications=[beta], line=BudgetLine.objects.get())
    page = signed_in(people["Beta"][1], people["Beta"][2]).get(f"/impresa/domande/{beta.pk}/").content.decode()
    assert "Accetta 40,00" in page
    assert "di’ qui sotto se la accetti" in page
    assert "prepara l’atto" not in page
    # It is their turn, by a day: among what waits for the firm, and for whoever follows many.
    browser = signed_in(people["Beta"][1], people["Beta"][2])
    assert "di’ se la accetti, o il posto si perde" in browser.get("/impresa/").content.decode()
    (work,) = [row for row in work_of(clients_of(people["Beta"][1].pk, today())) if row.application == beta]
    assert (work.turn, work.what, work.due) == ("mine", "part", offer.due_on)
    gamma = one(people, "Gamma")
    page = signed_in(people["Gamma"][1], people["Gamma"][2]).get(f"/impresa/domande/{gamma.pk}/").content.decode()
    assert "non finanziata per esaurimento delle risorse" in page
    assert "Se qualcuno rinuncia" in page
    assert "prepara l’atto" not in page
    accept_part(actor=people["Beta"][0], offer=offer)
    assert places_for([beta])[beta.pk].is_funded
    with pytest.raises(Refused, match="nulla da scorrere"):
        scroll_ranking(actor=director, ranking=made)
    # Supposing writes nothing.
    alfa = one(people, "Alfa")
    desk_page = (
        signed_in(officer_of(director)).get(f"/ufficio/graduatorie/{made.pk}/?rinuncia={alfa.number}").content.decode()
    )
    assert "I soldi finiscono qui" in desk_page
    assert "40,00 € → 60,00" in re.sub(r"[\s ]+", " ", desk_page)
    give_up_place(actor=people["Alfa"][0], application=alfa, reason="Il progetto è rimandato")
    alfa.refresh_from_db()
    assert alfa.state == "withdrawn"
    told = Notice.objects.filter(kind="ranking-place-free").values_list("user_id", flat=True)
    assert list(told) == [director.user_id], "Gamma waits for what Alfa leaves"
    second = scroll_ranking(actor=director, ranking=made)
    with pytest.raises(Refused, match="atto"):
        publish_ranking(actor=director, ranking=second)
    with pytest.raises(Refused, match="ha approvato la versione 1"):
        publish_ranking(actor=director, ranking=second, act=made.act)
    act = act_of_today(made.opening.call, "")
    with pytest.raises(Refused, match="numero"):
        publish_ranking(actor=director, ranking=second, act=act)
    Act.objects.filter(pk=act.pk).update(number="00099")
    act.refresh_from_db()
    with pytest.raises(Refused, match="scrivi perché"):
        publish_ranking(actor=director, ranking=second, act=act)
    second = publish_ranking(actor=director, ranking=second, act=act, why="La approva")
    # Beta accepted 40: that is what it wants now; Gamma is reached.
    assert places(second) == [("Alfa", "renounced", "0.00"), ("Beta", "funded", "40.00"), ("Gamma", "funded", "30.00")]
    with pytest.raises(Exception, match=r"published_rows_stay|does not change"):
        RankingRow.objects.filter(ranking=second).update(amount=1)


@pytest.mark.django_db
@pytest.mark.slow  # three applications from the draft to three versions of the list
def test_ordered_again_who_has_the_money_keeps_it_and_who_gave_it_up_stays_out(ranked):
    opening, made, people, _, director = ranked

    def again(budget):
        Opening.objects.filter(pk=opening.pk).update(budget=Decimal(budget))
        return compute_ranking(actor=director, opening=opening)

    # The criterion was written the wrong way round: the order turns, Alfa keeps its money at the bottom of it.
    opening.call.criteria.filter(code="points").update(expression="40.0 - answers.points")
    assert places(again("100.00")) == [
        ("Gamma", "funded", "30.00"), ("Beta", "partial", "10.00"), ("Alfa", "funded", "60.00"),
    ]  # fmt: skip
    assert places(again("60.00"))[2] == ("Alfa", "funded", "60.00")
    with pytest.raises(Refused, match="finanziata dalla versione in vigore"):
        again("59.00")
    Opening.objects.filter(pk=opening.pk).update(budget=Decimal("100.00"))
    give_up_place(actor=people["Alfa"][0], application=one(people, "Alfa"), reason="Il progetto è rimandato")
    second = published_by(director, scroll_ranking(actor=director, ranking=made))
    assert places(second) == [("Alfa", "renounced", "0.00"), ("Beta", "funded", "60.00"), ("Gamma", "funded", "30.00")]
    told = LetterRun.objects.get(key=f"ranking:{second.pk}").items.values_list("reference", flat=True)
    assert list(told) == [one(people, name).number for name in ("Beta", "Gamma")], "Alfa gave its place up"
    third = again("90.00")
    assert third.snapshot["renounced"] == [{"id": one(people, "Alfa").number, "why": "withdrawn"}]
    assert places(third) == [("Gamma", "funded", "30.00"), ("Beta", "funded", "60.00"), ("Alfa", "renounced", "0.00")]
    with pytest.raises(Refused, match="finanziata dalla versione in vigore"):
        again("80.00")
    # A version that says the same of Gamma, and less of Beta, writes to Beta alone.
    third.rows.all().delete()
    rows = list(second.rows.order_by("position"))
    for row in rows:
        row.pk, row.ranking_id = None, third.pk
    rows[1].amount = Decimal("59.00")
    RankingRow.objects.bulk_create(rows)
    assert [row.application for row in _rows_to_tell(third)] == [one(people, "Beta")]
    # Scrolled once more with the same money plus some, Beta keeps all of it, though without who left it had a part.
    Opening.objects.filter(pk=opening.pk).update(budget=Decimal("95.00"))
    assert rank_snapshot(scrolled(second, rank_snapshot(second.snapshot))).spent == Decimal("90.00")


def officer_of(actor):
    from levante.identity.api import User

    return User.objects.get(pk=actor.user_id)


def refuses_what_is_forged(told, keys):
    """A hash made again without its receipt, and a genuine receipt on other words."""
    forged = json.loads(json.dumps(told))
    forged["snapshot"]["entries"][2]["points"]["points"] = "40.00"
    forged["sha256"] = digest(forged["snapshot"])
    bare = {name: value for name, value in forged.items() if name not in ("receipt", "places")}
    outcome = recompute_ranking(bare, keys)
    assert (outcome["ok"], outcome["hash"], outcome["receipt"]) == (False, True, "missing")
    assert any("places" in problem for problem in outcome["problems"])
    assert recompute_ranking({**bare, "receipt": told["receipt"]}, keys)["receipt"] == "invalid"
    assert not recompute_ranking({**bare, "receipt": {"entry": None}})["ok"]
    assert not recompute_ranking({name: value for name, value in told.items() if name != "places"}, keys)["ok"]
    for name, value in (("version", 7), ("number", "GRA-2026/9999999"), ("act", {"number": "1", "adopted_on": ""})):
        for known in (keys, None):
            outcome = recompute_ranking({**told, name: value}, known)
            assert [problem.split()[1] for problem in outcome["problems"]] == [name]
            assert ["il file dice" in problem for problem in outcome["problems_it"]] == [True]
    other = json.loads(json.dumps(told))
    del other["receipt"]["entry"]["payload"]["act"]
    outcome = recompute_ranking({**other, "act": {"number": "1", "adopted_on": ""}})
    assert (outcome["ok"], outcome["unsigned"], outcome["receipt"]) == (True, ["act"], "not_checked")
    assert recompute_ranking(other, keys)["receipt"] == "invalid", "what was signed was changed"


@pytest.mark.django_db
@pytest.mark.slow  # the same three applications, and a process that recomputes
def test_anyone_recomputes_what_was_published(ranked, client, tmp_path, monkeypatch):
    opening, made, people, _, director = ranked
    base = f"/bandi/{opening.call.code}/graduatorie/{made.pk}/"
    content = client.get(f"{base}dati.json").getvalue()
    for name in ("Alfa", "Beta", "Gamma"):
        assert name.encode() not in content
        assert name not in client.get(base).content.decode()
    page = client.get(f"{base}ricalcola/?calcola=1").content.decode()
    assert "È la stessa" in page
    assert "La ricevuta del registro è valida" in page
    with monkeypatch.context() as longer:
        longer.setattr("levante.web.site.calls.rankings.MOST_HERE", 2)
        page = client.get(f"{base}ricalcola/?calcola=1").content.decode()
    assert "ha 3 domande, e questa pagina ne ricalcola al massimo 2" in page
    number = one(people, "Alfa").number
    assert "ha rinunciato" in client.get(f"{base}ricalcola/?rinuncia={number}").content.decode()
    assert "non è in questa" in client.get(f"{base}ricalcola/?rinuncia=2099/1").content.decode()
    key = tmp_path / "key.pem"
    key.write_bytes(client.get("/verifica/chiave.pem").content)
    good, bad = tmp_path / "ranking.json", tmp_path / "bad.json"
    good.write_bytes(content)
    told = json.loads(content)
    told["snapshot"]["entries"][2]["points"]["points"] = "40.00"
    bad.write_text(json.dumps(told))

    def run(path):
        done = subprocess.run(
            [str(Path(sys.executable).with_name("levante")), "calls", "recompute", str(path), "--key", str(key)],
            capture_output=True, text=True, check=False, env={"PATH": "/usr/bin"},
        )  # fmt: skip
        return done.returncode, json.loads(done.stdout)

    code, outcome = run(good)
    assert (code, outcome["ok"], outcome["hash"], outcome["receipt"], outcome["places"]) == (0, True, True, "valid", 3)
    code, outcome = run(bad)
    assert (code, outcome["ok"], outcome["hash"]) == (1, False, False)
    assert any("place 1" in problem for problem in outcome["problems"])
    # Who reads the page reads why in their language.
    monkeypatch.setattr("levante.web.site.calls.rankings.document", lambda found: [bad.read_text()])
    page = client.get(f"{base}ricalcola/?calcola=1").content.decode()
    assert "L’impronta dei dati non è quella pubblicata." in page
    assert "Posto 1: ricalcolato" in page
    assert "place 1" not in page
    page = client.get(f"/en{base}ricalcola/?calcola=1").content.decode()
    assert "Place 1: " in page
    assert "Posto 1" not in page
    refuses_what_is_forged(json.loads(content), read_public_keys(key.read_bytes()))
    # An offer that nobody answers ends, and its place is given up: the money that was left goes on.
    with clock_at(PlaceOffer.objects.get().offered_at + timedelta(days=30)):
        assert lapse_offers(actor=system("test")) == 1
        second = scroll_ranking(actor=director, ranking=made)
    assert places(second)[1:] == [("Beta", "renounced", "0.00"), ("Gamma", "funded", "30.00")]
    assert Ranking.objects.filter(scrolls=made).count() == 1
