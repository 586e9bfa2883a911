"""A batch in its order: a pure function, held to the register's own formats."""

import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from levante.intake.lane import problems
from levante.intake.lane.answers import KIND, Sealed, entry_content, leaf_hash_of, log_name, number_of, text_of
from levante.intake.lane.ordering import Asked, Counter, Window, order, pen_of
from levante.register.pure.canonical import canonical_bytes
from levante.register.pure.commitment import Leaf, content_bytes, entry_hash, instant_text
from levante.register.pure.keys import SigningKey
from levante.register.pure.receipts import verify_receipt

KEY = SigningKey.generate()
KEYS = {KEY.key_id: KEY.public}
TEN = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
CODE = "call.click"
OPEN = Window(TEN, TEN + timedelta(hours=1))


def ticket(number):
    seal, salt = sha256(b"seal %d" % number).digest(), sha256(b"salt %d" % number).digest()
    subject = f"test:{number}"
    return Sealed(number, subject, seal, salt, entry_hash(salt, entry_content(CODE, subject, seal).encode()))


def request(number):
    return sha256(b"token %d" % number).digest()


def asked(number, at=TEN, seal=None):
    return Asked(request(number), seal or ticket(number).seal, at)


def found(*numbers, **places):
    return {request(n): ticket(n)._replace(sequence=places.get(f"n{n}")) for n in numbers}


def counter(window=OPEN, size=0, last=None, frontier=()):
    return Counter(7, CODE, size, last, frontier, window)


def test_what_is_written_in_place_is_what_the_register_writes():
    one, at = ticket(1), datetime(2026, 12, 31, 23, 30, 0, 7, tzinfo=UTC)  # in Rome it is the year after
    assert text_of(at) == instant_text(at)
    assert entry_content(CODE, one.subject, one.seal).encode() == content_bytes(
        KIND, one.subject, {"opening": CODE, "seal": one.seal.hex()}
    )
    leaf = Leaf(log_name(CODE), number_of(at, 3), text_of(at), KIND, request(1), one.entry_hash)
    assert leaf.number == "2027/0000003"
    assert leaf_hash_of(leaf.log, leaf.number, leaf.received_at, leaf.request, leaf.entry_hash) == leaf.hash()


def test_an_answer_is_canonical_and_its_receipt_valid():
    batch = order(counter(), [asked(1), asked(2)], found(1, 2), KEY)
    for place, number in enumerate((1, 2), 1):
        answer = batch.answers()[request(number)]
        told = json.loads(answer)
        assert canonical_bytes(told) == answer
        assert told["position"] == place
        assert verify_receipt(canonical_bytes(told["receipt"]), KEYS)


def test_the_same_token_twice_in_a_batch_has_one_place():
    batch = order(counter(), [asked(1), asked(2), asked(1)], found(1, 2), KEY)
    assert [row[0] for row in batch.fresh] == [1, 2]
    assert [row[1].id for row in batch.fresh] == [1, 2]
    assert not batch.refused


@pytest.mark.parametrize(
    ("window", "at", "problem"),
    [
        (OPEN, TEN - timedelta(microseconds=1), problems.EARLY),
        (OPEN, TEN, None),
        (OPEN, TEN + timedelta(hours=1) - timedelta(microseconds=1), None),
        (OPEN, TEN + timedelta(hours=1), problems.LATE),
        (Window(TEN, None), TEN + timedelta(days=400), None),
        (Window(TEN, None, state="suspended"), TEN, problems.SUSPENDED),
        (Window(TEN, None, state="exhausted"), TEN, problems.EXHAUSTED),
        (Window(TEN, None, state="closed"), TEN, problems.LATE),
        (Window(TEN, None, closed=True), TEN, problems.LATE),
        (Window(TEN, None, published=False), TEN, problems.EARLY),
    ],
)
def test_the_window_is_judged_on_the_instant_of_arrival(window, at, problem):
    batch = order(counter(window), [asked(1, at)], found(1), KEY)
    assert batch.refused == ({} if problem is None else {0: problem})
    assert len(batch.fresh) == (problem is None)


NOON, HALF = TEN + timedelta(minutes=20), TEN + timedelta(minutes=40)
STOPPED = Window(TEN, None, state="suspended", moves=((NOON, "suspended"),))
AGAIN = Window(TEN, None, moves=((NOON, "suspended"), (HALF, "scheduled")))
SHORTER = Window(TEN, TEN + timedelta(hours=1), state="closed", moves=((NOON, "suspended"), (HALF, "closed")))


@pytest.mark.parametrize(
    ("window", "at", "problem"),
    [
        (STOPPED, NOON - timedelta(microseconds=1), None),
        (STOPPED, NOON, problems.SUSPENDED),
        (AGAIN, NOON + timedelta(minutes=1), problems.SUSPENDED),
        (AGAIN, HALF, None),
        (SHORTER, NOON - timedelta(minutes=1), None),
        (SHORTER, HALF - timedelta(minutes=1), problems.SUSPENDED),
        (SHORTER, HALF, problems.LATE),
        (
            Window(TEN, None, state="suspended", moves=((NOON, "scheduled"),)),
            TEN,
            problems.SUSPENDED,
        ),  # nothing dates it
    ],
)
def test_an_act_counts_from_its_instant_whatever_the_batch(window, at, problem):
    batch = order(counter(window), [asked(1, at)], found(1), KEY)
    assert batch.refused == ({} if problem is None else {0: problem})
    # Wherever the log stands by then: after the reopening, who came while it was stopped is still out.
    late = order(counter(window, size=0, last=HALF + timedelta(minutes=1)), [asked(1, at)], found(1), KEY)
    assert late.refused == batch.refused


@pytest.mark.parametrize(
    ("window", "at", "word"),
    [
        (Window(TEN, HALF), TEN - timedelta(microseconds=1), "scheduled"),
        (Window(TEN, HALF), TEN, "open"),
        (Window(TEN, HALF), HALF, "closed"),
        (Window(TEN, HALF, state="suspended"), NOON, "suspended"),
        (Window(TEN, None, state="exhausted"), NOON, "exhausted"),
        (Window(TEN, None, closed=True), NOON, "closed"),
    ],
)
def test_the_counter_says_open_by_the_instant(window, at, word):
    assert window.word_at(at) == word


def test_unknown_tokens_and_wrong_seals_have_no_place_and_cost_no_number():
    batch = order(counter(), [asked(9), asked(1, seal=b"x" * 32), asked(2)], found(1, 2), KEY)
    assert batch.refused == {0: problems.UNKNOWN, 1: problems.WRONG_SEAL}
    assert [row[0] for row in batch.fresh] == [1]


def test_before_the_opening_nobody_learns_whether_a_token_is_known():
    early = TEN - timedelta(seconds=1)
    batch = order(counter(), [asked(9, early), asked(1, early)], found(1), KEY)
    assert batch.refused == {0: problems.EARLY, 1: problems.EARLY}


def test_who_was_received_is_never_late():
    batch = order(counter(size=5, last=TEN), [asked(1, TEN + timedelta(days=1))], found(1, n1=4), KEY)
    assert batch.known[request(1)].sequence == 4
    assert not batch.refused
    assert batch.head is None


def test_a_clock_set_back_does_not_bring_the_log_back_nor_close_the_door():
    last = TEN + timedelta(minutes=5)
    batch = order(counter(size=0, last=last), [asked(1, TEN - timedelta(hours=2)), asked(2, TEN)], found(1, 2), KEY)
    assert [entry.instant for entry in batch.fresh] == [last, last]
    assert not batch.refused


@settings(max_examples=40)
@given(
    st.lists(
        st.lists(st.tuples(st.integers(1, 12), st.integers(-4000, 4000)), max_size=8), min_size=1, max_size=6
    )
)  # fmt: skip
def test_whatever_the_clock_does_the_order_is_one(batches):
    """Places without gaps, instants that never go back, one place a token, receipts that verify and can be made again."""
    state, places, answers, instants = counter(), {}, {}, []
    leaves, heads = [], []
    for some in batches:
        known = {
            request(n): ticket(n)._replace(sequence=places.get(n)) for n in {number for number, _ in some} if n % 4
        }  # every fourth is unknown
        batch = order(state, [asked(n, TEN + timedelta(seconds=seconds)) for n, seconds in some], known, KEY)
        for sequence, sealed, _, instant, _, _, leaf in batch.fresh:
            assert sealed.id not in places
            places[sealed.id] = sequence
            assert sequence == len(leaves) + 1
            leaves.append(leaf)
            instants.append(instant)
        assert instants == sorted(instants)
        assert all(OPEN.problem_at(instant) is None for instant in instants)
        answers.update(batch.answers())
        if batch.head is not None:
            assert batch.head.previous == (heads[-1][0].size if heads else 0)
            heads.append((batch.head, state.frontier))
            state = counter(size=batch.growth.size, last=instants[-1], frontier=batch.growth.frontier)
    for number, sequence in places.items():
        answer = answers[request(number)]
        assert verify_receipt(canonical_bytes(json.loads(answer)["receipt"]), KEYS)
        head, frontier = next(pair for pair in heads if pair[0].size >= sequence)
        batch_leaves = leaves[head.previous : head.size]
        at = instants[sequence - 1]
        pen = pen_of(CODE, head, frontier, batch_leaves)
        same = pen.answer(sequence, ticket(number), request(number), number_of(at, sequence), text_of(at))
        assert same == answer
    assert len(places) == len(leaves)


def test_leaves_that_are_not_those_signed_make_no_receipt():
    batch = order(counter(), [asked(1), asked(2)], found(1, 2), KEY)
    leaves = [entry.leaf for entry in batch.fresh]
    with pytest.raises(ValueError, match="not those that were signed"):
        pen_of(CODE, batch.head, (), leaves[::-1])
