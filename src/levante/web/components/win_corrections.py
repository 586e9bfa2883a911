"""A win is put right, by the enterprise or at the desk, and what was put right is read."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext, gettext_lazy

from levante.kernel.api import Refused, require
from levante.kernel.pure import reads_english
from levante.meetings.api import buyers_met
from levante.parties.api import Country
from levante.programme.api import Sector
from levante.web.components.forms import say
from levante.web.components.win_forms import WinForm, initial_of
from levante.web.components.wins import win_of
from levante.web.templatetags.levante import bilingual, day, euro
from levante.wins.api import (
    Facts,
    Win,
    WinChange,
    correct_win,
    corrects_its_own,
    facts_of,
    may_correct,
    may_withdraw,
    states,
    withdraw_win,
)

FIELDS = {
    "what": gettext_lazy("What"), "customer": gettext_lazy("Customer"), "country": gettext_lazy("Country of the customer"),
    "confidential": gettext_lazy("Confidential customer"), "kind": gettext_lazy("Kind"), "matter": gettext_lazy("Goods or services"),
    "sector": gettext_lazy("Sector"), "won_on": gettext_lazy("Won on"), "expected": gettext_lazy("Expected"),
    "anyway": gettext_lazy("Would it have happened without help?"), "sooner": gettext_lazy("Did it come sooner with help?"),
    "without_help": gettext_lazy("Share that would have come anyway"), "state": gettext_lazy("State"),
    "confirm_by": gettext_lazy("To be confirmed by"),
}  # fmt: skip
CODES = {
    "kind": states.KINDS, "matter": states.MATTERS, "anyway": states.ANSWERS, "sooner": states.ANSWERS, "state": states.STATES
}  # fmt: skip


def correct(request: HttpRequest, pk: int, audience: str) -> HttpResponse:
    """Put right what a win says; an office says why."""
    win = win_of(request, pk)
    actor = request.actor  # type: ignore[attr-defined]
    if request.method != "POST":  # what changes meanwhile is said on the form, and nothing of it is lost
        require(may_correct(actor, win))
    met = buyers_met(win.enterprise_id)
    if win.buyer is not None and win.buyer_id not in {one.pk for one in met}:
        met = [*met, win.buyer]
    form = WinForm(
        request.POST or None, met=met, why=not corrects_its_own(actor, win), initial=initial_of(facts_of(win))
    )
    if request.method == "POST" and form.is_valid():
        try:
            reason = form.cleaned_data.get("reason", "")
            made = correct_win(actor=actor, win=win, facts=Facts(**form.told()), reason=reason)
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, _said(made))
            return redirect(f"{audience}:win", pk=win.pk)
    lead = gettext(
        "If what you won, the customer, the kind, the day or an amount changes, your customer is to confirm it again: the link it has "
        "stops working, and an answer it gave holds no more."
    ) if audience == "portal" else gettext(
        "If what was won, the customer, the kind, the day or an amount changes, the customer is to confirm it again: the link it has "
        "stops working, and an answer it gave holds no more."
    )  # fmt: skip
    context = {
        "form": form, "win": win, "title": gettext("Correct the win"), "lead": lead, "back": reverse(f"{audience}:win", args=[win.pk])
    }  # fmt: skip
    return render(request, f"{audience}/wins/form.html", context)


class WithdrawForm(forms.Form):
    """Why a win is taken back."""

    reason = forms.CharField(
        label=gettext_lazy("Why do you withdraw it?"), max_length=1000, widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("For example it was told twice, or the contract was not signed. The enterprise and the office read it."),
    )  # fmt: skip


def withdraw(request: HttpRequest, pk: int, audience: str) -> HttpResponse:
    """Take back a win, saying why."""
    win = win_of(request, pk)
    actor = request.actor  # type: ignore[attr-defined]
    if request.method != "POST":
        require(may_withdraw(actor, win))
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_win(actor=actor, win=win, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("The win is withdrawn."))
            return redirect(f"{audience}:win", pk=win.pk)
    lead = gettext(
        "It stays here with what you write, and is in no figure. A link that the customer has works no more."
    )
    context = {
        "form": form, "win": win, "title": gettext("Withdraw the win"), "lead": lead, "back": reverse(f"{audience}:win", args=[win.pk])
    }  # fmt: skip
    return render(request, f"{audience}/wins/form.html", context)


def _said(made: WinChange | None) -> str:
    if made is None:
        return gettext("Nothing was changed.")
    if made.after.get("state") == states.LAPSED:
        return gettext("It is corrected. By the day it was won the term to confirm it has passed: it does not count.")
    if made.anew:
        return gettext("It is corrected. Now ask the customer to confirm it: a link sent before works no more.")
    return gettext("It is corrected.")


def corrections_of(win: Win, *, named: bool) -> list[dict[str, Any]]:
    """What was put right, the last first: each with its fields, before and after, in words. ``named``: the customer may be named.
    One query, and one for countries or sectors where some changed."""
    rows = list(win.changes.order_by("-pk"))
    both = [side for row in rows for side in (row.before, row.after)]
    names = {
        "country": _named(Country, "code", {side["country"] for side in both if "country" in side}),
        "sector": _named(Sector, "pk", {side["sector"] for side in both if side.get("sector")}),
    }
    return [
        {
            "row": row,
            "fields": [
                {"label": label, "before": _shown(name, row.before[name], names), "after": _shown(name, row.after[name], names)}
                for name, label in FIELDS.items()
                if name in row.after and (named or name != "customer")
            ],
        }
        for row in rows
    ]  # fmt: skip


def _named(model: Any, key: str, wanted: set[Any]) -> dict[Any, str]:
    if not wanted:
        return {}
    name = "name_en" if reads_english(get_language()) else "name_it"
    return dict(model.objects.filter(**{f"{key}__in": wanted}).order_by(key).values_list(key, name))


def _shown(name: str, value: Any, names: dict[str, dict[Any, str]]) -> Any:
    if name in CODES:
        return bilingual(CODES[name][value])
    if name in names:
        return names[name].get(value, "–")
    if name in ("won_on", "confirm_by"):
        return day(date.fromisoformat(value))
    if name == "expected":
        years = sorted(value.items())
        return "; ".join(
            gettext("year %(year)s") % {"year": year} + f": {euro(Decimal(amount))}" for year, amount in years
        )
    if name == "confidential":
        return gettext("yes") if value else gettext("no")
    return f"{value} %" if name == "without_help" else value
