"""The days of the procedure, reckoned by ``law`` with the values of the call or, where it sets none, of the law."""

from dataclasses import dataclass
from datetime import date, timedelta

from levante.applications.models import Application, IntegrationRequest, RejectionNotice
from levante.kernel.api import day_of
from levante.kernel.pure import Step, step
from levante.law import parameters
from levante.law.terms import end_of_term

INTERRUPTS, SUSPENDS = "interrupts", "suspends"


def term_from(start: date, days: int) -> tuple[date, list[Step]]:
    """The last day of a term for a private party: calendar days, the last one moved on when it is a holiday."""
    term = end_of_term(start, days, kind="calendar", roll=True)
    return term.due, list(term.steps)


def notice_term(start: date) -> tuple[date, list[Step]]:
    """The last day for observations to a pre-rejection notice."""
    rule = parameters.value("procedure.notice.days", on=start)
    due, steps = term_from(start, int(rule.value))
    lead = step(
        f"L’impresa ha {rule.value} giorni per presentare osservazioni",
        f"The enterprise has {rule.value} days for its observations",
        rule.reference,
        rule.value,
    )
    return due, [lead, *steps]


@dataclass(frozen=True, slots=True)
class FromReceipt:
    """Whether a term runs from the receipt of the letter that gives it, with its norm; its days, where the law sets them."""

    from_receipt: bool
    step: Step
    days: int


def runs_from_receipt(what: str, on: date) -> FromReceipt:
    """From when the days of a ``notice`` or of an ``integration`` request run. Without a proof of receipt (no certified mail) the
    day of sending is used, and the term is reckoned when the letter is written."""
    rule = parameters.value(f"procedure.{what}.runs_from", on=on)
    received = rule.value == "receipt"
    said = (
        ("I giorni si contano dal ricevimento", "The days run from receipt")
        if received
        else ("I giorni si contano dall’invio", "The days run from sending")
    )
    days = int(parameters.value("procedure.notice.days", on=on).value) if what == "notice" else 0
    return FromReceipt(received, step(*said, rule.reference, rule.value), days)


def examination_term(application: Application) -> tuple[date, list[Step]] | None:
    """The day by which the office must conclude, with the suspensions so far; ``None`` for a draft.

    The term is the call's, else that of art. 2(2) L. 241/1990; where a list is made it runs from the closing of the window.
    An integration request suspends it once; the pre-rejection notice suspends it too (until 16 July 2020 it made it begin
    anew: the law of the day of the notice says which).
    """
    if application.submitted_at is None:
        return None
    call = application.opening.call
    closes = application.opening.closes_at
    start = day_of(
        max(application.submitted_at, closes) if call.rule.needs_closing and closes else application.submitted_at
    )
    own = call.terms.get("examination_days")
    rule = parameters.value("procedure.term.days", on=start)
    days = int(own or rule.value)
    lead = step(
        f"Il procedimento si conclude in {days} giorni",
        f"The procedure ends in {days} days",
        call.terms.get("reference", "") if own else rule.reference,
        days,
    )
    notice = application.notice
    anew = _begins_anew(notice) if notice is not None else None
    if anew is not None:
        assert notice is not None
        norm = parameters.value("procedure.notice.effect", on=day_of(notice.given_at)).reference
        lead = step(
            f"Il preavviso di rigetto interrompe il termine: {days} giorni ricominciano dal {anew:%d/%m/%Y}",
            f"The pre-rejection notice interrupts the term: {days} days begin again on {anew.isoformat()}",
            norm,
            anew.isoformat(),
        )
    since = anew or start
    pauses = [(first, last) for first, last in suspensions_of(application) if last > since]
    term = end_of_term(since, days, kind="calendar", suspensions=pauses)
    return term.due, [lead, *term.steps]


def suspensions_of(application: Application) -> list[tuple[date, date]]:
    """The days on which the procedure's term does not run, both ends included."""
    periods = [_of_request(request) for request in application.integrations.all() if request.suspends]
    periods += notice_pauses(application)
    return [(first, last) for first, last in periods if last >= first]


def notice_pauses(application: Application) -> list[tuple[date, date]]:
    """The days that the pre-rejection notices stopped: those of the rounds before, then the last."""
    notice = application.notice
    if notice is None:
        return []
    before = [(date.fromisoformat(first), date.fromisoformat(last)) for first, last in notice.pauses]
    return [*before, _of_notice(notice)] if _effect(notice) == SUSPENDS else before


def is_suspended(application: Application, *, on: date) -> bool:
    """Does the procedure's term stand still from a day on: is the next one of those that do not count?"""
    return any(first <= on + timedelta(days=1) <= last for first, last in suspensions_of(application))


def _of_request(request: IntegrationRequest) -> tuple[date, date]:
    """From the day after the request to the answer, and never more than the days of art. 2(7) L. 241/1990."""
    asked = day_of(request.requested_at)
    most = int(parameters.value("procedure.suspension.most_days", on=asked).value)
    last = day_of(request.answered_at) if request.answered_at else request.due_on
    return asked + timedelta(days=1), min(last, asked + timedelta(days=most))


def _of_notice(notice: RejectionNotice) -> tuple[date, date]:
    """From the day after the notice to so many days after the observations or, without them, to the end of their term."""
    given = day_of(notice.given_at)
    if notice.observed_at is None:
        return given + timedelta(days=1), notice.due_on
    after = int(parameters.value("procedure.notice.suspension.days_after", on=given).value)
    return given + timedelta(days=1), day_of(notice.observed_at) + timedelta(days=after)


def _begins_anew(notice: RejectionNotice) -> date | None:
    if _effect(notice) != INTERRUPTS:
        return None
    return day_of(notice.observed_at) if notice.observed_at else notice.due_on


def _effect(notice: RejectionNotice) -> str:
    return str(parameters.value("procedure.notice.effect", on=day_of(notice.given_at)).value)
