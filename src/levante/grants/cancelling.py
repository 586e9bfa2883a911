"""Taking awards out of acts: one award, an application that is given up or withdrawn, a whole draft."""

from levante.aid.api import release_reservation
from levante.applications.api import Application, renounce_place, revoke_place, withdraw_application
from levante.grants import states
from levante.grants.models import Award, AwardAct
from levante.grants.places import lock_openings
from levante.grants.policies import may_work_act
from levante.grants.services import is_being_drafted, locked_act, tell_application, write_document
from levante.grants.workflow import ACTS
from levante.kernel.api import Actor, note, note_object, now, refuse, require, service, system, unchanged
from levante.kernel.pure import Bilingual


@service("grants.cancel_award")
def cancel_award(*, actor: Actor, award: Award, reason: str) -> Award:
    """Take one award out: of a draft, or of an act that came back without its taking effect. Its headroom is free again."""
    act = locked_act(award.act_id)
    require(may_work_act(actor, act))
    held = Award.objects.select_for_update(of=("self",)).select_related("application", "reservation").get(pk=award.pk)
    if held.state == states.CANCELLED:
        return unchanged(held)
    if held.state not in {states.DRAFT_ACT, states.RETURNED}:
        refuse("Ora non si può togliere dall’atto.", "It cannot be taken out of the act now.")
    if not reason.strip():
        refuse("Scrivi il motivo.", "Write the reason.", field="reason")
    _take_out(held, act, reason.strip(), actor)
    note(reason=reason.strip()[:200])
    return held


def _take_out(held: Award, act: AwardAct, reason: str, actor: Actor) -> None:
    """Close an award and write its act again; an act that holds nothing more is closed."""
    close_award(held, states.CANCELLED, reason, actor)
    if act.state == states.DRAFT_ACT and is_being_drafted(act):
        return  # its text is written when the last application was looked at
    if act.state == states.DRAFT_ACT:
        if act.awards.filter(state=states.DRAFT_ACT).exists():
            write_document(actor, act)
        else:
            close_act(act, states.CANCELLED, reason)
    elif not act.awards.filter(state=states.RETURNED).exists():
        in_effect = act.awards.filter(state__in=states.TOOK_EFFECT).exists()
        close_act(act, states.EFFECTIVE if in_effect else states.CANCELLED, reason)


@service("grants.give_up_place")
def give_up_place(*, actor: Actor, application: Application, reason: str, revoked: bool = False) -> Application:
    """An admitted application is given up by its enterprise, or by the office (``revoked``): it leaves the drafts of acts it is
    in. Once an act has gone, or has effect, the award has its own way to end."""
    lock_openings([application.pk])
    standing = Award.objects.select_for_update(of=("self",)).select_related("application", "reservation", "act__call")
    for award in standing.filter(application=application, state__in=states.STANDING).order_by("pk"):
        if award.state != states.DRAFT_ACT:
            refuse(
                "La concessione è già in un atto partito: la rinuncia o la revoca seguono la via dell’atto.",
                "The award is in an act that has gone: giving it up or revoking it follows the act.",
            )
        _take_out(award, award.act, reason.strip() or "-", actor)
    return (revoke_place if revoked else renounce_place)(actor=actor, application=application, reason=reason)


@service("grants.withdraw_from_acts")
def withdraw_from_acts(*, actor: Actor, application: Application, reason: str) -> Application:
    """An enterprise takes back what it sent, before any decision was told to it. One that was held may be in the draft of an
    act already: it leaves it. Not once the act has gone."""
    lock_openings([application.pk])
    standing = Award.objects.select_for_update(of=("self",)).select_related("application", "reservation", "act__call")
    for award in standing.filter(application=application, state__in=states.STANDING).order_by("pk"):
        if award.state != states.DRAFT_ACT:
            refuse(
                "Il procedimento si sta concludendo: per ritirare la domanda scrivi all’ufficio.",
                "The procedure is coming to its end: to withdraw the application write to the office.",
            )
        _take_out(award, award.act, reason.strip() or "Domanda ritirata dall’impresa.", actor)
    return withdraw_application(actor=actor, application=application, reason=reason)


def close_act(act: AwardAct, state: str, reason: str | Bilingual) -> None:
    """An act that is over: in effect, or cancelled. A person's words are in one language, the system's in both."""
    told = reason if isinstance(reason, Bilingual) else Bilingual(reason, "")
    act.state, act.closed_at, act.closing_reason, act.closing_reason_en = state, now(), told.it, told.en
    act.save(update_fields=["state", "closed_at", "closing_reason", "closing_reason_en"])


def close_award(award: Award, state: str, reason: str, actor: Actor) -> None:
    """An award that will not be: refused with its act or cancelled. Its reservation is released."""
    if award.reservation is not None and award.reservation.state == "reserved":
        release_reservation(actor=system("grants.close_award"), reservation=award.reservation, reason=reason)
    award.state, award.closed_at, award.closing_reason = state, now(), reason
    award.save(update_fields=["state", "closed_at", "closing_reason"])
    tell_application(award.application, actor, "award_cancelled", Bilingual(reason, reason), internal=True)


@service("grants.cancel_award_act")
def cancel_award_act(*, actor: Actor, act: AwardAct, reason: str) -> AwardAct:
    """Give up a draft: every headroom it held is free again, the applications wait for another act."""
    held = locked_act(act.pk)
    if held.state == states.CANCELLED:
        return unchanged(held)
    require(ACTS.may("cancel", actor, held, state=held.state))
    if not reason.strip():
        refuse("Scrivi il motivo.", "Write the reason.", field="reason")
    waiting = held.awards.select_for_update(of=("self",)).select_related("application", "reservation")
    for award in waiting.filter(state__in=[states.DRAFT_ACT, states.RETURNED]).order_by("pk"):
        close_award(award, states.CANCELLED, reason.strip(), actor)
    in_effect = held.awards.filter(state__in=states.TOOK_EFFECT).exists()
    close_act(held, states.EFFECTIVE if in_effect else states.CANCELLED, reason.strip())
    note_object(held)
    note(reason=reason.strip()[:200])
    return held
