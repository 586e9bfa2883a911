"""The results reached: told with the last claim and again some months after the project, asked with a term, checked by an officer.

What is expected is data of the call; what was promised comes from the application as it was sent. In a group the results are of the
project: its lead tells them, once.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from levante.applications.api import read_application
from levante.calls.api import months_of
from levante.claims import result_states as states
from levante.claims import states as claim_states
from levante.claims.carrying import may_write_for
from levante.claims.in_force import days_in_force
from levante.claims.models import Claim
from levante.claims.models_result import ResultReport, ResultValue
from levante.claims.result_workflow import RESULTS, locked_results, missing_results, results_step
from levante.grants.api import Award
from levante.kernel.api import Actor, Missing, note, note_object, now, refuse, require, service, today, unchanged
from levante.kernel.pure import Bilingual, money_text, step, steps_as_json
from levante.register.api import append_entry

LOG, TOLD_KIND = "applications", "result.told"
LONGEST = 4000
#: As large as a figure may be: more is a slip of the pen.
LARGEST = Decimal("999999999999999.99")


# -- what is expected


def expected_results(award: Award) -> list[dict[str, Any]]:
    """The results that the call of an award wants told, as data of the call; none of a firm that followed another's application."""
    application = award.application
    if award.enterprise_id != application.enterprise_id:
        return []
    return list(application.opening.call.results or [])


def wants_results(claim: Claim) -> bool:
    """Are results told with this claim?"""
    return claim.mode in claim_states.LAST_MODES and any(0 in months_of(one) for one in expected_results(claim.award))


def _make(claim: Claim, months: int, *, state: str, opens_on: date | None = None, steps: Any = ()) -> ResultReport:
    """The report of one moment, with what is promised of each of its results."""
    award = claim.award
    report = ResultReport.objects.create(
        claim=claim, months=months, state=state, opens_on=opens_on, steps=list(steps)
    )  # fmt: skip
    answers = read_application(award.application).answers
    wanted = [one for one in expected_results(award) if months in months_of(one)]
    ResultValue.objects.bulk_create(_value(report, place, one, answers) for place, one in enumerate(wanted))
    return report


def _value(report: ResultReport | None, place: int, one: Mapping[str, Any], answers: Mapping[str, Any]) -> ResultValue:
    promised = answers.get(one.get("target") or "")
    number = _number(promised) if one["kind"] != "text" else None
    text = "" if promised in (None, "", []) or number is not None else str(promised)[:LONGEST]
    definition = {name: one[name] for name in ("it", "en", "unit", "kind") if one.get(name)}
    return ResultValue(
        report=report, code=one["code"], position=place, definition=definition, promised=number, promised_text=text
    )  # fmt: skip


def _number(told: Any) -> Decimal | None:
    if told in (None, "", []):
        return None
    try:
        found = Decimal(str(told)).quantize(Decimal("0.01"))
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found) <= LARGEST else None


def results_with(claim: Claim) -> ResultReport | None:
    """What is told with a claim, as far as it was written."""
    return ResultReport.objects.filter(claim=claim, months=0).exclude(state=states.DROPPED).first()


def results_missing(claim: Claim) -> list[Missing]:
    """The results that a draft has still to tell."""
    if not wants_results(claim):
        return []
    report = results_with(claim)
    if report is not None:
        return [Missing(_words("il risultato:", "the result:", one.text), "results") for one in missing_results(report)]
    wanted = [one for one in expected_results(claim.award) if 0 in months_of(one)]
    return [
        Missing(_words("il risultato:", "the result:", Bilingual(one["it"], one["en"])), "results") for one in wanted
    ]


def _words(it: str, en: str, text: Bilingual) -> Bilingual:
    return Bilingual(f"{it} {text.it}", f"{en} {text.en}")


def values_with(claim: Claim) -> list[ResultValue]:
    """The results told with a claim, written or still to be (not in the database yet); none where none are told with it."""
    report = results_with(claim)
    if report is not None:
        return list(report.values.select_related("report"))
    if claim.state != claim_states.DRAFT or not wants_results(claim):
        return []
    answers = read_application(claim.award.application).answers
    wanted = [one for one in expected_results(claim.award) if 0 in months_of(one)]
    return [_value(None, place, one, answers) for place, one in enumerate(wanted)]


# -- the enterprise tells


@service("claims.begin_results")
def begin_results(*, actor: Actor, claim: Claim) -> ResultReport:
    """The report that goes with a draft claim; the one that is there is given back."""
    held = Claim.objects.select_for_update(of=("self",)).select_related(
        "award__application__opening__call", "award__application__form", "award__enterprise"
    ).get(pk=claim.pk)  # fmt: skip
    require(may_write_for(actor, held.award))
    known = results_with(held)
    if known is not None:
        return unchanged(known)
    if held.state != claim_states.DRAFT or not wants_results(held):
        refuse("Con questa domanda non si dicono risultati.", "No results are told with this claim.")
    made = _make(held, 0, state=states.OPEN)
    note_object(held)
    return made


@service("claims.write_results")
def write_results(*, actor: Actor, report: ResultReport, told: Mapping[str, Any]) -> ResultReport:
    """Write what was reached, by code: numbers and amounts as ``Decimal``, the others in words; nothing takes it away."""
    held = locked_results(report.pk)
    require(may_write_for(actor, held.claim.award))
    if held.state != states.OPEN:
        refuse("Questi risultati non si scrivono più.", "These results are no longer written.")
    changed = []
    for row in held.values.all():
        if row.code not in told:
            continue
        before = row.told
        if row.kind == "text":
            row.text = str(told[row.code] or "").strip()
            if len(row.text) > LONGEST:
                refuse(f"Al massimo {LONGEST} caratteri.", f"{LONGEST} characters at most.", field=f"result_{row.code}")
        else:
            row.reached = _reached(row, told[row.code])
        row.is_confirmed, row.note = None, ""
        if row.told != before:
            changed.append(row)
    if not changed:
        return unchanged(held)
    ResultValue.objects.bulk_update(changed, ["text", "reached", "is_confirmed", "note"])
    note_object(held)
    note(written=[row.code for row in changed])
    return held


def _reached(row: ResultValue, told: Any) -> Decimal | None:
    if told is None:
        return None
    number = _number(told)
    if number is None or number < 0:
        refuse("Scrivi un numero, anche zero.", "Write a number, zero too.", field=f"result_{row.code}")
    return number


@service("claims.send_results")
def send_results(*, actor: Actor, report: ResultReport) -> ResultReport:
    """Send what was reached, months after the project or once it was sent back: registered. The second click: the same report. What goes
    with a claim that was not sent goes with it."""
    held = locked_results(report.pk)
    if held.state == states.SENT:
        require(RESULTS.transitions["send"].allowed(actor, held))
        return unchanged(held)
    if held.claim.state == claim_states.DRAFT:
        refuse("Questi risultati si inviano con la domanda di pagamento.", "These results are sent with the claim.")
    require(RESULTS.may("send", actor, held, state=held.state))
    receipt = append_entry(
        actor=actor,
        log=LOG,
        kind=TOLD_KIND,
        subject=f"results:{held.pk}",
        payload={"award": held.claim.award_id, "months": held.months, "results": results_as_json(held)},
        idempotency_key=f"results:{held.pk}:{held.returned}",
    )
    return results_step(
        held, "send", actor, register_number=receipt.public_number, sent_at=now(), sent_by_id=actor.user_id
    )  # fmt: skip


def results_as_json(report: ResultReport) -> list[dict[str, str]]:
    """What is told, for the register and the copy that is frozen."""
    return [
        {"code": row.code, "told": row.text if row.kind == "text" else money_text(row.reached or Decimal(0))}
        for row in report.values.all()
    ]


# -- what follows a claim


def results_of_sent(claim: Claim, actor: Actor) -> None:
    """The last claim is sent: what it tells is sent with it, and what is told later has its day. For a service at work."""
    if claim.mode not in claim_states.LAST_MODES:
        return
    report = results_with(claim)
    if report is not None:
        results_step(locked_results(report.pk), "send", actor, sent_at=now(), sent_by_id=actor.user_id)
    later = {months for one in expected_results(claim.award) for months in months_of(one) if months}
    for months in sorted(later):
        day, steps = opening_day(claim, months)
        _make(claim, months, state=states.PLANNED, opens_on=day, steps=steps)


def opening_day(claim: Claim, months: int) -> tuple[date, list[dict[str, Any]]]:
    """The day on which what was reached is asked: so many months after the last day of the project, or after this claim where nobody told
    it; never before tomorrow."""
    told = days_in_force(claim.award)["ends_on"]
    start = date.fromisoformat(told) if told else today()
    day = max(months_after(start, months), today() + timedelta(days=1))
    what = (
        Bilingual("la fine del progetto", "the end of the project")
        if told
        else Bilingual("questa domanda", "this claim")
    )
    return day, steps_as_json(
        [
            step(
                f"{months} mesi dopo {what.it} ({start:%d/%m/%Y}): {day:%d/%m/%Y}",
                f"{months} months after {what.en} ({start:%d/%m/%Y}): {day:%d/%m/%Y}",
                "",
                day.isoformat(),
            )
        ]
    )


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or its last one."""
    year, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + year, month + 1, 1)
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), after - timedelta(days=1))


def revive_results(rows: Any) -> None:
    """What was dropped with an award is expected again, as it was. For a service at work."""
    for pk in list(rows.filter(state=states.DROPPED).order_by("pk").values_list("pk", flat=True)):
        held = locked_results(pk)
        if held.sent_at is not None:
            held.state = states.SENT
        else:
            held.state = states.PLANNED if held.months and held.due_on is None else states.OPEN
        held.save(update_fields=["state"])


def drop_results(rows: Any) -> None:
    """Results that are no longer expected: their claim came to nothing, or the award is no more. For a service at work."""
    for pk in list(rows.filter(state__in=[states.PLANNED, states.OPEN, states.SENT]).values_list("pk", flat=True)):
        held = locked_results(pk)
        held.state = states.DROPPED
        held.save(update_fields=["state"])
