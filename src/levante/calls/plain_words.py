"""A condition or a formula of a call told in words, in both languages: what an officer reads beside the expression.

What the words do not cover is shown as it is written, between quotes, never left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from levante.calls.expressions import (
    Binary,
    Call,
    Conditional,
    Index,
    ListOf,
    Literal,
    MapOf,
    Member,
    Name,
    Node,
    NotCel,
    Unary,
    parse,
)
from levante.calls.facts import FACTS, SIZES
from levante.calls.forms.kinds import country_name
from levante.calls.forms.model import Field, Form
from levante.kernel.pure import Bilingual, format_euro

_EMPTY = Form(())


def in_words(expression: str, form: Form | None = None, result: Field | None = None) -> Bilingual:
    """The expression in words; with the form, fields are called by their labels and choices by theirs. ``result`` is the
    computed field whose formula it is: its values are told as that field tells them."""
    try:
        tree = parse(expression)
    except NotCel:
        return Bilingual(f"«{expression}»", f"“{expression}”")
    return Bilingual(
        _Teller("it", form or _EMPTY).whole(tree, result),
        _Teller("en", form or _EMPTY).whole(tree, result),
    )


@dataclass(frozen=True, slots=True)
class _Thing:
    """What a name stands for: its words, the kind of its values, the words of its codes."""

    words: str
    kind: str = ""
    codes: Mapping[str, str] = field(default_factory=dict)


_RELATIONS = {
    "==": ("è", "is"),
    "!=": ("non è", "is not"),
    "<": ("è meno di", "is less than"),
    "<=": ("è al massimo", "is at most"),
    ">": ("è più di", "is more than"),
    ">=": ("è almeno", "is at least"),
}
#: The same the other way round, when what varies is on the right.
_TURNED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_OF_DAYS = {
    "<": ("viene prima di", "is before"),
    "<=": ("non viene dopo", "is not after"),
    ">": ("viene dopo", "is after"),
    ">=": ("non viene prima di", "is not before"),
}
_ARITHMETIC = {"+": ("più", "plus"), "-": ("meno", "minus"), "*": ("per", "times"), "/": ("diviso", "divided by"),
               "%": ("modulo", "modulo")}  # fmt: skip
_METHODS = {
    "startsWith": ("comincia con", "starts with"),
    "endsWith": ("finisce con", "ends with"),
    "contains": ("contiene", "contains"),
    "matches": ("ha la forma", "has the form"),
}
_YES_NO = ("yes_no", "declaration")
_BINDING = {"||": 1, "&&": 2}


@dataclass(slots=True)
class _Teller:
    """One language; ``rows`` are the variables of macros, each with the group whose row it is."""

    language: str
    form: Form
    rows: dict[str, Field] = field(default_factory=dict)

    def pick(self, pair: tuple[str, str]) -> str:
        return pair[0] if self.language == "it" else pair[1]

    def of(self, both: Bilingual) -> str:
        return both.in_language(self.language)

    def quoted(self, text: str) -> str:
        return f"«{text}»" if self.language == "it" else f"“{text}”"

    # -- what is named

    def thing(self, node: Node) -> _Thing | None:
        """The answer, fact, list or column that a node names; ``None`` when it names none."""
        if not isinstance(node, Member) or not isinstance(node.of, Name):
            return None
        root, name = node.of.name, node.name
        if root == "answers":
            found = self.form.field(name)
            return self._of_field(found) if found is not None else _Thing(self.quoted(name))
        if root == "facts" and name in FACTS:
            fact = FACTS[name]
            codes = {code: self.of(words) for code, words in SIZES.items()} if name == "size" else {}
            return _Thing(self.of(fact.label), fact.kind, codes)
        if root == "lists":
            return _Thing(self.quoted(name), "named list")
        if root == "row":  # of the group that the expression is a column of
            column = next((one for _, item in self.form.fields() for one in item.fields if one.id == name), None)
            return self._of_field(column) if column is not None else _Thing(self.quoted(name))
        if root in self.rows:
            column = next((one for one in self.rows[root].fields if one.id == name), None)
            return self._of_field(column) if column is not None else _Thing(self.quoted(name))
        return _Thing(self.quoted(name)) if root == "facts" else None

    def _of_field(self, item: Field) -> _Thing:
        kind = item.result if item.kind == "computed" else item.kind
        codes = {choice.code: self.of(choice.label) for choice in item.choices}
        return _Thing(self.quoted(self.of(item.label)), kind, codes)

    def value(self, value: Any, like: _Thing | None) -> str:
        """A literal as people write it, in the manner of what it is compared with."""
        if isinstance(value, bool):
            return self.pick(("sì", "yes") if value else ("no", "no"))
        if value is None:
            return self.pick(("niente", "nothing"))
        if isinstance(value, (int, float)):
            return self.number(value, like.kind if like is not None else "")
        text = str(value)
        if like is not None and text in like.codes:
            return self.quoted(like.codes[text])
        if like is not None and like.kind == "country":
            return country_name(text, self.language)
        if like is not None and like.kind == "date" and len(text) == 10 and text[4] == "-":
            return f"{text[8:]}/{text[5:7]}/{text[:4]}"
        return self.quoted(text)

    def number(self, value: float, kind: str) -> str:
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            return str(value)
        if kind == "money":
            return format_euro(number, self.language)
        text = format(number.normalize(), "f")
        text = text if self.language == "en" else text.replace(".", ",")
        return f"{text} %" if kind == "percent" else text

    # -- sentences

    def whole(self, node: Node, result: Field | None) -> str:
        like = self._of_field(result) if result is not None else None
        named = self.thing(node)
        return (
            self.held(node) if named is not None and named.kind in _YES_NO and like is None else self.said(node, like)
        )

    def said(self, node: Node, like: _Thing | None = None) -> str:
        match node:
            case Literal(value=value):
                return self.value(value, like)
            case Name(name=name):
                return self.quoted(name)
            case Member() | Index():
                return self.named(node)
            case ListOf(items=items):
                return self.together([self.said(item, like) for item in items], ("o", "or"))
            case MapOf():
                return self.pick(("una tabella", "a table"))
            case Unary(operator="!", operand=operand):
                return self.denied(operand)
            case Unary(operand=operand):
                return self.pick(("meno", "minus")) + " " + self.said(operand, like)
            case Conditional(when=when, yes=yes, no=no):
                words = ("se {}, allora {}; altrimenti {}", "if {}, then {}; otherwise {}")
                return self.pick(words).format(self.held(when), self.said(yes, like), self.said(no, like))
            case Binary(operator=operator, left=left, right=right):
                return self.binary(operator, left, right)
            case Call():
                return self.called(node)

    def held(self, node: Node) -> str:
        """A condition: what is named by itself is a yes."""
        if self.is_fact(node):
            return self.named(node)
        if isinstance(node, (Member, Index)):
            return f"{self.named(node)}: " + self.pick(("sì", "yes"))
        return self.said(node)

    def is_fact(self, node: Node) -> bool:
        """A fact that is a sentence by itself."""
        found = self.thing(node)
        return isinstance(node, Member) and node.of == Name("facts") and found is not None and found.kind == "yes_no"

    def denied(self, node: Node) -> str:
        if isinstance(node, (Member, Index)) and not self.is_fact(node):
            return f"{self.named(node)}: no"
        if isinstance(node, Binary) and node.operator == "in":
            return self.membership(node.left, node.right, no=True)
        if isinstance(node, Call) and node.name == "has" and node.of is None and len(node.arguments) == 1:
            return self.said(node.arguments[0]) + self.pick((" non è noto", " is not known"))
        return self.pick(("non è vero che {}", "it is not true that {}")).format(self.held(node))

    def named(self, node: Node) -> str:
        found = self.thing(node)
        if found is not None:
            return found.words
        if isinstance(node, Member):
            words = ("{0} di {1}", "{0} of {1}")
            return self.pick(words).format(self.quoted(node.name), self.said(node.of))
        if isinstance(node, Index):
            words = ("la voce {0} di {1}", "entry {0} of {1}")
            return self.pick(words).format(self.said(node.key), self.said(node.of))
        return self.said(node)

    def together(self, items: list[str], last: tuple[str, str]) -> str:
        if len(items) < 2:
            return "".join(items) or self.pick(("niente", "nothing"))
        return ", ".join(items[:-1]) + f" {self.pick(last)} " + items[-1]

    def binary(self, operator: str, left: Node, right: Node) -> str:
        if operator in ("&&", "||"):
            word = self.pick(("e", "and") if operator == "&&" else ("oppure", "or"))
            return f"{self.part(operator, left)} {word} {self.part(operator, right)}"
        if operator == "in":
            return self.membership(left, right)
        if operator in _ARITHMETIC:
            like = self.thing(left) or self.thing(right)
            return f"{self.said(left, like)} {self.pick(_ARITHMETIC[operator])} {self.said(right, like)}"
        if isinstance(left, Literal) and not isinstance(right, Literal):
            left, right, operator = right, left, _TURNED[operator]
        return self.compared(operator, left, right)

    def part(self, operator: str, node: Node) -> str:
        """One side of an and, of an or: between brackets when it binds less."""
        said = self.held(node)
        inner = node.operator if isinstance(node, Binary) else "?" if isinstance(node, Conditional) else ""
        weak = inner == "?" or (inner in _BINDING and _BINDING[inner] < _BINDING[operator])
        return f"({said})" if weak else said

    def compared(self, operator: str, left: Node, right: Node) -> str:
        thing = self.thing(left) or self.thing(right)
        if isinstance(right, Literal) and isinstance(right.value, bool) and operator in ("==", "!="):
            yes = right.value == (operator == "==")
            if self.is_fact(left):
                return self.held(left) if yes else self.denied(left)
            return f"{self.said(left)}: " + self.pick(("sì", "yes") if yes else ("no", "no"))
        relation = _RELATIONS[operator]
        if thing is not None and thing.kind == "date" and operator in _OF_DAYS:
            relation = _OF_DAYS[operator]
        return f"{self.said(left, thing)} {self.pick(relation)} {self.said(right, thing)}"

    def membership(self, left: Node, right: Node, *, no: bool = False) -> str:
        thing, of = self.thing(left), self.thing(right)
        if isinstance(right, ListOf):
            words = ("{0} non è {1}", "{0} is not {1}") if no else ("{0} è {1}", "{0} is {1}")
            return self.pick(words).format(self.said(left), self.said(right, thing))
        said, named = self.said(left, of if isinstance(left, Literal) else None), self.said(right)
        if of is not None and of.kind == "named list":
            words = ("{0} non è nell’elenco {1}", "{0} is not in the list {1}") if no else (
                "{0} è nell’elenco {1}", "{0} is in the list {1}"
            )  # fmt: skip
        else:
            words = ("{0} non è tra {1}", "{0} is not among {1}") if no else ("{0} è tra {1}", "{0} is among {1}")
        return self.pick(words).format(said, named)

    # -- functions

    def called(self, node: Call) -> str:
        if node.of is None:
            return self.function(node)
        if node.name in ("all", "exists", "exists_one", "filter", "map") and len(node.arguments) >= 2:
            return self.macro(node)
        if node.name in _METHODS and len(node.arguments) == 1:
            thing = self.thing(node.of)
            return f"{self.said(node.of)} {self.pick(_METHODS[node.name])} {self.said(node.arguments[0], thing)}"
        if node.name == "size" and not node.arguments:
            return self.pick(("il numero di voci di {}", "the number of entries of {}")).format(self.said(node.of))
        rest = ", ".join(self.said(argument) for argument in node.arguments)
        return f"{self.quoted(node.name)} ({self.said(node.of)}{', ' + rest if rest else ''})"

    def function(self, node: Call) -> str:
        arguments = node.arguments
        if node.name == "has" and len(arguments) == 1:
            return self.said(arguments[0]) + self.pick((" è noto", " is known"))
        if node.name == "total" and len(arguments) == 2 and isinstance(arguments[1], Literal):
            words = ("la somma di {0} in {1}", "the sum of {0} in {1}")
            return self.pick(words).format(self.column(arguments[0], str(arguments[1].value)), self.said(arguments[0]))
        if node.name in ("count", "size") and len(arguments) == 1:
            return self.pick(("il numero di voci di {}", "the number of entries of {}")).format(self.said(arguments[0]))
        if node.name == "least":
            words = ("il minore tra {}", "the least of {}")
            like = next((thing for argument in arguments if (thing := self.thing(argument))), None)
            return self.pick(words).format(self.together([self.said(one, like) for one in arguments], ("e", "and")))
        if node.name in ("double", "int", "string", "date", "timestamp") and len(arguments) == 1:
            return self.said(arguments[0])
        return f"{self.quoted(node.name)} ({', '.join(self.said(argument) for argument in arguments)})"

    def group(self, node: Node) -> Field | None:
        if isinstance(node, Member) and isinstance(node.of, Name) and node.of.name == "answers":
            return self.form.field(node.name)
        return None

    def column(self, rows: Node, name: str) -> str:
        group = self.group(rows)
        found = next((one for one in group.fields if one.id == name), None) if group is not None else None
        return self.quoted(self.of(found.label)) if found is not None else self.quoted(name)

    def macro(self, node: Call) -> str:
        assert node.of is not None
        variable, condition = node.arguments[0], node.arguments[1]
        group = self.group(node.of)
        name = variable.name if isinstance(variable, Name) else ""
        before = self.rows
        if group is not None and name:
            self.rows = {**before, name: group}
        said = self.said(condition) if node.name == "map" else self.held(condition)
        self.rows = before
        words = {
            "all": ("in ogni voce di {0}: {1}", "in every entry of {0}: {1}"),
            "exists": ("in almeno una voce di {0}: {1}", "in at least one entry of {0}: {1}"),
            "exists_one": ("in una sola voce di {0}: {1}", "in only one entry of {0}: {1}"),
            "filter": ("le voci di {0} in cui {1}", "the entries of {0} where {1}"),
            "map": ("per ogni voce di {0}, {1}", "for every entry of {0}, {1}"),
        }[node.name]
        return self.pick(words).format(self.said(node.of), said)
