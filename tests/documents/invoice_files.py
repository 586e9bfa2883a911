"""A small writer of e-invoices, for the tests: what it writes is read back. Nothing is copied from real files."""

from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

NAMESPACE = "http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2"
SIMPLE_NAMESPACE = "http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.0"
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
CUP = "C11G06000000001"
CIG = "918052266A"
IBAN = "IT60X0542811101000000123456"


class Raw(str):
    """A text that is written as it is."""


def tag(name: str, *inside: Any) -> str:
    """An element with text or elements inside; nothing at all for ``None``."""
    kept = [one for one in inside if one is not None]
    if inside and not kept:
        return ""
    return f"<{name}>{''.join(one if isinstance(one, Raw) or str(one).startswith('<') else escape(str(one)) for one in kept)}</{name}>\n"


def seat(country: str | None = "IT") -> str:
    return tag(
        "Sede", tag("Indirizzo", "Via Sparano 1"), tag("CAP", "70121"), tag("Comune", "Bari"), tag("Nazione", country)
    )


def party(
    name: str, title: str = "Pietra di Puglia S.r.l.", *, vat: str | None = "12345670785", tax_code: str | None = None,
    country: str = "IT", extra: str = "",
) -> str:  # fmt: skip
    number = tag("IdFiscaleIVA", tag("IdPaese", country), tag("IdCodice", vat)) if vat else ""
    own = tag("DatiAnagrafici", number, tag("CodiceFiscale", tax_code), tag("Anagrafica", tag("Denominazione", title)))
    return tag(name, own, seat(country), extra)


SUPPLIER = party("CedentePrestatore")
CUSTOMER = party("CessionarioCommittente", "Cantine Levante", vat=None, tax_code="80017210727")


def header(supplier: str = SUPPLIER, customer: str = CUSTOMER, format_: str = "FPR12") -> str:
    return tag(
        "FatturaElettronicaHeader", tag("DatiTrasmissione", tag("FormatoTrasmissione", format_)), supplier, customer
    )


def line(
    number: Any = 1, description: str = "Spazio in fiera", *, quantity: Any = "2.00", price: Any = "100.00", total: Any = "200.00",
    rate: Any = "22.00", extra: str = "",
) -> str:  # fmt: skip
    return tag(
        "DettaglioLinee", tag("NumeroLinea", number), tag("Descrizione", Raw(escape(description))), tag("Quantita", quantity),
        tag("PrezzoUnitario", price), extra, tag("PrezzoTotale", total), tag("AliquotaIVA", rate),
    )  # fmt: skip


def summary(rate: Any = "22.00", taxable: Any = "200.00", vat: Any = "44.00", extra: str = "") -> str:
    return tag("DatiRiepilogo", tag("AliquotaIVA", rate), extra, tag("ImponibileImporto", taxable), tag("Imposta", vat))


def general(
    *, kind: Any = "TD01", currency: Any = "EUR", day: Any = "2026-03-02", number: Any = "7/2026", total: Any = "244.00",
    extra: str = "", causes: Sequence[str] = (), references: str = "",
) -> str:  # fmt: skip
    document = tag(
        "DatiGeneraliDocumento", tag("TipoDocumento", kind), tag("Divisa", currency), tag("Data", day), tag("Numero", number),
        extra, tag("ImportoTotaleDocumento", total), "".join(tag("Causale", cause) for cause in causes),
    )  # fmt: skip
    return tag("DatiGenerali", document, references)


def body(lines: str = "", summaries: str = "", *, payments: str = "", attached: str = "", **facts: Any) -> str:
    goods = tag("DatiBeniServizi", (lines or line()) + (summaries or summary()))
    return tag("FatturaElettronicaBody", general(**facts), goods, payments, attached)


def document(*bodies: str, head: str | None = None, version: str = "FPR12", after: str = "", prefix: str = "p") -> str:
    """The whole file, without its declaration."""
    root = f"{prefix}:FatturaElettronica"
    inside = "".join(bodies) or body()
    opening = f'<{root} versione="{version}" xmlns:{prefix}="{NAMESPACE}">'
    return f"{opening}\n{header() if head is None else head}{inside}{after}</{root}>\n"


def xml(*bodies: str, **how: Any) -> bytes:
    return (DECLARATION + document(*bodies, **how)).encode()


def simplified(*goods: str, kind: str = "TD07", head: str | None = None) -> bytes:
    seller = tag(
        "CedentePrestatore", tag("IdFiscaleIVA", tag("IdPaese", "IT"), tag("IdCodice", "12345670785")),
        tag("Nome", "Anna"), tag("Cognome", "Greco"), seat(), tag("RegimeFiscale", "RF01"),
    )  # fmt: skip
    buyer = tag("CessionarioCommittente", tag("IdentificativiFiscali", tag("CodiceFiscale", "80017210727")))
    top = tag("FatturaElettronicaHeader", tag("DatiTrasmissione", tag("FormatoTrasmissione", "FSM10")), seller, buyer)
    data = tag(
        "DatiGeneraliDocumento",
        tag("TipoDocumento", kind),
        tag("Divisa", "EUR"),
        tag("Data", "2026-03-02"),
        tag("Numero", "9"),
    )
    inside = tag("FatturaElettronicaBody", tag("DatiGenerali", data), "".join(goods))
    root = f'<n:FatturaElettronicaSemplificata versione="FSM10" xmlns:n="{SIMPLE_NAMESPACE}">'
    return (
        DECLARATION + root + (top if head is None else head) + inside + "</n:FatturaElettronicaSemplificata>"
    ).encode()
