"""The order of a ranking and where its money ends."""

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import product

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st
from tests.applications.conftest import declares, published_by

from levante.applications.api import compute_ranking, files_of_ranking, publish_ranking, submit_application
from levante.applications.models import Ranking
from levante.applications.ranking_services import places_of_values
from levante.applications.submission import digest_of
from levante.calls.api import Entry, Reserve, Terms, drawn, rank, rank_snapshot, round_points, score_of
from levante.kernel.api import Refused, clock_at, now, system
from levante.letters.api import Letter, LetterRun, go_on, start_run
from levante.messages.models import Notice

POINTS = st.decimals(min_value=0, max_value=40, places=2)
AMOUNTS = st.decimals(min_value="0.01", max_value="9000", places=2)


@st.composite
def entries(draw):
    count = draw(st.integers(1, 25))
    return [
        Entry(
            id=f"n{place}",
            points={"a": draw(POINTS), "b": draw(st.sampled_from([Decimal(0), Decimal(20)]))},
            amount=draw(AMOUNTS),
            received_at=f"2026-01-01T10:00:00.{draw(st.integers(0, 3)):06d}Z",
            sequence=place + 1,
            tie_breaks=(Decimal(draw(st.integers(0, 2))),),
            reaches_minimums=draw(st.booleans()) or draw(st.booleans()),
        )
        for place in range(count)
    ]


def under(budget, when_short="partial", **more):
    return Terms.settled("ranking", Decimal(budget), when_short, **more)


@given(entries(), AMOUNTS.map(lambda value: value * 3), st.booleans(), st.randoms(use_true_random=False))
def test_a_ranking_never_spends_more_and_does_not_depend_on_the_order_of_input(found, budget, partial, shuffle):
    terms = under(budget, "partial" if partial else "stop")
    outcome = rank(found, terms)
    assert sum(row.amount for row in outcome.placed) == outcome.spent == budget - outcome.left
    assert 0 <= outcome.left <= budget
    mixed = list(found)
    shuffle.shuffle(mixed)
    assert rank(mixed, terms) == outcome
    by_id = {entry.id: entry for entry in found}
    codes = [row.outcome for row in outcome.placed]
    order = ["funded", "partial", "not_funded", "below"]
    assert codes == sorted(codes, key=order.index)
    assert codes.count("partial") <= 1
    for row in outcome.placed:
        asked = by_id[row.id].amount
        if row.outcome == "funded":
            assert row.amount == asked
        elif row.outcome == "partial":
            assert 0 < row.amount < asked
            assert outcome.left == 0
        else:
            assert row.amount == 0
    worthy = [row for row in outcome.placed if row.outcome != "below"]
    assert [row.score for row in worthy] == sorted((row.score for row in worthy), reverse=True)


@given(entries(), AMOUNTS)
def test_more_money_never_takes_from_anyone(found, budget):
    less = {row.id: row.amount for row in rank(found, under(budget)).placed}
    more = {row.id: row.amount for row in rank(found, under(budget * 2)).placed}
    assert all(more[id_] >= amount for id_, amount in less.items())


def entry(id_, points, amount="100", second="0", sequence=1, tie=0):
    return Entry(
        id_, {"a": Decimal(points)}, Decimal(amount), f"2026-01-01T10:00:0{second}.000000Z", sequence, (Decimal(tie),)
    )


def test_ties_end_in_chain_then_instant_then_sequence():
    outcome = rank(
        [
            entry("late", "10", second="2", sequence=4),
            entry("sequence", "10", second="1", sequence=3),
            entry("first", "10", second="1", sequence=2),
            entry("chain", "10", second="3", sequence=5, tie=-1),
            entry("best", "10.01", second="9", sequence=6, tie=9),
        ],
        under("1000"),
    )
    assert [(row.id, row.decided_by) for row in outcome.placed] == [
        ("best", "score"), ("chain", "score"), ("first", "tie_break_1"), ("sequence", "sequence"), ("late", "instant"),
    ]  # fmt: skip


@given(st.integers(0, 3).flatmap(lambda links: st.lists(st.tuples(*[AMOUNTS] * links), max_size=12)))
def test_places_order_as_the_values_they_stand_for(values):
    """What is published of a tie-break orders as the value did, alone and in its chain, and is not the value."""
    places = [tuple(map(Decimal, row)) for row in places_of_values([list(row) for row in values])]
    for one, two in product(range(len(values)), repeat=2):
        assert (values[one] < values[two]) == (places[one] < places[two])
        assert all(
            (a < b) == (c < d) for a, b, c, d in zip(values[one], values[two], places[one], places[two], strict=True)
        )


def test_nobody_passes_over_who_did_not_fit():
    outcome = rank(
        [
            entry("a", "30", "60.00", sequence=1),
            entry("b", "20", "60.00", sequence=2),
            entry("c", "10", "1", sequence=3),
        ],
        under("100"),
    )
    assert [(row.outcome, row.amount) for row in outcome.placed] == [
        ("funded", Decimal("60.00")), ("partial", Decimal("40")), ("not_funded", Decimal("0")),
    ]  # fmt: skip


def test_points_are_rounded_once_halves_up():
    assert round_points("12.345") == Decimal("12.35")
    assert score_of(Entry("x", {"a": Decimal("0.005"), "b": Decimal("0.005")}, Decimal(1), "", 1)) == Decimal("0.02")


@pytest.mark.parametrize(
    "found",
    [[entry("a", "1"), entry("a", "2", sequence=2)], [entry("a", "1"), entry("b", "2")], [entry("a", "1", "0")]],
)
def test_contradictions_are_refused(found):
    with pytest.raises(ValueError, match=r"."):
        rank(found, under("100"))


def outcomes(terms, *found):
    return [(row.id, row.outcome, str(row.amount), row.decided_by) for row in rank(list(found), terms).placed]


def test_who_misses_a_minimum_comes_last_and_leaves_the_money_to_the_others():
    low = replace(entry("low", "40", "60.00", sequence=1), reaches_minimums=False)
    assert outcomes(under("60.00", threshold=Decimal(5)), low, entry("b", "9", "60.00", sequence=2), entry("c", "4", sequence=3)) == [
        ("b", "funded", "60.00", "score"), ("low", "below", "0.00", "score"), ("c", "below", "0.00", "score"),
    ]  # fmt: skip


def test_in_a_window_ranking_ties_are_drawn_and_being_early_never_counts():
    found = [entry(f"n{place}", "10", "1", sequence=place) for place in range(1, 7)]
    terms = Terms.settled("window_ranking", Decimal("3"), "partial", seed="venti")
    placed = rank(found, terms).placed
    assert [row.id for row in placed] == sorted((one.id for one in found), key=lambda id_: drawn("venti", id_))
    assert {row.decided_by for row in placed[1:]} == {"draw"}
    late = [replace(one, received_at="2026-01-01T11:00:00.000000Z", sequence=100 + n) for n, one in enumerate(found)]
    assert [row.id for row in rank(late, terms).placed] == [row.id for row in placed]


def test_the_last_of_an_enterprise_counts_where_the_call_says_so():
    first, last = (
        replace(entry("first", "30", "50.00", sequence=1), enterprise="e1"),
        replace(entry("last", "10", "50.00", sequence=2), enterprise="e1"),
    )
    assert outcomes(under("100", repeat="last_counts"), first, last) == [
        ("last", "funded", "50.00", "score"), ("first", "void", "0.00", "void"),
    ]  # fmt: skip


def test_a_reserve_pays_its_members_and_says_so():
    terms = under("100", reserves=(Reserve("giovani", Decimal("40"), frozenset({"c"}), True),))
    found = rank(
        [entry("a", "30", "60.00"), entry("b", "20", "60.00", sequence=2), entry("c", "10", "40", sequence=3)], terms
    )
    assert [(row.id, row.outcome, row.from_reserve) for row in found.placed] == [
        ("a", "funded", ""), ("b", "not_funded", ""), ("c", "funded", "giovani"),
    ]  # fmt: skip


def test_a_snapshot_of_the_first_format_is_still_recomputed():
    row = {"points": {"a": "30"}, "received_at": "2026-01-01T10:00:00Z", "tie_breaks": [], "reaches_minimums": True}
    snapshot = {
        "format": "levante.ranking/1", "budget": "100.00", "threshold": "0", "partial": True,
        "entries": [{"id": "a", "amount": "60.00", "sequence": 1, **row}, {"id": "b", "amount": "60.00", "sequence": 2, **row}],
    }  # fmt: skip
    assert [(one.outcome, str(one.amount)) for one in rank_snapshot(snapshot).placed] == [
        ("funded", "60.00"), ("partial", "40.00"),
    ]  # fmt: skip
    freed = rank_snapshot(snapshot, renounced=["a"])
    assert [(one.outcome, str(one.amount)) for one in freed.placed] == [("renounced", "0.00"), ("funded", "60.00")]


@pytest.mark.django_db
def test_a_published_ranking_can_be_recomputed_and_never_changes(by_ranking, filled, officer, actor_for, client):
    small = filled(by_ranking, "Piccola", turnover="90000.00", export="1000.00", given="Uno")
    english = filled(
        by_ranking, "Con sito", answers={"english_website": True, "english_website_url": "x.it/en"}, given="Due"
    )
    abroad = filled(by_ranking, "Esporta molto", turnover="500000.00", export="400000.00", given="Tre")
    for draft, actor, _ in (abroad, english, small):
        submit_application(actor=actor, application=draft)
    director = actor_for(officer("director"))
    line = by_ranking.lines.get(code="a")
    with pytest.raises(Refused, match="finestra chiusa"):
        compute_ranking(actor=director, opening=by_ranking, line=line)
    with clock_at(by_ranking.closes_at + timedelta(hours=1)):
        made = compute_ranking(actor=director, opening=by_ranking, line=line)
        with pytest.raises(Refused, match="dirigente"):
            publish_ranking(actor=actor_for(officer("case_officer", given="Ugo")), ranking=made)
        with pytest.raises(Refused, match="mancano 3 domande"):
            publish_ranking(actor=director, ranking=made)
        declares(director, files_of_ranking(made))
        with pytest.raises(Refused, match="Serve l’atto"):
            publish_ranking(actor=director, ranking=made)
        with pytest.raises(IntegrityError, match="ranking_published_by_act"), transaction.atomic():
            Ranking.objects.filter(pk=made.pk).update(state="published", published_at=now(), number="X")
        published = published_by(director, made)
    bare = {"entries", "awarded"}  # what a letter and a page read does not grow with the list
    whole = Ranking.objects.get(pk=made.pk)
    assert whole.head.keys() == whole.snapshot.keys() - bare
    assert all("members" not in reserve for reserve in whole.head["reserves"])
    for draft, _, _ in (small, english, abroad):
        draft.refresh_from_db()
    places = {row["id"]: row["tie_breaks"] for row in published.snapshot["entries"]}
    assert [places[draft.number] for draft, _, _ in (small, english, abroad)] == [["1"], ["2"], ["3"]]
    rows = [(row.application.enterprise.name, row.score, row.outcome) for row in published.rows.all()]
    assert rows == [
        ("Piccola", Decimal("60.00"), "funded"),
        ("Con sito", Decimal("50.00"), "funded"),
        ("Esporta molto", Decimal("0.00"), "partial"),
    ]
    written = letters_of_ranking(published, director)
    third = written["Esporta molto"]
    assert third.subject == f"Domanda n. {abroad[0].number or third.reference}: esito della graduatoria"
    for words in (
        "Posto: 3",
        "Punteggio: 0,00",
        "Esito: finanziata in parte",
        "Le risorse finiscono a questo posto",
        "60 giorni",
    ):
        assert words in third.body, words
    assert "coprono per intero" in written["Piccola"].body
    assert Notice.objects.filter(kind="application-ranked").count() == 3
    data = json.loads(client.get(f"/bandi/{by_ranking.call.code}/graduatorie/{published.pk}/dati.json").getvalue())
    assert digest_of(data["snapshot"]) == data["sha256"] == published.sha256
    again = rank_snapshot(data["snapshot"])
    assert [row.id for row in again.placed] == [row.application.number for row in published.rows.all()]
    page = client.get(f"/bandi/{by_ranking.call.code}/graduatorie/{published.pk}/").content.decode()
    assert "Piccola" not in page
    with pytest.raises(Exception, match=r"published_never_changes|Cannot"):
        Ranking.objects.filter(pk=published.pk).update(version=9)


def letters_of_ranking(published, director):
    """The letters of its run, started by the director, by enterprise."""
    run = LetterRun.objects.get(key=f"ranking:{published.pk}")
    assert run.state == "prepared", "a person looks, then starts"
    start_run(actor=director, run=run)
    go_on(actor=system("test"), run_id=run.pk)
    return {
        one.enterprise.name: one for one in Letter.objects.filter(kind="ranking_place").select_related("enterprise")
    }


@pytest.mark.django_db
def test_a_first_come_call_has_no_ranking(first_come, filled, officer, actor_for):
    draft, actor, _ = filled(first_come)
    submit_application(actor=actor, application=draft)
    with pytest.raises(Refused, match="ordine di arrivo"):
        compute_ranking(actor=actor_for(officer("director")), opening=first_come)
