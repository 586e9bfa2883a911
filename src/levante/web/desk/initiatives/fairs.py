"""Fairs and their editions at the desk: where an initiative may take place."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from levante.initiatives.api import (
    Fair,
    FairEdition,
    Unreadable,
    cancel_edition,
    import_editions,
    may_plan,
    read_calendar,
    record_edition,
    record_fair,
)
from levante.kernel.api import Refused
from levante.programme.api import Sector, main_programme
from levante.web.access import for_desk
from levante.web.components.forms import done, say
from levante.web.desk.initiatives.forms import CalendarForm, EditionForm, FairForm, ReasonForm
from levante.web.desk.initiatives.views import READERS, SECTION


@for_desk(*SECTION)
def fair_new(request: HttpRequest) -> HttpResponse:
    return _fair(request, None)


@for_desk(*SECTION)
def fairs_import(request: HttpRequest) -> HttpResponse:
    """Editions from a calendar (CSV or ICS): what is wrong is told line by line, and nothing is kept until all is right."""
    form = CalendarForm(request.POST or None, request.FILES or None)
    wrong = []
    if request.method == "POST" and form.is_valid():
        try:
            rows, wrong = read_calendar(form.cleaned_data["file"].read(), country=form.cleaned_data["country"])
            if not wrong and rows:
                kept = import_editions(
                    actor=request.actor, rows=rows, source=form.cleaned_data["source"],  # type: ignore[attr-defined]
                    other_days=form.cleaned_data["other_days"] or "ask",
                )  # fmt: skip
                text = gettext("New editions: %(made)s. Put right: %(mended)s. Marked as cancelled: %(cancelled)s.")
                messages.success(request, text % kept._asdict())
                return redirect("desk:fairs")
            if not wrong:
                form.add_error("file", gettext("There is no edition in the file."))
        except Unreadable as error:
            form.add_error("file", error.why.in_language(get_language()))
        except Refused as refusal:
            say(form, refusal)
    status = 400 if wrong or form.errors else 200
    return render(request, "desk/initiatives/fairs_import.html", {"form": form, "wrong": wrong}, status=status)


@for_desk(*READERS)
def fair(request: HttpRequest, code: str) -> HttpResponse:
    """A fair with its editions and what the Region does there."""
    rows = Fair.objects.prefetch_related("sectors", "editions__country", "editions__initiatives")
    found = get_object_or_404(rows, code=code)
    context = {"fair": found, "may_plan": bool(may_plan(request.actor))}  # type: ignore[attr-defined]
    return render(request, "desk/initiatives/fair.html", context)


@for_desk(*SECTION)
def fair_edit(request: HttpRequest, code: str) -> HttpResponse:
    return _fair(request, get_object_or_404(Fair, code=code))


@for_desk(*SECTION)
def edition_new(request: HttpRequest, code: str) -> HttpResponse:
    return _edition(request, get_object_or_404(Fair, code=code), None)


@for_desk(*SECTION)
def edition_edit(request: HttpRequest, code: str) -> HttpResponse:
    found = get_object_or_404(FairEdition.objects.select_related("fair"), code=code, cancelled_on=None)
    return _edition(request, found.fair, found)


@for_desk(*SECTION)
@require_POST
def edition_cancel(request: HttpRequest, code: str) -> HttpResponse:
    found = get_object_or_404(FairEdition.objects.select_related("fair"), code=code, cancelled_on=None)
    form = ReasonForm(request.POST, prefix="cancel")
    if done(request, form, cancel_edition, edition=found):
        messages.success(request, gettext("The edition is marked as cancelled."))
        return redirect("desk:fair", code=found.fair.code)
    return _edition(request, found.fair, found, form)


def _fair(request: HttpRequest, found: Fair | None) -> HttpResponse:
    initial = {}
    if found is not None:
        initial = {name: getattr(found, name) for name in ("name", "organiser", "website", "source")}
        initial["sectors"] = [row.code for row in found.sectors.all()]
    form = FairForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        data["sectors"] = list(Sector.objects.filter(programme=main_programme(), code__in=data["sectors"]))
        try:
            kept = record_fair(
                actor=request.actor,  # type: ignore[attr-defined]
                code=found.code if found is not None else form.code(),
                new=found is None,
                **data,
            )
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("Kept."))
            return redirect("desk:fair", code=kept.code)
    return render(request, "desk/initiatives/fair_form.html", {"form": form, "fair": found})


def _edition(
    request: HttpRequest, fair: Fair, found: FairEdition | None, cancel: ReasonForm | None = None
) -> HttpResponse:
    names = ("city", "venue", "halls", "starts_on", "ends_on", "source")
    initial = {name: getattr(found, name) for name in names} | {"country": found.country_id} if found else {}
    posted = request.POST if request.method == "POST" and cancel is None else None
    form = EditionForm(posted, initial=initial)
    if posted is not None and form.is_valid():
        data = form.cleaned_data
        try:
            record_edition(
                actor=request.actor,  # type: ignore[attr-defined]
                fair=fair,
                code=found.code if found is not None else f"{fair.code[:66]}-{data['starts_on']:%Y-%m-%d}",
                new=found is None,
                **data,
            )
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("Kept."))
            return redirect("desk:fair", code=fair.code)
    context = {"form": form, "fair": fair, "edition": found, "cancel": cancel or ReasonForm(prefix="cancel")}
    context["cancel_open"] = cancel is not None
    return render(request, "desk/initiatives/edition_form.html", context, status=400 if cancel is not None else 200)
