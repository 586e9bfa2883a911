"""Answers made up from a form: accepted by it, the same for the same seed."""

from datetime import date

import pytest
import yaml
from tests.calls.conftest import CALLS

from levante.calls.amounts import amount_for
from levante.calls.exclusions import with_section
from levante.calls.forms.parsing import read_form
from levante.calls.forms.reading import read_answers
from levante.calls.forms.samples import CannotFill, sample_answers

DAY = date(2027, 3, 1)
DOCUMENTS = {path.stem: yaml.safe_load(path.read_text()) for path in sorted(CALLS.glob("*.yaml"))}


def form_in(document):
    from levante.calls.definition import plain

    return read_form(with_section(plain(document["form"]), document.get("exclusions", []), on=DAY))


@pytest.mark.slow(reason="fills every shipped form some times")
@pytest.mark.parametrize("stem", DOCUMENTS)
@pytest.mark.parametrize("seed", range(4))
def test_every_shipped_form_is_filled_and_asks_for_money(stem, seed):
    from levante.calls.definition import read_call
    from levante.calls.document import normal

    document = normal(read_call(CALLS / f"{stem}.yaml").entry)
    form = form_in(document)

    def paid(reading):
        value = amount_for(document["money"], reading.answers, reading.variables).value
        return value is not None and value > 0

    rules = [rule["expression"] for rule in document["eligibility"] if "answers" in rule.get("expression", "")]
    one = sample_answers(form, facts={}, seed=seed, on=DAY, must_hold=rules, good=paid)
    again = sample_answers(form, facts={}, seed=seed, on=DAY, must_hold=rules, good=paid)
    assert one.answers == again.answers
    assert not one.reading.problems
    # A row of a repetition that ends before it begins is said, where rows have two days.
    rows = one.answers.get("activities", [])
    if rows and "from" in rows[0]:
        late = {**one.answers, "activities": [*rows, {**rows[0], "from": "2027-05-02", "to": "2027-05-01"}]}
        said = [problem.text.it for problem in read_answers(form, late, facts={}, on=DAY).problems]
        assert any("finisce prima di cominciare" in text for text in said)
    assert set(one.files) == {
        item.id for _, item in form.fields() if item.kind == "file" and item.id in one.reading.visible
    }


def test_what_is_given_stays_and_what_cannot_be_is_said():
    words = {"it": "x", "en": "x"}
    form = read_form(
        {"sections": [{"id": "s", "title": words, "fields": [
            {"id": "a", "kind": "number", "label": words, "max": 5, "must": "answers.a > 3.0", "must_text": words},
        ]}]}
    )  # fmt: skip
    assert sample_answers(form, facts={}, seed=1, on=DAY, given={"a": "4"}).answers == {"a": "4"}
    assert float(sample_answers(form, facts={}, seed=1, on=DAY).answers["a"]) > 3
    with pytest.raises(CannotFill):
        sample_answers(form, facts={}, seed=1, on=DAY, must_hold=["answers.a > 6.0"])
    with pytest.raises(CannotFill) as error:
        sample_answers(form, facts={}, seed=1, on=DAY, given={"a": "1"})
    assert [problem.field for problem in error.value.problems] == ["a"]
