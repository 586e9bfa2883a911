"""What does not add up in an invoice: remarks, never refusals. How far is let pass is dated data."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import Any

from levante.documents.pure.invoice import Line
from levante.documents.pure.invoice_kinds import is_credit, tolerance
from levante.documents.pure.invoice_xml import Fields, raw
from levante.kernel.pure import ZERO, Bilingual, round_euro

_HUNDRED = Decimal(100)


def check_document(
    fields: Fields,
    general: Any,
    kind: str | None,
    name: Bilingual | None,
    day: date | None,
    currency: str | None,
    total: Decimal | None,
) -> None:
    if kind and name is None:
        fields.say(
            "kind", f"«{kind[:20]}» non è un tipo di documento del formato alla data della fattura",
            f"“{kind[:20]}” is not a kind of document of the format on the day of the invoice", general,
        )  # fmt: skip
    if currency and currency != "EUR":
        fields.say(
            "currency", f"gli importi sono in {currency[:10]}, non in euro",
            f"the amounts are in {currency[:10]}, not in euro", general,
        )  # fmt: skip
    if total is not None and total < 0:
        fields.say("negative", "il totale è negativo", "the total is negative", general)
    elif is_credit(kind, day):
        fields.say(
            "credit_note", "è una nota di credito: i suoi importi, scritti positivi, vanno tolti",
            "it is a credit note: its amounts, written positive, are to be taken away", general,
        )  # fmt: skip


def check_lines(fields: Fields, elements: Iterable[Any], lines: Iterable[Line], day: date | None) -> None:
    """Numbers written twice, and totals that are not quantity by price with discounts."""
    seen: set[int] = set()
    most = tolerance("line", day)
    for element, line in zip(elements, lines, strict=True):
        if line.number is not None and line.number in seen:
            fields.say(
                "duplicate_line",
                f"c'è più di una riga {line.number}",
                f"there is more than one line {line.number}",
                element,
            )
        if line.number is not None:
            seen.add(line.number)
        if line.unit_price is None or line.total is None:
            continue
        try:
            expected = _discounted(fields, element, line.unit_price) * (1 if line.quantity is None else line.quantity)
            made = f"{round_euro(expected):f}"
        except ArithmeticError:  # surcharges upon surcharges, to no end
            it, en = "gli sconti della riga non si possono calcolare", "the discounts of the line cannot be reckoned"
            fields.say("line_total", it, en, element)
            continue
        if abs(expected - line.total) > most:
            fields.say(
                "line_total", f"il totale della riga è {line.total:f}, quantità per prezzo con gli sconti fa {made}",
                f"the total of the line is {line.total:f}, quantity by price with discounts makes {made}", element,
            )  # fmt: skip


def _discounted(fields: Fields, element: Any, price: Decimal) -> Decimal:
    """The price after discounts (SC) and surcharges (MG), one after the other; an amount comes before a percentage."""
    for change in element.iterfind("ScontoMaggiorazione"):
        amount = fields.amount(change, "Importo", wanted=False, needed=False)
        share = fields.rate(change, "Percentuale", wanted=False, needed=False)
        by = amount if amount is not None else price * (share or ZERO) / _HUNDRED
        price = price + by if raw(change, "Tipo").upper() == "MG" else price - by
    return price


def check_sums(fields: Fields, general: Any, total: Decimal, made: Decimal) -> None:
    """The total of the document against taxable amount plus VAT. Rounding, discount of the document and stamp duty may be in it
    or not; the withholding may not, and who took it away is told so."""
    extras = [amount for amount in _extras(fields, general) if amount]
    may = {made + sum(some, ZERO) for size in range(len(extras) + 1) for some in combinations(extras, size)}
    if total in may:
        return
    held = sum(
        (
            fields.amount(one, "ImportoRitenuta", wanted=False, needed=False) or ZERO
            for one in general.iterfind("DatiRitenuta")
        ),
        ZERO,
    )
    at = general.find("ImportoTotaleDocumento")
    if held and total + held in may:
        fields.say(
            "net_of_withholding", "il totale è al netto della ritenuta, che invece ne fa parte",
            "the total is net of the withholding tax, which is part of it", at,
        )  # fmt: skip
        return
    fields.say(
        "total", f"il totale è {total:f}, imponibile più IVA fa {made:f}",
        f"the total is {total:f}, taxable amount plus VAT makes {made:f}", at,
    )  # fmt: skip


def _extras(fields: Fields, general: Any) -> list[Decimal]:
    rounding = fields.amount(general, "Arrotondamento", wanted=False, needed=False) or ZERO
    stamp = fields.amount(general, "DatiBollo/ImportoBollo", wanted=False, needed=False) or ZERO
    return [rounding, stamp, discount_of_document(fields, general)]


def discount_of_document(fields: Fields, general: Any) -> Decimal:
    """What is taken from the whole document by amount (negative), or added to it."""
    changed = ZERO
    for change in [] if general is None else general.iterfind("ScontoMaggiorazione"):
        amount = fields.amount(change, "Importo", wanted=False, needed=False) or ZERO
        changed += amount if raw(change, "Tipo").upper() == "MG" else -amount
    return changed


def check_vat_of_lines(fields: Fields, goods: Any, general: Any, lines: Iterable[Line], day: date | None) -> None:
    """Each rate of the summary: its taxable amount against lines, welfare fund and ancillary costs; its VAT against the rate."""
    summaries = [] if goods is None else goods.findall("DatiRiepilogo")
    if not summaries:
        return
    expected: dict[Decimal, Decimal] = {}
    for line in lines:
        _add(expected, line.vat_rate, line.total)
    for fund in [] if general is None else general.iterfind("DatiCassaPrevidenziale"):
        rate = fields.rate(fund, "AliquotaIVA", wanted=False, needed=False)
        _add(expected, rate, fields.amount(fund, "ImportoContributoCassa", wanted=False, needed=False))
    told: dict[Decimal, Decimal] = {}
    for one in summaries:
        rate = fields.rate(one, "AliquotaIVA", wanted=False) or ZERO
        taxable = fields.amount(one, "ImponibileImporto", wanted=False) or ZERO
        vat = fields.amount(one, "Imposta", wanted=False) or ZERO
        for name in ("SpeseAccessorie", "Arrotondamento"):
            _add(expected, rate, fields.amount(one, name, wanted=False, needed=False))
        _add(told, rate, taxable)
        made = round_euro(taxable * rate / _HUNDRED)
        if abs(made - vat) > tolerance("vat", day):
            fields.say(
                "vat_amount", f"l'imposta è {vat:f}, imponibile per aliquota fa {made:f}",
                f"the VAT is {vat:f}, taxable amount by rate makes {made:f}", one,
            )  # fmt: skip
    discount = discount_of_document(fields, general)
    for rate in sorted({*expected, *told}):
        given, made = told.get(rate), expected.get(rate, ZERO)
        if given is None:
            fields.say(
                "no_summary",
                f"per l'aliquota {rate:f} non c'è DatiRiepilogo",
                f"the rate {rate:f} has no DatiRiepilogo",
                goods,
            )
        elif all(abs(given - one) > tolerance("taxable", day) for one in (made, made + discount)):
            made = round_euro(made)
            fields.say(
                "taxable", f"all'aliquota {rate:f} l'imponibile è {given:f}, le righe fanno {made:f}",
                f"at the rate {rate:f} the taxable amount is {given:f}, the lines make {made:f}", goods,
            )  # fmt: skip


def _add(sums: dict[Decimal, Decimal], rate: Decimal | None, amount: Decimal | None) -> None:
    if amount is not None:
        sums[rate or ZERO] = sums.get(rate or ZERO, ZERO) + amount
