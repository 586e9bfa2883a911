"""Who issued a document, and the names under which the programme knows it: the same however supplier and number are written."""

import re
from datetime import date

#: What people write before a VAT number: "USt-IdNr. DE811128135" is DE811128135.
_WORDS = (
    "USTIDNR", "USTID", "UST", "VATREGNO", "VATREGNR", "VATNO", "VATNR", "VATID", "VAT", "TVA", "BTW", "MWST", "MOMS",
    "NIPC", "NIF", "CIF", "NIP", "PIVA", "IVA", "UID", "TIN", "CF",
)  # fmt: skip
#: Letters of a VAT number that are not those of its country (VIES; the Swiss UID).
_PREFIXES = {"GR": ("EL", "GR"), "CH": ("CHE", "CH"), "XI": ("XI", "GB"), "GB": ("GB", "XI")}
#: What may follow the number where it is a VAT number (Switzerland, Norway).
_SUFFIXES = {"CH": ("MWST", "TVA", "IVA"), "NO": ("MVA",)}


def plain(text: str) -> str:
    """Letters and digits alone, in capitals."""
    return re.sub(r"[^0-9A-Z]", "", text.upper())


def supplier_key(code: str, country: str) -> str:
    """A supplier's code as it is compared: an Italian tax code, or the country and the letters and digits of the VAT number, without the
    words around it. ``country`` has two letters."""
    country = country.upper()[:2]
    written = plain(code)
    if country == "IT":
        digits = written.removeprefix("IT")
        return f"IT{digits}" if re.fullmatch(r"[0-9]{11}", digits) else written
    bare = _without(written, country)
    return f"{country}{bare}" if bare else written


def _without(written: str, country: str) -> str:
    """Without the words before it, the letters of the country and what follows; what is left has a digit."""
    letters = _PREFIXES.get(country, (country,))
    words = [word for word in _WORDS if not word.startswith(country)]
    for starts in (words, letters):
        found = next((one for one in starts if written.startswith(one)), "")
        if re.search(r"[0-9]", written[len(found) :]):
            written = written[len(found) :]
    end = next((one for one in _SUFFIXES.get(country, ()) if written.endswith(one)), "")
    return written.removesuffix(end)


def number_key(number: str) -> str:
    """A document's number without leading zeros, spaces and signs, but that two figures beside each other stay two: by series, no. 1/11 and
    no. 11/1 are two documents, no. FT 7 and no. FT-07 one."""
    parts = re.findall(r"[0-9A-Z]+", number.upper().replace("Ø", "0"))
    return re.sub(r"(?<![0-9])0+(?=[0-9])", "", re.sub(r"(?<=[0-9]) (?=[0-9])", "/", " ".join(parts)).replace(" ", ""))


def loose_number(number: str) -> str:
    """A document's number as letters and figures alone: equal for two that may be one, for people to look at."""
    return number_key(plain(number.upper().replace("Ø", "0")))


def identity_of(supplier: str, country: str, number: str, issued_on: date) -> str:
    """The name of a document: who issued it, its number, its year."""
    return f"{supplier_key(supplier, country)}|{number_key(number)}|{issued_on.year}"
