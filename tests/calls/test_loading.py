"""Calls from their files: errors with their line, loading twice, versions of the form."""

import json
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from tests.calls.world import CALLS, documents

from levante.calls.api import Call, FormVersion, load_calls, publish_form, read_calls
from levante.calls.cli import main
from levante.kernel.api import system
from levante.programme.api import Unreadable

TEXT = (CALLS / "voucher-fiere-2018.yaml").read_text()


def written(tmp_path, text):
    (tmp_path / "call.yaml").write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("procedure: first_come", "procedure: lottery", "procedure"),
        ('amount: "6000.00"', 'amount: "6000.005"', "amount"),
        ("opens_at: 2018-09-17T10:00", "opens_at: domani", "opens_at"),
        ("closes_at: 2019-12-31T12:00", "closes_at: 2017-12-31T12:00", "closes_at"),
        ("kind: iban", "kind: colore", "kind"),
        ("facts.active", "facts.active ==", "expression"),
        ("who:", "whom:", "whom"),
        ("published_at: 2018-09-03T09:00", "published_at: 2018-10-28T02:30", "published_at"),
    ],
)
def test_errors_name_file_line_and_field(tmp_path, old, new, field):
    assert old in TEXT
    with pytest.raises(Unreadable) as error:
        read_calls(written(tmp_path, TEXT.replace(old, new, 1)))
    sentence = next(said for problem in error.value.problems if field in (said := problem.sentence()))
    match = re.search(r"call\.yaml:(\d+):", sentence)
    assert match
    assert int(match[1]) > 1


@pytest.mark.django_db
def test_a_contradiction_names_file_line_and_field_and_only_a_draft_may_have_one(programme, tmp_path, capsys):
    wrong = TEXT.replace("  by: fair_area", "  by: fair_colour", 1)
    with pytest.raises(Unreadable, match=r"call\.yaml:\d+: money\.by: non è un campo a scelta"):
        load_calls(written(tmp_path, wrong), programme=programme)
    assert main(["check", str(tmp_path)]) == 1
    said = capsys.readouterr()
    assert json.loads(said.out)["errors"] == 1
    assert re.search(r"errore: .*call\.yaml:\d+: money\.by", said.err)
    draft = wrong.replace("state: published\n", "state: draft\n").replace("published_at: 2018-09-03T09:00\n", "")
    assert load_calls(written(tmp_path, draft), programme=programme).created


@pytest.mark.django_db
@pytest.mark.parametrize("loaded", [True, False])
def test_a_budget_line_that_does_not_exist_is_told_where_the_programme_is_at_hand(
    request, tmp_path, capsys, monkeypatch, loaded
):
    """By what was loaded; or by the files of the programme around the folder, with nothing loaded."""
    if loaded:
        request.getfixturevalue("programme")
    else:
        monkeypatch.setattr(
            "levante.calls.loading.read_programme",
            lambda _: SimpleNamespace(rows={"lines": {"2023-2025/A/3.5.b/2025": 1}}),
        )
    written(tmp_path, TEXT.replace("2023-2025/A/3.5.b/2025", "2023-2025/A/9.9.z/2025"))
    assert main(["check", str(tmp_path)]) == 1
    assert re.search(r"errore: .*call\.yaml:\d+: budget_lines\.0\.line: .* non è una linea", capsys.readouterr().err)
    written(tmp_path, TEXT)
    # Of a programme's folder its calls are checked.
    (tmp_path / "calls").mkdir()
    (tmp_path / "call.yaml").rename(tmp_path / "calls/call.yaml")
    main(["check", str(tmp_path)])
    said = capsys.readouterr()
    assert json.loads(said.out)["calls"]
    assert "linea di bilancio" not in said.err


@pytest.mark.django_db
def test_a_call_exported_and_loaded_again_changes_nothing(shipped, programme, tmp_path, capsys):
    for code in shipped:
        assert main(["export", code]) == 0
        (tmp_path / f"{code}.yaml").write_text(capsys.readouterr().out)
    forms = FormVersion.objects.count()
    assert sorted(load_calls(tmp_path, programme=programme).unchanged) == sorted(shipped)
    assert FormVersion.objects.count() == forms
    assert main(["export", "nessuno"]) == 1


@pytest.mark.django_db
def test_a_folder_without_calls_is_an_error(tmp_path, capsys):
    assert main(["check", str(tmp_path)]) == 1
    said = capsys.readouterr()
    assert json.loads(said.out) == {"calls": [], "errors": 1, "warnings": 0}
    assert "non c’è nessun bando" in said.err


@pytest.mark.parametrize(
    "argv", [[], ["check"], ["load", "a", "b"], ["export"], ["check", "a", "--over-edits"], ["x", "y"]]
)
def test_a_request_that_is_not_understood(argv, capsys):
    assert main(argv) == 2
    assert "usage" in capsys.readouterr().err


@pytest.mark.django_db
def test_unknown_codes_are_refused_before_anything_is_written(programme, tmp_path):
    with pytest.raises(Unreadable, match="non è nel programma"):
        load_calls(
            written(tmp_path, TEXT.replace("act: voucher-fiere-2018-avviso", "act: nessuno")), programme=programme
        )
    assert not Call.objects.exists()


@pytest.mark.django_db
def test_loading_twice_changes_nothing(programme):
    first = load_calls(CALLS, programme=programme)
    again = load_calls(CALLS, programme=programme)
    assert len(first.created) == len(list(CALLS.glob("*.yaml")))
    assert again.unchanged == first.created
    assert FormVersion.objects.count() == len(first.created)


@pytest.mark.django_db
def test_a_changed_form_is_a_new_version_and_the_old_one_stays(programme, tmp_path):
    load_calls(written(tmp_path, TEXT), programme=programme)
    changed = TEXT.replace("label: {it: Città, en: City}", "label: {it: Città della fiera, en: City}")
    assert load_calls(written(tmp_path, changed), programme=programme).changed == ["voucher-fiere-2018"]
    versions = list(FormVersion.objects.order_by("number"))
    assert [version.number for version in versions] == [1, 2]
    assert all(version.locked_at for version in versions)
    with pytest.raises(Exception, match=r"locked_never_changes|Cannot"):
        FormVersion.objects.filter(pk=versions[0].pk).update(definition={})


@pytest.mark.django_db
def test_the_same_form_is_not_a_new_version(shipped):
    call = shipped["voucher-fiere-2018"]
    version = call.forms.get()
    assert publish_form(actor=system("test"), call=call, definition=version.definition).pk == version.pk


def test_no_call_is_named_in_what_is_shipped_as_code():
    source = Path(__file__).resolve().parents[2] / "src"
    names = {path.stem for path in CALLS.glob("*.yaml")}
    names |= {title for document in documents() for title in document["title"].values()}
    read = 0
    for path in source.rglob("*"):
        if not path.is_file() or "__pycache__" in path.parts:
            continue
        content = path.read_bytes()  # what is compiled too: a catalogue holds its words as they are
        read += 1
        assert not [name for name in names if name.encode() in content], path
    assert read > 1000, "code, templates, catalogues, data, style sheets"
