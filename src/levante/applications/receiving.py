"""The closing of a click day: what was sealed gets number, instant and order from the log, in its order, or lapses.

A batch is one transaction of a dozen statements, whatever it holds; a job killed in the middle of one finds it undone, and
goes on after the last that was received.
"""

from collections.abc import Sequence
from datetime import date

from django.db import connection
from django.db.models import Max

from levante.applications.click_day_case import commit_case, lines_of
from levante.applications.later import promised_of
from levante.applications.models import Application, ApplicationEvent, LaterDocument, StampMark
from levante.applications.reading import form_of_application
from levante.applications.requirements import NO, has_limits, hold_call, limits_of_sent
from levante.applications.stamp import asked_by
from levante.applications.states import LAPSED, SEALED, SUBMITTED, UNSENT
from levante.applications.workflow import APPLICATIONS
from levante.calls.api import FormVersion, Opening, form_of
from levante.intake.api import IntakeLog, Received, public_number, received_after
from levante.kernel.api import (
    Actor,
    audit_each,
    day_of,
    defer_each,
    note,
    note_object,
    now,
    refuse,
    require,
    service,
    unchanged,
)

#: How many of a log are received, or lapse, in a transaction.
STEP = 1000

_RECEIVE = """
UPDATE applications_application AS sealed
   SET state = %(state)s, number = received.number, sequence = received.sequence, submitted_at = received.at,
       submitted_by_id = sealed.sealed_by_id
  FROM unnest(%(ids)s::bigint[], %(numbers)s::text[], %(sequences)s::bigint[], %(instants)s::timestamptz[])
       AS received (id, number, sequence, at)
 WHERE sealed.id = received.id AND sealed.id = ANY(%(ids)s::bigint[])  -- never a scan of the table for a batch
"""


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
    ids = [_application_of(entry.subject) for entry in entries]
    sealed = Application.objects.select_for_update().filter(pk__in=ids, opening=current.opening, state=SEALED)
    found = {row.pk: row for row in sealed.only("state", "form").order_by("pk")}
    if not found:
        return unchanged(entries[-1].sequence)
    received = [(entry, found[pk]) for entry, pk in zip(entries, ids, strict=True) if pk in found]
    for _, application in received:
        require(APPLICATIONS.may("receive", actor, application, state=application.state))
    _receive(current, received)
    over = _judge_limits(actor, current.opening, [application.pk for _, application in received])
    note_object(current)
    note(log=current.name, received=len(received), over_limit=over, until=entries[-1].sequence)
    return entries[-1].sequence


def _application_of(subject: str) -> int:
    kind, _, number = subject.partition(":")
    return int(number) if kind == "application" and number.isdigit() else 0


def _receive(log: IntakeLog, received: Sequence[tuple[Received, Application]]) -> None:
    """All of a batch: the numbers, the documents that are promised, who is to be told."""
    from levante.applications.jobs import tell_sent

    with connection.cursor() as cursor:
        cursor.execute(
            _RECEIVE,
            {
                "state": SUBMITTED,
                "ids": [application.pk for _, application in received],
                "numbers": [public_number(log, entry) for entry, _ in received],
                "sequences": [entry.sequence for entry, _ in received],
                "instants": [entry.received_at for entry, _ in received],
            },
        )
    _await_promised(
        {application.form_id for _, application in received},
        {application.pk: day_of(entry.received_at) for entry, application in received},
    )
    defer_each(tell_sent, "application_id", [application.pk for _, application in received])


def _judge_limits(actor: Actor, opening: Opening, ids: Sequence[int]) -> int:
    """Who is beyond a limit of the call, in the order of the log: how many. What a firm alone may know was judged at the
    sealing; what others sealed nobody knew. Where the call sets no limits nothing is read."""
    if not has_limits(opening):
        return 0
    hold_call(opening)
    rows = Application.objects.filter(pk__in=ids).select_related("opening__call", "form", "enterprise")
    beyond = 0
    for one in rows.order_by("sequence"):
        firm, item = next(((firm, item) for firm, item in limits_of_sent(one) if item.outcome == NO), (None, None))
        if firm is None or item is None:
            continue
        one.over_limit = item.code.removeprefix("limit-")
        one.save(update_fields=["over_limit"])
        ApplicationEvent.objects.create(
            application=one, at=now(), kind="over_limit", from_state=one.state, to_state=one.state, user_id=actor.user_id,
            text_it=f"Non conta. {firm.name}: «{item.text.it}», {item.reason.it}.",
            text_en=f"It does not count. {firm.name}: “{item.text.en}”, {item.reason.en}.",
        )  # fmt: skip
        beyond += 1
    return beyond


def _await_promised(forms: set[int], days: dict[int, date]) -> None:
    """The documents promised by some applications, from the day of each. Nobody's answers are read where no form lets one
    promise any."""
    versions = FormVersion.objects.filter(pk__in=forms).order_by("pk")
    promising = [form for form in versions if any(item.deferrable is not None for _, item in form_of(form).fields())]
    if not promising:
        return
    rows = Application.objects.filter(pk__in=days, form__in=promising).select_related("form").only("answers", "form")
    awaited = [
        row
        for one in rows.order_by("sequence")
        for row in promised_of(one, form_of_application(one), one.answers, on=days[one.pk])
    ]
    LaterDocument.objects.bulk_create(awaited)


@service("applications.lapse_unsent")
def lapse_unsent(*, actor: Actor, log: IntakeLog) -> int:
    """Those that were sealed and never sent, once all that was sent was received: at most ``STEP`` of them; how many."""
    current = IntakeLog.objects.select_for_update(of=("self",)).select_related("opening__call").get(pk=log.pk)
    if current.closed_at is None:
        refuse("Il registro della finestra non è chiuso.", "The log of the opening is not closed.")
    rows = Application.objects.select_for_update().filter(opening=current.opening, state=SEALED)
    lapsed = list(rows.only("state").order_by("pk")[:STEP])
    if not lapsed:
        return unchanged(0)
    for application in lapsed:
        require(APPLICATIONS.may("lapse", actor, application, state=application.state))
    _lapse(actor, current, lapsed)
    note_object(current)
    note(log=current.name, lapsed=len(lapsed))
    return len(lapsed)


def _lapse(actor: Actor, log: IntakeLog, lapsed: Sequence[Application]) -> None:
    """All of a batch: the state, the marks that are free again, the line of each in its timeline and in the audit, who is told."""
    from levante.applications.jobs import tell_lapsed

    ids, instant = [application.pk for application in lapsed], now()
    Application.objects.filter(pk__in=ids).update(state=LAPSED)
    assert log.opening is not None
    if asked_by(log.opening.call) is not None:
        StampMark.objects.filter(application__in=ids).update(used_at=None)
    ApplicationEvent.objects.bulk_create(
        [
            ApplicationEvent(
                application_id=pk, at=instant, kind="lapse", from_state=SEALED, to_state=LAPSED, user_id=actor.user_id
            )
            for pk in ids
        ]
    )
    audit_each("applications.lapse_unsent", actor=actor, subjects=lapsed, log=log.name)
    defer_each(tell_lapsed, "application_id", ids)


def finish_click_day(*, actor: Actor, log: IntakeLog) -> int:
    """All that follows the closing of a log, a step after the other; how many were received or lapsed now.

    Each step is a transaction: killed in the middle, the next run goes on after the last that was received.
    """
    done = Application.objects.filter(opening=log.opening, sealed_at__isnull=False).exclude(state__in=UNSENT)
    before, after = done.count(), done.aggregate(last=Max("sequence"))["last"] or 0
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
