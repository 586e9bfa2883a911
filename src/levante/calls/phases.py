"""What an opening is at an instant: a pure function of what was decided and of the clock."""

from dataclasses import dataclass
from datetime import datetime

from levante.kernel.pure import Bilingual

HIDDEN, COMING, OPEN, SUSPENDED, EXHAUSTED, CLOSED = "hidden", "coming", "open", "suspended", "exhausted", "closed"


@dataclass(frozen=True, slots=True)
class Phase:
    """``code`` is one of the constants of this module; ``label`` is for people."""

    code: str
    label: Bilingual

    @property
    def is_open(self) -> bool:
        return self.code == OPEN


PHASES = {
    HIDDEN: Phase(HIDDEN, Bilingual("non ancora pubblicato", "not yet published")),
    COMING: Phase(COMING, Bilingual("in apertura", "opening soon")),
    OPEN: Phase(OPEN, Bilingual("aperto", "open")),
    SUSPENDED: Phase(SUSPENDED, Bilingual("sospeso", "suspended")),
    EXHAUSTED: Phase(EXHAUSTED, Bilingual("risorse esaurite", "funds exhausted")),
    CLOSED: Phase(CLOSED, Bilingual("chiuso", "closed")),
}


def phase_at(
    *, call_state: str, opening_state: str, opens_at: datetime, closes_at: datetime | None, instant: datetime
) -> Phase:
    """The phase at ``instant``. The opening instant is inside the window, the closing instant is the first outside it."""
    if call_state in {"draft", "approved"}:
        return PHASES[HIDDEN]
    if call_state == "closed_out" or opening_state == "closed":
        return PHASES[CLOSED]
    if closes_at is not None and instant >= closes_at:
        return PHASES[CLOSED]
    if opening_state in {"suspended", "exhausted"}:
        return PHASES[opening_state]
    return PHASES[COMING if instant < opens_at else OPEN]
