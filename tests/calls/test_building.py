"""Conditions and formulas from menus: what they write compiles, says what was chosen, and reads back as it was."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.calls.conftest import CALLS

from levante.calls import building
from levante.calls.building import Cases, Clause, Condition, NotWritten, Reckoning, Subject, Term
from levante.calls.building.menus import RELATIONS
from levante.calls.conditions import check
from levante.calls.definition import read_calls
from levante.calls.forms.parsing import read_form
from levante.kernel.pure import Bilingual


def both(text):
    return {"it": text, "en": text}


def choices(*codes):
    return [{"code": code, **both(code)} for code in codes]


TOTAL = "total(answers.costs, 'amount')"
AMOUNT = {"id": "amount", "kind": "money", "label": both("Importo")}
FORM = read_form(
    {
        "lists": {"eu": ["IT", "FR"]},
        "sections": [
            {
                "id": "s",
                "title": both("S"),
                "fields": [
                    {"id": "country", "kind": "country", "label": both("Paese")},
                    {"id": "stand", "kind": "choice", "label": both("Stand"), "choices": choices("own", "shared")},
                    {"id": "aims", "kind": "multi_choice", "label": both("Scopi"), "choices": choices("a", "b")},
                    {"id": "exports", "kind": "yes_no", "label": both("Esporti?")},
                    {"id": "from", "kind": "date", "label": both("Dal")},
                    {"id": "to", "kind": "date", "label": both("Al")},
                    {"id": "costs", "kind": "group", "label": both("Spese"), "fields": [AMOUNT]},
                    {"id": "total", "kind": "computed", "result": "money", "formula": TOTAL, "label": both("Totale")},
                    {"id": "paper", "kind": "file", "label": both("Carta")},
                    {"id": "last", "kind": "text", "label": both("Ultimo")},
                ],
            }
        ],
    }
)  # fmt: skip
SUBJECTS = {subject.code: subject for subject in building.subjects_of(FORM)}

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=12).filter(
    str.strip
)


@st.composite
def clauses(draw):
    subject = SUBJECTS[draw(st.sampled_from(sorted(SUBJECTS)))]
    operator = draw(st.sampled_from(subject.operators))
    if operator in building.BARE:
        return Clause(subject.code, operator)
    same = sorted(
        code for code, one in SUBJECTS.items() if one.kind == subject.kind and code != subject.code and one.row is None
    )
    if operator in RELATIONS and same and subject.row is None and draw(st.booleans()):
        return Clause(subject.code, operator, other=draw(st.sampled_from(same)))
    if operator in ("in_list", "out_of_list"):
        return Clause(subject.code, operator, ("eu",))
    if subject.kind == "number":
        value = (
            st.integers(0, 10**6).map(str)
            if subject.whole
            else st.decimals(0, 10**6, places=2).map(lambda number: format(number.normalize(), "f"))
        )
    elif subject.kind == "date":
        value = st.dates().filter(lambda day: day.year > 1000).map(lambda day: day.isoformat())
    elif subject.choices:
        value = st.sampled_from([code for code, _ in subject.choices])
    else:
        value = TEXTS
    values = draw(st.lists(value, min_size=1, max_size=3 if operator in building.MANY else 1))
    return Clause(subject.code, operator, tuple(values))


CONDITIONS = st.builds(
    lambda join, found: Condition(join if len(found) > 1 else "all", tuple(found)),
    st.sampled_from(["all", "any"]),
    st.lists(clauses(), min_size=1, max_size=3),
)


@given(CONDITIONS)
def test_what_menus_write_compiles_and_reads_back(condition):
    text = building.written(condition, SUBJECTS)
    check(text)
    assert building.condition_in(text, SUBJECTS) == condition


@settings(max_examples=40)
@given(st.lists(st.tuples(CONDITIONS, st.integers(0, 99).map(str)), min_size=1, max_size=3), st.integers(0, 9).map(str))
def test_points_by_case_read_back(rows, otherwise):
    cases = Cases(tuple(rows), otherwise)
    text = building.cases_written(cases, SUBJECTS, numbers=True)
    check(text)
    assert building.cases_in(text, SUBJECTS) == cases


NUMBERS = sorted(code for code, subject in SUBJECTS.items() if subject.kind == "number" and subject.row is None)
TERMS = st.one_of(
    st.sampled_from(NUMBERS).map(lambda code: Term(subject=code)),
    st.integers(0, 10**6).map(lambda n: Term(number=str(n))),
)


@given(st.lists(st.tuples(TERMS, st.sampled_from(building.ARITHMETIC)), min_size=1, max_size=4))
def test_a_reckoning_reads_back(pairs):
    reckoning = Reckoning(tuple(term for term, _ in pairs), tuple(sign for _, sign in pairs[1:]))
    text = building.reckoning_written(reckoning, SUBJECTS)
    check(text)
    assert building.reckoning_in(text, SUBJECTS) == reckoning


@pytest.mark.parametrize(
    ("clause", "text"),
    [
        (Clause("facts.turnover", "at_most", ("1234567.50",)), "facts.turnover <= 1234567.5"),
        (Clause("facts.age_years", "more", ("3",)), "facts.age_years > 3"),
        (Clause("answers.from", "before", ("31/12/2026",)), "answers.from < '2026-12-31'"),
        (Clause("answers.country", "out_of_list", ("eu",)), "!(answers.country in lists.eu)"),
        (Clause("answers.aims", "lacks", ("a",)), "!('a' in answers.aims)"),
        (Clause("answers.costs.any.amount", "more", ("5",)), "answers.costs.exists(r, r.amount > 5.0)"),
        (Clause("count(answers.costs)", "at_least", ("3",)), "count(answers.costs) >= 3"),
    ],
)
def test_clauses_in_cel(clause, text):
    assert building.written(Condition("all", (clause,)), SUBJECTS) == text


@pytest.mark.parametrize(
    "clause",
    [
        Clause("", "is"), Clause("answers.stand", ""), Clause("answers.stand", "is"), Clause("facts.turnover", "more", ("tanto",)),
        Clause("facts.age_years", "more", ("2.5",)), Clause("answers.from", "before", ("domani",)),
        Clause("answers.from", "before", other="answers.gone"),
    ],
)  # fmt: skip
def test_menus_still_to_choose_say_what(clause):
    with pytest.raises(NotWritten) as error:
        building.written(Condition("all", (clause,)), SUBJECTS)
    assert error.value.words.it.endswith(".")


def test_only_what_was_asked_before_may_be_asked_about():
    early = {subject.code for subject in building.subjects_of(FORM, before="from")}
    assert "answers.exports" in early
    assert "answers.to" not in early
    assert not {code for code in (s.code for s in building.subjects_of(FORM, facts_only=True)) if "answers" in code}


@pytest.mark.parametrize(
    "text",
    [
        "(facts.active || answers.exports) && facts.artisan",
        "!answers.costs.exists(c, c.amount in [1.0])",
        "answers.costs.exists(c, c.amount > answers.total)",
        "1 +",
        "facts.size == 3",
        "nobody.x",
    ],
)
def test_what_menus_cannot_say_stays_an_expression(text):
    assert building.condition_in(text, SUBJECTS) is None


def test_most_conditions_of_the_shipped_calls_are_menus():
    seen = read = 0
    for file in read_calls(CALLS):
        subjects = {one.code: one for one in building.subjects_of(file.form)}
        for rule in file.entry.eligibility:
            if rule.expression:
                seen += 1
                read += building.condition_in(rule.expression, subjects) is not None
    assert read >= seen - 1 > 10


def test_a_subject_knows_its_words():
    assert SUBJECTS["total(answers.costs, 'amount')"] == Subject(
        "total(answers.costs, 'amount')",
        Bilingual("somma di «Importo» in «Spese»", "sum of “Importo” in “Spese”"),
        "number",
        "answers",
    )
