"""What an enterprise sees of its application while a decision on it is held: what there was before, until it is told.

A decision taken in bulk can be taken back until then, so nobody outside the office reads it anywhere. It becomes known in one of three
ways: its letter leaves, a ranking that has it is published, an act that awards it takes effect.
"""

from collections.abc import Iterable

from django.db.models import Q

from levante.applications.models import Application, ApplicationEvent
from levante.applications.states import ADMITTED
from levante.kernel.api import now

#: Rows that stand in a state as their enterprise knows it, on a model with an ``application``.
TOLD_EVENTS = {True: "admission_told", False: "rejection_told"}


def as_told(application: Application) -> Application:
    """The same application as its enterprise sees it, to be read and never saved (services read the row again)."""
    if application.held_from:
        application.state, application.held_from = application.held_from, ""
        application.admitted_amount = application.decided_at = application.decided_by = None
        application.decision_reason = ""
    return application


def all_as_told(applications: Iterable[Application]) -> list[Application]:
    """Each as its enterprise sees it."""
    return [as_told(one) for one in applications]


def known_as(state: str) -> Q:
    """For a query on what belongs to applications: those in a state, as their enterprises know it."""
    return Q(application__state=state) | Q(application__held_from=state)


def disclose(applications: Iterable[Application], *, user_id: int | None = None) -> None:
    """The decisions held on these applications are known from now on: a line in the timeline of each. The rest is untouched.
    Two queries."""
    held = [one for one in applications if one.held_from]
    ApplicationEvent.objects.bulk_create(
        [
            ApplicationEvent(
                application=one, at=now(), kind=TOLD_EVENTS[one.state == ADMITTED], from_state=one.state, to_state=one.state,
                text_it="" if one.state == ADMITTED else one.decision_reason,
                text_en="" if one.state == ADMITTED else one.decision_reason, user_id=user_id,
            )
            for one in held
        ],
        batch_size=500,
    )  # fmt: skip
    for one in held:
        one.held_from = ""
    Application.objects.filter(pk__in=[one.pk for one in held]).update(held_from="")
