"""The meetings of a buyer: requests, its agenda, how each was."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from levante.kernel.api import BUYER
from levante.web.access import for_partner
from levante.web.components import my_meetings


@for_partner(BUYER)
def mine(request: HttpRequest, code: str) -> HttpResponse:
    return my_meetings.page(request, code, "partner")


@for_partner(BUYER, scope="meet")
@require_POST
def ask(request: HttpRequest, code: str) -> HttpResponse:
    return my_meetings.ask(request, code, "partner")


@for_partner(BUYER, scope="meet")
@require_POST
def answer(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    return my_meetings.answer(request, code, pk, "partner")


@for_partner(BUYER, scope="meet")
def settings(request: HttpRequest, code: str) -> HttpResponse:
    return my_meetings.settings(request, code, "partner")


@for_partner(BUYER, scope="meet")
def feedback(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    return my_meetings.feedback(request, code, pk, "partner")


@for_partner(BUYER)
def on_paper(request: HttpRequest, code: str) -> HttpResponse:
    """One's own days, to be printed."""
    return my_meetings.print_mine(request, code)
