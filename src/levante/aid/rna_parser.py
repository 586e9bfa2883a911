"""The open data of the RNA, aid by aid: ``LISTA_AIUTI/AIUTO/COMPONENTI_AIUTO/COMPONENTE_AIUTO/STRUMENTI_AIUTO/…``.

Expat is fed chunk by chunk and only the fields that are kept become Python objects, so a file of any size takes the
same memory. Document types and entities are refused: the RNA has none, and they are how XML bombs are made.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from xml.parsers import expat

from levante.aid.regimes import regime_of
from levante.aid.rna_source import UnreadableFile
from levante.kernel.pure import ZERO, round_euro

NAMESPACE = "http://www.rna.it/RNA_aiuto/schema"

#: Fields that are kept, by level, with the longest text each may have; longer texts are cut, longer keys quarantined.
_AID = {
    "CAR": 30,
    "TITOLO_MISURA": 500,
    "SOGGETTO_CONCEDENTE": 300,
    "COR": 100,
    "DATA_CONCESSIONE": 100,
    "CUP": 30,
    "ATTO_CONCESSIONE": 200,
    "DENOMINAZIONE_BENEFICIARIO": 300,
    "CODICE_FISCALE_BENEFICIARIO": 100,
}
_COMPONENT = {"ID_COMPONENTE_AIUTO": 40, "COD_PROCEDIMENTO": 20, "COD_REGOLAMENTO": 60, "DES_REGOLAMENTO": 300}
_INSTRUMENT = {"DES_STRUMENTO": 200, "ELEMENTO_DI_AIUTO": 100, "IMPORTO_NOMINALE": 100}
_FIELDS = {**_AID, **_COMPONENT, **_INSTRUMENT}

_DEEPEST = 32
_MOST_INSTRUMENTS = 5_000
#: Markup with no end in sight (a tag, a comment, an attribute): the parser would keep all of it in memory.
_LONGEST_TOKEN = 8 * 1024 * 1024

_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:T[\d:.]+)?(?:Z|[+-]\d{2}:\d{2})?")
_DAY_ITALIAN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_COR = re.compile(r"[A-Za-z0-9][A-Za-z0-9./-]{0,29}")
_TAX_CODE = re.compile(r"[A-Z0-9]{5,28}")
_ITALIAN_AMOUNT = re.compile(r"-?(\d{1,3}(\.\d{3})+|\d+),\d+")
_LARGEST = Decimal("9999999999999")


@dataclass(slots=True)
class Element:
    """One ``AIUTO`` as it is written: fields, and for each component its fields and instruments."""

    fields: dict[str, str] = field(default_factory=dict)
    components: list[tuple[dict[str, str], list[dict[str, str]]]] = field(default_factory=list)
    instruments: int = 0

    def as_json(self) -> dict[str, object]:
        """What is kept of an aid in quarantine."""
        shown = self.components[:20]
        return {**self.fields, "components": [{**fields, "instruments": parts[:20]} for fields, parts in shown]}


@dataclass(frozen=True, slots=True)
class Line:
    """One aid under one regulation: the components and instruments of a COR under it, added up."""

    cor: str
    regulation: str
    car: str
    regulation_text: str
    regime: str
    measure_title: str
    granting_body: str
    act: str
    tax_code: str
    beneficiary_name: str
    granted_on: date
    gge: Decimal
    nominal: Decimal | None
    instrument: str
    cup: str


@dataclass(frozen=True, slots=True)
class Unusable:
    """An aid that cannot be counted as it is, and why."""

    cor: str
    tax_code: str
    reasons: tuple[str, ...]
    content: dict[str, object]


#: Why an aid is in quarantine; the words for people are in ``levante.aid.texts``.
REASONS = (
    "cor_missing",
    "cor_malformed",
    "tax_code_missing",
    "tax_code_malformed",
    "date_missing",
    "date_malformed",
    "components_missing",
    "components_too_many",
    "amount_missing",
    "amount_malformed",
)


def elements_in(text: Iterable[str]) -> Iterator[Element]:
    """Every ``AIUTO`` of the document, as it is read. ``UnreadableFile`` when it is damaged or is something else."""
    reader = _Reader()
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.EntityDeclHandler = _refuse_doctype
    fed = 0
    try:
        for chunk in text:
            data = chunk.encode("utf-8")
            fed += len(data)
            parser.Parse(data, False)
            if reader.done:
                yield from reader.take()
            if fed - parser.CurrentByteIndex > _LONGEST_TOKEN + len(data):
                raise UnreadableFile("Un elemento del file non finisce mai.", "A piece of markup never ends.")
        parser.Parse(b"", True)
    except UnreadableFile:
        yield from reader.take()
        raise
    except expat.ExpatError as error:
        # What was whole before the damage is given first: it is recorded, and the file can be read again when mended.
        yield from reader.take()
        raise UnreadableFile(
            f"L’XML è rovinato o incompleto alla riga {error.lineno}: {expat.ErrorString(error.code)}.",
            f"The XML is damaged or cut short at line {error.lineno}: {expat.ErrorString(error.code)}.",
        ) from error
    yield from reader.take()


def _refuse_doctype(*_: object) -> None:
    raise UnreadableFile(
        "Il file dichiara un DTD o delle entità: i file dell’RNA non ne hanno, e non si leggono.",
        "The file declares a DTD or entities: the RNA's files have none, and they are not read.",
    )


class _Reader:
    """Where we are in the tree. Only the fields listed above are kept; everything else passes by."""

    def __init__(self) -> None:
        self.done: list[Element] = []
        self._names: dict[str, str] = {}
        self._depth = 0
        self._aid: Element | None = None
        self._component: dict[str, str] | None = None
        self._instrument: dict[str, str] | None = None
        self._field = ""
        self._field_depth = 0
        self._pieces: list[str] = []
        self._length = 0

    def take(self) -> list[Element]:
        done, self.done = self.done, []
        return done

    def _local(self, name: str) -> str:
        local = self._names.get(name)
        if local is None:
            local = name.rpartition(":")[2]
            if len(self._names) < 1000:
                self._names[name] = local
        return local

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        self._depth += 1
        local = self._local(name)
        if self._depth > _DEEPEST:
            raise UnreadableFile("Il file ha troppi livelli.", "The file is nested too deep.")
        if self._depth == 1 and local not in {"LISTA_AIUTI", "AIUTO"}:
            raise UnreadableFile(
                f"Il file comincia con <{local[:40]}>: serve un file OpenData_Aiuti dell’RNA (<LISTA_AIUTI>).",
                f"The file begins with <{local[:40]}>: an OpenData_Aiuti file of the RNA is needed (<LISTA_AIUTI>).",
            )
        if local in _FIELDS:
            self._field = local
            self._field_depth = self._depth
            self._pieces = []
            self._length = 0
        elif local == "STRUMENTO_AIUTO":
            self._open_instrument()
        elif local == "COMPONENTE_AIUTO":
            if self._aid is not None:
                self._component = {}
                self._aid.components.append((self._component, []))
        elif local == "AIUTO":
            self._aid = Element()

    def _open_instrument(self) -> None:
        if self._aid is None or not self._aid.components:
            return
        self._aid.instruments += 1
        self._instrument = {}
        if self._aid.instruments <= _MOST_INSTRUMENTS:
            self._aid.components[-1][1].append(self._instrument)

    def text(self, data: str) -> None:
        if self._field and self._length <= 600:
            self._pieces.append(data)
            self._length += len(data)

    def end(self, name: str) -> None:
        if self._field and self._depth == self._field_depth:
            self._close_field()
        else:
            local = self._local(name)
            if local == "AIUTO" and self._aid is not None:
                self.done.append(self._aid)
                self._aid = self._component = self._instrument = None
            elif local == "COMPONENTE_AIUTO":
                self._component = None
            elif local == "STRUMENTO_AIUTO":
                self._instrument = None
        self._depth -= 1

    def _close_field(self) -> None:
        kept, self._field = self._field, ""
        value = " ".join("".join(self._pieces).split())[: _FIELDS[kept]]
        place: dict[str, str] | None
        if kept in _AID:
            place = self._aid.fields if self._aid is not None else None
        elif kept in _COMPONENT:
            place = self._component
        else:
            place = self._instrument
        if place is not None and value:
            place.setdefault(kept, value)


def lines_of(element: Element) -> list[Line] | Unusable:
    """The lines of an aid, one per regulation, or why it cannot be counted.

    An aid with one unreadable component is kept aside as a whole: half of it would understate what was received.
    """
    get = element.fields.get
    reasons: list[str] = []
    cor = _key(get("COR", ""), _COR, "cor", reasons)
    tax_code = _key(get("CODICE_FISCALE_BENEFICIARIO", "").upper().replace(" ", ""), _TAX_CODE, "tax_code", reasons)
    granted_on = _day(get("DATA_CONCESSIONE", ""), reasons)
    if not element.instruments:
        reasons.append("components_missing")
    if element.instruments > _MOST_INSTRUMENTS:
        reasons.append("components_too_many")
    groups: dict[str, _Group] = {}
    for fields, instruments in element.components:
        code = fields.get("COD_REGOLAMENTO") or fields.get("DES_REGOLAMENTO", "")[:60]
        group = groups.setdefault(code, _Group(fields))
        for instrument in instruments:
            group.add(instrument, reasons)
    if reasons or granted_on is None:
        return Unusable(cor, tax_code, tuple(dict.fromkeys(reasons)), element.as_json())
    return [
        Line(
            cor=cor,
            regulation=code,
            car=get("CAR", ""),
            regulation_text=group.text,
            regime=regime_of(code, group.text, group.procedure, granted_on),
            measure_title=get("TITOLO_MISURA", ""),
            granting_body=get("SOGGETTO_CONCEDENTE", ""),
            act=get("ATTO_CONCESSIONE", ""),
            tax_code=tax_code,
            beneficiary_name=get("DENOMINAZIONE_BENEFICIARIO", ""),
            granted_on=granted_on,
            gge=group.gge,
            nominal=group.nominal,
            instrument=" · ".join(group.instruments)[:200],
            cup=get("CUP", ""),
        )
        for code, group in groups.items()
    ]


class _Group:
    """What a COR has under one regulation."""

    def __init__(self, fields: dict[str, str]) -> None:
        self.text = fields.get("DES_REGOLAMENTO", "")
        self.procedure = fields.get("COD_PROCEDIMENTO", "")
        self.gge = ZERO
        self.nominal: Decimal | None = None
        self.instruments: dict[str, None] = {}

    def add(self, instrument: dict[str, str], reasons: list[str]) -> None:
        gge = _amount(instrument.get("ELEMENTO_DI_AIUTO", ""))
        if gge is None:
            reasons.append("amount_malformed" if instrument.get("ELEMENTO_DI_AIUTO") else "amount_missing")
            return
        nominal = _amount(instrument.get("IMPORTO_NOMINALE", ""))
        if nominal is None and instrument.get("IMPORTO_NOMINALE"):
            reasons.append("amount_malformed")
            return
        self.gge += gge
        if nominal is not None:
            self.nominal = (self.nominal or ZERO) + nominal
        if instrument.get("DES_STRUMENTO"):
            self.instruments[instrument["DES_STRUMENTO"]] = None
        if self.gge > _LARGEST or (self.nominal or ZERO) > _LARGEST:
            reasons.append("amount_malformed")


def _key(text: str, shape: re.Pattern[str], name: str, reasons: list[str]) -> str:
    if not text:
        reasons.append(f"{name}_missing")
        return ""
    if not shape.fullmatch(text):
        reasons.append(f"{name}_malformed")
        return ""
    return text


def _day(text: str, reasons: list[str]) -> date | None:
    if not text:
        reasons.append("date_missing")
        return None
    try:
        if match := _DAY.fullmatch(text):
            found = date(int(match[1]), int(match[2]), int(match[3]))
        elif match := _DAY_ITALIAN.fullmatch(text):
            found = date(int(match[3]), int(match[2]), int(match[1]))
        else:
            raise ValueError(text)
        if not 1990 <= found.year <= 2100:
            raise ValueError(text)
    except ValueError:
        reasons.append("date_malformed")
        return None
    return found


def _amount(text: str) -> Decimal | None:
    """An amount as the RNA writes it (``8498.44``), or with an Italian comma; never negative."""
    if _ITALIAN_AMOUNT.fullmatch(text):
        text = text.replace(".", "").replace(",", ".")
    if len(text) > 40:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    if not value.is_finite() or value < 0 or value.adjusted() > 12 or "_" in text:
        return None
    return round_euro(value)
