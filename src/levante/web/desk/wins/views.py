"""Export wins at the desk: the list with its filters, one win, its shares."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext, gettext_lazy
from django.views.decorators.http import require_POST

from levante.identity.api import roles
from levante.kernel.api import Actor, Refused
from levante.web.access import for_desk
from levante.web.components import choices
from levante.web.components import win_corrections as correcting
from levante.web.components import wins as shared
from levante.web.components.firms import firms_named
from levante.web.components.forms import NumberField, say
from levante.web.components.listing import Column, Listing
from levante.wins.api import (
    Win,
    WinShare,
    look_alike,
    made_by_the_firm,
    may_share,
    origins_of,
    share_win,
    states,
    sum_of,
    won_at,
)

READERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.FINANCE, roles.COMMUNICATION, roles.AGENCY_STAFF, roles.AUDITOR)
KEEPERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.COMMUNICATION, roles.AGENCY_STAFF)
PER_PAGE = 50


class WinFilters(forms.Form):
    """Which wins."""

    q = forms.CharField(label=gettext_lazy("Enterprise"), required=False, max_length=100)
    initiative = forms.ChoiceField(label=gettext_lazy("Initiative"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    sector = forms.ChoiceField(label=gettext_lazy("Sector"), required=False)
    firms_cut = False

    def __init__(self, data: Any, *, actor: Actor) -> None:
        super().__init__(data)
        fields: dict[str, Any] = self.fields
        fields["initiative"].choices = [
            ("", gettext("All initiatives")),
            *((one.code, f"{shared.name_of(one, None)} · {one.ends_on:%Y}") for one in won_at(actor)),
        ]
        fields["state"].choices = choices.labelled(states.STATES, empty=gettext("All"))
        fields["kind"].choices = choices.labelled(states.KINDS, empty=gettext("All"))
        fields["sector"].choices = choices.sectors(empty=gettext("All"))


@for_desk(*READERS)
def wins(request: HttpRequest) -> HttpResponse:
    """The last won first. In files also what each came to, what it is attributed to and until when it can be confirmed; customers that are
    confidential are not named."""
    filters = WinFilters(request.GET, actor=request.actor)  # type: ignore[attr-defined]
    found = _rows(request, filters)
    listing = Listing(request, "desk:wins", gettext("wins"), _columns())
    if listing.wants_file:
        return listing.file(found)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    rows = [
        {"win": row, "state": states.STATES[row.state], "tone": states.TONES[row.state], "kind": states.KINDS[row.kind]}
        for row in page
    ]
    context = {"rows": rows, "page": page, "filters": filters, "listing": listing}
    return render(request, "desk/wins/list.html", context)


def _columns() -> tuple[Column, ...]:
    language = get_language() or "it"
    return (
        Column("what", gettext("What"), lambda row: row.what, fixed=True),
        Column("enterprise", gettext("Enterprise"), lambda row: row.enterprise.name),
        Column("code", gettext("Tax code"), lambda row: row.enterprise.tax_code, shown=False),
        Column("customer", gettext("Customer"), lambda row: gettext("confidential") if row.confidential else row.customer),
        Column("country", gettext("Country"), lambda row: row.country_id, shown=False),
        Column("kind", gettext("Kind"), lambda row: states.KINDS[row.kind].in_language(language)),
        Column("won", gettext("Won on"), lambda row: row.won_on),
        Column("expected", gettext("Euro expected over five years"), lambda row: row.expected),
        Column("realised", gettext("Realised"), lambda row: row.came),
        Column("state", gettext("State"), lambda row: states.STATES[row.state].in_language(language)),
        Column("until", gettext("The customer can confirm it until"), lambda row: row.confirm_by, shown=False),
        Column("without", gettext("Share without help, per cent"), lambda row: row.without_help, shown=False),
        Column("shares", gettext("Attributed to"), _attributed, shown=False),
    )  # fmt: skip


def _attributed(row: Win) -> str:
    return "; ".join(f"{shared.name_of(one.initiative, one.award)} {one.percent} %" for one in row.shares.all())  # type: ignore[attr-defined]


@for_desk(*READERS)
def win(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, shared.win_of(request, pk))


@for_desk(*KEEPERS)
@require_POST
def shares(request: HttpRequest, pk: int) -> HttpResponse:
    """Attribute the win among what helped: the shares make 100."""
    found = shared.win_of(request, pk)
    if not may_share(request.actor, found):  # type: ignore[attr-defined]
        raise Http404
    form = _shares_form(found, request.POST)
    if form.is_valid():
        given = [shared.share_of(code, percent) for code, percent in form.cleaned_data.items() if percent]
        try:
            share_win(actor=request.actor, win=found, shares=given)  # type: ignore[attr-defined]
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("The win is attributed."))
            return redirect("desk:win", pk=pk)
    return _page(request, found, form)


@for_desk(*KEEPERS)
@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        return shared.ask(request, pk, "desk")
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(get_language()))
        return redirect("desk:win", pk=pk)


@for_desk(*KEEPERS)
def send(request: HttpRequest, pk: int) -> HttpResponse:
    return shared.send(request, pk, "desk")


@for_desk(*KEEPERS)
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    return correcting.correct(request, pk, "desk")


@for_desk(*KEEPERS)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    return correcting.withdraw(request, pk, "desk")


@for_desk(*KEEPERS)
def realised(request: HttpRequest, pk: int) -> HttpResponse:
    return shared.realised(request, pk, "desk")


def _rows(request: HttpRequest, filters: WinFilters) -> "QuerySet[Win]":
    """With euro expected and euro realised of each, apart."""
    rows = Win.objects.visible_to(request.actor).select_related("enterprise", "country")  # type: ignore[attr-defined]
    if not filters.is_valid():
        return rows.none()
    chosen = filters.cleaned_data
    if chosen["q"].strip():
        firms, filters.firms_cut = firms_named(chosen["q"].strip())
        rows = rows.filter(enterprise_id__in=firms)
    if chosen["initiative"]:
        rows = rows.filter(pk__in=WinShare.objects.filter(initiative__code=chosen["initiative"]).values("win"))
    for name, field in (("state", "state"), ("kind", "kind"), ("sector", "sector__code")):
        if chosen.get(name):
            rows = rows.filter(**{field: chosen[name]})
    with_sums = rows.annotate(expected=sum_of("years", "expected"), came=sum_of("realised", "amount"))
    helped = ("shares__initiative", "shares__award__application__opening__call")
    return with_sums.prefetch_related(*helped).order_by("-won_on", "-pk")


def _shares_form(found: Win, data: Any = None) -> forms.Form:
    """A percentage for each initiative or grant of the enterprise; empty: none."""
    now = {
        f"i{row.initiative_id}" if row.initiative_id else f"a{row.award_id}": row.percent for row in found.shares.all()
    }
    form = forms.Form(data, initial=now)
    for code, label in shared.origins(origins_of(found.enterprise_id)):
        form.fields[code] = NumberField(
            label=label,
            required=False,
            min_value=Decimal("0.00"),
            max_value=Decimal("100.00"),
            max_digits=5,
            decimal_places=2,
        )
    return form


def _page(request: HttpRequest, found: Win, form: forms.Form | None = None) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    shares_here = form or (_shares_form(found) if may_share(actor, found) else None)
    context = shared.facts_of(actor, found) | {"shares_form": shares_here, "shares_open": form is not None}
    answered, named = context["answered"], not found.confidential or context["follows"]
    context["corrections"] = correcting.corrections_of(found, named=named)
    context |= {"alike": look_alike(found), "by_firm": answered is not None and made_by_the_firm(answered)}
    return render(request, "desk/wins/page.html", context, status=400 if form is not None else 200)
