"""Two who set the same thing: whoever comes second reads what is there now beside what it wrote, and keeps its own, or not."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext

from levante.kernel.api import Refused


def read_mark(request: HttpRequest, mark: str) -> dict[str, Any]:
    """What the page carries: the mark of what was read; of a form that comes back, the one it had."""
    return {"read": request.POST.get("read", mark), "differing": []}


def read_anew(carried: dict[str, Any], refusal: Refused, form: forms.Form, mark: str) -> None:
    """After a refusal: of what was set by somebody else meanwhile, what is there now, and its mark; of any other, nothing."""
    if refusal.field == "read":
        carried |= {"read": mark, "differing": differing(form)}


def differing(form: forms.Form) -> list[tuple[str, str]]:
    """Where what is there (``form.initial``) is not what was written: the label, and what is there in words."""
    return [
        (str(form.fields[name].label), _in_words(form.fields[name], form.initial.get(name)))
        for name in form.changed_data
    ]


def _in_words(field: forms.Field, value: Any) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(field, forms.ChoiceField | forms.MultipleChoiceField):
        words = dict(_flat(field.choices))
        chosen = value if isinstance(value, list | tuple) else [value]
        return ", ".join(str(words[str(one)]) for one in chosen if str(one) in words) or "–"
    return str(value) if value not in {None, ""} else "–"


def _flat(options: Iterable[Any]) -> Iterable[tuple[str, Any]]:
    for value, label in options:
        if isinstance(label, list | tuple):
            yield from _flat(label)
        else:
            yield str(value), label
