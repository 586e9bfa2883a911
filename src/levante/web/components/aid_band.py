"""The band of the years that count, with each aid as a block that slides out on its left: numbers for an SVG."""

from dataclasses import dataclass
from datetime import date

from levante.aid.api import AidLine, Story

WIDTH, BASE, TALLEST, EDGE = 640, 190, 150, 12
BLOCK, GAP = 16, 2
#: A block that can still be seen and pointed at, however small the aid.
LOWEST = 8


@dataclass(frozen=True, slots=True)
class Block:
    """An aid on the band: where, how tall, whose (``mine`` or of the group), whether it is only reserved."""

    x: int
    y: int
    height: int
    line: AidLine
    mine: bool

    @property
    def kind(self) -> str:
        reserved = self.line.source == "reservation"
        return "reserved" if reserved else "mine" if self.mine else "group"


@dataclass(frozen=True, slots=True)
class Tick:
    x: int
    label: str


@dataclass(frozen=True, slots=True)
class Band:
    """What ``components/aid_band.html`` draws. The ceiling is ``TALLEST`` high, so heights can be compared with it."""

    width: int
    base: int
    top: int
    left: int
    right: int
    blocks: tuple[Block, ...]
    ticks: tuple[Tick, ...]
    shown: int
    hidden: int
    #: where the block that slides out next is, if any: its place and the day
    next_x: int | None = None
    next_on: date | None = None


def band_of(story: Story, applicant: str, *, most: int = 120) -> Band:
    """The band of a position. Beyond ``most`` blocks only the largest are drawn: the table has them all."""
    start, end = (date.fromisoformat(story.answer["window"][name]) for name in ("from", "to"))
    span = max(1, (end - start).days)
    inner = WIDTH - 2 * EDGE - BLOCK

    def place(day: date) -> int:
        return EDGE + (day - start).days * inner // span

    drawn = sorted(
        sorted(story.lines, key=lambda line: -line.amount)[:most], key=lambda line: (line.granted_on, line.id)
    )
    tops: dict[int, int] = {}
    blocks = []
    for line in drawn:
        x = place(line.granted_on)
        height = max(LOWEST, int(line.amount * TALLEST / story.ceiling)) if story.ceiling else LOWEST
        column = x // (BLOCK // 2)
        under = min(tops.get(near, BASE) for near in (column - 1, column, column + 1))
        y = max(0, under - height)
        tops[column] = y - GAP
        blocks.append(Block(x, y, height, line, line.beneficiary == applicant))
    years = range(start.year, end.year + 2)
    ticks = [
        Tick(place(date(year, 1, 1)) + BLOCK // 2, str(year)) for year in years if start <= date(year, 1, 1) <= end
    ]
    leaving = min((block for block in blocks if block.line.leaves_on), key=lambda block: block.x, default=None)
    return Band(
        WIDTH,
        BASE,
        BASE - TALLEST,
        EDGE,
        WIDTH - EDGE,
        tuple(blocks),
        tuple(ticks),
        len(drawn),
        len(story.lines) - len(drawn),
        leaving.x if leaving is not None else None,
        leaving.line.leaves_on if leaving is not None else None,
    )
