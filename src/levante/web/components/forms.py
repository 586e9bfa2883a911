"""Forms in the house's markup: one renderer, and the inputs that Django does not have as people here need them."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from levante.kernel.api import Refused
from levante.kernel.pure import typed_number

FIRST_DAY, LAST_DAY = date(1800, 1, 1), date(2199, 12, 31)


class Renderer(TemplatesSetting):
    form_template_name = "components/form.html"
    field_template_name = "components/field.html"


class DayInput(forms.DateInput):
    """A day, with the browser's own calendar; the value travels in ISO form whatever the language."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day between the first and the last that the rules know: outside them no term and no three years can be counted.

    Django's own takes every day from the year 1 to 9999, and is used nowhere else (a house test).
    """

    widget = DayInput
    default_error_messages = {"outside": _("Write a day from 1/1/1800 to 31/12/2199.")}

    def clean(self, value: Any) -> date | None:
        day = super().clean(value)
        if day is not None and not FIRST_DAY <= day <= LAST_DAY:
            raise forms.ValidationError(self.error_messages["outside"], code="outside")
        return day


class InstantInput(forms.DateTimeInput):
    """A day and an hour, in Italian time."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class MoneyInput(forms.TextInput):
    """An amount in euro: a text (so that ``1.234,56`` can be written), with the keyboard of numbers on phones."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off", "data-money": "", **(attrs or {})})


class NumberField(forms.DecimalField):
    """A number as people write it in the page's language; anything else is refused, never guessed.

    Django drops signs of thousands wherever they are, so that ``1,50`` on an English page becomes 150: its localised field is
    used nowhere else (a house test).
    """

    widget = MoneyInput
    default_error_messages = {
        "invalid": _("This is not a number as written in English: write 1,234.56, with a point before the decimals.")
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(localize=True, **options)

    def to_python(self, value: Any) -> Decimal | None:
        if isinstance(value, str) and (value := value.strip()):
            try:
                value = typed_number(value, get_language() or "it")
            except ValueError:
                raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from None
        return super().to_python(value)


class EuroField(NumberField):
    """An amount in euro, with cents."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=15, decimal_places=2, **options)


class FileInput(forms.ClearableFileInput):
    """A file, saying before the upload which kinds are taken: ``FileInput(accept=".pdf,.p7m")``."""

    def __init__(self, attrs: dict[str, Any] | None = None, *, accept: str = "") -> None:
        super().__init__({**({"accept": accept} if accept else {}), **(attrs or {})})


def say(form: forms.Form, refusal: Refused) -> None:
    """A refusal of a service, beside the field it belongs to, or on top of the form."""
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.reason.in_language(get_language()))


def tell(request: HttpRequest, service: Callable[..., object], success: str, **known: object) -> bool:
    """A button was pressed: the service does its work, and the page that follows says so, or why it was refused."""
    return attempt(request, lambda: service(actor=request.actor, **known), success)  # type: ignore[attr-defined]


def attempt(request: HttpRequest, work: Callable[[], object], success: str) -> bool:
    """Do something; the page that follows says so, or why it was refused."""
    try:
        work()
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
