"""The designer of calls: every part of every shipped call opens, is saved as it is without changing, and comes back after a touch."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import lxml.html
import pytest
import yaml
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils import translation
from tests.calls.conftest import CALLS, programme, shipped  # noqa: F401 - fixtures of the shipped calls

from levante.calls.api import Call, as_yaml, building, document_of, plain, read_form
from levante.web.desk.calls import shapes, words
from levante.web.desk.calls.chapters import CHAPTERS
from levante.web.desk.calls.controls import Draughtsman
from levante.web.desk.calls.form_shapes import FIELD, SECTION, to_definition, to_values
from levante.web.desk.calls.scene import Scene
from levante.web.desk.calls.values import Reader, as_typed, settled

pytestmark = pytest.mark.django_db
Maker = Callable[..., Any]


def fields_of(page: Any) -> list[tuple[str, str]]:
    """What the browser would send of the page’s editor."""
    tree = lxml.html.fromstring(page.content.decode())
    form = next(one for one in tree.forms if one.get("id") == "editor")
    for frozen in form.xpath(".//fieldset[@disabled]"):
        frozen.drop_tree()
    return [(name, value or "") for name, value in form.form_values()]


def data_of(pairs: list[tuple[str, str]], **changed: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return {**found, **{name: [value] for name, value in changed.items()}}


@pytest.fixture
def drafts(shipped: Any) -> dict[str, Call]:  # noqa: F811
    """The five shipped calls, as drafts again."""
    Call.objects.update(state="draft", published_at=None)
    return {call.code: call for call in Call.objects.all()}


@pytest.fixture
def browser(officer: Maker, signed_in: Maker) -> Any:
    return signed_in(officer("call_designer"))


@pytest.mark.slow  # every question of the five calls is drawn
def test_every_question_of_the_shipped_forms_is_read_back_as_it_was(rf: Any) -> None:
    for path in sorted(CALLS.glob("*.yaml")):
        document = plain(yaml.safe_load(path.read_text()))
        scene = Scene(SimpleNamespace(programme_id=1), document)
        subjects = {one.code: one for one in building.subjects_of(read_form(document["form"]))}
        for section in document["form"]["sections"]:
            for entry in (section, *section["fields"]):
                shape = FIELD if "kind" in entry else SECTION
                control = Draughtsman(scene).control(shape, to_values(entry), "piece")
                page = render_to_string(
                    "desk/calls/control.html", {"control": control, "frozen": False, "focus": ""}, request=rf.get("/")
                )
                sent = QueryDict(mutable=True)
                for name, value in lxml.html.fromstring(f"<form>{page}</form>").form_values():
                    sent.appendlist(name, value or "")
                read = settled(Reader(sent, subjects, subjects).read(shape, "piece"), "piece", [])
                assert to_definition(read, entry) == entry


def test_every_part_of_the_contract_has_its_words():
    for name, shape in shapes.parts().items():
        for inner in shapes.every(shape):
            assert "." not in inner.owner or words.known(inner.owner), f"{inner.owner} of {name} has no words"
    assert {part for chapter in CHAPTERS.values() for part in chapter.parts} == {*shapes.parts(), "form"}


@pytest.mark.parametrize(
    ("language", "typed", "kept", "shown"),
    [
        ("it", "1.200.000,50", "1200000.50", "1.200.000,50"), ("en", "1,200,000.50", "1200000.50", "1,200,000.50"),
        ("it", "1.500", "1500.00", "1.500,00"), ("en", "1,500", "1500.00", "1,500.00"), ("en", "€1500.5", "1500.50", "1,500.50"),
        ("en", "1,50", "1,50", "1,50"), ("it", "1,505", "1,505", "1,505"), ("it", "tanto", "tanto", "tanto"),
    ],
)  # fmt: skip
def test_an_amount_is_what_the_language_of_the_page_writes(language: str, typed: str, kept: str, shown: str) -> None:
    sent = QueryDict(mutable=True)
    sent["cap"] = typed
    with translation.override(language):
        read = Reader(sent, {}, {}).read(shapes.Shape("amount"), "cap")
        assert (read, as_typed("amount", read)) == (kept, shown)


@pytest.mark.slow  # five calls, every page of the designer, saved twice
def test_each_shipped_call_opens_and_exports_to_the_same_document(drafts: dict[str, Call], browser: Any) -> None:
    for code, call in drafts.items():
        call.refresh_from_db()
        document, text = document_of(call), as_yaml(call)
        for chapter in CHAPTERS:
            path = f"/ufficio/bandi/{code}/progetto/{chapter}/"
            if chapter == "form":
                continue
            pairs = fields_of(browser.get(path))
            answer = browser.post(path, data_of(pairs, do="save"))
            assert answer.status_code == 302, (path, answer.context["errors"])
            call.refresh_from_db()
            assert document_of(call) == document, path
        assert call.revision == 1, "saving what is there changes nothing"
        frame = f"/ufficio/bandi/{code}/progetto/frame/"
        pairs = fields_of(browser.get(frame))
        for title in ("Un altro titolo", document["title"]["it"]):
            browser.post(frame, data_of(pairs, **{"do": "save", "title.it": title}))
            pairs = fields_of(browser.get(frame))
        call.refresh_from_db()
        assert call.revision == 3
        assert (document_of(call), as_yaml(call)) == (document, text)


# -- a call from nothing, page after page


def send(browser: Any, path: str, do: str = "save", **changed: str) -> Any:
    return browser.post(path, data_of(fields_of(browser.get(path)), do=do, **changed))


def editor_of(answer: Any) -> Any:
    tree = lxml.html.fromstring(answer.content.decode())
    return next(one for one in tree.forms if one.get("id") == "editor")


@pytest.fixture
def call(programme: Any, browser: Any) -> Call:  # noqa: F811
    """A draft begun from nothing, at its page."""
    answer = browser.post("/ufficio/bandi/nuovo/", {"title_it": "Voucher di prova", "office": "sezione"})
    assert answer.status_code == 302, answer.context["form"].errors
    return Call.objects.get(code="voucher-di-prova")


@pytest.mark.slow  # some dozens of pages
def test_a_call_is_written_from_nothing(call: Call, browser: Any) -> None:
    base = f"/ufficio/bandi/{call.code}/progetto/"
    page = browser.get(f"/ufficio/bandi/{call.code}/").content.decode()
    assert "manca" in page, "what is missing is listed"
    answer = send(browser, f"{base}modulo/new-section/", **{"piece.title.it": "La spesa"})
    assert answer.status_code == 302, answer.context["errors"]
    path = f"{base}modulo/new-field/?in=la_spesa"
    page = browser.get(path)
    data = data_of(fields_of(page), **{"do": "redraw", "piece.kind": "money", "piece.label.it": "Spese previste"})
    page = browser.post(path, data)
    assert "piece.min" in editor_of(page).fields, "the kind brings its own things to say"
    answer = browser.post(path, data_of(fields_of(page), do="save"))
    assert answer.status_code == 302, answer.context["errors"]
    call.refresh_from_db()
    fields = document_of(call)["form"]["sections"][0]["fields"]
    assert fields == [
        {"kind": "money", "label": {"it": "Spese previste", "en": "Spese previste"}, "id": "spese_previste"}
    ]
    # A requirement with a condition from the menus.
    who = f"{base}who/"
    page = browser.post(who, data_of(fields_of(browser.get(who)), do="add eligibility"))
    pairs = data_of(fields_of(page), **{"eligibility.0.it": "Spesa sufficiente"})
    page = browser.post(who, {**pairs, "do": ["menus eligibility.0.expression"]})
    place = "eligibility.0.expression.__c0"
    pairs = data_of(fields_of(page), **{f"{place}.subject": "answers.spese_previste", "do": "redraw"})
    page = browser.post(who, pairs)
    answer = browser.post(who, data_of(fields_of(page), **{f"{place}.operator": "at_least", "do": "save"}))
    assert answer.status_code == 200
    assert answer.context["errors"], "a value is still to be chosen"
    value = {f"{place}.value": "1.500,50", f"{place}.operator": "at_least", "do": "save"}
    answer = browser.post(who, data_of(fields_of(page), **value))
    assert answer.status_code == 302, answer.context["errors"]
    call.refresh_from_db()
    rule = document_of(call)["eligibility"][0]
    assert (rule["code"], rule["expression"]) == ("spesa-sufficiente", "answers.spese_previste >= 1500.5")
    assert "Spese previste" in browser.get(who).content.decode()


@pytest.mark.slow  # two people, several pages each
def test_two_designers_keep_what_each_wrote(call: Call, browser: Any) -> None:
    path = f"/ufficio/bandi/{call.code}/progetto/frame/"
    mine, theirs = fields_of(browser.get(path)), fields_of(browser.get(path))
    browser.post(path, data_of(theirs, **{"do": "save", "summary.it": "Il loro riassunto", "who.it": "Imprese"}))
    answer = browser.post(path, data_of(mine, **{"do": "save", "what.it": "Fiere"}), follow=True)
    call.refresh_from_db()
    assert (call.summary_it, call.what_it) == ("Il loro riassunto", "Fiere"), "each keeps what it wrote"
    assert "Intanto altri hanno cambiato" in answer.content.decode()
    answer = browser.post(path, data_of(mine, **{"do": "save", "summary.it": "Il mio riassunto"}))
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "Il loro riassunto" in page, "what they wrote is told"
    assert "Il mio riassunto" in page, "what I wrote is not lost"
    browser.post(path, data_of(fields_of(answer), do="save"))
    call.refresh_from_db()
    assert (call.summary_it, call.what_it) == ("Il mio riassunto", "Fiere")
    versions = browser.get(f"/ufficio/bandi/{call.code}/versioni/")
    assert len(versions.context["rows"]) == 4
    browser.post(f"/ufficio/bandi/{call.code}/versioni/2/torna/", {"revision": call.revision})
    call.refresh_from_db()
    assert call.summary_it == "Il loro riassunto"


@pytest.mark.slow  # the largest editor, drawn at every press
def test_entries_are_added_moved_and_taken_away_before_saving(call: Call, browser: Any) -> None:
    path = f"/ufficio/bandi/{call.code}/progetto/checks/"
    page = browser.get(path)
    for number, words_ in enumerate(("Prima", "Seconda")):
        page = browser.post(path, data_of(fields_of(page), do="add checklists.formal"))
        pairs = data_of(fields_of(page), **{f"checklists.formal.{number}.it": words_, "do": "redraw"})
        page = browser.post(path, pairs)
    page = browser.post(path, data_of(fields_of(page), do="up checklists.formal.1"))
    assert 'id="row-checklists-formal-0"' in page.content.decode()
    assert page.context["focus"] == "row-checklists-formal-0"
    assert browser.post(path, data_of(fields_of(page), do="save")).status_code == 302
    call.refresh_from_db()
    assert [one["it"] for one in call.checklists["formal"]] == ["Seconda", "Prima"]
    page = browser.post(path, data_of(fields_of(browser.get(path)), do="remove checklists.formal.0"))
    browser.post(path, data_of(fields_of(page), do="save"))
    call.refresh_from_db()
    assert [one["it"] for one in call.checklists["formal"]] == ["Prima"]


def test_a_file_becomes_a_draft_or_its_problems_are_told_by_line(shipped: Any, browser: Any) -> None:  # noqa: F811
    text = as_yaml(shipped["voucher-fiere-2018"])
    wrong = text.replace("code: voucher-fiere-2018", "code: VOUCHER FIERE", 1)
    answer = browser.post("/ufficio/bandi/nuovo/", {"from_file": "yes", "file": _file(wrong)})
    assert [one.line > 0 for one in answer.context["problems"]] == [True]
    answer = browser.post("/ufficio/bandi/nuovo/", {"from_file": "yes", "code": "altro", "file": _file(text)})
    assert answer["Location"] == "/ufficio/bandi/altro/"
    made = Call.objects.get(code="altro")
    assert made.state == "draft"
    document, source = document_of(made), document_of(shipped["voucher-fiere-2018"])
    different = {name for name in source if document.get(name) != source[name]}
    assert different == {"code", "state", "published_at"}


def _file(text: str) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("bando.yaml", text.encode(), content_type="application/yaml")


def test_a_published_call_is_amended_with_its_act_and_its_form_in_a_version(
    shipped: Any,  # noqa: F811
    browser: Any,
) -> None:
    call = shipped["voucher-fiere-2018"]
    base, act = f"/ufficio/bandi/{call.code}/", call.act.code
    frame = f"{base}progetto/frame/"
    pairs = fields_of(browser.get(frame))
    assert "procedure" not in dict(pairs)
    assert browser.post(frame, data_of(pairs, **{"do": "save", "summary.it": "Nuovo"})).context["errors"], "no act"
    said = {"do": "save", "summary.it": "Nuovo", "act": act, "text.it": "Cambia il riassunto"}
    assert browser.post(frame, data_of(pairs, **said)).status_code == 302
    call.refresh_from_db()
    assert call.summary_it == "Nuovo"
    assert call.events.first().text_it == "Cambia il riassunto"
    version = call.forms.first().number
    section = document_of(call)["form"]["sections"][0]
    piece = f"{base}progetto/modulo/{section['fields'][0]['id']}/"
    answer = browser.post(piece, data_of(fields_of(browser.get(piece)), **{"do": "save", "piece.label.it": "Un’altra"}))
    assert answer.status_code == 302, answer.context["errors"]
    assert call.forms.first().number == version, "kept aside"
    page = browser.get(f"{base}progetto/modulo/")
    assert page.context["changes"], "what changes is told before"
    said = {"do": "publish", "act": act, "text.it": "Cambia una domanda"}
    assert browser.post(f"{base}progetto/modulo/", said).status_code == 302
    assert call.forms.first().number == version + 1
    assert browser.get(f"{base}progetto/judgement/").context["writable"] is False


def test_the_form_is_walked_and_the_rules_are_tried_without_a_trace(
    drafts: dict[str, Call], browser: Any, enterprise: Maker
) -> None:
    firm = enterprise("Cantieri")
    code = "progetti-estero-dimostrazione"
    page = browser.get(f"/ufficio/bandi/{code}/prova/requisiti/?codes={firm.tax_code}+NESSUNA")
    assert [one.enterprise for one in page.context["tried"]] == [firm]
    assert page.context["not_found"] == ["NESSUNA"]
    walk = f"/ufficio/bandi/{code}/prova/domanda/"
    page = browser.get(walk)
    pairs = data_of(fields_of(page), do="check", tax_code=firm.tax_code, add_row="costs")
    page = browser.post(walk, pairs)
    assert page.context["problems"], "what is missing is told"
    assert page.context["firm"] == firm.name
