"""Who has how much to do, who is away and who covers, and how what comes in is given."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from levante.applications.api import (
    Absence,
    Application,
    AssignmentRule,
    end_absence,
    examiners_of,
    loads_of,
    record_absence,
    set_assignment_rule,
)
from levante.calls.api import Opening
from levante.identity.api import RoleGrant, User, roles
from levante.kernel.api import Actor, Refused, now, today
from levante.web.access import for_desk
from levante.web.components.forms import DayField, DayInput, done
from levante.web.components.numbers import whole_number, whole_numbers
from levante.web.templatetags.levante import in_language

EXAMINERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.AGENCY_STAFF)


def colleagues(actor: Actor) -> list[User]:
    """Who examines in the offices of the actor, by name. One query."""
    offices = [office for office, role in actor.grants if role in EXAMINERS]
    held = RoleGrant.objects.in_force(today()).filter(role__in=EXAMINERS, office__code__in=offices)
    people = User.objects.filter(pk__in=held.values("user"), is_active=True)
    return list(people.order_by("family_name", "given_name", "pk"))


class AbsenceForm(forms.Form):
    """Days away and who covers; a director writes them for the people of the office too."""

    user = forms.TypedChoiceField(label=_("Who is away"), coerce=int)
    substitute = forms.TypedChoiceField(label=_("Who covers"), coerce=int)
    since = DayField(label=_("First day"), widget=DayInput)
    until = DayField(label=_("Last day"), widget=DayInput)

    def __init__(self, data: Any, *, actor: Actor, people: list[User]) -> None:
        super().__init__(data, initial={"user": actor.user_id, "since": today()})
        self.people = {user.pk: user for user in people}
        names = [(user.pk, user.get_full_name()) for user in people]
        own = names if actor.has_role(roles.DIRECTOR) else [(pk, name) for pk, name in names if pk == actor.user_id]
        self.fields["user"].choices = own  # type: ignore[attr-defined]
        self.fields["substitute"].choices = [("", "–"), *names]  # type: ignore[attr-defined]

    def clean_user(self) -> User:
        return self.people[self.cleaned_data["user"]]

    def clean_substitute(self) -> User:
        return self.people[self.cleaned_data["substitute"]]


@for_desk(*EXAMINERS)
def loads(request: HttpRequest) -> HttpResponse:
    """Everybody's work, absences, rules. Who directs sees all of the office; others see it too, and write of themselves."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    people = colleagues(actor)
    form = AbsenceForm(request.POST or None, actor=actor, people=people)
    if done(request, form, record_absence):
        messages.success(request, gettext("The absence is recorded: both are told."))
        return redirect("desk:loads")
    return render(
        request,
        "desk/applications/loads.html",
        {
            "form": form,
            "rows": _rows(actor, people),
            "absences": _absences(actor, people),
            "openings": _openings(actor) if actor.has_role(roles.DIRECTOR) else [],
            "ways": AssignmentRule.WAYS,
            "directs": actor.has_role(roles.DIRECTOR),
            "today": today(),
        },
    )


def _rows(actor: Actor, people: list[User]) -> list[dict[str, Any]]:
    """A row for each who examines, with what they have and who covers whom. Two queries."""
    found = loads_of(Application.objects.visible_to(actor))
    day = today()
    away = {
        row.user_id: row
        for row in Absence.objects.filter(since__lte=day, until__gte=day, cancelled_at__isnull=True)
        .select_related("user", "substitute")
        .order_by("pk")
    }
    none = {"open": 0, "waiting": 0, "late": 0, "soon": 0}
    most = max([row["open"] for row in found.values()], default=0) or 1
    return [
        {
            "person": person,
            "load": found.get(person.pk, none),
            "percent": round(found.get(person.pk, none)["open"] * 100 / most),
            "away": away.get(person.pk),
            "covers": [row for row in away.values() if row.substitute_id == person.pk],
        }
        for person in people
    ]


def _absences(actor: Actor, people: list[User]) -> list[dict[str, Any]]:
    rows = (
        Absence.objects.filter(user__in=people, until__gte=today(), cancelled_at__isnull=True)
        .select_related("user", "substitute")
        .order_by("since", "pk")
    )
    directs = actor.has_role(roles.DIRECTOR)
    return [{"absence": row, "may_end": directs or row.user_id == actor.user_id} for row in rows]


def _openings(actor: Actor) -> list[dict[str, Any]]:
    """The openings whose files are to come, coming, or waiting, with the rule of each part."""
    waiting = Count("applications", filter=Q(applications__state="submitted", applications__case_officer__isnull=True))
    openings = (
        Opening.objects.visible_to(actor)
        .filter(call__state="published")
        .annotate(waiting=waiting)
        .filter(Q(waiting__gt=0) | ~Q(state="closed") & (Q(closes_at__isnull=True) | Q(closes_at__gt=now())))
        .select_related("call__office")
        .prefetch_related("lines")
        .order_by("call__code", "opens_at", "pk")
    )
    rules = AssignmentRule.objects.filter(opening__in=openings).prefetch_related("officers").order_by("pk")
    by_part = {(rule.opening_id, rule.line_id): rule for rule in rules}
    able: dict[int, list[User]] = {}
    rows = []
    for opening in openings:
        office = opening.call.office_id
        if not (actor.in_section(roles.DIRECTOR) or actor.has_role(roles.DIRECTOR, office=opening.call.office.code)):
            continue
        if office not in able:
            able[office] = list(examiners_of(office))
        parts = []
        for line in [None, *opening.lines.all()]:
            rule = by_part.get((opening.pk, line.pk if line else None))
            given = {user.pk for user in rule.officers.all()} if rule else set()
            parts.append(
                {
                    "line": line,
                    "name": in_language(line, "name") if line else gettext("the whole opening"),
                    "rule": rule,
                    "officers": [(user, user.pk in given) for user in able[office]],
                }
            )
        rows.append({"opening": opening, "parts": parts})
    return rows


@for_desk(*EXAMINERS)
@require_POST
def absence_end(request: HttpRequest, absence_id: int) -> HttpResponse:
    """Back before time."""
    absence = get_object_or_404(Absence, pk=absence_id)
    try:
        end_absence(actor=request.actor, absence=absence)  # type: ignore[attr-defined]
        messages.success(request, gettext("The absence is over."))
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(get_language()))
    return redirect("desk:loads")


@for_desk(roles.DIRECTOR)
@require_POST
def rule(request: HttpRequest, opening_id: int) -> HttpResponse:
    """How what comes in to an opening is given from now on."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    opening = get_object_or_404(Opening.objects.visible_to(actor), pk=opening_id)
    chosen = whole_number(request.POST.get("line"))
    line = None if chosen is None else get_object_or_404(opening.lines, pk=chosen)
    officers = whole_numbers(request.POST.getlist("officers"))
    try:
        made = set_assignment_rule(
            actor=actor, opening=opening, line=line, officers=officers, way=request.POST.get("way", "")
        )
        said = gettext("The rule is in force.") if made else gettext("There is no rule now: files wait to be taken.")
        messages.success(request, said)
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(get_language()))
    return redirect("desk:loads")
