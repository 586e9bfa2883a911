"""The anti-mafia information and the DURC of a firm that an act is to award: recorded where the act waits for them."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from levante.applications.api import TO_DECLARE, may_read
from levante.documents.api import store_upload
from levante.grants.api import Award, antimafia_answers, durc_answers
from levante.identity.api import roles
from levante.kernel.api import Refused, require, today
from levante.payments.api import Check, may_declare_urgency, may_record_check, record_check, states
from levante.web.access import for_desk
from levante.web.components.forms import DayField, EuroField, FileInput, say

READERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.FINANCE, roles.AUDITOR)


class InformationForm(forms.Form):
    """What the prefecture said, or that it was asked; ``urges``: who fills it in may go on without the answer."""

    number = forms.CharField(label=_("Number of the request"), max_length=60)
    issued_on = DayField(label=_("Asked on"))
    outcome = forms.ChoiceField(label=_("What it says"))
    released_on = DayField(label=_("Released on"), required=False, help_text=_("Empty while the answer is awaited."))
    valid_until = DayField(label=_("Expiry that it prints"), required=False)
    urgent = forms.CharField(
        label=_("Urgency: why one goes on without the answer"), max_length=500, required=False,
        help_text=_("Only the director, while the answer is awaited: under a resolutive condition (art. 92(3) D.Lgs. 159/2011)."),
    )  # fmt: skip
    remark = forms.CharField(label=_("Note"), max_length=500, required=False)
    document = forms.FileField(
        label=_("The paper"), required=False, widget=FileInput(accept=".pdf,.p7m,.png,.jpg,.jpeg,.eml")
    )

    def __init__(self, *arguments: Any, urges: bool, **more: Any) -> None:
        super().__init__(*arguments, **more)
        if not urges:
            del self.fields["urgent"]
        field = self.fields["outcome"]
        assert isinstance(field, forms.ChoiceField)
        language = get_language() or "it"
        order = (states.WAITING, states.CLEAR, states.NOT_CLEAR)
        field.choices = [(code, states.OUTCOMES[code].in_language(language)) for code in order]


class DurcForm(forms.Form):
    """What the DURC says, with the expiry that it prints."""

    number = forms.CharField(label=_("Number"), max_length=60)
    issued_on = DayField(label=_("Issued on"))
    outcome = forms.ChoiceField(label=_("What it says"))
    valid_until = DayField(label=_("Expiry that it prints"))
    debt = EuroField(label=_("What is owed"), required=False, help_text=_("When it is negative."))
    remark = forms.CharField(label=_("Note"), max_length=500, required=False)
    document = forms.FileField(
        label=_("The paper"), required=False, widget=FileInput(accept=".pdf,.p7m,.png,.jpg,.jpeg,.eml")
    )

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        field = self.fields["outcome"]
        assert isinstance(field, forms.ChoiceField)
        language = get_language() or "it"
        field.choices = [
            (code, states.OUTCOMES[code].in_language(language)) for code in (states.CLEAR, states.NOT_CLEAR)
        ]


@for_desk(*READERS, section=True)
def information(request: HttpRequest, act_id: int, award_id: int) -> HttpResponse:
    """What the law wants of this award, the anti-mafia papers of its firm, and a form for the next one."""
    rows = Award.objects.visible_to(request.actor).select_related("enterprise")  # type: ignore[attr-defined]
    firm = get_object_or_404(rows, pk=award_id, act=act_id).enterprise
    urges = bool(may_declare_urgency(request.actor, firm))  # type: ignore[attr-defined]
    form = InformationForm(request.POST or None, request.FILES or None, urges=urges)
    return _paper(request, act_id, award_id, states.ANTIMAFIA, form, antimafia_answers)


@for_desk(*READERS, section=True)
def durc(request: HttpRequest, act_id: int, award_id: int) -> HttpResponse:
    """What the call wants of the contributions of this award's firm, its DURCs, and a form for the next one."""
    form = DurcForm(request.POST or None, request.FILES or None)
    return _paper(request, act_id, award_id, states.DURC, form, durc_answers)


def _paper(
    request: HttpRequest,
    act_id: int,
    award_id: int,
    kind: str,
    form: forms.Form,
    answers: Callable[..., dict[int, Any]],
) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    rows = Award.objects.visible_to(actor).filter(act=act_id)
    rows = rows.select_related("act__call", "application__opening__call__office", "enterprise")
    shown = get_object_or_404(rows, pk=award_id)
    decision = may_read(actor, shown.application)
    require(decision, way=reverse("desk:application", args=[shown.application_id]) if decision is TO_DECLARE else "")
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        upload = values.pop("document")
        try:
            require(may_record_check(actor, shown.enterprise))
            file = None
            if upload is not None:
                file = store_upload(actor=actor, upload=upload, purpose="proof", enterprise_id=shown.enterprise_id)
            record_check(actor=actor, enterprise=shown.enterprise, kind=kind, document=file, **values)
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("The paper is recorded: the checks are those of now."))
            return redirect("desk:award", act_id)
    papers = Check.objects.visible_to(actor).filter(enterprise=shown.enterprise_id, kind=kind)
    return render(
        request,
        f"desk/awards/{kind}.html",
        {
            "award": shown,
            "answer": answers([shown], on=today()).get(shown.pk),
            "papers": list(papers.select_related("recorded_by", "document")[:20]),
            "form": form,
            "may_record": may_record_check(actor, shown.enterprise),
        },
        status=400 if form.is_bound else 200,
    )
