"""Whether an invoice bears the CUP of its project as the law wants, is exempt, can be mended, or is not eligible.

D.L. 13/2023 art. 5(6)-(7), as changed by L. 213/2023 art. 1(479). That the duty is there is judged on the day of the invoice; exemptions
and remedies on the day of the control. The reasons, in prose, with worked cases: docs/algorithms/cup-on-invoices.md.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from levante.kernel.pure import Bilingual, Decision, Step, step, steps_as_json
from levante.law import parameters
from levante.law.codes import check_cup
from levante.law.doors import BadCase, Reader
from levante.law.wording import day_text

__all__ = ["CupResult", "InvoiceFacts", "Remedy", "cup_rule", "door"]

Outcome = Literal["has_cup", "exempt", "mendable", "not_eligible"]
Ground = Literal[
    "cup", "integrated", "before_duty", "before_application", "foreign_supplier", "before_assignment", "none"
]

#: Letters and digits of an identifier: fewer are found in any text.
SHORTEST_IDENTIFIER = 5


@dataclass(frozen=True, slots=True)
class InvoiceFacts:
    """What the rule asks of an invoice: its day, who sold, the CUPs on it (wherever they stand) and its free texts.

    ``integrated`` are the CUPs that came later, by an integration of the invoice or by the Revenue Agency's service.
    ``lines_with_cup`` are the lines the CUP is given for, by its code; none is the whole invoice.
    """

    dated: date
    established_in_italy: bool
    cups: tuple[str, ...] = ()
    integrated: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    electronic: bool = True
    lines_with_cup: dict[str, tuple[int, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Remedy:
    """A way in which the invoice can still be mended on the day of the control; ``until`` its last day, where it has one."""

    code: str
    text: Bilingual
    reference: str
    until: date | None = None

    def as_json(self) -> dict[str, str]:
        last = {} if self.until is None else {"until": self.until.isoformat()}
        words = {"message": self.text.it, "message_en": self.text.en}
        return {"code": self.code, **words, "reference": self.reference, **last}


@dataclass(frozen=True, slots=True)
class CupResult:
    """The outcome, on which ground, what is missing for a better one, and the lines that explain it.

    ``decision`` is yes for an invoice that has the CUP or is exempt.
    """

    outcome: Outcome
    ground: Ground
    decision: Decision
    missing: tuple[Bilingual, ...]
    remedies: tuple[Remedy, ...]
    steps: tuple[Step, ...]
    #: The lines that bear the CUP, where it is not given for the whole invoice.
    lines: tuple[int, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "outcome": self.outcome,
            "ground": self.ground,
            "allowed": bool(self.decision),
            "reason": self.decision.reason.it,
            "reason_en": self.decision.reason.en,
            "missing": [{"message": one.it, "message_en": one.en} for one in self.missing],
            "remedies": [one.as_json() for one in self.remedies],
            "steps": steps_as_json(self.steps),
        }


def cup_rule(
    invoice: InvoiceFacts,
    *,
    cup: str,
    assigned_on: date | None,
    other_identifiers: Sequence[str] = (),
    call_admits_earlier_spending: bool,
    on: date,
    receipts: Sequence[str] = (),
    applied_on: date | None = None,
    mend_until: date | None = None,
) -> CupResult:
    """The outcome for an invoice of the project ``cup``, judged on the day ``on``.

    ``assigned_on`` is the day the CUP was given (``None``: not yet); ``other_identifiers`` are those the administration fixed for
    spending before it; ``receipts`` the texts of the receipts of payment; ``applied_on`` the day the incentive was asked for;
    ``mend_until`` the last day on which the call lets documents be mended. ``ValueError`` for a CUP that is none and for an
    identifier too short to be told from other words.
    """
    checked = check_cup(cup)
    if not checked:
        raise ValueError(checked.reason.en)
    judge = _Judge(invoice, checked.normalised, on)
    found = (
        judge.by_cup()
        or judge.by_duty(applied_on)
        or judge.by_supplier()
        or judge.by_time(
            assigned_on, [*other_identifiers, cup], other_identifiers, call_admits_earlier_spending, receipts
        )
    )
    return found or judge.by_remedies(mend_until)


class _Judge:
    """One judgement: each question adds its lines, and answers when it settles the outcome."""

    def __init__(self, invoice: InvoiceFacts, cup: str, on: date) -> None:
        self.invoice, self.cup, self.on = invoice, cup, on
        self.steps: list[Step] = []
        self.missing: list[Bilingual] = []
        duty = parameters.history("cup.on_invoices")
        self.duty = next((one for one in duty if one.holds_on(invoice.dated)), duty[0])
        parameters.note_use(self.duty)

    def by_cup(self) -> CupResult | None:
        code, borne, added = (
            self.cup,
            *(tuple(map(_normalised, some)) for some in (self.invoice.cups, self.invoice.integrated)),
        )
        if code in borne:
            self._say(f"La fattura riporta il CUP {code}", f"The invoice bears the CUP {code}", code)
            lines = self.invoice.lines_with_cup.get(code, ())
            if lines:
                listed = ", ".join(map(str, lines))
                self._say(
                    f"Il CUP è indicato per le righe {listed}: le altre non lo riportano",
                    f"The CUP is given for lines {listed}: the others do not bear it", listed,
                )  # fmt: skip
            it, en = f"la fattura riporta il CUP {code}", f"the invoice bears the CUP {code}"
            return self._yes("has_cup", "cup", it, en, lines)
        if code in added:
            self._say(
                f"La fattura è stata integrata con il CUP {code}",
                f"The CUP {code} was added to the invoice later",
                code,
            )
            return self._yes(
                "has_cup", "integrated", f"la fattura è stata integrata con il CUP {code}",
                f"the CUP {code} was added to the invoice",
            )  # fmt: skip
        if others := sorted({*borne, *added}):
            listed = ", ".join(others)
            self._say(
                f"La fattura riporta un altro CUP ({listed}), non {code}",
                f"The invoice bears another CUP ({listed}), not {code}", listed,
            )  # fmt: skip
        else:
            self._say("La fattura non riporta alcun CUP", "The invoice bears no CUP", self.invoice.dated)
        return None

    def by_duty(self, applied_on: date | None) -> CupResult | None:
        day = day_text(self.duty.valid_from)
        if not self.duty.holds_on(self.invoice.dated):
            it = f"la fattura è anteriore al {day.it}, da quando il CUP è obbligatorio"
            en = f"the invoice is older than {day.en}, since when the CUP is compulsory"
            return self._exempt("before_duty", it, en, self.duty.reference, self.invoice.dated)
        since = parameters.history("cup.applications_from")[0]
        if applied_on is not None and applied_on < since.value:
            parameters.note_use(since)
            first = day_text(since.value)
            it = f"l'incentivo è stato chiesto prima del {first.it}, da quando vale l'obbligo"
            en = f"the incentive was asked for before {first.en}, since when the duty holds"
            return self._exempt("before_application", it, en, since.reference, applied_on)
        return None

    def by_supplier(self) -> CupResult | None:
        rule = self._in_force("cup.exempt.foreign_supplier")
        if self.invoice.established_in_italy or rule is None:
            return None
        it, en = "chi ha venduto non è stabilito in Italia", "the supplier is not established in Italy"
        return self._exempt("foreign_supplier", it, en, rule.reference, self.on)

    def by_time(
        self,
        assigned_on: date | None,
        known: Sequence[str],
        fixed: Sequence[str],
        admitted: bool,
        receipts: Sequence[str],
    ) -> CupResult | None:
        patterns = [_pattern(one) for one in known]
        if assigned_on is not None and self.invoice.dated >= assigned_on:
            given = day_text(assigned_on)
            self._say(
                f"Alla data della fattura il CUP era stato assegnato ({given.it})",
                f"On the day of the invoice the CUP had been given ({given.en})", assigned_on,
            )  # fmt: skip
            return None
        rule = self._in_force("cup.exempt.before_assignment")
        if rule is None:
            return None
        if not admitted:
            it = "La fattura precede l'assegnazione del CUP, e il bando non ammette spese anteriori"
            self.steps.append(
                step(it, "The invoice is older than the CUP, and the call admits no earlier spending", rule.reference)
            )
            return None
        it, en = (
            "La fattura precede l'assegnazione del CUP, e il bando ammette spese anteriori",
            "The invoice is older than the CUP, and the call admits earlier spending",
        )
        self.steps.append(step(it, en, rule.reference, self.invoice.dated))
        if not fixed:
            self._miss(
                "l'amministrazione non ha fissato un identificativo per le spese anteriori al CUP",
                "the administration fixed no identifier for spending before the CUP", rule.reference,
            )  # fmt: skip
        if not _holds(self.invoice.texts, patterns):
            self._miss("l'identificativo sulla fattura", "the identifier on the invoice", rule.reference)
        without = [place for place, text in enumerate(receipts, start=1) if not _holds([text], patterns)]
        if not receipts:
            self._miss(
                "le quietanze di pagamento con l'identificativo",
                "the receipts of payment with the identifier",
                rule.reference,
            )
        elif without:
            listed = ", ".join(map(str, without))
            self._miss(
                f"l'identificativo nelle quietanze di pagamento (manca nella {listed})",
                f"the identifier in the receipts of payment (not in {listed})", rule.reference,
            )  # fmt: skip
        if self.missing:
            return None
        it = "la fattura precede l'assegnazione del CUP, e l'identificativo dell'amministrazione è nella fattura e nelle quietanze"
        en = "the invoice is older than the CUP, and the administration's identifier is on the invoice and on the receipts"
        return self._exempt("before_assignment", it, en, rule.reference, self.invoice.dated)

    def by_remedies(self, until: date | None) -> CupResult:
        if until is not None and self.on > until:
            last = day_text(until)
            it, en = f"il termine per integrarla è scaduto il {last.it}", f"the term to mend it ended on {last.en}"
            self._say(
                f"Il termine per integrarla è scaduto il {last.it}", f"The term to mend it ended on {last.en}", until
            )
            return self._no("not_eligible", (), f"manca il CUP, e {it}", f"the CUP is missing, and {en}")
        rule = self._in_force("cup.remedies")
        found = tuple(
            Remedy(one["code"], Bilingual(one["it"], one["en"]), one["reference"], self._last_day(one, until))
            for one in (rule.value if rule else ())
            if self._open(one)
        )
        if not found:
            it, en = "non c'è modo di integrarla", "there is no way to mend it"
            self._say("Non c'è modo di integrare la fattura", "There is no way to mend the invoice", self.on)
            return self._no("not_eligible", (), f"manca il CUP, e {it}", f"the CUP is missing, and {en}")
        for remedy in found:
            text = remedy.text
            self.steps.append(step(f"Si può rimediare: {text.it}", f"It can be mended: {text.en}", remedy.reference))
        return self._no(
            "mendable", found, "manca il CUP: la spesa non si ammette finché la fattura non è integrata",
            "the CUP is missing: the spending is not admitted until the invoice is mended",
        )  # fmt: skip

    def _open(self, remedy: dict[str, Any]) -> bool:
        if remedy.get("electronic") and not self.invoice.electronic:
            return False
        last = self._last_day(remedy, None)
        return last is None or self.on <= last

    def _last_day(self, remedy: dict[str, Any], until: date | None) -> date | None:
        """The earlier of the call's last day and of the remedy's own."""
        years = remedy.get("years")
        days = [until] if until is not None else []
        if years is not None and self.invoice.dated.year + years <= date.max.year:  # beyond the calendar nothing ends
            days.append(parameters.add_years(self.invoice.dated, years))
        return min(days) if days else None

    # -- the answer

    def _in_force(self, name: str) -> parameters.Parameter | None:
        try:
            return parameters.value(name, on=self.on)
        except parameters.Missing:
            return None

    def _say(self, it: str, en: str, value: object) -> None:
        self.steps.append(step(it, en, self.duty.reference, value))

    def _miss(self, it: str, en: str, reference: str) -> None:
        self.missing.append(Bilingual(it, en))
        self.steps.append(step(f"Manca: {it}", f"Missing: {en}", reference))

    def _exempt(self, ground: Ground, it: str, en: str, reference: str, value: object) -> CupResult:
        self.steps.append(step(f"Esente: {it}", f"Exempt: {en}", reference, value))
        return self._yes("exempt", ground, it, en)

    def _yes(self, outcome: Outcome, ground: Ground, it: str, en: str, lines: tuple[int, ...] = ()) -> CupResult:
        return CupResult(outcome, ground, Decision(True, Bilingual(it, en)), (), (), tuple(self.steps), lines)

    def _no(self, outcome: Outcome, remedies: tuple[Remedy, ...], it: str, en: str) -> CupResult:
        return CupResult(outcome, "none", Decision.no(it, en), tuple(self.missing), remedies, tuple(self.steps))


def _normalised(code: str) -> str:
    """The CUP as registers write it; what is none stays as it is, and is no project's."""
    return check_cup(code).normalised or code.strip().upper()


def _pattern(identifier: str) -> re.Pattern[str]:
    """The identifier as a whole word, its separators written in any way or not at all."""
    runs = [run for run in re.split(r"[^0-9A-Za-z]+", identifier) if run]
    if sum(map(len, runs)) < SHORTEST_IDENTIFIER:
        raise ValueError(f"an identifier has at least {SHORTEST_IDENTIFIER} letters or digits: {identifier!r}")
    joined = r"[^0-9A-Za-z]{0,3}".join(runs)
    return re.compile(rf"(?<![0-9A-Za-z]){joined}(?![0-9A-Za-z])", re.IGNORECASE)


def _holds(texts: Iterable[str], patterns: Sequence[re.Pattern[str]]) -> bool:
    return any(pattern.search(text) for text in texts for pattern in patterns)


# -- the door


def door(case: Reader) -> dict[str, Any]:
    """``{invoice{date, established_in_italy, cups?, integrated?, texts?, electronic?}, cup, assigned_on?, call_admits_earlier_spending,
    other_identifiers?, receipts?, applied_on?, mend_until?, on}`` → ``{outcome, ground, allowed, reason, missing, remedies, steps}``."""
    told = case.object("invoice")
    electronic = told.optional_boolean("electronic")
    facts = InvoiceFacts(
        told.date("date"), told.boolean("established_in_italy"), tuple(told.texts("cups")), tuple(told.texts("integrated")),
        tuple(told.texts("texts")), True if electronic is None else electronic,
    )  # fmt: skip
    cup = case.text("cup")
    if not (checked := check_cup(cup)):
        raise case.bad("cup", checked.reason.it, checked.reason.en)
    identifiers = case.texts("other_identifiers")
    for place, identifier in enumerate(identifiers):
        if len(re.sub(r"[^0-9A-Za-z]", "", identifier)) < SHORTEST_IDENTIFIER:
            raise BadCase(
                f"{case.at('other_identifiers')}[{place}]",
                f"deve avere almeno {SHORTEST_IDENTIFIER} lettere o cifre",
                f"must have at least {SHORTEST_IDENTIFIER} letters or digits",
            )
    result = cup_rule(
        facts,
        cup=cup,
        assigned_on=case.optional_date("assigned_on"),
        other_identifiers=identifiers,
        call_admits_earlier_spending=case.boolean("call_admits_earlier_spending"),
        on=case.date("on"),
        receipts=case.texts("receipts"),
        applied_on=case.optional_date("applied_on"),
        mend_until=case.optional_date("mend_until"),
    )
    case.end()
    return result.as_json()
