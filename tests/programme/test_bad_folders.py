"""Folders that cannot be used: every problem with its file, line and field; exit 2, no traceback."""

# ruff: noqa: E501 - one file a line reads better

import shutil
from pathlib import Path

import pytest

from levante.programme import cli

TINY = Path(__file__).parent / "data" / "regione-invento-2024"

pytestmark = pytest.mark.django_db

SECTOR = "  - {{code: {code}, kind: {kind}, name: {{it: L, en: W}}, short: {{it: L, en: W}}}}\n"


@pytest.fixture
def check(tmp_path, capsys):
    """Write an extra file beside the tiny programme, check the folder, and return what was said (exit 2 is asserted)."""
    folder = tmp_path / "invento"
    shutil.copytree(TINY, folder)

    def run(content, word="check"):
        (folder / "zz.yaml").write_bytes(content if isinstance(content, bytes) else content.encode())
        assert cli.main([word, str(folder)]) == 2
        said = capsys.readouterr()
        assert "Traceback" not in said.err + said.out
        assert "zz.yaml" in said.err or "programma.yaml" in said.err
        return said.err

    return run


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ("sectors:\n" + SECTOR.format(code="a", kind="strategic, colour: red"), 2, "sectors[0].colour: è una chiave sconosciuta"),
        ("colours: []\n", 1, "colours: è una sezione sconosciuta"),
        ("sectors:\n  - code: a\n    kind: strategic\n", 2, "sectors[0].name: manca"),
        ("sectors:\n" + SECTOR.format(code="vetro", kind="strategic"), 2, "“vetro” è già scritto in"),
        ("sectors:\n" + SECTOR.format(code="a", kind="odd"), 2, "sectors[0].kind: “odd” non è tra strategic, traditional"),
        ("sectors:\n" + SECTOR.format(code="a", kind="traditional, kind: strategic"), 2, "“kind” è scritto due volte"),
        ("sectors: 3\n", 1, "sectors: deve essere un elenco"),
        ("sectors:\n  - 3\n", 2, "sectors[0]: deve contenere campi"),
        ("- a\n", 1, "in cima servono nomi"),
        ("sectors:\n  - code: [\n", 3, "il YAML non è ben scritto"),
        ("sectors: &a []\nfigures: *a\n", 2, "gli alias"),
        ("sectors: !!python/object:os.system []\n", 1, "i tag"),
        ("sectors: []\n---\nsectors: []\n", 2, "un solo documento"),
        ("{[a]: b}: c\n", 1, "una chiave deve essere un testo"),
        ("sectors: " + "[" * 50 + "]" * 50, 1, "livelli"),
        (b"sectors: []\n# caff\xe8\n", 2, "non è testo UTF-8"),
        (b"sectors: []\n\x00", 2, "byte nullo"),
        ('sectors:\n  - {code: a, kind: strategic, source: "\\0", name: {it: L, en: W}, short: {it: L, en: W}}\n', 2, "source"),
        ("programme: {code: b, name: {it: a, en: b}, region: {it: a, en: b}}\n", 1, "più di un file"),
        ("strategies:\n  - {code: s, name: {it: a, en: b}, act: nobody}\n", 2, "strategies[0].act: “nobody” non è in acts"),
        ("strategies:\n  - {code: s, name: {it: a, en: b}, since: 2024-02-30}\n", 2, "since: deve essere una data esistente"),
        ("strategies:\n  - {code: s, name: {it: a, en: b}, since: 0001-01-01}\n", 2, "strategies[0].since: deve essere una data dal 1900 al 2199"),
        ("strategies:\n  - {code: s, name: {it: a, en: b}, until: 9999-12-31}\n", 2, "strategies[0].until: deve essere una data dal 1900 al 2199"),
        ("strategies:\n  - {code: s, name: {it: a, en: b}, since: 2024-02-01, until: 2024-01-01}\n", 2, "until: viene prima"),
        ("strategies:\n  - {code: s, name: {it: 3, en: b}}\n", 2, "name.it: deve essere un testo"),
        ("strategies:\n  - {code: s, name: {it: a, en: b}, confidence: assumption}\n", 2, "note: un dato non certo dice perché"),
        ("strategies:\n  - {code: s, name: {it: a, en: b}, confidence: sourced}\n", 2, "source: un dato da fonte dice quale"),
        ("strategies:\n  - {code: s, name: {it: a, en: b}, confidence: assumption, note: {it: a, en: b}, demonstration: true}\n", 2, "un dato dimostrativo è invented"),
        ("strategies:\n  - {code: s, name: {it: a, en: b}, confidence: invented}\n", 2, "un dato dimostrativo è invented"),
        *(
            (f"values:\n  - {{code: v, parameter: export_win.{name}, value: {value}, {days}}}\n", 2, f"values[0].{said}")
            for name, value, days, said in (
                ("confirmation_years", "1", "since: 2024-01-01", "parameter: “export_win.confirmation_years” non è tra export_win."),
                ("confirmation_months", "0", "since: 2024-01-01", "value: va da 1 a 60"),
                ("confirmation_months", "[12, 18]", "since: 2024-01-01", "value: vuole un numero solo"),
                ("confirmation_months", "dodici", "since: 2024-01-01", "value: deve essere un elenco"),
                ("confirmation_months", "true", "since: 2024-01-01", "value: deve essere un elenco"),
                ("confirmation_months", "12.5", "since: 2024-01-01", "value: deve essere un elenco"),
                ("confirmation_months", "['12']", "since: 2024-01-01", "value[0]: deve essere un numero intero"),
                ("confirmation_months", "12", "until: 2024-01-01", "since: manca"),
                ("confirmation_months", "12", "since: 2024-01-02, until: 2024-01-01", "until: viene prima"),
                ("follow_up_months", "[]", "since: 2024-01-01", "value: vuole almeno un numero"),
                ("follow_up_months", "[0, 61]", "since: 2024-01-01", "value: va da 0 a 60"),
                ("follow_up_months", "[0, 6, 3]", "since: 2024-01-01", "value: i numeri vanno scritti una volta, dal più piccolo"),
                ("follow_up_remind_days", "45", "since: 2024-01-01", "value: il sollecito verrebbe dopo l’ultimo giorno"),
                ("link_days", "100000", "since: 2024-01-01", "value: va da 1 a 365"),
            )
        ),
        *(
            (
                f"indicators:\n  - {{code: i, number: I1, kind: output, scope: programme, name: {{it: a, en: b}}, unit: {{it: a, en: b}}, source: s, {counts}}}\n",
                2,
                f"indicators[0].initiative_kinds: {said}",
            )
            for counts, said in (
                ("counts: non_financial", "i tipi di iniziativa che sono un sostegno si scrivono"),
                ("counts: granted, initiative_kinds: [fair]", "i tipi di iniziativa che sono un sostegno si scrivono"),
                ("counts: supported, initiative_kinds: [fair, party]", "“party” non è tra call, fair"),
            )
        ),
        (
            "values:\n"
            "  - {code: a, parameter: export_win.link_days, value: 30, since: 2024-01-01}\n"
            "  - {code: b, parameter: export_win.link_days, value: 40, since: 2024-06-01}\n",
            3,
            "le date si sovrappongono a quelle di “a”",
        ),
        (
            "direction_actions:\n  - {code: a, direction: I, action: '1'}\n  - {code: b, direction: I, action: '1', since: 2024-01-01}\n",
            3,
            "le date si sovrappongono a quelle di “a”",
        ),
        (
            "figures:\n  - {code: f, kind: context, name: {it: a, en: b}, value: 1.00, unit: {it: a, en: b}, on: 2024-01-01}\n",
            2,
            "source: un dato senza fonte va segnato demonstration: true",
        ),
        (
            "figures:\n  - {code: f, kind: context, name: {it: a, en: b}, value: 1.005, unit: {it: a, en: b}, on: 2024-01-01, source: s}\n",
            2,
            "figures[0].value",
        ),
        (
            "actions:\n  - {code: a, fund: cassa, parent: b, name: {it: a, en: b}}\n  - {code: b, fund: cassa, parent: a, name: {it: a, en: b}}\n",
            2,
            "la catena torna",
        ),
        (
            "acts:\n  - {code: x, kind: dgr, triennium: 2024-2026, source: s, title: {it: a, en: b}}\n",
            2,
            "un atto senza numero o data è to_confirm",
        ),
        (
            "acts:\n  - {code: x, kind: dgr, role: approval, triennium: 2024-2026, number: '1', adopted_on: 2024-01-01, title: {it: a, en: b}}\n",
            2,
            "già approvato da",
        ),
        (
            "lines:\n  - {code: x, triennium: 2024-2026, year: 2023, name: {it: a, en: b}}\n",
            2,
            "lines[0].year: non è del triennio",
        ),
        (
            "movements:\n  - {code: x, kind: allocation, line: fiere-2024, act: dcr-9, amount: -1.00, on: 2024-03-01, exercise: 2024, source: s}\n",
            2,
            "amount: deve essere maggiore di zero",
        ),
        (
            "movements:\n  - {code: x, kind: allocation, line: fiere-2024, act: dcr-9, amount: 1.00, on: 2024-01-01, exercise: 2024, source: s}\n",
            2,
            "on: viene prima del suo atto",
        ),
        (
            "movements:\n  - {code: x, kind: reprogramming, line: fiere-2024, act: dcr-9, amount: 1.00, on: 2024-03-01, exercise: 2024, source: s}\n",
            2,
            "to: serve a una riprogrammazione",
        ),
    ],
)  # fmt: skip
def test_problems_name_file_line_and_field(check, content, line, words):
    said = check(content)
    assert words in said
    assert f"zz.yaml:{line}" in said or words.startswith(("già approvato", "la catena"))


@pytest.mark.parametrize("word", ["load", "diff"])
def test_the_other_words_refuse_too(check, word):
    assert "sezione sconosciuta" in check("colours: []\n", word)


def test_a_bomb_of_aliases_is_stopped_at_the_first(check):
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{b}: &{b} [{','.join(['*' + a] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert "gli alias" in check(bomb)


def test_a_huge_file_is_not_read(check):
    assert "è più grande di 1 MB" in check(b"# " + b"x" * (1024 * 1024))


def test_deep_nesting_does_not_exhaust_the_stack(check):
    assert "livelli" in check("sectors: " + "[" * 200_000)


def test_what_is_not_a_folder(tmp_path, capsys):
    empty = tmp_path / "empty"
    empty.mkdir()
    for folder, words in ((tmp_path / "nowhere", "non è una cartella"), (empty, "non contiene file .yaml")):
        assert cli.main(["check", str(folder)]) == 2
        assert words in capsys.readouterr().err
    (empty / "a.yaml").mkdir()
    assert cli.main(["check", str(empty)]) == 2
    assert "non è un file" in capsys.readouterr().err


def test_problems_are_said_in_english_too(tmp_path, capsys):
    (tmp_path / "a.yaml").write_text("colours: []\n")
    assert cli.main(["check", str(tmp_path), "--language", "en"]) == 2
    assert "colours: is an unknown section." in capsys.readouterr().err


def test_a_byte_order_mark_is_no_trouble(tmp_path):
    folder = tmp_path / "invento"
    shutil.copytree(TINY, folder)
    file = folder / "programma.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert cli.main(["check", str(folder)]) == 0


def test_a_wrong_word_is_two(capsys):
    assert cli.main(["burn", "x"]) == 2
    assert "invalid choice" in capsys.readouterr().err
