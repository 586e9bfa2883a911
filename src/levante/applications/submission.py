"""Transmission: the copy that never changes, the number of the register, the receipt."""

import hashlib
from datetime import datetime
from decimal import Decimal
from typing import Any

from levante.applications import policies
from levante.applications.delivered import said_besides
from levante.applications.drafts import locked, locked_for
from levante.applications.group import copy_of_members, is_group, standing_members
from levante.applications.later import await_promised
from levante.applications.letters import write_for
from levante.applications.models import Application, ApplicationEvent
from levante.applications.reading import amount_of, read_application
from levante.applications.requirements import hold_limits
from levante.applications.signing import copy_of_signature, is_asked
from levante.applications.stamp import use_stamp
from levante.applications.states import SUBMITTED, UNSENT, WITHDRAWN
from levante.applications.telling import tell_enterprise
from levante.applications.undoing import drop_held
from levante.applications.workflow import APPLICATIONS
from levante.calls.api import Amount, Reading, facts_from, holds
from levante.intake.api import IntakeEntry, log_of, receipt_of_entry, ticket_of
from levante.kernel.api import Actor, NotYours, note, now, refuse, require, service, today, unchanged
from levante.kernel.pure import money_text, steps_as_json
from levante.parties.api import freeze_enterprise
from levante.register.api import Receipt, append_within, find_entry, receipt_of
from levante.register.pure.canonical import canonical_bytes

#: The log of the register where applications go, and the kind of their entries.
LOG = "applications"
KIND = "application.submitted"

#: What a transmission reads of the application, its call and its form; the enterprise comes with its frozen copy.
_SENDING = (
    "state", "answers", "said", "applicant_kind", "by_office", "revision", "frozen",
    "opening__code", "opening__state", "opening__opens_at", "opening__closes_at", "opening__form_id",
    "opening__line_by", "opening__reserves", "opening__call__code", "opening__call__state", "opening__call__money",
    "opening__call__procedure", "opening__call__delivery", "opening__call__limits", "opening__call__applicants",
    "opening__call__repeat", "opening__call__exclusions", "opening__limits", "form__number", "form__checksum",
    "enterprise__tax_code", "enterprise__name", "enterprise__vat_number", "enterprise__pec",
)  # fmt: skip


@service("applications.submit_application")
def submit_application(*, actor: Actor, application: Application, at: datetime | None = None) -> Application:
    """Send a draft: check everything, freeze a copy, register it; all in one transaction.

    Idempotent: sending again what was sent (a double click, a retry after a lost answer, another tab) gives back the same
    application with the same receipt. The window is judged on the instant of arrival (``at``, or the clock's), so that
    waiting for one's turn in the register never makes anyone late; number, order and instant of the receipt are the
    register's. ``Refused`` with everything that is missing, or with the phase of the window.
    """
    arrived = at or now()
    current = locked_of_enterprise(actor, application)
    if current.state not in UNSENT:
        require(policies.may_answer(actor, current))
        return unchanged(current)
    if current.opening.call.is_sealed:
        refuse(
            "Questo bando riceve domande sigillate: sigilla la tua, e inviala dall’istante dell’apertura.",
            "This call takes sealed applications: seal yours, and send it from the instant of the opening.",
        )
    require(policies.is_open(current.opening, instant=arrived))
    reading = freeze(actor, current, "submit")
    assert current.frozen is not None
    receipt = append_within(
        log=LOG,
        kind=KIND,
        subject=subject_of(current),
        payload={
            "application": current.pk,
            "arrived_at": arrived.isoformat(timespec="microseconds"),
            "call": current.opening.call.code,
            "copy_sha256": current.frozen_sha256,
            "enterprise": current.frozen["enterprise"]["tax_code"],
            "form_checksum": current.form.checksum,
            "opening": current.opening.code,
            "requested_amount": money_text(current.requested_amount or Decimal(0)),
        },
        idempotency_key=f"application:{current.pk}",
    )
    current.state = SUBMITTED
    current.number = receipt.public_number
    current.sequence = receipt.leaf_index + 1
    current.submitted_at = datetime.fromisoformat(receipt.received_at)
    current.submitted_by_id = actor.user_id
    current.save(update_fields=["state", "number", "sequence", "submitted_at", "submitted_by", *FROZEN_FIELDS])
    use_stamp(current)
    await_promised(current, reading.form, current.answers, on=today())
    note(number=receipt.public_number, copy=current.frozen_sha256, call=current.opening.call.code)
    from levante.applications.jobs import tell_sent

    tell_sent.defer(application_id=current.pk)
    return current


def locked_of_enterprise(actor: Actor, application: Application) -> Application:
    """The application with what a transmission reads, locked; not the enterprise's acted for is nobody's."""
    try:
        current = locked_for(_SENDING, application.pk)
    except Application.DoesNotExist as error:
        raise NotYours from error
    if current.enterprise_id != actor.enterprise_id:
        raise NotYours
    return current


#: What freezing an application writes in it.
FROZEN_FIELDS = ("line", "answers", "requested_amount", "frozen", "frozen_sha256")


def freeze(actor: Actor, current: Application, transition: str) -> Reading:
    """Write in a locked draft the copy that never changes, having passed the gate of the transition. ``Refused`` with all
    that is missing. Nothing is saved: ``FROZEN_FIELDS`` are to be."""
    hold_limits(current)
    copy = freeze_enterprise(current.enterprise, on=today())
    current.__dict__["_facts"] = facts = facts_from_copy(copy)
    require(APPLICATIONS.may(transition, actor, current, state=current.state))
    reading, amount = read_application(current), amount_of(current)
    answers = {item.id: reading.answers[item.id] for _, item in current_fields(reading)}
    line_id, line_code = _line(current, answers)
    frozen: dict[str, Any] = {
        "form": {"number": current.form.number, "checksum": current.form.checksum},
        "answers": answers,
        "enterprise": copy,
        "facts": facts,
        "amount": _amount_copy(amount),
        "line": line_code,
        "call": current.opening.call.code,
        "opening": current.opening.code,
    }
    computed = [
        item for _, item in reading.form.fields() if any(one.kind == "computed" for one in (item, *item.fields))
    ]
    if computed:  # those of a row are in the row, which is not reckoned again either
        frozen["computed"] = {
            one.id: answers[one.id] for one in computed if one.kind == "computed" and one.id in answers
        }
    if current.opening.reserves:
        frozen["reserves"] = reserves_of_application(current)
    frozen |= said_besides(current)
    if is_group(current):
        frozen["members"] = _members_copy(current, copy, facts, amount)
    if is_asked(current.opening.call):
        frozen["signature"] = copy_of_signature(current)
    current.frozen = frozen
    current.frozen_sha256 = digest_of(current.frozen)
    current.line_id, current.answers, current.requested_amount = line_id, answers, amount.value
    return reading


def _members_copy(
    current: Application, copy: dict[str, Any], facts: dict[str, Any], amount: Amount
) -> list[dict[str, Any]]:
    """The firms of the group, each with the copy of its file and its facts."""
    copies, all_facts = {current.enterprise_id: copy}, {current.enterprise_id: facts}
    for member in standing_members(current):
        if not member.is_lead:
            copies[member.enterprise_id] = freeze_enterprise(member.enterprise, on=today())
            all_facts[member.enterprise_id] = facts_from_copy(copies[member.enterprise_id])
    return copy_of_members(current, amount, copies, all_facts)


def _amount_copy(amount: Amount) -> dict[str, Any]:
    """The amount with its reckoning, as it is frozen; what counts of each cost item, where costs are told by item."""
    copy: dict[str, Any] = {
        "requested": money_text(amount.value or Decimal(0)), "steps": steps_as_json(amount.steps),
    }  # fmt: skip
    if amount.items:
        copy["eligible"] = money_text(amount.eligible or Decimal(0))
        copy["items"] = [
            {
                "code": item.code, "told": money_text(item.told), "eligible": money_text(item.eligible),
                "excluded": item.excluded, "reference": item.reference,
            }
            for item in amount.items
        ]  # fmt: skip
    return copy


def current_fields(reading: Any) -> list[tuple[Any, Any]]:
    """The visible fields that have an answer, in the order of the form."""
    return [(section, item) for section, item in reading.form.fields() if item.id in reading.answers]


_FACTS_OF_COPY = ("legal_form", "ateco", "size", "artisan", "sectors", "districts", "supply_chains", "website")


def facts_from_copy(copy: dict[str, Any]) -> dict[str, Any]:
    """The facts of the frozen enterprise: those the decision stands on."""
    on = datetime.fromisoformat(copy["on"]).date()
    founded = copy.get("founded_on")
    return facts_from(
        {
            **{name: copy.get(name) for name in _FACTS_OF_COPY},
            "active": copy.get("status") == "active",
            "founded_on": datetime.fromisoformat(founded).date() if founded else None,
        },
        [
            {"kind": seat["kind"], "province": seat["province"], "region": seat["region"]}
            for seat in copy["seats"]
            if seat["since"] is None or seat["since"] <= copy["on"]
        ],
        [account for account in copy["accounts"] if account["approved"]],
        on=on,
    )


def reserves_of_application(application: Application) -> list[str]:
    """Codes of the reserves that an application belongs to: those frozen with it, or what their rules say of its copy."""
    frozen = application.frozen or {}
    if "reserves" in frozen:
        return list(frozen["reserves"])
    reading = read_application(application)
    return [row["code"] for row in application.opening.reserves if holds(row["when"], reading.variables) is True]


def digest_of(copy: dict[str, Any]) -> str:
    """SHA-256 of the frozen copy as canonical JSON (RFC 8785), so that anybody who has the copy finds the same."""
    return hashlib.sha256(canonical_bytes(copy)).hexdigest()


def _line(application: Any, answers: dict[str, Any]) -> tuple[int | None, str | None]:
    """Id and code of the opening's line that the answers choose; the lines came with the locked row."""
    code = answers.get(application.opening.line_by) if application.opening.line_by else None
    found = next((line for line in application.opening_lines if line["code"] == code), None)
    if application.opening.line_by and found is None:
        refuse(
            "Scegli per quale linea fai domanda.", "Choose the line you apply for.", field=application.opening.line_by
        )
    return (found["id"], found["code"]) if found else (None, None)


def receipt_for(application: Application) -> Receipt | None:
    """The receipt of a sent application, the same bytes each time; ``None`` for a draft."""
    if application.number is None:
        return None
    if application.sealed_at is not None:
        sent = entry_of_sealed(application)
        return receipt_of_entry(sent) if sent is not None else None
    entry = find_entry(application.number, LOG)
    return receipt_of(entry) if entry is not None else None


def subject_of(application: Application) -> str:
    """What logs and registers call it."""
    return f"application:{application.pk}"


def entry_of_sealed(application: Application) -> IntakeEntry | None:
    """The place that a sealed application has in the log of its click day, once it was received there."""
    log = log_of(application.opening)
    ticket = ticket_of(log, subject_of(application)) if log is not None else None
    return getattr(ticket, "entry", None)


@service("applications.withdraw_application")
def withdraw_application(*, actor: Actor, application: Application, reason: str = "") -> Application:
    """Take a sent application back, before it is decided. A decision that is held is none for its enterprise: it falls, and
    its letter never leaves. Whoever is in an act takes the way of ``grants.withdraw_from_acts``, which takes it out first."""
    current = locked(application.pk)
    require(APPLICATIONS.may("withdraw", actor, current, state=current.state_told))
    before, current.state = current.state_told, WITHDRAWN
    if current.held_from:
        drop_held(current, reason="Domanda ritirata dall’impresa prima che la decisione le fosse comunicata.")
    current.save(update_fields=["state", "held_from", "admitted_amount", "decided_at", "decided_by", "decision_reason"])
    event = ApplicationEvent.objects.create(
        application=current, at=now(), kind="withdraw", from_state=before, to_state=WITHDRAWN,
        text_it=reason.strip(), text_en=reason.strip(), user_id=actor.user_id,
    )  # fmt: skip
    write_for(current, "withdraw", actor=actor, event=event)
    tell_enterprise(current, "withdraw", event=event)
    return current
