"""The minutes of the visits of control, for the enterprise that was visited: what was seen, and its own observations."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from levante.claims.api import cost_labels
from levante.controls import api as controls
from levante.controls.api import Visit
from levante.kernel.api import Refused
from levante.web.access import for_enterprise
from levante.web.components.forms import say
from levante.web.desk.controls.forms import long_text
from levante.web.portal.applications.filling import actor_of, uploads_of
from levante.web.site.files.views import send

TONES = {"confirmed": "done", "reevaluated": "attention", "not_eligible": "refused"}


class ObservationForm(forms.Form):
    text = long_text(_("Your observations"), rows=6)


def _visit(request: HttpRequest, pk: int) -> Visit:
    actor = actor_of(request)
    rows = Visit.objects.visible_to(actor).filter(award__enterprise_id=actor.enterprise_id)
    return get_object_or_404(
        rows.select_related(
            "award__act__call",
            "award__application",
            "claim__award__application__opening__call",
            "signed_file",
            "officer",
            "revocation",
        ),
        pk=pk,
    )


@for_enterprise()
def visit(request: HttpRequest, visit_id: int) -> HttpResponse:
    """What was seen, document by document, the signed paper, by when to answer."""
    return _page(request, _visit(request, visit_id))


def _page(request: HttpRequest, found: Visit, form: forms.Form | None = None) -> HttpResponse:
    may, labels = controls.may_observe(actor_of(request), found), cost_labels(found.claim)
    told: dict[str, Any] = {
        "one": found,
        "award": found.award,
        "findings": [
            {"row": row, "tone": TONES[row.outcome], "thing": controls.thing_of(row, labels)}
            for row in found.findings.select_related("document", "cost")
        ],
        "photographs": list(found.photographs.select_related("file")),
        "observations": list(found.observations.select_related("answer").prefetch_related("files")),
        "form": (form or ObservationForm()) if may else None,
        "why_not": None if may else may.reason,
        "revocation": found.revocation if found.revocation is not None and found.revocation.noticed_at else None,
    }
    return render(request, "portal/controls/visit.html", told, status=409 if form is not None else 200)


@require_POST
@for_enterprise("submit")
def observe(request: HttpRequest, visit_id: int) -> HttpResponse:
    """Send observations with their documents."""
    found = _visit(request, visit_id)
    form = ObservationForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form)
    try:
        made = controls.send_observation(
            actor=actor_of(request), visit=found, text=form.cleaned_data["text"], uploads=uploads_of(request, "files")
        )
    except Refused as refusal:
        say(form, refusal)
        return _page(request, found, form)
    messages.success(request, gettext("Sent and registered: no. %(number)s.") % {"number": made.register_number})
    return redirect("portal:visit", found.pk)


@for_enterprise()
def visit_file(request: HttpRequest, visit_id: int, file_id: int) -> HttpResponse:
    """The signed minutes, a photograph, a document of an observation."""
    found = _visit(request, visit_id)
    if found.signed_file is not None and found.signed_file_id == file_id:
        return send(found.signed_file)
    for row in found.photographs.filter(file=file_id).select_related("file"):
        return send(row.file)
    for one in found.observations.filter(files=file_id).prefetch_related("files"):
        return send(next(file for file in one.files.all() if file.pk == file_id))
    raise Http404
