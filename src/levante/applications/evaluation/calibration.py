"""How the judges differ: pure functions of the points they gave, shown and never used to change them.

``spread`` of a file is the distance between the highest and the lowest total; ``tendency`` of a judge is the mean, over the
files that others judged too, of one's total less the mean of the others': above zero generous, below zero strict. Exact
decimals, rounded once to the hundredth where they are shown. ``docs/algorithms/ranking.md`` has a worked case.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal(0)
_HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Given:
    """Points that a judge gave a file on a criterion."""

    file: str
    judge: str
    criterion: str
    points: Decimal


@dataclass(frozen=True, slots=True)
class Judge:
    """A judge as the points tell: files judged, mean total, tendency (``None`` when nobody else judged the same files)."""

    id: str
    files: int
    mean: Decimal
    tendency: Decimal | None


@dataclass(frozen=True, slots=True)
class FileSpread:
    """A file as its judges differ: totals by judge, their mean, the distance between the highest and the lowest, and the same
    distance for each criterion."""

    id: str
    totals: tuple[tuple[str, Decimal], ...]
    mean: Decimal
    spread: Decimal
    by_criterion: tuple[tuple[str, Decimal], ...]


@dataclass(frozen=True, slots=True)
class Calibration:
    judges: tuple[Judge, ...]
    files: tuple[FileSpread, ...]


def calibrate(given: Sequence[Given]) -> Calibration:
    """Everything a committee looks at to see whether it judges alike. Judges and files in the order of their names. Cost: the
    points given, and for each file its judges squared."""
    files: dict[str, list[Given]] = {}
    for one in given:
        files.setdefault(one.file, []).append(one)
    totals = {file: _totals(rows) for file, rows in files.items()}
    judges = sorted({judge for mine in totals.values() for judge in mine})
    return Calibration(
        tuple(_judge(judge, totals) for judge in judges),
        tuple(_file(file, totals[file], files[file]) for file in sorted(files)),
    )


def spread_of(given: Iterable[Given]) -> Decimal:
    """The distance between the highest and the lowest total of one file; nothing with fewer than two judges."""
    totals = list(_totals(given).values())
    return max(totals) - min(totals) if len(totals) > 1 else ZERO


def _totals(given: Iterable[Given]) -> dict[str, Decimal]:
    """The totals of one file, by judge."""
    totals: dict[str, Decimal] = {}
    for one in given:
        totals[one.judge] = totals.get(one.judge, ZERO) + one.points
    return totals


def _judge(judge: str, totals: dict[str, dict[str, Decimal]]) -> Judge:
    mine = [by[judge] for by in totals.values() if judge in by]
    distances = [
        by[judge] - _mean([value for who, value in by.items() if who != judge])
        for by in totals.values()
        if judge in by and len(by) > 1
    ]
    return Judge(judge, len(mine), _shown(_mean(mine)), _shown(_mean(distances)) if distances else None)


def _file(file: str, totals: dict[str, Decimal], given: Sequence[Given]) -> FileSpread:
    values = list(totals.values())
    by: dict[str, list[Decimal]] = {}
    for one in given:
        by.setdefault(one.criterion, []).append(one.points)
    return FileSpread(
        file,
        tuple(sorted(totals.items())),
        _shown(_mean(values)),
        max(values) - min(values),
        tuple((code, max(points) - min(points)) for code, points in sorted(by.items())),
    )


def _mean(values: Sequence[Decimal]) -> Decimal:
    return sum(values, ZERO) / len(values) if values else ZERO


def _shown(value: Decimal) -> Decimal:
    return value.quantize(_HUNDREDTH, rounding=ROUND_HALF_UP)
