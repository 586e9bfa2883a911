"""Who interprets, at the desk: booked by name and hours, how many are there for each slot, the sheet of each."""

from typing import Any

import segno
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_POST

from levante.kernel.api import Refused
from levante.meetings.api import (
    Agenda,
    Shift,
    book_interpreter,
    cover_of,
    free_interpreter,
    may_arrange,
    sheet_of,
    states,
)
from levante.web.access import for_desk
from levante.web.components.directory import languages
from levante.web.components.forms import say
from levante.web.components.meetings import days_of_sheet, local_of
from levante.web.desk.meetings.printing import pdf_of
from levante.web.desk.meetings.views import RELATED, agenda_for, done
from levante.web.desk.participants.access import KEEPERS, READERS
from levante.web.templatetags.levante import day_month_format


class BookingForm(forms.Form):
    """A person, a language, a day and hours of it."""

    name = forms.CharField(label=gettext_lazy("Name and surname"), max_length=120)
    language = forms.ChoiceField(label=gettext_lazy("Language"))
    day = forms.ChoiceField(label=gettext_lazy("Day"))
    begins = forms.TimeField(label=gettext_lazy("From the hour"), widget=forms.TimeInput({"type": "time"}))
    ends = forms.TimeField(label=gettext_lazy("To the hour"), widget=forms.TimeInput({"type": "time"}))

    def __init__(self, *args: Any, agenda: Agenda, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        slots = list(agenda.slots.order_by("starts_at"))
        self.days = {local_of(slot, agenda).date().isoformat(): local_of(slot, agenda).date() for slot in slots}
        fields: dict[str, Any] = self.fields
        fields["language"].choices = languages()
        wanted = agenda.meetings.standing().exclude(interpreter="").order_by("interpreter")
        fields["language"].initial = next(
            iter([*wanted.values_list("interpreter", flat=True)[:1], *agenda.interpreters]), ""
        )
        fields["day"].choices = [(code, date_format(day, day_month_format())) for code, day in self.days.items()]
        if slots:
            hours = [(local_of(one, agenda), local_of(one, agenda, end=True)) for one in slots]
            first = [(begins, ends) for begins, ends in hours if begins.date() == hours[0][0].date()]
            fields["begins"].initial, fields["ends"].initial = f"{first[0][0]:%H:%M}", f"{first[-1][1]:%H:%M}"

    def given(self) -> dict[str, Any]:
        return self.cleaned_data | {"day": self.days[self.cleaned_data["day"]]}


@for_desk(*READERS)
def interpreters(request: HttpRequest, code: str) -> HttpResponse:
    """Who is booked; a form for one more."""
    row = agenda_for(request, code)
    return _page(request, row, BookingForm(agenda=row))


@for_desk(*KEEPERS)
@require_POST
def book(request: HttpRequest, code: str) -> HttpResponse:
    """One is booked; what is wrong is told beside its field."""
    row = agenda_for(request, code)
    form = BookingForm(request.POST, agenda=row)
    if form.is_valid():
        try:
            book_interpreter(actor=request.actor, agenda=row, **form.given())  # type: ignore[attr-defined]
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("Kept."))
            return redirect("desk:agenda_interpreters", code=code)
    return _page(request, row, form, status=400)


@for_desk(*KEEPERS)
@require_POST
def free(request: HttpRequest, pk: int) -> HttpResponse:
    """One is not booked for some hours any more."""
    rows = Shift.objects.visible_to(request.actor).select_related("interpreter__agenda__initiative")  # type: ignore[attr-defined]
    row = get_object_or_404(rows, pk=pk)
    code = row.interpreter.agenda.initiative.code
    return done(request, code, lambda: free_interpreter(actor=request.actor, shift=row), "desk:agenda_interpreters")  # type: ignore[attr-defined]


@for_desk(*READERS)
def sheets(request: HttpRequest, code: str) -> HttpResponse:
    """On paper: a page for each, with the code that opens it on a telephone."""
    row = agenda_for(request, code)
    pages = [
        {
            "name": one.name, "days": days_of_sheet(row, sheet_of(one)),
            "qr": segno.make(_address(request, one.token), error="m", micro=False).svg_data_uri(scale=3, border=2),
        }
        for one in row.voices.named().order_by("name", "pk")
    ]  # fmt: skip
    return pdf_of("components/pdf_interpreters.html", row, f"interpreti-{code}", {"sheets": pages})


def _address(request: HttpRequest, token: str) -> str:
    return request.build_absolute_uri(reverse("site:interpreter_sheet", args=[token]))


def _page(request: HttpRequest, row: Agenda, form: BookingForm, status: int = 200) -> HttpResponse:
    slots = list(row.slots.order_by("starts_at"))
    meetings = list(row.meetings.standing().select_related(*RELATED))
    names = dict(languages())
    people = [
        {
            "row": one, "address": _address(request, one.token), "met": sum(met.interpreted_by_id == one.pk for met in meetings),
            "shifts": [
                {
                    "row": shift, "language": names.get(shift.language, shift.language), "begins": local_of(shift, row),
                    "ends": f"{local_of(shift, row, end=True):%H:%M}",
                }
                for shift in one.shifts.all()
            ],
        }
        for one in row.voices.named().prefetch_related("shifts").order_by("name", "pk")
    ]  # fmt: skip
    cover = [
        {"one": one, "when": local_of(one.slot, row), "language": names.get(one.language, one.language)}
        for one in cover_of(row, slots, meetings)
    ]
    keeps = bool(may_arrange(request.actor, row.initiative)) and row.state != states.CLOSED  # type: ignore[attr-defined]
    context = {
        "agenda": row, "initiative": row.initiative, "form": form, "people": people, "cover": cover, "keeps": keeps,
        "left": sum(one["one"].left for one in cover), "days": form.days,
    }  # fmt: skip
    return render(request, "desk/meetings/interpreters.html", context, status=status)
