"""The export check-up of the enterprise: taken, kept, compared only with itself."""

import secrets

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext

from levante.competences.api import (
    assessments_of,
    may_assess,
    previous_of,
    questionnaire_version,
    record_assessment,
    score,
)
from levante.kernel.api import Refused, today
from levante.parties.api import Enterprise
from levante.web.access import for_enterprise
from levante.web.components.checkup import CheckUpForm, actions, present_questionnaire
from levante.web.portal.opportunities.sources import unmet_among


@for_enterprise()
def checkup(request: HttpRequest) -> HttpResponse:
    """What was found so far, and the questions again."""
    actor = request.actor  # type: ignore[attr-defined]
    rows = list(_mine(request)[:20])
    return render(
        request,
        "portal/checkup/list.html",
        {"rows": rows, "questionnaire": present_questionnaire(), "may": may_assess(actor)},
    )


@for_enterprise("apply")
def take(request: HttpRequest) -> HttpResponse:
    questionnaire = present_questionnaire()
    if questionnaire is None:
        raise Http404
    form = CheckUpForm(questionnaire, request.POST or None)
    key = request.POST.get("key", "")[:43].replace("\0", "") or secrets.token_urlsafe(32)
    if request.method == "POST" and form.is_valid():
        try:
            made = record_assessment(
                actor=request.actor,  # type: ignore[attr-defined]
                questionnaire=questionnaire,
                answers=form.cleaned_data,
                idempotency_key=key,
            )
        except Refused as refusal:
            form.add_error(None, refusal.reason.in_language(get_language()))
        else:
            messages.success(request, gettext("The check-up has been kept in your enterprise’s file."))
            return redirect("portal:checkup_result", pk=made.pk)
    return render(request, "portal/checkup/take.html", {"questionnaire": questionnaire, "form": form, "key": key})


@for_enterprise()
def result(request: HttpRequest, pk: int) -> HttpResponse:
    """The result with three actions tied to what is open today; compared with the one before only if of the same version."""
    actor = request.actor  # type: ignore[attr-defined]
    assessment = get_object_or_404(_mine(request), pk=pk)
    questionnaire = questionnaire_version(assessment.questionnaire, assessment.version)
    present = questionnaire is not None and questionnaire.checksum == assessment.checksum
    context = {"assessment": assessment, "earlier": previous_of(assessment), "present": present}
    if present and questionnaire is not None:
        sectors = Enterprise.objects.values_list("sectors", flat=True).get(pk=actor.enterprise_id)
        found = score(questionnaire, assessment.answers)
        context |= {
            "result": found,
            "actions": actions(
                questionnaire,
                found,
                audience="portal",
                sectors=sectors,
                unmet=lambda calls: unmet_among(calls, enterprise_id=actor.enterprise_id, on=today()),
            ),
        }
    return render(request, "portal/checkup/result.html", context)


def _mine(request: HttpRequest):  # type: ignore[no-untyped-def]
    actor = request.actor  # type: ignore[attr-defined]
    return assessments_of(actor).filter(enterprise_id=actor.enterprise_id)
