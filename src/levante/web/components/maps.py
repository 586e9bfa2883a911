"""The map of a region by comune, as inline SVG with its table; outlines derived by ``scripts/derive_boundaries.py``."""

import functools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
CLASSES = 5

Number = int | Decimal


@dataclass(frozen=True, slots=True)
class Area:
    """A comune or a province on the map: ``shade`` 0 is nothing, 1 to 5 rise by quantile of the comuni with something."""

    code: str
    name: str
    path: str
    value: Number
    shade: int = 0
    at: tuple[int, int] = (0, 0)
    url: str = ""
    comuni: tuple["Area", ...] = ()
    reached: int = 0


@dataclass(frozen=True, slots=True)
class RegionMap:
    """What the template ``components/map.html`` draws."""

    view_box: str
    provinces: tuple[Area, ...]
    legend: tuple[tuple[int, Number, Number], ...]
    total: Number
    outside: Number
    source: str

    @property
    def comuni(self) -> list[tuple[Area, Area]]:
        """The comuni with something, largest first, each with its province."""
        rows = [(comune, province) for province in self.provinces for comune in province.comuni if comune.value]
        return sorted(rows, key=lambda row: (-row[0].value, row[0].name))


def puglia_map(
    values: Mapping[str, Number], *, region: str = "puglia", url_of: Callable[[str], str] | None = None
) -> RegionMap:
    """The map of ``values`` by ISTAT code of the comune (six digits); codes of other regions are summed as ``outside``.

    ``url_of`` gives the address of a province by its code (``BA``); without it a province leads to its row in the table.
    """
    drawing = _drawing(region)
    known = {row["code"] for row in drawing["comuni"]}
    bounds = shades_of([value for code, value in values.items() if code in known and value > 0])
    comuni: dict[str, list[Area]] = {row["code"]: [] for row in drawing["provinces"]}
    for row in drawing["comuni"]:
        value = values.get(row["code"], 0)
        comuni[row["province"]].append(Area(row["code"], row["name"], row["d"], value, shade_of(value, bounds)))
    provinces = tuple(
        Area(
            code=row["code"],
            name=row["name"],
            path=row["d"],
            value=sum((area.value for area in comuni[row["code"]]), 0),
            at=(row["at"][0], row["at"][1]),
            url=url_of(row["code"]) if url_of else f"#map-{row['code']}",
            comuni=tuple(comuni[row["code"]]),
            reached=sum(1 for area in comuni[row["code"]] if area.value),
        )
        for row in sorted(drawing["provinces"], key=lambda row: row["name"])
    )
    return RegionMap(
        view_box=drawing["view_box"],
        provinces=provinces,
        legend=tuple((shade + 1, low, high) for shade, (low, high) in enumerate(bounds)),
        total=sum((province.value for province in provinces), 0),
        outside=sum((value for code, value in values.items() if code not in known), 0),
        source=f"{drawing['source']} ({drawing['licence']})",
    )


def shades_of(values: list[Number]) -> list[tuple[Number, Number]]:
    """Up to five classes with about as many values each, as (lowest, highest); equal values stay in one class.

    >>> shades_of([1, 1, 1, 2, 9])
    [(1, 1), (2, 2), (9, 9)]
    """
    ordered = sorted(values)
    cuts: list[tuple[Number, Number]] = []
    start = 0
    for part in range(1, CLASSES + 1):
        end = max(start, round(len(ordered) * part / CLASSES))
        while 0 < end < len(ordered) and ordered[end] == ordered[end - 1]:
            end += 1
        if end > start:
            cuts.append((ordered[start], ordered[end - 1]))
            start = end
    return cuts


def shade_of(value: Number, bounds: list[tuple[Number, Number]]) -> int:
    """The class of a value: 0 for nothing, else from 1."""
    if value <= 0:
        return 0
    return next(shade + 1 for shade, (_, high) in enumerate(bounds) if value <= high)


@functools.cache
def _drawing(region: str) -> dict[str, Any]:
    return dict(json.loads((DATA / f"{region}.json").read_text(encoding="utf-8")))
