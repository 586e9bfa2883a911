"""The DURC at the award: whether what the single document says of a firm's contributions lets its award go on (D.L. 69/2013, art. 31).

The expiry is the one that it prints, never reckoned (DM 30/1/2015, art. 7). Irregular, a firm is not awarded: the institutes ask it to
put itself right within their days (DM 30/1/2015, art. 4), and another document is asked. At the payment it is another rule: there what is
owed is paid to the institutes in its stead.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from levante.kernel.pure import Bilingual

YES, NO, UNKNOWN = "yes", "no", "unknown"
REFERENCE = "D.L. 69/2013, art. 31; DM 30/1/2015, artt. 4 e 7"


@dataclass(frozen=True, slots=True)
class Durc:
    """What the document says, and until when it prints that it says it."""

    number: str
    issued_on: date
    regular: bool
    valid_until: date


@dataclass(frozen=True, slots=True)
class Answer:
    """``outcome`` is yes, no or unknown; ``until`` the printed expiry; ``to_do`` what to do when it is not yes; ``stops`` is false where
    the call wants it told and no more."""

    outcome: str
    reason: Bilingual
    to_do: Bilingual
    until: date | None = None
    stops: bool = True

    @property
    def is_closed(self) -> bool:
        """Whether no award may stand on it."""
        return self.stops and self.outcome != YES

    def as_json(self) -> dict[str, Any]:
        return {
            "outcome": self.outcome,
            "reason": self.reason.as_json(),
            "reference": REFERENCE,
            "to_do": self.to_do.as_json(),
            "until": self.until.isoformat() if self.until else None,
            "stops": self.stops,
        }


def judge(*, paper: Durc | None, on: date, stops: bool = True) -> Answer:
    """Whether a firm is regular on the day of its award, from its last document."""
    ask = Bilingual(
        "chiedi il DURC online e registralo con la scadenza stampata", "ask for the DURC and record its printed expiry"
    )
    if paper is None:
        return Answer(UNKNOWN, Bilingual("non c’è un DURC", "there is no DURC"), ask, stops=stops)
    until_it, until_en = f"{paper.valid_until:%d/%m/%Y}", f"{paper.valid_until.day} {paper.valid_until:%b %Y}"
    if not paper.regular:
        told = Bilingual(f"il DURC n. {paper.number} è irregolare", f"DURC no. {paper.number} is irregular")
        wait = Bilingual(
            "aspetta che l’impresa si regolarizzi e chiedine un altro, o togli l’impresa dall’atto",
            "wait for the firm to put itself right and ask for another, or take it out of the act",
        )
        return Answer(NO, told, wait, stops=stops)
    if paper.valid_until < on:
        over = Bilingual(
            f"il DURC n. {paper.number} è scaduto il {until_it}", f"DURC no. {paper.number} was over on {until_en}"
        )
        return Answer(UNKNOWN, over, ask, stops=stops)
    fine = Bilingual(
        f"DURC regolare n. {paper.number}, scadenza stampata {until_it}",
        f"DURC regular, no. {paper.number}, printed expiry {until_en}",
    )
    return Answer(YES, fine, Bilingual("", ""), until=paper.valid_until, stops=stops)
