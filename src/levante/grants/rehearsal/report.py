"""What a rehearsal tells: plain values, nothing of the database, which is as it was before."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from levante.calls.api import Finding
from levante.kernel.pure import Bilingual, money_text

#: The stages of a rehearsal, in their order.
STAGES: dict[str, Bilingual] = {
    "check": Bilingual("Controllo del bando", "Check of the call"),
    "publish": Bilingual("Pubblicazione", "Publication"),
    "apply": Bilingual("Compilazione e invio delle domande", "Filling in and sending applications"),
    "examine": Bilingual("Verifica formale", "Formal check"),
    "evaluate": Bilingual("Valutazione", "Evaluation"),
    "rank": Bilingual("Graduatoria", "Ranking"),
    "award": Bilingual("Atto di concessione", "Award act"),
}

#: How a test application ended.
OUTCOMES: dict[str, Bilingual] = {
    "not_sent": Bilingual("non inviata", "not sent"),
    "withdrawn": Bilingual("ritirata", "withdrawn"),
    "rejected": Bilingual("respinta", "rejected"),
    "void": Bilingual("non conta", "does not count"),
    "below": Bilingual("sotto il punteggio minimo", "below the threshold"),
    "not_funded": Bilingual("in coda, risorse esaurite", "in the queue, the money being over"),
    "refused_act": Bilingual("ferma prima dell’atto", "stopped before the act"),
    "partial": Bilingual("finanziata in parte", "partly funded"),
    "funded": Bilingual("finanziata", "funded"),
    "unfinished": Bilingual("non arrivata in fondo", "did not come to an end"),
}


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage that was walked, or at which the rehearsal stopped: then ``ok`` is false and the last note says why."""

    code: str
    ok: bool
    notes: tuple[Bilingual, ...] = ()

    @property
    def title(self) -> Bilingual:
        return STAGES[self.code]


@dataclass(frozen=True, slots=True)
class FirmShare:
    """What an act would award to a firm: one alone, or each of a group."""

    firm: str
    amount: Decimal


@dataclass(slots=True)
class Rehearsed:
    """A test application: what it was made to try, and what became of it."""

    number: int
    firm: str
    tries: Bilingual
    register_number: str = ""
    requested: Decimal | None = None
    score: Decimal | None = None
    position: int | None = None
    reserve: str = ""
    outcome: str = "unfinished"
    amount: Decimal = Decimal("0.00")
    shares: tuple[FirmShare, ...] = ()
    told: list[Bilingual] = field(default_factory=list)

    @property
    def outcome_label(self) -> Bilingual:
        return OUTCOMES[self.outcome]


@dataclass(frozen=True, slots=True)
class RehearsedLetter:
    """A letter that would leave: its kind, to whom, its words (the English ones are empty where it has none)."""

    kind: str
    to: str
    at: datetime
    subject: Bilingual
    body: Bilingual


@dataclass(frozen=True, slots=True)
class RehearsedAct:
    """An act that would be drafted: the data of its text (as ``grants.act_text``), its total, its awards."""

    title: str
    total: Decimal
    line: str
    shares: tuple[FirmShare, ...]
    data: dict[str, Any]


@dataclass(slots=True)
class Rehearsal:
    """The report of a rehearsal. ``share`` is the part of the opening's money it was done with; ``stopped`` why it did not
    come to the end, nothing when it did."""

    call: str
    title: Bilingual
    procedure: Bilingual
    seed: int
    on: date
    opening: str
    budget: Decimal
    share: Decimal
    left: Decimal
    findings: tuple[Finding, ...] = ()
    stages: list[Stage] = field(default_factory=list)
    applications: list[Rehearsed] = field(default_factory=list)
    letters: list[RehearsedLetter] = field(default_factory=list)
    notices: int = 0
    acts: list[RehearsedAct] = field(default_factory=list)
    assumed: list[Bilingual] = field(default_factory=list)
    stopped: Bilingual | None = None

    @property
    def reached_the_end(self) -> bool:
        return self.stopped is None

    def by_outcome(self, *outcomes: str) -> list[Rehearsed]:
        """The applications that ended so, in order of number."""
        return [one for one in self.applications if one.outcome in outcomes]

    @property
    def awarded(self) -> Decimal:
        return sum((act.total for act in self.acts), Decimal("0.00"))

    def as_json(self) -> dict[str, Any]:
        """The report as plain JSON, amounts as text."""
        return {
            "call": self.call, "title": self.title.as_json(), "procedure": self.procedure.as_json(), "seed": self.seed,
            "on": self.on.isoformat(), "opening": self.opening, "budget": money_text(self.budget),
            "share": str(self.share), "left": money_text(self.left),
            "stopped": self.stopped.as_json() if self.stopped else None,
            "assumed": [one.as_json() for one in self.assumed],
            "findings": [
                {"level": one.level, "path": one.path, "text": one.text.as_json(), "reference": one.reference}
                for one in self.findings
            ],
            "stages": [
                {"code": one.code, "ok": one.ok, "notes": [item.as_json() for item in one.notes]} for one in self.stages
            ],
            "applications": [_application(one) for one in self.applications],
            "letters": [
                {"kind": one.kind, "to": one.to, "at": one.at.isoformat(), "subject": one.subject.as_json(),
                 "body": one.body.as_json()}
                for one in self.letters
            ],
            "notices": self.notices,
            "acts": [
                {"title": one.title, "total": money_text(one.total), "line": one.line, "shares": _shares(one.shares),
                 "text": {key: one.data.get(key) for key in ("recitals", "provisions", "remedies")}}
                for one in self.acts
            ],
        }  # fmt: skip


def _application(one: Rehearsed) -> dict[str, Any]:
    return {
        "number": one.number, "firm": one.firm, "tries": one.tries.as_json(), "register_number": one.register_number,
        "requested": money_text(one.requested) if one.requested is not None else None,
        "score": str(one.score) if one.score is not None else None, "position": one.position, "reserve": one.reserve,
        "outcome": one.outcome, "amount": money_text(one.amount), "shares": _shares(one.shares),
        "told": [item.as_json() for item in one.told],
    }  # fmt: skip


def _shares(shares: tuple[FirmShare, ...]) -> list[dict[str, str]]:
    return [{"firm": one.firm, "amount": money_text(one.amount)} for one in shares]
