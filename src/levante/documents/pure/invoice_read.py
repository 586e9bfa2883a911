"""One body of a file of e-invoices: the ordinary invoice and the simplified one (*fattura semplificata*)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal, localcontext
from typing import Any

from levante.documents.pure.invoice import Invoice, Line, Party, Payment, Remark
from levante.documents.pure.invoice_checks import check_document, check_lines, check_sums, check_vat_of_lines
from levante.documents.pure.invoice_codes import codes_of, free_texts, linked_in, written_in
from levante.documents.pure.invoice_kinds import name_of_kind
from levante.documents.pure.invoice_xml import Fields, Places, raw
from levante.kernel.pure import CENT, ZERO, round_euro
from levante.law.codes import check_iban, check_tax_code, check_vat

_HUNDRED = Decimal(100)
_LONGEST_TERM = 3660
_DIGITS = 80


@dataclass(frozen=True, slots=True)
class Parties:
    """What a file says once, of all its invoices; ``remarks`` are those on the file and on these two."""

    supplier: Party
    customer: Party
    remarks: tuple[Remark, ...]


def read_parties(header: Any, remarks: Iterable[Remark], places: Places, *, simplified: bool) -> Parties:
    """Who sells and who buys, the same for every invoice of a file."""
    fields = Fields(list(remarks), places)
    supplier = _party(fields, header, "CedentePrestatore", simplified)
    customer = _party(fields, header, "CessionarioCommittente", simplified)
    return Parties(supplier, customer, tuple(fields.remarks))


def read_body(parties: Parties, body: Any, remarks: Iterable[Remark], places: Places, *, simplified: bool) -> Invoice:
    """An invoice from what its file says of all, and from its own body."""
    with localcontext() as context:
        context.prec = _DIGITS  # no product of two numbers of the file is cut
        return _read(Fields([*parties.remarks, *remarks], places), parties, body, simplified)


def _read(fields: Fields, parties: Parties, body: Any, simplified: bool) -> Invoice:
    general = fields.block(body, "DatiGenerali/DatiGeneraliDocumento")
    kind = fields.text(general, "TipoDocumento")
    day = fields.day(general, "Data")
    number = fields.text(general, "Numero")
    currency = fields.text(general, "Divisa")
    name = name_of_kind(kind, day) if kind else None
    if simplified:
        lines, taxable, vat, total = _simplified(fields, body)
    else:
        lines, taxable, vat, total = _ordinary(fields, body, general, day)
    check_document(fields, general, kind, name, day, currency, total)
    if not lines:
        fields.say("no_line", "la fattura non ha righe", "the invoice has no line", body)
    written = written_in(body)
    linked = linked_in(fields, written)
    return Invoice(
        kind, name, number, day, currency, parties.supplier, parties.customer,
        None if taxable is None else round_euro(taxable), None if vat is None else round_euro(vat),
        None if total is None else round_euro(total), tuple(lines), tuple(codes_of(fields, written)),
        tuple(_payments(fields, body)), tuple(free_texts(written)), tuple(fields.remarks), tuple(linked),
    )  # fmt: skip


# -- who


def _party(fields: Fields, header: Any, name: str, simplified: bool) -> Party:
    block = fields.block(header, name)
    if block is None:
        return Party(None)
    own, seat = block, block
    names: tuple[str, ...] = ("",)
    if not simplified:
        own, names = fields.block(block, "DatiAnagrafici"), ("Anagrafica/",)
    elif block.find("IdentificativiFiscali") is not None or block.find("AltriDatiIdentificativi") is not None:
        own, seat = block.find("IdentificativiFiscali"), block.find("AltriDatiIdentificativi")
        names = ("AltriDatiIdentificativi/",)
    said = own if names == ("Anagrafica/",) else block
    told = _name(said, names[0])
    optional = simplified and name == "CessionarioCommittente"  # of who buys, the simplified format wants a code alone
    if not told and not optional:
        fields.say("missing", "manca la denominazione, o nome e cognome", "the name is missing", block)
    country_of_vat, vat = raw(own, "IdFiscaleIVA/IdPaese").upper(), raw(own, "IdFiscaleIVA/IdCodice").upper()
    tax_code = raw(own, "CodiceFiscale").upper()
    country = raw(seat, "Sede/Nazione").upper() or country_of_vat
    if not vat and not tax_code:
        fields.say(
            "missing", "non ci sono né partita IVA né codice fiscale", "there is neither VAT number nor tax code", block
        )
    if not country and not optional:
        fields.say("missing", "manca il paese (Sede/Nazione)", "the country (Sede/Nazione) is missing", block)
    if vat and country_of_vat in ("IT", ""):
        vat = _checked(fields, own, "IdFiscaleIVA/IdCodice", check_vat, "vat", vat)
    elif vat and not vat.startswith(country_of_vat):
        vat = country_of_vat + vat
    if tax_code:
        tax_code = _checked(fields, own, "CodiceFiscale", check_tax_code, "tax_code", tax_code)
    established = seat is not None and seat.find("StabileOrganizzazione") is not None
    return Party(told or None, vat or None, tax_code or None, country or None, country == "IT" or established)


def _name(at: Any, prefix: str) -> str:
    return raw(at, f"{prefix}Denominazione") or " ".join(
        filter(None, (raw(at, f"{prefix}Nome"), raw(at, f"{prefix}Cognome")))
    )


def _checked(fields: Fields, at: Any, path: str, check: Any, code: str, written: str) -> str:
    """A code as registers write it; with a remark, as it is written, when its form or its check character is wrong."""
    checked = check(written)
    if checked:
        return str(checked.normalised)
    fields.say(code, f"«{written[:40]}»: {checked.reason.it}", f"“{written[:40]}”: {checked.reason.en}", at.find(path))
    return written


# -- how much


def _ordinary(fields: Fields, body: Any, general: Any, day: Any) -> tuple[list[Line], Any, Any, Any]:
    goods = fields.block(body, "DatiBeniServizi")
    elements = [] if goods is None else goods.findall("DettaglioLinee")
    lines = [
        Line(
            _number(fields, element),
            fields.text(element, "Descrizione") or "",
            fields.amount(element, "Quantita", wanted=False, needed=False),
            fields.amount(element, "PrezzoUnitario"),
            _two_digits(fields.amount(element, "PrezzoTotale")),
            fields.rate(element, "AliquotaIVA"),
        )
        for element in elements
    ]
    check_lines(fields, elements, lines, day)
    taxable: Decimal | None = None
    vat: Decimal | None = None
    summaries = [] if goods is None else goods.findall("DatiRiepilogo")
    if summaries:
        taxable = sum((fields.amount(one, "ImponibileImporto") or ZERO for one in summaries), ZERO)
        vat = sum((fields.amount(one, "Imposta") or ZERO for one in summaries), ZERO)
    elif lines:
        fields.say(
            "sums_made", "manca DatiRiepilogo: imponibile e IVA sono ricavati dalle righe",
            "DatiRiepilogo is missing: taxable amount and VAT are made from the lines", goods,
        )  # fmt: skip
        taxable, vat = _sums_of(lines)
    total = fields.amount(general, "ImportoTotaleDocumento", wanted=False)
    if total is None and taxable is not None and vat is not None:
        rounding = fields.amount(general, "Arrotondamento", wanted=False) or ZERO
        total = taxable + vat + rounding
        fields.say(
            "total_made", "manca ImportoTotaleDocumento: il totale è imponibile più IVA",
            "ImportoTotaleDocumento is missing: the total is taxable amount plus VAT", general,
        )  # fmt: skip
    elif total is not None and taxable is not None and vat is not None:
        check_sums(fields, general, total, taxable + vat)
    check_vat_of_lines(fields, goods, general, lines, day)
    return lines, taxable, vat, total


def _sums_of(lines: list[Line]) -> tuple[Decimal, Decimal]:
    by_rate: dict[Decimal, Decimal] = {}
    for line in lines:
        by_rate[line.vat_rate or ZERO] = by_rate.get(line.vat_rate or ZERO, ZERO) + (line.total or ZERO)
    vat = sum((round_euro(amount * rate / _HUNDRED) for rate, amount in by_rate.items()), ZERO)
    return round_euro(sum(by_rate.values(), ZERO)), vat


def _simplified(fields: Fields, body: Any) -> tuple[list[Line], Any, Any, Any]:
    """The amount of a line includes its VAT, which is written as an amount or follows from the rate."""
    lines: list[Line] = []
    total, vat = ZERO, ZERO
    for place, element in enumerate(body.findall("DatiBeniServizi"), start=1):
        gross = fields.amount(element, "Importo")
        rate = fields.rate(element, "DatiIVA/Aliquota", wanted=False)
        tax = fields.amount(element, "DatiIVA/Imposta", wanted=False)
        if rate is None and tax is None:
            fields.say(
                "missing", "mancano sia Imposta sia Aliquota: la riga è letta senza IVA",
                "both Imposta and Aliquota are missing: the line is read without VAT", element,
            )  # fmt: skip
        if tax is None and gross is not None:
            tax = round_euro(gross * (rate or ZERO) / (_HUNDRED + (rate or ZERO)))
        net = None if gross is None else _two_digits(gross - (tax or ZERO))
        lines.append(Line(place, fields.text(element, "Descrizione") or "", None, None, net, rate))
        total, vat = total + (gross or ZERO), vat + (tax or ZERO)
    return (lines, total - vat, vat, total) if lines else (lines, None, None, None)


def _number(fields: Fields, element: Any) -> int | None:
    written = fields.text(element, "NumeroLinea")
    if written is None:
        return None
    if written.isascii() and written.isdigit() and len(written) < 7:
        return int(written)
    fields.say(
        "unreadable", f"«{written[:40]}» non è un numero di riga", f"“{written[:40]}” is not a line number", element
    )
    return None


def _two_digits(amount: Decimal | None) -> Decimal | None:
    """The digits of the file, and at least two."""
    if amount is None:
        return None
    exponent = amount.as_tuple().exponent
    return amount.quantize(CENT) if isinstance(exponent, int) and exponent > -2 else amount


# -- how it is paid


def _payments(fields: Fields, body: Any) -> Iterable[Payment]:
    for element in body.iterfind("DatiPagamento/DettaglioPagamento"):
        iban = raw(element, "IBAN")
        if iban:
            iban = _checked(fields, element, "IBAN", check_iban, "iban", iban)
        due = fields.day(element, "DataScadenzaPagamento", wanted=False, needed=False)
        if due is None:
            start = fields.day(element, "DataRiferimentoTerminiPagamento", wanted=False, needed=False)
            days = raw(element, "GiorniTerminiPagamento")
            if start is not None and days.isascii() and days.isdigit() and len(days) < 5 and int(days) <= _LONGEST_TERM:
                due = start + timedelta(days=int(days))
        amount = _two_digits(fields.amount(element, "ImportoPagamento"))
        yield Payment(amount, iban or None, due)
