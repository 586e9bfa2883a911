"""Any call at all: documents drawn from the shapes themselves, so that a parameter added tomorrow is among them."""

import json
import types
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from levante.calls.schema import CallEntry, basics

#: Texts that YAML reads as something else, or ends where they go on.
_TRICKY = (
    "sì: no", "# x", "yes", "null", "2018-06-01", "10:30", "1.5", "l’altro", "a\nb", "a\n\nb", "'", '"', "- x", "{a: b}", "=", "~", "0x1F",
    "1_000", "12:30:45", "<<", "%x", "@x", "!y", "&a", "*a", "|", "> z", "x #y", "a\x85b", "a\u2028b", "a\rb", "a\tb", "è " * 60 + "y",
)  # fmt: skip
_ANY = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20).filter(str.strip)
_TEXT = st.sampled_from(_TRICKY) | _ANY
_CODE = st.from_regex(r"\A[a-z0-9][a-z0-9_-]{0,6}\Z")
_EXPRESSION = st.sampled_from(["facts.active", "answers.a == 'x: \"y\" # z'", "1 < 2 ? 'a' : 'b'", "true"])
_AMOUNT = st.decimals(min_value="0.01", max_value=999_999, places=2).map(str)
_NUMBER = st.decimals(min_value=0, max_value=999, places=2).map(str)
_RATE = st.decimals(min_value="0.001", max_value=100, places=3).map(str)
_DAY = st.dates(date(2000, 1, 1), date(2040, 1, 1)).map(str)
#: Hours that Italy has twice are among them.
_TWICE = int(datetime(2026, 10, 25, tzinfo=UTC).timestamp())
_INSTANT = st.one_of(st.integers(946_684_800, 2_208_988_800), st.integers(_TWICE, _TWICE + 10_800)).map(
    lambda second: datetime.fromtimestamp(second, UTC).isoformat()
)


def documents() -> st.SearchStrategy[dict[str, Any]]:
    """Documents of calls in JSON: most have the right shape, whether their parts agree is not asked."""
    return _model(CallEntry)


def paths(value: Any, path: str = "") -> set[str]:
    """The parameters that a document sets: ``.money.items.code``."""
    if isinstance(value, list):
        return set().union(*(paths(item, path) for item in value))
    if not isinstance(value, dict):
        return set()
    return set().union(*({f"{path}.{key}"} | paths(item, f"{path}.{key}") for key, item in value.items()))


@cache
def _model(shape: type[BaseModel]) -> st.SearchStrategy[dict[str, Any]]:
    needed, others = {}, {}
    for name, item in shape.model_fields.items():
        (needed if item.is_required() else others)[name] = _strategy(item.annotation, tuple(item.metadata))
    drawn = st.fixed_dictionaries(needed, optional=others)
    return drawn if shape is CallEntry else drawn.filter(lambda document: _is(shape, document))


def _is(shape: type[BaseModel], document: dict[str, Any]) -> bool:
    try:
        shape.model_validate_json(json.dumps(document))
    except ValidationError:
        return False
    return True


def _strategy(kind: Any, about: tuple[Any, ...] = ()) -> st.SearchStrategy[Any]:
    origin, inside = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _strategy(inside[0], (*inside[1:], *about))
    if origin in (Union, types.UnionType):
        return st.one_of(*(_strategy(one, about) for one in inside if one is not type(None)))
    if origin is Literal:
        return st.sampled_from(inside)
    said = [*about, *(more for one in about if isinstance(one, FieldInfo) for more in one.metadata)]
    if origin is list:
        least = max([getattr(one, "min_length", None) or 0 for one in said], default=0)
        return st.lists(_strategy(inside[0]), min_size=least, max_size=2)
    if origin is dict:
        return st.just({}) if inside[1] is Any else st.dictionaries(*map(_strategy, inside), max_size=2)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return _model(kind)
    if kind is int:
        bounds = [
            next((value for one in said if (value := getattr(one, name, None)) is not None), 0) for name in ("ge", "le")
        ]
        return st.integers(bounds[0], min(bounds[1] or 50, 50))
    return _plain(kind, said)


def _plain(kind: Any, said: list[Any]) -> st.SearchStrategy[Any]:
    if kind is Decimal:
        if any(getattr(one, "func", None) is basics._amount for one in said):
            return _AMOUNT
        return _RATE if any(getattr(one, "le", None) == 100 for one in said) else _NUMBER
    if kind is str:
        if any(getattr(one, "pattern", None) for one in said):
            return _CODE
        return _EXPRESSION if any(getattr(one, "func", None) is basics._expression for one in said) else _TEXT
    found: st.SearchStrategy[Any] = {datetime: _INSTANT, date: _DAY, bool: st.booleans()}[kind]
    return found
