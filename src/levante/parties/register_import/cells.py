"""One cell of a register: a code, a date, a figure, a word, checked and written as ``COPY`` wants it."""

import re
from datetime import date
from decimal import Decimal

from levante.kernel.pure import Bilingual
from levante.law.codes import check_tax_code, check_vat
from levante.parties.models.search import plain
from levante.parties.reference import dotted_ateco, legal_forms

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
#: What ``COPY`` reads as nothing. A cell is compared with it by identity: one that says the same is a text.
NULL = "\\N"

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
SIMPLE = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")


class BadRow(ValueError):
    """A row that is not written: which column, and why."""

    def __init__(self, it: str, en: str) -> None:
        super().__init__(en)
        self.reason = Bilingual(it, en)


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


def title_of(name: str) -> str:
    return COLUMNS[name][0]


def vat_of(value: str) -> str:
    if value.isascii() and value.isdigit() and 6 <= len(value) < 11:
        value = value.zfill(11)
    checked = check_vat(value)
    if not checked:
        raise BadRow(f"partita_iva: {checked.reason.it}", f"partita_iva: {checked.reason.en}")
    return checked.normalised


def legal_form_of(value: str) -> str:
    code = value.upper()
    if code not in legal_forms():
        raise BadRow(f"forma_giuridica: {value} sconosciuta", f"forma_giuridica: {value} unknown")
    return code


def rea_of(value: str) -> str:
    found = _REA.fullmatch(value.upper())
    if found is None:
        raise BadRow(f"rea: {value} non è provincia e numero", f"rea: {value} is not province and number")
    return f"{found[1]}-{found[2]}"


def activity_of(value: str, edition: str) -> tuple[str, str]:
    edition = edition or "2025"
    if edition not in ("2007", "2022", "2025"):
        raise BadRow(f"ateco_edizione: {edition} sconosciuta", f"ateco_edizione: {edition} unknown")
    dotted = dotted_ateco(value, edition)
    if len(dotted) < 2:
        raise BadRow(f"ateco: {value} non è nell’edizione {edition}", f"ateco: {value} is not in edition {edition}")
    return dotted, edition


def status_of(written: str, ceased_on: str) -> tuple[str, str]:
    word = plain(written)
    day = day_of(ceased_on, "ceased_on") if ceased_on else NULL
    if word in ("attiva", "attivo", "active", "inattiva", "a"):
        return "active", NULL
    if word in ("cessata", "cessato", "cancellata", "ceased", "c") or (not word and day is not NULL):
        if day is NULL:
            raise BadRow("data_cessazione: manca per un’impresa cessata", "data_cessazione: missing for a ceased firm")
        return "ceased", day
    if word:
        raise BadRow(f"stato: {written} sconosciuto", f"stato: {written} unknown")
    return NULL, NULL


def cap_of(value: str, caps: frozenset[str]) -> str:
    if not value:
        return next(iter(caps)) if len(caps) == 1 else NULL
    code = value.zfill(5)
    if not (code.isascii() and code.isdigit() and len(code) == 5):
        raise BadRow(f"cap: {value} non è un CAP", f"cap: {value} is not a postal code")
    return code


def year_of(value: str, this_year: int) -> str:
    if not (value.isascii() and value.isdigit() and len(value) == 4 and 1950 <= int(value) <= this_year):
        raise BadRow(f"anno_bilancio: {value} non valido", f"anno_bilancio: {value} not valid")
    return value


def figure_of(value: str, name: str) -> str:
    """As Italians write it (``1.234,56``) or as programs do (``1234.56``)."""
    written = value.replace(" ", "").removeprefix("€").removesuffix("€")
    if "," in written:
        written = written.replace(".", "").replace(",", ".")
    elif _THOUSANDS.fullmatch(written):
        written = written.replace(".", "")
    if not (written.isascii() and _NUMBER.fullmatch(written)):
        raise BadRow(f"{title_of(name)}: {value} non è un numero", f"{title_of(name)}: {value} is not a number")
    number = round(Decimal(written), 2)
    if not 0 <= number <= _LIMIT["headcount" if name == "headcount" else "money"]:
        raise BadRow(f"{title_of(name)}: {value} fuori misura", f"{title_of(name)}: {value} out of measure")
    return str(number)


def day_of(value: str, name: str) -> str:
    try:
        if _ISO.fullmatch(value):
            day = date.fromisoformat(value)
        elif found := _ITALIAN.fullmatch(value):
            day = date(int(found[3]), int(found[2]), int(found[1]))
        else:
            raise ValueError(value)
    except ValueError as error:
        raise BadRow(f"{title_of(name)}: {value} non è una data", f"{title_of(name)}: {value} is not a date") from error
    if day.year < 1800:
        raise BadRow(f"{title_of(name)}: {value} è troppo lontana", f"{title_of(name)}: {value} is too far back")
    return day.isoformat()


def says_yes(value: str) -> bool:
    word = plain(value)
    if word in ("s", "si", "yes", "y", "true", "1"):
        return True
    if word in ("n", "no", "false", "0"):
        return False
    raise BadRow(f"artigiana: {value} non è sì o no", f"artigiana: {value} is not yes or no")


def website_of(value: str) -> str:
    address = value if value.lower().startswith(("http://", "https://")) else f"https://{value}"
    if " " in address or "." not in address or len(address) > 200:
        raise BadRow(f"sito: {value} non è un indirizzo", f"sito: {value} is not an address")
    return address
