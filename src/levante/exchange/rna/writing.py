"""The XML file of a grant, as the schemas of the RNA want it (invio.xsd, concessione.xsd and their sisters).

Every length is checked before anything is sent: what does not fit is refused with the field's name, never cut.
"""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from lxml import etree

from levante.exchange.rna.grant import CUP_GIVEN, Beneficiary, Component, Concession, Cost, Place
from levante.kernel.pure import Bilingual

_ROOT = "http://www.rna.gov.it/"
#: The namespaces of the schemas, by the prefix that a reader sees.
_SPACES = {
    "conc": "concessione", "benef": "beneficiario", "local": "localizzazione", "costo": "costo", "comp": "componente_aiuto",
    "strum": "strumento_aiuto",
}  # fmt: skip
#: COD_TIPO_VARIAZIONE: I1 amount recalculated, I2 closing of the project, I3 aid cancelled, B1 another beneficiary.
AMOUNT_RECALCULATED = "I1"
VARIATIONS = ("R1", "A1", "A2", "A3", "B1", "I1", "I2", "I3", "V1")

_ILLEGAL = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")


class Unwritable(ValueError):
    """What the RNA could not take: ``field`` is its name for it, ``reason`` says what is wrong in both languages."""

    def __init__(self, field: str, it: str, en: str) -> None:
        super().__init__(f"{field}: {en}")
        self.field = field
        self.reason = Bilingual(f"RNA, {field}: {it}", f"RNA, {field}: {en}")


def written(concession: Concession, *, notice: int, car: int | None = None) -> str:
    """The file of ``RegistraAiuto``: one grant, of the notice the RNA knows by number ``notice`` (COD_BANDO)."""
    if not concession.components:
        raise Unwritable("COMPONENTI_AIUTI", "manca", "missing")
    invio, inside = _invio(notice, car, "")
    _concession(inside, concession)
    return _text(invio)


def written_variation(
    *, notice: int, cor: int, kind: str, reason: str, own_key: str, components: Iterable[Component], costs: Iterable[Cost] = ()
) -> str:  # fmt: skip
    """The file of ``VariazioneImporto``: the amounts of a grant as they are now, of which kind of change, and why."""
    if kind not in VARIATIONS:
        raise ValueError(f"no kind of variation is called {kind!r}")
    invio, inside = _invio(notice, None, kind)
    add = _Writer(inside, "concessione")
    add.text("ID_CONCESSIONE_GEST", own_key, 60, needed=True)
    add.text("COR", str(cor), 20, needed=True)
    add.text("MOTIVAZIONE_VARIAZIONE", reason, 2000, needed=True)
    _costs(add, costs)
    _components(add, components)
    return _text(invio)


def _invio(notice: int, car: int | None, variation: str) -> tuple[Any, Any]:
    spaces = {prefix: f"{_ROOT}{name}" for prefix, name in _SPACES.items()}
    invio = etree.Element(f"{{{_ROOT}invio}}INVIO", nsmap={None: f"{_ROOT}invio", **spaces})
    add = _Writer(invio, "invio")
    if car is not None:
        add.text("CAR", str(car), 20)
    add.text("COD_BANDO", str(notice), 20, needed=True)
    add.text("NOTIFICA_ELABORAZIONE_RICHIESTA", "NO", 2)
    add.text("COD_TIPO_VARIAZIONE", variation, 2)
    return invio, add.inside("CONCESSIONI").inside("CONCESSIONE").parent


def _concession(parent: Any, one: Concession) -> None:
    add = _Writer(parent, "concessione")
    add.text("TITOLO_PROGETTO", one.title, 256, needed=True)
    add.text("DESCRIZIONE_PROGETTO", one.description, 1300)
    add.text("COD_TIPO_INIZIATIVA", one.initiative, 10)
    add.text("CUP_CHECK_RICHIESTA", str(one.cup_check), 1)
    if one.cup_check == CUP_GIVEN and not one.cup:
        raise Unwritable("CUP", "manca, e si dice che c’è", "missing, and it is said to be there")
    add.text("CUP", one.cup, 15)
    add.day("DATA_DOMANDA", one.asked_on)
    add.day("DATA_INIZIO_PROGETTO", one.starts_on)
    add.day("DATA_FINE_PROGETTO", one.ends_on)
    add.text("LINK_TRASPARENZA", one.transparency, 500)
    add.text("ID_CONCESSIONE_GEST", one.own_key, 60, needed=True)
    add.text(
        "FLAG_ATTO_CONCESSIONE", "NO", 2
    )  # the act comes after: it is transmitted with its date once it is adopted
    add.day("DATA_CONCESSIONE", one.expected_on)
    add.text("CODICE_LOCALE_PROGETTO", one.project_code, 60)
    add.text("NOTE_CONCESSIONE", one.notes, 500)
    _beneficiary(add, one.beneficiary)
    _places(add, one.places)
    _costs(add, one.costs)
    _components(add, one.components)


def _beneficiary(add: "_Writer", one: Beneficiary) -> None:
    to = add.inside("BENEFICIARIO", "beneficiario")
    to.text("COD_TIPO_SOGGETTO", one.subject_type, 10, needed=True)
    to.text("CODICE_FISCALE", one.tax_code, 20, needed=True)
    to.text("DENOMINAZIONE", one.name, 500)
    to.text("INDIRIZZO_PEC", one.pec, 80)
    if one.year_ends and not re.fullmatch(r"(0[1-9]|[12][0-9]|3[01])(0[1-9]|1[0-2])", one.year_ends):
        raise Unwritable(
            "FINE_ESERCIZIO_FINANZIARIO", "scrivi giorno e mese, come 3112", "write day and month, as 3112"
        )
    to.text("FINE_ESERCIZIO_FINANZIARIO", one.year_ends, 4)
    to.text("COD_DIMENSIONE_IMPRESA", str(one.size), 10, needed=True)
    to.text("COD_TIPO_ATTIVITA_PREVALENTE", one.activity, 20)
    to.text("COD_FORMA_GIURIDICA", one.legal_form, 10)
    if one.seat is not None:
        seat = to.inside("SEDE_LEGALE")
        seat.text("INDIRIZZO", one.seat.street, 300)
        seat.text("COD_NAZIONE", one.seat.nation, 10)
        seat.text("COD_COMUNE", one.seat.comune_code, 10)
        seat.text("COMUNE", one.seat.comune, 256)
        seat.text("CAP", one.seat.postcode, 5)
        seat.text("INDIRIZZO_COMPLETO_SEDE_SEC", one.seat.whole, 300)
    for member in one.members:
        single = to.inside("SOGGETTI_IMPRESA_UNICA")
        single.text("CODICE_FISCALE", member.tax_code, 16, needed=True)
        single.text("DENOMINAZIONE", member.name, 256, needed=True)


def _places(add: "_Writer", places: Iterable[Place]) -> None:
    given = list(places)
    if not given:
        return
    within = add.inside("LOCALIZZAZIONI")
    for place in given:
        to = within.inside("LOCALIZZAZIONE", inner="localizzazione")
        to.text("ID_LOCA_GEST", place.key, 100, needed=True)
        to.text("COD_REGIONE", place.region_code, 20, needed=True)
        to.text("CHECK_LOCALIZZAZIONE", "SI" if place.whole_region else "NO", 2)
        to.text("COD_COMUNE", place.comune_code, 10)
        to.text("COMUNE", place.comune, 256)
        to.text("CAP", place.postcode, 5)
        to.text("INDIRIZZO", place.street, 1000)


def _costs(add: "_Writer", costs: Iterable[Cost]) -> None:
    given = list(costs)
    if not given:
        return
    within = add.inside("COSTI")
    for cost in given:
        to = within.inside("COSTO", inner="costo")
        to.text("ID_COSTO_GEST", cost.key, 100, needed=True)
        to.text("COD_TIPO_COSTO", cost.kind, 20)
        to.amount("IMPORTO_AMMESSO", cost.admitted)


def _components(add: "_Writer", components: Iterable[Component]) -> None:
    within = add.inside("COMPONENTI_AIUTI")
    for component in components:
        to = within.inside("COMPONENTE_AIUTO", inner="componente_aiuto")
        to.text("ID_COMP_AIUTO_GEST", component.key, 100, needed=True)
        to.text("DESCR_BREVE", component.brief, 500)
        to.text("COD_TIPO_PROCEDIMENTO", str(component.procedure), 10, needed=True)
        to.text("CODICE_REGOLAMENTO", component.regulation, 20, needed=True)
        to.text("COD_OBIETTIVO", str(component.objective), 10, needed=True)
        to.text("CODICE_SETTORE", component.sector, 20)
        if component.may_cumulate is not None:
            to.text("CUMULABILITA", "1" if component.may_cumulate else "0", 1)
        if component.activities:
            listed = to.inside("COD_ATECO_LIST")
            for code in component.activities:
                listed.text("COD_ATECO", code, 20)
        if not component.instruments:
            raise Unwritable("STRUMENTI_AIUTO", "manca", "missing")
        tools = to.inside("STRUMENTI_AIUTO")
        for instrument in component.instruments:
            tool = tools.inside("STRUMENTO_AIUTO", inner="strumento_aiuto")
            tool.text("ID_STRUM_AIUTO_GEST", instrument.key, 100, needed=True)
            tool.text("COD_TIPO_STRUMENTO_AIUTO", str(instrument.kind), 10, needed=True)
            tool.amount("IMPORTO_NOMINALE", instrument.nominal)
            tool.amount("IMPORTO_AGEVOLAZIONE", instrument.gge)
            if instrument.intensity is not None:
                tool.amount("INTENSITA_AIUTO", instrument.intensity)


class _Writer:
    """Elements of one namespace under one parent, each checked as it is written."""

    def __init__(self, parent: Any, space: str) -> None:
        self.parent = parent
        self.space = space

    def inside(self, name: str, inner: str = "") -> "_Writer":
        """An element that holds others; they are of the namespace ``inner`` when their type is of another schema."""
        uri = f"{_ROOT}{self.space}"
        return _Writer(etree.SubElement(self.parent, f"{{{uri}}}{name}"), inner or self.space)

    def text(self, name: str, value: str, most: int, *, needed: bool = False) -> None:
        value = value.strip()
        if not value:
            if needed:
                raise Unwritable(name, "manca", "missing")
            return
        if _ILLEGAL.search(value):
            raise Unwritable(name, "ha caratteri che non si possono scrivere", "has characters that cannot be written")
        if len(value) > most:
            raise Unwritable(
                name,
                f"è di {len(value)} caratteri, al massimo {most}",
                f"has {len(value)} characters, at most {most}",
            )
        etree.SubElement(self.parent, f"{{{_ROOT}{self.space}}}{name}").text = value

    def day(self, name: str, value: date | None) -> None:
        if value is not None:
            self.text(name, value.isoformat(), 10)

    def amount(self, name: str, value: Decimal) -> None:
        if not value.is_finite() or value < 0 or value != value.quantize(Decimal("0.01")):
            raise Unwritable(name, "non è un importo in euro e centesimi", "is not an amount in euro and cents")
        self.text(name, f"{value:.2f}", 20, needed=True)


def _text(root: Any) -> str:
    return str(etree.tostring(root, encoding="unicode"))
