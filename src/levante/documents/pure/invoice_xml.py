"""XML from outside, read without entities, schemas, nets or style sheets; and the fields of its elements, with remarks."""

import re
from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

from lxml import etree

from levante.documents.pure.invoice import Remark, UnreadableInvoice
from levante.documents.pure.invoice_text import text_of_xml
from levante.kernel.pure import Bilingual

#: Remarks on one invoice: a file of nothing but faults is told by its first ones.
MOST_REMARKS = 200
_XMLDSIG = "http://www.w3.org/2000/09/xmldsig#"

_AMOUNT = re.compile(r"[+-]?[0-9]{1,13}(\.[0-9]{1,12})?")
_COMMA = re.compile(r"([+-]?)([0-9]{1,13}|[0-9]{1,3}(?:\.[0-9]{3}){1,4}),([0-9]{1,12})")
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(Z|[+-][0-9]{2}:[0-9]{2})?")
_DAY_AND_HOUR = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T[0-9:.]{5,15}(Z|[+-][0-9]{2}:[0-9]{2})?")
_ITALIAN_DAY = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")


def parse(data: bytes) -> tuple[Any, list[Remark], bool]:
    """The root, its names without namespaces; the remarks on the text; whether it carries an XML signature, which is taken
    away. ``UnreadableInvoice`` with the line where it is no XML, or has a DTD (what entities are made with)."""
    text, remarks = text_of_xml(data)
    if not text.strip():
        raise UnreadableInvoice(Bilingual("il file è vuoto", "the file is empty"))
    if (place := _doctype(text)) is not None:
        raise UnreadableInvoice(
            Bilingual("il file ha un DTD, che qui non si legge", "the file has a DTD, which is not read here"),
            line=text.count("\n", 0, place) + 1,
        )
    root = _tree(text.encode("utf-8", "replace"), remarks)
    signatures = list(root.iter(f"{{{_XMLDSIG}}}Signature"))
    for signature in signatures:
        if (parent := signature.getparent()) is not None:
            parent.remove(signature)
    return root, remarks, bool(signatures)


def _parser(*, recover: bool) -> Any:
    return etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True, collect_ids=False, recover=recover,
    )  # fmt: skip


def _tree(document: bytes, remarks: list[Remark]) -> Any:
    try:
        return etree.fromstring(document, _parser(recover=False))
    except etree.XMLSyntaxError as error:
        fault = error
    # A namespace that is no address does not make a file unreadable: read on, if nothing else is wrong with it.
    lenient = _parser(recover=True)
    root = etree.fromstring(document, lenient)
    if root is not None and all(entry.domain_name == "NAMESPACE" for entry in lenient.error_log):
        told = " ".join(str(fault.msg or "").split())[:200]
        it, en = f"un namespace è scritto male: {told}", f"a namespace is written wrongly: {told}"
        remarks.append(Remark("namespace", Bilingual(it, en), line=fault.lineno or None))
        return root
    told = " ".join(str(fault.msg or "").split())[:200]
    raise UnreadableInvoice(
        Bilingual(f"non è XML ben formato: {told}", f"it is not well-formed XML: {told}"), line=fault.lineno or None
    ) from fault


def plain_names(root: Any) -> bool:
    """Take the namespaces off the names; whether an element below the root had one, which the format does not want."""
    found = False
    for element in root.iter(etree.Element):
        if element.tag[0] == "{":
            element.tag = element.tag.rpartition("}")[2]
            found = found or element is not root
    return found


def _doctype(text: str) -> int | None:
    """Where a DOCTYPE stands, before the root."""
    at = 0
    while True:
        while at < len(text) and text[at] in " \t\r\n":
            at += 1
        if text.startswith("<!--", at):
            end, closing = text.find("-->", at + 4), 3
        elif text.startswith("<?", at):
            end, closing = text.find("?>", at), 2
        else:
            return at if text[at : at + 9].upper() == "<!DOCTYPE" else None
        if end < 0:
            return None
        at = end + closing


class Places:
    """The path of each element of a file, ``/FatturaElettronica/FatturaElettronicaBody[2]/DatiGenerali``: the children of an
    element are counted once, however many of them are asked for."""

    def __init__(self) -> None:
        self._known: dict[Any, str] = {}

    def of(self, element: Any) -> str:
        known = self._known.get(element)
        if known is not None:
            return known
        parent = element.getparent()
        if parent is None:
            self._known[element] = f"/{element.tag.rpartition('}')[2]}"
            return self._known[element]
        above, counts = self.of(parent), Counter(child.tag for child in parent)
        seen: Counter[Any] = Counter()
        for child in parent:
            seen[child.tag] += 1
            place = f"[{seen[child.tag]}]" if counts[child.tag] > 1 else ""
            self._known[child] = f"{above}/{child.tag}{place}"
        return self._known[element]


def raw(at: Any, path: str) -> str:
    """The text of the first element at ``path`` below ``at``, without the blanks around; empty when there is none."""
    if at is None:
        return ""
    found = at.find(path)
    return "" if found is None else (found.text or "").strip()


class Fields:
    """The fields of the elements of one invoice, and the remarks made while they are read."""

    def __init__(self, remarks: list[Remark], places: Places) -> None:
        self.remarks = list(remarks)
        self.path_of = places.of

    def say(self, code: str, it: str, en: str, at: Any = None) -> None:
        if len(self.remarks) < MOST_REMARKS:
            where = ("file", None) if at is None else (self.path_of(at), at.sourceline)
            self.remarks.append(Remark(code, Bilingual(it, en), *where))
        elif len(self.remarks) == MOST_REMARKS:
            it, en = "ci sono altri avvisi, che non si dicono", "there are further warnings, which are not told"
            self.remarks.append(Remark("more", Bilingual(it, en)))

    def block(self, at: Any, path: str) -> Any:
        """An element that the format wants; ``None`` with a remark when it is not there."""
        found = None if at is None else at.find(path)
        if found is None and at is not None:
            self._missing(at, path)
        return found

    def text(self, at: Any, path: str, *, wanted: bool = True) -> str | None:
        found = raw(at, path)
        if not found and wanted and at is not None:
            self._missing(at, path)
        return found or None

    def amount(self, at: Any, path: str, *, wanted: bool = True, needed: bool = True) -> Decimal | None:
        """A number. One that is there and is none is an ``UnreadableInvoice`` when ``needed``, else a remark."""
        written = raw(at, path)
        if not written:
            if wanted and at is not None:
                self._missing(at, path)
            return None
        if _AMOUNT.fullmatch(written):
            return Decimal(written)
        element = at.find(path)
        if comma := _COMMA.fullmatch(written):
            self.say(
                "number_form", f"«{written}» è scritto con la virgola: il formato vuole il punto",
                f"“{written}” is written with a comma: the format wants a point", element,
            )  # fmt: skip
            return Decimal(f"{comma[1]}{comma[2].replace('.', '')}.{comma[3]}")
        self._unreadable(element, needed, f"«{written[:40]}» non è un numero", f"“{written[:40]}” is not a number")
        return None

    def rate(self, at: Any, path: str, *, wanted: bool = True, needed: bool = True) -> Decimal | None:
        """A percentage; as ``amount``, and one that is out of measure is told and left out."""
        found = self.amount(at, path, wanted=wanted, needed=needed)
        if found is None or 0 <= found <= 100:
            return found
        self.say("rate", f"{found:f} non è una percentuale", f"{found:f} is not a percentage", at.find(path))
        return None

    def day(self, at: Any, path: str, *, wanted: bool = True, needed: bool = True) -> date | None:
        """A day; as ``amount``."""
        written = raw(at, path)
        if not written:
            if wanted and at is not None:
                self._missing(at, path)
            return None
        element = at.find(path)
        day = ""
        if found := _DAY.fullmatch(written) or _DAY_AND_HOUR.fullmatch(written):
            day = found[1]
        elif found := _ITALIAN_DAY.fullmatch(written):
            day = f"{found[3]}-{found[2]}-{found[1]}"
        if day != written:
            self.say(
                "date_form", f"«{written[:40]}» non è scritta come il formato vuole (AAAA-MM-GG)",
                f"“{written[:40]}” is not written as the format wants (YYYY-MM-DD)", element,
            )  # fmt: skip
        try:
            return date.fromisoformat(day)
        except ValueError:
            self._unreadable(element, needed, f"«{written[:40]}» non è una data", f"“{written[:40]}” is not a date")
        return None

    def _missing(self, at: Any, path: str) -> None:
        self.say("missing", f"manca {path}", f"{path} is missing", at)

    def _unreadable(self, element: Any, needed: bool, it: str, en: str) -> None:
        if needed:
            raise UnreadableInvoice(Bilingual(it, en), self.path_of(element), element.sourceline)
        self.say("unreadable", it, en, element)
