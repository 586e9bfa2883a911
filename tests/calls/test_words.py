"""Expressions as trees and in words: what the words never lose, and that the tree is the language's."""

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tests.calls.conftest import CALLS

from levante.calls import expressions as tree
from levante.calls.engine import cel
from levante.calls.expressions import NotCel, names_of, parse
from levante.calls.facts import FACTS
from levante.calls.forms.parsing import read_form
from levante.calls.plain_words import in_words

FORM = read_form(yaml.safe_load((CALLS / "voucher-fiere-2016.yaml").read_text())["form"])


@pytest.mark.parametrize(
    ("expression", "it", "en"),
    [
        (
            "'Puglia' in facts.operating_regions",
            "«Puglia» è tra le regioni delle sedi operative",
            "“Puglia” is among the regions of its operating seats",
        ),
        ("facts.size in ['micro', 'small']", "la dimensione è «micro» o «piccola»", "the size is “micro” or “small”"),
        ("!facts.active", "non è vero che l’impresa è attiva", "it is not true that the enterprise is active"),
        ("100000.0 > facts.turnover", "il fatturato è meno di 100.000,00 €", "the turnover is less than €100,000.00"),
        (
            "facts.export_share <= 12.5",
            "la quota di fatturato estero è al massimo 12,5 %",
            "the share of turnover abroad is at most 12.5 %",
        ),
        ("!('IT' in lists.europe)", "«IT» non è nell’elenco «europe»", "“IT” is not in the list “europe”"),
        (
            "answers.fair_kind == 'a'",
            "«Tipo di fiera» è «Fiera internazionale (linea A)»",
            "“Kind of fair” is “International fair (line A)”",
        ),
        ("answers.fair_country == 'DE'", "«Paese» è Germania", "“Country” is Germany"),
        ("answers.fair_from >= '2026-01-31'", "«Primo giorno» non viene prima di 31/01/2026", "“First day” is not before 31/01/2026"),
        (
            "(answers.export_manager || facts.active) && !answers.english_website",
            "(«C’è un export manager?»: sì oppure l’impresa è attiva) e «Il sito dell’impresa è anche in inglese?»: no",
            "(“Is there an export manager?”: yes or the enterprise is active) and “Is the enterprise's website in English too?”: no",
        ),
        (
            "answers.cost_items.exists(r, r.item == 'space' && r.amount > 1000.0)",
            "in almeno una voce di «Spese previste»: «Voce» è «Affitto dell’area e iscrizione» e «Importo, senza IVA» è più di 1.000,00 €",
            "in at least one entry of “Planned costs”: “Item” is “Space and registration” and “Amount, without VAT” is more than €1,000.00",
        ),
        (
            "total(answers.cost_items, 'amount') * 0.8",
            "la somma di «Importo, senza IVA» in «Spese previste» per 0,8",
            "the sum of “Amount, without VAT” in “Planned costs” times 0.8",
        ),
        ("has(facts.turnover)", "il fatturato è noto", "the turnover is known"),
        ("answers.gone == 1", "«gone» è 1", "“gone” is 1"),
        ("not cel at all", "«not cel at all»", "“not cel at all”"),
    ],
)  # fmt: skip
def test_expressions_in_words(expression: str, it: str, en: str) -> None:
    said = in_words(expression, FORM)
    assert (said.it.replace("\u00a0", " "), said.en) == (it, en)


def test_a_formula_is_told_with_the_values_of_its_field() -> None:
    item = FORM.field("fair_area")
    assert item is not None
    assert in_words(item.formula, FORM, item).it.endswith(
        "allora «Europa, Italia compresa»; altrimenti «Fuori dall’Europa»"
    )


def test_what_an_expression_names() -> None:
    named = names_of("answers.fair_country in lists.europe && facts['size'] == 'micro' && answers.rows.all(r, r.x > 1)")
    assert named == {("answers", "fair_country"), ("lists", "europe"), ("facts", "size"), ("answers", "rows")}


@pytest.mark.parametrize(
    "text",
    ["", "1 +", "(1", "a.", "f(1,)", "'a", "a ? b", "{'a'}", "[1", "a b", "1.", "x.?y", "in", "a == ", "\\", "(" * 99],
)
def test_what_is_not_of_the_language(text: str) -> None:
    with pytest.raises(NotCel):
        parse(text)
    with pytest.raises(ValueError, match=r"."):
        cel.compile(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [("0x1F", 31), ("7u", 7), (".5", 0.5), ("1e2", 100.0),
     (r"'a\n\u00e8\'\x41\101'", "a\nè'AA"), (r"r'a\n'", r"a\n"), ("'''a'b'''", "a'b")],
)  # fmt: skip
def test_literals(text: str, value: Any) -> None:
    assert parse(text) == tree.Literal(value)
    assert cel.evaluate(text, {}) == value


# -- trees written out and read again

NAMES = st.sampled_from(["answers.fair_country", "answers.turnover", "answers.export_manager", "answers.cost_items", "facts.size",
                         "facts.turnover", "facts.active", "facts.sectors", "lists.europe", "answers.nothing"])  # fmt: skip
OPERATORS = st.sampled_from(["&&", "||", "==", "!=", "<", "<=", ">", ">=", "in", "+", "-", "*", "/", "%"])
FUNCTIONS = st.sampled_from(["least", "count", "total", "size", "f"])
METHODS = st.sampled_from(["startsWith", "matches", "size", "g"])
LITERALS = st.one_of(
    st.booleans(), st.none(), st.integers(0, 10**6), st.sampled_from([0.5, 10.25, 100000.0]), st.text(max_size=6)
)


def nodes() -> st.SearchStrategy[tree.Node]:
    def member(text: str) -> tree.Node:
        root, name = text.split(".")
        return tree.Member(tree.Name(root), name)

    leaves: Any = st.one_of(LITERALS.map(tree.Literal), NAMES.map(member))

    def grow(inner: Any) -> Any:
        return st.one_of(
            st.builds(tree.Binary, OPERATORS, inner, inner),
            st.builds(tree.Unary, st.sampled_from(["!", "-"]), inner),
            st.builds(tree.Conditional, inner, inner, inner),
            st.builds(tree.ListOf, st.lists(inner, max_size=3).map(tuple)),
            st.builds(tree.Index, inner, inner),
            st.builds(tree.Call, st.none(), FUNCTIONS, st.lists(inner, max_size=2).map(tuple)),
            st.builds(tree.Call, inner, METHODS, st.lists(inner, max_size=1).map(tuple)),
        )  # fmt: skip

    return st.recursive(leaves, grow, max_leaves=12)


def written(node: tree.Node) -> str:
    """The tree as text, every part between brackets."""
    match node:
        case tree.Literal(value=None):
            return "null"
        case tree.Literal(value=bool() as value):
            return "true" if value else "false"
        case tree.Literal(value=str() as value):
            return "'" + "".join(f"\\U{ord(c):08x}" for c in value) + "'"
        case tree.Literal(value=value):
            return str(value)
        case tree.Name(name=name):
            return name
        case tree.Member(of=of, name=name):
            return f"{written(of)}.{name}"
        case tree.Index(of=of, key=key):
            return f"({written(of)})[{written(key)}]"
        case tree.Call(of=None, name=name, arguments=arguments):
            return f"{name}({', '.join(map(written, arguments))})"
        case tree.Call(of=of, name=name, arguments=arguments):
            return f"({written(of)}).{name}({', '.join(map(written, arguments))})"  # type: ignore[arg-type]
        case tree.ListOf(items=items):
            return f"[{', '.join(map(written, items))}]"
        case tree.Unary(operator=operator, operand=operand):
            return f"{operator}({written(operand)})"
        case tree.Binary(operator=operator, left=left, right=right):
            return f"({written(left)}) {operator} ({written(right)})"
        case tree.Conditional(when=when, yes=yes, no=no):
            return f"({written(when)}) ? ({written(yes)}) : ({written(no)})"
    raise AssertionError(node)


@pytest.mark.slow(reason="property over many trees")
@given(nodes())
def test_a_tree_written_out_is_read_again_and_is_of_the_language(node: tree.Node) -> None:
    text = written(node)
    assert parse(text) == node
    cel.compile(text)


@pytest.mark.slow(reason="property over many trees")
@given(nodes())
def test_words_name_everything_the_expression_names(node: tree.Node) -> None:
    said = in_words(written(node), FORM)
    for root, name in names_of(written(node)):
        field = FORM.field(name) if root == "answers" else None
        for text, language in ((said.it, "it"), (said.en, "en")):
            label = (
                field.label if field is not None else FACTS[name].label if root == "facts" and name in FACTS else None
            )
            assert (label.in_language(language) if label is not None else name) in text, (written(node), text)


@given(st.text(max_size=40))
def test_any_text_has_words_or_is_shown_as_it_is(text: str) -> None:
    said = in_words(text, FORM)
    assert said.it
    assert said.en
