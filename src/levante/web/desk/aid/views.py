"""Aid on the desk: the position of any enterprise or tax code on a day, doubts to decide, the imports of the RNA."""

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from levante.aid.api import (
    REGIMES,
    decide_undertaking,
    imports,
    may_decide_undertaking,
    may_reserve,
    quarantine_of,
    reservations_of,
    waiting_in_quarantine,
)
from levante.identity.api import roles
from levante.kernel.api import Actor, Refused, today
from levante.law.parameters import Missing
from levante.parties.api import Enterprise
from levante.web.access import for_desk
from levante.web.components.aid_story import story_context
from levante.web.desk.aid import texts
from levante.web.desk.aid.forms import AidQuestion

READERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.FINANCE, roles.FRONT_DESK, roles.AGENCY_STAFF, roles.AUDITOR)
IMPORTERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.SYSTEM, roles.AUDITOR)
PAGE = 50


@for_desk(*READERS)
def aid(request: HttpRequest) -> HttpResponse:
    """The position of a tax code, known to the portal or not, on a day."""
    form = AidQuestion(request.GET or None)
    context: dict[str, object] = {"form": form, "can_import": request.actor.in_section(*IMPORTERS)}  # type: ignore[attr-defined]
    context["may_change"] = bool(may_reserve(request.actor))  # type: ignore[attr-defined]
    if form.is_bound and form.is_valid():
        code, on = form.cleaned_data["code"], form.cleaned_data["on"] or today()
        enterprise = Enterprise.objects.filter(tax_code=code).first()
        try:
            told = story_context(enterprise or code, on=on, as_of=form.cleaned_data["as_of"])
        except Missing:
            form.add_error("on", gettext("No act that is loaded holds on that day."))
        else:
            members = told["story"].answer["undertaking"]
            context |= told | {
                "code": code,
                "enterprise": enterprise,
                "on": on,
                "as_of": form.cleaned_data["as_of"],
                "reservations": reservations_of(members)[:PAGE],
                "quarantine": [texts.quarantined(row) for row in quarantine_of(members)[:PAGE]],
                "may_decide": may_decide_undertaking(request.actor),  # type: ignore[attr-defined]
            }
    return render(request, "desk/aid/aid.html", context)


@for_desk(*READERS)
@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """An officer closes a doubt of the single undertaking, with the reason."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    try:
        decide_undertaking(
            actor=actor,
            key=request.POST.get("key", "")[:500],
            together=request.POST.get("together") == "yes",
            reason=request.POST.get("reason", ""),
        )
        messages.success(request, gettext("The decision is recorded."))
    except Refused as error:
        messages.error(request, error.reason.in_language(get_language()))
    back = urlencode({"code": request.POST.get("code", ""), "on": request.POST.get("on", "")})
    return redirect(f"{reverse('desk:aid')}?{back}")


@for_desk(*IMPORTERS, section=True)
def imports_page(request: HttpRequest) -> HttpResponse:
    """The imports of the RNA with their progress, and what they kept aside."""
    waiting = waiting_in_quarantine()
    after = request.GET.get("after", "")
    rows = waiting.filter(pk__lt=int(after)) if after.isdigit() else waiting
    page = list(rows[: PAGE + 1])
    return render(
        request,
        "desk/aid/imports.html",
        {
            "runs": imports()[:20],
            "quarantine": [texts.quarantined(row) for row in page[:PAGE]],
            "waiting": waiting.aggregate(count=Count("pk"))["count"],
            "next_cursor": page[PAGE - 1].pk if len(page) > PAGE else None,
            "regimes": REGIMES,
        },
    )


@for_desk(*IMPORTERS, section=True)
def import_progress(request: HttpRequest, run_id: int) -> HttpResponse:
    """The bar of one import, asked again while it runs."""
    run = get_object_or_404(imports(), pk=run_id)
    return render(request, "desk/aid/import_progress.html", {"run": run})
