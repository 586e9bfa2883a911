"""The frame: what is missing, acts and money, regime and norms, the public calendar, the click day."""

from collections.abc import Iterator
from decimal import Decimal

from levante.calls.checker.finding import Finding, View, error, warning, warning_of
from levante.calls.schema import FixedMoney, ItemsMoney, LumpSumMoney
from levante.kernel.pure import format_euro
from levante.law import parameters
from levante.letters.api import check_own

#: Kinds of funds of the Union, as the programme calls them.
EUROPEAN = ("erdf",)
_MISSING = {
    "summary": ("il riassunto per il pubblico", "the summary for the public"),
    "who": ("chi può partecipare, in una frase", "who may take part, in a sentence"),
    "what": ("che cosa si finanzia, in una frase", "what is paid for, in a sentence"),
    "money": ("quanto si dà e come si calcola", "how much is given and how it is reckoned"),
    "form": ("il modulo di domanda", "the application form"),
    "act": ("l’atto che approva il bando", "the act that approves the call"),
    "openings": ("almeno una finestra con la sua dotazione", "at least one opening with its budget"),
}


def check(view: View) -> Iterator[Finding]:
    entry = view.entry
    for name, (it, en) in _MISSING.items():
        if not getattr(entry, name):
            yield error(name, f"manca {it}.", f"{en} is missing.")
    if not entry.checklists.formal:
        yield error("checklists.formal", "la verifica formale non ha voci.", "the formal check has no items.")
    yield from _lines(view)
    yield from _regime(view)
    yield from _norms(view)
    if entry.planned is not None and entry.openings and entry.planned.opens_on > view.opens_on:
        yield warning(
            "planned.opens_on",
            f"il calendario dice dopo: la prima finestra apre il {view.opens_on:%d/%m/%Y}.",
            f"the calendar says later: the first opening is on {view.opens_on:%d/%m/%Y}.",
            "Reg. (UE) 2021/1060, art. 49(2)",
        )
    yield from _calendar(view)
    yield from _simplified(view)
    yield from _letters(view)


#: What the calendar of planned calls says of each beside when it opens and for whom (art. 49(2)(a)-(e) CPR).
_ANNOUNCED = {
    "closes_on": ("quando chiude", "when it closes"),
    "amount": ("la dotazione", "the total amount of support"),
    "area": ("l’area geografica", "the geographical area"),
    "objective": ("l’obiettivo", "the objective"),
}


def _calendar(view: View) -> Iterator[Finding]:
    """What the public calendar would leave empty."""
    planned = view.entry.planned
    if planned is not None and planned.opens_on < view.on and view.entry.state in {"draft", "approved"}:
        yield warning(
            "planned.opens_on",
            "il calendario dei bandi annuncia un giorno già passato.",
            "the calendar of calls announces a day that is past.",
            "Reg. (UE) 2021/1060, art. 49(2)",
        )
    for name, (it, en) in _ANNOUNCED.items() if planned is not None else ():
        if getattr(planned, name) is None:
            yield warning(
                f"planned.{name}",
                f"nel calendario dei bandi manca {it}.",
                f"the calendar of calls lacks {en}.",
                "Reg. (UE) 2021/1060, art. 49(2)",
            )


def _lines(view: View) -> Iterator[Finding]:
    lines = view.entry.budget_lines
    if lines and view.entry.act is None:
        yield error("budget_lines", "la spesa ha bisogno dell’atto del bando.", "the money needs the act of the call.")
    if not lines:
        yield warning(
            "budget_lines",
            "nessuna linea di bilancio: andrà scelta a ogni atto di concessione.",
            "no budget line: it will have to be chosen at every award act.",
        )
    held = view.around.allocated
    if lines and view.entry.openings and all(item.line in held for item in lines):
        total, openings = sum((held[item.line] for item in lines), Decimal("0.00")), view.entry.money_of_openings
        if openings > total:
            yield warning(
                "budget_lines",
                f"le finestre danno {format_euro(openings)}, nel programma le linee hanno {format_euro(total)}.",
                f"the openings give {format_euro(openings, 'en')}, in the programme the lines have {format_euro(total, 'en')}.",
            )
    if not lines or any(item.amount is None for item in lines) or not view.entry.openings:
        return
    total = sum((item.amount for item in lines if item.amount is not None), Decimal("0.00"))
    openings = view.entry.money_of_openings
    if total < openings:
        yield error(
            "budget_lines",
            f"le finestre danno {format_euro(openings)}, le linee solo {format_euro(total)}.",
            f"the openings give {format_euro(openings, 'en')}, the lines only {format_euro(total, 'en')}.",
        )
    elif total > openings:
        yield warning(
            "budget_lines",
            f"le linee hanno {format_euro(total)}, le finestre ne danno {format_euro(openings)}.",
            f"the lines have {format_euro(total, 'en')}, the openings give {format_euro(openings, 'en')}.",
        )


def _regime(view: View) -> Iterator[Finding]:
    entry = view.entry
    name = next((one for one in ("de_minimis", "gber") if entry.regime.startswith(one)), None)
    if entry.trim_to_headroom and name != "de_minimis":
        yield error(
            "trim_to_headroom",
            "solo un aiuto de minimis ha un disponibile a cui ridursi.",
            "only de minimis aid has a headroom to be reduced to.",
            "Reg. (UE) 2023/2831, art. 3(2)",
        )
    if name is None:
        return
    for number, opening in enumerate(entry.openings):
        days = [("opens_at", opening.opens_at), ("closes_at", opening.closes_at)]
        for where, instant in days:
            if instant is None:
                continue
            try:
                parameters.value(f"regime.{name}", on=instant.date())
            except parameters.Missing:
                last = max((row.valid_to for row in parameters.history(f"regime.{name}") if row.valid_to), default=None)
                if last is None or instant.date() < last:
                    continue
                yield warning_of(
                    f"openings.{number}.{where}",
                    f"il regime «{entry.regime}» vale fino al {last:%d/%m/%Y}.",
                    f"regime “{entry.regime}” is in force until {last:%d/%m/%Y}.",
                    parameters.history(f"regime.{name}")[-1],
                )
                break


def _norms(view: View) -> Iterator[Finding]:
    for number, norm in enumerate(view.entry.legal_basis):
        if norm.until is not None and norm.until < view.opens_on:
            yield warning(
                f"legal_basis.{number}.until",
                f"la norma non è più in vigore il {view.opens_on:%d/%m/%Y}, quando il bando apre.",
                f"the norm is no longer in force on {view.opens_on:%d/%m/%Y}, when the call opens.",
            )
        if norm.on is not None and norm.on > view.opens_on:
            yield warning(
                f"legal_basis.{number}.on", "è successiva all’apertura del bando.", "comes after the call opens."
            )
    if not view.entry.legal_basis:
        yield warning("legal_basis", "nessuna norma di riferimento.", "no norm to stand on.")
    if view.rule.sealed:
        try:
            doubt = parameters.value("incentives.click_day", on=view.opens_on)
        except parameters.Missing:
            return
        yield warning_of("procedure", f"click day: {doubt.value['it']}.", f"click day: {doubt.value['en']}.", doubt)


def _simplified(view: View) -> Iterator[Finding]:
    """Small operations paid by a fund of the Union with de minimis aid use simplified costs."""
    money = view.entry.money
    if view.around.fund_kind not in EUROPEAN or money is None or not view.entry.regime.startswith("de_minimis"):
        return
    try:
        threshold = parameters.value("cpr.simplified_costs.threshold", on=view.opens_on)
    except parameters.Missing:
        return
    if isinstance(money, (FixedMoney, LumpSumMoney)):
        return
    if isinstance(money, ItemsMoney) and all(item.basis.kind != "real" for item in money.items):
        return
    limit = format_euro(threshold.value), format_euro(threshold.value, "en")
    yield warning_of(
        "money",
        f"con un fondo europeo e aiuti de minimis le operazioni fino a {limit[0]} usano costi semplificati: qui si usano costi reali.",
        f"with a fund of the Union and de minimis aid, operations up to {limit[1]} use simplified costs: real costs are used here.",
        threshold,
    )


def _letters(view: View) -> Iterator[Finding]:
    """What the house of letters says of the texts of this call."""
    own = view.entry.templates.model_dump(mode="json", exclude_none=True)["letters"]
    for kind in own:
        for said in check_own({kind: own[kind]}):
            it, en = (text.removeprefix(f"{kind}: ") for text in (said.it, said.en))
            yield error(f"templates.letters.{kind}", it, en)
