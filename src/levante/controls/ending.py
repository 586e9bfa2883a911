"""A recovery that ends before all came back: cancelled by an act (it was never due, or is due no longer), or found uncollectable."""

from datetime import date

from levante.controls import states
from levante.controls.letters import write_cancelled
from levante.controls.models import Recovery
from levante.controls.moving import locked_recovery, move, tell
from levante.controls.noticing import cancel_notices
from levante.controls.refunding import owe_not_due
from levante.kernel.api import Actor, note, now, refuse, service, system, today, unchanged
from levante.kernel.pure import ZERO, Bilingual, as_said, format_euro, in_both, money_text
from levante.programme.api import Act, record_act


def _act(recovery: Recovery, what: str, number: str, on: date | None, title: Bilingual) -> Act:
    """The act as it was adopted elsewhere, to be cited."""
    text = number.strip()
    if not text:
        refuse("Scrivi il numero dell’atto.", "Write the number of the act.", field="number")
    if on is None or not day_after_asked(recovery) <= on <= today():
        refuse(
            "Il giorno dell’atto va da quello del recupero a oggi.",
            "The act is between the recovery and today.",
            field="act_date",
        )
    return record_act(
        actor=system("controls.end_recovery"), triennium=recovery.award.act.line.triennium,
        code=f"{what}-{recovery.pk}-{text}"[:60], number=text, adopted_on=on, title_it=title.it, title_en=title.en,
        demonstration=recovery.is_demo,
    )  # fmt: skip


def day_after_asked(recovery: Recovery) -> date:
    """No act ends a recovery before there was one."""
    return recovery.act.adopted_on or recovery.created_at.date()


@service("controls.cancel_recovery")
def cancel_recovery(
    *, actor: Actor, recovery: Recovery, kind: str, reason: str, number: str, act_date: date | None
) -> Recovery:
    """The director cancels a recovery by an act: it was never due (what came in is to be given back), or is due no longer (what came in
    stays). Instalments and pagoPA notices are no more, there too; a request of instalments falls. The second click changes nothing."""
    held = locked_recovery(recovery.pk)
    if held.state == states.CANCELLED and held.closing_kind == kind:
        return unchanged(held)
    if kind not in states.CANCELLINGS or (kind == states.WAIVED and held.state == states.CLOSED):
        refuse("Scegli perché si annulla.", "Choose why it is cancelled.", field="kind")
    if not reason.strip():
        refuse("Scrivi i motivi.", "Write the reasons.", field="reason")
    act = _act(
        held,
        "annullamento-recupero",
        number,
        act_date,
        Bilingual(f"Annullamento del recupero {held.pk}", f"Cancellation of recovery {held.pk}"),
    )
    return end_recovery(actor, held, kind, as_said(reason), act)


def end_recovery(actor: Actor, held: Recovery, kind: str, reason: Bilingual, act: Act) -> Recovery:
    """What a cancellation does, whoever decided it. For a service at work, with the recovery locked."""
    known = held.state != states.TO_ASK
    rows = list(held.instalments.filter(state=states.DUE).values_list("pk", flat=True))
    why = in_both(reason)
    words = Bilingual(
        f"Recupero annullato con l’atto n. {act.number} del {act.adopted_on:%d/%m/%Y}: {why.it}",
        f"Recovery cancelled by act no. {act.number} of {act.adopted_on:%d/%m/%Y}: {why.en}",
    )
    move(
        held, "cancel", actor, words, closed_at=now(), closing_reason=reason.it, closing_reason_en=reason.en, closing_kind=kind,
        closing_act=act,
    )  # fmt: skip
    held.instalments.filter(pk__in=rows).update(state=states.DROPPED)
    held.plans.filter(state=states.ASKED).update(
        state=states.REFUSED, answer=words.it, answer_en=words.en, answered_at=now(), answered_by_id=actor.user_id
    )
    cancel_notices(system("controls.end_recovery"), rows)
    refund = owe_not_due(actor, held, reason) if kind == states.NOT_DUE else None
    note(kind=kind, act=act.code, refund=money_text(refund.amount) if refund is not None else "")
    if known:
        write_cancelled(actor, held, refund.amount if refund is not None else ZERO)
        body = words
        if refund is not None:
            body = Bilingual(
                f"{words.it} Ti si rendono {format_euro(refund.amount)}.",
                f"{words.en} {format_euro(refund.amount, 'en')} are given back to you.",
            )
        tell(
            actor, held.award, "recovery-cancelled",
            Bilingual("Non devi più restituire la somma", "You no longer have to give the money back"), body,
            path=f"/impresa/recuperi/{held.pk}/", once=str(held.pk),
        )  # fmt: skip
    return held


@service("controls.write_off_recovery")
def write_off_recovery(
    *, actor: Actor, recovery: Recovery, reason: str, number: str, act_date: date | None
) -> Recovery:
    """The director says by an act that it cannot be collected (nothing to seize, the enterprise is wound up): it stays owed, keeps the
    enterprise from other payments and counts what may still come in; nobody is reminded of it any more."""
    held = locked_recovery(recovery.pk)
    if held.state == states.UNCOLLECTABLE:
        return unchanged(held)
    if not reason.strip():
        refuse("Scrivi i motivi.", "Write the reasons.", field="reason")
    title = Bilingual(f"Inesigibilità del recupero {held.pk}", f"Recovery {held.pk} cannot be collected")
    act = _act(held, "inesigibilita", number, act_date, title)
    words = Bilingual(
        f"Inesigibile, atto n. {act.number} del {act.adopted_on:%d/%m/%Y}: {reason.strip()}",
        f"Uncollectable, act no. {act.number} of {act.adopted_on:%d/%m/%Y}: {reason.strip()}",
    )
    note(act=act.code)
    return move(held, "write_off", actor, words, closing_reason=reason.strip(), closing_act=act)
