"""The order of a ranking and where its money ends."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levante.applications.api import (
    compute_ranking,
    publish_ranking,
    rank_snapshot,
    submit_application,
)
from levante.applications.api import (
    first_come as chronological,
)
from levante.applications.models import Ranking
from levante.applications.ranking import Entry, rank, round_points, score_of
from levante.applications.submission import digest_of
from levante.kernel.api import Refused, clock_at

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


@given(entries(), AMOUNTS.map(lambda value: value * 3), st.booleans(), st.randoms(use_true_random=False))
def test_a_ranking_never_spends_more_and_does_not_depend_on_the_order_of_input(found, budget, partial, shuffle):
    outcome = rank(found, budget=budget, partial=partial)
    assert sum(row.amount for row in outcome.placed) == outcome.spent == budget - outcome.left
    assert 0 <= outcome.left <= budget
    mixed = list(found)
    shuffle.shuffle(mixed)
    assert rank(mixed, budget=budget, partial=partial) == outcome
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
    less = {row.id: row.amount for row in rank(found, budget=budget).placed}
    more = {row.id: row.amount for row in rank(found, budget=budget * 2).placed}
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
        budget=Decimal("1000"),
    )
    assert [(row.id, row.decided_by) for row in outcome.placed] == [
        ("best", "score"), ("chain", "score"), ("first", "tie_break_1"), ("sequence", "sequence"), ("late", "instant"),
    ]  # fmt: skip


def test_nobody_passes_over_who_did_not_fit():
    outcome = rank(
        [entry("a", "30", "60", sequence=1), entry("b", "20", "60", sequence=2), entry("c", "10", "1", sequence=3)],
        budget=Decimal("100"),
    )
    assert [(row.outcome, row.amount) for row in outcome.placed] == [
        ("funded", Decimal("60")), ("partial", Decimal("40")), ("not_funded", Decimal("0")),
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
        rank(found, budget=Decimal("100"))


@given(st.lists(AMOUNTS, min_size=1, max_size=20), AMOUNTS)
def test_first_come_gives_down_the_order(amounts, budget):
    found = chronological([(str(place), place, amount) for place, amount in enumerate(amounts)], budget=budget)
    given_ = [row.amount for row in found]
    assert sum(given_) + found[-1].left == budget
    stop = next((place for place, row in enumerate(found) if row.outcome == "not_funded"), len(found))
    assert all(row.outcome == "not_funded" for row in found[stop:])


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
        published = publish_ranking(actor=director, ranking=made)
    rows = [(row.application.enterprise.name, row.score, row.outcome) for row in published.rows.all()]
    assert rows == [
        ("Piccola", Decimal("60.00"), "funded"),
        ("Con sito", Decimal("50.00"), "funded"),
        ("Esporta molto", Decimal("0.00"), "partial"),
    ]
    data = client.get(f"/bandi/{by_ranking.call.code}/graduatorie/{published.pk}/dati.json").json()
    assert digest_of(data["snapshot"]) == data["sha256"] == published.sha256
    again = rank_snapshot(data["snapshot"])
    assert [row.id for row in again.placed] == [row.application.number for row in published.rows.all()]
    page = client.get(f"/bandi/{by_ranking.call.code}/graduatorie/{published.pk}/").content.decode()
    assert "Piccola" not in page
    with pytest.raises(Exception, match=r"published_never_changes|Cannot"):
        Ranking.objects.filter(pk=published.pk).update(version=9)


@pytest.mark.django_db
def test_a_first_come_call_has_no_ranking(first_come, filled, officer, actor_for):
    draft, actor, _ = filled(first_come)
    submit_application(actor=actor, application=draft)
    with pytest.raises(Refused, match="ordine di arrivo"):
        compute_ranking(actor=actor_for(officer("director")), opening=first_come)
