"""What was withheld in a year: the figures and the certificates of each enterprise, and what goes to the State month by month."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from levante.kernel.api import Refused, today
from levante.law import parameters
from levante.parties.api import Enterprise
from levante.payments.api import (
    WithholdingCertificate,
    certificates_of,
    give_by,
    issue_certificates,
    may_order,
    months_of,
    own_body,
    pay_by,
    to_issue,
)
from levante.web.access import for_desk
from levante.web.components.listing import Column, Listing
from levante.web.components.numbers import whole_number
from levante.web.desk.payments.shared import ORDER_READERS, actor_of, tabs, words
from levante.web.site.files.views import send as send_file


def _year(request: HttpRequest) -> int:
    year = whole_number(request.GET.get("year") or request.POST.get("year"))
    return year if year and 2000 <= year <= today().year else today().year


@for_desk(*ORDER_READERS, section=True, pays=True)
def withheld(request: HttpRequest) -> HttpResponse:
    """What each enterprise was paid and withheld in a year: the figures of its certificate."""
    actor = actor_of(request)
    year = _year(request)
    body = own_body(actor)
    found = certificates_of(actor, year, body)
    firms = Enterprise.objects.in_bulk([int(one.enterprise) for one in found])
    given = WithholdingCertificate.objects.visible_to(actor).standing().filter(year=year, paid_by=body)
    by_firm: dict[int, list[WithholdingCertificate]] = {}
    for one in given.select_related("document__file").order_by("pk"):
        by_firm.setdefault(one.enterprise_id, []).append(one)
    rows = [
        {"told": one, "enterprise": firms[int(one.enterprise)], "given": by_firm.get(int(one.enterprise), [])}
        for one in found
    ]
    listing = Listing(request, "desk:payments_withheld", gettext("withheld"), _withheld_columns())
    if listing.wants_file:
        return listing.file(rows)
    return render(
        request,
        "desk/payments/withheld.html",
        {
            **tabs(request, "desk:payments_withheld"),
            "rows": rows,
            "year": year,
            "years": range(today().year, today().year - 6, -1),
            "listing": listing,
            "total": sum(one.withheld for one in found),
            "over": year < today().year,
            "to_issue": len(to_issue(year, body)) if year < today().year else 0,
            "give_by": give_by(year),
            "may_issue": bool(may_order(actor)),
        },
    )


def _withheld_columns() -> tuple[Column, ...]:
    return (
        Column("enterprise", gettext("Enterprise"), lambda row: row["enterprise"].name, fixed=True),
        Column("tax_code", gettext("Tax code"), lambda row: row["enterprise"].tax_code),
        Column("payments", gettext("Payments"), lambda row: row["told"].payments),
        Column("gross", gettext("Gross"), lambda row: row["told"].gross),
        Column("subject", gettext("Subject to withholding"), lambda row: row["told"].subject),
        Column("withheld", gettext("Withheld"), lambda row: row["told"].withheld),
        Column("net", gettext("Net"), lambda row: row["told"].net),
    )


@require_POST
@for_desk(*ORDER_READERS, section=True, pays=True)
def issue(request: HttpRequest) -> HttpResponse:
    """Give the certificates of a year that are still to give."""
    year = _year(request)
    try:
        count = issue_certificates(actor=actor_of(request), year=year, body=own_body(actor_of(request)))
    except Refused as refusal:
        messages.error(request, words(refusal.reason))
    else:
        told = ngettext(
            "%(count)s certificate is being given: the enterprise is told.",
            "%(count)s certificates are being given: each enterprise is told.",
            count,
        )
        messages.success(request, told % {"count": count} if count else gettext("All were given already."))
    return redirect(f"{reverse('desk:payments_withheld')}?year={year}")


@for_desk(*ORDER_READERS, section=True, pays=True)
def certificate(request: HttpRequest, certificate_id: int) -> HttpResponse:
    """A certificate as PDF."""
    rows = WithholdingCertificate.objects.visible_to(actor_of(request)).select_related("document__file")
    found = get_object_or_404(rows, pk=certificate_id)
    if found.document is None or found.document.file is None:
        raise Http404
    return send_file(found.document.file)


@for_desk(*ORDER_READERS, section=True, pays=True)
def monthly(request: HttpRequest) -> HttpResponse:
    """What was withheld in each month of a year, for the form F24 of finance."""
    year = _year(request)
    norm = parameters.value("withholding.f24.code", on=today())
    code = str(norm.value)  # a code, whose digits are no number
    rows = [
        {"told": one, "by": pay_by(one.month), "code": code} for one in months_of(year, own_body(actor_of(request)))
    ]
    listing = Listing(request, "desk:payments_f24", f"F24 {year}", _month_columns())
    if listing.wants_file:
        return listing.file(rows)
    return render(
        request,
        "desk/payments/monthly.html",
        {
            **tabs(request, "desk:payments_withheld"),
            "rows": rows,
            "year": year,
            "years": range(today().year, today().year - 6, -1),
            "listing": listing,
            "code": code,
            "norm": norm.reference,
            "total": sum(row["told"].due for row in rows),
        },
    )


def _month_columns() -> tuple[Column, ...]:
    return (
        Column("month", gettext("Month"), lambda row: f"{row['told'].month:%m/%Y}", fixed=True),
        Column("payments", gettext("Payments"), lambda row: row["told"].payments),
        Column("gross", gettext("Gross"), lambda row: row["told"].gross),
        Column("subject", gettext("Subject to withholding"), lambda row: row["told"].subject),
        Column("withheld", gettext("Withheld"), lambda row: row["told"].withheld),
        Column("came_back", gettext("On payments that came back"), lambda row: row["told"].came_back),
        Column("due", gettext("To be paid to the State"), lambda row: row["told"].due),
        Column("by", gettext("By"), lambda row: row["by"]),
        Column("code", gettext("Code of the tax"), lambda row: row["code"]),
    )
