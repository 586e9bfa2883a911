"""What samples and visits have to say in “Today” of the desk: each kind one line, with how many and the nearest day."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Exists, F, Func, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from levante.controls.api import Sample, SampleRow, Visit, VisitObservation, states, to_follow
from levante.identity.api import User, roles
from levante.kernel.api import Actor, today
from levante.web.worklist import Item

#: Who makes visits and draws samples; the director gives them to others.
MAKE = (roles.CASE_OFFICER, roles.AGENCY_STAFF, roles.AUDITOR)


def of_visits(actor: Actor) -> Iterable[Item]:
    """For who draws, the samples whose draw may be done and the claims drawn with no visit; for who makes a visit, what of it waits for
    them; for who examines, the minutes that something must follow. One query."""
    if not actor.has_role(*MAKE):
        return
    asked = User.objects.filter(pk=actor.user_id).values(**_asked(actor, today()))
    told: dict[str, Any] = {
        name: found or 0 for name, found in asked.get().items()
    }  # none: of what they do not see at all
    listed = reverse("desk:visits")
    draws = reverse("desk:samples")
    yield from _line(
        told["follow"],
        ngettext(
            "%(count)d visit found what does not hold", "%(count)d visits found what does not hold", told["follow"]
        ),
        f"{listed}?state={states.SIGNED}",
        gettext("open the review again, or begin the revocation: until then the claim is not paid"),
        rank=22,
        shared=True,
    )
    yield from _line(
        told["draw"],
        ngettext("%(count)d sample to draw", "%(count)d samples to draw", told["draw"]),
        draws,
        gettext("its list is fixed, and the day of the public draw has come or another person draws"),
        shared=True,
    )
    yield from _line(
        told["drawn"],
        ngettext("%(count)d claim drawn and not visited", "%(count)d claims drawn and not visited", told["drawn"]),
        draws,
        gettext("plan the visit, of who did not review it"),
        shared=True,
    )
    yield from _line(
        told["make"],
        ngettext("%(count)d visit to make", "%(count)d visits to make", told["make"]),
        f"{listed}?state={states.PLANNED}",
        gettext("its day has come: write the minutes there"),
        due=told["first"] or None,
        late=told["late"],
    )
    yield from _line(
        told["sign"],
        ngettext("%(count)d minutes to be signed", "%(count)d minutes to be signed", told["sign"]),
        f"{listed}?state={states.DONE}",
        gettext("print them, have them signed, upload the signed copy"),
    )
    yield from _line(
        told["answer"],
        ngettext(
            "%(count)d observation on minutes to answer", "%(count)d observations on minutes to answer", told["answer"]
        ),
        f"{listed}?state={states.SIGNED}",
        gettext("nothing follows from the minutes before"),
    )


def _asked(actor: Actor, day: date) -> dict[str, Subquery]:
    """What is counted, by name: of the samples and visits that this person sees, and of the visits that they make."""
    samples, visits = Sample.objects.visible_to(actor), Visit.objects.visible_to(actor)
    frozen = samples.filter(state=states.FROZEN).exclude(draw_on__isnull=True, fixed_by=actor.user_id)
    visited = Visit.objects.filter(claim=OuterRef("claim")).exclude(state=states.CALLED_OFF)
    drawn = SampleRow.objects.filter(~Exists(visited), sample__in=samples.order_by().values("pk"))
    mine = visits.filter(officer=actor.user_id)
    make = mine.filter(state=states.PLANNED, planned_on__lte=day)
    return {
        "follow": _of(to_follow(visits)),
        "draw": _of(frozen.filter(Q(draw_on__lte=day) | Q(draw_on__isnull=True))),
        "drawn": _of(drawn),
        "make": _of(make),
        "first": _of(make, "planned_on", "MIN"),
        "late": _of(make.filter(planned_on__lt=day)),
        "sign": _of(mine.filter(state=states.DONE)),
        "answer": _of(VisitObservation.objects.filter(visit__in=mine.order_by().values("pk"), answer__isnull=True)),
    }


def _of(rows: "QuerySet[Any]", name: str = "pk", function: str = "COUNT") -> Subquery:
    """A number of all the rows, inside another query: no aggregate of the outer one."""
    return Subquery(rows.order_by().annotate(told=Func(F(name), function=function)).values("told"))


def _line(
    count: int,
    text: str,
    url: str,
    why: str,
    *,
    due: date | None = None,
    late: int = 0,
    rank: int = 30,
    shared: bool = False,
) -> Iterable[Item]:
    if count:
        title = text % {"count": count}
        yield Item(title, url, gettext("visit"), why, due=due, rank=rank, shared=shared, count=count, late=late)
