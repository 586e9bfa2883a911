"""Openings: their windows, the money of their lines and reserves, the seed of a draw, the committee."""

from collections.abc import Iterator
from decimal import ROUND_DOWN, Decimal

from levante.calls.checker.finding import Finding, View, error, warning
from levante.calls.schema import OpeningEntry, ReserveEntry
from levante.kernel.pure import CENT, format_euro

CHOOSERS = frozenset({"choice", "computed", "yes_no", "country"})


def check(view: View) -> Iterator[Finding]:
    for number, opening in enumerate(view.entry.openings):
        path = f"openings.{number}"
        yield from _window(view, opening, path)
        yield from _lines(view, opening, path)
        yield from _reserves(opening, path)
        yield from _draw(view, opening, path)
        if any(item.kind != "automatic" for item in view.entry.criteria) and not opening.committee:
            yield warning(
                f"{path}.committee",
                "nessuna commissione per i criteri dei valutatori.",
                "no committee for the criteria of evaluators.",
            )
        if opening.committee and not any(seat.role == "president" for seat in opening.committee):
            yield warning(
                f"{path}.committee", "la commissione non ha un presidente.", "the committee has no president."
            )


def _window(view: View, opening: OpeningEntry, path: str) -> Iterator[Finding]:
    entry = view.entry
    if entry.published_at is not None and opening.opens_at < entry.published_at and not opening.demonstration:
        yield error(f"{path}.opens_at", "viene prima della pubblicazione.", "comes before publication.")
    if view.rule.needs_closing and opening.closes_at is None:
        yield error(
            f"{path}.closes_at",
            f"manca: un bando {view.rule.label.it} ha una chiusura.",
            f"is missing: “{view.rule.label.en}” has a closing.",
        )
    if opening.limits and any(limit.within == "call" for limit in opening.limits):
        yield warning(
            f"{path}.limits",
            "un limite sull’intero bando va tra quelli del bando.",
            "a limit over the whole call belongs to the call.",
        )


def _lines(view: View, opening: OpeningEntry, path: str) -> Iterator[Finding]:
    if bool(opening.lines) != (opening.line_by is not None):
        yield error(f"{path}.line_by", "va insieme alle linee.", "goes together with the lines.")
    if not opening.lines:
        return
    total = sum((line.budget for line in opening.lines), Decimal("0.00"))
    if total > opening.budget:
        yield error(f"{path}.lines", "superano la dotazione.", "are above the budget.")
    elif total < opening.budget:
        left = opening.budget - total
        yield warning(
            f"{path}.lines",
            f"{format_euro(left)} della dotazione non sono di nessuna linea.",
            f"{format_euro(left, 'en')} of the budget belong to no line.",
        )
    if opening.line_by is None or view.form_error is not None or not view.fields:
        return
    item = view.fields.get(opening.line_by)
    if item is None or item.kind not in CHOOSERS:
        yield error(f"{path}.line_by", "non è un campo a scelta del modulo.", "is not a choice field of the form.")
        return
    codes = view.choices_of(opening.line_by)
    if codes is None:
        return
    lines = {line.code for line in opening.lines}
    for number, line in enumerate(opening.lines):
        if line.code not in codes:
            yield error(
                f"{path}.lines.{number}.code",
                f"nessuna risposta di «{item.label.it}» la sceglie.",
                f"no answer of “{item.label.en}” chooses it.",
            )
    for code in sorted(codes - lines):
        yield error(f"{path}.lines", f"la risposta «{code}» non ha una linea.", f"answer “{code}” has no line.")


def _amount(reserve: ReserveEntry, budget: Decimal) -> Decimal:
    if reserve.amount is not None:
        return reserve.amount
    return (budget * (reserve.percent or Decimal(0)) / 100).quantize(CENT, rounding=ROUND_DOWN)


def _reserves(opening: OpeningEntry, path: str) -> Iterator[Finding]:
    codes = {line.code for line in opening.lines}
    for number, reserve in enumerate(opening.reserves):
        if reserve.line is not None and reserve.line not in codes:
            yield error(
                f"{path}.reserves.{number}.line", "non è una linea della finestra.", "is not a line of the opening."
            )
        if codes and reserve.amount is not None and reserve.line is None:
            yield error(
                f"{path}.reserves.{number}.line",
                "con le linee, una riserva in euro dice di quale linea è.",
                "with lines, a reserve in euro says of which line it is.",
            )
    pots = [(line.code, line.budget) for line in opening.lines] or [(None, opening.budget)]
    for code, budget in pots:
        mine = [reserve for reserve in opening.reserves if reserve.line in (None, code)]
        total = sum((_amount(reserve, budget) for reserve in mine), Decimal("0.00"))
        if total > budget:
            where = f" della linea {code}" if code else ""
            where_en = f" of line {code}" if code else ""
            yield error(f"{path}.reserves", f"superano la dotazione{where}.", f"are above the budget{where_en}.")
        elif mine and total == budget and not all(reserve.flows_back for reserve in mine):
            yield warning(
                f"{path}.reserves",
                "prendono tutta la dotazione, e non torna a nessun altro.",
                "take the whole budget, and it flows back to nobody else.",
            )


def _draw(view: View, opening: OpeningEntry, path: str) -> Iterator[Finding]:
    if view.rule.uses_seed and opening.seed_source is None:
        yield error(
            f"{path}.seed_source",
            "di’ prima dove si leggerà il seme del sorteggio.",
            "say beforehand where the seed of the draw will be read.",
        )
    if not view.rule.uses_seed and (opening.seed is not None or opening.seed_source is not None):
        yield warning(f"{path}.seed_source", "questa procedura non ha un sorteggio.", "this procedure has no draw.")
    if opening.seed is not None and (opening.closes_at is None or opening.closes_at.date() > view.on):
        yield error(f"{path}.seed", "si scrive dopo la chiusura, con un atto.", "is written after the closing, by act.")
