"""A call is one document: what a file says, what the rows hold, what an export writes are the same."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, assume, given, settings
from pydantic import ValidationError
from tests.calls.any_call import documents, paths
from tests.calls.conftest import CALLS
from tests.calls.test_loading import TEXT, written

from levante.calls.api import Call, load_calls, read_calls
from levante.calls.definition import call_of
from levante.calls.document import digest, document_of, normal, read_entry
from levante.calls.export import entry_as_yaml
from levante.calls.procedures import PROCEDURES
from levante.calls.writing import write_call
from levante.programme.api import Unreadable, document_in


@pytest.mark.django_db
def test_the_rows_say_what_the_file_says(shipped):
    for file in read_calls(CALLS):
        assert document_of(shipped[file.entry.code]) == normal(file.entry)


def test_a_document_read_again_is_the_same():
    for file in read_calls(CALLS):
        again = read_entry(normal(file.entry))
        assert normal(again) == normal(file.entry)
        assert digest(again) == digest(file.entry)


def entry(document):
    """The call of a drawn document; what its shape forbids is left out."""
    try:
        return read_entry(document)
    except ValidationError:
        assume(False)


@given(documents())
@settings(max_examples=25)
def test_any_call_is_exported_and_read_again_the_same(document):
    """Every parameter there is, with texts that YAML would read as something else."""
    drawn = entry(document)
    text = entry_as_yaml(drawn)
    again = call_of(document_in("x.yaml", text.encode())).entry
    assert normal(again) == normal(drawn)
    assert entry_as_yaml(again) == text


@pytest.mark.slow(reason="property over rows of the database")
@pytest.mark.django_db
def test_any_call_is_kept_as_rows_that_say_the_same(programme):
    from levante.identity.api import Office
    from levante.kernel.api import system
    from levante.programme.api import Act, BudgetLine, Fund

    known = {"act": Act.objects.first().code, "fund": Fund.objects.first().code}
    line, office = BudgetLine.objects.first().code, Office.objects.first().code
    seen = set()

    @given(documents())
    @settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
    def kept(document):
        named = {key: code for key, code in known.items() if key in document}
        lines = [{**one, "line": line} for one in document.get("budget_lines", [])[:1]]
        document = {**document, **named, "office": office, "budget_lines": lines, "sectors": [], "state": "draft"}
        for name in ("published_at", "direction", "action"):
            document.pop(name, None)
        for opening in document.get("openings", ()):
            opening.pop("seed", None)  # written by act
        drawn = entry(document)
        seen.update(paths(document))
        with transaction.atomic():
            made = write_call(actor=system("test"), call=None, entry=drawn, programme=programme, complete=True)
            found = document_of(Call.objects.get(pk=made.pk))
            transaction.set_rollback(True)
        assert found == normal(drawn)

    kept()
    assert len(seen) > 80  # of some three hundred; of forty calls drawn at random most say some hundred and fifty


@pytest.mark.django_db
def test_a_file_that_says_the_same_in_other_words_changes_nothing(programme, tmp_path):
    load_calls(written(tmp_path, TEXT), programme=programme)
    call = Call.objects.get()
    text = TEXT.replace("procedure: first_come", "procedure: first_come\nwhen_short: stop\nrepeat: refused")
    text = text.replace("opens_at: 2018-09-17T10:00", "opens_at: 2018-09-17T08:00Z")
    assert load_calls(written(tmp_path, text), programme=programme).unchanged == [call.code]


@pytest.mark.django_db
def test_what_was_edited_in_the_portal_is_not_overwritten_by_a_changed_file(programme, tmp_path):
    load_calls(written(tmp_path, TEXT), programme=programme)
    Call.objects.update(repeat="last_counts", revision=7)
    assert load_calls(written(tmp_path, TEXT), programme=programme).unchanged
    Call.objects.update(source_sha256="0" * 64)  # as a release writes it whose format had a field less
    assert load_calls(written(tmp_path, TEXT), programme=programme).unchanged
    changed = written(tmp_path, TEXT.replace("it: Voucher Fiere 2018-2019", "it: Voucher Fiere"))
    with pytest.raises(Unreadable, match="modificato nel portale"):
        load_calls(changed, programme=programme)
    assert load_calls(changed, programme=programme, over_edits=True).changed
    assert Call.objects.get().repeat == "refused"


@pytest.mark.django_db
def test_what_a_call_does_not_say_comes_from_its_procedure(shipped):
    assert {code: call.when_short for code, call in shipped.items()} == {
        code: PROCEDURES[call.procedure].when_short for code, call in shipped.items()
    }
    call = next(iter(shipped.values()))
    assert call.delivery["withdrawal"] == "until_decision"
    assert call.applicants["kinds"] == ["single"]
    assert call.only_line.code == "2023-2025/A/3.5.b/2025"


@pytest.mark.parametrize(
    ("old", "new", "field", "said"),
    [
        ("kind: fixed", 'kind: fixed\n  amount: "10.00"', "money", "importo fisso"),
        ("kind: fixed", "kind: colour", "money", "genere"),
        ("procedure: first_come", "procedure: first_come\npartial: {acceptance_days: 10}", "", "when_short: partial"),
        ("    - {code: seat,", "    - {code: signatory,", "checklists.formal", "due volte"),
        ("it: Voucher Fiere 2018-2019", f"it: {'x' * 301}", "title.it", "troppo lungo"),
        ('amount: "6000.00"', "amount: tanto", "money.options.0.amount", "importo"),
        ("expression: facts.active", "expression: facts.active ==", "eligibility.2.expression", "espressione"),
    ],
)
def test_what_is_wrong_is_said_in_italian_at_its_place(tmp_path, old, new, field, said):
    assert old in TEXT
    with pytest.raises(Unreadable) as error:
        read_calls(written(tmp_path, TEXT.replace(old, new, 1)))
    assert any(problem.field == field and said in problem.sentence("it") for problem in error.value.problems), [
        problem.sentence("it") for problem in error.value.problems
    ]
