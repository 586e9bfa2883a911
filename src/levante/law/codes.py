"""The form of the codes of public administration: CUP, CIG, partita IVA, codice fiscale, IBAN, PEC.

A code is examined as written: separators people add are taken away, letters become capitals, then the form and the
check characters are verified. ``Checked.normalised`` is the code as registers keep it, and is there only when the code
is valid; otherwise ``reason`` says what is wrong in both languages. A valid form says nothing about existence: only
the registers know that a code was given.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import stdnum.exceptions
import stdnum.iban
import stdnum.it.codicefiscale
import stdnum.luhn

from levante.kernel.pure import Bilingual
from levante.law.doors import Reader

#: Longer than any code with its separators; what exceeds it is not examined.
LONGEST = 320

_HOMOCODE_DIGITS = "LMNPQRSTUV"
_CUP = re.compile(r"[A-Z][0-9]{2}[A-Z][0-9]{11}")
_COR = re.compile(r"[1-9][0-9]{0,9}")
_CIG_NUMERIC = re.compile(r"[0-9]{7}[0-9A-F]{3}")
_CIG_LETTER = re.compile(r"[A-U][0-9A-F]{9}")
_CIG_SMART = re.compile(r"[XYZ][0-9A-F]{9}")
_LOCAL_PART = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z]{2,63}|xn--[a-z0-9-]{1,59})")


@dataclass(frozen=True, slots=True)
class Checked:
    """Whether a code has a valid form, why not, and how registers write it."""

    valid: bool
    reason: Bilingual = Bilingual("", "")
    normalised: str = ""

    def __bool__(self) -> bool:
        return self.valid

    def as_json(self) -> dict[str, Any]:
        if self.valid:
            return {"valid": True, "normalised": self.normalised}
        return {"valid": False, "reason": self.reason.it, "reason_en": self.reason.en}


def check_cup(value: str) -> Checked:
    """*Codice unico di progetto* (L. 3/2003 art. 11): a letter, two digits, a letter, eleven digits; no check digit."""
    code, wrong = _compact(value, " .-")
    if wrong is not None:
        return wrong
    if len(code) != 15:
        return _length(code, "Il CUP ha 15 caratteri", "A CUP has 15 characters")
    if not _CUP.fullmatch(code):
        return _no(
            "Il CUP è fatto di una lettera, due cifre, una lettera e undici cifre",
            "A CUP is a letter, two digits, a letter and eleven digits",
        )
    return Checked(True, normalised=code)


def check_cor(value: str) -> Checked:
    """*Codice concessione RNA-COR* (DM 115/2017 art. 9): the whole number that the register gives; no check digit."""
    code, wrong = _compact(value, " ")
    if wrong is not None:
        return wrong
    if not _COR.fullmatch(code):
        return _no("Il COR è un numero di al massimo 10 cifre", "A COR is a number of at most 10 digits")
    return Checked(True, normalised=code)


def check_cig(value: str) -> Checked:
    """*Codice identificativo di gara* (L. 136/2010 art. 3): ten characters in one of three forms, each with its check.

    Numbered by SIMOG (seven digits and three hexadecimal check characters), numbered with a letter A-U (letter, six
    hexadecimal characters, three check characters), simplified ("smart": X, Y or Z, two check characters, seven
    hexadecimal characters). The checks are those of the authority's published validation routines.
    """
    code, wrong = _compact(value, " .-")
    if wrong is not None:
        return wrong
    if len(code) != 10:
        return _length(code, "Il CIG ha 10 caratteri", "A CIG has 10 characters")
    if _CIG_NUMERIC.fullmatch(code):
        number, written, expected = int(code[:7]), code[7:], int(code[:7]) * 211 % 4091
    elif _CIG_LETTER.fullmatch(code):
        number = int(code[1:7], 16)
        written, expected = code[7:], (number + ord(code[0]) - ord("A") + 1) * 211 % 4091
    elif _CIG_SMART.fullmatch(code):
        number = int(code[3:], 16)
        written, expected = code[1:3], number * 211 % 251
    else:
        return _no(
            "Il CIG non ha nessuna delle forme previste (numerico, con lettera A-U, semplificato X, Y o Z)",
            "The CIG has none of the known forms (numeric, with a letter A-U, simplified X, Y or Z)",
        )
    if number == 0:
        return _no("Il CIG ha il numero a zero", "The CIG has zero as its number")
    if int(written, 16) != expected:
        return _wrong_check()
    return Checked(True, normalised=code)


def check_vat(value: str) -> Checked:
    """*Partita IVA* (DPR 633/1972 art. 35): eleven digits with their check digit; a leading IT is taken away."""
    code, wrong = _compact(value, " .-:")
    if wrong is not None:
        return wrong
    if code.startswith("IT"):
        code = code[2:]
    return _check_eleven_digits(code, "La partita IVA", "A VAT number")


def check_tax_code(value: str) -> Checked:
    """*Codice fiscale* (DM 23/12/1976): sixteen characters for a person, eleven digits for other subjects.

    Homocodes (letters in place of digits, art. 6 of the decree) are accepted and kept as they are.
    """
    code, wrong = _compact(value, " .-:")
    if wrong is not None:
        return wrong
    if len(code) == 11:
        return _check_eleven_digits(code, "Il codice fiscale di un ente", "The tax code of a body")
    if len(code) != 16:
        return _length(
            code,
            "Il codice fiscale ha 16 caratteri (persone) o 11 cifre (altri soggetti)",
            "A tax code has 16 characters (persons) or 11 digits (other subjects)",
        )
    try:
        stdnum.it.codicefiscale.validate(code)
    except stdnum.exceptions.InvalidChecksum:
        return _wrong_check()
    except stdnum.exceptions.InvalidComponent:
        return _wrong_birth()
    except stdnum.exceptions.ValidationError:
        return _no(
            "Il codice fiscale non ha la forma di quello di una persona",
            "The tax code does not have the form of a person's",
        )
    # Women's days are written plus 40: 41-71. stdnum takes the remainder, so it lets 81-99 pass.
    if _day_of_birth(code) > 71:
        return _wrong_birth()
    return Checked(True, normalised=code)


def check_iban(value: str) -> Checked:
    """IBAN (ISO 13616): country, structure and check digits; for Italy and San Marino the CIN letter too."""
    code, wrong = _compact(value, " .-")
    if wrong is not None:
        return wrong
    if code.startswith("IBAN"):
        code = code[4:]
    if not re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{1,30}", code):
        return _no(
            "L'IBAN inizia con due lettere (il paese) e due cifre di controllo, e ha al più 34 caratteri",
            "An IBAN begins with two letters (the country) and two check digits, and has at most 34 characters",
        )
    italian = code[:2] in ("IT", "SM")
    if italian and len(code) != 27:
        return _length(code, "Un IBAN italiano ha 27 caratteri", "An Italian IBAN has 27 characters")
    # 00, 01 and 99 can satisfy the division but are never issued (ISO 7064 gives 02-98).
    if code[2:4] in ("00", "01", "99"):
        return _wrong_check()
    try:
        # The national rules of other countries also look the bank up in a list, which is never the latest.
        stdnum.iban.validate(code, check_country=False)
    except stdnum.exceptions.InvalidChecksum:
        return _wrong_check()
    except stdnum.exceptions.InvalidComponent:
        return _no("Il paese dell'IBAN non è tra quelli che lo usano", "The country of the IBAN does not use IBANs")
    except stdnum.exceptions.ValidationError:
        return _no(
            "L'IBAN non ha la struttura prevista per il suo paese",
            "The IBAN does not have the structure of its country",
        )
    if italian and italian_cin(code[5:]) != code[4]:
        return _no(
            "Il CIN (la lettera di controllo italiana) non corrisponde ad ABI, CAB e conto",
            "The CIN (the Italian check letter) does not match bank, branch and account",
        )
    return Checked(True, normalised=code)


def check_pec(value: str) -> Checked:
    """The form of a PEC address: that of an e-mail address. That the box is certified only the registers can say."""
    code, wrong = _compact(value.strip(), "")
    if wrong is not None:
        return wrong
    address = code.lower()
    local, at, domain = address.rpartition("@")
    if not at or len(address) > 254 or len(local) > 64 or not _LOCAL_PART.fullmatch(local):
        return _no("Non è un indirizzo di posta elettronica", "It is not an e-mail address")
    if len(domain) > 253 or not _DOMAIN.fullmatch(domain):
        return _no("Il dominio dell'indirizzo non è valido", "The domain of the address is not valid")
    return Checked(True, normalised=address)


def italian_cin(account: str) -> str:
    """The check letter of ABI + CAB + account number (22 characters): the weights are those of the tax code."""
    return stdnum.it.codicefiscale.calc_check_digit(account)


# -- doors


def cup_door(case: Reader) -> dict[str, Any]:
    return _answer(case, check_cup)


def cig_door(case: Reader) -> dict[str, Any]:
    return _answer(case, check_cig)


def vat_door(case: Reader) -> dict[str, Any]:
    return _answer(case, check_vat)


def tax_code_door(case: Reader) -> dict[str, Any]:
    return _answer(case, check_tax_code)


def iban_door(case: Reader) -> dict[str, Any]:
    return _answer(case, check_iban)


def pec_door(case: Reader) -> dict[str, Any]:
    return _answer(case, check_pec)


def _answer(case: Reader, check: Callable[[str], Checked]) -> dict[str, Any]:
    value = case.text("value", raw=True)
    case.end()
    return check(value).as_json()


# -- inside


def _compact(value: str, separators: str) -> tuple[str, Checked | None]:
    """The code without separators, in capitals; or, second, what makes it not worth examining."""
    if not value.strip():
        return "", _no("Il codice è vuoto", "The code is empty")
    if len(value) > LONGEST:
        return "", _no("Il codice è troppo lungo", "The code is too long")
    code = re.sub(r"\s", "", value) if " " in separators else value
    for separator in separators.strip():
        code = code.replace(separator, "")
    # Only ASCII: other alphabets have digits and letters that look the same and are not.
    if not code.isascii() or not code.isprintable():
        return "", _no("Il codice contiene caratteri non ammessi", "The code contains characters that are not allowed")
    return code.upper(), None


def _check_eleven_digits(code: str, it: str, en: str) -> Checked:
    if len(code) != 11:
        return _length(code, f"{it} ha 11 cifre", f"{en} has 11 digits")
    if not code.isdigit():
        return _no(f"{it} ha solo cifre", f"{en} has digits only")
    if code.startswith("0000000"):
        return _no("Le prime sette cifre non possono essere tutte zero", "The first seven digits cannot all be zero")
    # The office (eighth to tenth digit) is not examined: the lists that circulate disagree, and new offices are opened.
    if not stdnum.luhn.is_valid(code):
        return _wrong_check()
    return Checked(True, normalised=code)


def _day_of_birth(code: str) -> int:
    def digit(character: str) -> int:
        return int(character) if character.isdigit() else _HOMOCODE_DIGITS.index(character)

    return digit(code[9]) * 10 + digit(code[10])


def _no(it: str, en: str) -> Checked:
    return Checked(False, Bilingual(it, en))


def _length(code: str, it: str, en: str) -> Checked:
    return _no(f"{it}, non {len(code)}", f"{en}, not {len(code)}")


def _wrong_birth() -> Checked:
    return _no("La data di nascita non esiste", "The date of birth does not exist")


def _wrong_check() -> Checked:
    return _no("Il carattere di controllo non corrisponde", "The check character does not match")
