"""Anti-mafia information: whether a benefit wants it, and whether what the prefecture said, or did not say yet, lets it go on.

One rule for the moment of the award and for that of each payment (D.Lgs. 159/2011, artt. 83, 86, 91 and 92). What is looked at is all that
the beneficiary gets for the same operation, however many acts and instalments it is divided in (art. 91(2)).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from dateutil.relativedelta import relativedelta

from levante.kernel.pure import Bilingual, format_euro
from levante.law import parameters

YES, NO, UNKNOWN = "yes", "no", "unknown"
REFERENCE = "D.Lgs. 159/2011, artt. 83(3)(e), 91 e 92"
_NOTHING = Bilingual("", "")


@dataclass(frozen=True, slots=True)
class Antimafia:
    """The information of the prefecture: asked on a day, and released or not; ``clear`` once it is. ``urgent`` is why one goes on at once,
    without its days, where the director says so (art. 92(3))."""

    number: str
    asked_on: date
    released_on: date | None = None
    clear: bool | None = None
    valid_until: date | None = None
    urgent: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """``outcome`` is yes, no or unknown; ``until`` the last day it stays so; ``to_do`` what to do when it is not yes; ``condition`` under
    what it is; ``needed`` is false up to the threshold; ``to_confirm``: the norm's value awaits a legal officer."""

    outcome: str
    reason: Bilingual
    to_do: Bilingual = _NOTHING
    condition: Bilingual = _NOTHING
    until: date | None = None
    needed: bool = True
    to_confirm: bool = False

    def as_json(self) -> dict[str, Any]:
        return {
            "outcome": self.outcome,
            "reason": self.reason.as_json(),
            "reference": REFERENCE,
            "to_do": self.to_do.as_json(),
            "condition": self.condition.as_json(),
            "until": self.until.isoformat() if self.until else None,
            "needed": self.needed,
            "to_confirm": self.to_confirm,
        }


def judge(*, whole: Decimal, paper: Antimafia | None, on: date, granting: bool = False) -> Answer:
    """What the law says on a day of a benefit of ``whole`` euro in all, from the last information of its beneficiary. ``granting`` is the
    award; otherwise a payment of it."""
    threshold = Decimal(_value("antimafia.threshold", on)[0])
    it, en = format_euro(whole), format_euro(whole, "en")
    if whole <= threshold:
        return Answer(
            YES,
            Bilingual(
                f"non serve: l’intero beneficio è {it}, non oltre {format_euro(threshold)}",
                f"not needed: the whole benefit is {en}, not over {format_euro(threshold, 'en')}",
            ),
            needed=False,
        )
    ask = Bilingual("chiedi l’informazione alla BDNA", "ask the BDNA for the information")
    if paper is None:
        over = Bilingual(
            f"l’intero beneficio è {it}, oltre {format_euro(threshold)}",
            f"the whole benefit is {en}, over {format_euro(threshold, 'en')}",
        )
        return Answer(UNKNOWN, over, ask)
    if paper.clear is False:
        ending = Bilingual("avvia la revoca", "begin the revocation")
        if granting:
            ending = Bilingual(
                "non si concede: togli l’impresa dall’atto", "no award: take the enterprise out of the act"
            )
        return Answer(
            NO,
            Bilingual(f"informazione interdittiva n. {paper.number}", f"barring information no. {paper.number}"),
            ending,
        )
    if paper.released_on is not None and paper.clear:
        return _released(paper, paper.released_on, on, ask)
    return _waited(paper, on, granting)


def _released(paper: Antimafia, released_on: date, on: date, ask: Bilingual) -> Answer:
    months, doubt = _value("antimafia.information.months", on)
    until = paper.valid_until or released_on + relativedelta(months=int(months))
    if until < on:
        it, en = _day(until)
        over = Bilingual(
            f"l’informazione n. {paper.number} è scaduta il {it}", f"information no. {paper.number} was over on {en}"
        )
        return Answer(UNKNOWN, over, ask, to_confirm=doubt)
    return Answer(
        YES,
        Bilingual(f"informazione liberatoria n. {paper.number}", f"clear information no. {paper.number}"),
        until=until,
        to_confirm=doubt and paper.valid_until is None,
    )


def _waited(paper: Antimafia, on: date, granting: bool) -> Answer:
    """Asked and not answered: after its days, or at once in urgency, one goes on under a resolutive condition."""
    days, doubt = _value("antimafia.wait.days", on)
    last = paper.asked_on + timedelta(days=int(days))
    (asked_it, asked_en), (last_it, last_en) = _day(paper.asked_on), _day(last)
    does_it, does_en = ("concede", "awarded") if granting else ("paga", "paid")
    if on > last or paper.urgent:
        back = Bilingual(
            "un’informazione interdittiva obbliga a restituire", "barring information obliges to give it back"
        )
        if granting:
            back = Bilingual("un’informazione interdittiva la fa revocare", "barring information has it revoked")
        told = Bilingual(
            f"chiesta il {asked_it} (n. {paper.number}), senza risposta entro il {last_it}",
            f"asked on {asked_en} (no. {paper.number}), not answered by {last_en}",
        )
        if on <= last:
            told = Bilingual(
                f"chiesta il {asked_it} (n. {paper.number}); si procede subito per urgenza: {paper.urgent}",
                f"asked on {asked_en} (no. {paper.number}); gone on with at once, for urgency: {paper.urgent}",
            )
        return Answer(
            YES,
            told,
            condition=Bilingual(
                f"si {does_it} sotto condizione risolutiva: {back.it}",
                f"{does_en} under a resolutive condition: {back.en}",
            ),
            to_confirm=doubt,
        )
    return Answer(
        UNKNOWN,
        Bilingual(f"chiesta il {asked_it} (n. {paper.number})", f"asked on {asked_en} (no. {paper.number})"),
        Bilingual(
            f"aspetta la risposta fino al {last_it}; dopo si {does_it} sotto condizione risolutiva",
            f"wait for the answer until {last_en}; after that it is {does_en} under a resolutive condition",
        ),
        to_confirm=doubt,
    )


def _value(name: str, on: date) -> tuple[Any, bool]:
    """A value of the law on a day, and whether it awaits a legal officer."""
    found = parameters.value(name, on=on)
    return found.value, found.confidence == "to_confirm"


def _day(day: date) -> tuple[str, str]:
    return f"{day:%d/%m/%Y}", f"{day.day} {day:%b %Y}"
