"""A place of the document of a call (``openings.0.opens_at``): its shape, and its words."""

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
    if name.isdigit() and shape.item is not None:
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


def entry_at(path: str, language: str | None) -> str:
    """Of which entry of a list, and of which of its parts, a place speaks (``1 – Opens``); empty of anything else."""
    names = path.split(".")
    shape = parts().get(names[0])
    if shape is None or len(names) < 2 or not names[1].isdigit():
        return ""
    number, label = str(int(names[1]) + 1), label_at(path, language)
    return number if label == shape.label.in_language(language) else f"{number} – {label}"
