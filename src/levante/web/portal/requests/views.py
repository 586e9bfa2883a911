"""The requests of the enterprise to the Section: asked, followed, answered, reopened."""

import secrets

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from levante.cases.api import CASES, Case, case_of, list_cases, open_case, reopen_case, states, write_in_case
from levante.kernel.api import Refused
from levante.web.access import for_enterprise
from levante.web.portal.requests.forms import KINDS, RequestForm, TextForm

PER_PAGE = 20


@for_enterprise()
def requests(request: HttpRequest) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    rows = list_cases(actor).filter(enterprise_id=actor.enterprise_id)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    shown = [{"case": case, "state": states.STATES[case.state], "tone": states.TONES[case.state]} for case in page]
    return render(request, "portal/requests/list.html", {"page": page, "rows": shown})


@for_enterprise("apply")
def new(request: HttpRequest) -> HttpResponse:
    """Ask; sending twice the same page makes one request."""
    actor = request.actor  # type: ignore[attr-defined]
    asked = request.GET.get("kind", "")
    initial = {"key": secrets.token_urlsafe(24), "kind": asked if asked in KINDS else "question"}
    form = RequestForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        key = data["key"] or secrets.token_urlsafe(24)
        try:
            case = open_case(
                actor=actor,
                kind=data["kind"],
                subject=data["subject"],
                text=data["text"],
                channel="portal",
                enterprise_id=actor.enterprise_id,
                idempotency_key=f"portal:{actor.enterprise_id}:{key}",
            )
        except Refused as refusal:
            form.add_error(refusal.field or None, refusal.reason.in_language(get_language()))
        else:
            messages.success(request, gettext("Your request has number %(number)s.") % {"number": case.number})
            return redirect("portal:request", pk=case.pk)
    return render(request, "portal/requests/new.html", {"form": form})


@for_enterprise()
def one(request: HttpRequest, pk: int) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    case = _mine(request, pk)
    may_reopen = bool(CASES.may("reopen", actor, case, state=case.state))
    may_write = "apply" in actor.scopes and case.state != states.CLOSED
    return render(
        request,
        "portal/requests/page.html",
        {
            "case": case,
            "state": states.STATES[case.state],
            "tone": states.TONES[case.state],
            "kind": states.KINDS[case.kind],
            "written": [
                {"message": message, "kind": states.MESSAGE_KINDS[message.kind]}
                for message in case.messages.all()
                if message.kind != states.NOTE
            ],
            "form": TextForm() if may_write or may_reopen else None,
            "may_reopen": may_reopen,
        },
    )


@for_enterprise("apply")
@require_POST
def write(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Add something, or ask again."""
    case = _mine(request, pk)
    form = TextForm(request.POST)
    if not form.is_valid():
        messages.error(request, gettext("Write something: nothing was sent."))
        return redirect("portal:request", pk=pk)
    actor, text = request.actor, form.cleaned_data["text"]  # type: ignore[attr-defined]
    if action == "riapri":
        reopen_case(actor=actor, case=case, text=text)
        messages.success(request, gettext("The request is open again, with a new term."))
    else:
        write_in_case(actor=actor, case=case, text=text)
        messages.success(request, gettext("Your message is in the request."))
    return redirect("portal:request", pk=pk)


def _mine(request: HttpRequest, pk: int) -> Case:
    actor = request.actor  # type: ignore[attr-defined]
    case = case_of(actor, pk)
    if case is None or case.enterprise_id != actor.enterprise_id:
        raise Http404
    return case
