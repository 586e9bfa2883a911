"""Sealing: what is frozen before a click day, and sent by its token.

The seal is a ticket of ``intake``: the lane knows nothing else of an application, and gives it its place. What follows the
closing is in ``receiving``.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from levante.applications import policies
from levante.applications.drafts import locked
from levante.applications.models import Application, ApplicationEvent
from levante.applications.stamp import free_stamp, use_stamp
from levante.applications.states import DRAFT, SEALED
from levante.applications.submission import FROZEN_FIELDS, freeze, locked_of_enterprise, subject_of
from levante.applications.telling import tell_enterprise
from levante.applications.workflow import APPLICATIONS
from levante.calls.api import Opening
from levante.intake.api import (
    IntakeEntry,
    IntakeLog,
    ToSeal,
    issue_within,
    log_of,
    log_within,
    ticket_of,
    token_of,
    void_within,
)
from levante.kernel.api import Actor, note, now, refuse, require, service, unchanged

_SEALED_FIELDS = ("state", "sealed_at", "sealed_by", *FROZEN_FIELDS)


@service("applications.seal_application")
def seal_application(*, actor: Actor, application: Application) -> Application:
    """Freeze a complete draft and seal it: from here on it is sent by its token alone. The second time gives the same.

    ``Refused`` with everything that is missing, when the call takes no sealed applications, or when the window is over.
    """
    current = locked_of_enterprise(actor, application)
    if current.state == SEALED:
        require(policies.may_submit(actor, current))
        return unchanged(current)
    if not current.opening.call.is_sealed:
        refuse("Le domande di questo bando non si sigillano.", "Applications to this call are not sealed.")
    require(policies.may_prepare(current.opening, instant=now()))
    freeze(actor, current, "seal")
    use_stamp(current)
    current.state, current.sealed_at, current.sealed_by_id = SEALED, now(), actor.user_id
    assert current.frozen is not None
    assert current.requested_amount is not None
    log = log_within(current.opening)
    (issued,) = issue_within(
        log,
        [
            ToSeal(
                subject_of(current),
                current.frozen["enterprise"]["tax_code"],
                current.requested_amount,
                current.frozen,
            )
        ],
    )
    current.save(update_fields=_SEALED_FIELDS)
    tell_step(current, "seal", DRAFT, actor)
    note(log=log.name, seal=issued.seal, copy=current.frozen_sha256, call=current.opening.call.code)
    return current


@service("applications.unseal_application")
def unseal_application(*, actor: Actor, application: Application) -> Application:
    """Take the seal off before the opening: a draft again, the token is worth nothing."""
    current = locked_of_enterprise(actor, application)
    require(APPLICATIONS.may("unseal", actor, current, state=current.state))
    log = log_of(current.opening)
    assert log is not None
    void_within(log, subject_of(current))
    free_stamp(current)
    current.state, current.sealed_at, current.sealed_by_id = DRAFT, None, None
    current.frozen, current.frozen_sha256, current.requested_amount = None, "", None
    current.save(update_fields=_SEALED_FIELDS)
    tell_step(current, "unseal", SEALED, actor)
    note(log=log.name)
    return current


def tell_step(current: Application, kind: str, before: str, actor: Actor) -> None:
    """A line in the timeline of what was sealed, and its people told."""
    event = ApplicationEvent.objects.create(
        application=current, at=now(), kind=kind, from_state=before, to_state=current.state, user_id=actor.user_id
    )
    tell_enterprise(locked(current.pk), kind, event=event)


# -- the day


@dataclass(frozen=True, slots=True)
class Sealed:
    """What the page of the day needs. ``token`` is ``None`` when the key that made it is gone: only its paper holds it."""

    address: str
    token: str | None
    seal: str
    entry: IntakeEntry | None
    closed_at: datetime | None

    @property
    def position(self) -> int | None:
        return self.entry.sequence if self.entry is not None else None


def sealed_of(application: Application) -> Sealed | None:
    """The ticket of a sealed application, with its place if it was received; ``None`` when it was never sealed."""
    log = log_of(application.opening)
    ticket = ticket_of(log, subject_of(application)) if log is not None else None
    if ticket is None:
        return None
    entry = getattr(ticket, "entry", None)
    return Sealed(ticket.log.code, token_of(ticket), bytes(ticket.seal).hex(), entry, ticket.log.closed_at)


def received_among(applications: Collection[Application]) -> dict[int, int]:
    """Which of some sealed applications were received already, with their places, by id. One query."""
    subjects = {subject_of(one): one.pk for one in applications}
    if not subjects:
        return {}
    logs = IntakeLog.objects.filter(opening__in={one.opening_id for one in applications}, rehearsal=False)
    entries = IntakeEntry.objects.filter(
        ticket__log__in=logs, ticket__subject__in=subjects, ticket__voided_at=None
    ).order_by()  # fmt: skip
    return {subjects[subject]: place for subject, place in entries.values_list("ticket__subject", "sequence")}


def sealed_counts(openings: Collection[Opening]) -> dict[int, int]:
    """How many applications of some openings were sealed, by opening. One query."""
    rows = Application.objects.filter(opening__in=openings, sealed_at__isnull=False).values("opening")
    return {row["opening"]: row["count"] for row in rows.annotate(count=Count("pk")).order_by()}
