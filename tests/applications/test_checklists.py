"""Checklists by phase: what each holds back, blocking or not, with and without a committee."""

from types import SimpleNamespace

import pytest

from levante.applications.checklists import before_admission, checks_for_award, missing_checks


def file(*, checks=(), judged=False, **lists):
    """An application of a call with these checklists and these outcomes: ``(phase, item, outcome)``."""

    class Rows(list):
        def all(self):
            return self

    criteria = Rows([SimpleNamespace(kind="evaluated" if judged else "automatic")])
    call = SimpleNamespace(checklists={"formal": [], "merit": [], "award": [], **lists}, criteria=criteria)
    return SimpleNamespace(
        opening=SimpleNamespace(call=call),
        checks=Rows([SimpleNamespace(phase=phase, item=item, outcome=outcome) for phase, item, outcome in checks]),
    )


def item(code, **more):
    return {"code": code, "it": code, "en": code, **more}


@pytest.mark.parametrize(
    ("outcome", "blocking", "missing"),
    [
        ("met", True, 0),
        ("not_applicable", True, 0),
        ("not_met", True, 1),
        ("to_integrate", True, 1),
        ("not_met", False, 0),
    ],
)
def test_a_blocking_item_must_be_met_and_any_other_must_have_an_outcome(outcome, blocking, missing):
    lists = {"formal": [item("a", blocking=blocking)]}
    assert len(list(missing_checks(file(checks=[("formal", "a", outcome)], **lists), "formal"))) == missing
    assert len(list(missing_checks(file(checks=[("award", "a", "met")], **lists), "formal"))) == 1, "of another phase"


def test_the_merit_holds_the_admission_back_unless_a_committee_judges_it():
    lists = {"merit": [item("costs")], "award": [item("durc")]}
    assert before_admission(file(**lists)) == ("formal", "merit")
    assert before_admission(file(judged=True, **lists)) == ("formal",)
    alone, judged = (
        file(checks=[("award", "durc", "met")], **lists),
        file(checks=[("award", "durc", "met")], judged=True, **lists),
    )
    assert checks_for_award(alone)
    assert "costs" in checks_for_award(judged).reason.it
    assert "durc" in checks_for_award(file(**lists)).reason.it
