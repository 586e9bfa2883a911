"""Forms in the house's markup: one renderer, and the inputs that Django does not have as people here need them."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.translation import get_language

from levante.kernel.api import Refused


class Renderer(TemplatesSetting):
    form_template_name = "components/form.html"
    field_template_name = "components/field.html"


class DayInput(forms.DateInput):
    """A day, with the browser's own calendar; the value travels in ISO form whatever the language."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class InstantInput(forms.DateTimeInput):
    """A day and an hour, in Italian time."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class MoneyInput(forms.TextInput):
    """An amount in euro: a text (so that ``1.234,56`` can be written), with the keyboard of numbers on phones."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off", "data-money": "", **(attrs or {})})


class FileInput(forms.ClearableFileInput):
    """A file, saying before the upload which kinds are taken: ``FileInput(accept=".pdf,.p7m")``."""

    def __init__(self, attrs: dict[str, Any] | None = None, *, accept: str = "") -> None:
        super().__init__({**({"accept": accept} if accept else {}), **(attrs or {})})


def say(form: forms.Form, refusal: Refused) -> None:
    """A refusal of a service, beside the field it belongs to, or on top of the form."""
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.reason.in_language(get_language()))


def tell(request: HttpRequest, service: Callable[..., object], success: str, **known: object) -> bool:
    """A button was pressed: the service does its work, and the page that follows says so, or why it was refused."""
    try:
        service(actor=request.actor, **known)  # type: ignore[attr-defined]
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(get_language()))
        return False
    messages.success(request, success)
    return True


def done(request: HttpRequest, form: forms.Form, service: Callable[..., object], **known: object) -> bool:
    """The form was sent, is right, and the service did its work with what it says; a refusal is said in the form."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        service(actor=request.actor, **known, **form.cleaned_data)  # type: ignore[attr-defined]
    except Refused as refusal:
        say(form, refusal)
        return False
    return True
