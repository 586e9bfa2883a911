"""The requests of a buyer or an investor: asked, followed (number, owner, term), answered, reopened."""

import secrets
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from levante.cases.api import Case, level_for, open_case, states
from levante.investment.api import Opportunity, receive_enquiry
from levante.kernel.api import Refused, today
from levante.kernel.pure import reads_english
from levante.programme.api import Sector, main_programme
from levante.web.access import for_partner
from levante.web.components.forms import say
from levante.web.components.requests import add_words, page_of, request_of, requests_of, with_states
from levante.web.partner.requests.forms import BuyerRequestForm, InvestorRequestForm

PER_PAGE = 20


@for_partner()
def requests(request: HttpRequest) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    page = Paginator(requests_of(actor), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "partner/requests/list.html", {"page": page, "rows": with_states(page)})


@for_partner(scope="ask")
def new(request: HttpRequest) -> HttpResponse:
    """Ask; sending twice the same page makes one request."""
    actor = request.actor  # type: ignore[attr-defined]
    investor = actor.investor_id is not None
    form = _investor_form(request) if investor else BuyerRequestForm(request.POST or None, initial=_key())
    if request.method == "POST" and form.is_valid():
        try:
            case = _enquire(request, form.cleaned_data) if investor else _ask(request, form.cleaned_data)
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("Your request has number %(number)s.") % {"number": case.number})
            return redirect("partner:request", pk=case.pk)
    level = level_for(states.INVESTMENT if investor else states.FAIR, on=today())
    return render(request, "partner/requests/new.html", {"form": form, "level": level})


@for_partner()
def one(request: HttpRequest, pk: int) -> HttpResponse:
    case = request_of(request, pk)
    return render(request, "partner/requests/page.html", page_of(request.actor, case))  # type: ignore[attr-defined]


@for_partner(scope="ask")
@require_POST
def write(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Add something, or ask again."""
    add_words(request, request_of(request, pk), action)
    return redirect("partner:request", pk=pk)


def _key() -> dict[str, str]:
    return {"key": secrets.token_urlsafe(24)}


def _investor_form(request: HttpRequest) -> InvestorRequestForm:
    english = reads_english(get_language())
    rows = Opportunity.objects.public().order_by("code").values_list("code", "title_en" if english else "title_it")
    asked = request.GET.get("opportunity", "")
    initial = _key() | {"opportunity": asked if asked in dict(rows) else ""}
    return InvestorRequestForm(request.POST or None, opportunities=list(rows), initial=initial)


def _ask(request: HttpRequest, data: dict[str, Any]) -> Case:
    actor = request.actor  # type: ignore[attr-defined]
    case: Case = open_case(
        actor=actor,
        kind=states.FAIR,
        subject=data["subject"],
        text=data["text"],
        channel="portal",
        party=actor.party,
        idempotency_key=f"{actor.party}:{data['key'] or secrets.token_urlsafe(24)}",
    )
    return case


def _enquire(request: HttpRequest, data: dict[str, Any]) -> Case:
    actor = request.actor  # type: ignore[attr-defined]
    programme = main_programme()
    chosen = Opportunity.objects.public().filter(code=data["opportunity"]).first()
    sector = Sector.objects.of(programme).filter(code=data["sector"]).first() if programme and data["sector"] else None
    english = reads_english(get_language())
    title = (chosen.title_en if english else chosen.title_it) if chosen else gettext("Enquiry of an investor")
    made = receive_enquiry(
        actor=actor,
        subject=f"{title} – {actor.party_name}"[:200],
        text=data["text"],
        party=actor.party,
        opportunity=chosen,
        sector=sector,
        mode=data["mode"],
        announced_capex=data["announced_capex"],
        announced_jobs=data["announced_jobs"],
        channel="portal",
        idempotency_key=f"{actor.party}:{data['key'] or secrets.token_urlsafe(24)}",
    )
    case: Case = made.case
    return case
