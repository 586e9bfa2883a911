"""An award that is suspended, reduced or revoked by an act that came after it: amounts here, aid, RNA and budget with them, or none.

Whoever decides it is above (a revocation, a variation): these are the doors that a lower room leaves open, and they are the system's.
"""

from datetime import date
from decimal import Decimal

from levante.aid.api import RnaRegistration, annul_aid, cancel_in_rna, lock_undertakings, revise_aid
from levante.applications.api import end_place
from levante.grants import states
from levante.grants.models import Award
from levante.grants.models_task import REDUCED, REVOKED
from levante.grants.services import SUBJECT, locked_act, tell_application
from levante.grants.tasks import by_act, to_tell_cup, to_tell_rna
from levante.grants.varying import vary_aid
from levante.kernel.api import Actor, note, now, refuse, service, unchanged
from levante.kernel.pure import ZERO, Bilingual, apportion, euro, format_euro, money_text
from levante.programme.api import Act, release


def held_award(actor: Actor, award: Award) -> Award:
    """The award under the lock of its act. Only the system: the room above decided by its own policy."""
    if not actor.is_system:
        refuse("Lo dispone un atto di revoca o di variazione.", "An act of revocation or variation does it.")
    locked_act(award.act_id)
    rows = Award.objects.select_for_update(of=("self",)).select_related(
        "act__line", "aid", "application__opening__call", "enterprise"
    )
    return rows.get(pk=award.pk)


@service("grants.suspend_award")
def suspend_award(*, actor: Actor, award: Award, on: date, why: str | Bilingual) -> Award:
    """Nothing is claimed, verified as due or paid on it until it is resumed (art. 21-quater L. 241/1990). Once suspended, the same
    again."""
    held = held_award(actor, award)
    if held.is_suspended:
        return unchanged(held)
    if held.state != states.EFFECTIVE:
        refuse("Si sospende una concessione efficace.", "An award in effect is suspended.")
    told = why if isinstance(why, Bilingual) else Bilingual(why.strip(), "")
    if not told.it:
        refuse("Scrivi perché si sospende.", "Write why it is suspended.", field="why")
    held.suspended_on, held.suspended_why, held.suspended_why_en = on, told.it, told.en
    held.save(update_fields=["suspended_on", "suspended_why", "suspended_why_en"])
    note(on=on.isoformat())
    return held


@service("grants.resume_award")
def resume_award(*, actor: Actor, award: Award) -> Award:
    """The suspension is over."""
    held = held_award(actor, award)
    if not held.is_suspended:
        return unchanged(held)
    held.suspended_on, held.suspended_why, held.suspended_why_en = None, "", ""
    held.save(update_fields=["suspended_on", "suspended_why", "suspended_why_en"])
    return held


@service("grants.reduce_award")
def reduce_award(
    *,
    actor: Actor,
    award: Award,
    amount: Decimal,
    act: Act,
    day: date,
    number: str,
    reason: str,
    release_amount: Decimal,
    resumes: bool = True,
    taken_back: Decimal = ZERO,
) -> Award:
    """Bring an award down to ``amount``, nothing for a revocation of the whole, by an act of ``day``; all of it in one transaction.
    Payments that are suspended go on, unless ``resumes`` is false: what was suspended for another reason than this act waits for its own.

    The aid counts less, at the day of the original grant, and not at all when nothing is left (its headroom is free); the RNA is asked to
    vary or cancel it by a stored job, and what is told by hand (the CUP system; the RNA where the office has no account) is a task of the
    office. ``release_amount`` of what was committed goes back to the line. ``taken_back``, of what was due by its claims, is asked back by
    the act: no claim counts it as had, nor gives it back once more.
    """
    held = held_award(actor, award)
    left = euro(amount)
    if held.state != states.EFFECTIVE or held.aid is None:
        refuse("Si riduce o si revoca una concessione efficace.", "An award in effect is reduced or revoked.")
    if not ZERO <= left < held.amount:
        refuse(
            f"L’importo che resta va da zero a meno di {format_euro(held.amount)}.",
            f"What is left is between zero and less than {format_euro(held.amount, 'en')}.",
            field="amount",
        )
    lock_undertakings([held.enterprise], on=day)
    reference = f"{number} del {day:%d/%m/%Y}"
    gge = _gge_of(held, left)
    note(before=money_text(held.amount), after=money_text(left), released=money_text(release_amount))
    registered = list(RnaRegistration.objects.live().of_subject(SUBJECT, str(held.pk)).order_by("pk"))
    if left:
        revise_aid(actor=actor, aid=held.aid, gge=gge, on=day, reference=reference)
    else:
        annul_aid(actor=actor, aid=held.aid, on=day, reference=reference)
        for row in registered:
            cancel_in_rna(actor=actor, registration=row, reason=f"Revoca, atto {reference}: {reason}"[:500])
    if release_amount > 0:
        release(
            actor=actor, line=held.act.line, amount=release_amount, act=act, exercise=day.year, on=day, subject_type=SUBJECT,
            subject_id=str(held.pk), subject_label=f"{held.application.number}", release_of="committed",
            reason=f"{'Riduzione' if left else 'Revoca'}, domanda {held.application.number}",
            idempotency_key=f"award:{held.pk}:release:{act.pk}",
            demonstration=held.act.is_demo,
        )  # fmt: skip
    held.granted = held.first_amount
    held.granted_gge = held.gge if held.granted_gge is None else held.granted_gge
    held.amount, held.gge, held.reduced_on, held.reduced_by = left, gge, day, act
    held.taken_back += taken_back
    if resumes or not left:
        held.suspended_on, held.suspended_why, held.suspended_why_en = None, "", ""
    if not left:
        held.state, held.closed_at, held.closing_reason = states.REVOKED, now(), f"{reference}: {reason}"
    held.save()
    if left:
        vary_aid(actor, held, reason)
    elif not registered:
        to_tell_rna(actor, held, REVOKED, by_act(number, day))
    to_tell_cup(actor, held, REDUCED if left else REVOKED, by_act(number, day))
    day_it = f"con l’atto n. {reference}."
    day_en = f"by act no. {number} of {day:%d/%m/%Y}."
    it, en = f"Concessione revocata {day_it}", f"Award revoked {day_en}"
    if left:
        it, en = (
            f"Concessione ridotta a {format_euro(left)} {day_it}",
            f"Award reduced to {format_euro(left, 'en')} {day_en}",
        )
    tell_application(held.application, actor, "award_revoked" if not left else "award_reduced", Bilingual(it, en))
    if not left and held.application.state == "admitted" and not _awarded_to_others(held):
        end_place(actor=actor, application=held.application, reason=Bilingual(it, en))
    return held


def _awarded_to_others(award: Award) -> bool:
    """Another firm of the group has its part still, or is about to."""
    rows = Award.objects.filter(application=award.application_id, state__in=states.STANDING)
    return rows.exclude(pk=award.pk).exists()


def _gge_of(award: Award, left: Decimal) -> Decimal:
    """The gross grant equivalent of what is left, in the proportion of what the act awarded; to the cent, half up never above the
    whole."""
    if not left:
        return ZERO
    whole = award.gge if award.granted_gge is None else award.granted_gge
    part, _rest = apportion(whole, [left, award.first_amount - left])
    return min(max(part, euro("0.01")), award.gge)
