"""The act came back: number, date, visa and publication are recorded, and only now the awards take effect.

For each award, at the date of the act and all in one: headroom confirmed, money committed, the application's timeline, the
notice to the enterprise. What no longer fits is stopped with its reason, and stops nothing else.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace

from django.db import InterfaceError, OperationalError, transaction

from levante.aid.api import confirm_reservation, lock_undertakings, reserve_aid
from levante.applications.api import Application, disclose, is_group
from levante.exchange.api import ExternalRequest
from levante.grants import durc, states
from levante.grants.antimafia import answers_of, decision_of
from levante.grants.cancelling import close_award
from levante.grants.checks import checks_of, verdict
from levante.grants.firms import firm_of
from levante.grants.letters import send_award_letters
from levante.grants.models import Award, AwardAct
from levante.grants.places import require_still_in
from levante.grants.registers import heir_in, tell_act
from levante.grants.services import AT_ONCE, SUBJECT, locked_act, tell_application
from levante.grants.visure import listed_decision
from levante.grants.workflow import ACTS
from levante.kernel.api import Actor, Refused, note, note_object, now, require, service, system, today, unchanged
from levante.kernel.pure import Bilingual, format_euro, money_text
from levante.messages.api import notify
from levante.parties.api import people_acting_for
from levante.programme.api import commit, print_returned, reason_of, record_returned, returned, vocabulary, was_adopted

#: Awards that take effect in one transaction.
BATCH = 20

log = logging.getLogger(__name__)


def act_answered(*, actor: Actor, request: ExternalRequest) -> None:
    """What an answer of the system of acts brings about; called by exchange, again after a crash: then it does nothing."""
    act = AwardAct.objects.filter(request=request).first()
    if act is None or act.state != states.SENT:
        return
    if was_adopted(request):
        receive_award_act(actor=actor, act=act)
    else:
        refuse_award_act(actor=actor, act=act)


@service("grants.receive_award_act")
def receive_award_act(*, actor: Actor, act: AwardAct) -> AwardAct:
    """Record number, date, visa and publication, then let the awards take effect."""
    held = locked_act(act.pk)
    if held.state != states.SENT:
        return unchanged(held)
    require(ACTS.may("return", actor, held, state=held.state))
    told = returned(held.request)
    held.number, held.act_date, held.their_id = told.number, told.date, told.their_id
    held.visa_number, held.visa_date = told.visa_number, told.visa_date
    held.publication_number, held.publication_date = told.publication_number, told.publication_date
    held.publication_where = told.publication_where
    held.programme_act = record_returned(
        by="grants.receive_award_act",
        told=told,
        code=f"{vocabulary.AWARDING}{held.pk}",
        title=held.title,
        triennium=held.line.triennium,
        demonstration=held.is_demo,
    )
    assert held.document is not None
    held.document = print_returned(
        by="grants.receive_award_act", signed=held.document, told=told, subject=held, more=_signed_without(held)
    )
    held.state, held.returned_at = states.RETURNED, now()
    held.save()
    held.awards.filter(state=states.SENT).update(state=states.RETURNED)
    note(number=held.number, date=told.date.isoformat(), visa=held.visa_number)
    _begin(actor, held)
    return held


@service("grants.refuse_award_act")
def refuse_award_act(*, actor: Actor, act: AwardAct) -> AwardAct:
    """The system of acts refused it: the awards fall, their headroom is free, the applications wait for another act."""
    held = locked_act(act.pk)
    if held.state != states.SENT:
        return unchanged(held)
    require(ACTS.may("refuse", actor, held, state=held.state))
    assert held.request is not None
    reason = reason_of(held.request)
    for award in _waiting(held, states.SENT):
        close_award(award, states.REFUSED, reason, actor)
    held.state, held.closed_at, held.closing_reason = states.REFUSED, now(), reason
    held.their_id = held.request.their_id
    held.save(update_fields=["state", "closed_at", "closing_reason", "their_id"])
    note(reason=reason[:200])
    return held


@service("grants.retry_award_act")
def retry_award_act(*, actor: Actor, act: AwardAct) -> AwardAct:
    """Try again the awards that were stopped, now that money or headroom may be there. While they are being tried already,
    nothing more."""
    held = locked_act(act.pk)
    if held.effect_going:
        return unchanged(held)
    require(ACTS.may("take_effect", actor, held, state=held.state))
    _begin(actor, held)
    return held


def _waiting(act: AwardAct, state: str, *, among: Sequence[int] | None = None) -> list[Award]:
    rows = act.awards.select_for_update(of=("self",)).filter(state=state)
    rows = rows if among is None else rows.filter(pk__in=among)
    return list(
        rows.select_related(
            "application__opening__call", "enterprise", "awarded_to", "reservation__enterprise"
        ).order_by("pk")
    )


def _signed_without(act: AwardAct) -> dict[str, str]:
    """What the signature says of the codes and visure that were not there."""
    return (
        {"without_rna": f"Firmato senza COR, CUP o visure di alcune concessioni: {act.without_codes}"}
        if act.without_codes
        else {}
    )


def _begin(actor: Actor, act: AwardAct) -> None:
    """A pass over the awards that wait: of a few at once, of many by the worker, some in each transaction."""
    act.effect_pass, act.effect_going, act.moved_at = act.effect_pass + 1, True, now()
    act.save(update_fields=["effect_pass", "effect_going", "moved_at"])
    if act.awards.filter(state=states.RETURNED).count() > AT_ONCE:
        from levante.grants.jobs import take_effect

        take_effect.defer(act_id=act.pk)
        return
    while act.effect_going:
        _go_on(actor, act)


def effect_on(act_id: int, *, most: int | None = None) -> int:
    """Let the awards of an act that came back take effect, until none waits; returns in how many transactions. Killed, whoever
    comes next goes on from the first that was not tried; two workers on one act take turns."""
    turns = 0
    while most is None or turns < most:
        if take_some_effect(actor=system("grants.take_effect"), act_id=act_id) is None:
            return turns
        turns += 1
    return turns


@service("grants.take_some_effect")
def take_some_effect(*, actor: Actor, act_id: int) -> AwardAct | None:
    """The next awards of the pass that is going; after the last one the letters. None when no pass is."""
    held = locked_act(act_id)
    if not held.effect_going:
        return unchanged(None)
    _go_on(actor, held)
    note_object(held)
    return held


def _go_on(actor: Actor, act: AwardAct) -> None:
    """Try the next ones, in order of arrival, each by itself; when there is none the pass is over."""
    assert act.act_date is not None
    left = act.awards.filter(state=states.RETURNED, tried_pass__lt=act.effect_pass)
    next_ones = list(left.order_by("application__sequence", "pk").values_list("pk", flat=True)[:BATCH])
    waiting = {award.pk: award for award in _waiting(act, states.RETURNED, among=next_ones)}
    lock_undertakings([award.enterprise for award in waiting.values()], on=act.act_date)
    for pk in next_ones:
        award = waiting[pk]
        award.tried_pass = act.effect_pass
        try:
            with transaction.atomic():
                _effect_of(actor, act, award)
        except Refused as refusal:
            _stop(actor, act, award, refusal.reason)
        except (OperationalError, InterfaceError):
            raise  # the database is away: they wait as they were, for who comes next
        except Exception as error:
            log.exception("award %s could not take effect", award.pk)
            _stop(actor, act, award, _unexpected(error))
    act.moved_at = now()
    act.save(update_fields=["moved_at"])
    if not left.exists():
        _end(act)


def _stop(actor: Actor, act: AwardAct, award: Award, reason: Bilingual) -> None:
    """It waits, with its reason, until somebody tries again; it stops nothing else."""
    Award.objects.filter(pk=award.pk).update(
        stop_reason_it=reason.it, stop_reason_en=reason.en, tried_pass=act.effect_pass
    )
    tell_application(award.application, actor, "award_stopped", reason, internal=True)


def _unexpected(error: Exception) -> Bilingual:
    name = type(error).__name__
    return Bilingual(
        f"Un errore del sistema ({name}) l’ha fermata: riprova, e se si ripete segnalalo a chi gestisce la piattaforma.",
        f"An error of the system ({name}) stopped it: try again, and if it comes back tell who runs the platform.",
    )


def _end(act: AwardAct) -> None:
    """The pass is over: whoever has the award is written to; an act of which nothing waits any more is in effect."""
    given = act.awards.filter(state=states.EFFECTIVE, tried_pass=act.effect_pass)
    send_award_letters(act, given.select_related("application").order_by("application__sequence", "pk"))
    act.effect_going = False
    if act.state == states.RETURNED and not act.awards.filter(state=states.RETURNED).exists():
        act.state, act.closed_at = states.EFFECTIVE, now()
    act.save(update_fields=["effect_going", "state", "closed_at"])


def _effect_of(actor: Actor, act: AwardAct, award: Award) -> None:
    """One award takes effect at the date of its act, or is refused with the reason and leaves nothing."""
    assert act.act_date is not None
    assert act.programme_act is not None
    machine = system("grants.take_effect")
    reservation = award.reservation
    if reservation is None or reservation.state in {"expired", "released"}:
        # It was held too long and let go: it must find its place again.
        reservation = award.reservation = reserve_aid(
            actor=machine, enterprise=award.enterprise, amount=award.gge, regime=award.regime, subject_type=SUBJECT,
            subject_id=str(award.pk), granted_on=act.act_date,
        )  # fmt: skip
    require_still_in([award])
    # What was sent is the first firm's; who has its place by a deed since is who is judged.
    firm = replace(firm_of(award.application, award.first_firm), enterprise=award.enterprise)
    award.final_checks = checks_of(
        award.application, amount=award.amount, on=act.act_date, without=reservation, firm=firm
    )
    require(verdict(award.final_checks))
    antimafia = answers_of([award], on=act.act_date)[award.pk]
    award.final_checks["antimafia"] = antimafia.as_json()
    require(decision_of(antimafia))
    found = durc.answers_of([award], on=act.act_date).get(award.pk)
    if found is not None:
        award.final_checks["durc"] = found.as_json()
        require(durc.decision_of(found))
    require(listed_decision(award))
    award.aid = confirm_reservation(
        actor=machine,
        reservation=reservation,
        heir=heir_in(award),
        granted_on=act.act_date,
        act=f"{act.number} del {act.act_date:%d/%m/%Y}",
        measure_title=act.call.title_it,
        granting_body=act.call.office.name_it,
        nominal=award.amount,
        instrument="Sovvenzione",
        cor=award.cor,
        cup=award.cup,
    )
    # What the law was asked when the headroom was confirmed, a line of the RNA for this very aid left out.
    award.final_checks["position"] = award.aid.reservation.position
    award.commitment = commit(
        actor=machine,
        line=act.line,
        amount=award.amount,
        act=act.programme_act,
        exercise=act.act_date.year,
        on=act.act_date,
        commitment_number=act.visa_number,
        subject_type=SUBJECT,
        subject_id=str(award.pk),
        subject_label=f"{award.application.number}",
        sectors=None,
        comune=_comune(award),
        reason=f"Concessione, domanda {award.application.number}",
        idempotency_key=f"award:{award.pk}:commitment",
        demonstration=act.is_demo,
    )
    award.state, award.effective_on = states.EFFECTIVE, act.act_date
    award.stop_reason_it = award.stop_reason_en = ""
    award.save()
    tell_act(act, award)
    it = f"Concessi {format_euro(award.amount)} con l’atto n. {act.number} del {act.act_date:%d/%m/%Y}."
    en = f"{format_euro(award.amount, 'en')} awarded by act no. {act.number} of {act.act_date:%d/%m/%Y}."
    if not award.is_in_force:
        it += " L’efficacia attende la registrazione nel RNA (COR)."
        en += " Its effect awaits registration in the RNA (COR)."
    if antimafia.condition.it:
        it += f" Antimafia: {antimafia.condition.it}."
        en += f" Anti-mafia: {antimafia.condition.en}."
    if is_group(award.application):
        it, en = f"{award.enterprise.name}: {it}", f"{award.enterprise.name}: {en}"
    held = Application.objects.select_for_update(of=("self",)).exclude(held_from="").filter(pk=award.application_id)
    disclose(held.order_by("pk"), user_id=actor.user_id)
    tell_application(award.application, actor, "award_effective", Bilingual(it, en))
    notify(
        actor=machine,
        users=people_acting_for(award.enterprise_id, today()),
        kind="award-effective",
        title=Bilingual("Il contributo è concesso", "The grant is awarded"),
        body=Bilingual(f"{award.application.number}: {it}", f"{award.application.number}: {en}"),
        path="/impresa/aiuti/",
        enterprise_id=award.enterprise_id,
        subject_type=SUBJECT,
        subject_id=str(award.pk),
    )
    note(**{f"award_{award.pk}": money_text(award.amount)})


def _comune(award: Award) -> str:
    """ISTAT code of the comune the money goes to: the operating seat as it was submitted, else the legal one."""
    seats = firm_of(award.application, award.first_firm).copy.get("seats", [])
    for kind in ("operating", "legal"):
        for seat in seats:
            if seat["kind"] == kind and seat.get("istat_code"):
                return str(seat["istat_code"])
    return ""
