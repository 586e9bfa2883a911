"""The JSON doors from outside: what they refuse, how they say it, and that nothing makes them fall."""

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.law.worked_cases import CASES

from levante.law import cli, doors

SOURCE = Path(__file__).resolve().parents[2] / "src"


def refused(door: str, stdin: bytes) -> dict[str, str]:
    code, text = doors.run(door, stdin)
    assert code == 2, text
    error = json.loads(text)["error"]
    assert set(error) == {"field", "message", "message_en"}
    assert all(error.values())
    return error


# -- the document


@pytest.mark.parametrize(
    ("stdin", "field", "words"),
    [
        (b"", "$", "JSON"),
        (b"   ", "$", "JSON"),
        (b"{", "$", "riga 1"),
        (b'{"value": "x",}', "$", "riga 1"),
        (b"{'value': 'x'}", "$", "riga 1"),
        (b'{"value": "x"} {}', "$", "riga 1"),
        (b"[]", "$", "oggetto"),
        (b'"x"', "$", "oggetto"),
        (b"null", "$", "oggetto"),
        (b"12", "$", "oggetto"),
        (b'{"value": NaN}', "$", "NaN"),
        (b'{"value": Infinity}', "$", "Infinity"),
        (b'{"value": -Infinity}', "$", "Infinity"),
        (b'{"value": 1e999999999}', "$", "numero"),
        (b'{"value": 1e99999999999999999999999}', "$", "numero"),
        (b'{"value": ' + b"9" * 5000 + b"}", "$", "numero"),
        (b'{"value": "a", "value": "b"}', "value", "due volte"),
        (b'{"value": "\xe0"}', "$", "Latin-1"),
        ('{"value": "x"}'.encode("utf-16"), "$", "UTF-16"),
        (b'{"value": "x\x00"}', "$", "riga 1"),
        (b"\x00" * 1000, "$", "riga 1"),
        (b'{"value": "\\ud800"}', "$", "surrogato"),
        (b'{"\\ud800": 1, "\\ud800": 1}', "?", "due volte"),
        (b'{"value": ' + b"[" * 50 + b"]" * 50 + b"}", "$", "annidamento"),
        (b'{"value": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "$", "annidamento"),
        (b'{"value":' * 5_000 + b"1" + b"}" * 5_000, "$", "annidamento"),
        (b"{" + b" " * doors.LARGEST_CASE, "$", "MB"),
        (b'{"valore": "x"}', "value", "mancante"),
        (b'{"value": "x", "paese": "IT"}', "paese", "sconosciuto"),
        (b'{"value": "x", "": 1}', '[""]', "sconosciuto"),
        (b'{"value": "x", "a b": 1}', '["a b"]', "sconosciuto"),
    ],
)
def test_a_document_that_is_not_a_case(stdin: bytes, field: str, words: str) -> None:
    error = refused("vat", stdin)
    assert error["field"] == field
    assert words in error["message"]


def test_a_byte_order_mark_is_allowed() -> None:
    assert doors.run("vat", b"\xef\xbb\xbf" + b'{"value": "00743110157"}')[0] == 0


def test_an_unknown_door_names_those_that_exist() -> None:
    error = refused("de_minimis", b"{}")
    assert error["field"] == "$"
    assert "de-minimis" in error["message"]


def test_every_door_opens() -> None:
    for name, address in doors.DOORS.items():
        module, function = address.split(":")
        assert callable(getattr(import_module(module), function)), name


# -- the reader


def read(text: str) -> doors.Reader:
    return doors.Reader(doors.read_object(text.encode()))


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ('"1234.50"', "1234.50"),
        ('"0.10"', "0.10"),
        ('"-0.00"', "0.00"),
        ('"9999999999999.99"', "9999999999999.99"),
    ],
)
def test_amounts(written: str, amount: str) -> None:
    assert str(read(f'{{"amount": {written}}}').money("amount")) == amount


@pytest.mark.parametrize(
    "written",
    [
        '"1,50"',
        '"1.234,50"',
        '"1 000"',
        '"1_000"',
        '"€ 5"',
        '"1e3"',
        '"NaN"',
        '"Infinity"',
        '"+1"',
        '".5"',
        '"5."',
        '""',
        '" 5"',
        '"٥"',
        '"1234.5"',
        '"1234"',
        '"1.000"',
        '"5.00\\n"',
        "1234",
        "1234.5",
        "1234.50",
        "1e3",
        '"0.001"',
        "-1",
        '"-0.01"',
        "true",
        "[]",
        "{}",
        "10000000000000",
        '"' + "9" * 60 + '"',
    ],
)
def test_what_is_not_an_amount(written: str) -> None:
    with pytest.raises(doors.BadCase) as raised:
        read(f'{{"amount": {written}}}').money("amount")
    assert raised.value.field == "amount"


@pytest.mark.parametrize(
    ("written", "good"), [("0", 1), ("100", 1), ('"33.3333"', 1), ("100.01", 0), ('"101"', 0), ("-1", 0)]
)
def test_shares_are_from_0_to_100(written: str, good: int) -> None:
    if good:
        assert 0 <= read(f'{{"share": {written}}}').percent("share") <= 100
    else:
        with pytest.raises(doors.BadCase):
            read(f'{{"share": {written}}}').percent("share")


def test_paths_lead_to_the_field() -> None:
    case = read('{"aids": [{}, {"amount": "x"}], "enterprises": {"A.1": {"size": 1}, "B": {"size": "x"}}}')
    with pytest.raises(doors.BadCase) as raised:
        case.items("aids")[1].money("amount")
    assert raised.value.field == "aids[1].amount"
    bodies = case.mapping("enterprises")
    assert bodies["A.1"].at("size") == 'enterprises["A.1"].size'
    assert bodies["B"].at("size") == "enterprises.B.size"


def test_an_unknown_field_is_found_at_any_depth() -> None:
    case = read('{"a": [{"b": {"c": {"d": 1, "e": 2}}}]}')
    inner = case.items("a")[0].mapping("b")["c"]
    assert inner.integer("d") == 1
    with pytest.raises(doors.BadCase) as raised:
        case.end()
    assert raised.value.field == "a[0].b.c.e"


def test_null_is_an_absent_optional_field_and_a_missing_required_one() -> None:
    case = read('{"on": null, "share": null, "list": null, "text": null}')
    assert case.optional_date("on") is None
    assert case.optional_percent("share") is None
    assert case.items("list") == []
    with pytest.raises(doors.BadCase, match="missing"):
        case.text("text")
    case.end()


@pytest.mark.parametrize("written", ['""', '"  "', '"a\\u0000b"', '"a\\nb"', "1", '"' + "x" * 501 + '"'])
def test_texts_are_printable_and_of_a_measure(written: str) -> None:
    with pytest.raises(doors.BadCase):
        read(f'{{"id": {written}}}').text("id")


@pytest.mark.parametrize("key", ["", " ", "a\\u0000", "x" * 501])
def test_identifiers_are_printable_and_of_a_measure(key: str) -> None:
    with pytest.raises(doors.BadCase):
        read(f'{{"enterprises": {{"{key}": {{}}}}}}').mapping("enterprises")


@pytest.mark.parametrize(
    "written",
    [
        '"2026-02-29"',
        '"2026-1-1"',
        '"20260101"',
        '"2026-W01-1"',
        '"2026-01-01T00:00"',
        '"٢٠٢٦-01-01"',
        "20260101",
        '"1799-12-31"',
        '"0000-00-00"',
        "true",
        "null",
    ],
)
def test_what_is_not_a_date(written: str) -> None:
    with pytest.raises(doors.BadCase):
        read(f'{{"on": {written}}}').date("on")


# -- the command


def command(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(  # the interpreter of the tests, our own module
        [sys.executable, "-X", "importtime", "-m", "levante.law", *arguments],
        input=stdin,
        capture_output=True,
        check=False,
        env={"PYTHONPATH": str(SOURCE), "LC_ALL": "C", "PATH": ""},
    )


def test_the_command_answers_without_django_and_in_utf_8() -> None:
    done = command("vat", stdin=b'{"value": "x"}')
    assert done.returncode == 0
    assert json.loads(done.stdout.decode("utf-8"))["valid"] is False
    assert b"django" not in done.stderr
    assert b"psycopg" not in done.stderr


def test_a_bad_case_ends_with_2_and_writes_json_on_standard_output() -> None:
    done = command("vat", stdin=b"\xff\xfe")
    assert done.returncode == 2
    assert json.loads(done.stdout)["error"]["field"] == "$"
    assert b"Traceback" not in done.stderr


class _Streams:
    def __init__(self, stdin: bytes) -> None:
        import io

        self.buffer = io.BytesIO(stdin)


def run_main(monkeypatch: pytest.MonkeyPatch, *arguments: str, stdin: bytes = b"") -> tuple[int, str]:
    out = _Streams(b"")
    monkeypatch.setattr(cli.sys, "stdin", _Streams(stdin))
    monkeypatch.setattr(cli.sys, "stdout", out)
    code = cli.main(arguments)
    return code, out.buffer.getvalue().decode("utf-8")


def test_the_list_of_doors(monkeypatch: pytest.MonkeyPatch) -> None:
    code, text = run_main(monkeypatch, "--list")
    assert code == 0
    assert text.split() == list(doors.DOORS)


@pytest.mark.parametrize(
    "arguments", [(), ("vat", "cup"), ("vat", "--list"), ("nothing",), ("--version",), ("\udcff",)]
)
def test_a_wrong_command_line_is_a_json_error(monkeypatch: pytest.MonkeyPatch, arguments: tuple) -> None:
    code, text = run_main(monkeypatch, *arguments)
    assert code == 2
    assert json.loads(text)["error"]["field"] == "$"


class _Unreadable:
    @property
    def buffer(self) -> Any:
        raise OSError("the device does not answer")


@pytest.mark.parametrize("stdin", [None, _Unreadable()])
def test_what_cannot_be_read_is_a_json_error(monkeypatch: pytest.MonkeyPatch, stdin: object) -> None:
    monkeypatch.setattr(cli.sys, "stdout", out := _Streams(b""))
    monkeypatch.setattr(cli.sys, "stdin", stdin)
    assert cli.main(["vat"]) == 2
    assert json.loads(out.buffer.getvalue())["error"]["field"] == "$"


def test_help_is_for_people(monkeypatch: pytest.MonkeyPatch) -> None:
    code, text = run_main(monkeypatch, "--help")
    assert (code, "levante law NAME" in text) == (0, True)


def test_a_case_too_large_is_refused_before_it_is_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    code, text = run_main(monkeypatch, "vat", stdin=b" " * (doors.LARGEST_CASE + 10))
    assert (code, "MB" in json.loads(text)["error"]["message"]) == (2, True)


# -- nothing makes a door fall

FIELDS = {
    "de-minimis": "on applicant request boundary as_of enterprises links aids events from to kind share person id amount",
    "gge": "instrument on amount rate years instalments date nominal intensity cost share guarantee price value",
    "sme-size": "on enterprise enterprises accounts year headcount turnover balance links from to capital votes control",
    "terms": "from to days kind suspensions roll local_holidays",
}
words = st.sampled_from(
    [
        "A",
        "B",
        "votes",
        "grant",
        "calendar",
        "working",
        "2026-01-01",
        "2025-12-31",
        "9999-12-31",
        "1800-01-01",
        "100",
        "",
        "12.34",
        "-1",
        "merger",
        "split",
        "inclusive",
        "micro",
        "natural",
        "loan_rate",
        "guarantee",
        "instalments",
    ],
)
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | words
    | st.text(max_size=5)
)


def cases(names: list[str]) -> st.SearchStrategy[Any]:
    keys = st.sampled_from([*names, "A", "B"]) | st.text(max_size=3)
    anything = st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=5),
        max_leaves=15,
    )
    return st.dictionaries(st.sampled_from(names), anything, max_size=8)


def holds(door: str, stdin: bytes) -> None:
    code, text = doors.run(door, stdin)
    out = json.loads(text)
    text.encode("utf-8")
    assert code in (0, 2)
    if code == 2:
        assert set(out) == {"error"}
        assert set(out["error"]) == {"field", "message", "message_en"}
        assert out["error"]["field"]
    else:
        assert "error" not in out


@pytest.mark.parametrize("door", list(doors.DOORS))
def test_any_json_gets_an_answer_or_an_error(door: str) -> None:
    names = FIELDS.get(door, "value").split()

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(cases(names))
    def check(case: dict) -> None:
        holds(door, json.dumps(case).encode())

    check()


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=60), st.sampled_from(list(doors.DOORS)))
def test_any_bytes_get_an_error(stdin: bytes, door: str) -> None:
    holds(door, stdin)
    holds(door, b'{"value": "' + stdin + b'"}')


def places(value: object, here: tuple = ()) -> list[tuple]:
    found = [here] if here else []
    if isinstance(value, dict):
        for key, inner in value.items():
            found += places(inner, (*here, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            found += places(inner, (*here, index))
    return found


def with_value(case: dict, place: tuple, value: object) -> dict:
    copy = json.loads(json.dumps(case))
    inside = copy
    for step in place[:-1]:
        inside = inside[step]
    inside[place[-1]] = value
    return copy


@pytest.mark.parametrize("door", list(doors.DOORS))
def test_a_good_case_with_anything_in_one_place(door: str) -> None:
    good = [json.loads(case.given) for case in CASES if case.door == door and not case.refused]
    broken = [(case, place) for case in good for place in places(case)]

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(broken), scalars | st.just([]) | st.just({}) | st.lists(scalars, max_size=2))
    def check(chosen: tuple[dict, tuple], value: object) -> None:
        holds(door, json.dumps(with_value(*chosen, value)).encode())

    check()


# -- what is said and not refused


def warned(door: str, case: dict[str, Any]) -> list[str]:
    code, text = doors.run(door, json.dumps(case).encode())
    assert code == 0, text
    return [row["message_en"].split(" per cent")[0] for row in json.loads(text).get("warnings", [])]


def test_more_than_the_whole_of_a_firm_is_said_by_the_size():
    accounts = [{"year": 2024, "headcount": 5, "turnover": "1.00", "balance": "1.00"}]
    case: dict[str, Any] = {
        "on": "2025-06-30", "enterprise": "A", "enterprises": {name: {"accounts": accounts} for name in "ABC"},
        "links": [{"from": "B", "to": "A", "capital": 60, "votes": 40}, {"from": "C", "to": "A", "capital": "40.5", "votes": 40}],
    }  # fmt: skip
    assert warned("sme-size", case) == ["the sum of the capital of A is 100.5"]
    case["links"][1]["capital"] = 40
    assert warned("sme-size", case) == []
    case["links"][1] |= {"capital": 80, "since": "2026-01-01"}  # not begun: it is not reckoned
    assert warned("sme-size", case) == []
    case["links"][1] |= {"capital": 40, "since": "2020-01-01"}
    case["links"].append({"from": "B", "to": "A", "capital": 55})  # said twice: once, with the larger share
    assert warned("sme-size", case) == []


def test_more_than_the_whole_of_a_firm_is_said_by_the_position():
    votes = {"to": "A", "kind": "votes"}
    case: dict[str, Any] = {
        "on": "2025-06-30", "applicant": "A", "enterprises": ["A", "B", "C"], "aids": [], "events": [],
        "links": [{"from": "B", "share": 60, **votes}, {"from": "C", "share": 60, **votes}],
    }  # fmt: skip
    assert warned("de-minimis", case) == ["the sum of the votes of A is 120"]
    case["links"][0]["until"] = "2025-06-29"  # sold to C the day before
    assert warned("de-minimis", case) == []
