"""What can be pressed on the page of a thing: a form for each, some of no field at all; refused, it stays open with what was typed."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext

from levante.kernel.api import Refused
from levante.web.components.forms import say


class NoFields(forms.Form):
    """A button and nothing to write."""


@dataclass(frozen=True, slots=True)
class Action:
    """One of them: its name in the address, its words, its form, and ``work(request, values)``, which calls the service."""

    name: str
    label: str | Promise
    work: Callable[[HttpRequest, dict[str, Any]], object]
    form: type[forms.Form] = NoFields
    is_danger: bool = False
    is_first: bool = False
    initial: dict[str, Any] | None = None
    options: dict[str, Any] | None = None


def bound(action: Action, request: HttpRequest | None) -> forms.Form:
    given = (request.POST, request.FILES) if request is not None else (None, None)
    return action.form(*given, auto_id=f"{action.name}-%s", initial=action.initial or {}, **(action.options or {}))


def shown(actions: Iterable[Action], pressed: tuple[str, forms.Form] | None = None) -> list[dict[str, Any]]:
    """For the template ``components/actions.html``; ``pressed`` is the one that was refused, with its form."""
    rows = []
    for one in actions:
        form = pressed[1] if pressed is not None and pressed[0] == one.name else bound(one, None)
        rows.append(
            {
                "action": one, "form": form, "open": pressed is not None and pressed[0] == one.name,
                "files": form.is_multipart(), "plain": not form.fields,
            }
        )  # fmt: skip
    return rows


def press(request: HttpRequest, actions: Sequence[Action], name: str) -> tuple[str, forms.Form] | None:
    """Do the one that was pressed. ``None`` when it was done, and the page is to be asked again; else its form, with what is wrong.
    One that is not there now, since somebody was faster, is told so."""
    action = next((one for one in actions if one.name == name), None)
    if action is None:
        if not name:
            raise Http404
        messages.error(request, gettext("This can no longer be done: look at what has changed."))
        return None
    form = bound(action, request)
    if not form.is_valid():
        return name, form
    try:
        action.work(request, form.cleaned_data)
    except Refused as refusal:
        if not form.fields:
            messages.error(request, refusal.reason.in_language(get_language()))
            return None
        say(form, refusal)
        return name, form
    messages.success(request, gettext("Done."))
    return None
