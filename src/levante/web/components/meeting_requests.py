"""Whom one that comes might meet: filtered, page by page, each with the reasons in words; asked and answered from the same place."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from levante.meetings.api import (
    Attendee,
    Candidate,
    MeetingRequest,
    Reason,
    answer_request,
    ask_meeting,
    candidates_for,
    states,
    withdraw_request,
)
from levante.parties.api import plain
from levante.web.components.directory import in_words
from levante.web.components.forms import attempt
from levante.web.components.numbers import whole_number
from levante.web.templatetags.levante import in_language

PER_PAGE = 25

#: The facet of the directory that tells in words the codes of a kind of reason.
_FACETS = {
    "sector": "sector", "heading": "chapter", "language": "language", "market": "market", "price": "price",
    "certification": "certification",
}  # fmt: skip
#: What may be shown of all, by what was asked: name → does it count?
_SHOWS = {
    "waiting": lambda one: one.waits,
    "both": lambda one: one.mutual,
    "asked": lambda one: one.made is not None,
    "new": lambda one: one.made is None and one.received is None,
}


class CandidateFilters(forms.Form):
    """Which of those one might meet are shown."""

    show = forms.ChoiceField(label=gettext_lazy("Show"), required=False)
    q = forms.CharField(
        label=gettext_lazy("Words"), required=False, max_length=100, widget=forms.TextInput({"type": "search"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["show"].choices = [
            ("", gettext("everybody")), ("waiting", gettext("who waits for your answer")), ("both", gettext("where both want it")),
            ("asked", gettext("those you asked")), ("new", gettext("those not asked yet")),
        ]  # fmt: skip

    def chosen(self) -> dict[str, str]:
        """The values that are valid; the others count as not given."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}


def candidates_shown(request: HttpRequest, row: Attendee) -> dict[str, Any]:
    """What the page of requests shows: filters, a page of those one might meet, how many there are in all."""
    filters = CandidateFilters(request.GET)
    chosen = filters.chosen()
    every = candidates_for(row)
    told = in_words_of(one.reasons for one in every) if chosen["q"] else []
    found = [
        one
        for place, one in enumerate(every)
        if (chosen["show"] not in _SHOWS or _SHOWS[chosen["show"]](one))
        and (not chosen["q"] or _answers(chosen["q"], one, told[place]))
    ]
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    listed = list(page)
    return {
        "filters": filters, "filtered": any(chosen.values()), "long": len(every) > PER_PAGE, "every": len(every), "page": page,
        "query": request.GET.urlencode(), "candidates": [
            _shown(one, reasons) for one, reasons in zip(listed, in_words_of(one.reasons for one in listed), strict=True)
        ],
    }  # fmt: skip


def _shown(one: Candidate, reasons: list[tuple[str, str]]) -> dict[str, Any]:
    said_no = one.received is not None and one.received.state == states.DECLINED
    return {
        "one": one, "reasons": reasons, "made": one.made, "received": one.received, "mutual": one.mutual, "waits": one.waits,
        "made_state": states.REQUESTS[one.made.state] if one.made is not None else None,
        "received_state": states.REQUESTS[one.received.state] if one.received is not None else None,
        # Who said no does not ask, and who was told no does not ask again.
        "may_ask": not said_no and (one.made is None or one.made.state != states.DECLINED),
        "said_no": said_no,
        "tone": states.REQUEST_TONES[one.made.state] if one.made is not None else "neutral",
        "country": one.row.buyer.country if one.row.buyer is not None else None,
        "priorities": states.PRIORITIES.items(),
    }  # fmt: skip


def in_words_of(lists: Iterable[Iterable[Reason]]) -> list[list[tuple[str, str]]]:
    """Reasons to meet as people read them, of several at once: what is in common, and which. At most five queries."""
    words = {
        "sector": gettext("same sector"), "heading": gettext("what one makes and the other names"),
        "product": gettext("words in common"), "language": gettext("same language"), "market": gettext("a market of both"),
        "certification": gettext("certifications asked and held"), "price": gettext("same price band"),
    }  # fmt: skip
    every = [list(reasons) for reasons in lists]
    told: Mapping[str, Mapping[str, str]] = {
        kind: in_words(facet, codes)
        for kind, facet in _FACETS.items()
        if (codes := {code for reasons in every for one in reasons if one.kind == kind for code in one.what})
    }
    return [
        [(words[one.kind], ", ".join(told.get(one.kind, {}).get(code, code) for code in one.what)) for one in reasons]
        for reasons in every
    ]


def _answers(asked: str, one: Candidate, reasons: list[tuple[str, str]]) -> bool:
    """Does it hold all the words: in its name where it is known, what it says, its country, the reasons?"""
    country = in_language(one.row.buyer.country, "name") if one.row.buyer is not None and one.row.buyer.country else ""
    said = plain(" ".join([one.name, one.row.offers, str(country), *(what for _, what in reasons)]))
    return all(word in said for word in plain(asked).split())


def ask(request: HttpRequest, row: Attendee, audience: str) -> HttpResponse:
    """Ask somebody, or withdraw."""
    number = whole_number(request.POST.get("who")) or 0
    other = row.agenda.attendees.coming().exclude(side=row.side).filter(pk=number).first()
    if other is None:
        raise Http404
    actor = request.actor  # type: ignore[attr-defined]
    made = MeetingRequest.objects.visible_to(actor).filter(asker=row, asked=other).first()
    if request.POST.get("withdraw") and made is not None:
        attempt(request, lambda: withdraw_request(actor=actor, request=made), gettext("Kept."))
        return _back(request, row, audience, number)
    given: dict[str, Any] = {
        "priority": whole_number(request.POST.get("priority")) or 2, "message": request.POST.get("message", ""),
    }  # fmt: skip
    attempt(request, lambda: ask_meeting(actor=actor, asker=row, asked=other, **given), gettext("Kept."))
    return _back(request, row, audience, number)


def answer(request: HttpRequest, row: Attendee, found: MeetingRequest, audience: str) -> HttpResponse:
    """Accept or decline who asks."""
    accept = request.POST.get("answer") == "yes"
    actor = request.actor  # type: ignore[attr-defined]
    attempt(request, lambda: answer_request(actor=actor, request=found, accept=accept), gettext("Kept."))
    return _back(request, row, audience, found.asker_id)


def _back(request: HttpRequest, row: Attendee, audience: str, number: int) -> HttpResponse:
    """To the same page of the same filters, at the same one."""
    query = request.GET.urlencode()
    there = reverse(f"{audience}:my_meetings", args=[row.agenda.initiative.code])
    return redirect(f"{there}{'?' if query else ''}{query}#chi-{number}")
