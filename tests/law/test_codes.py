"""The form of codes: real and textbook codes, one character changed, and what people type around them."""

import json
import string

import pytest
import stdnum.iban
import stdnum.it.codicefiscale
import stdnum.luhn
from hypothesis import given
from hypothesis import strategies as st

from levante.law import doors
from levante.law.codes import (
    Checked,
    check_cig,
    check_cup,
    check_iban,
    check_pec,
    check_tax_code,
    check_vat,
    italian_cin,
)

VALID = {
    "cup": ["C11G06000000001", "B31B95000000001", "I98I21000110001"],
    "cig": [
        "95156957EC",
        "918052266A",
        "A000001" + f"{(1 + 1) * 211 % 4091:03X}",
        "Z" + f"{171 * 211 % 251:02X}" + "00000AB",
    ],
    "vat": ["00743110157", "12345670785", "80017210727"],
    "tax-code": ["RCCMNL83S18D969H", "CNTCHR83T41D969D", "RSSMRA80A01H501U", "80017210727", "00743110157"],
    "iban": [
        "IT60X0542811101000000123456",
        "SM86U0322509800000000270100",
        "DE89370400440532013000",
        "GB29NWBK60161331926819",
        "FR1420041010050500013M02606",
        "NO9386011117947",
    ],
    "pec": ["ditta@pec.it", "nome.cognome+voucher@legalmail.it", "a@b.example.eu"],
}
CHECKS = {
    "cup": check_cup,
    "cig": check_cig,
    "vat": check_vat,
    "tax-code": check_tax_code,
    "iban": check_iban,
    "pec": check_pec,
}


def answer(door: str, value: object) -> dict:
    code, text = doors.run(door, json.dumps({"value": value}).encode())
    assert code == 0, text
    return json.loads(text)


@pytest.mark.parametrize(("door", "value"), [(door, value) for door, values in VALID.items() for value in values])
def test_valid_codes(door: str, value: str) -> None:
    assert answer(door, value) == {"valid": True, "normalised": value}


@pytest.mark.parametrize(
    ("door", "value", "normalised"),
    [
        ("cup", " c11g06000000001 ", "C11G06000000001"),
        ("cup", "C11G 0600 0000 001", "C11G06000000001"),
        ("cup", "C11-G06.000000001", "C11G06000000001"),
        ("cig", "91805-2266A", "918052266A"),
        ("cig", "918052266a", "918052266A"),
        ("vat", "IT00743110157", "00743110157"),
        ("vat", "it 00743 110 157", "00743110157"),
        ("vat", "00743110157\n", "00743110157"),
        ("vat", "\u00a000743110157", "00743110157"),
        ("tax-code", "rcc mnl 83s18 d969h", "RCCMNL83S18D969H"),
        ("iban", "it60 X054 2811 1010 0000 0123 456", "IT60X0542811101000000123456"),
        ("iban", "IBAN IT60X0542811101000000123456", "IT60X0542811101000000123456"),
        ("iban", "IT60-X-05428-11101-000000123456", "IT60X0542811101000000123456"),
        ("pec", " Ditta@PEC.it ", "ditta@pec.it"),
    ],
)
def test_what_people_type_around_a_code(door: str, value: str, normalised: str) -> None:
    assert answer(door, value) == {"valid": True, "normalised": normalised}


@pytest.mark.parametrize(
    ("door", "value", "reason"),
    [
        ("cup", "C11G0600000000", "15 caratteri"),
        ("cup", "C11G060000000012", "15 caratteri"),
        ("cup", "111G06000000001", "una lettera"),
        ("cup", "C1AG06000000001", "una lettera"),
        ("cup", "C11106000000001", "una lettera"),
        ("cup", "C11GO6000000001", "una lettera"),  # the letter O for a zero
        ("cig", "95156957ED", "controllo"),
        ("cig", "ZB98B4A235", "controllo"),
        ("cig", "0000000000", "zero"),
        ("cig", "9515695", "10 caratteri"),
        ("cig", "W1234567AB", "forme"),
        ("cig", "95156957EG", "forme"),
        ("vat", "00743110158", "controllo"),
        ("vat", "0074311015", "11 cifre"),
        ("vat", "0074311015A", "cifre"),
        ("vat", "00000000000", "zero"),
        ("vat", "FR00743110157", "11 cifre"),
        ("tax-code", "RCCMNL83S18D969I", "controllo"),
        ("tax-code", "RCCMNL83S18D96", "16 caratteri"),
        ("tax-code", "1CCMNL83S18D969H", "forma"),
        ("tax-code", "RCCMNL83K18D969H", "forma"),  # no month K
        ("tax-code", "00743110158", "controllo"),
        ("iban", "IT60X0542811101000000123457", "controllo"),
        ("iban", "IT60X054281110100000012345", "27 caratteri"),
        ("iban", "XX60X0542811101000000123456", "controllo"),
        ("iban", "60X0542811101000000123456", "due lettere"),
        ("iban", "DE8937040044053201300", "controllo"),
        ("pec", "ditta.pec.it", "posta elettronica"),
        ("pec", "ditta@@pec.it", "posta elettronica"),
        ("pec", "dit ta@pec.it", "posta elettronica"),
        ("pec", ".ditta@pec.it", "posta elettronica"),
        ("pec", "ditta@pec", "dominio"),
        ("pec", "ditta@-pec.it", "dominio"),
        ("pec", "ditta@pec..it", "dominio"),
        ("pec", "@pec.it", "posta elettronica"),
    ],
)
def test_invalid_codes_say_why_in_both_languages(door: str, value: str, reason: str) -> None:
    out = answer(door, value)
    assert out["valid"] is False
    assert reason in out["reason"]
    assert out["reason_en"]
    assert "normalised" not in out


@pytest.mark.parametrize("door", list(CHECKS))
@pytest.mark.parametrize(
    "value", ["", "   ", "\x00", "９１８０５２２６６Ａ", "ß" * 15, "😀", "x" * 100_000, "\u202e00743110157"]
)
def test_rubbish_is_simply_invalid(door: str, value: str) -> None:
    assert answer(door, value)["valid"] is False


@pytest.mark.parametrize("door", [*CHECKS])
@pytest.mark.parametrize(
    ("case", "field"),
    [
        ({"value": 743110157}, "value"),
        ({"value": None}, "value"),
        ({"value": ["x"]}, "value"),
        ({}, "value"),
        ({"value": "x", "country": "IT"}, "country"),
    ],
)
def test_a_wrong_type_is_a_bad_case(door: str, case: dict, field: str) -> None:
    code, text = doors.run(door, json.dumps(case).encode())
    assert (code, json.loads(text)["error"]["field"]) == (2, field)


# -- tax codes


def person_code(first15: str) -> str:
    return first15 + stdnum.it.codicefiscale.calc_check_digit(first15)


def test_homocodes_are_valid_and_kept() -> None:
    for position in (14, 13, 12, 10, 9, 7, 6):
        plain = "RCCMNL83S18D969"
        letter = "LMNPQRSTUV"[int(plain[position])] if position < 15 and plain[position].isdigit() else None
        if letter is not None:
            code = person_code(plain[:position] + letter + plain[position + 1 :])
            assert check_tax_code(code) == Checked(True, normalised=code)


@pytest.mark.parametrize(
    ("day", "valid"),
    [
        ("01", True),
        ("31", True),
        ("41", True),
        ("71", True),
        ("00", False),
        ("32", False),
        ("40", False),
        ("72", False),
        ("81", False),
    ],
)
def test_the_day_of_birth_is_1_to_31_or_plus_40_for_women(day: str, valid: bool) -> None:
    assert bool(check_tax_code(person_code(f"RSSMRA80A{day}H501"))) is valid


def test_30_february_does_not_exist() -> None:
    assert not check_tax_code(person_code("RSSMRA80B30H501"))
    assert check_tax_code(person_code("RSSMRA80B29H501"))
    assert not check_tax_code(person_code("RSSMRA81B29H501"))


# -- properties


@pytest.mark.parametrize("door", ["vat", "tax-code", "iban", "cig"])
def test_one_wrong_digit_is_always_seen(door: str) -> None:
    for value in VALID[door]:
        for position, character in enumerate(value):
            if character.isdigit():
                for other in set(string.digits) - {character}:
                    changed = value[:position] + other + value[position + 1 :]
                    assert not CHECKS[door](changed), changed


@given(st.text(alphabet=string.ascii_letters + string.digits + " .-@", max_size=34))
def test_normalising_twice_is_normalising_once(value: str) -> None:
    for check in CHECKS.values():
        checked = check(value)
        if checked:
            assert check(checked.normalised) == checked
        else:
            assert checked.reason.it
            assert checked.reason.en


@pytest.mark.parametrize(
    "value",
    [
        "BE68539007547034",
        "DE89370400440532013000",
        "ES9121000418450200051332",
        "FR1420041010050500013M02606",
        "GB82WEST12345698765432",
        "MT84MALT011000012345MTLCAST001S",
        "NO9386011117947",
        "CH9300762011623852957",
        "AL47212110090000000235698741",
    ],
)
def test_the_examples_of_the_iban_registry(value: str) -> None:
    """Only the form is examined: a bank that a list does not have yet is not a reason to refuse an account."""
    assert answer("iban", value) == {"valid": True, "normalised": value}


@pytest.mark.parametrize("places", [(14,), (14, 13), (14, 13, 12), (14, 13, 12, 10, 9, 7, 6), (6,), (9,)])
def test_homocodes_with_any_digits_replaced(places: tuple[int, ...]) -> None:
    letters = list("RSSMRA85T10A562")
    for place in places:
        letters[place] = "LMNPQRSTUV"[int(letters[place])]
    assert answer("tax-code", person_code("".join(letters)))["valid"] is True


@pytest.mark.parametrize("value", ["12345678903", "01234567897"])
def test_the_office_in_a_vat_number_is_not_examined(value: str) -> None:
    assert answer("vat", value) == {"valid": True, "normalised": value}


@given(st.from_regex(r"[0-9]{11}", fullmatch=True))
def test_vat_agrees_with_the_check_digit(value: str) -> None:
    assert bool(check_vat(value)) is (stdnum.luhn.is_valid(value) and value[:7] != "0000000")


@given(st.from_regex(r"[A-Z]{6}[0-9]{2}[ABCDEHLMPRST][0-7][0-9][A-Z][0-9]{3}", fullmatch=True))
def test_tax_codes_agree_with_stdnum(first15: str) -> None:
    code = person_code(first15)
    day = int(first15[9:11])
    assert bool(check_tax_code(code)) is (stdnum.it.codicefiscale.is_valid(code) and day <= 71)


@given(st.from_regex(r"[0-9]{10}[0-9A-Z]{12}", fullmatch=True), st.sampled_from(string.ascii_uppercase))
def test_the_italian_check_letter(account: str, letter: str) -> None:
    digits = stdnum.iban.calc_check_digits("IT00" + letter + account)
    assert bool(check_iban("IT" + digits + letter + account)) is (letter == italian_cin(account))
