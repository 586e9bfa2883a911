"""What counts of costs told by item: the law's exclusions, floors, ceilings, simplified costs. Exact, in whole cents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from levante.calls.money_parts import short
from levante.kernel.pure import CENT, ZERO, Step, format_euro, money_text, round_euro, step, the_percent

#: In a row of a lump sum, where there are many alike: how many rows it stands for. No column of a form has such a name.
TIMES = "#times"


@dataclass(frozen=True, slots=True)
class ItemShare:
    """What was told of a cost item and what counts of it; ``excluded`` when the law, and not the call, leaves it out."""

    code: str
    told: Decimal
    eligible: Decimal
    excluded: bool = False
    reference: str = ""


def capital_items(money: Mapping[str, Any]) -> frozenset[str]:
    """The codes of the items that buy capital goods; none where costs are not told by item."""
    return frozenset(item["code"] for item in money.get("items") or () if item.get("capital"))


def shares_of(money: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> tuple[list[ItemShare], list[Step]]:
    """What counts of each item of ``money``, in its order, for the rows of the form (``{item, amount, quantity}`` under the
    columns that ``money`` names). A row not complete yet counts for nothing; an item that the call does not know neither."""
    reference = money.get("reference", "")
    items = {item["code"]: item for item in money["items"]}
    told, steps = _told(money, rows, items)
    limits: dict[str, Decimal] = {}
    for code, item in items.items():
        if item["basis"]["kind"] == "flat_rate":
            continue
        limits[code], more = _alone(item, told[code], reference)
        steps += more
    eligible = _together(items, limits)
    for code in items:
        steps += _together_told(items, code, eligible[code], limits.get(code))
    shares = [
        ItemShare(
            code,
            told[code],
            eligible[code],
            item["legal"] == "excluded",
            item.get("legal_reference", ""),
        )
        for code, item in items.items()
        if told[code] or eligible[code]
    ]
    total = sum((share.eligible for share in shares), ZERO)
    return shares, [*steps, step("Spese ammissibili", "Eligible costs", reference, money_text(total))]


def told_of(money: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> dict[str, Decimal]:
    """What the rows come to for each item, before any limit."""
    return _told(money, rows, {item["code"]: item for item in money["items"]})[0]


def _told(
    money: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], items: Mapping[str, Any]
) -> tuple[dict[str, Decimal], list[Step]]:
    """What the rows come to for each item, before any limit."""
    amounts = dict.fromkeys(items, ZERO)
    units = dict.fromkeys(items, Decimal(0))
    counts = dict.fromkeys(items, 0)
    unknown = ZERO
    for row in rows:
        code = row.get(money["item"])
        amount = _decimal(row.get(money.get("amount") or ""))
        if code not in items:
            unknown += amount or ZERO
            continue
        amounts[code] += amount or ZERO
        units[code] += _decimal(row.get(money.get("quantity") or "")) or Decimal(0)
        counts[code] += int(row.get(TIMES, 1))
    steps = []
    reference = money.get("reference", "")
    if unknown:
        steps.append(
            step("Voci che il bando non prevede", "Items that the call does not list", reference, money_text(ZERO))
        )
    told = {}
    for code, item in items.items():
        basis = item["basis"]
        if basis["kind"] == "unit":
            each = Decimal(basis["amount"])
            told[code] = round_euro(units[code] * each)
            words = (
                f"{item['it']}: {short(units[code]).replace('.', ',')} {basis['unit']['it']} a {format_euro(each)}",
                f"{item['en']}: {short(units[code])} {basis['unit']['en']} at {format_euro(each, 'en')}",
            )
        elif basis["kind"] == "lump":
            each = Decimal(basis["amount"])
            told[code] = counts[code] * each
            words = (
                f"{item['it']}: {counts[code]} × {format_euro(each)}, qualunque sia la spesa",
                f"{item['en']}: {counts[code]} × {format_euro(each, 'en')}, whatever is spent",
            )
        else:
            told[code] = amounts[code] if basis["kind"] == "real" else ZERO
            words = (f"{item['it']}: spesa prevista", f"{item['en']}: planned cost")
        if told[code]:
            steps.append(step(*words, reference, money_text(told[code])))
    return told, steps


def _decimal(value: Any) -> Decimal | None:
    """An amount or a number of a row; ``None`` when it is not there, not readable or below zero."""
    if not isinstance(value, str):
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() and number >= 0 else None


def _alone(item: Mapping[str, Any], told: Decimal, reference: str) -> tuple[Decimal, list[Step]]:
    """What counts of an item by itself: nothing if the law excludes it or it is below its floor, at most its ceiling."""
    if not told:
        return ZERO, []
    if item["legal"] == "excluded":
        words = (f"{item['it']}: esclusa dalla norma, non conta", f"{item['en']}: excluded by law, it does not count")
        return ZERO, [step(*words, item.get("legal_reference", ""), money_text(ZERO))]
    if item.get("floor") and told < Decimal(item["floor"]):
        floor = Decimal(item["floor"])
        words = (
            f"{item['it']}: sotto il minimo di {format_euro(floor)}, non conta",
            f"{item['en']}: below its least of {format_euro(floor, 'en')}, it does not count",
        )
        return ZERO, [step(*words, reference, money_text(ZERO))]
    if item.get("ceiling") and told > Decimal(item["ceiling"]):
        ceiling = Decimal(item["ceiling"])
        words = (
            f"{item['it']}: al massimo {format_euro(ceiling)}",
            f"{item['en']}: at most {format_euro(ceiling, 'en')}",
        )
        return ceiling, [step(*words, reference, money_text(ceiling))]
    return told, []


def _together(items: Mapping[str, Mapping[str, Any]], limits: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """The largest amounts, in whole cents, within every item's own limit and within the proportions among items.

    A flat rate is a proportion of the items that are not flat; a ceiling in proportion looks at the total, or at some items.
    Each depends on the others and none falls when they rise, so that going down from the own limits until nothing changes
    reaches the one greatest solution. A ceiling on a total that holds the item itself is written on the others alone
    (``x <= r (x + o)`` is ``x <= r o / (1 - r)``), which is the same and gets there sooner.
    """
    flat = {code for code, item in items.items() if item["basis"]["kind"] == "flat_rate"}
    bounds: list[tuple[str, Fraction, frozenset[str], bool]] = []
    for code, item in items.items():
        if code in flat and item["legal"] != "excluded":
            rate, of = _proportion(item["basis"], items.keys() - flat)
            bounds.append((code, rate, frozenset(of) - flat, True))
        if item.get("ceiling_percent"):
            rate, of = _proportion(item["ceiling_percent"], items.keys())
            if code in of and rate < 1:
                rate, of = rate / (1 - rate), of - {code}
            if code not in of:
                bounds.append((code, rate, frozenset(of), False))
    cents = {code: int(amount / CENT) for code, amount in limits.items()}
    for code in flat:
        cents[code] = 0 if items[code]["legal"] == "excluded" else _ceiling_of(items[code])
    while True:
        after = dict(cents)
        for code, rate, of, rounded in bounds:
            most = rate * sum(cents[other] for other in of)
            after[code] = min(after[code], _half_up(most) if rounded else int(most))
        if after == cents:
            return {code: (value * CENT).quantize(CENT) for code, value in cents.items()}
        cents = after


def most_of(items: Mapping[str, Mapping[str, Any]]) -> Decimal | None:
    """The most that can count, all the items together, whatever is spent; ``None`` when nothing bounds it."""
    own = {code: item for code, item in items.items() if item["basis"]["kind"] != "flat_rate"}
    limits = {
        code: ZERO if item["legal"] == "excluded" else _ceiling_of(item) * CENT for code, item in own.items()
    }  # fmt: skip
    most = sum(_together(items, limits).values(), ZERO)
    return most if most < _NO_LIMIT * CENT / 1000 else None


def _proportion(shape: Mapping[str, Any], everything: Any) -> tuple[Fraction, set[str]]:
    of = set(everything) if shape["of"] == "total" else {code for code in shape["of"] if code in set(everything)}
    return Fraction(Decimal(shape["rate"])) / 100, of


def _half_up(cents: Fraction) -> int:
    return int(cents + Fraction(1, 2))


#: No amount is above it: where a flat rate starts from, having no limit of its own.
_NO_LIMIT = 10**17


def _ceiling_of(item: Mapping[str, Any]) -> int:
    return int(Decimal(item["ceiling"]) / CENT) if item.get("ceiling") else _NO_LIMIT


def _together_told(
    items: Mapping[str, Mapping[str, Any]], code: str, eligible: Decimal, limit: Decimal | None
) -> list[Step]:
    """What the proportions made of an item, where they changed it."""
    item = items[code]
    basis, share = item["basis"], item.get("ceiling_percent")
    if basis["kind"] == "flat_rate":
        if not eligible:
            return []
        rate, (it, en) = short(Decimal(basis["rate"])), proportion_words(basis, items)
        words = (
            f"{item['it']}: costo semplificato, {rate.replace('.', ',')} % {it}",
            f"{item['en']}: simplified cost, {rate} % {en}",
        )
        return [step(*words, item.get("legal_reference", ""), money_text(eligible))]
    if share is None or limit is None or eligible >= limit:
        return []
    rate, (it, en) = short(Decimal(share["rate"])), proportion_words(share, items)
    words = (
        f"{item['it']}: al massimo {the_percent(rate.replace('.', ','))} {it}",
        f"{item['en']}: at most {rate} % {en}",
    )
    return [step(*words, "", money_text(eligible))]


def proportion_words(shape: Mapping[str, Any], items: Mapping[str, Mapping[str, Any]]) -> tuple[str, str]:
    """Of what a proportion is, in Italian and in English."""
    if shape["of"] == "total":
        return "del totale ammissibile", "of the eligible total"
    known = [items[code] for code in shape["of"] if code in items]
    return (
        "di: " + "; ".join(item["it"] for item in known),
        "of: " + "; ".join(item["en"] for item in known),
    )
