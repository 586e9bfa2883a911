"""On the phone: an officer fills in the draft of who calls. The pages are those of who applies; sending is not among them."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from levante.applications.api import (
    Application,
    amount_of,
    callers_of,
    end_filling,
    fill_in_for,
    fillings_open,
    for_filling,
    may_fill_in,
    read_application,
    with_given,
    with_present,
)
from levante.calls.api import Opening
from levante.identity.api import User, roles
from levante.kernel.api import Refused, now
from levante.kernel.pure import reads_english
from levante.parties.api import Enterprise
from levante.web.access import for_desk
from levante.web.components.forms import say
from levante.web.portal.applications.filling import (
    actor_of,
    earlier_page,
    file_added,
    file_changed,
    history_page,
    language,
    presence_told,
    section_page,
)
from levante.web.portal.applications.pages import summary_rows, task_list
from levante.web.portal.applications.place import DESK

#: Who answers the phone: the front desk and the case officers.
FILLERS = (roles.FRONT_DESK, roles.CASE_OFFICER, roles.AGENCY_STAFF)


class StartForm(forms.Form):
    """Who is on the phone, and what they apply for."""

    caller = forms.ChoiceField(label=_("Who is on the phone"))
    opening = forms.ChoiceField(label=_("What they apply for"))

    def __init__(self, *args: Any, callers: Any, openings: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["caller"]
        told = [(row.user_id, f"{row.user.get_full_name()}, {row.get_kind_display()}") for row in callers]
        people.choices = [("", gettext("choose")), *told]
        calls: Any = self.fields["opening"]
        calls.choices = [("", gettext("choose")), *((row.pk, _name(row)) for row in openings)]


def _name(opening: Opening) -> str:
    english = reads_english(get_language())
    call = opening.call.title_en if english and opening.call.title_en else opening.call.title_it
    own = opening.name_en if english and opening.name_en else opening.name_it
    return f"{call} · {own}" if own else str(call)


@for_desk(*FILLERS)
def fillings(request: HttpRequest) -> HttpResponse:
    """The drafts one is filling in today."""
    return render(request, "desk/filling/list.html", {"rows": list(fillings_open(actor_of(request)))})


@for_desk(*FILLERS)
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin, from the file of an enterprise: who is on the phone, for which call."""
    actor = actor_of(request)
    one = get_object_or_404(Enterprise.objects.visible_to(actor), pk=pk)
    published = Opening.objects.visible_to(actor).filter(call__state="published").select_related("call__office", "form")
    taking = [row for row in published.order_by("closes_at", "pk") if row.takes_drafts(now())]
    openings = [row for row in taking if may_fill_in(actor, row)]
    callers = [row for row in callers_of(one) if row.user_id != actor.user_id]
    form = StartForm(request.POST or None, callers=callers, openings=openings)
    if request.method == "POST" and form.is_valid():
        opening = next(row for row in openings if str(row.pk) == form.cleaned_data["opening"])
        try:
            made = fill_in_for(
                actor=actor, opening=opening, enterprise=one, caller=User.objects.get(pk=form.cleaned_data["caller"])
            )
        except Refused as refusal:
            say(form, refusal)
        else:
            return redirect("desk:filling", made.application_id)
    return render(
        request,
        "desk/filling/start.html",
        {"enterprise": one, "form": form, "callers": callers, "openings": openings},
        status=409 if form.errors else 200,
    )


def draft_or_404(request: HttpRequest, application_id: int) -> Any:
    """The draft one is filling in today, with its filling (``draft.filling``); any other does not exist."""
    filling = get_object_or_404(fillings_open(actor_of(request)), application_id=application_id)
    found = with_given(with_present(for_filling(Application.objects.filter(pk=filling.application_id))))
    draft: Any = found.get()
    draft.filling = filling
    return draft


@for_desk(*FILLERS)
def filling(request: HttpRequest, application_id: int) -> HttpResponse:
    """The task list of the draft."""
    shown = draft_or_404(request, application_id)
    reading = read_application(shown)
    return render(
        request,
        "desk/filling/tasks.html",
        {
            "at": DESK,
            "application": shown,
            "call": shown.opening.call,
            "phase": shown.opening.phase(now()),
            "tasks": task_list(shown, reading, language(), DESK),
            "missing": len(reading.problems),
        },
    )


@for_desk(*FILLERS)
def section(request: HttpRequest, application_id: int, section_id: str) -> HttpResponse:
    """One section of the draft."""
    return section_page(request, draft_or_404(request, application_id), section_id, DESK)


@require_POST
@for_desk(*FILLERS)
def attach(request: HttpRequest, application_id: int, field_id: str) -> HttpResponse:
    """A document that came by another way, or one that was given before."""
    return file_added(request, draft_or_404(request, application_id), field_id, DESK)


@for_desk(*FILLERS)
def earlier(request: HttpRequest, application_id: int, field_id: str) -> HttpResponse:
    """Documents that the enterprise gave before, to choose one again."""
    return earlier_page(request, draft_or_404(request, application_id), field_id, DESK)


@require_POST
@for_desk(*FILLERS)
def file(request: HttpRequest, application_id: int, field_id: str, file_id: int) -> HttpResponse:
    """Take a document away, or say until when it holds."""
    return file_changed(request, draft_or_404(request, application_id), field_id, file_id, DESK)


@require_POST
@for_desk(*FILLERS)
def presence(request: HttpRequest, application_id: int) -> HttpResponse:
    """The page says that the officer is there."""
    return presence_told(request, draft_or_404(request, application_id), DESK)


@for_desk(*FILLERS)
def history(request: HttpRequest, application_id: int) -> HttpResponse:
    """Who changed what in the draft."""
    return history_page(request, draft_or_404(request, application_id), DESK)


@for_desk(*FILLERS)
def summary(request: HttpRequest, application_id: int) -> HttpResponse:
    """Everything as it will be read, to be read aloud; what is missing is on top."""
    shown = draft_or_404(request, application_id)
    reading = read_application(shown)
    return render(
        request,
        "desk/filling/summary.html",
        {
            "at": DESK,
            "application": shown,
            "call": shown.opening.call,
            "groups": summary_rows(shown, reading, language()),
            "problems": reading.problems,
            "amount": amount_of(shown),
        },
    )


@require_POST
@for_desk(*FILLERS)
def end(request: HttpRequest, application_id: int) -> HttpResponse:
    """The call is over."""
    filling_ = fillings_open(actor_of(request)).filter(application_id=application_id).first()
    if filling_ is None:
        raise Http404
    end_filling(actor=actor_of(request), filling=filling_)
    messages.success(request, gettext("Done. Who acts for the enterprise is told to read it, confirm it and send it."))
    return redirect("desk:fillings")
