"""What can be edited of a call, taken from the shape of its document: a part of the contract has its place in the designer as
soon as the contract has it."""

import functools
import types
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from levante.calls.api import PARTS, schema
from levante.kernel.pure import Bilingual
from levante.web.desk.calls import words


@dataclass(frozen=True, slots=True)
class Shape:
    """One thing to edit. ``kind`` says which: ``text``, ``long``, ``pair`` (both languages), ``amount``, ``number``, ``whole``,
    ``yes_no``, ``choice``, ``day``, ``instant``, ``expression``, ``many`` (some of a list), ``lines`` (a text a line),
    ``share`` (everything, or some), ``group`` (``parts``), ``list`` and ``map`` (of ``item``), ``union`` (``cases``).

    ``source`` names where the choices come from; ``owner`` is its place in the contract (``CostItem.ceiling``).
    """

    kind: str
    owner: str = ""
    label: Bilingual = Bilingual("", "")
    help: Bilingual | None = None
    required: bool = False
    default: Any = None
    options: tuple[str, ...] = ()
    source: str = ""
    parts: tuple[tuple[str, "Shape"], ...] = ()
    item: "Shape | None" = None
    cases: tuple[tuple[str, "Shape"], ...] = ()
    wants: str = "condition"

    def part(self, name: str) -> "Shape":
        return dict(self.parts)[name]


#: The small shapes of the contract that say more than their Python type.
_KNOWN: tuple[tuple[Any, str], ...] = (
    (schema.Amount, "amount"), (schema.Number, "number"), (schema.Rate, "number"), (schema.Expression, "expression"),
    (schema.Instant, "instant"), (schema.Days, "whole"), (schema.Code, "text"), (schema.Text, "text"), (schema.Name, "text"),
)  # fmt: skip
_PLAIN: dict[Any, str] = {
    bool: "yes_no", int: "whole", str: "text", Decimal: "number", date: "day", datetime: "instant",
}  # fmt: skip


@functools.cache
def shape_of(model: type[BaseModel]) -> Shape:
    """The shape of a part of the contract: a group of its fields, in their order."""
    name = model.__name__
    hints = get_type_hints(model, include_extras=True)
    parts: list[tuple[str, Shape]] = []
    for key, info in model.model_fields.items():
        if key == "en":
            continue
        if key == "it":
            parts.append(("", _told(Shape("pair", required=True), f"{name}.it")))
            continue
        default = None if info.is_required() else info.get_default(call_default_factory=True)
        shape = _of(hints[key], f"{name}.{key}")
        parts.append((key, replace(shape, required=info.is_required(), default=_json(default))))
    if len(parts) == 1 and parts[0][0] == "":
        return Shape("pair", required=True)
    return Shape("group", parts=tuple(parts), owner=name)


def _json(value: Any) -> Any:
    return value.model_dump(mode="json") if isinstance(value, BaseModel) else value


def _of(hint: Any, owner: str) -> Shape:
    return _told(_bare(hint, owner), owner)


def _told(shape: Shape, owner: str) -> Shape:
    label, help_ = words.of(owner)
    source = words.SOURCES.get(owner, "")
    kind = shape.kind
    if kind in ("pair", "text") and owner in words.LONG:
        kind = {"pair": "long_pair", "text": "long"}[kind]
    elif kind == "text" and source:
        kind = "choice"
    elif kind == "lines" and source:
        kind = "many"
    wants = "number" if owner in words.NUMBERS else "condition"
    return replace(shape, kind=kind, owner=owner, label=label, help=help_, source=source, wants=wants)


def _bare(hint: Any, owner: str) -> Shape:
    for known, kind in _KNOWN:
        if hint == known:
            return Shape(kind)
    if hint in _PLAIN:
        return Shape(_PLAIN[hint])
    origin = get_origin(hint)
    if origin is Annotated:
        return _bare(get_args(hint)[0], owner)
    if origin is Literal:
        return Shape("choice", options=tuple(str(one) for one in get_args(hint)))
    if origin in (Union, types.UnionType):
        return _either([one for one in get_args(hint) if one is not type(None)], owner)
    if origin is list:
        return _list(get_args(hint)[0], owner)
    if origin is dict:
        return _map(get_args(hint)[1], owner)
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        return shape_of(hint)
    raise TypeError(f"the designer does not know how to edit {owner}: {hint}")


def _either(members: list[Any], owner: str) -> Shape:
    if len(members) == 1:
        return _bare(members[0], owner)
    if get_origin(members[0]) is Literal and get_origin(members[1]) is list:
        return Shape("share", options=get_args(members[0]))
    cases = tuple((str(get_args(get_type_hints(one)["kind"])[0]), _without_kind(one)) for one in members)
    return Shape("union", cases=cases)


def _without_kind(model: type[BaseModel]) -> Shape:
    shape = shape_of(model)
    return replace(shape, parts=tuple(part for part in shape.parts if part[0] != "kind"))


def _list(hint: Any, owner: str) -> Shape:
    item = _bare(hint, owner)
    if item.kind == "choice":
        return Shape("many", options=item.options)
    if item.kind == "text":
        return Shape("lines")
    return Shape("list", item=item)


def _map(hint: Any, owner: str) -> Shape:
    return Shape("map", item=_bare(hint, owner))


#: The parts of the document, each with its shape; the form has a designer of its own.
@functools.cache
def parts() -> dict[str, Shape]:
    hints = get_type_hints(schema.CallEntry, include_extras=True)
    found = {}
    for name, info in schema.CallEntry.model_fields.items():
        if name in PARTS and name != "form":
            default = None if info.is_required() else info.get_default(call_default_factory=True)
            shape = _of(hints[name], f"CallEntry.{name}")
            found[name] = replace(shape, required=info.is_required(), default=_json(default))
    return found


def every(shape: Shape) -> Iterator[Shape]:
    """A shape and all that is inside."""
    yield shape
    for _, inner in (*shape.parts, *shape.cases):
        yield from every(inner)
    if shape.item is not None:
        yield from every(shape.item)
