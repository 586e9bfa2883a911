import base64
import io
from typing import Any
from urllib.parse import urlencode

import segno
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from levante.applications.api import (
    Application,
    accept_part,
    answer_integration,
    examination_term,
    offer_of,
    receipt_for,
    send_observations,
)
from levante.documents.api import PdfUnavailable
from levante.grants.api import give_up_place, withdraw_from_acts
from levante.kernel.api import Refused
from levante.register.api import Receipt
from levante.web.access import for_enterprise
from levante.web.portal.applications.filling import actor_of, language, uploads_of
from levante.web.portal.applications.pages import stepper
from levante.web.portal.applications.views import application_or_404, sent_page
from levante.web.site.register.printing import receipt_pdf as printed_receipt
from levante.web.templatetags.levante import day, euro, in_language


def _sent(request: HttpRequest, application_id: int) -> Application:
    shown = application_or_404(request, application_id)
    if shown.number is None:
        raise Http404
    return shown


def _context(shown: Application) -> dict[str, Any]:
    receipt = receipt_for(shown)
    term = examination_term(shown)
    address = f"{settings.SITE_URL}{reverse('site:verify')}"
    return {
        "application": shown,
        "call": shown.opening.call,
        "receipt": receipt,
        "entry_hash": receipt.entry_hash.hex() if receipt else "",
        "log": receipt.log if receipt else "",
        "address": address,
        "term": term[0] if term else None,
        "term_steps": term[1] if term else [],
        "enterprise": shown.frozen["enterprise"] if shown.frozen else {},
        "steps": stepper("sent", shown),
        "qr": _qr(f"{address}?{urlencode(_entry(receipt))}") if receipt else "",
        "is_running": shown.state in {"submitted", "under_check", "integration", "notice"},
    }


def _entry(receipt: Receipt) -> dict[str, str]:
    """What the public page needs to find the entry of a printed receipt."""
    return {"number": receipt.number, "log": receipt.log, "hash": receipt.entry_hash.hex()}


def _qr(text: str) -> str:
    """A QR as a ``data:`` image: where to verify, with number and hash."""
    out = io.BytesIO()
    segno.make(text, error="m").save(out, kind="svg", scale=4, border=2, xmldecl=False, svgns=True, nl=False)
    return "data:image/svg+xml;base64," + base64.b64encode(out.getvalue()).decode()


@for_enterprise()
def receipt(request: HttpRequest, application_id: int) -> HttpResponse:
    """The receipt: number, instant, QR, and what happens now with its terms."""
    return render(request, "portal/applications/receipt.html", _context(_sent(request, application_id)))


@for_enterprise()
def receipt_json(request: HttpRequest, application_id: int) -> HttpResponse:
    """The receipt as software verifies it, the same bytes each time."""
    shown = _sent(request, application_id)
    found = receipt_for(shown)
    if found is None:
        raise Http404
    response = HttpResponse(found.to_bytes(), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{_name(shown)}.json"'
    return response


@for_enterprise()
def receipt_pdf(request: HttpRequest, application_id: int) -> HttpResponse:
    """The receipt on paper, or a clear sentence where PDFs cannot be made."""
    shown = _sent(request, application_id)
    found = receipt_for(shown)
    if found is None:
        raise Http404
    enterprise = shown.frozen["enterprise"] if shown.frozen else {}
    facts = [
        (gettext("Enterprise"), f"{enterprise.get('name', '')}, {enterprise.get('tax_code', '')}"),
        (gettext("Amount asked for"), euro(shown.requested_amount)),
    ]
    for one in (shown.frozen or {}).get("filled_in_by", []):
        told = gettext("by %(office)s, on the phone, for %(caller)s; confirmed and sent by the enterprise")
        facts.append((gettext("Filled in"), told % {"office": one["office"][language()[:2]], "caller": one["for"]}))
    term = examination_term(shown)
    if term:
        facts.append((gettext("The procedure ends by"), day(term[0])))
    try:
        content = printed_receipt(
            found,
            language=language()[:2],
            number=shown.number or "",
            what=in_language(shown.opening.call, "title"),
            facts=facts,
        )
    except PdfUnavailable as problem:
        messages.warning(request, problem.reason.in_language(language()))
        return redirect("portal:application_receipt", shown.pk)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{_name(shown)}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _name(shown: Application) -> str:
    return f"levante-{str(shown.number).replace('/', '-')}"


@require_POST
@for_enterprise("apply")
def integration(request: HttpRequest, application_id: int) -> HttpResponse:
    """Answer what the office asked; what is refused is drawn again with the words typed."""
    shown, text = _sent(request, application_id), request.POST.get("text", "")
    try:
        answer = answer_integration(
            actor=actor_of(request), application=shown, text=text, uploads=uploads_of(request, "files")
        )
    except Refused as refusal:
        return _again(request, application_id, refusal, integration=text)
    messages.success(request, gettext("Answer sent, number %(number)s.") % {"number": answer.number})
    return redirect("portal:application", shown.pk)


@require_POST
@for_enterprise("apply")
def observations(request: HttpRequest, application_id: int) -> HttpResponse:
    """Answer a pre-rejection notice; what is refused is drawn again with the words typed."""
    shown, text = _sent(request, application_id), request.POST.get("text", "")
    try:
        notice = send_observations(
            actor=actor_of(request), application=shown, text=text, uploads=uploads_of(request, "files")
        )
    except Refused as refusal:
        return _again(request, application_id, refusal, observations=text)
    messages.success(request, gettext("Observations sent, number %(number)s.") % {"number": notice.number})
    return redirect("portal:application", shown.pk)


def _again(request: HttpRequest, application_id: int, refusal: Refused, **typed: str) -> HttpResponse:
    messages.error(request, refusal.reason.in_language(language()))
    return sent_page(request, application_or_404(request, application_id), status=409, **typed)


@require_POST
@for_enterprise("submit")
def withdraw(request: HttpRequest, application_id: int) -> HttpResponse:
    """Take back an application that is not decided yet."""
    shown = _sent(request, application_id)
    try:
        withdraw_from_acts(actor=actor_of(request), application=shown, reason=request.POST.get("reason", ""))
        messages.success(request, gettext("Application withdrawn."))
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(language()))
    return redirect("portal:application", shown.pk)


@require_POST
@for_enterprise("submit")
def renounce(request: HttpRequest, application_id: int) -> HttpResponse:
    """Give up an admitted application: its place receives nothing any more."""
    shown = _sent(request, application_id)
    try:
        give_up_place(actor=actor_of(request), application=shown, reason=request.POST.get("reason", ""))
        messages.success(request, gettext("The application is given up."))
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(language()))
    return redirect("portal:application", shown.pk)


@require_POST
@for_enterprise("submit")
def accept(request: HttpRequest, application_id: int) -> HttpResponse:
    """Accept the part of the money that reaches the place."""
    shown = _sent(request, application_id)
    offer = offer_of(shown)
    if offer is None:
        raise Http404
    try:
        accept_part(actor=actor_of(request), offer=offer)
        messages.success(request, gettext("You accepted: the office goes on with this amount."))
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(language()))
    return redirect("portal:application", shown.pk)
