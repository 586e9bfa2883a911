"""The words of letters: placeholders, parts that have nothing to say, what the law wants said; the house's own are right."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levante.letters.kinds import KINDS, PLACEHOLDERS
from levante.letters.templates import Template, check_own, check_template, house_templates, template_for, write
from levante.letters.text import BadTemplate, as_items, blocks_of, fill, placeholders_in, plain_of, problems_of
from levante.letters.writing import same


def test_placeholders_are_filled_and_braces_written_twice():
    assert fill("{a} e {b}: {{x}}", {"a": "uno", "b": " due "}) == "uno e due: {x}"


def test_a_part_that_has_nothing_to_say_is_left_out():
    text = "Gentile {name},\n\n[[Motivo: {why}.]]\n\n- uno\n[[- CUP {cup}]]\n- tre[[, {four}]]\n"
    full = fill(text, {"name": "A", "why": "x", "cup": "B", "four": "4"})
    assert full == "Gentile A,\n\nMotivo: x.\n\n- uno\n- CUP B\n- tre, 4"
    assert fill(text, {"name": "A", "why": "", "cup": "", "four": " "}) == "Gentile A,\n\n- uno\n- tre"


def test_what_is_wrong_is_named():
    problems = problems_of("{nome} [[ {a} [[ b ]]\n{", known=("a", "b"), required=("b",))
    said = " | ".join(problem.en for problem in problems)
    assert "there is no placeholder {nome} here: one can use {a}, {b}" in said
    assert "line 2: a brace stays open" in said
    assert "optional parts" in said
    assert "{b} is missing" in said
    with pytest.raises(BadTemplate, match=r"no placeholder \{x\}"):
        fill("{x}", {"a": "1"})


def test_paragraphs_headings_and_lists():
    text = "Uno\ndue\n\n## Motivi\n- a\n- b\nfine\n\n\n"
    found = [(block.kind, block.lines) for block in blocks_of(text)]
    assert found == [
        ("paragraph", ("Uno", "due")), ("heading", ("Motivi",)), ("list", ("a", "b")), ("paragraph", ("fine",)),
    ]  # fmt: skip
    assert plain_of("## Motivi\n- a") == "Motivi\n- a"
    assert as_items(["  uno  due ", "", "tre"]) == "- uno due\n- tre"


@given(
    st.text(alphabet="ab{}[]\n- #", max_size=60),
    st.dictionaries(st.sampled_from("ab"), st.text(max_size=5), min_size=2),
)
def test_any_text_is_filled_or_said_to_be_wrong(text, values):
    problems = problems_of(text, known=values)
    if problems:
        with pytest.raises(BadTemplate):
            fill(text, values)
    else:
        filled = fill(text, values)
        blocks_of(filled)


@given(st.text(max_size=200))
def test_what_an_officer_wrote_is_never_taken_for_a_template(reason):
    assert fill("{a}", {"a": reason}) == fill("{a}", {"a": reason.strip()})


def test_every_kind_has_a_house_template_that_says_what_the_law_wants():
    assert set(house_templates()) == set(KINDS)
    for kind, template in house_templates().items():
        assert not check_template(kind, template), kind
        assert template.subject.en
        assert template.body.en
    for kind in ("admitted", "rejected", "ranking_place", "arrival_place", "award"):
        assert {"reasons", "remedies"} <= set(KINDS[kind].required), f"{kind}: art. 3(1) and (4) L. 241/1990"
        assert len(check_own({kind: {"body": {"it": "{number}"}}})) >= 2
    used = {name for kind in KINDS.values() for name in kind.placeholders}
    assert used == set(PLACEHOLDERS), "each placeholder is of some letter and has its words"


def test_a_call_says_it_its_own_way_and_what_it_leaves_is_the_house_s():
    own = {"rejected": {"body": {"it": "No: {reasons}\n\n{remedies}"}}}
    assert not check_own(own)
    template = template_for("rejected", own)
    assert template.source == "call"
    assert template.body.it.startswith("No:")
    assert template.body.en == "", "a courtesy that says something else would be none"
    assert template.subject == house_templates()["rejected"].subject
    assert template_for("admitted", own) is house_templates()["admitted"]


def test_a_call_s_letter_that_is_wrong_is_named_by_kind_and_place():
    own = {"rejected": {"body": {"it": "No: {reasons} {motivo}", "en": "No"}}, "lettera": {"body": {"it": "x"}}}
    said = " | ".join(problem.en for problem in check_own(own))
    assert "rejected: body.it: there is no placeholder {motivo} here" in said
    assert "rejected: body.it: {remedies} is missing: the law wants it" in said
    assert "rejected: body.en: {reasons} is missing" in said
    assert "lettera: there is no letter “lettera”" in said


def test_placeholders_that_have_no_value_are_empty_and_unknown_ones_are_an_error():
    template = Template(same("Domanda {number}"), same("{office}: {today}[[ ({protocol})]]"), "officer")
    written = write("communication", {"number": same("7"), "office": same("Sezione"), "today": same("oggi")}, template)
    assert written.body.it == "Sezione: oggi"
    with pytest.raises(BadTemplate, match="reasons"):
        write("communication", {}, Template(same("x"), same("{reasons}"), "officer"))
    assert placeholders_in("{a}{b}{a}{{c}}") == ["a", "b"]
