"""One row of a register: its columns recognised, its values checked, ready for the table of passage."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import TypeVar

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

#: What ``COPY`` reads as nothing. A cell is compared with it by identity: one that says the same is a text.
NULL = "\\N"
#: A cell longer than this is examined one by one.
SHORT = 100
#: How many different cells of a column are remembered.
MOST_REMEMBERED = 50_000

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_ITALIAN = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_REA = re.compile(r"([A-Z]{2})[- ]?0*(\d{1,9})")
_THOUSANDS = re.compile(r"-?\d{1,3}(\.\d{3})+")
_NUMBER = re.compile(r"-?\d{1,15}(\.\d+)?")
_OFFICES = frozenset([*(f"{n:03d}" for n in range(1, 101)), "120", "121", "888", "999"])
_DOUBLED = bytes(sum(divmod(2 * (i - 48), 10)) if 48 <= i <= 57 else 0 for i in range(256))
_PERSON = re.compile(r"[A-Z]{6}[0-9]{2}[ABCDEHLMPRST]([0-9]{2})[A-Z][0-9]{3}[A-Z]")
_WEIGHTS = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)
_PLACE_OF = {**{48 + n: n for n in range(10)}, **{65 + n: n for n in range(26)}}
_EVEN = bytes(_PLACE_OF.get(i, 0) for i in range(256))
_ODD = bytes(_WEIGHTS[_PLACE_OF[i]] if i in _PLACE_OF else 0 for i in range(256))
_LIMIT = {"headcount": Decimal("9999999.99"), "money": Decimal("9999999999999.99")}
_SIMPLE = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
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


class Memo(dict[str, str]):
    """What a cell becomes, remembered: most cells of a register say the same few things. An empty one is ``NULL``."""

    def __init__(self, read: Callable[[str], str]) -> None:
        super().__init__({"": NULL})
        self._read = read

    def __missing__(self, text: str) -> str:
        value = self._read(text)
        if len(self) < MOST_REMEMBERED:
            self[text] = value
        return value


class RowReader:
    """Rows of one layout into lines of ``COPY``. Everything a row needs is looked up before the first one is read."""

    def __init__(self, layout: Layout, places: Places, this_year: int) -> None:
        self.layout = layout
        self.places = places
        self.width = layout.width
        # A column that is not in the file is read from the empty cell added after the last one.
        self.at = {name: layout.positions.get(name, layout.width) for name in COLUMNS}
        self._legal_form = Memo(_legal_form)
        self._day = {name: Memo(partial(_day_text, name=name)) for name in ("ateco_on", "founded_on")}
        self._artisan = Memo(lambda value: "t" if _yes(value) else "f")
        self._figure = {
            name: Memo(partial(_figure, name=name)) for name in ("headcount", "turnover", "balance", "export_turnover")
        }
        self._domain = Memo(lambda domain: domain if check_pec(f"a@{domain}") else "")
        self._year = Memo(partial(_year, this_year=this_year))
        self._activities: dict[tuple[str, str], tuple[str, str]] = {}
        self._places: dict[tuple[str, str, str], tuple[str, str, frozenset[str]]] = {}
        self._statuses: dict[tuple[str, str], tuple[str, str]] = {}

    def read(self, row: list[str], position: int) -> tuple[str, str]:
        """The tax code, and the line of ``STAGED`` values for ``COPY``. Raises ``BadRow``."""
        cells = [cell.strip() for cell in row]
        width = self.width
        if len(cells) != width:
            if any(cells[width:]):
                raise BadRow(
                    f"la riga ha {len(cells)} colonne, l’intestazione {width}",
                    f"the row has {len(cells)} columns, the header {width}",
                )
            cells = cells[:width] + [""] * (width - len(cells))
        cells.append("")
        whole = "".join(cells)
        plain_text = whole.isprintable() and "\\" not in whole
        if not plain_text or max(map(len, cells)) > SHORT:
            self._examine(cells)
        at = self.at
        code = cells[at["tax_code"]]
        if not surely_right(code):
            code = tax_code_of(code)
        name = " ".join(cells[at["name"]].split())
        if not name:
            raise BadRow("denominazione: vuota", "denominazione: empty")
        ateco, edition = self._activity(cells[at["ateco"]], cells[at["ateco_edition"]])
        status, ceased_on = self._status(cells[at["status"]], cells[at["ceased_on"]])
        istat, province, cap = self._place(cells)
        year, headcount, turnover, balance, exported = self._accounts(cells)
        vat = cells[at["vat_number"]]
        if vat != code:
            vat = NULL if not vat else vat if len(vat) == 11 and surely_right(vat) else _vat(vat)
        rea, email, phone, website = (cells[at[name]] for name in ("rea", "email", "phone", "website"))
        values = [
            str(position),
            code,
            name,
            vat,
            self._legal_form[cells[at["legal_form"]]],
            _rea(rea) if rea else NULL,
            ateco,
            edition,
            NULL if ateco is NULL else self._day["ateco_on"][cells[at["ateco_on"]]],
            self._artisan[cells[at["artisan"]]],
            self._day["founded_on"][cells[at["founded_on"]]],
            status,
            ceased_on,
            self._address(cells[at["pec"]], "pec"),
            self._address(email, "email"),
            phone or NULL,
            _website(website) if website else NULL,
            istat,
            province,
            cap,
            NULL if istat is NULL else cells[at["address"]] or NULL,
            year,
            headcount,
            turnover,
            balance,
            exported,
        ]
        if not plain_text:
            values = [value if value is NULL else value.translate(_ESCAPED) for value in values]
        return code, "\t".join(values)

    def _examine(self, cells: list[str]) -> None:
        for name, i in self.layout.positions.items():
            if _CONTROL.search(cells[i]):
                raise BadRow(f"{_title(name)}: caratteri di controllo", f"{_title(name)}: control characters")
            if len(cells[i]) > LONGEST.get(name, SHORT):
                raise BadRow(f"{_title(name)}: troppo lungo", f"{_title(name)}: too long")

    def _activity(self, code: str, edition: str) -> tuple[str, str]:
        if not code:
            return NULL, NULL
        found = self._activities.get((code, edition))
        if found is None:
            found = _remember(self._activities, (code, edition), _activity(code, edition))
        return found

    def _status(self, word: str, ceased_on: str) -> tuple[str, str]:
        found = self._statuses.get((word, ceased_on))
        if found is None:
            found = _remember(self._statuses, (word, ceased_on), _status(word, ceased_on))
        return found

    def _place(self, cells: list[str]) -> tuple[str, str, str]:
        at = self.at
        key = (cells[at["istat"]], cells[at["comune"]], cells[at["province"]])
        if not (key[0] or key[1]):
            return NULL, NULL, NULL
        found = self._places.get(key)
        if found is None:
            found = _remember(self._places, key, self.places.find(*key))
        istat, province, caps = found
        return istat, province, _cap(cells[at["cap"]], caps)

    def _accounts(self, cells: list[str]) -> tuple[str, str, str, str, str]:
        at = self.at
        year = self._year[cells[at["year"]]]
        if year is NULL:
            return NULL, NULL, NULL, NULL, NULL
        figures = [self._figure[name][cells[at[name]]] for name in ("headcount", "turnover", "balance")]
        if NULL in figures:
            name = ("headcount", "turnover", "balance")[figures.index(NULL)]
            raise BadRow(f"{_title(name)}: manca per l’anno {year}", f"{_title(name)}: missing for the year {year}")
        exported = self._figure["export_turnover"][cells[at["export_turnover"]]]
        if exported is not NULL and Decimal(exported) > Decimal(figures[1]):
            raise BadRow("fatturato_estero: supera il fatturato", "fatturato_estero: is more than the turnover")
        return year, figures[0], figures[1], figures[2], exported

    def _address(self, value: str, name: str) -> str:
        """An e-mail address. Those of the common form are compared by their domain, which comes again and again."""
        if not value:
            return NULL
        local, at, domain = value.lower().partition("@")
        if at and len(local) <= 64 and _SIMPLE.fullmatch(local) and len(value) <= SHORT and self._domain[domain]:
            return f"{local}@{domain}"
        checked = check_pec(value)
        if not checked:
            raise BadRow(f"{_title(name)}: {checked.reason.it}", f"{_title(name)}: {checked.reason.en}")
        return checked.normalised


K = TypeVar("K")
V = TypeVar("V")


def _remember(memo: dict[K, V], key: K, value: V) -> V:
    if len(memo) < MOST_REMEMBERED:
        memo[key] = value
    return value


def surely_right(code: str) -> bool:
    """Whether a tax code or VAT number is right, in a few operations; ``False`` only says that it must be examined.

    What it accepts ``levante.law.codes`` accepts, as it is; a test compares the two.
    """
    if not code.isascii():
        return False
    signs = code.encode()
    if len(signs) == 11:
        if not signs.isdigit() or signs.startswith(b"0000000") or code[7:10] not in _OFFICES:
            return False
        # The sum of the codes of the six digits in odd places is theirs plus six times that of zero.
        return (sum(signs[0::2]) - 6 * 48 + sum(signs[1::2].translate(_DOUBLED))) % 10 == 0
    if len(signs) == 16 and (found := _PERSON.fullmatch(code)):
        if not 1 <= int(found[1]) % 40 <= 28 or int(found[1]) > 71:
            return False
        total = sum(signs[0:15:2].translate(_ODD)) + sum(signs[1:15:2].translate(_EVEN))
        return total % 26 == signs[15] - 65
    return False


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


def _status(written: str, ceased_on: str) -> tuple[str, str]:
    word = plain(written)
    day = _day_text(ceased_on, "ceased_on") if ceased_on else NULL
    if word in ("attiva", "attivo", "active", "inattiva", "a"):
        return "active", NULL
    if word in ("cessata", "cessato", "cancellata", "ceased", "c") or (not word and day is not NULL):
        if day is NULL:
            raise BadRow("data_cessazione: manca per un’impresa cessata", "data_cessazione: missing for a ceased firm")
        return "ceased", day
    if word:
        raise BadRow(f"stato: {written} sconosciuto", f"stato: {written} unknown")
    return NULL, NULL


def _cap(value: str, caps: frozenset[str]) -> str:
    if not value:
        return next(iter(caps)) if len(caps) == 1 else NULL
    code = value.zfill(5)
    if not (code.isascii() and code.isdigit() and len(code) == 5):
        raise BadRow(f"cap: {value} non è un CAP", f"cap: {value} is not a postal code")
    return code


def _year(value: str, this_year: int) -> str:
    if not (value.isascii() and value.isdigit() and len(value) == 4 and 1950 <= int(value) <= this_year):
        raise BadRow(f"anno_bilancio: {value} non valido", f"anno_bilancio: {value} not valid")
    return value


def _figure(value: str, name: str) -> str:
    """As Italians write it (``1.234,56``) or as programs do (``1234.56``)."""
    written = value.replace(" ", "").removeprefix("€").removesuffix("€")
    if "," in written:
        written = written.replace(".", "").replace(",", ".")
    elif _THOUSANDS.fullmatch(written):
        written = written.replace(".", "")
    if not (written.isascii() and _NUMBER.fullmatch(written)):
        raise BadRow(f"{_title(name)}: {value} non è un numero", f"{_title(name)}: {value} is not a number")
    number = round(Decimal(written), 2)
    if not 0 <= number <= _LIMIT["headcount" if name == "headcount" else "money"]:
        raise BadRow(f"{_title(name)}: {value} fuori misura", f"{_title(name)}: {value} out of measure")
    return str(number)


def _day_text(value: str, name: str) -> str:
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
    return day.isoformat()


def _yes(value: str) -> bool:
    word = plain(value)
    if word in ("s", "si", "yes", "y", "true", "1"):
        return True
    if word in ("n", "no", "false", "0"):
        return False
    raise BadRow(f"artigiana: {value} non è sì o no", f"artigiana: {value} is not yes or no")


def _website(value: str) -> str:
    address = value if value.lower().startswith(("http://", "https://")) else f"https://{value}"
    if " " in address or "." not in address or len(address) > 200:
        raise BadRow(f"sito: {value} non è un indirizzo", f"sito: {value} is not an address")
    return address
