"""The meetings of an enterprise: requests, its agenda, how each was."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from levante.web.access import for_enterprise
from levante.web.components import my_meetings


@for_enterprise()
def mine(request: HttpRequest, code: str) -> HttpResponse:
    return my_meetings.page(request, code, "portal")


@for_enterprise("apply")
@require_POST
def ask(request: HttpRequest, code: str) -> HttpResponse:
    return my_meetings.ask(request, code, "portal")


@for_enterprise("apply")
@require_POST
def answer(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    return my_meetings.answer(request, code, pk, "portal")


@for_enterprise("apply")
def settings(request: HttpRequest, code: str) -> HttpResponse:
    return my_meetings.settings(request, code, "portal")


@for_enterprise("apply")
def feedback(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    return my_meetings.feedback(request, code, pk, "portal")


@for_enterprise()
def on_paper(request: HttpRequest, code: str) -> HttpResponse:
    """One's own days, to be printed."""
    return my_meetings.print_mine(request, code)
