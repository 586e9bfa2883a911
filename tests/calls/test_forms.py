"""Forms from data: reading answers, conditions, what is missing and where."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levante.calls.amounts import amount_for
from levante.calls.forms import kinds
from levante.calls.forms.model import DefinitionError, checksum
from levante.calls.forms.parsing import read_form
from levante.calls.forms.reading import read_answers


def form(*fields, lists=None):
    return read_form(
        {
            "lists": lists or {},
            "sections": [{"id": "s", "title": {"it": "S", "en": "S"}, "fields": list(fields)}],
        }
    )


def ask(id_, kind, **more):
    return {"id": id_, "kind": kind, "label": {"it": id_, "en": id_}, **more}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1234,5", "1234.5"),
        ("1234.5", "1234.5"),
        ("1.234", "1234"),
        ("1.234.567", "1234567"),
        ("0.125", "0.125"),
        ("€ 1.000", "1000"),
        ("12 %", "12"),
        ("-5", "-5"),
        ("1.23.4", None),
        ("1,2,3", None),
        ("12.34,56", None),
        ("mille", None),
        ("", None),
        ("99999999999999", None),
        ("1e5", None),
    ],
)
def test_numbers_are_read_as_people_write_them(text, number):
    assert kinds.read_number(text) == (Decimal(number) if number else None)


@given(st.decimals(min_value=0, max_value="9999999999", places=2))
def test_an_amount_shown_is_read_back(amount):
    from levante.kernel.pure import format_euro

    assert kinds.read_number(format_euro(amount)) == amount
    assert kinds.read_number(format_euro(amount, "en")) == amount
    assert kinds.read_number(format_euro(amount, "en"), "en") == amount


@pytest.mark.parametrize(
    ("text", "number"),
    [("1,500", "1500"), ("1,50", None), ("1.234", "1.234"), ("1.234,56", None), ("€1,234.5", "1234.5"), ("1e5", None)],
)
def test_on_an_english_page_a_comma_is_a_sign_of_thousands(text, number):
    assert kinds.read_number(text, "en") == (Decimal(number) if number else None)
    (item,) = form(ask("x", "number")).sections[0].fields
    value = kinds.read(item, [text], "en")
    assert value == (format(Decimal(number).normalize(), "f") if number else {"unreadable": text})
    assert kinds.read(item, [kinds.as_typed(item, value, "en")], "en") == value, "shown again it says the same"


@given(st.text(max_size=60))
def test_whatever_is_typed_is_never_lost_nor_breaks(text):
    for kind in ("money", "number", "percent", "date", "text", "email", "iban", "country"):
        (item,) = form(ask("x", kind)).sections[0].fields
        value = kinds.read(item, [text])
        if value is not None:
            kinds.problem(item, value)
            kinds.for_expressions(item, value)
            assert isinstance(kinds.shown(item, value, "it") + kinds.as_typed(item, value, "en"), str)


def test_what_cannot_be_read_is_shown_again_with_what_to_do():
    reading = read_answers(form(ask("amount", "money")), {"amount": {"unreadable": "tanto"}}, {})
    (problem,) = reading.problems
    assert problem.kind == "wrong"
    assert "tanto" in problem.text.it


def test_a_hidden_answer_counts_for_nothing():
    made = form(
        ask(
            "stand", "choice", choices=[{"code": "own", "it": "o", "en": "o"}, {"code": "shared", "it": "s", "en": "s"}]
        ),
        ask("partner", "text", show_if="answers.stand == 'shared'"),
        ask("badge", "computed", result="text", formula="'con ' + answers.partner"),
    )
    shared = read_answers(made, {"stand": "shared", "partner": "ACME"}, {})
    assert shared.answers["badge"] == "con ACME"
    own = read_answers(made, {"stand": "own", "partner": "ACME"}, {})
    assert "partner" not in own.answers
    assert "badge" not in own.answers
    assert own.problems == []
    assert [p.field for p in read_answers(made, {"stand": "shared"}, {}).problems] == ["partner"]


def test_requirements_may_depend_on_answers_and_facts():
    made = form(ask("why", "text", required="has(facts.turnover) && facts.turnover > 100.0"))
    assert read_answers(made, {}, {}).problems == []
    assert read_answers(made, {}, {"turnover": Decimal("99.99")}).problems == []
    assert len(read_answers(made, {}, {"turnover": Decimal("100.01")}).problems) == 1


@given(st.lists(st.decimals(min_value=0, max_value="99999999", places=2), max_size=30))
def test_totals_are_exact(amounts):
    made = form(
        ask("rows", "group", required=False, fields=[ask("amount", "money", required=False)]),
        ask("total", "computed", result="money", formula="total(answers.rows, 'amount')"),
    )
    rows = [{"amount": f"{amount:.2f}"} for amount in amounts]
    total = read_answers(made, {"rows": rows} if rows else {}, {}).answers.get("total")
    assert total == (f"{sum(amounts):.2f}" if amounts else None)


def test_rows_say_which_row():
    made = form(
        ask("rows", "group", min_rows=2, fields=[ask("amount", "money", min=1), ask("note", "text", required=False)])
    )
    problems = read_answers(made, {"rows": [{"amount": "0.50"}]}, {}).problems
    assert [(p.row, p.inner, p.kind) for p in problems] == [(None, "", "missing"), (0, "amount", "wrong")]
    assert problems[1].anchor == "f-rows-0-amount"


def test_columns_are_asked_and_judged_row_by_row():
    """A column required on a condition, and the rule of a column, see the answers and their own row."""
    made = form(
        ask("abroad", "yes_no"),
        ask(
            "rows", "group",
            fields=[
                ask("kind", "choice", choices=[{"code": "fair", "it": "F", "en": "F"}, {"code": "other", "it": "A", "en": "A"}]),
                ask("what", "text", required="row.kind == 'other' && answers.abroad"),
                ask("start", "date", required=False),
                ask("end", "date", required=False, must="row.end >= row.start", must_text={"it": "dopo", "en": "after"}),
            ],
        ),
    )  # fmt: skip

    def said(*rows, abroad=True):
        return [
            (p.row, p.inner, p.kind) for p in read_answers(made, {"abroad": abroad, "rows": list(rows)}, {}).problems
        ]

    assert said({"kind": "fair"}, {"kind": "other"}) == [(1, "what", "missing")]
    assert said({"kind": "other"}, abroad=False) == []
    late, right = {"start": "2027-02-02", "end": "2027-02-01"}, {"start": "2027-02-02", "end": "2027-02-02"}
    assert said({"kind": "fair", **right}, {"kind": "fair", **late}, {"kind": "fair", "end": "2020-01-01"}) == [
        (1, "end", "wrong")
    ]
    for column in (
        ask("a", "text", show_if="row.b == 1.0"),
        ask("a", "text", must="secret.b", must_text={"it": "x", "en": "x"}),
    ):
        with pytest.raises(DefinitionError):
            form(ask("rows", "group", fields=[column]))
    with pytest.raises(DefinitionError):
        form(ask("a", "text", required="row.b == 1.0"))


def test_a_column_is_reckoned_row_by_row():
    """Of its own row, in exact decimals, those after seeing those before; what was typed in its place counts for nothing."""
    rows = ask(
        "rows", "group",
        fields=[
            ask("quantity", "number"), ask("price", "money"),
            ask("net", "computed", result="money", formula="row.quantity * row.price"),
            ask("gross", "computed", result="money", formula="row.net * 1.22"),
        ],
    )  # fmt: skip
    made = form(rows, ask("all", "computed", result="money", formula="total(answers.rows, 'net')"))
    answers = {"rows": [{"quantity": "3", "price": "0.10", "net": "999.00"}, {"quantity": "2", "net": "5.00"}]}
    read = read_answers(made, answers, {})
    assert read.answers["rows"] == [
        {"quantity": "3", "price": "0.10", "net": "0.30", "gross": "0.37"},
        {"quantity": "2"},
    ]
    assert read.answers["all"] == "0.30"
    assert [(p.row, p.inner) for p in read.problems] == [(1, "price")]
    assert answers["rows"][0]["net"] == "999.00", "what is kept is not touched"
    costs = {"kind": "items", "field": "rows", "item": "what", "amount": "net", "rate": "50", "items": [{
        "code": "fair", "it": "Fiera", "en": "Fair", "legal": "eligible", "basis": {"kind": "real"},
    }]}  # fmt: skip
    read.answers["rows"][0]["what"] = "fair"
    assert str(amount_for(costs, read.answers).value) == "0.15", "a cost is the amount reckoned"
    sent = read_answers(
        made, {"rows": [{"quantity": "3", "price": "0.10", "net": "0.31"}]}, {}, computed={"all": "0.31"}
    )
    assert sent.answers["rows"][0]["net"] == "0.31", "what was sent is not reckoned again"


def test_a_day_that_must_not_be_past():
    made = form(ask("until", "date", not_past=True))
    assert read_answers(made, {"until": "2027-03-01"}, {}, on=date(2027, 3, 1)).problems == []
    assert "01/03/2027" in read_answers(made, {"until": "2027-02-28"}, {}, on=date(2027, 3, 1)).problems[0].text.it
    with pytest.raises(DefinitionError):
        form(ask("a", "text", not_past=True))


def test_a_number_without_parts():
    made = form(ask("trips", "number", whole=True, min=0))
    assert read_answers(made, {"trips": "3"}, {}).problems == []
    assert read_answers(made, {"trips": "2.5"}, {}).problems[0].text.en == "write a whole number"
    with pytest.raises(DefinitionError, match="of a number"):
        form(ask("a", "money", whole=True))


def test_rules_between_answers():
    made = form(
        ask("first", "date"),
        ask("last", "date", must="answers.last >= answers.first", must_text={"it": "dopo", "en": "after"}),
    )
    assert read_answers(made, {"first": "2027-01-02", "last": "2027-01-01"}, {}).problems[0].text.it == "dopo"
    assert read_answers(made, {"first": "2027-01-02", "last": "2027-01-02"}, {}).problems == []


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"kind": "colour"}, "sections.0.fields.0.kind"),
        ({"label": "solo italiano"}, "sections.0.fields.0.label"),
        ({"show_if": "answers.x =="}, "sections.0.fields.0.show_if"),
        ({"show_if": "secrets.x"}, "sections.0.fields.0.show_if"),
        ({"colour": "red"}, "sections.0.fields.0.colour"),
        ({"id": "Not An Id"}, "sections.0.fields.0.id"),
        ({"min": "tanto"}, "sections.0.fields.0.min"),
        ({"kind": "choice"}, "sections.0.fields.0.choices"),
        ({"kind": "computed"}, "sections.0.fields.0.formula"),
        ({"kind": "group", "fields": []}, "sections.0.fields.0.fields"),
        ({"must": "true"}, "sections.0.fields.0.must"),
        ({"signed": True}, "sections.0.fields.0.signed"),
        ({"kind": "file", "signed": "answers.x =="}, "sections.0.fields.0.signed"),
        ({"kind": "file", "expires": "true"}, "sections.0.fields.0.expires"),
        ({"kind": "file", "deferrable": {"days": 0, "until": "award"}}, "sections.0.fields.0.deferrable.days"),
        ({"kind": "file", "deferrable": {"days": 5, "until": "ever"}}, "sections.0.fields.0.deferrable.until"),
    ],
)
def test_a_wrong_definition_names_its_place(change, place):
    with pytest.raises(DefinitionError) as error:
        form({**ask("x", "text"), **change})
    assert error.value.path == place


def test_the_same_id_twice_is_refused():
    with pytest.raises(DefinitionError, match="already"):
        form(ask("x", "text"), ask("x", "text"))


def test_the_checksum_does_not_depend_on_the_order_of_keys():
    assert checksum({"a": 1, "b": [1, 2]}) == checksum({"b": [1, 2], "a": 1}) != checksum({"a": 1, "b": [2, 1]})


def test_what_identifies_is_said_or_known_by_nature():
    read = form(
        ask("mail", "email"), ask("quote", "file"), ask("plan", "file", identifying=False),
        ask("name", "text", prefill="enterprise.name"), ask("goal", "text"), ask("brand", "text", identifying=True),
        ask("turnover", "money", prefill="account.turnover"),
    )  # fmt: skip
    assert [item.id for _, item in read.fields() if item.identifying] == ["mail", "quote", "name", "brand"]
    with pytest.raises(DefinitionError, match="true or false"):
        form(ask("goal", "text", identifying="yes"))


def test_documents_may_be_signed_later_and_expire():
    made = form(
        ask("durc", "file", signed="facts.size == 'small'", expires=True, deferrable={"days": 30, "until": "award"})
    )
    item = made.field("durc")
    assert (item.signed, item.expires) == ("facts.size == 'small'", True)
    assert (item.deferrable.days, item.deferrable.until) == (30, "award")
    assert form(ask("plan", "file", signed=True)).field("plan").signed == "true"
