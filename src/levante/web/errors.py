"""Errors are pages too: they say what happened, why, and what can be done."""

import logging
import secrets

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.exceptions import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils.translation import get_language_from_path, gettext

from levante.kernel.pure import reads_english

log = logging.getLogger("levante.errors")


#: How the addresses of machines begin; they are answered with a problem document (RFC 9457), as those that end in ``.json``.
MACHINES = ("/api/", "/intake/")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if request.path.startswith(MACHINES) or request.path.endswith(".json"):
        said = {
            "type": "about:blank",
            "title": "Bad Request",
            "status": 400,
            "detail": "Something in the address or in what was sent cannot be read.",
            "detail_it": "Qualcosa nell’indirizzo o in ciò che è stato inviato non si può leggere.",
        }
        return JsonResponse(said, status=400, content_type="application/problem+json")
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", {"reason": str(exception or "")}, status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form did not carry this session's secret: it was open too long, or cookies are off. Nothing was done."""
    text = gettext(
        "The page was open for too long, or your browser does not keep cookies, so we cannot be sure that this request "
        "comes from you. Nothing was sent. Go back, reload the page and try again."
    )
    return render(request, "403.html", {"reason": text, "expired": True}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """A page that stands by itself (the database or the templates may be what failed) with a number to tell us."""
    number = secrets.token_hex(4).upper()
    log.error("error %s at %s %s", number, request.method, request.path)
    if request.path.startswith("/api/"):
        said = {
            "type": "about:blank",
            "title": "Internal server error",
            "status": 500,
            "detail": f"Tell us this number: {number}.",
        }
        return JsonResponse(said, status=500, content_type="application/problem+json")
    english = reads_english(get_language_from_path(request.path))
    try:
        page: str = render_to_string("500.html", {"number": number, "english": english})
    except TemplateDoesNotExist:
        page = f"<!DOCTYPE html><title>500</title><h1>500</h1><p>{number}</p>"
    return HttpResponse(page, status=500)
