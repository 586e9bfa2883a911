"""One row of a register: its columns recognised, its values checked, ready for the table of passage."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from levante.kernel.pure import Bilingual
from levante.law.codes import check_pec, check_tax_code, check_vat
from levante.parties.models import Comune
from levante.parties.models.search import plain
from levante.parties.reference import dotted_ateco, legal_forms
from levante.parties.register_import.source import BadFile

#: column of ours -> names it has in files (compared without case, accents and signs).
COLUMNS: dict[str, tuple[str, ...]] = {
    "tax_code": ("codice_fiscale", "cf", "cod_fiscale", "tax_code"),
    "name": ("denominazione", "ragione_sociale", "nome", "name"),
    "vat_number": ("partita_iva", "p_iva", "piva", "vat_number"),
    "legal_form": ("forma_giuridica", "natura_giuridica", "legal_form"),
    "rea": ("rea", "numero_rea", "n_rea"),
    "ateco": ("ateco", "codice_ateco", "attivita"),
    "ateco_edition": ("ateco_edizione", "edizione_ateco", "ateco_edition"),
    "ateco_on": ("ateco_dal", "data_ateco", "ateco_on"),
    "artisan": ("artigiana", "impresa_artigiana", "albo_artigiani", "artisan"),
    "founded_on": ("data_costituzione", "data_iscrizione", "founded_on"),
    "status": ("stato", "stato_attivita", "status"),
    "ceased_on": ("data_cessazione", "data_cancellazione", "ceased_on"),
    "pec": ("pec", "indirizzo_pec"),
    "email": ("email", "e_mail"),
    "phone": ("telefono", "phone"),
    "website": ("sito", "sito_web", "website"),
    "istat": ("sede_istat", "codice_istat", "istat"),
    "comune": ("sede_comune", "comune"),
    "province": ("sede_provincia", "provincia", "prov"),
    "cap": ("sede_cap", "cap"),
    "address": ("sede_indirizzo", "indirizzo", "address"),
    "year": ("anno_bilancio", "anno", "year"),
    "headcount": ("addetti", "ula", "headcount"),
    "turnover": ("fatturato", "ricavi", "turnover"),
    "balance": ("attivo", "totale_attivo", "balance"),
    "export_turnover": ("fatturato_estero", "export", "export_turnover"),
}
REQUIRED = ("tax_code", "name")
LONGEST = {"name": 300, "rea": 12, "phone": 30, "website": 200, "email": 254, "address": 300}

#: The columns of the table of passage, in the order a row gives them.
STAGED = (
    "position",
    "tax_code",
    "name",
    "vat_number",
    "legal_form",
    "rea",
    "ateco",
    "ateco_edition",
    "ateco_on",
    "artisan",
    "founded_on",
    "status",
    "ceased_on",
    "pec",
    "email",
    "phone",
    "website",
    "istat",
    "province",
    "cap",
    "address",
    "year",
    "headcount",
    "turnover",
    "balance",
    "export_turnover",
)
Value = str | int | bool | date | Decimal | None

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_ITALIAN = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_REA = re.compile(r"([A-Z]{2})[- ]?0*(\d{1,9})")
_THOUSANDS = re.compile(r"-?\d{1,3}(\.\d{3})+")
_NUMBER = re.compile(r"-?\d{1,15}(\.\d+)?")
_LIMIT = {"headcount": Decimal("9999999.99"), "money": Decimal("9999999999999.99")}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class BadRow(ValueError):
    """A row that is not written: which column, and why."""

    def __init__(self, it: str, en: str) -> None:
        super().__init__(en)
        self.reason = Bilingual(it, en)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each of our columns is in the rows of a file."""

    positions: dict[str, int]
    width: int

    @property
    def present(self) -> frozenset[str]:
        return frozenset(self.positions)


def layout_of(header: Sequence[str]) -> Layout:
    """Recognise the columns by their names; others are left alone. Raises ``BadFile``."""
    if not any("\0" not in name and name.strip() for name in header):
        raise BadFile("La prima riga non ha nomi di colonna.", "The first row has no column names.")
    names = {alias: ours for ours, aliases in COLUMNS.items() for alias in aliases}
    positions: dict[str, int] = {}
    for i, title in enumerate(header):
        ours = names.get("_".join(plain(title.replace("_", " ").replace(".", " ")).split()))
        if ours is None:
            continue
        if ours in positions:
            raise BadFile(
                f"La colonna “{title.strip()}” c’è due volte.", f"The column “{title.strip()}” is there twice."
            )
        positions[ours] = i
    missing = [COLUMNS[name][0] for name in REQUIRED if name not in positions]
    if missing:
        listed = ", ".join(missing)
        raise BadFile(f"Mancano le colonne: {listed}.", f"Columns are missing: {listed}.")
    return Layout(positions, len(header))


class Places:
    """The comuni by ISTAT code, and by name with the letters of the province."""

    def __init__(self) -> None:
        self.by_code: dict[str, tuple[str, str, frozenset[str]]] = {}
        self.by_name: dict[tuple[str, str], list[str]] = {}
        for comune in Comune.objects.all():
            self.by_code[comune.istat_code] = (comune.istat_code, comune.province_id, frozenset(comune.caps))
            for province in (comune.province_id, ""):
                self.by_name.setdefault((comune.search_name, province), []).append(comune.istat_code)

    def find(self, istat: str, name: str, province: str) -> tuple[str, str, frozenset[str]]:
        if istat:
            code = istat.zfill(6)
            if code not in self.by_code:
                raise BadRow(f"comune: codice ISTAT {istat} sconosciuto", f"comune: unknown ISTAT code {istat}")
            return self.by_code[code]
        found = self.by_name.get((plain(name), province.strip().upper()), [])
        if len(found) != 1:
            why_it, why_en = ("più di uno", "more than one") if found else ("sconosciuto", "unknown")
            where = f"{name} {province}".strip()
            raise BadRow(f"comune: {where}: {why_it}", f"comune: {where}: {why_en}")
        return self.by_code[found[0]]


def staged(cells: list[str], layout: Layout, places: Places, position: int, this_year: int) -> tuple[Value, ...]:
    """The row as ``STAGED`` wants it; an empty cell is ``None``. Raises ``BadRow``."""
    if len(cells) > layout.width and any(cell.strip() for cell in cells[layout.width :]):
        raise BadRow(
            f"la riga ha {len(cells)} colonne, l’intestazione {layout.width}",
            f"the row has {len(cells)} columns, the header {layout.width}",
        )
    text = {name: cells[i].strip() if i < len(cells) else "" for name, i in layout.positions.items()}
    for name, value in text.items():
        if _CONTROL.search(value):
            raise BadRow(f"{_title(name)}: caratteri di controllo", f"{_title(name)}: control characters")
        if len(value) > LONGEST.get(name, 100):
            raise BadRow(f"{_title(name)}: troppo lungo", f"{_title(name)}: too long")

    def of(name: str, read: Callable[[str], Value]) -> Value:
        value = text.get(name, "")
        return read(value) if value else None

    tax_code = tax_code_of(text["tax_code"])
    name = " ".join(text["name"].split())
    if not name:
        raise BadRow("denominazione: vuota", "denominazione: empty")
    edition = text.get("ateco_edition", "")
    ateco: str | None = None
    if text.get("ateco"):
        ateco, edition = _activity(text["ateco"], edition)
    status, ceased_on = _status(text)
    istat = province = cap = None
    if text.get("istat") or text.get("comune"):
        istat, province, caps = places.find(text.get("istat", ""), text.get("comune", ""), text.get("province", ""))
        cap = _cap(text.get("cap", ""), caps)
    year, headcount, turnover, balance, exported = _accounts(text, this_year)
    return (
        position,
        tax_code,
        name,
        tax_code if text.get("vat_number") == tax_code else of("vat_number", _vat),
        of("legal_form", _legal_form),
        of("rea", _rea),
        ateco,
        edition if ateco else None,
        of("ateco_on", lambda value: _date(value, "ateco_on")) if ateco else None,
        of("artisan", _yes),
        of("founded_on", lambda value: _date(value, "founded_on")),
        status,
        ceased_on,
        of("pec", _pec),
        of("email", _email),
        of("phone", str),
        of("website", _website),
        istat,
        province,
        cap,
        (text.get("address") or None) if istat else None,
        year,
        headcount,
        turnover,
        balance,
        exported,
    )


def tax_code_of(value: str) -> str:
    """The tax code of a row. A sheet takes the zeros at the beginning away: the check digit says whether to put them
    back."""
    code = value.strip().upper()
    if code.isascii() and code.isdigit() and 6 <= len(code) < 11:
        code = code.zfill(11)
    checked = check_tax_code(code)
    if not checked:
        raise BadRow(f"codice_fiscale: {checked.reason.it}", f"codice_fiscale: {checked.reason.en}")
    return checked.normalised


def _title(name: str) -> str:
    return COLUMNS[name][0]


def _vat(value: str) -> str:
    if value.isascii() and value.isdigit() and 6 <= len(value) < 11:
        value = value.zfill(11)
    checked = check_vat(value)
    if not checked:
        raise BadRow(f"partita_iva: {checked.reason.it}", f"partita_iva: {checked.reason.en}")
    return checked.normalised


def _legal_form(value: str) -> str:
    code = value.upper()
    if code not in legal_forms():
        raise BadRow(f"forma_giuridica: {value} sconosciuta", f"forma_giuridica: {value} unknown")
    return code


def _rea(value: str) -> str:
    found = _REA.fullmatch(value.upper())
    if found is None:
        raise BadRow(f"rea: {value} non è provincia e numero", f"rea: {value} is not province and number")
    return f"{found[1]}-{found[2]}"


def _activity(value: str, edition: str) -> tuple[str, str]:
    edition = edition or "2025"
    if edition not in ("2007", "2022", "2025"):
        raise BadRow(f"ateco_edizione: {edition} sconosciuta", f"ateco_edizione: {edition} unknown")
    dotted = dotted_ateco(value, edition)
    if len(dotted) < 2:
        raise BadRow(f"ateco: {value} non è nell’edizione {edition}", f"ateco: {value} is not in edition {edition}")
    return dotted, edition


def _status(text: dict[str, str]) -> tuple[str | None, date | None]:
    word = plain(text.get("status", ""))
    day = _date(text["ceased_on"], "ceased_on") if text.get("ceased_on") else None
    if word in ("attiva", "attivo", "active", "inattiva", "a"):
        return "active", None
    if word in ("cessata", "cessato", "cancellata", "ceased", "c") or (not word and day is not None):
        if day is None:
            raise BadRow("data_cessazione: manca per un’impresa cessata", "data_cessazione: missing for a ceased firm")
        return "ceased", day
    if word:
        raise BadRow(f"stato: {text['status']} sconosciuto", f"stato: {text['status']} unknown")
    return None, None


def _cap(value: str, caps: frozenset[str]) -> str | None:
    if not value:
        return next(iter(caps)) if len(caps) == 1 else None
    code = value.zfill(5)
    if not (code.isascii() and code.isdigit() and len(code) == 5):
        raise BadRow(f"cap: {value} non è un CAP", f"cap: {value} is not a postal code")
    return code


def _accounts(
    text: dict[str, str], this_year: int
) -> tuple[int | None, Decimal | None, Decimal | None, Decimal | None, Decimal | None]:
    if not text.get("year"):
        return None, None, None, None, None
    year = text["year"]
    if not (year.isascii() and year.isdigit() and 1950 <= int(year) <= this_year):
        raise BadRow(f"anno_bilancio: {year} non valido", f"anno_bilancio: {year} not valid")
    figures = [
        _number(text.get(name, ""), name, _LIMIT["headcount" if name == "headcount" else "money"])
        for name in ("headcount", "turnover", "balance")
    ]
    for name, figure in zip(("headcount", "turnover", "balance"), figures, strict=True):
        if figure is None:
            raise BadRow(f"{_title(name)}: manca per l’anno {year}", f"{_title(name)}: missing for the year {year}")
    exported = _number(text.get("export_turnover", ""), "export_turnover", _LIMIT["money"])
    if exported is not None and figures[1] is not None and exported > figures[1]:
        raise BadRow("fatturato_estero: supera il fatturato", "fatturato_estero: is more than the turnover")
    return int(year), figures[0], figures[1], figures[2], exported


def _number(value: str, name: str, limit: Decimal) -> Decimal | None:
    """As Italians write it (``1.234,56``) or as programs do (``1234.56``)."""
    if not value:
        return None
    written = value.replace(" ", "").removeprefix("€").removesuffix("€")
    if "," in written:
        written = written.replace(".", "").replace(",", ".")
    elif _THOUSANDS.fullmatch(written):
        written = written.replace(".", "")
    if not (written.isascii() and _NUMBER.fullmatch(written)):
        raise BadRow(f"{_title(name)}: {value} non è un numero", f"{_title(name)}: {value} is not a number")
    number = round(Decimal(written), 2)
    if not 0 <= number <= limit:
        raise BadRow(f"{_title(name)}: {value} fuori misura", f"{_title(name)}: {value} out of measure")
    return number


def _date(value: str, name: str) -> date:
    try:
        if _ISO.fullmatch(value):
            day = date.fromisoformat(value)
        elif found := _ITALIAN.fullmatch(value):
            day = date(int(found[3]), int(found[2]), int(found[1]))
        else:
            raise ValueError(value)
    except ValueError as error:
        raise BadRow(f"{_title(name)}: {value} non è una data", f"{_title(name)}: {value} is not a date") from error
    if day.year < 1800:
        raise BadRow(f"{_title(name)}: {value} è troppo lontana", f"{_title(name)}: {value} is too far back")
    return day


def _yes(value: str) -> bool:
    word = plain(value)
    if word in ("s", "si", "yes", "y", "true", "1"):
        return True
    if word in ("n", "no", "false", "0"):
        return False
    raise BadRow(f"artigiana: {value} non è sì o no", f"artigiana: {value} is not yes or no")


def _pec(value: str) -> str:
    checked = check_pec(value)
    if not checked:
        raise BadRow(f"pec: {checked.reason.it}", f"pec: {checked.reason.en}")
    return checked.normalised


def _email(value: str) -> str:
    checked = check_pec(value)
    if not checked:
        raise BadRow(f"email: {checked.reason.it}", f"email: {checked.reason.en}")
    return checked.normalised


def _website(value: str) -> str:
    address = value if value.lower().startswith(("http://", "https://")) else f"https://{value}"
    if " " in address or "." not in address or len(address) > 200:
        raise BadRow(f"sito: {value} non è un indirizzo", f"sito: {value} is not an address")
    return address
