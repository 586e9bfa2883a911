"""The e-invoices of a file (FatturaPA, ordinary and simplified): plain XML, or in signed envelopes (.p7m) one inside the other.

``read_invoices`` needs the bytes alone: no net, no clock, no database. What it tolerates, what it compares and how it makes
totals, in prose: docs/algorithms/invoices.md.
"""

from typing import Any

from levante.documents.pure.invoice import Invoice, ReadInvoices, Remark, UnreadableInvoice
from levante.documents.pure.invoice_kinds import rule
from levante.documents.pure.invoice_read import read_body, read_parties
from levante.documents.pure.invoice_xml import Places, parse, plain_names, raw
from levante.documents.pure.signature_envelope import is_pdf, open_envelope
from levante.documents.pure.signature_original import DEEPEST
from levante.documents.pure.signature_outcome import Unreadable
from levante.kernel.pure import Bilingual

#: Twice what the exchange system takes (5 MB); in base64 a signed file grows by a third.
LARGEST_INVOICE_FILE = 10_000_000
#: Invoices in one file: more than can be in 5 MB, and a file of empty bodies is an attack.
MOST_INVOICES = 10_000
_BLANK = b" \t\r\n\0"
_ROOTS = {"FatturaElettronica": False, "FatturaElettronicaSemplificata": True}


def read_invoices(data: bytes) -> ReadInvoices:
    """Every invoice of the file. ``UnreadableInvoice`` says what cannot be read, where and why."""
    if len(data) > LARGEST_INVOICE_FILE:
        mega = LARGEST_INVOICE_FILE // 1_000_000
        raise UnreadableInvoice(Bilingual(f"il file supera {mega} MB", f"the file is over {mega} MB"))
    content, envelopes = _unwrapped(data)
    root, remarks, xades = parse(content)
    simplified = _ROOTS.get(root.tag.rpartition("}")[2])
    if simplified is None:
        raise UnreadableInvoice(*_not_an_invoice(root))
    remarks += _remarks_on_root(root, xades)
    if plain_names(root):
        remarks.append(
            _remark(
                root, "namespace", "gli elementi hanno un namespace che il formato non vuole",
                "the elements have a namespace that the format does not want",
            )
        )  # fmt: skip
    header = root.find("FatturaElettronicaHeader")
    if header is None:
        it, en = "manca FatturaElettronicaHeader", "FatturaElettronicaHeader is missing"
        remarks.append(_remark(root, "missing", it, en))
    elif (format_ := raw(header, "DatiTrasmissione/FormatoTrasmissione")) and format_ != root.get(
        "versione", ""
    ).strip():
        remarks.append(
            _remark(
                header, "version", f"versione e FormatoTrasmissione («{format_[:20]}») non dicono lo stesso",
                f"versione and FormatoTrasmissione (“{format_[:20]}”) do not say the same",
            )
        )  # fmt: skip
    bodies = root.findall("FatturaElettronicaBody")
    if not bodies:
        raise UnreadableInvoice(
            Bilingual("manca FatturaElettronicaBody: non c'è alcuna fattura", "FatturaElettronicaBody is missing: there is no invoice"),
            f"/{root.tag}/FatturaElettronicaBody", root.sourceline,
        )  # fmt: skip
    if len(bodies) > MOST_INVOICES:
        raise UnreadableInvoice(
            Bilingual(f"ci sono più di {MOST_INVOICES} fatture", f"there are more than {MOST_INVOICES} invoices")
        )
    return ReadInvoices(tuple(_each(header, bodies, remarks, simplified)), envelopes)


def _each(header: Any, bodies: list[Any], remarks: list[Remark], simplified: bool) -> list[Invoice]:
    seen: set[tuple[Any, ...]] = set()
    places, found = Places(), []
    parties = read_parties(header, remarks, places, simplified=simplified)
    for body in bodies:
        known = (
            raw(body, "DatiGenerali/DatiGeneraliDocumento/Numero"),
            raw(body, "DatiGenerali/DatiGeneraliDocumento/Data"),
        )
        twice: list[Remark] = []
        if all(known) and known in seen:
            it = "nel file c'è un'altra fattura con lo stesso numero e la stessa data"
            en = "the file has another invoice with the same number and day"
            twice = [_remark(body, "duplicate", it, en, places)]
        seen.add(known)
        found.append(read_body(parties, body, twice, places, simplified=simplified))
    return found


def _unwrapped(data: bytes) -> tuple[bytes, int]:
    """What is inside the envelopes, and how many they are."""
    inside = data
    for envelopes in range(DEEPEST + 1):
        if _is_xml(inside):
            return inside, envelopes
        where = (
            Bilingual("il file", "the file")
            if not envelopes
            else Bilingual("il contenuto della busta", "the content of the envelope")
        )
        if not inside.strip(_BLANK):
            raise UnreadableInvoice(Bilingual(f"{where.it} è vuoto", f"{where.en} is empty"))
        if is_pdf(inside.lstrip()):
            raise UnreadableInvoice(
                Bilingual(
                    f"{where.it} è un PDF, non una fattura elettronica: i dati di una fattura estera o su carta si scrivono a mano",
                    f"{where.en} is a PDF, not an e-invoice: the data of a foreign or paper invoice are typed in",
                )
            )
        try:
            content = open_envelope(inside).content
        except Unreadable as error:
            raise UnreadableInvoice(_why_no_envelope(inside, where, error)) from error
        if content is None:
            raise UnreadableInvoice(
                Bilingual(
                    "la firma è separata dalla fattura, che nel file non c'è",
                    "the signature is detached: the invoice is not in the file",
                )
            )
        inside = content
    raise UnreadableInvoice(
        Bilingual(f"ci sono più di {DEEPEST} buste una dentro l'altra", f"more than {DEEPEST} envelopes are nested")
    )


def _is_xml(data: bytes) -> bool:
    return data[:1000].lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n")[:1] == b"<"


def _why_no_envelope(data: bytes, where: Bilingual, error: Unreadable) -> Bilingual:
    start = data.lstrip()[:10]
    if start[:1] in (b"\x30", b"M") or start == b"-----BEGIN":
        return error.reason
    return Bilingual(f"{where.it} non è né XML né una busta .p7m", f"{where.en} is neither XML nor a .p7m envelope")


def _not_an_invoice(root: Any) -> tuple[Bilingual, str, int]:
    name = root.tag.rpartition("}")[2]
    messages = rule("einvoice.messages", None)
    words = messages.get(name)
    it, en = f"la radice è {name[:60]}, non FatturaElettronica", f"the root is {name[:60]}, not FatturaElettronica"
    if words:
        it = f"non è una fattura ma un messaggio del Sistema di Interscambio: {words['it']} ({name})"
        en = f"it is not an invoice but a message of the exchange system (SdI): {words['en']} ({name})"
    return Bilingual(it, en), f"/{name[:60]}", root.sourceline


def _remarks_on_root(root: Any, xades: bool) -> list[Remark]:
    found = []
    namespace = root.tag[1:].rpartition("}")[0] if root.tag[0] == "{" else ""
    if namespace not in rule("einvoice.namespaces", None):
        it = f"il namespace «{namespace[:100]}» non è quello del formato"
        found.append(_remark(root, "namespace", it, f"the namespace “{namespace[:100]}” is not that of the format"))
    version = (root.get("versione") or "").strip()
    if version not in rule("einvoice.versions", None):
        it = f"la versione «{version[:20]}» non è tra quelle del formato"
        found.append(_remark(root, "version", it, f"the version “{version[:20]}” is not one of the format's"))
    if xades:
        it = "la firma nell'XML (XAdES) non è stata verificata"
        found.append(_remark(root, "xades", it, "the signature in the XML (XAdES) was not verified"))
    return found


def _remark(at: Any, code: str, it: str, en: str, places: Places | None = None) -> Remark:
    return Remark(code, Bilingual(it, en), (places or Places()).of(at), at.sourceline)
