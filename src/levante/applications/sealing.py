"""Sealing: what is frozen before a click day, sent by its token, and received when the day is closed.

The seal is a ticket of ``intake``: the lane knows nothing else of an application, and gives it its place. At the closing
applications get number, instant and order from the log, in its order, by a job that may be killed and goes on.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from levante.applications import policies
from levante.applications.click_day_case import commit_case, lines_of
from levante.applications.drafts import locked
from levante.applications.later import await_promised
from levante.applications.models import Application, ApplicationEvent
from levante.applications.reading import form_of_application
from levante.applications.stamp import free_stamp, use_stamp
from levante.applications.states import DRAFT, LAPSED, SEALED, SUBMITTED, UNSENT
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
    public_number,
    received_after,
    ticket_of,
    token_of,
    void_within,
)
from levante.kernel.api import Actor, day_of, note, note_object, now, refuse, require, service, unchanged

#: How many of a log are received in a transaction.
STEP = 200
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
    _tell(current, "seal", DRAFT, actor)
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
    _tell(current, "unseal", SEALED, actor)
    note(log=log.name)
    return current


def _tell(current: Application, kind: str, before: str, actor: Actor) -> None:
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


def received_among(applications: Collection[Application]) -> set[int]:
    """Which of some sealed applications were received already, by id. One query."""
    subjects = {subject_of(one): one.pk for one in applications}
    if not subjects:
        return set()
    logs = IntakeLog.objects.filter(opening__in={one.opening_id for one in applications}, rehearsal=False)
    entries = IntakeEntry.objects.filter(
        ticket__log__in=logs, ticket__subject__in=subjects, ticket__voided_at=None
    ).order_by()  # fmt: skip
    return {subjects[subject] for subject in entries.values_list("ticket__subject", flat=True)}


def sealed_counts(openings: Collection[Opening]) -> dict[int, int]:
    """How many applications of some openings were sealed, by opening. One query."""
    rows = Application.objects.filter(opening__in=openings, sealed_at__isnull=False).values("opening")
    return {row["opening"]: row["count"] for row in rows.annotate(count=Count("pk")).order_by()}


# -- the closing


@service("applications.receive_sealed")
def receive_sealed(*, actor: Actor, log: IntakeLog, after: int = 0) -> int | None:
    """Give the applications of a closed log their numbers, from a place on: at most ``STEP`` of them.

    The last place looked at, or ``None`` when there are no more. Those received already are left as they are.
    """
    current = IntakeLog.objects.select_for_update(of=("self",)).select_related("opening__call").get(pk=log.pk)
    if current.closed_at is None or current.opening is None:
        refuse("Il registro della finestra non è chiuso.", "The log of the opening is not closed.")
    entries = received_after(current, after, STEP)
    if not entries:
        return unchanged(None)
    ids = {entry.pk: _application_of(entry.ticket.subject) for entry in entries}
    waiting = Application.objects.select_for_update(of=("self",)).select_related("opening__call__office", "form")
    found = {row.pk: row for row in waiting.filter(pk__in=ids.values(), opening=current.opening, state=SEALED)}
    if not found:
        return unchanged(entries[-1].sequence)
    for entry in entries:
        application = found.get(ids[entry.pk])
        if application is not None:
            require(APPLICATIONS.may("receive", actor, application, state=application.state))
            _receive(current, entry, application)
    note_object(current)
    note(log=current.name, received=len(found), until=entries[-1].sequence)
    return entries[-1].sequence


def _application_of(subject: str) -> int:
    kind, _, number = subject.partition(":")
    return int(number) if kind == "application" and number.isdigit() else 0


def _receive(log: IntakeLog, entry: IntakeEntry, application: Application) -> None:
    application.state, application.number = SUBMITTED, public_number(log, entry)
    application.sequence, application.submitted_at = entry.sequence, entry.received_at
    application.submitted_by_id = application.sealed_by_id
    application.save(update_fields=["state", "number", "sequence", "submitted_at", "submitted_by"])
    assert application.frozen is not None
    answers = application.frozen["answers"]
    await_promised(application, form_of_application(application), answers, on=day_of(entry.received_at))
    from levante.applications.jobs import tell_sent

    tell_sent.defer(application_id=application.pk)


@service("applications.lapse_unsent")
def lapse_unsent(*, actor: Actor, log: IntakeLog) -> int:
    """Those that were sealed and never sent, once all that was sent was received: at most ``STEP`` of them; how many."""
    current = IntakeLog.objects.select_for_update(of=("self",)).select_related("opening").get(pk=log.pk)
    if current.closed_at is None:
        refuse("Il registro della finestra non è chiuso.", "The log of the opening is not closed.")
    rows = Application.objects.select_for_update(of=("self",)).select_related("opening__call__office")
    lapsed = list(rows.filter(opening=current.opening, state=SEALED).order_by("pk")[:STEP])
    if not lapsed:
        return unchanged(0)
    note_object(current)
    for application in lapsed:
        require(APPLICATIONS.may("lapse", actor, application, state=application.state))
        free_stamp(application)
        application.state = LAPSED
        application.save(update_fields=["state"])
        _tell(application, "lapse", SEALED, actor)
    note(log=current.name, lapsed=len(lapsed))
    return len(lapsed)


def finish_click_day(*, actor: Actor, log: IntakeLog) -> int:
    """All that follows the closing of a log, a step after the other; how many were received or lapsed now.

    Each step is a transaction: killed in the middle, the next run goes on where it was.
    """
    done = Application.objects.filter(opening=log.opening, sealed_at__isnull=False).exclude(state__in=UNSENT)
    before, after = done.count(), 0
    while (reached := receive_sealed(actor=actor, log=log, after=after)) is not None:
        after = reached
    lapsed = 0
    while (some := lapse_unsent(actor=actor, log=log)) > 0:
        lapsed += some
    if log.opening is not None:
        for line in lines_of(log):
            commit_case(actor=actor, log=log, line=line)
    return done.count() - before + lapsed


def unfinished_days() -> list[IntakeLog]:
    """The closed logs whose applications are not all received or lapsed."""
    left = Opening.objects.filter(applications__state=SEALED)
    logs = IntakeLog.objects.select_related("opening__call").filter(rehearsal=False, closed_at__isnull=False)
    return list(logs.filter(opening__in=left.values("pk")).order_by("pk"))
