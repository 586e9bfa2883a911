"""Import of a business register: every encoding, every bad day, nothing twice."""

import csv
import io
import json
import os
import subprocess
import sys
import threading
import time
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.conf import settings as django_settings
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.it import codicefiscale
from tests.conftest import vat_number

from levante.kernel.api import system
from levante.law.codes import check_tax_code, check_vat
from levante.parties import cli
from levante.parties.models import Account, Enterprise, ImportRun, Seat
from levante.parties.reference import load_places
from levante.parties.register_import import run as runner
from levante.parties.register_import import stage
from levante.parties.register_import.cells import surely_right
from levante.parties.register_import.run import carry_on, import_file
from levante.parties.register_import.source import BadFile
from levante.parties.services.imports import request_import

HEADER = [
    "Codice fiscale",
    "Denominazione",
    "Partita IVA",
    "Forma giuridica",
    "ATECO",
    "Artigiana",
    "Stato",
    "Data cessazione",
    "PEC",
    "Sede comune",
    "Sede provincia",
    "Sede CAP",
    "Sede indirizzo",
    "Anno bilancio",
    "Addetti",
    "Fatturato",
    "Attivo",
]
SYSTEM = system("test")


def row(n: int, **changes: str) -> list[str]:
    code = vat_number(n)
    values = dict(
        zip(
            HEADER,
            [
                code,
                f"Officine n. {n} S.r.l.",
                code,
                "SR",
                "25.11.00",
                "N",
                "ATTIVA",
                "",
                f"officine{n}@pec.example.it",
                "Lecce",
                "LE",
                "73100",
                "via Taranto, 1",
                "2024",
                "12,5",
                "1.250.000,00",
                "900000.50",
            ],
            strict=True,
        )
    )
    return list((values | {name.replace("_", " "): value for name, value in changes.items()}).values())


def write(path: Path, rows: list[list[str]], encoding: str = "utf-8", delimiter: str = ";") -> Path:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([HEADER, *rows])
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def counts(run: ImportRun) -> tuple[int, int, int, int, int]:
    return run.rows_read, run.created, run.updated, run.unchanged, run.rejected


@pytest.mark.usefixtures("places")
def test_a_row_becomes_an_enterprise_with_seat_and_accounts(tmp_path: Path) -> None:
    run = import_file(write(tmp_path / "r.csv", [row(1)]), actor=SYSTEM)
    assert counts(run) == (1, 1, 0, 0, 0)
    enterprise = Enterprise.objects.get()
    assert (enterprise.name, enterprise.ateco, enterprise.ateco_edition) == ("Officine n. 1 S.r.l.", "25.11.00", "2025")
    assert enterprise.status == "active"
    seat = enterprise.legal_seat
    assert seat is not None
    assert (seat.comune.name, seat.province_id, seat.cap) == ("Lecce", "LE", "73100")
    account = Account.objects.get()
    assert (account.headcount, account.turnover, account.balance) == (
        Decimal("12.50"),
        Decimal("1250000.00"),
        Decimal("900000.50"),
    )


@pytest.mark.usefixtures("places")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ","])
def test_encodings_and_delimiters(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = write(tmp_path / "r.csv", [row(1, Denominazione="Caffè della Città, «È più»")], encoding, delimiter)
    assert counts(import_file(path, actor=SYSTEM)) == (1, 1, 0, 0, 0)
    assert Enterprise.objects.get().name == "Caffè della Città, «È più»"


@pytest.mark.usefixtures("places")
def test_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    rows = [row(n) for n in range(1, 30)] + [row(3, Denominazione="Another name for the same code")]
    path = write(tmp_path / "r.csv", rows)
    assert counts(import_file(path, actor=SYSTEM)) == (30, 29, 0, 0, 1)
    before = list(Enterprise.objects.order_by("id").values())
    assert counts(import_file(path, actor=SYSTEM)) == (30, 0, 0, 29, 1)
    assert list(Enterprise.objects.order_by("id").values()) == before
    assert Seat.objects.count() == 29


@pytest.mark.usefixtures("places")
def test_what_changed_is_updated_and_a_blank_keeps_what_is_known(tmp_path: Path) -> None:
    import_file(write(tmp_path / "a.csv", [row(n) for n in range(1, 6)]), actor=SYSTEM)
    changed = [
        row(1, Denominazione="New name"),
        row(2, PEC=""),
        row(3, Sede_comune="Bari", Sede_provincia="BA", Sede_CAP="70122"),
        row(4, Fatturato="2.000.000"),
        row(5, Stato="CESSATA", Data_cessazione="31/12/2024"),
    ]
    assert counts(import_file(write(tmp_path / "b.csv", changed), actor=SYSTEM)) == (5, 0, 4, 1, 0)
    found = {one.tax_code: one for one in Enterprise.objects.all()}
    assert found[vat_number(1)].name == "New name"
    assert found[vat_number(2)].pec == "officine2@pec.example.it"
    seats = found[vat_number(3)].seats.order_by("id")
    assert [(seat.comune.name, seat.until is None) for seat in seats] == [("Lecce", False), ("Bari", True)]
    assert found[vat_number(4)].accounts.get().turnover == Decimal("2000000.00")
    assert (found[vat_number(5)].status, str(found[vat_number(5)].ceased_on)) == ("ceased", "2024-12-31")
    assert counts(import_file(tmp_path / "b.csv", actor=SYSTEM)) == (5, 0, 0, 5, 0)


@pytest.mark.usefixtures("places")
def test_columns_that_are_not_there_are_not_touched(tmp_path: Path) -> None:
    import_file(write(tmp_path / "a.csv", [row(1)]), actor=SYSTEM)
    path = tmp_path / "b.csv"
    path.write_text(f"codice_fiscale,denominazione\n{vat_number(1)},Officine n. 1 S.r.l.\n")
    assert counts(import_file(path, actor=SYSTEM)) == (1, 0, 0, 1, 0)


@pytest.mark.usefixtures("places")
def test_bad_rows_are_told_one_by_one_and_spoil_no_other(tmp_path: Path) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(
        [
            HEADER,
            row(1),
            row(2, Codice_fiscale="12345678901"),
            row(3, Denominazione="with \0 NUL"),
            [*row(4), "one cell too many"],
            row(5)[:3],
            row(6, Sede_comune="Atlantide"),
            row(7, ATECO="99.99.99"),
            row(8, Stato="CESSATA"),
            row(9, Fatturato="molto"),
            row(10, Denominazione="x" * 301),
        ]
    )
    path = tmp_path / "r.csv"
    path.write_bytes(text.getvalue().encode() + b';"an open quote;x\r\n' + ";".join(row(11)).encode() + b"\r\n")
    run = import_file(path, actor=SYSTEM)
    assert counts(run) == (12, 3, 0, 0, 9)
    assert set(Enterprise.objects.values_list("tax_code", flat=True)) == {vat_number(n) for n in (1, 5, 11)}
    with Path(run.rejects_path).open(encoding="utf-8", newline="") as file:
        rejects = list(csv.reader(file, delimiter=";"))
    assert rejects[0] == ["row", "reason", "original"]
    assert [line[0] for line in rejects[1:]] == ["3", "4", "5", "7", "8", "9", "10", "11", "12"]
    assert rejects[4][2:] == row(6, Sede_comune="Atlantide")
    assert "Atlantide" in rejects[4][1]


@pytest.mark.usefixtures("places")
def test_signs_that_the_database_reads_in_its_own_way_arrive_as_they_are(tmp_path: Path) -> None:
    """A backslash, a tab, a line end, and the very mark of a missing value."""
    path = write(
        tmp_path / "r.csv",
        [
            row(1, Denominazione="A\\tB\\N \\\\", Sede_indirizzo="\\N"),
            row(2, Sede_indirizzo="via Roma\t1\n(cortile)"),
            row(3, Denominazione="\\N"),
        ],
    )
    assert counts(import_file(path, actor=SYSTEM)) == (3, 3, 0, 0, 0)
    found = {one.tax_code: one for one in Enterprise.objects.prefetch_related("seats")}
    assert found[vat_number(1)].name == "A\\tB\\N \\\\"
    assert found[vat_number(1)].legal_seat.address == "\\N"  # type: ignore[union-attr]
    assert found[vat_number(2)].legal_seat.address == "via Roma\t1\n(cortile)"  # type: ignore[union-attr]
    assert found[vat_number(3)].name == "\\N"
    assert counts(import_file(path, actor=SYSTEM)) == (3, 0, 0, 3, 0)


@settings(max_examples=400)
@given(
    st.one_of(
        st.integers(0, 10**11 - 1).map(lambda n: f"{n:011d}"),
        st.builds(
            lambda number, office: with_check_digit(f"{number:07d}{office}"),
            st.integers(0, 10**7 - 1),
            st.sampled_from(["001", "075", "100", "101", "120", "888", "999", "000"]),
        ),
        st.builds(
            lambda head, year, month, day, place: with_check_letter(f"{head}{year:02d}{month}{day:02d}{place}"),
            st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=6, max_size=6),
            st.integers(0, 99),
            st.sampled_from("ABCDEHLMPRSTX"),
            st.integers(0, 99),
            st.sampled_from(["A662", "E506", "Z404"]),
        ),
        st.text(max_size=16),
    )
)
def test_what_the_quick_look_accepts_the_rule_accepts(code: str) -> None:
    if surely_right(code):
        assert check_tax_code(code).normalised == code
        if len(code) == 11:
            assert check_vat(code).normalised == code


def with_check_digit(ten: str) -> str:
    return next(code for code in (f"{ten}{digit}" for digit in range(10)) if luhn.is_valid(code))


def with_check_letter(fifteen: str) -> str:
    return fifteen + codicefiscale.calc_check_digit(fifteen)


@pytest.mark.parametrize("code", ["00000020999", "12345670017", "RSSMRA80A01F205X", "BNCLRA75H41A662P"])
def test_ordinary_codes_are_known_at_a_glance(code: str) -> None:
    good = with_check_digit(code[:10]) if len(code) == 11 else with_check_letter(code[:15])
    assert surely_right(good)
    assert not surely_right(good[:-1] + ("0" if good[-1] != "0" else "1"))


@pytest.mark.usefixtures("places")
def test_a_file_opened_by_hand_between_the_look_and_the_write_is_taken_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, enterprise: Any
) -> None:
    """Somebody creates one of the enterprises after the block was compared: it is updated, not lost and not doubled."""
    real, calls = stage._write, []

    def overtaken_once(cursor: Any, given: dict[str, object]) -> Any:
        if not calls:
            calls.append(1)
            raise stage._Overtaken
        return real(cursor, given)

    monkeypatch.setattr(stage, "_write", overtaken_once)
    enterprise("By hand", vat_number(2))
    assert counts(import_file(write(tmp_path / "r.csv", [row(1), row(2)]), actor=SYSTEM)) == (2, 1, 1, 0, 0)


@pytest.mark.usefixtures("places")
def test_an_insert_that_finds_the_code_taken_is_compared_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, enterprise: Any
) -> None:
    """The look is made blind, so that each try ends on the code that is there: nothing is written, and it is said."""
    monkeypatch.setattr(stage, "_PLAN", stage._PLAN.replace("e.tax_code = s.tax_code", "false", 1))
    enterprise("By hand", vat_number(2))
    with pytest.raises(RuntimeError, match="keep changing"):
        import_file(write(tmp_path / "r.csv", [row(1), row(2)]), actor=SYSTEM)
    assert Enterprise.objects.count() == 1


@pytest.mark.usefixtures("places")
def test_zeros_a_sheet_took_away_come_back_when_the_check_digit_agrees(tmp_path: Path) -> None:
    path = write(tmp_path / "r.csv", [row(1, Codice_fiscale=vat_number(123).lstrip("0"))])
    assert counts(import_file(path, actor=SYSTEM)) == (1, 1, 0, 0, 0)
    assert Enterprise.objects.get().tax_code == vat_number(123)


@pytest.mark.usefixtures("places")
def test_an_xlsx_sheet_is_read_as_the_csv_is(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(HEADER)
    values: list[Any] = list(row(123))
    values[0], values[13], values[14] = int(vat_number(123)), 2024, 12.5
    sheet.append(values)
    book.save(tmp_path / "r.xlsx")
    assert counts(import_file(tmp_path / "r.xlsx", actor=SYSTEM)) == (1, 1, 0, 0, 0)
    assert Account.objects.get().headcount == Decimal("12.50")
    assert counts(import_file(write(tmp_path / "r.csv", [row(123)]), actor=SYSTEM)) == (1, 0, 0, 1, 0)


@pytest.mark.usefixtures("places")
def test_an_import_cut_off_goes_on_from_its_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "BLOCK", 10)
    rows = [row(n) if n % 7 else row(n, Fatturato="?") for n in range(1, 46)]
    path = write(tmp_path / "r.csv", rows)
    real, blocks = runner.import_block, []

    def dies_at_the_third(**arguments: Any) -> Any:
        if len(blocks) == 2:
            raise KeyboardInterrupt
        blocks.append(arguments["read"])
        return real(**arguments)

    monkeypatch.setattr(runner, "import_block", dies_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        import_file(path, actor=SYSTEM)
    cut = ImportRun.objects.get()
    assert (cut.state, cut.rows_read) == ("running", 20)
    monkeypatch.setattr(runner, "import_block", real)
    run = import_file(path, actor=SYSTEM)
    assert run.pk == cut.pk
    assert counts(run) == (45, 39, 0, 0, 6)
    rejects = Path(run.rejects_path).read_text().splitlines()
    assert [line.split(";")[0] for line in rejects[1:]] == [str(n + 1) for n in range(7, 46, 7)]


@pytest.mark.usefixtures("places")
def test_rows_of_a_merged_file_are_rejected_naming_the_survivor(tmp_path: Path, enterprise: Any) -> None:
    survivor = enterprise("Survivor", vat_number(50))
    enterprise("Gone", vat_number(1), status="merged", merged_into=survivor)
    run = import_file(write(tmp_path / "r.csv", [row(1), row(2)]), actor=SYSTEM)
    assert counts(run) == (2, 1, 0, 0, 1)
    assert vat_number(50) in Path(run.rejects_path).read_text()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "vuoto"),
        (b"\0" * 5_000_000, "CSV"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "colonn"),
        (b"just one line of prose", "Mancano"),
        (b"a;b;c\n1;2;3\n", "Mancano"),
        (b"PK\x03\x04 not a zip", "danneggiato"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"x" * 600, ".xls"),
        (b"codice_fiscale;denominazione;cf\n", "due volte"),
        (b"x" * 400_000, "CSV"),
    ],
)
def test_garbage_is_refused_with_its_reason(
    tmp_path: Path, content: bytes, word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "garbage"
    path.write_bytes(content)
    assert cli.main(["import", str(path)]) == 2
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["field"] == "file"
    assert word in error["message"]
    assert error["message_en"]


@pytest.mark.django_db
def test_a_missing_file_and_a_folder_are_json_errors(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in (tmp_path / "nothing.csv", tmp_path):
        assert cli.main(["import", str(path)]) == 2
        assert json.loads(capsys.readouterr().out)["error"]["message"]


@pytest.mark.django_db
def test_bombs_are_refused_before_they_are_opened(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * 60_000_000)
    with pytest.raises(BadFile, match="too large"):
        import_file(bomb, actor=SYSTEM)
    lies = tmp_path / "entities.xlsx"
    book = openpyxl.Workbook()
    book.active.append(HEADER)
    book.save(tmp_path / "plain.xlsx")
    with zipfile.ZipFile(tmp_path / "plain.xlsx") as old, zipfile.ZipFile(lies, "w") as new:
        for part in old.namelist():
            content = old.read(part)
            if part == "xl/worksheets/sheet1.xml":
                content = (
                    b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
                    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
                    b'<row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>'
                )
            new.writestr(part, content)
    with pytest.raises(BadFile, match="cannot be read"):
        import_file(lies, actor=SYSTEM)


@pytest.mark.usefixtures("places")
def test_a_file_that_changed_meanwhile_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "r.csv", [row(1)])
    run = request_import(actor=SYSTEM, path=path, file_name="r.csv", sha256="0" * 64, rows=1)
    with pytest.raises(BadFile, match="changed"):
        carry_on(run, actor=SYSTEM)
    run.refresh_from_db()
    assert (run.state, bool(run.error_it)) == ("failed", True)


@pytest.mark.usefixtures("places")
def test_the_command_prints_what_it_did(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path / "r.csv", [row(1), row(2, Fatturato="-1")])
    assert cli.main(["import", str(path)]) == 0
    answer = json.loads(capsys.readouterr().out)
    rejects = answer.pop("rejects_file")
    assert answer == {"read": 2, "created": 1, "updated": 0, "unchanged": 0, "rejected": 1}
    assert Path(rejects).exists()


@pytest.mark.slow(reason="real transactions, whose tables are emptied afterwards")
@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_make_each_enterprise_once(tmp_path: Path) -> None:
    """Two files with the same firms in opposite order, at the same moment: nobody waits for ever, nothing is doubled."""
    load_places("Puglia")
    rows = [row(n) for n in range(1, 400)]
    paths = [write(tmp_path / "a.csv", rows), write(tmp_path / "b.csv", rows[::-1])]
    start = threading.Barrier(2)
    runs: list[ImportRun] = []
    errors: list[BaseException] = []

    def work(path: Path) -> None:
        try:
            start.wait(10)
            runs.append(import_file(path, actor=SYSTEM))
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[path]) for path in paths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not errors
    assert Enterprise.objects.count() == Seat.objects.count() == Account.objects.count() == 399
    assert sum(run.created for run in runs) == 399
    assert sum(run.unchanged for run in runs) == 399
    assert all(run.rows_read == 399 for run in runs)


@pytest.mark.slow(reason="a process of its own, killed in the middle of its work")
@pytest.mark.django_db(transaction=True)
def test_a_killed_process_is_resumed_by_another(tmp_path: Path) -> None:
    load_places("Puglia")
    path = write(tmp_path / "r.csv", [row(n) if n % 100 else row(n, Fatturato="?") for n in range(1, 3001)])
    program = (
        "import levante.cli; levante.cli.prepare_django()\n"
        "from django.conf import settings\n"
        f"settings.MEDIA_ROOT = {str(django_settings.MEDIA_ROOT)!r}\n"
        "from levante.parties.register_import import run\n"
        "run.BLOCK = 200\n"
        "from levante.parties import cli\n"
        f"cli.main(['import', {str(path)!r}])\n"
    )
    parameters = connection.get_connection_params()
    host = parameters.get("host", "")
    port = f"&port={parameters['port']}" if parameters.get("port") else ""
    url = f"postgresql://{parameters.get('user', 'postgres')}@/{parameters['dbname']}?host={host}{port}"
    if parameters.get("password"):
        pytest.skip("the server wants a password, which a child process is not given here")
    child = subprocess.Popen([sys.executable, "-c", program], env={**os.environ, "DATABASE_URL": url})
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        run = ImportRun.objects.first()
        if run is not None and run.rows_read >= 400:
            break
        time.sleep(0.01)
    child.kill()
    child.wait()
    cut = ImportRun.objects.get()
    assert cut.state == "running"
    assert 400 <= cut.rows_read < 3000
    done = import_file(path, actor=SYSTEM)
    assert done.pk == cut.pk
    assert counts(done) == (3000, 2970, 0, 0, 30)
    assert Enterprise.objects.count() == 2970
    assert len(Path(done.rejects_path).read_text().splitlines()) == 31


@pytest.mark.slow  # many files of any bytes
@pytest.mark.usefixtures("places")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.one_of(st.binary(max_size=400), st.text(max_size=200).map(lambda t: f"cf;nome\n{t}".encode())))
def test_no_bytes_break_the_import(content: bytes, tmp_path: Path) -> None:
    """Whatever the bytes: a reason, or an import whose numbers add up."""
    path = tmp_path / "anything"
    path.write_bytes(content)
    reason, run = None, None
    try:
        run = import_file(path, actor=SYSTEM)
    except BadFile as error:
        reason = error.reason
    assert run is not None or (reason is not None and reason.it and reason.en)
    if run is not None:
        assert run.rows_read == run.created + run.updated + run.unchanged + run.rejected
