"""The enterprise gives a grant up: what it comes to is read first, then confirmed."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from levante.controls import api as controls
from levante.grants.api import Award
from levante.kernel.api import Refused
from levante.kernel.pure import euro, money_text
from levante.web.access import for_enterprise
from levante.web.components.forms import say
from levante.web.desk.controls.forms import long_text
from levante.web.portal.applications.filling import actor_of


class RenounceForm(forms.Form):
    paid = forms.RegexField(r"^\d{1,13}\.\d{2}$", widget=forms.HiddenInput)  # as the page wrote it
    reason = long_text(_("Why, if you want to say it"), rows=3)
    sure = forms.BooleanField(
        label=_("I read what it means, and I give the grant up"),
        error_messages={"required": _("Confirm that you read what it means.")},
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["reason"].required = False


@for_enterprise("submit")
def renounce(request: HttpRequest, award_id: int) -> HttpResponse:
    """What giving it up means, in words and amounts; then the button. Given up already, its page."""
    actor = actor_of(request)
    rows = Award.objects.visible_to(actor).filter(enterprise_id=actor.enterprise_id)
    award = get_object_or_404(rows.select_related("act__call", "application"), pk=award_id)
    known = controls.renunciation_of(award)
    if known is not None:
        return redirect("portal:revocation", known.revocation_id)
    form = RenounceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            made = controls.renounce_award(actor=actor, award=award, paid=euro(values["paid"]), reason=values["reason"])
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("Registered: no. %(number)s.") % {"number": made.register_number})
            return redirect("portal:revocation", made.revocation_id)
    told = controls.renouncing(award)
    if form.is_bound:  # the amounts on the page are those of now: what is confirmed next is that
        form.data = form.data.copy()  # type: ignore[assignment,union-attr]
        form.data["paid"] = money_text(told.paid)  # type: ignore[index]
    else:
        form.initial["paid"] = money_text(told.paid)
    may = controls.may_renounce(actor, award)
    page = {"award": award, "told": told, "form": form, "may": may}
    return render(request, "portal/controls/renounce.html", page, status=409 if form.is_bound else 200)
