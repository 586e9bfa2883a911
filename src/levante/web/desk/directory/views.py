"""The public profiles of enterprises at the desk: read, hidden with a reason, given back."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext, gettext_lazy
from django.views.decorators.http import require_POST

from levante.directory.api import KEEPERS, PROFILES, Profile, hide_profile, restore_profile, states
from levante.identity.api import roles
from levante.parties.api import Enterprise, answering, forgiving
from levante.web.access import for_desk
from levante.web.components import choices
from levante.web.components.forms import done, tell
from levante.web.components.listing import Column, Listing

PER_PAGE = 50


class ProfileFilters(forms.Form):
    """Which profiles."""

    q = forms.CharField(label=gettext_lazy("Search"), required=False, max_length=100)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    sector = forms.ChoiceField(label=gettext_lazy("Sector"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["state"].choices = choices.labelled(states.STATES, empty=gettext("All"))
        fields["sector"].choices = choices.sectors(empty=gettext("All sectors"))


class HideForm(forms.Form):
    """Why a profile is hidden: the enterprise reads it."""

    reason = forms.CharField(
        label=gettext_lazy("Why"), max_length=2000, widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy("The enterprise reads this: say what is wrong and how to mend it."),
    )  # fmt: skip
    reason_en = forms.CharField(
        label=gettext_lazy("The same in English"), max_length=2000, widget=forms.Textarea({"rows": 4})
    )


@for_desk(*KEEPERS, roles.AUDITOR, section=True)
def profiles(request: HttpRequest) -> HttpResponse:
    filters = ProfileFilters(request.GET or None)
    chosen = filters.cleaned_data if filters.is_bound and filters.is_valid() else {}
    seen: Any = Profile.objects.visible_to(request.actor)  # type: ignore[attr-defined]
    if chosen.get("state"):
        seen = seen.filter(state=chosen["state"])
    if chosen.get("q", "").strip():
        before, named = seen, Enterprise.objects.all()
        seen = forgiving(
            lambda loose: before.filter(
                enterprise__in=answering(named, chosen["q"], "search_name", loose=loose).values("pk")
            )
        )
    if chosen.get("sector"):
        seen = seen.filter(sectors__contains=[chosen["sector"]])
    rows = seen.select_related("enterprise").order_by("-changed_at", "pk")
    names = dict(choices.sectors())
    listing = Listing(request, "desk:profiles", gettext("public profiles"), _columns(names))
    if listing.wants_file:
        return listing.file(rows.iterator(chunk_size=1000))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    shown = [
        {"profile": row, "state": states.STATES[row.state], "tone": states.TONES[row.state], "sectors": _named(row, names)} for row in page
    ]  # fmt: skip
    context = {"rows": shown, "page": page, "filters": filters, "listing": listing}
    return render(request, "desk/directory/profiles.html", context)


def _named(row: Profile, names: dict[str, str]) -> str:
    return ", ".join(names.get(code, code) for code in row.sectors)


def _columns(names: dict[str, str]) -> tuple[Column, ...]:
    language = get_language() or "it"
    return (
        Column("firm", gettext("Enterprise"), lambda row: row.enterprise.name, fixed=True),
        Column("state", gettext("State"), lambda row: states.STATES[row.state].in_language(language)),
        Column("sectors", gettext("Sectors"), lambda row: _named(row, names)),
        Column("changed", gettext("Changed"), lambda row: row.changed_at),
        Column("languages", gettext("Languages"), lambda row: ", ".join(row.languages), shown=False),
        Column("markets", gettext("Markets"), lambda row: ", ".join(row.markets), shown=False),
        Column("published", gettext("Published"), lambda row: row.published_at, shown=False),
    )


@for_desk(*KEEPERS, roles.AUDITOR, section=True)
def profile(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _of(request, pk), HideForm())


@for_desk(*KEEPERS, section=True)
@require_POST
def hide(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = _of(request, pk), HideForm(request.POST)
    if done(request, form, hide_profile, profile=row):
        messages.success(request, gettext("The profile is hidden, and the enterprise has been told why."))
        return redirect("desk:profile", pk=pk)
    return _page(request, row, form, status=400)


@for_desk(*KEEPERS, section=True)
@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    tell(request, restore_profile, gettext("The enterprise has it again, as a draft."), profile=_of(request, pk))
    return redirect("desk:profile", pk=pk)


def _of(request: HttpRequest, pk: int) -> Profile:
    seen = Profile.objects.visible_to(request.actor).select_related("enterprise", "hidden_by")  # type: ignore[attr-defined]
    return get_object_or_404(seen, pk=pk)


def _page(request: HttpRequest, row: Profile, form: HideForm, status: int = 200) -> HttpResponse:
    steps = {step.name for step in PROFILES.available(request.actor, row, state=row.state)}  # type: ignore[attr-defined]
    context = {
        "profile": row, "state": states.STATES[row.state], "tone": states.TONES[row.state], "steps": steps, "form": form,
        "enquiries": row.enquiries.count(),
    }  # fmt: skip
    return render(request, "desk/directory/profile.html", context, status=status)
