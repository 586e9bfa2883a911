"""The calendar of terms: what ends when, whose turn it is, and why that day."""

from calendar import Calendar
from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from levante.applications.api import Deadline, covered_by, kind_label, substitutes_on
from levante.identity.api import User
from levante.kernel.api import Actor, today
from levante.kernel.pure import reads_english
from levante.web.access import for_desk
from levante.web.components.forms import DayField, DayInput
from levante.web.components.listing import Column, Listing
from levante.web.components.numbers import whole_number
from levante.web.desk.applications.forms import MINE, NOBODY
from levante.web.navigation import FILE_ROLES
from levante.web.templatetags.levante import in_language

PAGE = 50
WHOSE = [("office", _("the office")), ("enterprise", _("the enterprise"))]
ENTERPRISE = ("integration", "notice")


class DeadlineFilter(forms.Form):
    """What to look for among the terms that run; the officers are given by the view."""

    kind = forms.ChoiceField(label=_("Term"), required=False)
    whose = forms.ChoiceField(label=_("Whose turn"), required=False, choices=[("", _("anybody")), *WHOSE])
    officer = forms.ChoiceField(label=_("Case officer"), required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("running")), ("late", _("late")), ("suspended", _("suspended"))],
    )
    day = DayField(label=_("Day"), required=False, widget=DayInput)

    def __init__(self, data: Any, *, officers: list[tuple[str, str]]) -> None:
        super().__init__(data)
        language = get_language() or "it"
        kinds = [(code, kind_label(code).in_language(language)) for code, _label in Deadline.KINDS]
        self.fields["kind"].choices = [("", _("all")), *kinds]  # type: ignore[attr-defined]
        self.fields["officer"].choices = [  # type: ignore[attr-defined]
            ("", _("anybody")), (MINE, _("me, and whom I cover")), (NOBODY, _("nobody yet")), *officers,
        ]  # fmt: skip


@for_desk(*FILE_ROLES)
def deadlines(request: HttpRequest) -> HttpResponse:
    """What ends when: the days with something, then the rows, the soonest first."""
    form, rows = chosen(request)
    listing = Listing(request, "desk:deadlines", gettext("terms"), _columns())
    if listing.wants_file:
        return listing.file(_row(row) for row in rows.iterator(chunk_size=1000))
    found = list(_after(rows, request.GET.get("after", ""))[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    day = form.cleaned_data.get("day") if form.is_valid() else None
    return render(
        request,
        "desk/applications/deadlines.html",
        {
            "form": form,
            "rows": [_row(row) for row in found[:PAGE]],
            "weeks": _weeks(request, day or today()),
            "month": (day or today()).replace(day=1),
            "before": (day or today()).replace(day=1) - timedelta(days=1),
            "after": (day or today()).replace(day=28) + timedelta(days=4),
            "next_cursor": f"{last.due_on.isoformat()}~{last.pk}" if last else None,
            "listing": listing,
        },
    )


def chosen(request: HttpRequest) -> tuple[DeadlineFilter, "QuerySet[Deadline]"]:
    """The terms the actor sees that the filters ask for, the soonest first; none when a filter is wrong."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    officers = User.objects.filter(role_grants__role__in=["case_officer", "director", "agency_staff"]).distinct()
    form = DeadlineFilter(
        request.GET,
        officers=[
            (str(user.pk), user.get_full_name()) for user in officers.order_by("family_name", "given_name", "pk")
        ],
    )
    rows = (
        Deadline.objects.visible_to(actor)
        .select_related("application__enterprise", "application__case_officer", "application__opening__call")
        .only(
            "kind", "state", "due_on", "since", "steps", "application__number", "application__state",
            "application__enterprise__name", "application__enterprise__is_demo", "application__case_officer__given_name",
            "application__case_officer__family_name", "application__case_officer__email",
            "application__opening__call__title_it", "application__opening__call__title_en",
        )
        .order_by("due_on", "pk")
    )  # fmt: skip
    if not form.is_valid():
        return form, rows.none()
    asked = form.cleaned_data
    rows = rows.filter(state="suspended" if asked["state"] == "suspended" else "running")
    if asked["state"] == "late":
        rows = rows.filter(due_on__lt=today())
    if asked["day"]:
        rows = rows.filter(due_on=asked["day"])
    if asked["kind"]:
        rows = rows.filter(kind=asked["kind"])
    if asked["whose"]:
        theirs = Q(kind__in=ENTERPRISE)
        rows = rows.filter(theirs if asked["whose"] == "enterprise" else ~theirs)
    return form, rows.filter(of_officer(asked["officer"], actor, "application__case_officer"))


def of_officer(asked: str, actor: Actor, path: str) -> Q:
    """The files of an officer: of the actor with those of whom one covers today, of nobody, of somebody."""
    if asked == MINE:
        return Q(**{f"{path}__in": [actor.user_id, *covered_by(actor.user_id or 0, today())]})
    if asked == NOBODY:
        return Q(**{f"{path}__isnull": True})
    return Q(**{path: int(asked)}) if asked else Q()


def _after(rows: "QuerySet[Deadline]", cursor: str) -> "QuerySet[Deadline]":
    day, _sep, pk = cursor.partition("~")
    try:
        due = date.fromisoformat(day)
    except ValueError:
        return rows
    last = whole_number(pk)
    if last is None:
        return rows
    return rows.filter(due_on__gte=due).filter(Q(due_on__gt=due) | Q(pk__gt=last))


def _row(row: Deadline) -> dict[str, Any]:
    return {"deadline": row, "application": row.application, "kind": kind_label(row.kind)}


def _weeks(request: HttpRequest, day: date) -> list[list[dict[str, Any]]]:
    """The month of a day, as weeks of days with how many terms end on each. One query."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    weeks = Calendar().monthdatescalendar(day.year, day.month)
    rows = Deadline.objects.visible_to(actor).running().filter(due_on__range=(weeks[0][0], weeks[-1][-1]))
    counts = {row["due_on"]: row["count"] for row in rows.order_by().values("due_on").annotate(count=Count("pk"))}
    return [
        [
            {"day": one, "count": counts.get(one, 0), "out": one.month != day.month, "today": one == today(),
             "late": one < today() and counts.get(one, 0) > 0}
            for one in week
        ]
        for week in weeks
    ]  # fmt: skip


def _columns() -> tuple[Column, ...]:
    language = get_language() or "it"

    def officer(row: dict[str, Any]) -> str:
        person = row["application"].case_officer
        return person.get_full_name() if person else ""

    return (
        Column("due", gettext("Until"), lambda row: row["deadline"].due_on, fixed=True),
        Column("kind", gettext("Term"), lambda row: row["kind"].in_language(language)),
        Column("number", gettext("Number"), lambda row: row["application"].number, fixed=True),
        Column("enterprise", gettext("Enterprise"), lambda row: row["application"].enterprise.name),
        Column("call", gettext("Call"), lambda row: in_language(row["application"].opening.call, "title")),
        Column("officer", gettext("Case officer"), officer),
        Column("why", gettext("Why that day"), lambda row: _why(row["deadline"], language), shown=False),
    )


def _why(deadline: Deadline, language: str) -> str:
    key = "text_en" if reads_english(language) else "text"
    return "; ".join(str(step[key]) for step in deadline.steps)


def substitute_names(officers: list[int]) -> dict[int, str]:
    """Of those away today among some officers, the name of who covers. Two queries at most."""
    away = {officer: acting for officer, acting in substitutes_on(today()).items() if officer in officers}
    names = (
        {user.pk: user.get_full_name() for user in User.objects.filter(pk__in=away.values()).order_by("pk")}
        if away
        else {}
    )
    return {officer: names[acting] for officer, acting in away.items() if acting in names}
