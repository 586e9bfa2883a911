"""The XML of a request of CUP, as CUP_2020.xsd wants it: what is missing or too long is named before anything is sent."""

import re
from decimal import Decimal
from typing import Any

from lxml import etree

from levante.exchange.cup.project import Description, Financing, Project
from levante.kernel.pure import Bilingual

#: The schema bounds no length; published software keeps what is free text within these.
LONGEST = {"altre_informazioni": 100, "descrizione_intervento": 255, "desc_intervento": 255}
MOST = 255

#: What each description must have (CUP_2020.xsd), besides the address; an attribute that may be there is in the second list.
_AREA = ("tipo_ind_area_rifer", "ind_area_rifer")
_MAY = ("desc_strum_progr", "altre_informazioni")
DESCRIPTIONS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "LAVORI_PUBBLICI": (
        ("nome_str_infrastr", "str_infrastr_unica", *_AREA, "descrizione_intervento", "strum_progr"), _MAY,
    ),
    "CONCESSIONE_INCENTIVI_UNITA_PRODUTTIVE": (
        ("denominazione_impresa_stabilimento", "partita_iva", *_AREA, "descrizione_intervento", "strum_progr"),
        ("denominazione_impresa_stabilimento_prec", *_MAY),
    ),
    "CONCESSIONE_CONTRIBUTI_NO_UNITA_PRODUTTIVE": (
        ("beneficiario", "partita_iva", "struttura", *_AREA, "desc_intervento", "strum_progr"), _MAY,
    ),
    "REALIZZ_ACQUISTO_SERVIZI_RICERCA": (
        ("denominazione_progetto", "ente", "descrizione_intervento", "strum_progr"), (*_AREA, *_MAY),
    ),
    "REALIZZ_ACQUISTO_SERVIZI_FORMAZIONE": (
        ("denom_progetto", "denom_ente_corso", *_AREA, "obiett_corso", "mod_intervento_frequenza", "strum_progr",
         "desc_strum_progr"),
        ("altre_informazioni",),
    ),
    "REALIZZ_ACQUISTO_SERVIZI_NO_FORMAZIONE_RICERCA": (
        ("nome_str_infrastr", *_AREA, "servizio", "strum_progr"), _MAY,
    ),
    "ACQUISTO_BENI": (("nome_str_infrastr", *_AREA, "bene", "strum_progr"), _MAY),
    "PARTECIP_AZIONARIE_CONFERIM_CAPITALE": (
        ("ragione_sociale", "partita_iva", *_AREA, "finalita", "strum_progr", "desc_strum_progr"),
        ("ragione_sociale_prec", "altre_informazioni"),
    ),
    "CUP_CUMULATIVO": (("atto_amministr", "scopo_intervento"), ("altre_informazioni",)),
}  # fmt: skip

_ILLEGAL = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ud800-\\udfff\\ufffe\\uffff]")


class Unwritable(ValueError):
    """What the CUP system could not take: ``field`` is its name for it, ``reason`` says what is wrong in both languages."""

    def __init__(self, field: str, it: str, en: str) -> None:
        super().__init__(f"{field}: {en}")
        self.field = field
        self.reason = Bilingual(f"CUP, {field}: {it}", f"CUP, {field}: {en}")


def generation(project: Project) -> str:
    """CUP_GENERAZIONE of one project, without who asks: user, password and holder are added when it is sent."""
    return str(etree.tostring(generated_from(project), encoding="unicode"))


def generated_from(project: Project, holder: dict[str, str] | None = None) -> Any:
    """The element; ``holder`` says for whom (soggetto_titolare, uo_soggetto_titolare, user_titolare)."""
    root = etree.Element("CUP_GENERAZIONE")
    for name, value in (holder or {}).items():
        _set(root, name, value)
    _set(root, "id_progetto", project.id, needed=True)
    general = etree.SubElement(root, "DATI_GENERALI_PROGETTO")
    _set(general, "anno_decisione", str(project.year), needed=True)
    _set(general, "cumulativo", "S" if project.cumulative else "N")
    _set(general, "codifica_locale", project.local_code, needed=True)
    for name, value in (
        ("natura", project.nature), ("tipologia", project.kind), ("settore", project.sector),
        ("sottosettore", project.subsector), ("categoria", project.category),
    ):  # fmt: skip
        _set(general, name, value, needed=True)
    for number, code in enumerate(project.cpv[:7], 1):
        _set(general, f"cpv{number}", code)
    if project.master is not None:
        master = etree.SubElement(root, "MASTER")
        _set(master, "cup_master", project.master.cup)
        _set(master, "id_master", project.master.id)
        _set(master, "ragioni_collegamento", project.master.why)
    if not project.places:
        raise Unwritable("LOCALIZZAZIONE", "manca", "missing")
    for place in project.places:
        where = etree.SubElement(root, "LOCALIZZAZIONE")
        for name, value in (
            ("stato", place.state), ("regione", place.region), ("provincia", place.province), ("comune", place.comune),
        ):  # fmt: skip
            _set(where, name, value, needed=True)
    _describe(root, project.description)
    if (one := project.activity) is not None:
        activity = etree.SubElement(root, "ATTIV_ECONOMICA_BENEFICIARIO")
        _set_each(activity, sezione=one.section, sottosezione=one.subsection, divisione=one.division, gruppo=one.group)
    _finance(root, project.financing)
    return root


def _describe(root: Any, description: Description) -> None:
    if description.element not in DESCRIPTIONS:
        raise ValueError(f"no description is called {description.element!r}")
    must, may = DESCRIPTIONS[description.element]
    unknown = sorted(description.attributes.keys() - {*must, *may})
    if unknown:
        raise ValueError(f"{description.element} has no {', '.join(unknown)}")
    element = etree.SubElement(etree.SubElement(root, "DESCRIZIONE"), description.element)
    for name in (*must, *may):
        _set(element, name, description.attributes.get(name, ""), needed=name in must)
    area = description.attributes.get("tipo_ind_area_rifer", "")
    if area and area not in {"01", "02", "03", "04", "05"}:
        raise Unwritable("tipo_ind_area_rifer", "è un codice da 01 a 05", "is a code from 01 to 05")


def _finance(root: Any, financing: Financing) -> None:
    element = etree.SubElement(root, "FINANZIAMENTO")
    for name, value, known in (
        ("sponsorizzazione", financing.sponsored, "NPT"), ("finanza_progetto", financing.project_finance, "NPA"),
    ):  # fmt: skip
        if value not in known or len(value) != 1:
            raise Unwritable(name, f"è uno tra {', '.join(known)}", f"is one of {', '.join(known)}")
        _set(element, name, value)
    _amount(element, "costo", financing.cost)
    _amount(element, "finanziamento", financing.public)
    if financing.public > financing.cost:
        raise Unwritable("finanziamento", "supera il costo", "is over the cost")
    if not financing.covers:
        raise Unwritable("CODICE_TIPOLOGIA_COP_FINANZ", "manca", "missing")
    for code in financing.covers:
        etree.SubElement(element, "CODICE_TIPOLOGIA_COP_FINANZ").text = code


def _set(element: Any, name: str, value: str, *, needed: bool = False) -> None:
    value = " ".join(value.split())
    most = LONGEST.get(name, MOST)
    if not value:
        if needed:
            raise Unwritable(name, "manca", "missing")
        return
    if _ILLEGAL.search(value):
        raise Unwritable(name, "ha caratteri che non si possono scrivere", "has characters that cannot be written")
    if len(value) > most:
        raise Unwritable(
            name, f"è di {len(value)} caratteri, al massimo {most}", f"has {len(value)} characters, at most {most}"
        )
    element.set(name, value)


def _set_each(element: Any, **values: str) -> None:
    for name, value in values.items():
        _set(element, name, value)


def _amount(element: Any, name: str, value: Decimal) -> None:
    if not value.is_finite() or value <= 0 or value != value.quantize(Decimal("0.01")):
        raise Unwritable(name, "non è un importo in euro e centesimi", "is not an amount in euro and cents")
    element.set(name, f"{value:.2f}")
