"""The procedure of a revocation, from its beginning to the proposal of the act: adversarial, because the enterprise is heard first.

What the act does when it comes back is in ``acting``. Norms: L. 241/1990 artt. 7, 8, 10, 21-quater; the reasons and days are dated data.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from levante.claims.api import give_acceptance_back, is_forfeited
from levante.controls import policies, states
from levante.controls.act_text import act_data
from levante.controls.letters import write_archived, write_notice
from levante.controls.models import Revocation
from levante.controls.moving import locked_revocation, step, tell, write_event
from levante.controls.paid import paid_in_all
from levante.grants.api import Award, resume_award, suspend_award
from levante.kernel.api import Actor, day_of, note, now, refuse, require, service, system, today, unchanged
from levante.kernel.pure import ZERO, Bilingual, euro, format_euro, money_text, steps_as_json
from levante.law import parameters
from levante.law.terms import end_of_term
from levante.programme.api import print_act

TEMPLATE = "controls/pdf_revocation.html"
#: The reason of ``revocation.reasons`` for an award that was not accepted in time.
NOT_ACCEPTED = "not_accepted"


def reasons_on(day: date) -> list[dict[str, Any]]:
    """The reasons for which an award may be revoked, as the data have them on a day: ``code, scope, it, en, norm, laws``."""
    return list(parameters.value("revocation.reasons", on=day).value)


def least_recovered(award: Award, amount: Decimal) -> Decimal:
    """What must come back at least when ``amount`` is taken away: what was paid beyond what is left."""
    return max(paid_in_all(award) - (award.amount - amount), ZERO)


@service("controls.open_revocation")
def open_revocation(
    *,
    actor: Actor,
    award: Award,
    reason_code: str,
    grounds: str,
    amount: Decimal | None = None,
    recover: Decimal | None = None,
) -> Revocation:
    """Begin the procedure to revoke an award: the whole (no ``amount``) or a part of it. Nobody is told yet. The one that is open is
    given back
    when it says the same, and refused otherwise."""
    held = Award.objects.select_for_update(of=("self",)).select_related(
        "act__call__office", "application__opening__call__office", "enterprise"
    ).get(pk=award.pk)  # fmt: skip
    require(policies.may_open(actor, held))
    if held.state != "effective":
        refuse("Si revoca una concessione efficace.", "An award in effect is revoked.")
    whole = amount is None or euro(amount) == held.amount
    taken = held.amount if amount is None else euro(amount)
    back = _check_amounts(held, taken, recover)
    reason = next((one for one in reasons_on(today()) if one["code"] == reason_code), None)
    if reason is None:
        refuse("Scegli un motivo.", "Choose a reason.", field="reason_code")
    if reason["scope"] not in ("both", "whole" if whole else "part"):
        refuse(
            f"Per «{reason['it']}» si revoca {'tutto' if reason['scope'] == 'whole' else 'solo una parte'}.",
            f"For “{reason['en']}” {'the whole' if reason['scope'] == 'whole' else 'only a part'} is revoked.",
            field="reason_code",
        )
    if reason_code == NOT_ACCEPTED and not is_forfeited(held):
        refuse(
            "La decadenza non è decisa: prima si decide tra le accettazioni.",
            "The forfeiture is not decided: it is decided among the acceptances first.",
            field="reason_code",
        )
    if not grounds.strip():
        refuse("Scrivi i fatti da cui nasce il procedimento.", "Write the facts it is begun for.", field="grounds")
    known = Revocation.objects.filter(award=held, state__in=states.OPEN).first()
    if known is not None:
        if (known.amount, known.recover, known.reason_code, known.grounds) == (
            taken,
            back,
            reason_code,
            grounds.strip(),
        ):
            return unchanged(known)
        refuse(
            "Su questa concessione c’è già un procedimento di revoca aperto.",
            "A procedure to revoke this award is open already.",
        )
    made = Revocation.objects.create(
        award=held,
        is_whole=whole,
        reason_code=reason_code,
        grounds=grounds.strip(),
        amount=taken,
        recover=back,
        parameters=parameters.freeze(
            ["revocation.reasons", "revocation.counter.days", "recovery.interest.basis"], on=today()
        ),
        opened_at=now(),
        opened_by_id=actor.user_id,
        is_demo=held.act.is_demo,
    )
    write_event(
        made, actor, Bilingual("Procedimento aperto dall’ufficio", "Procedure begun by the office"), internal=True
    )
    note(award=held.pk, reason=reason_code, amount=money_text(taken), recover=money_text(back))
    return made


def _check_amounts(award: Award, amount: Decimal, recover: Decimal | None) -> Decimal:
    """What comes back of what was paid: at least what is paid beyond what is left, at most what was paid and is taken away."""
    if not ZERO < amount <= award.amount:
        refuse(
            f"L’importo da revocare va da un centesimo a {format_euro(award.amount)}.",
            f"What is revoked is between a cent and {format_euro(award.amount, 'en')}.",
            field="amount",
        )
    most = max(min(paid_in_all(award), amount), ZERO)
    least = min(
        least_recovered(award, amount), most
    )  # of an earlier recovery that was cancelled more is paid than is left
    back = least if recover is None else euro(recover)
    if not least <= back <= most:
        refuse(
            f"Da restituire: da {format_euro(least)} a {format_euro(most)}, secondo quanto è stato pagato.",
            f"To be given back: {format_euro(least, 'en')} to {format_euro(most, 'en')}, by what was paid.",
            field="recover",
        )
    return back


@service("controls.change_revocation")
def change_revocation(
    *, actor: Actor, revocation: Revocation, amount: Decimal, recover: Decimal | None = None
) -> Revocation:
    """Take away less than was said, after hearing the enterprise; never more, of which it was not told (art. 8 L. 241/1990)."""
    held = locked_revocation(revocation.pk)
    require(policies.may_work(actor, held))
    if held.state not in (states.DRAFTED, states.NOTICED, states.HEARD):
        refuse("Gli importi non si cambiano più.", "The amounts no longer change.")
    taken = euro(amount)
    if held.state != states.DRAFTED and taken > held.amount:
        refuse(
            f"L’avvio comunicava {format_euro(held.amount)}: per revocare di più serve un altro procedimento.",
            f"The notice said {format_euro(held.amount, 'en')}: to revoke more another procedure is needed.",
            field="amount",
        )
    back = _check_amounts(held.award, taken, recover)
    if (held.amount, held.recover) == (taken, back):
        return unchanged(held)
    note(before=money_text(held.amount), amount=money_text(taken), recover=money_text(back))
    held.amount, held.recover, held.is_whole = taken, back, taken == held.award.amount
    if held.reason["scope"] == "whole" and not held.is_whole:
        refuse("Per questo motivo si revoca tutto.", "For this reason the whole is revoked.", field="amount")
    held.save(update_fields=["amount", "recover", "is_whole"])
    text = Bilingual(f"Importo: {format_euro(taken)}", f"Amount: {format_euro(taken, 'en')}")
    write_event(held, actor, text, internal=True)
    return held


@service("controls.notify_revocation")
def notify_revocation(*, actor: Actor, revocation: Revocation) -> Revocation:
    """Give notice of the procedure (artt. 7-8 L. 241/1990): the letter goes, and the days to answer run. The second click changes
    nothing."""
    held = locked_revocation(revocation.pk)
    if held.state == states.NOTICED:
        require(policies.may_work(actor, held))
        return unchanged(held)
    days = counter_days(held, today())
    term = end_of_term(today(), days, kind="calendar", roll=True)
    step(
        held, "notify", actor, Bilingual("Avvio del procedimento comunicato", "Notice of the procedure given"), noticed_at=now(),
        answer_by=term.due, answer_steps=steps_as_json(term.steps),
    )  # fmt: skip
    note(answer_by=term.due.isoformat())
    write_notice(actor, held, days)
    tell(
        actor,
        held.award,
        "revocation-notice",
        Bilingual("Avvio di un procedimento di revoca", "A procedure to revoke your award has begun"),
        Bilingual(
            f"Domanda {held.award.application.number}: puoi rispondere entro il {term.due:%d/%m/%Y}.",
            f"Application {held.award.application.number}: you can answer by {term.due:%d/%m/%Y}.",
        ),
        path=f"/impresa/revoche/{held.pk}/",
        once=str(held.pk),
    )
    return held


def counter_days(revocation: Revocation, on: date) -> int:
    """Days to answer: those of the call, or of the data."""
    of_call = (revocation.award.act.call.terms or {}).get("revocation_days")
    return int(of_call or parameters.value("revocation.counter.days", on=on).value)


def decide_by(revocation: Revocation) -> date:
    """By when the procedure is to end (art. 2 L. 241/1990): the days of the data from its beginning, and not before the enterprise's term
    is over."""
    begun = day_of(revocation.opened_at)
    days = int(parameters.value("procedure.term.days", on=begun).value)
    term = end_of_term(begun, days, kind="calendar", roll=True).due
    return max(term, revocation.answer_by or term)


@service("controls.suspend_payments")
def suspend_payments(*, actor: Actor, revocation: Revocation, why: str) -> Revocation:
    """Suspend the award while the procedure is open (art. 21-quater L. 241/1990): nothing is claimed, verified as due or paid on it."""
    held = locked_revocation(revocation.pk)
    require(policies.may_work(actor, held))
    if held.state not in states.OPEN or held.state == states.DRAFTED:
        refuse("Si sospende dopo l’avvio del procedimento.", "It is suspended once the procedure began.")
    if held.award.is_suspended:
        return unchanged(held)
    suspend_award(actor=system("controls.suspend"), award=held.award, on=today(), why=why)
    write_event(held, actor, Bilingual(f"Concessione sospesa: {why.strip()}", f"Award suspended: {why.strip()}"))
    note(why=why.strip()[:200])
    return held


@service("controls.resume_payments")
def resume_payments(*, actor: Actor, revocation: Revocation) -> Revocation:
    """End the suspension before the procedure does."""
    held = locked_revocation(revocation.pk)
    require(policies.may_work(actor, held))
    if not held.award.is_suspended:
        return unchanged(held)
    if held.by_enterprise:
        refuse(
            "L’impresa ha rinunciato: la sospensione finisce con l’atto, o se il procedimento si chiude senza revoca.",
            "The enterprise gave the award up: the suspension ends with the act, or if the procedure is closed without a revocation.",
        )
    resume_award(actor=system("controls.suspend"), award=held.award)
    write_event(held, actor, Bilingual("Sospensione terminata", "Suspension ended"))
    return held


# -- the office decides


@service("controls.propose_revocation")
def propose_revocation(*, actor: Actor, revocation: Revocation, reasons: str) -> Revocation:
    """Write the act, with the reasons that answer what the enterprise said (art. 3 and 10 L. 241/1990); the director signs it."""
    held = locked_revocation(revocation.pk)
    if not reasons.strip():
        refuse("Scrivi i motivi della decisione.", "Write the reasons of the decision.", field="reasons")
    heard = held.heard_at or now()
    _check_amounts(held.award, held.amount, held.recover)
    step(
        held, "propose", actor, Bilingual("Atto di revoca in bozza", "Act of revocation drafted"), reasons=reasons.strip(),
        proposed_at=now(), proposed_by_id=actor.user_id, heard_at=heard, document=_document(actor, held, reasons.strip()),
    )  # fmt: skip
    note(amount=money_text(held.amount), recover=money_text(held.recover))
    return held


def _document(actor: Actor, held: Revocation, reasons: str) -> Any:
    held.reasons = reasons
    title = f"Revoca {'del contributo' if held.is_whole else 'parziale del contributo'}: domanda {held.award.application.number}"
    return print_act(
        actor=actor, before=None, long=False, kind="revocation-act", template=TEMPLATE, title=title, data=act_data(held, title),
        subject=held,
    )  # fmt: skip


@service("controls.take_proposal_back")
def take_proposal_back(*, actor: Actor, revocation: Revocation) -> Revocation:
    """The proposal is to be written again."""
    held = locked_revocation(revocation.pk)
    if held.state == states.HEARD:
        return unchanged(held)
    return step(held, "take_back", actor, Bilingual("Proposta ritirata", "Proposal taken back"))


@service("controls.archive_revocation")
def archive_revocation(*, actor: Actor, revocation: Revocation, reason: str) -> Revocation:
    """Close the procedure without a revocation, with the reasons; the enterprise that knew of it is told, a suspension ends, and an award
    that was to be forfeited can be accepted again."""
    held = locked_revocation(revocation.pk)
    if held.state == states.ARCHIVED:
        return unchanged(held)
    if not reason.strip():
        refuse("Scrivi i motivi.", "Write the reasons.", field="reason")
    known = held.state != states.DRAFTED
    text = Bilingual("Procedimento chiuso senza revoca", "Procedure closed without a revocation")
    step(held, "archive", actor, text, closed_at=now(), closing_reason=reason.strip())
    if held.award.is_suspended:
        resume_award(actor=system("controls.archive"), award=held.award)
    if known:
        if held.reason_code == NOT_ACCEPTED:
            # Nobody forfeits what is not revoked for it: the enterprise has its days to accept again.
            give_acceptance_back(
                actor=system("controls.archive"), award=held.award, reason=held.closing_reason, by=actor.user_id
            )
        write_archived(actor, held)
        tell(
            actor,
            held.award,
            "revocation-archived",
            Bilingual("Il procedimento di revoca è chiuso", "The procedure to revoke your award is closed"),
            Bilingual(
                f"Domanda {held.award.application.number}: la concessione resta com’è. {held.closing_reason}",
                f"Application {held.award.application.number}: the award stays as it is. {held.closing_reason}",
            ),
            path=f"/impresa/revoche/{held.pk}/",
            once=str(held.pk),
        )
    return held


def days_left(revocation: Revocation, on: date) -> int | None:
    """Days to the end of the term to answer, the last one counted as 0."""
    if revocation.state != states.NOTICED or revocation.answer_by is None:
        return None
    return (revocation.answer_by - on) // timedelta(days=1)
