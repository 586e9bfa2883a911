"""A CEL expression as a tree: for those who tell it in words and look at what it names. Who evaluates it is ``conditions``.

The grammar is that of the Common Expression Language (cel-spec, ``doc/langdef.md``) without the messages of protocol buffers:
literals, lists, maps, names, members, indexes, calls and macros, unary and binary operators, the conditional.
"""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


class NotCel(ValueError):
    """Text that is not an expression of the language; ``at`` is where it stops being one."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(f"{message} (at {at})")
        self.at = at


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, a text, true, false or null."""

    value: Any


@dataclass(frozen=True, slots=True)
class Name:
    name: str


@dataclass(frozen=True, slots=True)
class Member:
    """``of.name``"""

    of: "Node"
    name: str


@dataclass(frozen=True, slots=True)
class Index:
    """``of[key]``"""

    of: "Node"
    key: "Node"


@dataclass(frozen=True, slots=True)
class Call:
    """``of.name(arguments)``, or ``name(arguments)``. Macros (``all``, ``exists``, ``map``…) are calls too."""

    of: "Node | None"
    name: str
    arguments: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class ListOf:
    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class MapOf:
    items: tuple[tuple["Node", "Node"], ...]


@dataclass(frozen=True, slots=True)
class Unary:
    """``!`` or ``-``."""

    operator: str
    operand: "Node"


@dataclass(frozen=True, slots=True)
class Binary:
    operator: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Conditional:
    """``when ? yes : no``"""

    when: "Node"
    yes: "Node"
    no: "Node"


Node = Literal | Name | Member | Index | Call | ListOf | MapOf | Unary | Binary | Conditional

_TOKEN = re.compile(
    r"""
    (?P<space>\s+|//[^\n]*)
  | (?P<float>\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?)
  | (?P<hex>0x[0-9a-fA-F]+u?|0x[0-9a-fA-F]+U?)
  | (?P<int>\d+[uU]?)
  | (?P<text>[rR]?(?:'''(?:\\.|[^\\])*?'''|\"\"\"(?:\\.|[^\\])*?\"\"\"|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"))
  | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<operator>&&|\|\||<=|>=|==|!=|[-+*/%<>!?:.,()\[\]{}])
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPES = {
    "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\", "?": "?", '"': '"', "'": "'",
    "`": "`",
}  # fmt: skip
_RELATIONS = ("<", "<=", ">=", ">", "==", "!=", "in")
_DEEPEST = 60


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int


def _tokens(text: str) -> Iterator[_Token]:
    place = 0
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            raise NotCel(f"“{text[place]}” is not understood", place)
        kind = found.lastgroup or ""
        if kind != "space":
            yield _Token(kind, found.group(), place)
        place = found.end()
    yield _Token("end", "", place)


def _unescaped(token: _Token) -> str:
    text = token.text
    raw = text[0] in "rR"
    text = text[1:] if raw else text
    quotes = 3 if text[:3] in ("'''", '"""') else 1
    body = text[quotes:-quotes]
    if raw:
        return body

    def one(match: re.Match[str]) -> str:
        code = match.group(1)
        if code[0] in "xXuU":
            return chr(int(code[1:], 16))
        if code[0] in "0123":
            return chr(int(code, 8))
        if code not in _ESCAPES:
            raise NotCel(f"“\\{code}” is no escape", token.at)
        return _ESCAPES[code]

    return re.sub(r"\\([xX][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-3][0-7]{2}|.)", one, body, flags=re.DOTALL)


class _Parser:
    """Recursive descent, one method a level of precedence."""

    def __init__(self, text: str) -> None:
        self.tokens = list(_tokens(text))
        self.place = 0
        self.depth = 0

    @property
    def now(self) -> _Token:
        return self.tokens[self.place]

    def take(self, *texts: str) -> _Token | None:
        """The next token when it is one of these operators (or the word ``in``); moves on."""
        token = self.now
        if token.text in texts and token.kind in ("operator", "name"):
            self.place += 1
            return token
        return None

    def need(self, text: str) -> None:
        if self.take(text) is None:
            raise NotCel(f"“{text}” is expected", self.now.at)

    def whole(self) -> Node:
        found = self.expression()
        if self.now.kind != "end":
            raise NotCel(f"“{self.now.text}” is not expected", self.now.at)
        return found

    def expression(self) -> Node:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise NotCel("too deep", self.now.at)
        when = self.either()
        if self.take("?"):
            yes = self.either()
            self.need(":")
            when = Conditional(when, yes, self.expression())
        self.depth -= 1
        return when

    def either(self) -> Node:
        left = self.both()
        while self.take("||"):
            left = Binary("||", left, self.both())
        return left

    def both(self) -> Node:
        left = self.relation()
        while self.take("&&"):
            left = Binary("&&", left, self.relation())
        return left

    def relation(self) -> Node:
        left = self.addition()
        while (token := self.take(*_RELATIONS)) is not None:
            left = Binary(token.text, left, self.addition())
        return left

    def addition(self) -> Node:
        left = self.multiplication()
        while (token := self.take("+", "-")) is not None:
            left = Binary(token.text, left, self.multiplication())
        return left

    def multiplication(self) -> Node:
        left = self.unary()
        while (token := self.take("*", "/", "%")) is not None:
            left = Binary(token.text, left, self.unary())
        return left

    def unary(self) -> Node:
        token = self.take("!", "-")
        if token is None:
            return self.member()
        self.depth += 1
        if self.depth > _DEEPEST:
            raise NotCel("too deep", token.at)
        found = Unary(token.text, self.unary())
        self.depth -= 1
        return found

    def member(self) -> Node:
        found = self.primary()
        while True:
            if self.take("."):
                name = self.word()
                if self.take("("):
                    found = Call(found, name, self.arguments(")"))
                else:
                    found = Member(found, name)
            elif self.take("["):
                key = self.expression()
                self.need("]")
                found = Index(found, key)
            else:
                return found

    def word(self) -> str:
        token = self.now
        if token.kind != "name":
            raise NotCel("a name is expected", token.at)
        self.place += 1
        return token.text

    def arguments(self, end: str) -> tuple[Node, ...]:
        """Values up to ``end``; a list may end with a comma, the arguments of a call may not."""
        found: list[Node] = []
        if self.take(end):
            return ()
        while True:
            found.append(self.expression())
            if self.take(end):
                return tuple(found)
            self.need(",")
            if end == "]" and self.take(end):
                return tuple(found)

    def primary(self) -> Node:
        token = self.now
        if token.kind == "text":
            self.place += 1
            return Literal(_unescaped(token))
        if token.kind in ("int", "hex", "float"):
            self.place += 1
            text = token.text.rstrip("uU")
            return Literal(float(text) if token.kind == "float" else int(text, 16 if token.kind == "hex" else 10))
        if token.kind == "name" and token.text != "in":
            self.place += 1
            if token.text in ("true", "false", "null"):
                return Literal({"true": True, "false": False, "null": None}[token.text])
            if self.take("("):
                return Call(None, token.text, self.arguments(")"))
            return Name(token.text)
        if self.take("("):
            found = self.expression()
            self.need(")")
            return found
        if self.take("["):
            return ListOf(self.arguments("]"))
        if self.take("{"):
            return MapOf(self.entries())
        raise NotCel("a value is expected", token.at)

    def entries(self) -> tuple[tuple[Node, Node], ...]:
        found: list[tuple[Node, Node]] = []
        while not self.take("}"):
            key = self.expression()
            self.need(":")
            found.append((key, self.expression()))
            if not self.take(","):
                self.need("}")
                break
        return tuple(found)


@functools.lru_cache(maxsize=2048)
def parse(expression: str) -> Node:
    """The tree of an expression; ``NotCel`` says where it stops being one."""
    return _Parser(expression).whole()


def inside(node: Node) -> Iterator[Node]:
    """The node and all that is in it."""
    yield node
    parts: tuple[Any, ...] = ()
    match node:
        case Member(of=of):
            parts = (of,)
        case Index(of=of, key=key):
            parts = (of, key)
        case Call(of=of, arguments=arguments):
            parts = (*((of,) if of is not None else ()), *arguments)
        case ListOf(items=items):
            parts = items
        case MapOf(items=items):
            parts = tuple(part for pair in items for part in pair)
        case Unary(operand=operand):
            parts = (operand,)
        case Binary(left=left, right=right):
            parts = (left, right)
        case Conditional(when=when, yes=yes, no=no):
            parts = (when, yes, no)
    for part in parts:
        yield from inside(part)


def names_of(expression: str) -> set[tuple[str, str]]:
    """What an expression names of the answers, the facts, the lists and its row: pairs as ``("answers", "fair_area")``."""
    found = set()
    for node in inside(parse(expression)):
        if (
            isinstance(node, Member)
            and isinstance(node.of, Name)
            and node.of.name in ("answers", "facts", "lists", "row")
        ):
            found.add((node.of.name, node.name))
        if isinstance(node, Index) and isinstance(node.of, Name) and isinstance(node.key, Literal):
            found.add((node.of.name, str(node.key.value)))
    return found


def literals_in(expression: str) -> list[str]:
    """The texts that an expression names, in their order; none when it is no expression."""
    try:
        tree = parse(expression)
    except NotCel:
        return []
    return [node.value for node in inside(tree) if isinstance(node, Literal) and isinstance(node.value, str)]


def answers_named(expression: str) -> list[str]:
    """The answers that an expression looks at; none when it is no expression."""
    try:
        return sorted(name for root, name in names_of(expression) if root == "answers")
    except NotCel:
        return []
