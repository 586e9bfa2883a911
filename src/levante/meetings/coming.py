"""Who comes to the meetings of an initiative, for the rooms below."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Exists, Min, OuterRef, QuerySet

from levante.initiatives.api import Initiative
from levante.initiatives.api import states as initiative_states
from levante.kernel.api import BUYER, ENTERPRISE, Party, today
from levante.meetings import states
from levante.meetings.models import Agenda, Arrival, Attendee, Meeting
from levante.participations.api import AWAY, CAME, COMING, There


def checked_in(initiative: Initiative) -> dict[int, datetime]:
    """When each enterprise that came to the meetings was first checked in. One query."""
    rows = Arrival.objects.filter(attendee__agenda__initiative=initiative, attendee__enterprise__isnull=False)
    return dict(rows.order_by().values_list("attendee__enterprise").annotate(first=Min("at")))


def who_comes(*, initiative: Initiative) -> Iterable[Party]:
    """Everybody in its agenda who has not left: what initiatives asks before it tells of a change. One query."""
    rows = Attendee.objects.filter(agenda__initiative=initiative).coming().order_by("pk")
    return [
        Party(ENTERPRISE, enterprise) if enterprise is not None else Party(BUYER, buyer)
        for enterprise, buyer in rows.values_list("enterprise_id", "buyer_id")
    ]


def sellers_there(*, initiatives: Any = None, enterprises: Any = None) -> Iterable[There]:
    """The enterprises in agendas (what participations asks: ``taking_part``). Came: checked in, or with a meeting held. Coming: not left,
    while the agenda is not closed, or can yet be published. Away: the agenda is closed, arrivals were registered and it, who had meetings
    there in presence, did not arrive, or it was said that it lost them by its own fault; of others who were not seen nothing is said. One
    query."""
    rows = Attendee.objects.filter(side=states.SELLER)
    if initiatives is not None:
        rows = rows.filter(agenda__initiative__in=initiatives)
    if enterprises is not None:
        rows = rows.filter(enterprise__in=enterprises)
    met = Meeting.objects.filter(a=OuterRef("pk"))
    arrivals = Arrival.objects.filter(attendee__agenda=OuterRef("agenda"), attendee__side=states.SELLER)
    told = rows.annotate(
        held=Exists(met.filter(state=states.HELD)), awaited=Exists(met.exclude(state=states.CANCELLED)),
        missed=Exists(met.filter(missed_by__in=[states.SELLER, "both"])), registered=Exists(arrivals),
        arrived=Exists(Arrival.objects.filter(attendee=OuterRef("pk"))),
    )  # fmt: skip
    for row in told.select_related("agenda__initiative").order_by("pk"):
        agenda = row.agenda
        here = agenda.initiative_id, row.enterprise_id
        stands = agenda.published_at is not None or agenda.initiative.ends_on >= today()
        if row.arrived or row.held:
            yield There(*here, CAME, True)
        elif row.withdrawn_at is not None and not row.missed:
            continue
        elif row.withdrawn_at is None and agenda.state != states.CLOSED and stands:
            yield There(*here, COMING, True)
        elif (
            (row.missed or _missed(row))
            and agenda.state == states.CLOSED
            and agenda.initiative.state != initiative_states.CANCELLED
        ):
            yield There(*here, AWAY, True)


def _missed(row: Any) -> bool:
    """It had meetings, arrivals there were registered, and its own could have been."""
    return bool(row.awaited and row.registered and not row.remote and row.agenda.mode == states.IN_PRESENCE)


def is_published(initiative: Initiative) -> bool:
    """Has the agenda of an initiative been published? One query."""
    return Agenda.objects.filter(initiative=initiative, published_at__isnull=False).exists()


def arrivals_untold() -> "QuerySet[Agenda, int]":
    """The ids of the initiatives that are over, whose published agenda is not closed and has enterprises of which nobody said whether they
    came: a query to be put within another."""
    mine = {"a": OuterRef("pk"), "state": states.HELD}
    seen = Exists(Arrival.objects.filter(attendee=OuterRef("pk"))) | Exists(Meeting.objects.filter(**mine))
    unseen = Attendee.objects.filter(side=states.SELLER).coming().exclude(seen).order_by()
    rows = Agenda.objects.filter(
        state=states.PUBLISHED, pk__in=unseen.values("agenda_id"), initiative__ends_on__lt=today()
    )
    return rows.order_by().values_list("initiative_id", flat=True)
