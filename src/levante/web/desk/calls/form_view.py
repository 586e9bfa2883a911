"""The form as the applicant sees it, with what the designer needs beside each question: its conditions in words."""

from typing import Any

from levante.calls.api import Field, Form, Section, in_words
from levante.kernel.pure import Bilingual
from levante.web.desk.calls.form_shapes import KIND_WORDS
from levante.web.portal.applications.forms import FieldView, field_view


def sections_shown(form: Form, language: str) -> list[dict[str, Any]]:
    """Every section with its questions drawn as the applicant sees them, empty."""
    return [section_shown(section, form, language, number) for number, section in enumerate(form.sections)]


def section_shown(section: Section, form: Form, language: str, number: int) -> dict[str, Any]:
    return {
        "section": section,
        "number": number,
        "anchor": f"s{number}",
        "first": number == 0,
        "last": number == len(form.sections) - 1,
        "rule": _asked_if(section.show_if, form, language),
        "fields": [
            {
                "field": item,
                "anchor": f"s{number}f{place}",
                "kind": Bilingual(*KIND_WORDS[item.kind]),
                "shown": drawn(item, language),
                "rules": rules_of(item, form, language),
            }
            for place, item in enumerate(section.fields)
        ],
    }


def drawn(item: Field, language: str) -> FieldView:
    """A question as the applicant sees it before answering."""
    return field_view(item, language)


def rules_of(item: Field, form: Form, language: str) -> list[str]:
    """When it is asked, when it must be answered, how it is reckoned: in words."""
    it = language.startswith("it")
    found = []
    asked = _asked_if(item.show_if, form, language)
    if asked:
        found.append(asked)
    if item.required not in ("true", "", "false"):
        said = in_words(item.required, form).in_language(language)
        found.append(f"Obbligatoria se {said}." if it else f"Required if {said}.")
    if item.formula:
        said = in_words(item.formula, form, item).in_language(language)
        found.append(f"Si calcola così: {said}." if it else f"It is reckoned so: {said}.")
    if item.must_text is not None:
        said = in_words(item.must, form).in_language(language)
        reason = item.must_text.in_language(language)
        found.append(f"Se non è vero che {said}: «{reason}»." if it else f"Unless {said}: “{reason}”.")
    if item.signed not in ("", "true", "false"):
        said = in_words(item.signed, form).in_language(language)
        found.append(f"Firmato se {said}." if it else f"Signed if {said}.")
    return found


def _asked_if(expression: str, form: Form, language: str) -> str:
    if not expression:
        return ""
    said = in_words(expression, form).in_language(language)
    return f"Si chiede solo se {said}." if language.startswith("it") else f"Asked only if {said}."
