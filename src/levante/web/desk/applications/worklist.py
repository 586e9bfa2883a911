"""What files have to say in “Today” of the offices: those to take, one's own whose term runs, answers that came."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext

from levante.applications.api import (
    Application,
    ApplicationEvent,
    Deadline,
    IntegrationRequest,
    covered_by,
    event_title,
    examination_term,
    to_declare,
    with_call,
)
from levante.identity.api import roles
from levante.kernel.api import Actor, today
from levante.kernel.pure import reads_english
from levante.web.access import may_open
from levante.web.templatetags.levante import counted
from levante.web.worklist import LIMIT, Item, once, others

WAITING = ["submitted", "under_check", "integration", "notice"]
EXAMINERS = (roles.CASE_OFFICER, roles.DIRECTOR, roles.AGENCY_STAFF)


def my_turn(actor: Actor) -> Iterable[Item]:
    """One's own files that wait for the office, in order of arrival, with those of whom one covers today; first, when they are
    many, those that wait for one's declaration, on one page; of each call those that nobody has taken, as one line. Five queries."""
    if not actor.has_role(*EXAMINERS):
        return
    covered = once(covered_by, actor.user_id or 0, today())
    closed = to_declare(actor, covered).count()
    terms: list[date] = []
    waiting = Application.objects.visible_to(actor).filter(state__in=WAITING)
    free = _untaken(waiting)
    # Of what just came in no term is written yet: that of the first that came is reckoned, with one's own files.
    fresh = [row["one"] for row in free if row["due"] is None]
    mine = Q(case_officer_id__in=[actor.user_id, *covered]) & _of_the_office()
    found = with_call(waiting.filter(mine | Q(pk__in=fresh))).select_related("case_officer")
    found = found.annotate(first=Q(pk__in=fresh)).prefetch_related("integrations")
    rows = list(found.order_by("-first", "submitted_at", "pk")[: LIMIT + 1 + len(fresh)])
    firsts = {one.pk: one for one in rows if one.case_officer_id is None}
    own = [one for one in rows if one.case_officer_id is not None]
    for application in own[:LIMIT]:
        why = _why(application)
        if why and application.case_officer_id in covered:
            why = gettext("you cover for %(name)s: %(why)s") % {"name": application.case_officer, "why": why}
        if why:
            term = examination_term(application)
            if term:
                terms.append(term[0])
            yield Item(
                _title(application),
                reverse("desk:application", args=[application.pk]),
                gettext("application file"),
                why,
                due=term[0] if term else None,
            )
    if closed > 1:
        yield Item(
            gettext("%(count)s files to declare about") % {"count": closed},
            reverse("desk:declare"),
            gettext("application file"),
            gettext("they open once you have declared whether you have a conflict of interest: all on one page"),
            due=min(terms, default=None),  # before the first of those that it holds closed
            rank=10,
        )
    if len(own) > LIMIT:
        past = Q(deadlines__kind="examination", deadlines__state="running", deadlines__due_on__lt=today())
        ours = waiting.filter(mine)
        left, late = ours.count() - LIMIT, max(0, ours.filter(past).count() - sum(term < today() for term in terms))
        listed = f"{reverse('desk:applications')}?officer=mine&state=open"
        yield from others(left, listed, gettext("application file"), late=late)
    for row in free:
        term = examination_term(firsts[row["one"]]) if row["one"] in firsts else None
        yield _of_call(row, term[0] if term else None)


def _of_the_office() -> Q:
    """Those whose turn is not the enterprise's, as ``_why`` says of each: its days to answer run."""
    late = IntegrationRequest.objects.filter(application=OuterRef("pk"), state="open", due_on__lt=today())
    answers = Q(state="integration") & ~Exists(late)
    return ~answers & ~Q(state="notice", notice__observed_at__isnull=True, notice__due_on__gte=today())


def _untaken(waiting: "QuerySet[Application]") -> list[dict[str, Any]]:
    """Of each call the files in nobody's charge: how many, and the nearest of the terms that run. One query."""
    title = "opening__call__title_en" if reads_english(get_language()) else "opening__call__title_it"
    runs = Deadline.objects.filter(application=OuterRef("pk"), kind="examination", state="running")
    rows = (
        waiting.filter(case_officer__isnull=True)
        .order_by()
        .annotate(term=Subquery(runs.order_by().values("due_on")[:1]), code=F("opening__call__code"), title=F(title))
    )
    found = rows.values("code", "title").annotate(
        count=Count("pk"),
        back=Count("pk", filter=Q(returned_at__isnull=False)),
        due=Min("term"),
        late=Count("pk", filter=Q(term__lt=today())),
        one=Min("pk"),
        named=Min(Concat("number", Value(" · "), "enterprise__name")),
    )
    return list(found.order_by("code"))


def _of_call(row: dict[str, Any], term: date | None) -> Item:
    """The line of the files of a call that nobody has taken; one alone is itself."""
    why = gettext("nobody has taken it yet")
    title, address = row["named"], reverse("desk:application", args=[row["one"]])
    if row["count"] == 1 and row["back"]:
        why = gettext("given back for a conflict of interest: it waits for another officer")
    elif row["count"] > 1:
        why = gettext("%(count)s files that nobody has taken") % {"count": counted(row["count"])}
        if row["back"]:
            told = gettext("%(count)s of them after a conflict of interest") % {"count": counted(row["back"])}
            why = f"{why}, {told}"
        asked = {"call": row["code"], "officer": "nobody", "state": "open"}
        title, address = row["title"], f"{reverse('desk:applications')}?{urlencode(asked)}"
    kind, due = gettext("application file"), row["due"] or term
    return Item(title, address, kind, why, due=due, shared=True, count=row["count"], late=row["late"])


def moved(actor: Actor, since: datetime) -> Iterable[Item]:
    """The last thing that happened to each file the actor sees, unless it was the actor's own doing. One query."""
    if not may_open(actor, "desk:application"):
        return
    seen = Application.objects.visible_to(actor).order_by()
    events = ApplicationEvent.objects.filter(application__in=seen, at__gt=since)
    events = events.exclude(user_id=actor.user_id) if actor.user_id else events
    told: set[int] = set()
    for event in events.select_related("application__enterprise").order_by("-at", "-pk")[:LIMIT]:
        if event.application_id in told:
            continue
        told.add(event.application_id)
        yield Item(
            _title(event.application),
            reverse("desk:application", args=[event.application_id]),
            gettext("application file"),
            event_title(event.kind).in_language(get_language() or "it"),
            at=event.at,
        )


def _title(application: Application) -> str:
    return f"{application.number} · {application.enterprise.name}"


def _why(application: Application) -> str:
    """Why the office is to move; empty when it is the enterprise's turn."""
    requests = list(application.integrations.all())
    if application.state == "integration":
        late = any(request.state == "open" and request.due_on < today() for request in requests)
        return gettext("the days to answer have passed") if late else ""
    if application.state == "notice":
        notice = application.notice
        if notice is not None and notice.observed_at is not None:
            return gettext("the enterprise sent its observations")
        return gettext("the days to answer have passed") if notice is not None and notice.due_on < today() else ""
    if any(request.state == "answered" for request in requests):
        return gettext("the enterprise answered: finish the formal check")
    return gettext("formal check to finish")
