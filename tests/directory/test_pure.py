"""HS codes and the words of a search, without a database."""

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from levante.directory.pure import hs, words

DAY = date(2026, 6, 1)


def test_the_list_has_every_chapter_in_both_languages():
    edition = hs.edition_on(DAY)
    assert sorted(edition.chapters) == [f"{n:02d}" for n in range(1, 98) if n != 77]
    for code, told in {**edition.chapters, **edition.headings}.items():
        assert told.it, code
        assert told.en, code
        assert code[:2] in edition.chapters


@pytest.mark.parametrize(
    ("typed", "kept"), [("1509", "1509"), ("1509.20", "150920"), ("1509 20 00", "150920"), ("15092000 10", "150920")]
)
def test_a_code_is_read_as_people_write_it(typed, kept):
    assert hs.cleaned(typed) == kept
    assert hs.check(kept, on=DAY)


@pytest.mark.parametrize("wrong", ["", "15", "150", "15092", "7701", "9801", "0001", "1500", "abcd", "1509200"])
def test_a_code_that_is_none_is_refused(wrong):
    assert not hs.check(hs.cleaned(wrong), on=DAY)


def test_words_of_a_code_are_its_heading_or_its_chapter():
    assert hs.words_of("150920", on=DAY).en == "Olive oil"
    assert hs.words_of("1511", on=DAY).en == "Oils and fats"
    assert hs.words_of("99", on=DAY).it == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("olio d'oliva", "olive oil"),
        ("EVO", "olio d’oliva"),
        ("scarpe", "footwear"),
        ("calzature", "shoes"),
        ("vini", "wine"),
        ("mobili", "furniture"),
        ("barche", "boats"),
    ],
)
def test_synonyms_are_found_from_either_language(one, other):
    """What one is asked as finds what the other names."""
    groups = [{frozenset(map(words.stem, phrase)) for phrase in term} for term in words.terms_of(one)]
    wanted = frozenset(words.stem(word) for word in words.fold(other).split() if word not in ("d",))
    assert len(groups) == 1
    assert wanted in groups[0]


def test_phrases_are_taken_whole_and_other_words_are_all_wanted():
    assert len(words.terms_of("olive oil from Bari")) == 2
    assert words.question("di e la") == ""


@settings(max_examples=20)
@given(st.text(max_size=60))
def test_a_question_holds_letters_digits_and_operators_alone(text):
    asked = words.question(text)
    assert re.fullmatch(r"[a-z0-9&|():* ]*", asked)
    assert asked.count("(") == asked.count(")")


@settings(max_examples=20)
@given(st.text(max_size=40))
def test_folding_twice_is_folding_once(text):
    assert words.fold(words.fold(text)) == words.fold(text)


@given(st.from_regex(r"\A[0-9]{4}([0-9]{2})?\Z"))
def test_a_code_is_right_when_its_chapter_is_known(code):
    assert bool(hs.check(code, on=DAY)) == (code[:2] in hs.edition_on(DAY).chapters and code[2:4] != "00")


def test_a_mistake_is_led_to_the_nearest_word_of_the_trade():
    assert words.nearest("formagio") == "formaggio"
    assert words.nearest("formaggio") == ""


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Clothing, knitwear, footwear", {"64"}),
        ("Cerchiamo calzature di pelle per donna", {"64", "6403"}),
        ("Furniture, marble, ceramics and light", {"69", "94", "9403"}),
        ("Something else", set()),
        ("", set()),
    ],
)
def test_what_a_buyer_writes_names_chapters_and_headings(text, named):
    found = hs.named_in(words.stems_of(text), on=DAY)
    assert named <= found
    assert bool(named) == bool(found)
