"""A new call: from nothing, from another, from a file."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from levante.calls.api import Call, Malformed, create_call, new_code, plain
from levante.calls.api import call_of as read_file
from levante.identity.api import Office
from levante.kernel.api import Refused
from levante.programme.api import LARGEST_FILE, Problem, Unreadable, document_in
from levante.web.access import for_desk
from levante.web.components import choices
from levante.web.components.forms import FileInput, say
from levante.web.desk.calls.roles import DESIGNERS, actor_of, calls_of, offices_of


class NewCall(forms.Form):
    """Its title and office; ``like`` is the call it is copied from."""

    title_it = forms.CharField(label=_("Title in Italian"), max_length=300)
    title_en = forms.CharField(label=_("Title in English"), max_length=300, required=False)
    code = forms.SlugField(
        label=_("Code"), max_length=80, required=False,
        help_text=_("It is the call’s name for ever, also in addresses. If left empty it comes from the title."),
    )  # fmt: skip
    office = forms.ChoiceField(label=_("Who manages it"))
    like = forms.ChoiceField(
        label=_("Copy from"), required=False,
        help_text=_("Everything is copied but act, money of the budget, dates and openings."),
    )  # fmt: skip

    def __init__(self, data: Any, offices: list[Office], calls: list[Call], initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        fields: dict[str, Any] = self.fields
        fields["office"].choices = choices.offices(offices)
        language = (get_language() or "it")[:2]
        titles = [(call.code, getattr(call, f"title_{language}")) for call in calls]
        fields["like"].choices = [("", _("nothing: an empty call")), *titles]


class FromFile(forms.Form):
    file = forms.FileField(label=_("File of a call (YAML)"), widget=FileInput(accept=".yaml,.yml"))
    code = forms.SlugField(
        label=_("Another code"), max_length=80, required=False,
        help_text=_("Where there is already a call with the code of the file."),
    )  # fmt: skip


@for_desk(*DESIGNERS)
def new(request: HttpRequest) -> HttpResponse:
    offices, calls = offices_of(request), list(calls_of(request).order_by("title_it"))
    sent = request.POST if request.method == "POST" else None
    by_file = sent is not None and "from_file" in sent
    mine = [office.code for office in offices if office.code in actor_of(request).offices] or [""]
    initial = {"like": request.GET.get("like", ""), "office": mine[0]}
    form = NewCall(None if by_file else sent, offices, calls, initial)
    file_form = FromFile(sent if by_file else None, request.FILES if by_file else None)
    problems: list[Problem] = []
    made = None
    if by_file and file_form.is_valid():
        made, problems = _of_file(request, file_form)
    elif sent is not None and not by_file and form.is_valid():
        made = _of_form(request, form, calls)
    if made is not None:
        return redirect("desk:call", code=made.code)
    return render(request, "desk/calls/new.html", {"form": form, "file_form": file_form, "problems": problems})


def _of_form(request: HttpRequest, form: NewCall, calls: list[Call]) -> Call | None:
    asked = form.cleaned_data
    like = next((call for call in calls if call.code == asked["like"]), None)
    try:
        made: Call = create_call(
            actor=actor_of(request),
            office=asked["office"],
            code=asked["code"] or new_code(asked["title_it"]),
            title=(asked["title_it"], asked["title_en"]),
            like=like,
        )
    except Refused as refusal:
        say(form, refusal)
        return None
    return made


def _of_file(request: HttpRequest, form: FromFile) -> tuple[Call | None, list[Problem]]:
    """The call of a file, or every problem of it by line."""
    sent = form.cleaned_data["file"]
    try:
        document = document_in(sent.name, sent.read(LARGEST_FILE + 1))
        file = read_file(document)
        made: Call = create_call(
            actor=actor_of(request),
            office=file.entry.office,
            code=form.cleaned_data["code"],
            document=_json(document.data),
        )
    except Unreadable as error:
        return None, error.problems
    except Malformed as refusal:
        return None, [file.problem(one.path, one.text.it, one.text.en) for one in refusal.problems]
    except Refused as refusal:
        say(form, refusal)
        return None, []
    return made, []


def _json(data: Any) -> dict[str, Any]:
    found: dict[str, Any] = plain(data)
    return found
