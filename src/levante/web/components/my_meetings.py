"""The meetings of one that comes, for the portal and for partners: the same pages, each in its own frame."""

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, gettext_lazy

from levante.kernel.api import Refused, now
from levante.meetings.api import (
    Attendee,
    Feedback,
    Meeting,
    MeetingRequest,
    mark_of_attendee,
    may_ask,
    meetings_of,
    mine,
    reasons_between,
    set_attendee,
    states,
    tell_feedback,
)
from levante.web.components import choices, meeting_requests
from levante.web.components.forms import EuroField, say
from levante.web.components.meanwhile import read_anew, read_mark
from levante.web.components.meetings import mine_shown
from levante.web.components.my_day import day_by_day, printed

#: The frame of each audience.
FRAMES = {"portal": "portal/base.html", "partner": "partner/base.html"}


class FeedbackForm(forms.Form):
    """How a meeting was, in ten seconds."""

    quality = forms.TypedChoiceField(label=gettext_lazy("How was it?"), coerce=int, widget=forms.RadioSelect)
    next_step = forms.ChoiceField(label=gettext_lazy("What comes next?"), widget=forms.RadioSelect)
    expected = EuroField(
        label=gettext_lazy("What it may be worth"),
        min_value=0,
        required=False,
        help_text=gettext_lazy(
            "In euro, over the years it would last. It is an expectation: it is never added to what is confirmed."
        ),
    )
    words = forms.CharField(
        label=gettext_lazy("A note for you"), max_length=1000, required=False, widget=forms.Textarea({"rows": 2})
    )
    confidential = forms.BooleanField(
        label=gettext_lazy("Confidential: the office reads only how it was"), required=False, initial=True
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        marks = [gettext("useless"), gettext("poor"), gettext("average"), gettext("good"), gettext("excellent")]
        fields["quality"].choices = [(number, f"{number} · {word}") for number, word in enumerate(marks, 1)]
        fields["next_step"].choices = choices.labelled(states.NEXT_STEPS)


def own(request: HttpRequest, code: str) -> Attendee:
    """The row of the enterprise or the buyer acted for, in the agenda of an initiative."""
    found: Attendee = get_object_or_404(mine(request.actor), agenda__initiative__code=code)  # type: ignore[attr-defined]
    return found


def page(request: HttpRequest, code: str, audience: str) -> HttpResponse:
    """The next meeting big, then all of them; the requests while they are open."""
    row = own(request, code)
    actor = request.actor  # type: ignore[attr-defined]
    asks = may_ask(actor, row)
    published, moment = row.agenda.published_at is not None, now()
    shown = mine_shown(row, list(meetings_of(row)), moment)
    for one in shown["rows"]:
        one["said"] = json.dumps(_as_typed(one["feedback"])) if one["feedback"] is not None else ""
    reasons = reasons_between(row, [one["other"] for one in shown["panels"]])
    for one, why in zip(shown["panels"], meeting_requests.in_words_of(reasons), strict=True):
        one["why"] = why
    context = {
        "say": FeedbackForm(initial={"confidential": True}, auto_id="say_%s"),
        "frame": FRAMES[audience], "audience_name": audience, "row": row, "agenda": row.agenda, "initiative": row.agenda.initiative,
        "asks": asks, "shown": shown, "published": published,
        "days": day_by_day(row, shown["rows"], moment) if published else [],
        "gone": row.withdrawn_at is not None,
    }  # fmt: skip
    if asks:
        context |= meeting_requests.candidates_shown(request, row)
    return render(request, "components/meetings/mine.html", context)


def print_mine(request: HttpRequest, code: str) -> HttpResponse:
    """One's own days on paper, once the agenda is published."""
    row = own(request, code)
    if row.agenda.published_at is None:
        raise Http404
    return printed(request, row)


def ask(request: HttpRequest, code: str, audience: str) -> HttpResponse:
    """Ask somebody, or withdraw."""
    return meeting_requests.ask(request, own(request, code), audience)


def answer(request: HttpRequest, code: str, pk: int, audience: str) -> HttpResponse:
    """Accept or decline who asks."""
    row = own(request, code)
    rows = MeetingRequest.objects.visible_to(request.actor).filter(asked=row).select_related("asked")  # type: ignore[attr-defined]
    return meeting_requests.answer(request, row, get_object_or_404(rows, pk=pk), audience)


def settings(request: HttpRequest, code: str, audience: str) -> HttpResponse:
    """How many meetings one wants and can have, when it is away."""
    from levante.web.desk.meetings.forms import AttendeeForm, own_slot_choices

    row = own(request, code)
    slots = own_slot_choices(row, list(row.agenda.slots.order_by("starts_at")))
    form = AttendeeForm(request.POST or None, slots=slots, row=row, office=False)
    mark = mark_of_attendee(row)
    carried = read_mark(request, mark)
    if request.method == "POST" and form.is_valid():
        try:
            set_attendee(actor=request.actor, row=row, read=request.POST.get("read"), **form.given())  # type: ignore[attr-defined]
        except Refused as refusal:
            say(form, refusal)
            read_anew(carried, refusal, form, mark)
        else:
            messages.success(request, gettext("Kept."))
            return redirect(f"{audience}:my_meetings", code=code)
    context = carried | {
        "frame": FRAMES[audience],
        "audience_name": audience,
        "row": row,
        "initiative": row.agenda.initiative,
        "form": form,
    }
    return render(request, "components/meetings/settings.html", context)


def feedback(request: HttpRequest, code: str, pk: int, audience: str) -> HttpResponse:
    """How a meeting was."""
    row = own(request, code)
    found: Meeting = get_object_or_404(meetings_of(row), pk=pk)
    other = found.b if found.a_id == row.pk else found.a
    said = found.feedback.filter(side=row.side).first()
    initial: dict[str, Any] = {"confidential": True} if said is None else _told(said)
    form = FeedbackForm(request.POST or None, initial=initial)
    # A telephone that kept it sends its key, and when it was said; it is answered in its own words.
    key = request.POST.get("key", "")
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        value: Decimal | None = data["expected"]
        try:
            tell_feedback(
                actor=request.actor, meeting=found, side=row.side, quality=data["quality"], next_step=data["next_step"], expected=value,  # type: ignore[attr-defined]
                confidential=data["confidential"], words=data["words"], key=key, said_at=_instant(request.POST.get("at")) if key else None,
            )  # fmt: skip
        except Refused as refusal:
            say(form, refusal)
        else:
            if key:
                return JsonResponse({"kept": True})
            messages.success(request, gettext("Thank you: kept."))
            return redirect(f"{audience}:my_meetings", code=code)
    if key:
        return JsonResponse({"error": " ".join(words for told in form.errors.values() for words in told)}, status=400)
    context = {
        "frame": FRAMES[audience], "audience_name": audience, "row": row, "initiative": row.agenda.initiative, "form": form, "other": other,
    }  # fmt: skip
    return render(request, "components/meetings/feedback.html", context)


def _told(said: Feedback) -> dict[str, Any]:
    """What was said, by the names of the form."""
    return {
        "quality": said.quality, "next_step": said.next_step, "expected": said.expected, "words": said.note,
        "confidential": said.confidential,
    }  # fmt: skip


def _as_typed(said: Feedback) -> dict[str, str | bool]:
    """The same as one would type it in the language at work."""
    value = FeedbackForm.base_fields["expected"].widget.format_value(said.expected)
    return {name: told for name, told in _told(said).items() if name in {"words", "next_step", "confidential"}} | {
        "quality": str(said.quality), "expected": value or "",
    }  # fmt: skip


def _instant(text: str | None) -> datetime | None:
    """An instant with its offset, as telephones write it; ``None`` for what is none."""
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
