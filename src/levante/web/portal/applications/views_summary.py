"""The summary of a draft as the office will read it; confirmed, sent, or discarded."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from levante.applications.api import (
    Application,
    amount_of,
    confirm_filling,
    discard_draft,
    filled_by,
    follow_form,
    is_asked,
    missing_besides,
    read_application,
    sent_before,
    submit_application,
    to_confirm,
    why_no_amount,
)
from levante.kernel.api import Refused, now
from levante.web.access import for_enterprise
from levante.web.components.forms import tell
from levante.web.portal.applications.filling import actor_of, language
from levante.web.portal.applications.pages import stepper, summary_rows
from levante.web.portal.applications.place import PORTAL
from levante.web.portal.applications.views import application_or_404


@for_enterprise()
def summary(request: HttpRequest, application_id: int) -> HttpResponse:
    """Everything as the office will read it, with what is missing on top, each a link to its place."""
    shown = application_or_404(request, application_id)
    if not shown.is_draft:
        return redirect("portal:application", shown.pk)
    return _summary_page(request, shown)


def _summary_page(request: HttpRequest, shown: Application, *, refused: str = "", status: int = 200) -> HttpResponse:
    reading, amount = read_application(shown), amount_of(shown)
    besides = _besides(shown, amount) if not reading.problems else []
    unsigned = bool(reading.problems) or any(item["field"] == "signature" for item in besides)
    undone = (["fill"] if reading.problems else []) + (["sign"] if unsigned else [])
    return render(
        request,
        "portal/applications/summary.html",
        {
            "at": PORTAL,
            "application": shown,
            "call": shown.opening.call,
            "phase": shown.opening.phase(now()),
            "can_go_on": shown.opening.takes_drafts(now()),
            "groups": summary_rows(shown, reading, language()),
            "problems": reading.problems,
            "amount": amount,
            "steps": stepper("check", shown, undone=undone),
            "besides": besides,
            "asks_signature": is_asked(shown.opening.call),
            "before": _sent_before(shown),
            "may_send": "submit" in actor_of(request).scopes,
            "refused": refused,
            "by_office": filled_by(shown),
            "to_confirm": _to_confirm(shown, reading),
        },
        status=status,
    )


def _to_confirm(shown: Application, reading: Any) -> list[dict[str, str]]:
    """The answers that an office wrote, each with its place, until who may send confirms them."""
    waiting = set(to_confirm(shown))
    return [
        {
            "label": item.label.in_language(language()),
            "url": reverse("portal:application_section", args=[shown.pk, section.id]) + f"#f-{item.id}",
        }
        for section, item in reading.form.fields()
        if item.id in waiting
    ]


#: Where each thing that is missing besides the answers is mended.
_MENDED = {
    "form": "portal:application",
    "filling": "portal:application_summary",
    "group": "portal:application_group",
    "requirements": "portal:application_requirements",
    "stamp": "portal:application_stamp",
    "signature": "portal:application_sign",
}


def _besides(shown: Application, amount: Any) -> list[dict[str, Any]]:
    """What is missing besides the answers, each with the page where it is mended; first, an amount to ask for."""
    why = why_no_amount(amount)
    return [{"text": why, "url": "#amount", "field": ""}] * (why is not None) + [
        {
            "text": item.text,
            "url": reverse(_MENDED[item.field], args=[shown.pk]) if item.field in _MENDED else "",
            "field": item.field,
        }
        for item in missing_besides(shown)
    ]


def _sent_before(shown: Application) -> Application | None:
    """The application of the same enterprise that this one comes after, where the call lets more come than count."""
    return sent_before(shown).last() if shown.opening.call.repeat != "refused" else None


@require_POST
@for_enterprise("submit")
def confirm(request: HttpRequest, application_id: int) -> HttpResponse:
    """Who may send has read what an office wrote on the phone."""
    shown = application_or_404(request, application_id)
    tell(request, confirm_filling, gettext("Confirmed."), application=shown)
    return redirect("portal:application_summary", shown.pk)


@require_POST
@for_enterprise("apply")
def submit(request: HttpRequest, application_id: int) -> HttpResponse:
    """Send. A double click, a retry or another tab end on the same receipt."""
    arrived = now()
    try:
        submit_application(actor=actor_of(request), application=Application(pk=application_id), at=arrived)
    except Refused as refusal:
        return _summary_page(
            request,
            application_or_404(request, application_id),
            refused=refusal.reason.in_language(language()),
            status=409,
        )
    return redirect("portal:application_receipt", application_id)


@require_POST
@for_enterprise("apply")
def discard(request: HttpRequest, application_id: int) -> HttpResponse:
    """Put a draft away; or bring it to the new version of the form, when that is what was asked."""
    shown = application_or_404(request, application_id)
    if request.POST.get("what") == "follow":
        follow_form(actor=actor_of(request), application=shown)
        return redirect("portal:application", shown.pk)
    discard_draft(actor=actor_of(request), application=shown)
    messages.success(request, gettext("Draft discarded."))
    return redirect("portal:applications")
