"""The worked cases written in the pages of ``docs/algorithms``, as data for the tests."""

import re
from dataclasses import dataclass
from pathlib import Path

PAGES = sorted((Path(__file__).resolve().parents[2] / "docs" / "algorithms").glob("*.md"))

_CASE = re.compile(
    r"<!-- case: (?P<door>[a-z-]+)(?P<refused>, refused)? -->\s*"
    r"```json\n(?P<given>.*?)```\s*```json\n(?P<expected>.*?)```",
    re.DOTALL,
)


@dataclass(frozen=True)
class WorkedCase:
    page: Path
    number: int
    door: str
    given: str
    expected: str
    refused: bool

    @property
    def name(self) -> str:
        return f"{self.page.stem}-{self.number}-{self.door}"


CASES = [
    WorkedCase(page, number, found["door"], found["given"], found["expected"], found["refused"] is not None)
    for page in PAGES
    for number, found in enumerate(_CASE.finditer(page.read_text(encoding="utf-8")), start=1)
]
