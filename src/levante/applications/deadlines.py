"""Keeping the rows of the terms in step with the files, and reminding who must respect them: before, on the day, after.

The day of a term is reckoned in ``terms``, from the file as it stands: here it is written down, so that a calendar can be
asked and nobody is reminded twice. A row that is missing (an application that just came in) is made by the sweep.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from levante.applications import states
from levante.applications.models import (
    Application,
    Deadline,
    IntegrationRequest,
    PlaceOffer,
    RejectionNotice,
    Reminder,
)
from levante.applications.models_deadline import (
    ACCEPTANCE,
    ENDED,
    EXAMINATION,
    INTEGRATION,
    MET,
    MISSED,
    NOTICE,
    RUNNING,
    SUSPENDED,
)
from levante.applications.terms import examination_term, is_suspended
from levante.kernel.api import Actor, day_of, note, now, service, today
from levante.kernel.pure import Bilingual, Step, steps_as_json
from levante.messages.api import notify
from levante.parties.api import people_acting_for

#: Days before a term at which who must respect it is reminded.
BEFORE = 5
#: Files looked at in one go by the sweep and by the nightly refresh.
BLOCK = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """A row as it should be."""

    kind: str
    ref: int
    state: str
    since: date
    due_on: date
    ended_on: date | None
    steps: list[object]


def keep_deadlines(application: Application) -> None:
    """Write the terms of a file as they stand now. ``application`` carries the new state, saved or not."""
    fresh = _readable(Application.objects.filter(pk=application.pk)).get()
    for name in ("state", "decided_at", "returned_at"):
        setattr(fresh, name, getattr(application, name))
    _write(fresh, list(Deadline.objects.filter(application=fresh)))


def _readable(rows: "QuerySet[Application]") -> "QuerySet[Application]":
    """With what the terms need, and nothing of what was answered."""
    return (
        rows.select_related("opening__call", "notice")
        .only(
            "state", "submitted_at", "decided_at", "returned_at", "opening__closes_at", "opening__call__procedure",
            "opening__call__terms", "notice__application", "notice__given_at", "notice__due_on", "notice__observed_at",
            "notice__steps", "notice__pauses",
        )
        .prefetch_related("integrations", "place_offers")
    )  # fmt: skip


def _write(application: Application, stored: list[Deadline]) -> int:
    """Make the rows what they should be; returns how many were written."""
    there = {(row.kind, row.ref): row for row in stored}
    written = 0
    for want in _wanted(application):
        row = there.get((want.kind, want.ref))
        values = {
            "state": want.state, "since": want.since, "due_on": want.due_on, "ended_on": want.ended_on,
            "steps": want.steps,
        }  # fmt: skip
        if row is None:
            Deadline.objects.update_or_create(application=application, kind=want.kind, ref=want.ref, defaults=values)
        elif any(getattr(row, name) != value for name, value in values.items()):
            Deadline.objects.filter(pk=row.pk).update(**values)
        else:
            continue
        written += 1
    return written


def _wanted(application: Application) -> Iterator[Wanted]:
    if application.submitted_at is None:
        return
    term = examination_term(application)
    assert term is not None
    due, steps = term
    state, ended = _examination(application, due)
    yield Wanted(EXAMINATION, 0, state, day_of(application.submitted_at), due, ended, _lines(steps))
    for request in application.integrations.all():
        yield _integration(application, request)
    if application.notice is not None:
        yield _notice(application, application.notice)
    for offer in application.place_offers.all():
        yield _acceptance(offer)


def _lines(steps: Iterable[Step]) -> list[object]:
    return list(steps_as_json(steps))


def _examination(application: Application, due: date) -> tuple[str, date | None]:
    if application.state in states.OPEN:
        return (SUSPENDED if is_suspended(application, on=today()) else RUNNING), None
    if application.decided_at is not None:
        ended = day_of(application.decided_at)
        return (MET if ended <= due else MISSED), ended
    return ENDED, today()


def _integration(application: Application, request: IntegrationRequest) -> Wanted:
    state, ended = RUNNING, None
    if request.answered_at is not None:
        state, ended = MET, day_of(request.answered_at)
    elif request.state == IntegrationRequest.EXPIRED:
        state, ended = MISSED, request.due_on
    elif application.state not in states.OPEN:
        state, ended = ENDED, today()
    asked = day_of(request.requested_at)
    return Wanted(INTEGRATION, request.pk, state, asked, request.due_on, ended, request.steps)


def _acceptance(offer: PlaceOffer) -> Wanted:
    """The days to accept a part of what was asked."""
    since = day_of(offer.offered_at)
    if offer.answered_at is None:
        return Wanted(ACCEPTANCE, offer.pk, RUNNING, since, offer.due_on, None, offer.steps)
    state = {PlaceOffer.LAPSED: MISSED, PlaceOffer.SUPERSEDED: ENDED}.get(offer.state, MET)
    return Wanted(ACCEPTANCE, offer.pk, state, since, offer.due_on, day_of(offer.answered_at), offer.steps)


def _notice(application: Application, notice: RejectionNotice) -> Wanted:
    state, ended = RUNNING, None
    if notice.observed_at is not None:
        state, ended = MET, day_of(notice.observed_at)
    elif application.state != states.NOTICE:
        state, ended = (MISSED, notice.due_on) if notice.due_on < today() else (ENDED, today())
    round_ = notice.pk if notice.pauses else 0  # of those after the first
    return Wanted(NOTICE, round_, state, day_of(notice.given_at), notice.due_on, ended, notice.steps)


# -- what happens by itself


def sweep_deadlines(*, most: int = 20_000) -> int:
    """Make the rows of the files that have none, and end those of files that are over. Returns how many were written."""
    has = Deadline.objects.filter(application=OuterRef("pk"), kind=EXAMINATION)
    missing = Application.objects.filter(~Exists(has), state__in=sorted(states.OPEN)).order_by("submitted_at", "pk")
    stale = (
        Application.objects.filter(Exists(Deadline.objects.filter(application=OuterRef("pk"), ended_on__isnull=True)))
        .exclude(state__in=sorted(states.OPEN))
        .order_by("pk")
    )
    written = 0
    for rows in (missing, stale):
        ids = list(rows.values_list("pk", flat=True)[:most])
        for start in range(0, len(ids), BLOCK):
            written += _keep_block(ids[start : start + BLOCK])
    return written


def refresh_deadlines() -> int:
    """Every night: suspensions end by the mere passing of days, and windows may have been moved. Returns how many changed."""
    changed, after = 0, 0
    while True:
        rows = Deadline.objects.filter(ended_on__isnull=True, kind=EXAMINATION, pk__gt=after).order_by("pk")
        block = list(rows.values_list("pk", "application_id")[:BLOCK])
        if not block:
            return changed
        changed += _keep_block([application for _, application in block])
        after = block[-1][0]


def _keep_block(ids: list[int]) -> int:
    """The rows of some files. A file that somebody is working on is left to its own step."""
    with transaction.atomic():
        free = Application.objects.select_for_update(of=("self",), no_key=True, skip_locked=True).filter(pk__in=ids)
        locked = list(free.order_by("pk").values_list("pk", flat=True))
        stored: dict[int, list[Deadline]] = {}
        for row in Deadline.objects.filter(application__in=locked):
            stored.setdefault(row.application_id, []).append(row)
        found = _readable(Application.objects.filter(pk__in=locked)).order_by("pk")
        return sum(_write(application, stored.get(application.pk, [])) for application in found)


# -- reminding


@dataclass(frozen=True, slots=True)
class Told:
    """A term to remind somebody of."""

    deadline: Deadline
    moment: str
    user_id: int
    enterprise: bool


def moment_of(due_on: date, on: date) -> str | None:
    """Which reminder a day asks for: ``None`` while the term is far."""
    if on > due_on:
        return "after"
    if on == due_on:
        return "on"
    return "before" if on >= due_on - timedelta(days=BEFORE) else None


def remind_of_deadlines(*, actor: Actor, on: date | None = None) -> int:
    """Remind everybody of the terms that are near, of today, or past; each person of each day once. Returns how many
    people were told. Run again it tells nobody twice, and after some days in which it did not run it tells what is due."""
    day = on or today()
    people = 0
    for _, group in groupby(sorted(_to_tell(day), key=_by_person), key=_by_person):
        people += bool(remind_person(actor=actor, told=list(group), on=day))
    return people


def _by_person(told: Told) -> tuple[int, int]:
    """The office's terms of a person are told together; those of an enterprise, file by file."""
    return told.user_id, told.deadline.application_id if told.enterprise else 0


def _to_tell(day: date) -> Iterator[Told]:
    from levante.applications.charge import in_charge_of

    rows = (
        Deadline.objects.running()
        .filter(due_on__lte=day + timedelta(days=BEFORE))
        .select_related("application__opening__call")
        .only(
            "kind", "due_on", "application__number", "application__state", "application__case_officer_id",
            "application__enterprise_id", "application__opening__call__office_id",
        )
    )  # fmt: skip
    done = set(
        Reminder.objects.filter(deadline__state=RUNNING).values_list("deadline_id", "moment", "due_on", "user_id")
    )
    answerable, acting = in_charge_of(day), {}
    for row in rows.order_by("due_on", "pk"):
        moment, firm = moment_of(row.due_on, day), row.application.enterprise_id
        theirs = row.is_of_the_enterprise and moment != "after"
        if theirs and firm not in acting:
            acting[firm] = people_acting_for(firm, day)
        for user_id in acting[firm] if theirs else answerable(row.application):
            if moment is not None and (row.pk, moment, row.due_on, user_id) not in done:
                yield Told(row, moment, user_id, theirs)


@service("applications.remind_person")
def remind_person(*, actor: Actor, told: list[Told], on: date) -> int:
    """Tell one person of some terms, in one notice. Of the same terms at the same moments nobody is told again."""
    Reminder.objects.bulk_create(
        [
            Reminder(
                deadline=one.deadline, moment=one.moment, due_on=one.deadline.due_on, user_id=one.user_id, at=now()
            )
            for one in told
        ],
        ignore_conflicts=True,
    )
    first = told[0]
    title, body = _words(told)
    path = f"/impresa/domande/{first.deadline.application_id}/" if first.enterprise else "/ufficio/scadenze/"
    which = ",".join(sorted(f"{one.deadline.pk}{one.moment}{one.deadline.due_on}" for one in told))
    subject = f"{on.isoformat()}:{hashlib.sha256(which.encode()).hexdigest()[:20]}"
    notify(
        actor=actor,
        users=[first.user_id],
        kind="application-deadline",
        title=title,
        body=body,
        path=path,
        enterprise_id=first.deadline.application.enterprise_id if first.enterprise else None,
        subject_type="applications.Deadline",
        subject_id=subject,
    )
    note(deadlines=[one.deadline.pk for one in told][:100], person=first.user_id)
    return len(told)


#: As many files as a notice names; the page lists them all.
NAMED = 15

_KINDS = {
    EXAMINATION: Bilingual("conclusione del procedimento", "end of the procedure"),
    INTEGRATION: Bilingual("risposta alla richiesta di integrazione", "answer to the integration request"),
    NOTICE: Bilingual("osservazioni al preavviso di rigetto", "observations to the pre-rejection notice"),
    ACCEPTANCE: Bilingual("accettazione di un finanziamento parziale", "acceptance of partial funding"),
}


def kind_label(kind: str) -> Bilingual:
    """A kind of term in words."""
    return _KINDS[kind]


def _words(told: list[Told]) -> tuple[Bilingual, Bilingual]:
    late = sum(1 for one in told if one.moment == "after")
    soon = len(told) - late
    lines_it, lines_en = [], []
    for one in sorted(told, key=lambda one: (one.deadline.due_on, one.deadline.pk))[:NAMED]:
        kind, number, due = kind_label(one.deadline.kind), one.deadline.application.number, one.deadline.due_on
        lines_it.append(f"{number}: {kind.it}, {due:%d/%m/%Y}")
        lines_en.append(f"{number}: {kind.en}, {due.isoformat()}")
    if len(told) > NAMED:
        lines_it.append(f"e altre {len(told) - NAMED}")
        lines_en.append(f"and {len(told) - NAMED} more")
    if told[0].enterprise:
        number, due = told[0].deadline.application.number, min(one.deadline.due_on for one in told)
        title = Bilingual(
            f"Domanda {number}: scade il {due:%d/%m/%Y}", f"Application {number}: the term ends on {due.isoformat()}"
        )
    else:
        parts_it = [f"{soon} in scadenza"] * (soon > 0) + [f"{late} scadute"] * (late > 0)
        parts_en = [f"{soon} about to end"] * (soon > 0) + [f"{late} past"] * (late > 0)
        title = Bilingual(f"Termini delle pratiche: {', '.join(parts_it)}", f"Terms of files: {', '.join(parts_en)}")
    return title, Bilingual("; ".join(lines_it) + ".", "; ".join(lines_en) + ".")
