"""The letters of revocations and recoveries; this module answers for both to the room of letters (``letters.subjects``)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from levante.applications.api import (
    Application,
    about_this,
    common_values,
    conflicts_of,
    money,
    own_letters,
)
from levante.applications.api import (
    may_read as may_read_file,
)
from levante.controls import states
from levante.controls.knowing import NOTICE
from levante.controls.models import Annulment, Instalment, Recovery, Revocation
from levante.controls.moving import locked_revocation, step, write_event
from levante.grants.api import Award
from levante.kernel.api import Actor, day_of, note, service, system, today, unchanged
from levante.kernel.pure import Bilingual, Decision, in_both, steps_as_json
from levante.law.terms import end_of_term
from levante.letters.api import About, Letter, same, write_letter

REVOCATION, RECOVERY = Revocation._meta.label, Recovery._meta.label


def _about(thing: Revocation | Recovery) -> About:
    award = thing.award
    about = replace(about_this(award.application), subject=thing)
    if award.enterprise_id != award.application.enterprise_id:
        about = replace(about, address="")  # the address written in the application is of who leads the group
    return about


def _write(
    actor: Actor, thing: Revocation | Recovery, kind: str, values: Mapping[str, Bilingual], *, once: str = ""
) -> Letter:
    award = thing.award
    return write_letter(
        actor=actor,
        key=f"{kind}:{thing.pk}{once}",
        kind=kind,
        office=award.act.call.office,
        enterprise=award.enterprise,
        about=_about(thing),
        values={**common_values(award.application), **values},
        own=own_letters(award.act.call),
    )


def _act(number: str, day: date | None) -> Bilingual:
    if day is None:
        return same("")
    return Bilingual(f"n. {number} del {day:%d/%m/%Y}", f"no. {number} of {day:%d/%m/%Y}")


def _values(revocation: Revocation) -> dict[str, Bilingual]:
    return {
        "amount": money(revocation.amount),
        "recover": money(revocation.recover),
        "norm": same(revocation.reason["norm"]),
    }


def write_notice(actor: Actor, revocation: Revocation, days: int) -> None:
    """The notice of the procedure (artt. 7-8 L. 241/1990)."""
    award, reason, facts = revocation.award, revocation.reason_label, in_both(revocation.facts)
    assert revocation.answer_by is not None
    _write(
        actor,
        revocation,
        NOTICE,
        {
            **_values(revocation),
            "act": _act(award.act.number, award.act.act_date),
            "reasons": Bilingual(f"{reason.it.capitalize()}. {facts.it}", f"{reason.en.capitalize()}. {facts.en}"),
            "due_on": same(f"{revocation.answer_by:%d/%m/%Y}"),
            "days": same(str(days)),
        },
    )  # fmt: skip


def write_revoked(actor: Actor, revocation: Revocation) -> None:
    """The act that revokes, told with its reasons and remedies."""
    values = _values(revocation)
    if not revocation.recover:
        values["recover"] = same("")
    _write(
        actor, revocation, "revocation",
        {**values, "act": _act(revocation.number, revocation.act_date), "reasons": same(revocation.reasons)},
    )  # fmt: skip


def write_annulled(actor: Actor, annulment: Annulment, back: Decimal) -> None:
    """The act that annuls the revocation, told with its reasons."""
    revocation = annulment.revocation
    _write(
        actor, revocation, "revocation_annulled",
        {
            "amount": money(revocation.amount),
            "recover": money(back) if back else same(""),
            "reasons": same(annulment.grounds),
            "act": _act(annulment.number, annulment.act_date),
        },
    )  # fmt: skip


def write_archived(actor: Actor, revocation: Revocation) -> None:
    _write(
        actor, revocation, "revocation_archived",
        {"reasons": in_both(revocation.closing), "decided_on": same(f"{today():%d/%m/%Y}")},
    )  # fmt: skip


def _stands_on(recovery: Recovery) -> Bilingual:
    """The act, and where the award was left as it is the decision, with its reason."""
    act, kept = _act(recovery.act.number, recovery.act.adopted_on), recovery.kept_award
    if kept is None:
        return act
    day = f"{day_of(kept.decided_at):%d/%m/%Y}"
    return Bilingual(
        f"{act.it} e alla decisione del {day} di non ridurre la concessione («{kept.reason}»)",
        f"{act.en} and the decision of {day} not to reduce the award (“{kept.reason}”)",
    )


def write_request(actor: Actor, recovery: Recovery, instalment: Instalment, days: int) -> None:
    """The request to give money back, with its interest and its day."""
    _write(
        actor,
        recovery,
        "recovery_request",
        {
            "recover": money(instalment.capital),
            "interest": money(instalment.interest),
            "amount": money(instalment.amount),
            "act": _stands_on(recovery),
            "due_on": same(f"{instalment.due_on:%d/%m/%Y}"),
            "days": same(str(days)),
        },
        once=f":{instalment.number}",
    )


def write_cancelled(actor: Actor, recovery: Recovery, refund: Decimal) -> None:
    """The act that cancels a recovery that was asked for, told with its reasons and what is given back, if anything."""
    act = recovery.closing_act
    assert act is not None
    _write(
        actor, recovery, "recovery_cancelled",
        {
            "amount": money(recovery.principal),
            "recover": money(refund) if refund else same(""),
            "act": _act(act.number, act.adopted_on),
            "reasons": in_both(recovery.closing),
        },
    )  # fmt: skip


# -- what the room of letters asks


def hidden_from(actor: Actor) -> QuerySet[Any, Any]:
    """Of revocations: those of files of a conflict of interest."""
    return Revocation.objects.filter(award__application__in=conflicts_of(actor).values("application")).values("pk")


def may_read(actor: Actor, subject_id: int) -> Decision:
    """A letter opens as the file does."""
    return may_read_award(actor, Award.objects.get(revocations=subject_id))


def may_read_award(actor: Actor, award: Award) -> Decision:
    rows = Application.objects.select_related("opening__call__office").prefetch_related("conflict_declarations")
    return may_read_file(actor, rows.get(pk=award.application_id))


def page(subject_id: int) -> str:
    return f"/ufficio/revoche/{subject_id}/"


def enterprise_page(subject_id: int) -> str:
    return f"/impresa/revoche/{subject_id}/"


def delivered(actor: Actor, letter: Letter) -> None:
    """The days to answer run from receipt."""
    if letter.kind == NOTICE and letter.delivered_at is not None:
        run_term_from_receipt(actor=system("controls.letters"), letter=letter)


@service("controls.run_term_from_receipt")
def run_term_from_receipt(*, actor: Actor, letter: Letter) -> Revocation:
    """Reckon the term again from the day of delivery: later than what was said it moves on, never back. One that was over runs again,
    while no act was sent."""
    from levante.controls.revoking import counter_days

    held = locked_revocation(letter.subject_id)
    assert letter.delivered_at is not None
    day = day_of(letter.delivered_at)
    term = end_of_term(day, counter_days(held, day) + held.extended_days, kind="calendar", roll=True)
    waits = held.state == states.NOTICED or _term_was_over(held)
    if not waits or held.answer_by is None or term.due <= held.answer_by:
        return unchanged(held)
    held.answer_by, held.answer_steps = term.due, steps_as_json(term.steps)
    held.save(update_fields=["answer_by", "answer_steps"])
    text = Bilingual(
        f"L’avvio è stato ricevuto il {day:%d/%m/%Y}: si risponde entro il {term.due:%d/%m/%Y}",
        f"The notice was received on {day:%d/%m/%Y}: the answer is due by {term.due:%d/%m/%Y}",
    )
    if held.state == states.NOTICED:
        write_event(held, actor, text)
    else:
        step(held, "reopen", actor, text, heard_at=None)
    note(answer_by=term.due.isoformat())
    return held


def _term_was_over(held: Revocation) -> bool:
    """It waits for a decision because its days passed, and not because the enterprise said all it had to say."""
    if held.state not in (states.HEARD, states.PROPOSED) or held.heard_at is None or held.answer_by is None:
        return False
    return day_of(held.heard_at) > held.answer_by
