"""What initiatives have to say in “Today” of the offices."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language, gettext

from levante.identity.api import roles
from levante.initiatives.api import Initiative, states
from levante.kernel.api import Actor, now, today
from levante.web.worklist import LIMIT, Item
from levante.wins.api import followed_until

#: Who is followed up is asked for a year at least: those that ended later need no look.
YEAR = timedelta(days=365)

PLANNERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.COMMUNICATION, roles.AGENCY_STAFF)


def my_turn(actor: Actor) -> Iterable[Item]:
    """Calls for interest whose window is over and that nobody has closed, initiatives followed to the end;
    for the director, what waits for approval."""
    if not actor.has_role(*PLANNERS):
        return
    english = (get_language() or "it").startswith("en")
    wanted = Q(state=states.CALLING, closes_at__lte=now()) | Q(state=states.FOLLOWING, ends_on__lt=today() - YEAR)
    if actor.has_role(roles.DIRECTOR):
        wanted |= Q(state=states.PLANNED, act__isnull=False, budget_line__isnull=False)
    rows = Initiative.objects.visible_to(actor).filter(wanted).filter(lead_office__code__in=actor.offices)
    for row in rows.order_by("closes_at", "code")[:LIMIT]:
        planned, followed = row.state == states.PLANNED, row.state == states.FOLLOWING
        if followed and followed_until(row) >= today():
            continue
        yield Item(
            row.title_en if english else row.title_it,
            reverse("desk:initiative", args=[row.code]),
            gettext("initiative"),
            gettext("it has its act and line: approve it")
            if planned
            else gettext("nothing more is awaited: conclude it")
            if followed
            else gettext("the window is over: close the call"),
            due=row.starts_on if planned else followed_until(row) if followed else row.closes_at,
        )
