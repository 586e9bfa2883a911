"""The days of the procedure, reckoned by ``law`` with the values of the call or, where it sets none, of the law."""

from dataclasses import dataclass
from datetime import date, timedelta

from levante.applications.models import Application, RejectionNotice
from levante.kernel.api import day_of
from levante.kernel.pure import Step, step
from levante.law import parameters
from levante.law.terms import end_of_term


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


def notice_suspension(notice: RejectionNotice) -> tuple[date, date] | None:
    """The days on which the procedure's term does not run for a pre-rejection notice: until some days after the observations
    or, without any, until the end of the days given for them (art. 10-bis L. 241/1990, since D.L. 76/2020)."""
    first = day_of(notice.given_at) + timedelta(days=1)
    try:
        more = int(parameters.value("procedure.notice.suspension.days_after", on=day_of(notice.given_at)).value)
    except parameters.Missing:
        return None
    last = day_of(notice.observed_at) + timedelta(days=more) if notice.observed_at else notice.due_on
    return (first, last) if last >= first else None


def examination_term(application: Application) -> tuple[date, list[Step]] | None:
    """The day by which the office must conclude, with the suspensions so far; ``None`` for a draft.

    The term is the call's, else that of art. 2(2) L. 241/1990; in a ranking it runs from the closing of the window.
    """
    from levante.applications.appraisal import suspensions_of

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
    term = end_of_term(start, days, kind="calendar", suspensions=suspensions_of(application))
    return term.due, [lead, *term.steps]
