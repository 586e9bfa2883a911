"""What agreements have to say in “Today” of the offices."""

from collections.abc import Iterable
from datetime import timedelta

from django.urls import reverse
from django.utils.translation import get_language, gettext

from levante.identity.api import roles
from levante.kernel.api import Actor, today
from levante.kernel.pure import reads_english
from levante.promotion.api import next_commitments
from levante.web.worklist import Item

FOLLOWERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.COMMUNICATION, roles.AGENCY_STAFF)
#: A commitment is somebody's turn from this long before its deadline.
AHEAD = timedelta(days=30)


def my_turn(actor: Actor) -> Iterable[Item]:
    if not actor.has_role(*FOLLOWERS):
        return
    english = reads_english(get_language())
    for row in next_commitments(actor, office_codes=actor.offices):
        if row.deadline <= today() + AHEAD:
            yield Item(
                row.title_en if english else row.title_it,
                reverse("desk:agreement", args=[row.agreement.code]),
                gettext("commitment"),
                row.agreement.title_en if english else row.agreement.title_it,
                due=row.deadline,
                tone="late" if row.is_overdue else "waiting",
                shared=True,
            )
