"""Who may apply: each requirement of a call with its answer, yes, no or not known, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from levante.calls import conditions
from levante.kernel.pure import Bilingual

YES, NO, UNKNOWN = "yes", "no", "unknown"

OUTCOMES = {
    YES: Bilingual("Sì", "Yes"),
    NO: Bilingual("No", "No"),
    UNKNOWN: Bilingual("Da verificare", "To be checked"),
}


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement with its outcome. ``known_from`` is ``file`` (the enterprise's data), ``application`` (its answers in
    the form), ``answer`` (to the question of the self-check) or empty."""

    code: str
    outcome: str
    text: Bilingual
    reason: Bilingual
    question: Bilingual | None
    reference: str
    known_from: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """All the requirements of a call and what they come to: no when one is no, unknown when one is not known."""

    requirements: tuple[Requirement, ...]

    @property
    def outcome(self) -> str:
        found = {item.outcome for item in self.requirements}
        return NO if NO in found else UNKNOWN if UNKNOWN in found else YES

    @property
    def label(self) -> Bilingual:
        return OUTCOMES[self.outcome]

    @property
    def open_questions(self) -> list[Requirement]:
        return [item for item in self.requirements if item.outcome == UNKNOWN]

    @property
    def obstacles(self) -> list[Requirement]:
        return [item for item in self.requirements if item.outcome == NO]


def check_rules(
    rules: Sequence[Mapping[str, Any]],
    *,
    facts: Mapping[str, Any],
    said: Mapping[str, str] | None = None,
    answers: Mapping[str, Any] | None = None,
    lists: Mapping[str, Any] | None = None,
) -> Check:
    """Judge the rules on the enterprise's ``facts`` and on the ``answers`` of the form (as expressions see them,
    ``Reading.variables``); what they do not settle, on what was ``said`` in the self-check (code -> yes or no)."""
    variables = conditions.context_of(answers or {}, facts, lists)
    found = []
    for rule in rules:
        outcome, known_from = UNKNOWN, ""
        if rule.get("expression"):
            holds = conditions.holds(rule["expression"], variables)
            if holds is not None:
                outcome = YES if holds else NO
                known_from = "application" if "answers" in conditions.roots_of(rule["expression"]) else "file"
        ask = rule.get("ask")
        answer = (said or {}).get(rule["code"])
        if outcome == UNKNOWN and ask and answer in {YES, NO}:
            outcome, known_from = (YES if answer == ask["met_by"] else NO), "answer"
        found.append(_requirement(rule, outcome, known_from, ask))
    return Check(tuple(found))


_FROM = {
    "file": Bilingual("risulta dai dati della tua impresa", "your enterprise's data say so"),
    "application": Bilingual("risulta dalle risposte della domanda", "the answers of the application say so"),
    "answer": Bilingual("secondo la tua risposta", "according to your answer"),
}


def _requirement(rule: Mapping[str, Any], outcome: str, known_from: str, ask: Any) -> Requirement:
    text = Bilingual(rule["it"], rule["en"])
    if outcome == UNKNOWN:
        reason = Bilingual("i dati che abbiamo non bastano per dirlo", "the data we hold do not tell")
    else:
        reason = _FROM[known_from]
    if outcome == NO and rule.get("when_no"):
        reason = Bilingual(rule["when_no"]["it"], rule["when_no"]["en"])
    return Requirement(
        code=rule["code"],
        outcome=outcome,
        text=text,
        reason=reason,
        question=Bilingual(ask["it"], ask["en"]) if ask else None,
        reference=rule.get("reference", ""),
        known_from=known_from,
    )
