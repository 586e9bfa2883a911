"""Who may ask: rules on facts and answers, limits, the law's exclusions, and the rules tried on real enterprises."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.applications.conftest import firm  # noqa: F401
from tests.calls.test_loading import TEXT, written

from levante.calls import exclusions
from levante.calls.api import (
    Call,
    Counted,
    check_limits,
    check_rules,
    form_of,
    lapsed,
    load_calls,
    read_answers,
    requirements_of,
    try_on_enterprises,
    try_rules,
)
from levante.calls.document import document_of
from levante.kernel.api import system

DAY = date(2027, 3, 1)
RULE = {"code": "small", "it": "Piccola", "en": "Small", "expression": "facts.size == 'small' && answers.first == true"}


@pytest.mark.parametrize(
    ("facts", "answers", "outcome", "source"),
    [
        ({"size": "small"}, {"first": True}, "yes", "application"),
        ({"size": "small"}, {"first": False}, "no", "application"),
        ({"size": "small"}, {}, "unknown", ""),
        ({"size": "large"}, {}, "no", "application"),
    ],
)
def test_a_rule_looks_at_facts_and_answers(facts, answers, outcome, source):
    (found,) = check_rules([RULE], facts=facts, answers=answers).requirements
    assert (found.outcome, found.known_from) == (outcome, source)


def limit(**values):
    return {
        "code": "x",
        "it": "Al massimo",
        "en": "At most",
        "of": "enterprise",
        "within": "opening",
        "most": 1,
        **values,
    }


def outcome(one, others, *, undertaking=None, **values):
    (found,) = check_limits([limit(**values)], one, others, undertaking=undertaking)
    assert found.reason.it != found.reason.en
    return found.outcome


A = Counted("A", "o1", {"fair_type": "eu"})
B = Counted("B", "o1", {"fair_type": "eu"})


def test_limits_count_the_enterprise_in_the_opening():
    assert outcome(A, []) == "yes"
    assert outcome(A, [B]) == "yes"
    assert outcome(A, [A]) == "no"
    assert outcome(A, [A], most=2) == "yes"
    assert outcome(A, [Counted("A", "o2")]) == "yes"
    assert outcome(A, [Counted("A", "o2")], within="call") == "no"


def test_limits_by_an_answer_count_apart():
    other = Counted("A", "o1", {"fair_type": "non_eu"})
    assert outcome(A, [other], by="fair_type") == "yes"
    assert outcome(A, [other, A], by="fair_type") == "no"
    assert outcome(Counted("A", "o1"), [other], by="fair_type") == "unknown", "the answer is not there yet"


def test_limits_of_the_undertaking_wait_for_it_to_be_settled():
    assert outcome(A, [B], of="undertaking") == "unknown"
    assert outcome(A, [B], of="undertaking", undertaking=frozenset({"A", "B"})) == "no"
    assert outcome(A, [B], of="undertaking", undertaking=frozenset({"A"})) == "yes"
    assert outcome(A, [A], of="undertaking") == "no", "one's own count whatever the undertaking is"


@given(st.lists(st.sampled_from(["A", "B"]), max_size=6), st.integers(1, 4))
def test_one_more_is_allowed_exactly_while_there_is_room(others, most):
    found = outcome(A, [Counted(one, "o1") for one in others], most=most)
    assert found == ("yes" if others.count("A") < most else "no")


# -- the law's exclusions

EXCLUDING = TEXT.replace(
    "checklists:", "exclusions: [catastrophe_insurance, social_contributions]\nchecklists:", 1
).replace("2018-09", "2026-09").replace("closes_at: 2019-12-31", "closes_at: 2027-12-31")  # fmt: skip


@pytest.fixture
def excluding(programme, tmp_path):
    load_calls(written(tmp_path, EXCLUDING), programme=programme)
    return Call.objects.get()


@pytest.mark.django_db
def test_exclusions_bring_their_requirements_and_their_questions(excluding):
    form = form_of(excluding.forms.get())
    assert form.sections[-1].id == exclusions.SECTION
    assert [rule["code"] for rule in requirements_of(excluding)][-2:] == [
        "catastrophe_insurance",
        "social_contributions",
    ]
    sections = [section["id"] for section in document_of(excluding)["form"]["sections"]]
    assert exclusions.SECTION not in sections, "the document does not repeat what the law says"

    def problems(**answers):
        reading = read_answers(form, answers, {})
        return {problem.field for problem in reading.problems_of(exclusions.SECTION)}

    assert problems() == {"law_catastrophe_insurance", "law_social_contributions"}
    insured = {"law_catastrophe_insurance": "insured", "law_social_contributions": True}
    assert problems(**insured) == {"law_catastrophe_policy", "law_catastrophe_insurer", "law_catastrophe_until"}
    assert problems(**{**insured, "law_catastrophe_insurance": "not_subject"}) == {"law_catastrophe_reason"}
    assert problems(**{**insured, "law_catastrophe_insurance": "not_insured"}) == {"law_catastrophe_insurance"}

    def past(day, on):
        return lapsed(form, {**insured, "law_catastrophe_until": day}, on=on)

    assert past("2026-12-01", date(2026, 12, 1)) == [], "its last day it still holds"
    (one,) = past("2026-12-01", date(2026, 12, 2))
    assert (one.label.it, one.day) == ("La polizza vale fino al", date(2026, 12, 1))
    assert one.ground.it.startswith("Avere la polizza")
    assert "art. 9(1)(f)" in one.reference
    assert past({"unreadable": "mai"}, date(2026, 12, 2)) == []


@pytest.mark.django_db
def test_who_is_bound_and_not_insured_does_not_meet_the_requirement(excluding):
    rules = requirements_of(excluding)[-2:]

    def outcomes(**answers):
        return [item.outcome for item in check_rules(rules, facts={}, answers=answers).requirements]

    assert outcomes() == ["unknown", "unknown"]
    assert outcomes(law_catastrophe_insurance="not_insured", law_social_contributions=True) == ["no", "yes"]
    assert outcomes(law_catastrophe_insurance="not_subject") == ["yes", "unknown"]


def test_before_the_code_there_are_no_grounds():
    assert exclusions.known(date(2025, 12, 31)) == {}
    assert exclusions.rules_for(["catastrophe_insurance"], on=date(2025, 12, 31)) == []
    assert exclusions.with_section({"sections": []}, ["catastrophe_insurance"], on=date(2025, 12, 31)) == {
        "sections": []
    }


# -- rules tried


def test_what_a_rule_looked_at_is_shown():
    tried = try_rules([RULE], facts={"size": "small"}, answers={"first": True})
    (rule,) = tried.rules
    assert tried.check.outcome == "yes"
    assert rule.condition.it == "la dimensione è «piccola» e «first»: sì"
    assert [(seen.name.en, seen.value.en) for seen in rule.seen] == [("first", "yes"), ("the size", "small")]
    assert [seen.value for seen in try_rules([RULE], facts={}).rules[0].seen] == [None, None]


@pytest.mark.django_db
def test_rules_are_tried_on_the_enterprises_one_may_see(shipped, firm, actor_for):  # noqa: F811
    call = shipped["voucher-fiere-2018"]
    one, user = firm("Cantieri del Levante S.r.l.")
    other, _ = firm("Altra S.r.l.", given="Ada")
    codes = [other.tax_code, "00000000000", one.tax_code]
    found = try_on_enterprises(
        actor=system("test"),
        rules=call.eligibility,
        tax_codes=codes,
        on=date(2027, 1, 1),
        form=form_of(call.forms.get()),
    )
    assert [row.enterprise.pk for row in found] == [other.pk, one.pk]
    outcomes = {rule.code: rule.outcome for rule in found[1].tried.rules}
    assert outcomes["seat_in_puglia"] == "yes"
    assert outcomes["no_insolvency"] == "unknown", "only a question tells"
    assert found[1].tried.check.outcome == "unknown"
    seen = try_on_enterprises(actor=actor_for(user, one), rules=call.eligibility, tax_codes=codes, on=date(2027, 1, 1))
    assert [row.enterprise.pk for row in seen] == [one.pk]


def test_districts_and_supply_chains_are_facts_as_they_were_on_the_day(firm):  # noqa: F811
    from levante.applications.submission import facts_from_copy
    from levante.calls.api import enterprise_facts
    from levante.parties.api import DistrictMembership, ProductionDistrict, SupplyChain, freeze_enterprise

    made, _ = firm()
    assert "districts" not in enterprise_facts(made, on=DAY), "what is not on file is not known"
    for code, until in (("meccanica", None), ("nautica", DAY - timedelta(days=1))):
        district = ProductionDistrict.objects.create(code=code, name_it=code, name_en=code)
        DistrictMembership.objects.create(
            enterprise=made, district=district, since=DAY - timedelta(days=9), until=until
        )
    chain = SupplyChain.objects.create(code="olio", name_it="Olio", name_en="Oil")
    chain.memberships.create(enterprise=made, since=DAY)
    for facts in (enterprise_facts(made, on=DAY), facts_from_copy(freeze_enterprise(made, on=DAY))):
        assert (facts["districts"], facts["supply_chains"]) == (["meccanica"], ["olio"])
    rule = {"code": "d", "it": "x", "en": "x", "expression": "'meccanica' in facts.districts"}
    assert check_rules([rule], facts=facts).requirements[0].outcome == "yes"
    assert check_rules([rule], facts={}).requirements[0].outcome == "unknown"
