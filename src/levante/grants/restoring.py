"""What a revocation took from an award is given back by the act that annuls it: amounts, aid, RNA and budget with them, or none."""

from datetime import date
from decimal import Decimal

from levante.aid.api import RnaRegistration, RnaVariation, lock_undertakings, register_aid_in_rna, restore_aid
from levante.applications.api import give_place_back
from levante.grants import states
from levante.grants.codes import write_codes
from levante.grants.ending import held_award
from levante.grants.models import Award
from levante.grants.models_task import RESTORED
from levante.grants.registers import concession_of, heir_in, reaches_rna
from levante.grants.services import SUBJECT, tell_application
from levante.grants.tasks import by_act, to_tell_cup, to_tell_rna
from levante.grants.telling import tell_office
from levante.kernel.api import Actor, note, refuse, service
from levante.kernel.pure import ZERO, Bilingual, apportion, euro, format_euro, money_text
from levante.programme.api import Act, commit

OPEN_VARIATIONS = (RnaVariation.ASKED, RnaVariation.TO_CONFIRM)


@service("grants.restore_award")
def restore_award(
    *,
    actor: Actor,
    award: Award,
    amount: Decimal,
    act: Act,
    day: date,
    number: str,
    commit_amount: Decimal,
    earlier: tuple[Act, date] | None,
    given_back: Decimal = ZERO,
) -> Award:
    """Bring an award back up to ``amount``, in force again if it was revoked, by an act of ``day`` that annuls what took it away.

    The aid counts again, within the headroom of today; ``commit_amount`` is committed again on the line, if the line has it. ``earlier`` is
    the act, with its day, of the reduction that still stands, if any. Of a whole revocation the aid is registered again in the RNA where
    it was cancelled from here, and waits for its new COR; of a part the RNA is corrected by hand, since it is varied downwards only, and
    the CUP system is told by hand: tasks of the office. ``given_back`` is what the annulled act asked back.
    """
    held = held_award(actor, award)
    again = euro(amount)
    if held.state not in states.TOOK_EFFECT or held.aid is None or not held.amount < again <= held.first_amount:
        refuse(
            "Non c’è una riduzione da annullare per questo importo.",
            "There is no reduction of this amount to annul.",
        )
    was_revoked = held.state == states.REVOKED
    if was_revoked and _live(held) is not None and _live(held).is_being_cancelled:  # type: ignore[union-attr]
        refuse(
            "Il RNA sta ancora annullando l’aiuto: riprova quando ha risposto.",
            "The RNA is still cancelling the aid: try again once it answered.",
        )
    lock_undertakings([held.enterprise], on=day)
    reference = f"{number} del {day:%d/%m/%Y}"
    gge = _gge_of(held, again)
    note(before=money_text(held.amount), after=money_text(again), committed=money_text(commit_amount))
    restore_aid(actor=actor, aid=held.aid, gge=gge, on=day, reference=reference, heir=heir_in(held))
    if commit_amount > 0:
        commit(
            actor=actor, line=held.act.line, amount=commit_amount, act=act, exercise=day.year, on=day, subject_type=SUBJECT,
            subject_id=str(held.pk), subject_label=f"{held.application.number}",
            reason=f"Annullamento della revoca, domanda {held.application.number}",
            idempotency_key=f"award:{held.pk}:commit:{act.pk}", demonstration=held.act.is_demo,
        )  # fmt: skip
    held.amount, held.gge = again, gge
    held.taken_back -= given_back
    held.state, held.closed_at, held.closing_reason = states.EFFECTIVE, None, ""
    held.restored_on, held.restored_by = day, act
    if again == held.granted:
        held.granted = held.granted_gge = held.reduced_on = held.reduced_by = None
    elif earlier is not None:
        held.reduced_by, held.reduced_on = earlier
    held.save()
    held.aid.refresh_from_db()
    if was_revoked:
        _register_again(actor, held, by_act(number, day))
        held.refresh_from_db(fields=["cor", "cup", "cor_on"])
        held.aid.refresh_from_db()
    else:
        _correct(actor, held, by_act(number, day))
    to_tell_cup(actor, held, RESTORED, by_act(number, day))
    text = Bilingual(
        f"La revoca è annullata con l’atto n. {reference}: la concessione vale {format_euro(again)}.",
        f"The revocation is annulled by act no. {number} of {day:%d/%m/%Y}: the award is of {format_euro(again, 'en')}.",
    )
    tell_application(held.application, actor, "award_restored", text)
    if was_revoked and held.application.state == "revoked":
        give_place_back(actor=actor, application=held.application, reason=text)
    return held


def _correct(actor: Actor, award: Award, by: Bilingual) -> None:
    """The RNA is varied downwards only: where it does not say what is in force, a person corrects it there."""
    live = _live(award)
    if live is None or live.gge != award.gge or live.variations.filter(state__in=OPEN_VARIATIONS).exists():
        to_tell_rna(actor, award, RESTORED, by)


def _live(award: Award) -> RnaRegistration | None:
    return RnaRegistration.objects.live().of_subject(SUBJECT, str(award.pk)).first()


def _gge_of(award: Award, amount: Decimal) -> Decimal:
    """In the proportion of what the act awarded; the whole of it for the whole."""
    whole = award.gge if award.granted_gge is None else award.granted_gge
    if amount == award.first_amount:
        return whole
    part, _rest = apportion(whole, [amount, award.first_amount - amount])
    return max(part, euro("0.01"))


def _register_again(actor: Actor, award: Award, by: Bilingual) -> None:
    """The RNA cancelled the aid: it is another registration, with another COR, which the award waits for. Where it stands there still, or
    is kept by hand, nothing is asked of it from here."""
    codes = (award.act.call.registers or {}).get("rna")
    gone = RnaRegistration.objects.filter(
        subject_type=SUBJECT, subject_id=str(award.pk), state=RnaRegistration.CANCELLED
    )
    if _live(award) is not None or not gone.exists():
        _correct(actor, award, by)
        return
    written = write_codes(actor=actor, award=award, cor="", cup=award.codes[1])
    if codes and reaches_rna(written.act) and written.reservation is not None:
        register_aid_in_rna(
            actor=actor, reservation=written.reservation, office=written.act.call.office, concession=concession_of(written, codes),
            notice=int(codes["notice"]), car=codes.get("car"), heir=heir_in(written),
        )  # fmt: skip
        return
    tell_office(actor, written, "to_register", format_euro(written.gge))
