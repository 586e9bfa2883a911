"""A register number as people read, write and look for it: ``DOM-2026/0000123``.

Each log counts from one, so three logs hold three entries 2026/0000123. The letters before say what the entry is; they are
words for people: leaves, heads, proofs and receipts' files hold log and number alone, as they always did.
"""

import re
from dataclasses import dataclass

from levante.register.pure.commitment import number_text

#: What an entry is, by its kind; the others are of the register in general.
PREFIXES = {
    "application.document_delivered": "DOC",
    "application.integration_answered": "INT",
    "application.observations_sent": "OSS",
    "application.part_accepted": "ACC",
    "application.renounced": "RIN",
    "application.submitted": "DOM",
    "award.accepted": "ACO",
    "award.renounced": "RNC",
    "claim.answered": "RIS",
    "claim.sent": "PAG",
    "interest.expressed": "MAN",
    "interest.withdrawn": "RIT",
    "letter.written": "LET",
    "place.accepted": "POS",
    "place.renounced": "LIB",
    "ranking.published": "GRA",
    "result.told": "ESI",
    "variation.sent": "VAR",
}
GENERAL = "REG"

#: The log of a click day numbers by itself (``CD7-2026/0000123``): which day it was, its room says.
_OF_ITS_ROOM = frozenset({"intake.received"})
_QUOTED = re.compile(
    r"\s*(?:(CD\d{1,9}|[A-Z]{1,4})[\s-]?)?\s*(\d{4})\s*[/.\- ]\s*(\d{1,13})\s*", re.ASCII | re.IGNORECASE
)


#: The logs of a rehearsal, whose transaction is undone, have names that begin so; their numbers say it, and are nobody's.
APART = "prova-"


def public_number(kind: str, number: str, log: str = "") -> str:
    """The number of an entry of this kind, in this log, as people read it."""
    named = number if kind in _OF_ITS_ROOM else f"{PREFIXES.get(kind, GENERAL)}-{number}"
    return f"{APART.upper()}{named}" if log.startswith(APART) else named


@dataclass(frozen=True, slots=True)
class Quoted:
    """A number as somebody wrote it: the letters before it, if any, the year, the place in it."""

    prefix: str
    year: int
    place: int

    @property
    def bare(self) -> str:
        """As leaves and receipts' files hold it."""
        return number_text(self.year, self.place)

    def may_be(self, prefix: str) -> bool:
        return self.prefix in ("", prefix)

    def written(self, kind: str) -> list[str]:
        """The numbers that an entry of this kind may have been given: with letters, and without (those given before there
        were letters keep their number). None when the letters are another kind's."""
        number = public_number(kind, self.bare)
        return [number, self.bare] if self.may_be(number.partition("-")[0]) else []


def quoted(text: str) -> Quoted | None:
    """A number as people quote it, letters and zeros or not; ``None`` when the text is no number."""
    match = _QUOTED.fullmatch(text)
    return Quoted((match[1] or "").upper(), int(match[2]), int(match[3])) if match else None
