"""A place of the document of a call (``openings.0.opens_at``): its shape, and its words."""

from collections.abc import Mapping
from typing import Any

from levante.web.components.numbers import whole_number
from levante.web.desk.calls.shapes import Shape, parts


def shape_at(place: str) -> Shape | None:
    """The shape at a place of the document; of a union, where a case has it."""
    names = place.split(".")
    shape: Shape | None = parts().get(names[0])
    for name in names[1:]:
        shape = _inside(shape, name)
    return shape


def _inside(shape: Shape | None, name: str) -> Shape | None:
    if shape is None:
        return None
    if whole_number(name) is not None and shape.item is not None:
        return shape.item
    for inner in (shape, *(case for _, case in shape.cases)):
        if name in dict(inner.parts):
            return inner.part(name)
    return None


def label_at(path: str, language: str | None) -> str:
    names = path.removesuffix(".it").removesuffix(".en").split(".")
    while names:
        shape = shape_at(".".join(names))
        if shape is not None and shape.label.it:
            return shape.label.in_language(language)
        names.pop()
    return path


def entry_at(path: str, language: str | None, document: Mapping[str, Any]) -> str:
    """Of which question, or of which entry of a list and which of its parts, a place speaks (``1 – Opens``); or nothing."""
    names = path.split(".")
    if names[:2] == ["form", "sections"]:
        return _question_at(document, names, (language or "it")[:2])
    shape = parts().get(names[0])
    place = whole_number(names[1]) if len(names) > 1 else None
    if shape is None or place is None:
        return ""
    number, label = str(place + 1), label_at(path, language)
    return number if label == shape.label.in_language(language) else f"{number} – {label}"


def _question_at(document: Mapping[str, Any], names: list[str], language: str) -> str:
    try:
        held = document["form"]["sections"][int(names[2])]
        said = held["title"]
        if len(names) > 4 and names[3] == "fields":
            said = held["fields"][int(names[4])]["label"]
        return f"«{said.get(language) or said['it']}»"
    except (KeyError, IndexError, ValueError, TypeError, AttributeError):
        return ""  # questions of the law's grounds are not in the document; a form with no shape has none
