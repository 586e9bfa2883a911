"""What files have to say in “Today” of the offices: those to take, one's own whose term runs, answers that came."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language, gettext

from levante.applications.api import (
    Application,
    ApplicationEvent,
    covered_by,
    event_title,
    examination_term,
    to_declare,
    with_call,
)
from levante.identity.api import roles
from levante.kernel.api import Actor, today
from levante.web.access import may_open
from levante.web.worklist import LIMIT, Item

EXAMINERS = (roles.CASE_OFFICER, roles.DIRECTOR, roles.AGENCY_STAFF)


def my_turn(actor: Actor) -> Iterable[Item]:
    """Files that nobody has taken and one's own that wait for the office, in order of arrival, with those of whom one covers
    today; first, when they are many, those that wait for one's declaration, on one page. Five queries."""
    if not actor.has_role(*EXAMINERS):
        return
    covered = covered_by(actor.user_id or 0, today())
    closed = to_declare(actor, covered).count()
    terms: list[date] = []
    waiting = Q(state__in=["submitted", "under_check", "integration", "notice"]) & (
        Q(case_officer__isnull=True) | Q(case_officer_id__in=[actor.user_id, *covered])
    )
    rows = with_call(Application.objects.visible_to(actor)).filter(waiting).select_related("case_officer")
    for application in rows.prefetch_related("integrations").order_by("submitted_at", "pk")[: LIMIT - (closed > 1)]:
        why = _why(application)
        if why and application.case_officer_id in covered:
            why = gettext("you cover for %(name)s: %(why)s") % {"name": application.case_officer, "why": why}
        if why:
            term = examination_term(application)
            if term and application.case_officer_id is not None:
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
    if application.returned_at is not None:
        return gettext("given back for a conflict of interest: it waits for another officer")
    if application.case_officer_id is None:
        return gettext("nobody has taken it yet")
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
