"""What an officer could get wrong: each contradiction is found at its place; the shipped calls have none."""

from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from tests.calls.conftest import CALLS

from levante.calls.api import read_calls
from levante.calls.checker import ERROR, WARNING, Surroundings, check_call
from levante.calls.document import normal, read_entry

TODAY = date(2026, 11, 28)
FILES = {file.entry.code: file for file in read_calls(CALLS)}
FIXED, RANKED = (normal(FILES[code].entry) for code in ("voucher-fiere-2018", "voucher-fiere-2016"))


def found(document: dict[str, Any], **around: Any) -> set[tuple[str, str]]:
    findings = check_call(read_entry(document), on=TODAY, around=Surroundings(**around))
    assert all(one.text.it and one.text.en and one.text.it != one.text.en for one in findings), findings
    return {(one.level, one.path) for one in findings}


@pytest.mark.parametrize("code", FILES)
def test_the_shipped_calls_contradict_nothing(code: str) -> None:
    wrong = [one for one in check_call(FILES[code].entry, on=TODAY, around=Surroundings("erdf")) if one.level == ERROR]
    assert wrong == []


def put(document: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy with a value at a path (``None`` takes it away)."""
    made = deepcopy(document)
    at: Any = made
    *steps, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    for step in steps:
        at = at[step] if isinstance(step, int) else at.setdefault(step, {})
    if value is None:
        del at[last]
    elif isinstance(last, int) and last == len(at):
        at.append(value)
    else:
        at[last] = value
    return made


def fields(document: dict[str, Any], section: int) -> str:
    return f"form.sections.{section}.fields.{len(document['form']['sections'][section]['fields'])}"


FORM = FIXED["form"]["sections"]
WORDS = {"it": "Una cosa", "en": "A thing"}
NEW = {"id": "new", "kind": "text", "label": WORDS}
RESERVE = {"code": "r", **WORDS, "amount": "10.00", "when": "facts.active", "flows_back": True}
LIMIT = {"code": "l", **WORDS, "of": "enterprise", "within": "opening", "most": 1}
MEMBER = {"code": "m", **WORDS, "expression": "answers.stand == 'own'"}
SAME = {"it": "The very same long words", "en": "The very same long words"}
NETWORK = {"kinds": ["network"], "members": {"least": 3}}
DAYS = {"kind": "date", "not_before": "2027-01-01", "not_after": "2026-01-01"}
LATER = {"kind": "file", "required": False, "deferrable": {"days": 5, "until": "award"}}
EVALUATED = {"code": "idea", "name": WORDS, "kind": "evaluated", "max_points": "10"}

#: Of the fixed-amount call: what is put where, and the finding.
FIXED_CASES: list[tuple[str, Any, str, str]] = [
    ("summary", None, ERROR, "summary"),
    ("form", None, ERROR, "form"),
    ("money", None, ERROR, "money"),
    ("checklists.formal", [], ERROR, "checklists.formal"),
    ("openings", [], ERROR, "openings"),
    ("act", None, ERROR, "budget_lines"),
    ("budget_lines", [], WARNING, "budget_lines"),
    ("budget_lines.0.amount", "1.00", ERROR, "budget_lines"),
    ("budget_lines.0.amount", "6000000.00", WARNING, "budget_lines"),
    ("legal_basis", [], WARNING, "legal_basis"),
    ("legal_basis.0.until", "2017-01-01", WARNING, "legal_basis.0.until"),
    ("planned", {"opens_on": "2019-01-01"}, WARNING, "planned.opens_on"),
    ("planned", {"opens_on": "2018-01-01"}, WARNING, "planned.area"),
    ("planned", {"opens_on": "2018-01-01"}, WARNING, "planned.objective"),
    ("openings.0.closes_at", "2031-12-31T12:00", WARNING, "openings.0.closes_at"),
    ("regime", "gber", ERROR, "trim_to_headroom"),
    # money
    ("money.by", "goal", ERROR, "money.by"),
    ("money.by", "nowhere", ERROR, "money.by"),
    ("money.options.0.code", "moon", ERROR, "money.options.0.code"),
    ("money.options.0.code", "moon", ERROR, "money.options"),
    ("money", {"kind": "percentage", "rate": "50", "base": "goal", "cap": "10.00"}, ERROR, "money.base"),
    ("money", {"kind": "percentage", "rate": "50", "base": "goal"}, WARNING, "money.cap"),
    ("money", {"kind": "percentage", "rate": "50", "base": "goal", "cap": "9000000.00"}, WARNING, "openings.0.budget"),
    ("money", {"kind": "percentage", "rate": "50", "base": "goal", "by": "fair_area"}, ERROR, "money.caps"),
    ("payment", {"modes": [{"code": "sal", "percent": "40"}, {"code": "balance", "percent": "50"}]}, ERROR, "payment.modes"),
    ("payment", {"modes": [{"code": "single"}, {"code": "balance"}]}, ERROR, "payment.modes"),
    ("payment", {"modes": [{"code": "advance", "percent": "40"}, {"code": "balance"}]}, WARNING, "payment.modes.0.guarantee"),
    ("payment", {"modes": [{"code": "sal"}]}, WARNING, "payment.modes"),
    # procedure, openings
    ("procedure", "ranking", ERROR, "criteria"),
    ("procedure", "first_come_threshold", ERROR, "judgement.threshold"),
    ("procedure", "click_day", ERROR, "delivery.sealed"),
    ("procedure", "draw", ERROR, "openings.0.seed_source"),
    ("delivery.sealed", True, ERROR, "delivery.sealed"),
    ("delivery.withdrawal", "never", WARNING, "delivery.resubmission"),
    ("repeat", "last_counts", WARNING, "repeat"),
    ("openings.0.seed_source", WORDS, WARNING, "openings.0.seed_source"),
    ("openings.0.line_by", "stand", ERROR, "openings.0.line_by"),
    ("openings.0.lines", [{"code": "own", "name": WORDS, "budget": "9000000.00"}], ERROR, "openings.0.lines"),
    ("openings.0.reserves", [{**RESERVE, "amount": "5000001.00"}], ERROR, "openings.0.reserves"),
    ("openings.0.reserves", [{**RESERVE, "amount": "5000000.00", "flows_back": False}], WARNING, "openings.0.reserves"),
    ("openings.0.reserves", [{**RESERVE, "line": "a"}], ERROR, "openings.0.reserves.0.line"),
    ("openings.0.reserves", [{**RESERVE, "when": "answers.nowhere"}], ERROR, "openings.0.reserves.0.when"),
    ("openings.0.limits", [{**LIMIT, "within": "call"}], WARNING, "openings.0.limits"),
    ("openings.0.committee", [{**WORDS, "role": "member"}], WARNING, "openings.0.committee"),
    # who
    ("eligibility.0", {"code": "x", **WORDS}, ERROR, "eligibility.0"),
    ("eligibility.0.expression", "facts.nowhere", ERROR, "eligibility.0.expression"),
    ("eligibility.0.expression", "facts.size == 'tiny'", ERROR, "eligibility.0.expression"),
    ("eligibility.0.expression", "facts.size in ['tiny']", ERROR, "eligibility.0.expression"),
    ("eligibility.0.expression", "facts.turnover + 1", ERROR, "eligibility.0.expression"),
    ("eligibility.0.expression", "facts.turnover", ERROR, "eligibility.0.expression"),
    ("eligibility.0.expression", "facts.turnover == 'tanto'", ERROR, "eligibility.0.expression"),
    ("eligibility.0.expression", "facts.active > 1", ERROR, "eligibility.0.expression"),
    ("eligibility.0.expression", "'IT' in lists.nowhere", ERROR, "eligibility.0.expression"),
    ("eligibility.0.expression", "'x' in facts.size", ERROR, "eligibility.0.expression"),
    ("eligibility.0.expression", "answers.stand == 'gone'", ERROR, "eligibility.0.expression"),
    ("eligibility.0.expression", "true", WARNING, "eligibility.0.expression"),
    ("applicants", {"kinds": ["network"]}, ERROR, "applicants.members"),
    ("applicants", {"kinds": ["network"], "members": {"least": 1}}, ERROR, "applicants.members.least"),
    ("applicants", {"kinds": ["network"], "members": {"least": 3}}, WARNING, "applicants.share_field"),
    ("applicants", {"kinds": ["network"], "members": {"least": 3}, "share_field": "x"}, ERROR, "applicants.share_field"),
    ("applicants", {"kinds": ["single"], "members": {"least": 3}}, ERROR, "applicants.members"),
    ("applicants", {**NETWORK, "member_rules": [MEMBER]}, ERROR, "applicants.member_rules.0.expression"),
    ("limits", [{**LIMIT, "by": "nowhere"}], ERROR, "limits.0.by"),
    ("limits", [{**LIMIT, "by": "goal"}], ERROR, "limits.0.by"),
    ("limits", [{**LIMIT, "most": 2}, {**LIMIT, "code": "c", "within": "call"}], WARNING, "limits.1.most"),
    ("exclusions", ["nowhere"], ERROR, "exclusions.0"),
    ("exclusions", ["illegal_aid"], WARNING, "exclusions.0"),
    # judging, terms, results
    ("criteria", [EVALUATED], ERROR, "criteria"),
    ("tie_breaks", [{"code": "t", **WORDS, "expression": "facts.turnover", "first": "lowest"}], WARNING, "tie_breaks"),
    ("judgement.threshold", "10", ERROR, "judgement.threshold"),
    ("judgement.blind", True, WARNING, "judgement.blind"),
    ("judgement.divergence", "10", WARNING, "judgement.divergence"),
    ("judgement.scores", "averaged", ERROR, "judgement.evaluators"),
    ("terms.integration_days", 40, ERROR, "terms.integration_days"),
    ("terms.examination_days", 200, WARNING, "terms.examination_days"),
    ("terms.evaluation_days", 20, WARNING, "terms.evaluation_days"),
    ("terms.revocation_days", 5, WARNING, "terms.revocation_days"),
    ("checklists.merit", [{"code": "m", **WORDS}], WARNING, "checklists.merit"),
    ("results", [{"code": "r", **WORDS, "kind": "number", "at": "claim", "target": "nowhere"}], ERROR, "results.0.target"),
    ("results", [{"code": "r", **WORDS, "kind": "number", "at": "claim", "target": "goal"}], ERROR, "results.0.target"),
    ("templates.letters", {"nowhere": {"body": WORDS}}, ERROR, "templates.letters.nowhere"),
    # form
    ("form.sections.0.fields.0.kind", "colour", ERROR, "form.sections.0.fields.0.kind"),
    ("form.sections.0.fields", [], ERROR, "form.sections.0"),
    (fields(FIXED, 0), {**NEW, "kind": "number", "min": 5, "max": 1}, ERROR, f"{fields(FIXED, 0)}.min"),
    (fields(FIXED, 0), {**NEW, **DAYS}, ERROR, f"{fields(FIXED, 0)}.not_before"),
    (fields(FIXED, 0), {**NEW, "show_if": "answers.stand == 'own'"}, ERROR, f"{fields(FIXED, 0)}.show_if"),
    (fields(FIXED, 0), {**NEW, "required": "answers.nowhere"}, ERROR, f"{fields(FIXED, 0)}.required"),
    (fields(FIXED, 0), {**NEW, "kind": "group", "fields": [{**NEW, "id": "c", "required": "row.nowhere == 'x'"}]}, ERROR,
     f"{fields(FIXED, 0)}.fields.0.required"),
    (fields(FIXED, 0),
     {**NEW, "kind": "group", "fields": [{**NEW, "id": "c", "kind": "computed", "result": "money", "formula": "row.c * 2.0"}]}, ERROR,
     f"{fields(FIXED, 0)}.fields.0.formula"),
    (fields(FIXED, 0), {**NEW, "kind": "file", "signed": True, "accept": ["docx"]}, ERROR, f"{fields(FIXED, 0)}.accept"),
    (fields(FIXED, 0), {**NEW, "kind": "file", "max_files": 0}, ERROR, f"{fields(FIXED, 0)}.max_files"),
    (fields(FIXED, 0), {**NEW, "kind": "file", "max_megabytes": 0}, ERROR, f"{fields(FIXED, 0)}.max_megabytes"),
    (fields(FIXED, 0), {**NEW, **LATER}, WARNING, f"{fields(FIXED, 0)}.deferrable"),
    (fields(FIXED, 0), {**NEW, "label": SAME}, WARNING, f"{fields(FIXED, 0)}.label"),
    (fields(FIXED, 0), {**NEW, "kind": "choice", "choices": [{"code": "a", **WORDS}]}, WARNING, f"{fields(FIXED, 0)}.choices"),
    (fields(FIXED, 1), {**NEW, "kind": "computed", "result": "choice", "formula": "answers.fair_city == 'x' ? 'a' : 'z'",
                        "choices": [{"code": "a", **WORDS}]}, ERROR, f"{fields(FIXED, 1)}.formula"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "level", "place"), FIXED_CASES)
def test_what_is_wrong_is_found_at_its_place(path: str, value: Any, level: str, place: str) -> None:
    document = FIXED if place != "trim_to_headroom" else {**FIXED, "trim_to_headroom": True}
    assert (level, place) not in found(document), "it was there already"
    if path == "act":
        assert ("error", "act") in found(put(document, path, value))
    assert (level, place) in found(put(document, path, value))


def test_the_money_of_the_openings_is_weighed_on_what_the_lines_have() -> None:
    line, given = FIXED["budget_lines"][0]["line"], FIXED["openings"][0]["budget"]
    alone = {**FIXED, "budget_lines": [{"line": line}]}
    enough, short = {line: Decimal(given)}, {line: Decimal(given) - Decimal("0.01")}
    assert (WARNING, "budget_lines") not in found(alone, allocated=enough)
    assert (WARNING, "budget_lines") in found(alone, allocated=short)
    assert (WARNING, "budget_lines") not in found(alone), "what is not told is not checked"


RANKED_CASES: list[tuple[str, Any, str, str]] = [
    ("openings.0.closes_at", None, ERROR, "openings.0.closes_at"),
    ("openings.0.lines.0.budget", "1.00", WARNING, "openings.0.lines"),
    ("openings.0.lines.0.code", "z", ERROR, "openings.0.lines.0.code"),
    ("openings.0.lines.0.code", "z", ERROR, "openings.0.lines"),
    ("openings.0.reserves", [RESERVE], ERROR, "openings.0.reserves.0.line"),
    ("openings.0.reserves", [{**RESERVE, "line": "b", "amount": "500001.00"}], ERROR, "openings.0.reserves"),
    ("judgement.threshold", "101", ERROR, "judgement.threshold"),
    ("terms.notice_applies", True, WARNING, "terms.notice_applies"),
    ("when_short", "skip", WARNING, "when_short"),
    ("criteria.0.expression", "answers.contact_name", ERROR, "criteria.0.expression"),
    ("criteria.0.expression", "facts.active ? 50 : 0", WARNING, "criteria.0.expression"),
    ("criteria.4", EVALUATED, WARNING, "openings.0.committee"),
    ("tie_breaks.0.expression", "facts.active", ERROR, "tie_breaks.0.expression"),
    ("money.cap", "10.00", ERROR, "money.cap"),
    ("money.cap", "300000.01", WARNING, "money.cap"),
    ("money.premiums", [{"code": "p", **WORDS, "when": "facts.active", "points": "25"}], WARNING, "money.premiums"),
    ("money.premiums", [{"code": "p", **WORDS, "when": "answers.gone", "points": "5"}], ERROR, "money.premiums.0.when"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "level", "place"), RANKED_CASES)
def test_what_is_wrong_in_a_ranking(path: str, value: Any, level: str, place: str) -> None:
    assert (level, place) not in found(RANKED)
    assert (level, place) in found(put(RANKED, path, value))


ITEMS = {
    "kind": "items", "field": "cost_items", "item": "item", "amount": "amount", "rate": "70", "cap": "5000.00",
    "items": [{"code": code, **WORDS} for code in ("space", "fitting", "transport", "interpreting", "promotion")],
}  # fmt: skip
BY_ITEMS = {**RANKED, "money": ITEMS}
FLAT = {"kind": "flat_rate", "rate": "7", "of": "total"}
SHARE = {"rate": "20", "of": "total"}
UNIT = {"kind": "unit", "amount": "10.00", "unit": WORDS}


#: At most 100.00, and 50.00 in proportion to it: 150.00 in all, and a law that leaves the third out.
CEILINGS = [
    {"code": "space", **WORDS, "ceiling": "100.00"},
    {"code": "b", **WORDS, "ceiling_percent": {"rate": "50", "of": ["space"]}},
    {"code": "c", **WORDS, "legal": "excluded", "legal_reference": "x"},
]


@pytest.mark.parametrize(
    ("path", "value", "level", "place"),
    [
        ("money.field", "fair_name", ERROR, "money.field"),
        ("money.item", "description", ERROR, "money.item"),
        ("money.amount", "description", ERROR, "money.amount"),
        ("money.amount", None, ERROR, "money.amount"),
        ("money.items.0.code", "moon", ERROR, "money.items.0.code"),
        ("money.items.0.code", "moon", WARNING, "money.items"),
        ("money.items.0.basis", FLAT, ERROR, "money.items.0.code"),
        ("money.items.0.basis", {**FLAT, "of": ["nowhere"]}, ERROR, "money.items.0.basis.of.0"),
        ("money.items.0.basis", {**FLAT, "of": ["space"]}, ERROR, "money.items.0.basis.of"),
        ("money.items.0.basis", UNIT, ERROR, "money.quantity"),
        ("money.items.0.basis", UNIT, WARNING, "money.items.0.proof"),
        ("money.items.0.ceiling_percent", {"rate": "20", "of": ["nowhere"]}, ERROR, "money.items.0.ceiling_percent.of.0"),
        ("money.items.0.legal", "excluded", ERROR, "money.items.0.legal_reference"),
        ("money.items", [{"code": "space", **WORDS, "legal": "excluded", "legal_reference": "x"}], ERROR, "money.items"),
        ("money.items", [{"code": "space", **WORDS, "ceiling_percent": SHARE}], ERROR, "money.items.0.ceiling_percent"),
        ("money.items.0", {"code": "space", **WORDS, "floor": "10.00", "ceiling": "5.00"}, ERROR, "money.items.0.ceiling"),
        ("money.least", "5001.00", ERROR, "money.least"),
        ("money", {**BY_ITEMS["money"], "items": CEILINGS, "floor": "5000000.00"}, ERROR, "money.floor"),
        ("money", {**BY_ITEMS["money"], "items": CEILINGS, "least": "160.00"}, ERROR, "money.least"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_cost_items(path: str, value: Any, level: str, place: str) -> None:
    assert (level, place) not in found(BY_ITEMS)
    assert (level, place) in found(put(BY_ITEMS, path, value))


@pytest.mark.parametrize(("result", "wrong"), [("money", False), ("percent", True)])
def test_the_amount_of_a_cost_may_be_reckoned(result: str, wrong: bool) -> None:
    reckoned = {"id": "net", "kind": "computed", "result": result, "formula": "row.amount / 1.22", "label": WORDS}
    for number, section in enumerate(BY_ITEMS["form"]["sections"]):
        for place, item in enumerate(section["fields"]):
            if item["id"] == "cost_items":
                at = f"form.sections.{number}.fields.{place}.fields.{len(item['fields'])}"
    document = put(put(BY_ITEMS, at, reckoned), "money.amount", "net")
    assert ((ERROR, "money.amount") in found(document)) is wrong
    assert not wrong or (ERROR, at.rpartition(".")[0]) not in found(document)


@pytest.mark.parametrize(("most", "warned"), [({}, True), ({"max": 9}, True), ({"max": 9, "whole": True}, False)])
def test_a_column_of_units_has_a_most_and_takes_no_parts(most: dict[str, Any], warned: bool) -> None:
    trips = {"id": "trips", "kind": "number", "required": False, "label": WORDS, **most}
    places = [
        f"form.sections.{number}.fields.{place}.fields.{len(item['fields'])}"
        for number, section in enumerate(BY_ITEMS["form"]["sections"])
        for place, item in enumerate(section["fields"])
        if item["id"] == "cost_items"
    ]
    document = put(put(put(BY_ITEMS, places[0], trips), "money.quantity", "trips"), "money.items.0.basis", UNIT)
    assert ((WARNING, "money.quantity") in found(document)) is warned


def test_a_row_that_asks_a_document_is_told_what_to_do_instead() -> None:
    rows = {**NEW, "kind": "group", "fields": [{**NEW, "id": "c", "kind": "file"}]}
    findings = check_call(read_entry(put(FIXED, fields(FIXED, 0), rows)), on=TODAY, around=Surroundings())
    (told,) = [one.text.it for one in findings if one.path.endswith("fields.0.kind")]
    assert "una riga non chiede documenti" in told


def test_the_calendar_announces_no_day_that_is_past() -> None:
    for opens_on, state, past in (
        ("2026-11-27", "draft", True),
        ("2026-11-28", "draft", False),
        ("2026-11-27", "published", False),
    ):
        planned = {**FIXED, "openings": [], "state": state, "planned": {"opens_on": opens_on}}
        assert ((WARNING, "planned.opens_on") in found(planned)) is past


def test_ceilings_that_come_to_the_floor_contradict_nothing() -> None:
    reached = {**BY_ITEMS["money"], "items": CEILINGS, "floor": "150.00", "least": "1.00"}
    assert not {"money.floor", "money.least"} & {place for _, place in found({**BY_ITEMS, "money": reached})}


LUMP = {
    "kind": "lump_sum",
    "base": "eligible_costs",
    "steps": [{"spend_at_least": "100.00", "amount": "80.00", **WORDS}],
}
BY_LUMP = {**RANKED, "money": LUMP}


@pytest.mark.parametrize(
    ("step", "place"),
    [
        ({"spend_at_least": "200.00", "amount": "50.00", **WORDS}, "money.steps"),
        ({"spend_at_least": "200.00", "amount": "201.00", **WORDS}, "money.steps.1.amount"),
    ],
)
def test_what_is_wrong_with_a_lump_sum(step: dict[str, Any], place: str) -> None:
    assert not [one for one in found(BY_LUMP) if one[0] == ERROR]
    assert (ERROR, place) in found(put(BY_LUMP, "money.steps.1", step))


def test_money_that_no_answer_can_make_positive() -> None:
    small = put(RANKED, "form.sections.0.fields.2.max", "50")
    assert (ERROR, "money.floor") in found(
        {**small, "money": {"kind": "percentage", "rate": "5", "base": "turnover", "cap": "9.00", "floor": "60.00"}}
    )
    assert (ERROR, "money.steps") in found({**small, "money": {**LUMP, "base": "turnover"}})


def test_small_operations_of_a_fund_of_the_union_want_simplified_costs() -> None:
    later = put(put(RANKED, "openings.0.opens_at", "2024-10-17T10:00"), "openings.0.closes_at", "2024-12-17T10:00")
    assert (WARNING, "money") in found(later, fund_kind="erdf")
    assert (WARNING, "money") not in found(later, fund_kind="regional")
    assert (WARNING, "money") not in found({**later, "money": {"kind": "fixed", "amount": "10.00"}}, fund_kind="erdf")


def test_an_opening_before_publication_is_wrong_unless_its_dates_are_of_a_demonstration() -> None:
    early = put(FIXED, "published_at", "2018-10-01T10:00")
    place = (ERROR, "openings.0.opens_at")
    assert place not in found(put(early, "openings.0.demonstration", True))
    assert place in found(put(early, "openings.0.demonstration", False))


def test_a_click_day_is_warned_of_from_the_day_the_norm_is_in_force() -> None:
    click = {**FIXED, "procedure": "click_day"}
    assert (WARNING, "procedure") not in found(click)
    later = put(put(click, "openings.0.opens_at", "2026-12-17T10:00"), "openings.0.closes_at", "2026-12-18T10:00")
    assert (WARNING, "procedure") in found(later)
    assert (WARNING, "exclusions") in found(later), "what the law excludes and the call does not ask"


def test_a_regime_that_ends_before_the_call() -> None:
    later = put(put(FIXED, "openings.0.opens_at", "2027-01-17T10:00"), "openings.0.closes_at", "2027-12-18T10:00")
    assert (WARNING, "openings.0.opens_at") in found({**later, "regime": "gber"})
    assert (WARNING, "openings.0.opens_at") not in found(later)


PATHS = [*FIXED_CASES, *RANKED_CASES]


@pytest.mark.parametrize("document", [FIXED, RANKED])
def test_a_part_may_wait_to_be_accepted_in_a_list_and_in_order_of_arrival(document) -> None:
    assert "error" not in {
        level for level, _ in found({**document, "when_short": "partial", "partial": {"acceptance_days": 10}})
    }


@pytest.mark.slow(reason="property over many documents")
@given(st.sampled_from([FIXED, RANKED, BY_ITEMS, BY_LUMP]), st.lists(st.sampled_from(PATHS), max_size=5))
def test_whatever_is_wrong_the_checker_answers(document: dict[str, Any], changes: list[Any]) -> None:
    for path, value, _, _ in changes:
        try:
            document = put(document, path, value)
        except (KeyError, IndexError, AttributeError, TypeError):
            continue
    try:
        entry = read_entry(document)
    except ValidationError:
        return
    for finding in check_call(entry, on=TODAY):
        assert finding.path


def test_a_blind_call_is_told_of_each_field_that_says_whose_it_is() -> None:
    """By kind, by where the answer comes from, by name, and the column that says whose a cost is; marked, nothing is said."""
    rows = {"id": "rows", "kind": "group", "label": WORDS, "fields": [{**NEW, "id": "of_whom"}, {**NEW, "id": "goal"}]}
    asked = [
        {**NEW, "id": "mail", "kind": "email", "identifying": False}, {**NEW, "id": "tax_code"}, {**NEW, "id": "idea"},
        {**NEW, "id": "known", "prefill": "enterprise.name", "identifying": False}, rows,
    ]  # fmt: skip
    blind = {**RANKED, "criteria": [EVALUATED], "applicants": {**NETWORK, "share_field": "of_whom"}}
    blind = put(put(blind, "judgement.blind", True), "form.sections.0.fields", asked)
    place = "form.sections.0.fields"
    told = {path for _, path in found(blind) if path.endswith(".identifying")}
    assert {path for path in told if path.startswith(f"{place}.")} == {
        f"{place}.0.identifying", f"{place}.1.identifying", f"{place}.3.identifying", f"{place}.4.fields.0.identifying",
    }  # fmt: skip
    marked = put(blind, f"{place}.1.identifying", True)
    assert ("warning", f"{place}.1.identifying") not in found(marked)
    assert not {path for _, path in found(put(blind, "judgement.blind", False)) if path.endswith(".identifying")}
