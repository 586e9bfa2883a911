"""The list of applications: filters, order of arrival, pages by key, the same rows as a file."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext

from levante.applications.api import STATES, Application, Deadline, examination_term, numbers_of, opens_to, with_call
from levante.calls.api import Call
from levante.identity.api import User
from levante.kernel.api import Actor, today
from levante.kernel.pure import reads_english
from levante.register.pure.numbers import public_number, quoted
from levante.web.access import for_desk
from levante.web.components.firms import firms_named
from levante.web.components.listing import Column, Listing
from levante.web.components.numbers import whole_number
from levante.web.desk.applications.deadlines import of_officer
from levante.web.desk.applications.forms import ApplicationFilter
from levante.web.navigation import FILE_ROLES
from levante.web.templatetags.levante import in_language

PAGE = 50
OPEN = ("submitted", "under_check", "integration", "notice")
TONES = {
    "submitted": "waiting",
    "under_check": "active",
    "integration": "attention",
    "notice": "attention",
    "admitted": "done",
    "rejected": "refused",
    "withdrawn": "neutral",
    "revoked": "refused",
}


@for_desk(*FILE_ROLES)
def applications(request: HttpRequest) -> HttpResponse:
    form, rows = chosen(request)
    listing = Listing(request, "desk:applications", gettext("applications"), _columns())
    if listing.wants_file:
        return listing.file(_row(application) for application in _for_file(rows).iterator(chunk_size=1000))
    found = list(_after(rows, request.GET.get("after", ""))[: PAGE + 1])
    page = found[:PAGE]
    last = page[-1] if len(found) > PAGE else None
    return render(
        request,
        "desk/applications/list.html",
        {
            "form": form,
            "rows": [_row(application) for application in page],
            "next_cursor": f"{last.submitted_at.isoformat()}~{last.pk}"
            if last is not None and last.submitted_at
            else None,
            "listing": listing,
            "counted": listing.counted(rows),
            "closed": any(not application.opens for application in page),
        },
    )


def chosen(request: HttpRequest) -> tuple[ApplicationFilter, "QuerySet[Application]"]:
    """The applications the actor sees that the filters ask for, in order of arrival; none when a filter is wrong."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    visible = Application.objects.visible_to(actor)
    calls = list(Call.objects.visible_to(actor).order_by("code").values("code", "title_it", "title_en"))
    language = "en" if reads_english(get_language()) else "it"
    officers = User.objects.filter(role_grants__role__in=["case_officer", "director", "agency_staff"]).distinct()
    form = ApplicationFilter(
        request.GET,
        calls=[(call["code"], call[f"title_{language}"] or call["title_it"]) for call in calls],
        officers=[
            (str(user.pk), user.get_full_name()) for user in officers.order_by("family_name", "given_name", "pk")
        ],
    )
    rows = with_call(visible).select_related("case_officer", "notice").prefetch_related("integrations")
    rows = rows.annotate(opens=opens_to(actor)).order_by("submitted_at", "pk")
    if not form.is_valid():
        return form, rows.none()
    asked = form.cleaned_data
    if asked["q"]:
        firms, form.firms_cut = firms_named(asked["q"].strip())
        rows = rows.filter(matching(asked["q"].strip(), firms))
    if asked["call"]:
        rows = rows.filter(opening__call__code=asked["call"])
    if asked["state"]:
        rows = rows.filter(state__in=OPEN if asked["state"] == "open" else [asked["state"]])
    rows = rows.filter(of_officer(asked["officer"], actor, "case_officer"))
    if asked["term"]:
        rows = rows.filter(_due({"late": -1, "week": 7, "month": 30}[asked["term"]]))
    return form, rows


def _for_file(rows: "QuerySet[Application]") -> "QuerySet[Application]":
    """The same rows with what a file says of each: calls and officers are read once for many rows, answers and copies never."""
    told = ("number", "state", "submitted_at", "requested_amount", "admitted_amount", "opening", "case_officer")
    lean = (
        rows.select_related(None).select_related("enterprise").only(*told, "enterprise__name", "enterprise__tax_code")
    )
    return lean.prefetch_related("opening__call", "case_officer", "notice")


def matching(text: str, firms: list[int]) -> Q:
    """By number, or of one of the enterprises that the text answers to."""
    number = quoted(text)
    asked = Q(number__in=numbers_of(number)) if number else Q(number__startswith=text.upper())
    return asked | Q(number__startswith=public_number("application.submitted", text)) | Q(enterprise_id__in=firms)


def _due(within: int) -> Exists:
    """Those whose term runs and ends within so many days; of those it stands still for, none is late."""
    running = Deadline.objects.filter(kind="examination", state="running", due_on__lte=today() + timedelta(days=within))
    return Exists(running.filter(application=OuterRef("pk")))


def _after(rows: "QuerySet[Application]", cursor: str) -> "QuerySet[Application]":
    instant, _, pk = cursor.partition("~")
    try:
        at = datetime.fromisoformat(instant)
    except ValueError:
        return rows
    last = whole_number(pk)
    if at.tzinfo is None or last is None:
        return rows
    # The first condition bounds the index; the second refines it.
    return rows.filter(submitted_at__gte=at).filter(Q(submitted_at__gt=at) | Q(pk__gt=last))


def _row(application: Application) -> dict[str, Any]:
    term = examination_term(application) if application.state in OPEN else None
    return {
        "application": application,
        "state": STATES[application.state],
        "tone": TONES[application.state],
        "due": term[0] if term else None,
    }


def _columns() -> tuple[Column, ...]:
    language = get_language() or "it"

    def call(row: dict[str, Any]) -> str:
        return in_language(row["application"].opening.call, "title")

    def officer(row: dict[str, Any]) -> str:
        person = row["application"].case_officer
        return person.get_full_name() if person else ""

    return (
        Column("number", gettext("Number"), lambda row: row["application"].number, fixed=True),
        Column("enterprise", gettext("Enterprise"), lambda row: row["application"].enterprise.name),
        Column("code", gettext("Tax code"), lambda row: row["application"].enterprise.tax_code, shown=False),
        Column("call", gettext("Call"), call),
        Column("opening", gettext("Opening"), lambda row: row["application"].opening.code, shown=False),
        Column("sent", gettext("Sent at"), lambda row: row["application"].submitted_at),
        Column("state", gettext("State"), lambda row: row["state"].in_language(language)),
        Column("officer", gettext("Case officer"), officer),
        Column("requested", gettext("Amount asked"), _told(lambda one: one.requested_amount), shown=False),
        Column("admitted", gettext("Amount admitted"), _told(lambda one: one.admitted_amount), shown=False),
        Column("amount", gettext("Amount"), _told(lambda one: one.admitted_amount or one.requested_amount)),
        Column("term", gettext("Term"), lambda row: row["due"]),
    )


def _told(amount: Callable[[Application], Any]) -> Callable[[dict[str, Any]], Any]:
    """An amount, of a file that opens to who reads the list; of another, why it is not told."""
    later = gettext("after the declaration")
    return lambda row: amount(row["application"]) if row["application"].opens else later
