"""The list of calls: what is being prepared, what is open, how much was asked of it and how much is left."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from levante.applications.api import asked_of_calls
from levante.calls.api import CALLS, PROCEDURES, Call, card_of, with_openings
from levante.identity.api import Office
from levante.kernel.api import now
from levante.kernel.pure import Bilingual
from levante.web.access import for_desk
from levante.web.components import choices
from levante.web.components.listing import Column, Listing
from levante.web.desk.calls.roles import DESIGNERS, READERS, actor_of, calls_of
from levante.web.templatetags.levante import in_language

PAGE = 50
TONES = {"draft": "draft", "approved": "waiting", "published": "active", "closed_out": "neutral"}
#: What the phase of the opening that matters says of a published call.
PHASE_TONES = {"open": "active", "coming": "waiting", "suspended": "attention", "exhausted": "attention"}
SORTS = {
    "title": ("title_it", "code"),
    "-title": ("-title_it", "code"),
    "published": (F("published_at").asc(nulls_first=True), "code"),
    "-published": (F("published_at").desc(nulls_last=True), "code"),
}


class CallFilter(forms.Form):
    q = forms.CharField(label=_("Title or code"), required=False, max_length=100)
    state = forms.ChoiceField(label=_("State"), required=False)
    procedure = forms.ChoiceField(label=_("Procedure"), required=False)
    office = forms.ChoiceField(label=_("Office"), required=False)

    def __init__(self, data: Any, offices: list[Office]) -> None:
        super().__init__(data)
        fields: dict[str, Any] = self.fields
        fields["state"].choices = choices.labelled(CALLS.states, empty=gettext("all"))
        labels = {code: rule.label for code, rule in PROCEDURES.items()}
        fields["procedure"].choices = choices.labelled(labels, empty=gettext("all"))
        fields["office"].choices = choices.offices(offices, empty=gettext("all"))


@for_desk(*READERS)
def calls(request: HttpRequest) -> HttpResponse:
    mine = calls_of(request)
    offices = list(Office.objects.filter(calls__in=mine).distinct().order_by("name_it"))
    form = CallFilter(request.GET, offices)
    rows = _chosen(form, mine).order_by(*SORTS.get(request.GET.get("sort", ""), SORTS["-published"]))
    if request.GET.get("sort", "") not in SORTS:
        rows = rows.order_by(F("published_at").desc(nulls_first=True), "code")
    listing = Listing(request, "desk:calls", gettext("calls"), _columns())
    instant = now()
    if listing.wants_file:
        return listing.file(described(list(with_openings(rows)), instant))
    page = Paginator(with_openings(rows), PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "desk/calls/list.html",
        {
            "form": form,
            "page": page,
            "rows": described(list(page.object_list), instant),
            "listing": listing,
            "may_create": actor_of(request).has_role(*DESIGNERS),
        },
    )


def _chosen(form: CallFilter, rows: "QuerySet[Call]") -> "QuerySet[Call]":
    if not form.is_valid():
        return rows.none()
    asked = form.cleaned_data
    if asked["q"].strip():
        text = asked["q"].strip()
        rows = rows.filter(Q(title_it__icontains=text) | Q(title_en__icontains=text) | Q(code__icontains=text))
    for name in ("state", "procedure"):
        if asked[name]:
            rows = rows.filter(**{name: asked[name]})
    if asked["office"]:
        rows = rows.filter(office__code=asked["office"])
    return rows


def state_of(call: Call, phase: Any) -> tuple[str, Bilingual]:
    """The tone and the words of where a call is: of a published one, what its opening is now."""
    if call.state == "published" and phase is not None:
        return PHASE_TONES.get(phase.code, "neutral"), phase.label
    return TONES[call.state], CALLS.states[call.state]


def described(calls: list[Call], instant: datetime) -> list[dict[str, Any]]:
    """The calls with their state, their window that matters and their money. One query for what was asked."""
    asked = asked_of_calls(call.pk for call in calls)
    rows = []
    for call in calls:
        card = card_of(call, instant)
        openings = list(call.openings.all())
        budget = sum((opening.budget for opening in openings), Decimal("0.00"))
        taken = asked.get(call.pk, Decimal("0.00"))
        tone, state = state_of(call, card.phase)
        rows.append(
            {
                "call": call,
                "tone": tone,
                "state": state,
                "procedure": call.rule.label,
                "openings": len(openings),
                "opening": card.opening,
                "budget": budget if openings else None,
                "asked": taken if openings else None,
                "left": max(Decimal("0.00"), budget - taken) if openings else None,
            }
        )
    return rows


def _columns() -> tuple[Column, ...]:
    language = get_language() or "it"
    return (
        Column("call", gettext("Call"), lambda row: in_language(row["call"], "title"), fixed=True),
        Column("code", gettext("Code"), lambda row: row["call"].code, shown=False),
        Column("state", gettext("State"), lambda row: row["state"].in_language(language)),
        Column("procedure", gettext("Procedure"), lambda row: row["procedure"].in_language(language)),
        Column("office", gettext("Office"), lambda row: in_language(row["call"].office, "name")),
        Column("openings", gettext("Openings"), lambda row: row["openings"]),
        Column("from", gettext("From"), lambda row: row["opening"].opens_at if row["opening"] else None),
        Column("until", gettext("Until"), lambda row: row["opening"].closes_at if row["opening"] else None),
        Column("budget", gettext("Budget"), lambda row: row["budget"]),
        Column("asked", gettext("Asked for"), lambda row: row["asked"]),
        Column("left", gettext("Left"), lambda row: row["left"]),
        Column("published", gettext("Published"), lambda row: row["call"].published_at, shown=False),
    )
