"""The CUP and the CIG of an invoice: in the fields made for them, and where people write them instead."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from levante.documents.pure.invoice import CodeFound, CodeKind, Linked
from levante.documents.pure.invoice_xml import Fields, raw
from levante.law.codes import check_cig, check_cup

#: The blocks of the general data with the fields CodiceCUP and CodiceCIG.
BLOCKS = ("DatiOrdineAcquisto", "DatiContratto", "DatiConvenzione", "DatiRicezione", "DatiFattureCollegate")
_FIELDS: dict[str, CodeKind] = {"CodiceCUP": "cup", "CodiceCIG": "cig"}
_CHECKS = {"cup": check_cup, "cig": check_cig}
#: The fields of a related document that may hold an identifier of the administration.
_NAMES = ("IdDocumento", "NumItem", "CodiceCommessaConvenzione")

#: A CUP in a text: by itself; with separators only behind the word, or sentences would be made of pieces.
_CUP = re.compile(r"(?<![A-Za-z0-9])[A-Za-z][0-9]{2}[A-Za-z][0-9]{11}(?![A-Za-z0-9])")
_CUP_SPACED = re.compile(
    r"\bC\.?U\.?P\.?[\s:.,=#°nN-]{0,8}([A-Za-z](?:[ .-]?[0-9]){2}[ .-]?[A-Za-z](?:[ .-]?[0-9]){11})(?![A-Za-z0-9])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Written:
    """Where codes may be: the related documents, and the elements with free text, each with the lines it is of."""

    references: tuple[tuple[Any, tuple[int, ...]], ...]
    texts: tuple[tuple[Any, tuple[int, ...]], ...]


def written_in(body: Any) -> Written:
    """In one walk over the invoice, in the order of the file."""
    references: list[tuple[Any, tuple[int, ...]]] = []
    texts: list[tuple[Any, tuple[int, ...]]] = []
    place = 0
    for block in body:
        if block.tag == "DatiGenerali":
            for child in block:
                if child.tag in BLOCKS:
                    references.append((child, _numbers(child, "RiferimentoNumeroLinea")))
                elif child.tag in ("DatiGeneraliDocumento", "DatiFatturaRettificata"):
                    texts += [(one, ()) for one in child if one.tag in ("Causale", "ElementiRettificati")]
        elif block.tag == "DatiBeniServizi":
            place += 1
            for child in block:
                if child.tag == "DettaglioLinee":
                    lines = _numbers(child, "NumeroLinea")
                    for one in child:
                        if one.tag in ("Descrizione", "RiferimentoAmministrazione"):
                            texts.append((one, lines))
                        elif one.tag == "AltriDatiGestionali":
                            texts += [(text, lines) for text in one if text.tag == "RiferimentoTesto"]
                elif child.tag == "Descrizione":  # of a simplified invoice, where each of these blocks is a line
                    texts.append((child, (place,)))
    return Written(tuple(references), tuple(texts))


def codes_of(fields: Fields, written: Written) -> list[CodeFound]:
    """Every code, those in their own fields first. One that has not its form stays as it is written, with a remark; a CUP found
    only in a text is told with its place."""
    found = list(_in_fields(fields, written))
    known = {one.code for one in found if one.kind == "cup"}
    for element, lines in written.texts:
        for code in _cups_in(element.text or ""):
            if code in known:
                continue
            known.add(code)
            fields.say(
                "cup_in_text",
                f"il CUP {code} non è nel suo campo (CodiceCUP) ma in un testo",
                f"the CUP {code} is not in its own field (CodiceCUP) but in a text",
                element,
            )
            found.append(CodeFound("cup", code, fields.path_of(element), element.sourceline, lines, own_field=False))
    return found


def linked_in(fields: Fields, written: Written) -> list[Linked]:
    """The invoices that the document is linked to, in its order."""
    found = [
        Linked(number, fields.day(reference, "Data", wanted=False, needed=False))
        for reference, _ in written.references
        if reference.tag == "DatiFattureCollegate" and (number := raw(reference, "IdDocumento"))
    ]
    return list(dict.fromkeys(found))


def free_texts(written: Written) -> list[str]:
    """What people write where there is no field for it: causes, descriptions, other data, numbers of orders and contracts."""
    found = [(element.text or "").strip() for element, _ in written.texts]
    for reference, _ in written.references:
        found += [(one.text or "").strip() for one in reference if one.tag in _NAMES]
    return [text for text in dict.fromkeys(found) if text]


def _in_fields(fields: Fields, written: Written) -> Iterator[CodeFound]:
    for reference, lines in written.references:
        for element in reference:
            kind = _FIELDS.get(element.tag)
            text = (element.text or "").strip()
            if kind is None or not text:
                continue
            checked = _CHECKS[kind](text)
            if not checked:
                fields.say(
                    f"{kind}_form", f"{element.tag} «{text[:40]}»: {checked.reason.it}",
                    f"{element.tag} “{text[:40]}”: {checked.reason.en}", element,
                )  # fmt: skip
            code = checked.normalised if checked else text
            yield CodeFound(kind, code, fields.path_of(element), element.sourceline, lines)


def _numbers(at: Any, tag: str) -> tuple[int, ...]:
    texts = [(one.text or "").strip() for one in at if one.tag == tag]
    return tuple(int(text) for text in texts if re.fullmatch(r"[0-9]{1,6}", text))


def _cups_in(text: str) -> list[str]:
    if len(text) < 15:
        return []
    found = _CUP.findall(text) + _CUP_SPACED.findall(text)
    return [checked.normalised for one in found if (checked := check_cup(one))]
