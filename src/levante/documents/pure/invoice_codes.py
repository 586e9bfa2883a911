"""The CUP and the CIG of an invoice: in the fields made for them, and where people write them instead."""

import re
from collections.abc import Iterator
from typing import Any

from levante.documents.pure.invoice import CodeFound, CodeKind
from levante.documents.pure.invoice_xml import Fields, raw
from levante.law.codes import check_cig, check_cup

#: The blocks of the general data with the fields CodiceCUP and CodiceCIG.
BLOCKS = ("DatiOrdineAcquisto", "DatiContratto", "DatiConvenzione", "DatiRicezione", "DatiFattureCollegate")
_FIELDS: tuple[tuple[CodeKind, str], ...] = (("cup", "CodiceCUP"), ("cig", "CodiceCIG"))
_CHECKS = {"cup": check_cup, "cig": check_cig}

#: A CUP in a text: by itself; with separators only behind the word, or sentences would be made of pieces.
_CUP = re.compile(r"(?<![A-Za-z0-9])[A-Za-z][0-9]{2}[A-Za-z][0-9]{11}(?![A-Za-z0-9])")
_CUP_SPACED = re.compile(
    r"\bC\.?U\.?P\.?[\s:.,=#°nN-]{0,8}([A-Za-z](?:[ .-]?[0-9]){2}[ .-]?[A-Za-z](?:[ .-]?[0-9]){11})(?![A-Za-z0-9])",
    re.IGNORECASE,
)


def codes_of(fields: Fields, body: Any) -> list[CodeFound]:
    """Every code, in the order of the file. A code in its field that has not its form stays as it is written, with a remark;
    a CUP found only in a text is told with its place."""
    found = list(_in_fields(fields, body))
    known = {one.code for one in found if one.kind == "cup"}
    for element, lines in _texts(body):
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


def free_texts(body: Any) -> list[str]:
    """The texts where people write what has no field: causes, descriptions, other data, numbers of orders and contracts."""
    found = [(element.text or "").strip() for element, _ in _texts(body)]
    for block in BLOCKS:
        for reference in body.iterfind(f"DatiGenerali/{block}"):
            found += [raw(reference, name) for name in ("IdDocumento", "NumItem", "CodiceCommessaConvenzione")]
    return [text for text in dict.fromkeys(found) if text]


def _in_fields(fields: Fields, body: Any) -> Iterator[CodeFound]:
    for block in BLOCKS:
        for reference in body.iterfind(f"DatiGenerali/{block}"):
            lines = tuple(
                int(text)
                for one in reference.iterfind("RiferimentoNumeroLinea")
                if re.fullmatch(r"[0-9]{1,6}", text := (one.text or "").strip())
            )
            for kind, name in _FIELDS:
                written = raw(reference, name)
                if not written:
                    continue
                element = reference.find(name)
                checked = _CHECKS[kind](written)
                if not checked:
                    fields.say(
                        f"{kind}_form", f"{name} «{written[:40]}»: {checked.reason.it}",
                        f"{name} “{written[:40]}”: {checked.reason.en}", element,
                    )  # fmt: skip
                code = checked.normalised if checked else written
                yield CodeFound(kind, code, fields.path_of(element), element.sourceline, lines)


def _texts(body: Any) -> Iterator[tuple[Any, tuple[int, ...]]]:
    """The elements with free text, and the line of the invoice that each is of."""
    for cause in body.iterfind("DatiGenerali/DatiGeneraliDocumento/Causale"):
        yield cause, ()
    for corrected in body.iterfind("DatiGenerali/DatiFatturaRettificata/ElementiRettificati"):
        yield corrected, ()
    for line in body.iterfind("DatiBeniServizi/DettaglioLinee"):
        number = raw(line, "NumeroLinea")
        lines = (int(number),) if re.fullmatch(r"[0-9]{1,6}", number) else ()
        for name in ("Descrizione", "RiferimentoAmministrazione", "AltriDatiGestionali/RiferimentoTesto"):
            yield from ((element, lines) for element in line.iterfind(name))
    for place, simple in enumerate(body.iterfind("DatiBeniServizi"), start=1):
        yield from ((element, (place,)) for element in simple.iterfind("Descrizione"))


def _cups_in(text: str) -> list[str]:
    written = _CUP.findall(text) + _CUP_SPACED.findall(text)
    return [checked.normalised for one in written if (checked := check_cup(one))]
