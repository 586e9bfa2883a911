"""Investing in the region: opportunities, and one form that becomes a case with a number, an owner and a term."""

from typing import Any

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext

from levante.cases.api import Case, level_for
from levante.investment.api import Opportunity, count_attempt, list_opportunities, receive_enquiry, states
from levante.kernel.api import ANONYMOUS, Refused, language_now, today
from levante.kernel.pure import reads_english
from levante.programme.api import Sector, main_programme
from levante.web.access import public
from levante.web.site.invest.forms import EnquiryForm, OpportunityFilters
from levante.web.site.invest.traps import new_token, sources

#: The version of the notice on personal data that the form shows.
WORDING = "enquiry-2026-11"
SENT_SALT = "levante.enquiry.sent"


@public
def invest(request: HttpRequest) -> HttpResponse:
    filters = OpportunityFilters(request.GET)
    chosen = filters.chosen()
    rows = list(list_opportunities(sector=chosen["sector"], kind=chosen["kind"])[:60])
    cards = [{"opportunity": row, "kind": states.KINDS[row.kind]} for row in rows]
    return render(
        request,
        "site/invest/list.html",
        {"filters": filters, "cards": cards, "level": level_for("investment", on=today()), "on": today()},
    )


@public
def opportunity(request: HttpRequest, code: str) -> HttpResponse:
    rows = Opportunity.objects.public().select_related("comune__province", "office").prefetch_related("sectors")
    found = get_object_or_404(rows, code=code)
    return render(
        request,
        "site/invest/opportunity.html",
        {"opportunity": found, "kind": states.KINDS[found.kind], "level": level_for("investment", on=today())},
    )


@public
def enquiry(request: HttpRequest) -> HttpResponse:
    """The form; what is wrong is said beside the field, and what cannot be read is an error of the form, never ours."""
    english = reads_english(get_language())
    opportunities = {row.code: row for row in Opportunity.objects.public().order_by("code")}
    labels = [(code, row.title_en if english else row.title_it) for code, row in opportunities.items()]
    if request.method != "POST":
        chosen = request.GET.get("opportunity", "")
        initial = {"token": new_token(), "opportunity": chosen if chosen in opportunities else ""}
        form = EnquiryForm(opportunities=labels, initial=initial)
        return _form(request, form)
    if not request.session.session_key:
        request.session.create()
    form = EnquiryForm(request.POST, opportunities=labels)
    if not count_attempt(actor=ANONYMOUS, sources=sources(request)):
        form.is_valid()
        form.add_error(
            None, gettext("Too many enquiries have come from here in the last hour. Try again later, or write to us.")
        )
        return _form(request, form, status=429)
    if not form.is_valid():
        return _form(request, form)
    try:
        case = _receive(form.cleaned_data, opportunities, english)
    except Refused as refusal:
        field = refusal.field if refusal.field in form.fields else None
        form.add_error(field, refusal.reason.in_language(get_language()))
        return _form(request, form)
    return redirect("site:invest_sent", token=signing.dumps(case.pk, salt=SENT_SALT))


@public
def sent(request: HttpRequest, token: str) -> HttpResponse:
    """The number, and what happens now; the address cannot be guessed from the number."""
    try:
        pk = signing.loads(token, salt=SENT_SALT)
    except signing.BadSignature as error:
        raise Http404 from error
    case = get_object_or_404(Case.objects.select_related("office"), pk=pk)
    return render(request, "site/invest/sent.html", {"case": case})


def _receive(data: dict[str, Any], opportunities: dict[str, Opportunity], english: bool) -> Case:
    chosen = opportunities.get(data["opportunity"])
    programme = main_programme()
    sector = Sector.objects.of(programme).filter(code=data["sector"]).first() if data["sector"] and programme else None
    title = (chosen.title_en if english else chosen.title_it) if chosen else gettext("Enquiry of an investor")
    who = data["organisation"] or data["name"]
    made = receive_enquiry(
        actor=ANONYMOUS,
        subject=f"{title} – {who}"[:200],
        text=data["text"],
        contact={
            "name": data["name"],
            "email": data["email"],
            "organisation": data["organisation"],
            "country": data["country"],
            "language": language_now(),
            "consent_wording": WORDING,
        },
        opportunity=chosen,
        sector=sector,
        mode=data["mode"],
        announced_capex=data["announced_capex"],
        announced_jobs=data["announced_jobs"],
        idempotency_key=f"enquiry:{data['read_token'].key}",
    )
    found: Case = made.case
    return found


def _form(request: HttpRequest, form: EnquiryForm, status: int = 200) -> HttpResponse:
    shown = [field for field in form.visible_fields() if field.name != "homepage"]
    return render(
        request,
        "site/invest/enquiry.html",
        {"form": form, "shown": shown, "level": level_for("investment", on=today()), "invented": settings.DEMO},
        status=status,
    )
