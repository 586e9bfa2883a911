"""What a meeting is worth, who might meet whom and why, calendars: pure."""

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from levante.meetings.pure.calendar import Event, feed
from levante.meetings.pure.weights import Said, interpreter_for, points_of, suggest, understand, weight_of, words_of

priorities = st.none() | st.integers(1, 3)


@settings(max_examples=40)
@given(priorities, priorities, st.booleans(), st.booleans())
def test_mutual_interest_is_worth_more_than_the_buyer_s_and_that_more_than_the_seller_s(
    seller, buyer, accepts_a, accepts_b
):
    weight, mutual = weight_of(seller=seller, buyer=buyer, seller_accepts=accepts_a, buyer_accepts=accepts_b)
    wanted_a, wanted_b = seller is not None or accepts_a, buyer is not None or accepts_b
    assert mutual == (wanted_a and wanted_b)
    low, high = (10, 13) if mutual else (5, 8) if wanted_b else (2, 5) if wanted_a else (0, 0)
    assert low <= weight <= high


def test_a_suggestion_says_why():
    seller = Said(
        frozenset({"nautica"}), frozenset({"it", "en"}), "IT", frozenset({"DE"}), "Scafi in legno e barche a vela"
    )
    buyer = Said(
        frozenset({"nautica", "ict"}), frozenset({"de", "en"}), "DE", frozenset(), "wooden hulls; barche a vela"
    )
    lines = {one.kind: one for one in suggest(seller, buyer)}
    assert set(lines) == {"sector", "product", "language", "market"}
    assert lines["language"].what == ("en",)
    assert points_of(lines.values()) <= 100
    assert suggest(Said(), Said()) == []


def test_products_certifications_and_price_are_reasons_of_their_own():
    seller = Said(codes=frozenset({"6403", "4202"}), certifications=frozenset({"iso-9001", "fsc"}), price_band="upper")
    buyer = Said(codes=frozenset({"64", "6403", "33"}), certifications=frozenset({"fsc", "msc"}), price_band="upper")
    lines = {one.kind: one for one in suggest(seller, buyer)}
    assert (lines["heading"].what, lines["heading"].points) == (("6403",), 20), "the heading, and not its chapter again"
    assert (lines["certification"].what, lines["certification"].points) == (("fsc",), 5), (
        "one of the two that are asked"
    )
    assert lines["price"].what == ("upper",)
    chapter = suggest(seller, Said(codes=frozenset({"64"})))
    assert [(one.kind, one.what, one.points) for one in chapter] == [("heading", ("64",), 10)]
    assert suggest(seller, Said(codes=frozenset({"33"}), price_band="entry")) == []


def test_the_most_of_every_reason_is_a_hundred_in_all():
    everything = Said(
        frozenset({"a"}), frozenset({"it"}), "DE", frozenset({"DE"}), "barche vele motori scafi", frozenset({"8903"}),
        frozenset({"fsc"}), "upper",
    )  # fmt: skip
    lines = suggest(everything, everything)
    assert sum(one.most for one in lines) == points_of(lines) == 100


def test_singular_and_plural_are_one_word_and_empty_words_say_nothing():
    assert words_of("Barche per il mare") & words_of("barca") == frozenset()
    assert words_of("Ceramica artistica") & words_of("ceramiche artistiche") != frozenset()
    assert words_of("quality products") == frozenset()


def test_when_an_interpreter_is_needed():
    common = frozenset({"it", "en"})
    assert interpreter_for(frozenset({"it"}), frozenset({"de"}), common=common, offered={"de": 2}) == "de"
    assert interpreter_for(frozenset({"it"}), frozenset({"en"}), common=common, offered={"de": 2}) is None
    assert not understand(frozenset({"it"}), frozenset({"en"}), common=common), (
        "each another of the event’s: no word in common"
    )
    assert interpreter_for(frozenset({"it"}), frozenset({"en"}), common=common, offered={"de": 2, "en": 1}) == "en"
    assert interpreter_for(frozenset({"de"}), frozenset({"en"}), common=common, offered={"de": 2}) == "de"
    assert interpreter_for(frozenset({"fr"}), frozenset({"de"}), common=common, offered={"de": 2}) is None, "from what?"
    assert interpreter_for(frozenset({"de"}), frozenset({"de"}), common=common, offered={"de": 2}) is None
    assert interpreter_for(frozenset({"it"}), frozenset(), common=common, offered={"de": 2}) is None
    assert interpreter_for(frozenset({"it"}), frozenset({"ja"}), common=common, offered={"de": 2}) is None


@settings(max_examples=50)
@given(st.text(max_size=200), st.text(max_size=60))
def test_no_line_of_a_calendar_is_over_75_octets_and_no_text_breaks_it(title, place):
    moment = datetime(2026, 6, 1, 9, tzinfo=UTC)
    text = feed("Agenda", [Event("x@y", moment, 30, title, place, moment)])
    lines = text.split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    assert text.count("BEGIN:VEVENT") == 1 or "BEGIN:VEVENT" in title + place
    assert "DTSTART:20260601T090000Z" in lines
    assert "DTEND:20260601T093000Z" in lines
