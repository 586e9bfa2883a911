"""What enterprises are asked after initiatives, at the desk: who was asked, when, what they said, who is reminded next."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext, gettext_lazy

from levante.kernel.api import Actor
from levante.programme.api import Values, chosen_values
from levante.web.access import for_desk
from levante.web.components import choices
from levante.web.components.firms import firms_named
from levante.web.components.listing import Column, Listing
from levante.web.components.numbers import whole_number
from levante.web.components.wins import name_of
from levante.web.desk.wins.views import READERS
from levante.wins.api import FollowUp, answers_of, asked_about, next_reminder, rounds, states

PAGE = 100


class FollowUpFilters(forms.Form):
    """Which questions."""

    q = forms.CharField(label=gettext_lazy("Enterprise"), required=False, max_length=100)
    initiative = forms.ChoiceField(label=gettext_lazy("Initiative"), required=False)
    months = forms.ChoiceField(label=gettext_lazy("How long after"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    firms_cut = False

    def __init__(self, data: Any, *, actor: Actor) -> None:
        super().__init__(data)
        fields: dict[str, Any] = self.fields
        fields["initiative"].choices = [
            ("", gettext("All initiatives")),
            *((one.code, f"{name_of(one, None)} · {one.ends_on:%Y}") for one in asked_about(actor)),
        ]
        fields["months"].choices = [("", gettext("All")), *((str(one), round_name(one)) for one in rounds())]
        fields["state"].choices = choices.labelled(states.FOLLOW_UPS, empty=gettext("All"))


@for_desk(*READERS)
def follow_ups(request: HttpRequest) -> HttpResponse:
    """The questions, the last asked first; figures of the answers as they were given."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    filters = FollowUpFilters(request.GET, actor=actor)
    rows = FollowUp.objects.visible_to(actor).select_related("enterprise", "initiative__direction").order_by("-pk")
    if filters.is_valid():
        asked = filters.cleaned_data
        if asked["q"].strip():
            firms, filters.firms_cut = firms_named(asked["q"].strip())
            rows = rows.filter(enterprise_id__in=firms)
        for name, field in (("initiative", "initiative__code"), ("months", "months"), ("state", "state")):
            if asked[name]:
                rows = rows.filter(**{field: asked[name]})
    else:
        rows = rows.none()
    values = chosen_values()
    listing = Listing(request, "desk:follow_ups", gettext("follow-ups"), _columns(values))
    if listing.wants_file:
        return listing.file(rows.iterator(chunk_size=1000))
    answers = answers_of(rows)
    after = whole_number(request.GET.get("after"))
    found = list((rows.filter(pk__lt=after) if after is not None else rows)[: PAGE + 1])
    page = found[:PAGE]
    context = {
        "rows": [
            {
                "row": row, "state": states.FOLLOW_UPS[row.state], "tone": states.FOLLOW_UP_TONES[row.state],
                "round": round_name(row.months), "next": next_reminder(row, values),
            }
            for row in page
        ],
        "next_cursor": page[-1].pk if len(found) > PAGE else None, "answers": answers,
        "counts": [(words, getattr(answers, code)) for code, words in states.FOLLOW_UPS.items()], "filters": filters, "listing": listing,
    }  # fmt: skip
    return render(request, "desk/wins/follow_ups.html", context)


def round_name(months: int) -> str:
    """How long after the initiative it is asked."""
    return gettext("at once") if months == 0 else gettext("after %(months)s months") % {"months": months}


def _columns(values: Values) -> tuple[Column, ...]:
    language = get_language() or "it"
    return (
        Column("enterprise", gettext("Enterprise"), lambda row: row.enterprise.name, fixed=True),
        Column("code", gettext("Tax code"), lambda row: row.enterprise.tax_code, shown=False),
        Column("initiative", gettext("Initiative"), lambda row: name_of(row.initiative, None)),
        Column("round", gettext("How long after"), lambda row: round_name(row.months)),
        Column("asked", gettext("Asked on"), lambda row: row.made_on),
        Column("state", gettext("State"), lambda row: states.FOLLOW_UPS[row.state].in_language(language)),
        Column("answered", gettext("Answered at"), lambda row: row.answered_at, shown=False),
        Column("contacts", gettext("Contacts still open"), lambda row: row.contacts),
        Column("offers", gettext("Offers made"), lambda row: row.offers),
        Column("orders", gettext("Orders received"), lambda row: row.orders),
        Column("expected", gettext("Value expected"), lambda row: row.expected),
        Column("note", gettext("Anything else"), lambda row: row.note, shown=False),
        Column("reminded", gettext("Reminded on"), lambda row: row.reminded_on, shown=False),
        Column("next", gettext("Next reminder"), lambda row: next_reminder(row, values)),
        Column("until", gettext("To be answered by"), lambda row: row.answer_by),
    )
