"""One row of a register: its columns recognised, its values checked, ready for the table of passage."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import TypeVar

from levante.law.codes import check_pec
from levante.parties.models import Comune
from levante.parties.models.search import plain
from levante.parties.register_import.cells import (
    COLUMNS,
    NULL,
    SIMPLE,
    BadRow,
    activity_of,
    cap_of,
    day_of,
    figure_of,
    legal_form_of,
    rea_of,
    says_yes,
    status_of,
    surely_right,
    tax_code_of,
    title_of,
    vat_of,
    website_of,
    year_of,
)
from levante.parties.register_import.source import BadFile

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

#: A cell longer than this is examined one by one.
SHORT = 100
#: How many different cells of a column are remembered.
MOST_REMEMBERED = 50_000

_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


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
        self._legal_form = Memo(legal_form_of)
        self._day = {name: Memo(partial(day_of, name=name)) for name in ("ateco_on", "founded_on")}
        self._artisan = Memo(lambda value: "t" if says_yes(value) else "f")
        self._figure = {
            name: Memo(partial(figure_of, name=name))
            for name in ("headcount", "turnover", "balance", "export_turnover")
        }
        self._domain = Memo(lambda domain: domain if check_pec(f"a@{domain}") else "")
        self._year = Memo(partial(year_of, this_year=this_year))
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
            vat = NULL if not vat else vat if len(vat) == 11 and surely_right(vat) else vat_of(vat)
        rea, email, phone, website = (cells[at[name]] for name in ("rea", "email", "phone", "website"))
        values = [
            str(position),
            code,
            name,
            vat,
            self._legal_form[cells[at["legal_form"]]],
            rea_of(rea) if rea else NULL,
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
            website_of(website) if website else NULL,
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
                raise BadRow(f"{title_of(name)}: caratteri di controllo", f"{title_of(name)}: control characters")
            if len(cells[i]) > LONGEST.get(name, SHORT):
                raise BadRow(f"{title_of(name)}: troppo lungo", f"{title_of(name)}: too long")

    def _activity(self, code: str, edition: str) -> tuple[str, str]:
        if not code:
            return NULL, NULL
        found = self._activities.get((code, edition))
        if found is None:
            found = _remember(self._activities, (code, edition), activity_of(code, edition))
        return found

    def _status(self, word: str, ceased_on: str) -> tuple[str, str]:
        found = self._statuses.get((word, ceased_on))
        if found is None:
            found = _remember(self._statuses, (word, ceased_on), status_of(word, ceased_on))
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
        return istat, province, cap_of(cells[at["cap"]], caps)

    def _accounts(self, cells: list[str]) -> tuple[str, str, str, str, str]:
        at = self.at
        year = self._year[cells[at["year"]]]
        if year is NULL:
            return NULL, NULL, NULL, NULL, NULL
        figures = [self._figure[name][cells[at[name]]] for name in ("headcount", "turnover", "balance")]
        if NULL in figures:
            name = ("headcount", "turnover", "balance")[figures.index(NULL)]
            raise BadRow(f"{title_of(name)}: manca per l’anno {year}", f"{title_of(name)}: missing for the year {year}")
        exported = self._figure["export_turnover"][cells[at["export_turnover"]]]
        if exported is not NULL and Decimal(exported) > Decimal(figures[1]):
            raise BadRow("fatturato_estero: supera il fatturato", "fatturato_estero: is more than the turnover")
        return year, figures[0], figures[1], figures[2], exported

    def _address(self, value: str, name: str) -> str:
        """An e-mail address. Those of the common form are compared by their domain, which comes again and again."""
        if not value:
            return NULL
        local, at, domain = value.lower().partition("@")
        if at and len(local) <= 64 and SIMPLE.fullmatch(local) and len(value) <= SHORT and self._domain[domain]:
            return f"{local}@{domain}"
        checked = check_pec(value)
        if not checked:
            raise BadRow(f"{title_of(name)}: {checked.reason.it}", f"{title_of(name)}: {checked.reason.en}")
        return checked.normalised


K = TypeVar("K")
V = TypeVar("V")


def _remember(memo: dict[K, V], key: K, value: V) -> V:
    if len(memo) < MOST_REMEMBERED:
        memo[key] = value
    return value
