"""The CUP of the awards of a draft by a file: taken, uploaded by a person where the CUP system wants it, its answer loaded."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from levante.grants.api import cup_batch_of, load_cup_batch, rejected_in
from levante.kernel.api import Refused
from levante.web.access import for_desk
from levante.web.desk.awards.one_act import act_or_404
from levante.web.desk.awards.views import READERS


class AnswerForm(forms.Form):
    file = forms.FileField()


@for_desk(*READERS)
def taken(request: HttpRequest, act_id: int) -> HttpResponse:
    """The file of the projects without a code."""
    found = act_or_404(request.actor, act_id)  # type: ignore[attr-defined]
    content = cup_batch_of(request.actor, found)  # type: ignore[attr-defined]
    response = HttpResponse(content, content_type="application/xml")
    response["Content-Disposition"] = f'attachment; filename="cup-atto-{found.pk}.xml"'
    return response


@for_desk(*READERS)
@require_POST
def loaded(request: HttpRequest, act_id: int) -> HttpResponse:
    """The answer of the CUP system: codes are written, what was rejected is told."""
    found = act_or_404(request.actor, act_id)  # type: ignore[attr-defined]
    form = AnswerForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, gettext("Choose the file that the CUP system gave back."))
        return redirect("desk:award", act_id=act_id)
    content = form.cleaned_data["file"].read()
    try:
        load_cup_batch(actor=request.actor, act=found, content=content)  # type: ignore[attr-defined]
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(get_language()))
        return redirect("desk:award", act_id=act_id)
    messages.success(request, gettext("The codes of the file are written."))
    for project, why in rejected_in(found, content):
        messages.warning(request, gettext("%(project)s was rejected: %(why)s") % {"project": project, "why": why})
    return redirect("desk:award", act_id=act_id)
