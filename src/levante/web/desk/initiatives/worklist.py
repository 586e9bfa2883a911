"""What initiatives have to say in “Today” of the offices."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import get_language, gettext

from levante.identity.api import roles
from levante.initiatives.api import Initiative, states
from levante.kernel.api import Actor, now, today
from levante.kernel.pure import reads_english
from levante.meetings.api import arrivals_untold, meetings_unsaid
from levante.participations.api import to_arrange_soon
from levante.programme.api import chosen_values
from levante.web.worklist import Item, first_of, others
from levante.wins.api import followed_at_least, followed_until

#: Days after the last one within which the office tells who came: ours, no norm.
TELL_WITHIN = timedelta(days=7)

PLANNERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.COMMUNICATION, roles.AGENCY_STAFF)


def my_turn(actor: Actor) -> Iterable[Item]:
    """Calls for interest whose window has come and that nobody has opened, or is over and that nobody has closed, initiatives followed
    to the end, those that are over of whose meetings nobody said who came or which were held, those whose edition of a fair is cancelled,
    those with something still to be arranged a week before; for the director of the Section what only the director does: approvals and
    cancellations, whoever leads. Two queries."""
    if not actor.has_role(*PLANNERS):
        return
    english = reads_english(get_language())
    theirs = Q(lead_office__code__in=actor.offices)
    values = chosen_values()
    followed = Q(state=states.FOLLOWING, ends_on__lt=today() - followed_at_least(values))
    due = Q(state=states.APPROVED, opens_at__lte=now())
    over = Q(state=states.CALLING, closes_at__lte=now()) | followed | due
    fallen = Q(state__in=states.CANCELLABLE, edition__cancelled_on__isnull=False)
    untold = Q(pk__in=arrivals_untold()) & ~Q(state__in=[states.DONE, states.CANCELLED]) & theirs
    unsaid = Q(pk__in=meetings_unsaid()) & ~Q(state__in=[states.DONE, states.CANCELLED]) & theirs
    steps = theirs & (over | fallen)
    if actor.in_section(roles.DIRECTOR):
        steps |= fallen | Q(state=states.PLANNED, cost__isnull=False, budget_line__isnull=False)
    goes_on = Q(state__in=[*states.TO_COME, states.ON_SITE])
    soon = to_arrange_soon().filter(initiative=OuterRef("pk")).values("starts_on")[:1]
    arrange = theirs & goes_on & Q(arrange_by__isnull=False)
    rows = (
        Initiative.objects.visible_to(actor)
        .annotate(arrange_by=Subquery(soon))
        .filter(steps | untold | unsaid | arrange)
        .annotate(untold=untold, unsaid=unsaid, arrange=arrange, steps_on=steps)
        .select_related("edition", "direction")
    )
    found, left = first_of(rows.order_by("starts_on", "code"))
    for row in found:
        for asked, name, what in (
            (row.untold, "desk:agenda_board", gettext("say who came to the meetings, then close the agenda")),
            (row.unsaid, "desk:agenda_held", gettext("say which meetings were held and who was missing")),
        ):
            if asked:
                yield Item(
                    row.title_en if english else row.title_it, reverse(name, args=[row.code]), gettext("initiative"), what,
                    due=row.ends_on + TELL_WITHIN, shared=True,
                )  # fmt: skip
        if row.arrange:
            yield Item(
                row.title_en if english else row.title_it, reverse("desk:logistics", args=[row.code]), gettext("initiative"),
                gettext("arrange travel, hotels, visas and samples that are still to be arranged"), due=row.arrange_by, shared=True,
            )  # fmt: skip
        if row.untold or row.unsaid or not row.steps_on:
            continue
        followed = row.state == states.FOLLOWING
        until = followed_until(row, values) if followed else None
        if until is not None and until >= today():
            continue
        yield Item(
            row.title_en if english else row.title_it,
            reverse("desk:initiative", args=[row.code]),
            gettext("initiative"),
            _what(row),
            due=until if followed else _window_of(row) or row.starts_on,
            shared=row.state != states.PLANNED or row.cost is None or _fallen(row),
        )
    yield from others(left, reverse("desk:initiatives"), gettext("initiative"), shared=True)


def _window_of(row: Initiative) -> datetime | None:
    """The instant of its window that has come: to open the call, else to close it."""
    if _fallen(row):
        return None
    return row.closes_at if row.state == states.CALLING else row.opens_at if row.state == states.APPROVED else None


def _fallen(row: Initiative) -> bool:
    return row.edition is not None and row.edition.cancelled_on is not None and row.state in states.CANCELLABLE


def _what(row: Initiative) -> str:
    if _fallen(row):
        return gettext("its fair is cancelled: cancel it, or move it to another edition")
    if row.state == states.PLANNED:
        return gettext("it has its cost and line: approve it by an act")
    if row.state == states.APPROVED and row.closes_at is not None and row.closes_at <= now():
        return gettext("its window went by and the call was never opened: write another window")
    if row.state == states.APPROVED:
        return gettext("its window has come: open the call for interest")
    if row.state == states.FOLLOWING:
        return gettext("nothing more is awaited: conclude it")
    return gettext("the window is over: close the call")
