"""The order of who asks: a permutation, the same whatever the order it is given in, with points that can be told."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from levante.participations.pure.drawing import Part, in_rows, overlapping
from levante.participations.pure.order import Candidate, by_arrival, by_points, own_points, territory_points
from levante.participations.pure.refunds import amount_back, back_by_day, percent_back

D = Decimal
candidates = st.lists(
    st.builds(
        Candidate, key=st.integers(0, 10_000), arrival=st.tuples(st.sampled_from("abcdef"), st.sampled_from("12345")),
        in_sector=st.booleans(), readiness=st.none() | st.fractions(0, 1, max_denominator=40), took_part=st.integers(0, 4),
        absences=st.integers(0, 3), province=st.sampled_from(["", "BA", "LE", "TA"]),
    ),
    unique_by=lambda one: one.key, max_size=12,
)  # fmt: skip
weights = st.dictionaries(
    st.sampled_from(["sector", "readiness", "rotation", "territory", "reliability"]),
    st.integers(1, 100).map(D),
    min_size=1,
)


@settings(max_examples=40)
@given(candidates, weights, st.randoms())
def test_everybody_is_placed_once_whatever_the_order_they_come_in(rows, given_weights, chance):
    found = by_points(rows, given_weights)
    assert sorted(one.key for one in found) == sorted(one.key for one in rows)
    assert [one.position for one in found] == list(range(1, len(rows) + 1))
    shuffled = list(rows)
    chance.shuffle(shuffled)
    assert by_points(shuffled, given_weights) == found


def one_at_a_time(rows, given_weights, before):
    """As it is told in docs/algorithms/places.md, each place by looking at everybody."""
    left, taken, order = sorted(rows, key=lambda one: (one.arrival, one.key)), Counter(before), []
    while left:

        def total(one):
            points = sum(own_points(one, given_weights).values())
            if "territory" not in given_weights:
                return points
            return points + territory_points(taken[one.province], given_weights["territory"], known=bool(one.province))

        best = max(left, key=total)  # of equals the first
        order.append((best.key, total(best)))
        left.remove(best)
        taken[best.province] += 1
    return order


@settings(max_examples=60)
@given(candidates, weights, st.dictionaries(st.sampled_from(["BA", "LE"]), st.integers(1, 3)))
def test_the_order_is_that_of_places_given_one_at_a_time(rows, given_weights, before):
    found = by_points(rows, given_weights, before)
    assert [(one.key, one.total) for one in found] == one_at_a_time(rows, given_weights, before)


@settings(max_examples=40)
@given(candidates, weights)
def test_points_stay_within_their_weight_and_add_up(rows, given_weights):
    for one in by_points(rows, given_weights):
        assert set(one.points) == set(given_weights)
        assert all(0 <= points <= given_weights[name] for name, points in one.points.items())
        assert one.total == sum(one.points.values())


@settings(max_examples=40)
@given(candidates, weights)
def test_without_territory_the_order_is_by_points_then_by_arrival(rows, given_weights):
    given_weights.pop("territory", None)
    found = by_points(rows, given_weights)
    arrival = {one.key: (one.arrival, one.key) for one in rows}
    assert found == sorted(found, key=lambda one: (-one.total, arrival[one.key]))


def test_the_points_of_a_case_worked_by_hand():
    """Sector 20, readiness 30, rotation 20, territory 20, reliability 10; the second of Bari has half the points of territory."""
    rows = [
        Candidate(1, ("1", ""), True, Fraction(1, 2), 0, 0, "BA"),  # 20 + 15 + 20 + 20 + 10 = 85
        Candidate(2, ("2", ""), True, Fraction(1, 2), 1, 0, "BA"),  # 20 + 15 + 10 + 10 + 10 = 65
        Candidate(3, ("3", ""), False, None, 0, 1, "LE"),  # 0 + 0 + 20 + 20 + 5 = 45
    ]
    scale = {"sector": D(20), "readiness": D(30), "rotation": D(20), "territory": D(20), "reliability": D(10)}
    assert [(one.key, one.total) for one in by_points(rows, scale)] == [
        (1, D("85.00")),
        (2, D("65.00")),
        (3, D("45.00")),
    ]


def test_a_province_that_has_one_counts_less():
    rows = [
        Candidate(1, ("1", ""), province="BA"),
        Candidate(2, ("2", ""), province="BA"),
        Candidate(3, ("3", ""), province="LE"),
    ]
    assert [one.key for one in by_points(rows, {"territory": D(10)})] == [1, 3, 2]


def test_in_order_of_arrival():
    rows = [
        Candidate(1, ("2026-02-02", "MAN-3")),
        Candidate(2, ("2026-02-01", "MAN-2")),
        Candidate(3, ("2026-02-02", "MAN-1")),
    ]
    assert [one.key for one in by_arrival(rows)] == [2, 3, 1]


RULES = [{"days_before": 60, "percent": 100}, {"days_before": 30, "percent": 50}]


def test_what_is_given_back_by_the_day():
    starts = date(2026, 6, 1)
    back = [
        percent_back(RULES, starts_on=starts, on=starts - timedelta(days=left)) for left in (61, 60, 59, 30, 29, 0, -1)
    ]
    assert back == [100, 100, 50, 50, 0, 0, 0]
    assert amount_back(D("100.01"), RULES, starts_on=starts, on=starts - timedelta(days=40)) == D("50.01")


@given(
    st.lists(st.fixed_dictionaries({"days_before": st.integers(0, 200), "percent": st.integers(0, 100)})),
    st.integers(0, 300),
)
def test_renouncing_later_never_gives_back_more(rules, left):
    starts = date(2026, 6, 1)
    on = starts - timedelta(days=left)
    assert percent_back(rules, starts_on=starts, on=on - timedelta(days=1)) >= percent_back(
        rules, starts_on=starts, on=on
    )


@given(
    st.lists(st.fixed_dictionaries({"days_before": st.integers(0, 20), "percent": st.integers(0, 100)}), max_size=4),
    st.integers(1, 24),
    st.none() | st.integers(1, 24),
    st.integers(1, 24),
)
def test_the_lines_told_before_a_place_is_accepted_say_what_each_day_gives_back(rules, left, free, later):
    starts = date(2026, 6, 1)
    given = {"starts_on": starts, "free_until": starts - timedelta(days=free) if free else None}
    lines = back_by_day(rules, on=starts - timedelta(days=left), **given)
    day = starts - timedelta(days=min(left, later))
    said = next((line.percent for line in lines if day <= line.last), 0)
    assert said == percent_back(rules, on=day, **given)
    assert lines == sorted(lines)


@given(st.integers(0, 120), st.integers(1, 12))
def test_a_first_drawing_has_a_module_each_and_none_on_another(modules, columns):
    parts = in_rows(modules, columns=columns)
    assert len({part.code for part in parts}) == modules or modules > 26 * columns
    assert overlapping(parts) == []


def test_touching_is_not_overlapping():
    assert overlapping([Part("a", 0, 0, 300, 300), Part("b", 300, 0, 300, 300)]) == []
    assert overlapping([Part("a", 0, 0, 300, 300), Part("b", 299, 299, 300, 300)]) == [("a", "b")]
