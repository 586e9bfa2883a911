"""The RNA's files in the database: counts, idempotence, quarantine, broken files, compressed files, resumption."""

import gzip
import io
import json
import tracemalloc
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from tests.aid.rna_files import AGRICULTURE, DE_MINIMIS, GBER, aid, component, document, instrument, many, write

from levante.aid import rna_import, rna_source
from levante.aid.api import AidRecord, AidRevision, QuarantinedAid, Reservation, RnaImport
from levante.aid.cli import main
from levante.aid.rna_import import import_rna, totals_of
from levante.aid.rna_source import UnreadableFile
from levante.kernel.api import clock_at, system, today
from levante.law import doors

pytestmark = pytest.mark.django_db
ACTOR = system("test")


def run(path, **options):
    return totals_of(import_rna(actor=ACTOR, path=path, **options))


def counts(read, cors, created, updated, unchanged, quarantined):
    return {
        "read": read,
        "cors": cors,
        "created": created,
        "updated": updated,
        "unchanged": unchanged,
        "quarantined": quarantined,
    }


def test_a_file_and_the_same_file_again(tmp_path, enterprise):
    firm = enterprise()
    path = write(
        tmp_path / "OpenData_Aiuti_2025_02.xml",
        aid("1", component(DE_MINIMIS, instrument("100.00")), component(AGRICULTURE, instrument("7.00"))),
        aid("2", tax_code=firm.tax_code),
        aid("3", granted_on=None),
    )
    assert run(path, known_on=date(2025, 3, 1)) == counts(3, 2, 3, 0, 0, 1)
    before = list(AidRecord.objects.order_by("pk").values())
    assert run(path, known_on=date(2025, 9, 1)) == counts(3, 2, 0, 0, 3, 1)
    assert list(AidRecord.objects.order_by("pk").values()) == before
    assert QuarantinedAid.objects.count() == 1
    assert AidRevision.objects.count() == 0
    assert AidRecord.objects.get(cor="2").enterprise == firm
    assert AidRecord.objects.get(cor="1", regime="agriculture").gge == Decimal("7.00")
    assert RnaImport.objects.filter(state="finished").count() == 2


def test_a_position_is_what_the_rule_says_of_the_same_file(tmp_path, capsys):
    """Imported today, asked for any day and as of any day: the answer of the door to which the same aids are given."""
    code = "04145400265"
    days = ["2022-05-31", "2023-01-10", "2024-02-29", "2025-02-28", "2026-01-15"]
    rows = [(str(i), day, f"{(i + 1) * 20_000}.50") for i, day in enumerate(days)]
    run(write(tmp_path / "a.xml", *(aid(c, component(DE_MINIMIS, instrument(a)), granted_on=d) for c, d, a in rows)))
    for on, as_of in [
        ("2026-02-01", None),
        ("2025-02-28", "2025-02-28"),
        ("2026-01-20", "2025-03-01"),
        ("2026-01-10", "2024-01-01"),
    ]:
        given = {"as_of": as_of} if as_of else {}
        aids = [{"id": c, "beneficiary": code, "granted_on": d, "amount": a} for c, d, a in rows]
        case = {"on": on, "applicant": code, "enterprises": [code], "links": [], "events": [], "aids": aids, **given}
        exit_code, expected = doors.run("de-minimis", json.dumps(case).encode())
        assert exit_code == 0, expected
        assert main(["position", code, "--on", on, *(["--as-of", as_of] if as_of else [])]) == 0
        answer, wanted = json.loads(capsys.readouterr().out), json.loads(expected)
        for name in ("ceiling", "counted", "residual", "admissible", "undertaking", "window", "counted_aids"):
            assert answer[name] == wanted[name], (on, as_of, name)
        assert wanted["counted_aids"]


def test_a_line_is_known_since_its_grant_unless_the_import_says_another_day(tmp_path):
    run(write(tmp_path / "a.xml", aid("1"), aid("2", granted_on="2099-01-01")))
    assert AidRecord.objects.get(cor="1").registered_on == date(2025, 2, 3)
    assert AidRecord.objects.get(cor="2").registered_on == today()
    run(write(tmp_path / "b.xml", aid("3")), known_on=date(2025, 9, 1))
    assert AidRecord.objects.get(cor="3").registered_on == date(2025, 9, 1)


def test_a_changed_amount_is_a_revision_at_the_original_day(tmp_path):
    run(write(tmp_path / "a.xml", aid("1")), known_on=date(2025, 3, 1))
    changed = aid("1", component(DE_MINIMIS, instrument("5000.00")), title="Titolo corretto")
    assert run(write(tmp_path / "b.xml", changed), known_on=date(2025, 6, 1)) == counts(1, 1, 0, 1, 0, 0)
    line = AidRecord.objects.get(cor="1")
    assert (line.gge, line.granted_gge, line.granted_on) == (Decimal("5000.00"), Decimal("8498.44"), date(2025, 2, 3))
    assert line.registered_on == date(2025, 3, 1)
    revision = line.revisions.get()
    assert (revision.on, revision.gge) == (date(2025, 6, 1), Decimal("5000.00"))


def test_a_line_that_is_gone_counts_no_more_and_comes_back(tmp_path):
    two = aid("1", component(DE_MINIMIS, instrument("5.00")), component(GBER, instrument("6.00")))
    run(write(tmp_path / "a.xml", two))
    one = aid("1", component(DE_MINIMIS, instrument("5.00")))
    assert run(write(tmp_path / "b.xml", one), known_on=date(2025, 6, 1)) == counts(1, 1, 0, 1, 1, 0)
    assert AidRecord.objects.get(cor="1", regime="gber").annulled_on == date(2025, 6, 1)
    assert run(write(tmp_path / "c.xml", two, aid("2"))) == counts(2, 2, 1, 1, 1, 0)
    assert AidRecord.objects.get(cor="1", regime="gber").annulled_on is None


def test_the_same_cor_twice_in_a_file(tmp_path):
    path = write(tmp_path / "a.xml", aid("1"), aid("2"), aid("1"), aid("1", component(DE_MINIMIS, instrument("1.00"))))
    assert run(path) == counts(4, 2, 2, 0, 1, 1)
    assert QuarantinedAid.objects.get().reasons == ["cor_repeated"]
    assert run(path) == counts(4, 2, 0, 0, 3, 1)
    assert QuarantinedAid.objects.count() == 1
    assert AidRecord.objects.get(cor="1").gge == Decimal("8498.44")


def test_a_quarantined_aid_that_comes_in_good_order_is_resolved(tmp_path):
    run(write(tmp_path / "a.xml", aid("1", granted_on="")))
    assert QuarantinedAid.objects.filter(tax_code="04145400265", resolved_on=None).count() == 1
    run(write(tmp_path / "b.xml", aid("1")), known_on=date(2025, 6, 1))
    assert QuarantinedAid.objects.get().resolved_on == date(2025, 6, 1)


def test_our_own_award_is_not_rewritten_by_the_rna(tmp_path, enterprise):
    firm = enterprise()
    AidRecord.objects.create(
        source="own", cor="55", regulation="CE2831/2023", regime="general_de_minimis", tax_code=firm.tax_code,
        enterprise=firm, granted_on=date(2025, 2, 3), gge=6000, granted_gge=6000, registered_on=date(2025, 2, 4),
        subject_type="grants.Award", subject_id="1",
    )  # fmt: skip
    assert run(write(tmp_path / "a.xml", aid("55", tax_code=firm.tax_code))) == counts(1, 1, 0, 0, 0, 1)
    line = AidRecord.objects.get(cor="55")
    assert (line.source, line.gge) == ("own", Decimal("6000.00"))
    assert QuarantinedAid.objects.get().reasons == ["own_award_differs"], "another amount: somebody looks at it"


def test_the_rna_takes_the_place_of_a_declaration_with_the_same_cor(tmp_path):
    AidRecord.objects.create(
        source="declared", cor="55", regime="general_de_minimis", tax_code="04145400265",
        granted_on=date(2025, 2, 3), gge=9000, granted_gge=9000, registered_on=date(2025, 2, 4),
    )  # fmt: skip
    assert run(write(tmp_path / "a.xml", aid("55"))) == counts(1, 1, 0, 1, 0, 0)
    line = AidRecord.objects.get(cor="55")
    assert (line.source, line.gge) == ("rna", Decimal("8498.44"))


def test_batches_do_not_matter(tmp_path):
    path = write(tmp_path / "a.xml", *many(300), aid(None), aid("5000007", granted_on=None))
    whole = run(path, batch=7)
    assert whole == {"read": 302, "cors": 300, "created": 360, "updated": 0, "unchanged": 0, "quarantined": 2}
    assert run(path, batch=100_000)["unchanged"] == 360


def test_a_file_cut_short_keeps_what_was_read_and_says_so(tmp_path, capsys):
    text = document(many(50))
    path = tmp_path / "cut.xml"
    path.write_text(text[: len(text) * 2 // 3], encoding="utf-8")
    assert main(["import-rna", str(path)]) == 2
    answer = json.loads(capsys.readouterr().out)
    assert "rovinato o incompleto" in answer["error"]["message"]
    kept = AidRecord.objects.values("cor").distinct().count()
    assert answer["kept"]["read"] == answer["kept"]["cors"] == kept > 20
    stopped = RnaImport.objects.get()
    assert (stopped.state, bool(stopped.error_it), bool(stopped.error_en)) == ("stopped", True, True)
    # Given again, the same broken file changes nothing and says the same.
    assert main(["import-rna", str(path)]) == 2
    assert json.loads(capsys.readouterr().out) == answer
    # Mended, only the rest is new.
    path.write_text(text, encoding="utf-8")
    assert main(["import-rna", str(path)]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["read"] == 50
    assert answer["created"] + answer["unchanged"] == 60


def test_an_import_that_dies_goes_on_from_its_last_batch(tmp_path, monkeypatch):
    path = write(tmp_path / "a.xml", *many(40), aid(None))
    write_batch, done = rna_import.record_rna_batch, []

    def dies_at_the_third(**given):
        if len(done) == 2:
            raise ConnectionError("the machine went away")
        done.append(write_batch(**given))
        return done[-1]

    monkeypatch.setattr(rna_import, "record_rna_batch", dies_at_the_third)
    with pytest.raises(ConnectionError):
        run(path, batch=10)
    unfinished = RnaImport.objects.get()
    assert (unfinished.state, unfinished.elements_done) == ("running", 20)
    monkeypatch.setattr(rna_import, "record_rna_batch", write_batch)
    assert run(path, batch=10) == counts(41, 40, 48, 0, 0, 1)
    assert RnaImport.objects.get().state == "finished"


def test_compressed_files(tmp_path):
    body = document(many(20)).encode()
    plain = tmp_path / "a.xml"
    plain.write_bytes(body)
    assert run(plain)["created"] == 24
    packed = tmp_path / "a.xml.gz"
    packed.write_bytes(gzip.compress(body))
    assert run(packed)["unchanged"] == 24
    zipped = tmp_path / "a.zip"
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("OpenData_Aiuti_2024_01_001.xml", body)
        archive.writestr("OpenData_Aiuti_2024_01_002.xml", document([aid("9")]))
        archive.writestr("README.txt", "ignored")
    assert run(zipped) == counts(21, 21, 1, 0, 24, 0)


def a_bomb() -> bytes:
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=9) as packed:
        packed.write(b"<LISTA_AIUTI>")
        for _ in range(200):
            packed.write(b" " * (1 << 20))
        packed.write(b"</LISTA_AIUTI>")
    return out.getvalue()


@pytest.mark.slow  # unpacks until the limit, 64 MB, twice
def test_a_compressed_bomb_is_refused(tmp_path):
    packed = tmp_path / "bomb.xml.gz"
    packed.write_bytes(a_bomb())
    with pytest.raises(UnreadableFile, match="200 times"):
        run(packed)
    zipped = tmp_path / "bomb.zip"
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.xml", b"<LISTA_AIUTI>" + b" " * (100 << 20) + b"</LISTA_AIUTI>")
    with pytest.raises(UnreadableFile, match="200 times"):
        run(zipped)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.gz", gzip.compress(document(many(30)).encode())[:-200]),
        ("b.gz", b"\x1f\x8b garbage"),
        ("a.zip", b"PK\x03\x04 garbage"),
        ("empty.zip", b"PK\x05\x06" + b"\0" * 18),
        ("zeros.xml", b"\0" * 5_000_000),
        ("empty.xml", b""),
        ("html.xml", b"<!DOCTYPE html><html></html>"),
        ("latin.xml", "<LISTA_AIUTI>àè".encode("latin-1")),
    ],
)
def test_garbage_is_an_error_that_names_the_file(tmp_path, capsys, name, data):
    path = tmp_path / name
    path.write_bytes(data)
    assert main(["import-rna", str(path)]) == 2
    answer = json.loads(capsys.readouterr().out)
    assert answer["error"]["field"] == "file"
    assert answer["error"]["message"]
    assert answer["error"]["message_en"]
    assert not RnaImport.objects.filter(state="running").exists()


def test_a_file_that_is_not_there(capsys, tmp_path):
    assert main(["import-rna", str(tmp_path / "none.xml")]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["field"] == "file"
    assert main(["import-rna"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["field"] == "$"


@pytest.mark.parametrize("day", ["0001-01-01", "1799-12-31", "9999-12-31"])
def test_a_position_on_a_day_of_which_no_act_speaks(capsys, day):
    code = main(["position", "99010969998", "--on", day])
    answer = json.loads(capsys.readouterr().out)
    assert (code, answer.get("error", {}).get("field")) == ((0, None) if day == "9999-12-31" else (2, "on"))


def test_ratio_limit_lets_true_files_pass(tmp_path, monkeypatch):
    monkeypatch.setattr(rna_source, "RATIO_FREE", 0)
    packed = tmp_path / "a.xml.gz"
    packed.write_bytes(gzip.compress(document(many(200)).encode()))
    assert run(packed)["read"] == 200


@pytest.mark.slow  # reads 5,400 aids to see that memory does not grow with the file
def test_memory_does_not_grow_with_the_file(tmp_path):
    def peak(count):
        path = tmp_path / f"{count}.xml"
        with path.open("w", encoding="utf-8") as out:
            out.write(document([]).partition("</LISTA")[0])
            out.writelines(many(count))
            out.write("</LISTA_AIUTI>")
        tracemalloc.start()
        run(path, batch=200)
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    small = peak(600)
    assert peak(4_800) < 1.5 * small


def test_the_command_prints_the_counts_and_the_position(tmp_path, capsys):
    path = write(tmp_path / "a.xml", aid("1"), aid("2", component(GBER, instrument("90000.00"))))
    with clock_at(datetime(2025, 3, 1, 12, tzinfo=UTC)):
        assert main(["import-rna", str(path)]) == 0
    assert json.loads(capsys.readouterr().out) == counts(2, 2, 2, 0, 0, 0)
    assert main(["position", "04145400265", "--on", "2026-01-10"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["ceiling"], answer["counted"], answer["residual"]) == ("300000.00", "8498.44", "291501.56")
    assert answer["counted_aids"] == [{"id": "1", "amount": "8498.44"}]
    assert answer["undertaking"] == ["04145400265"]
    assert main(["position", "04145400265", "--on", "2026-01-10", "--as-of", "2025-02-01"]) == 0
    assert json.loads(capsys.readouterr().out)["counted"] == "0.00"
    assert main(["position", "04145400265", "--on", "2028-02-04"]) == 0
    assert json.loads(capsys.readouterr().out)["counted"] == "0.00"


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (["04145400265", "--on", "2026-13-01"], "on"),
        (["04145400265", "--on", "20260101"], "on"),
        (["04145400265", "--on", "1990-01-01"], "on"),
        (["04145400265"], "$"),
        (["due parole", "--on", "2026-01-01"], "tax_code"),
        (["04145400265", "--on", "2026-01-01", "--as-of", "ieri"], "as_of"),
        (["04145400265", "--on", "2026-01-01", "--request", "1.234"], "request"),
        (["04145400265", "--on", "2026-01-01", "--boundary", "maybe"], "boundary"),
    ],
)
def test_a_bad_question_names_its_field(arguments, field, capsys):
    assert main(["position", *arguments]) == 2
    answer = json.loads(capsys.readouterr().out)
    assert answer["error"]["field"] == field
    assert Reservation.objects.count() == 0
