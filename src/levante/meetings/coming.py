"""Who comes to the meetings of an initiative, for the rooms below."""

from collections.abc import Iterable
from datetime import datetime

from levante.initiatives.api import Initiative
from levante.kernel.api import BUYER, ENTERPRISE, Party
from levante.meetings.models import Attendee


def checked_in(initiative: Initiative) -> dict[int, datetime]:
    """When each enterprise that came to the meetings was checked in. One query."""
    rows = Attendee.objects.filter(agenda__initiative=initiative, enterprise__isnull=False, came_at__isnull=False)
    return dict(rows.order_by("pk").values_list("enterprise_id", "came_at"))


def who_comes(*, initiative: Initiative) -> Iterable[Party]:
    """Everybody in its agenda who has not left: what initiatives asks before it tells of a change. One query."""
    rows = Attendee.objects.filter(agenda__initiative=initiative).coming().order_by("pk")
    return [
        Party(ENTERPRISE, enterprise) if enterprise is not None else Party(BUYER, buyer)
        for enterprise, buyer in rows.values_list("enterprise_id", "buyer_id")
    ]
