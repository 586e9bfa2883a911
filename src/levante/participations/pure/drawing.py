"""Whether the parts of a stand lie one on the other, and a first drawing in rows. Pure."""

from collections.abc import Iterable
from typing import NamedTuple


class Part(NamedTuple):
    """A rectangle in centimetres."""

    code: str
    x: int
    y: int
    width: int
    depth: int


def overlapping(parts: Iterable[Part]) -> list[tuple[str, str]]:
    """The pairs that share some area; touching is not overlapping. Grows with the square of the parts of one stand: tens."""
    rows = list(parts)
    return [
        (one.code, other.code)
        for index, one in enumerate(rows)
        for other in rows[index + 1 :]
        if one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.depth
        and other.y < one.y + one.depth
    ]


def in_rows(modules: int, *, columns: int, side: int = 300, aisle: int = 200) -> list[Part]:
    """So many square modules in rows of ``columns``, an aisle between rows: A1, A2, … B1."""
    return [
        Part(f"{chr(65 + row % 26)}{column + 1}", column * side, row * (side + aisle), side, side)
        for row, column in (divmod(index, columns) for index in range(modules))
    ]
