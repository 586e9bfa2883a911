"""The annulment of a revocation in self-protection: proposed with its grounds, signed by another person, undone all in one transaction.

Art. 21-nonies L. 241/1990: the act is unlawful, there is a public interest, the interests at stake are weighed, within a reasonable time.
The months that the law gives bind acts that grant an advantage; the annulment of a revocation gives one back: past them the reasons say why
the time is still reasonable (``revocation.annul.months``, to be confirmed). A final judgment on false facts, or the decision on an appeal,
have no such term.
"""

from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.db.models import Q

from levante.claims.api import Reduction, carrying_states, give_acceptance_back, revive_claims
from levante.controls import policies, states
from levante.controls.act_text import annulment_data
from levante.controls.ending import end_recovery
from levante.controls.letters import write_annulled
from levante.controls.models import Annulment, Recovery, Revocation
from levante.controls.moving import locked_recovery, locked_revocation, step, tell, write_event
from levante.controls.revoking import NOT_ACCEPTED
from levante.controls.workflow import ANNULMENTS
from levante.exchange.api import ExternalRequest
from levante.grants.api import restore_award
from levante.kernel.api import (
    Actor,
    Refused,
    note,
    note_object,
    now,
    refuse,
    require,
    service,
    system,
    today,
    unchanged,
)
from levante.kernel.pure import ZERO, Bilingual, euro, format_euro, money_text
from levante.law import parameters
from levante.programme.api import (
    Act,
    print_act,
    print_returned,
    reason_of,
    record_returned,
    returned,
    send_act,
    was_adopted,
)

TEMPLATE = "controls/pdf_annulment.html"


def last_day_to_annul(revocation: Revocation) -> date:
    """The last of the months that the law gives, from the act of revocation; those in force today."""
    assert revocation.act_date is not None
    months = int(parameters.value("revocation.annul.months", on=today()).value)
    return revocation.act_date + relativedelta(months=months)


def _locked(pk: int) -> tuple[Annulment, Revocation]:
    """The revocation first, as everywhere."""
    revocation = locked_revocation(Annulment.objects.values_list("revocation", flat=True).get(pk=pk))
    rows = Annulment.objects.select_for_update(of=("self",)).select_related(
        "document__file", "request", "programme_act"
    )
    held = rows.get(pk=pk)
    held.revocation = revocation
    return held, revocation


def _step(held: Annulment, name: str, actor: Actor, text: Bilingual, **values: Any) -> Annulment:
    require(ANNULMENTS.may(name, actor, held, state=held.state))
    held.state = ANNULMENTS.transitions[name].target
    for field, value in values.items():
        setattr(held, field, value)
    held.save(update_fields=["state", *values])
    write_event(held.revocation, actor, text, internal=name in {"send", "refuse", "give_up"})
    note(transition=name)
    return held


@service("controls.propose_annulment")
def propose_annulment(
    *, actor: Actor, revocation: Revocation, basis: str, grounds: str, interest: str, late_reason: str = ""
) -> Annulment:
    """Write the act that annuls a revocation in effect: the last one of its award, with no procedure open on it. Written again until it is
    signed; the director signs it."""
    revoked = locked_revocation(revocation.pk)
    require(policies.may_propose_annulment(actor, revoked))
    _check_standing(revoked)
    if basis not in states.BASES:
        refuse("Scegli il fondamento.", "Choose the ground.", field="basis")
    if not grounds.strip():
        refuse("Scrivi perché l’atto va annullato.", "Write why the act is to be annulled.", field="grounds")
    if not interest.strip():
        refuse("Scrivi l’interesse pubblico e come si pesano gli altri.", "Write the public interest, and how the others are weighed.",
               field="interest")  # fmt: skip
    last = last_day_to_annul(revoked)
    if basis == states.UNLAWFUL and today() > last and not late_reason.strip():
        refuse(
            f"I mesi della legge sono finiti il {last:%d/%m/%Y}: scrivi perché il tempo è ancora ragionevole.",
            f"The months of the law ended on {last:%d/%m/%Y}: write why the time is still reasonable.",
            field="late_reason",
        )
    held: Annulment | None = revoked.annulments.exclude(state=states.GIVEN_UP).first()
    if held is not None and held.state != states.PROPOSED:
        refuse("L’annullamento è già alla firma.", "The annulment is being signed already.")
    values = {
        "basis": basis,
        "grounds": grounds.strip(),
        "interest": interest.strip(),
        "late_reason": late_reason.strip(),
    }
    if held is None:
        held = Annulment(revocation=revoked)
    elif {name: getattr(held, name) for name in values} == values:
        return unchanged(held)
    for name, value in values.items():
        setattr(held, name, value)
    held.last_day, held.proposed_at, held.proposed_by_id = last, now(), actor.user_id
    held.parameters = parameters.freeze(["revocation.annul.months"], on=today())
    held.save()
    title = f"Annullamento d’ufficio della revoca n. {revoked.number}: domanda {revoked.award.application.number}"
    held.document = print_act(
        actor=actor, before=None, long=False, kind="annulment-act", template=TEMPLATE, title=title, data=annulment_data(held, title),
        subject=revoked,
    )  # fmt: skip
    held.save(update_fields=["document"])
    write_event(revoked, actor, Bilingual("Annullamento proposto", "Annulment proposed"), internal=True)
    note(basis=basis)
    note_object(revoked)
    return held


def _check_standing(revoked: Revocation) -> None:
    if revoked.state != states.EFFECTIVE:
        refuse("Si annulla una revoca efficace.", "A revocation in effect is annulled.")
    others = Revocation.objects.filter(award=revoked.award_id).exclude(pk=revoked.pk)
    if others.filter(state__in=states.OPEN).exists():
        refuse(
            "Sulla concessione c’è un procedimento aperto: prima si conclude.",
            "A procedure is open on the award: it ends first.",
        )
    if others.filter(state=states.EFFECTIVE, effective_at__gt=revoked.effective_at).exists():
        refuse("Prima si annulla la revoca venuta dopo.", "The revocation that came after it is annulled first.")


@service("controls.give_up_annulment")
def give_up_annulment(*, actor: Actor, annulment: Annulment, reason: str) -> Annulment:
    """The revocation stays: the proposal, or the act that came back and could not have its effect, is left."""
    held, _ = _locked(annulment.pk)
    if held.state == states.GIVEN_UP:
        return unchanged(held)
    if not reason.strip():
        refuse("Scrivi i motivi.", "Write the reasons.", field="reason")
    text = Bilingual(f"Annullamento lasciato: {reason.strip()}", f"Annulment given up: {reason.strip()}")
    return _step(held, "give_up", actor, text, closing_reason=reason.strip())


@service("controls.send_annulment")
def send_annulment(*, actor: Actor, annulment: Annulment) -> Annulment:
    """The director, who did not propose it, signs and sends. Sent twice, it went once."""
    held, revoked = _locked(annulment.pk)
    if held.state == states.SENT:
        return unchanged(held)
    require(ANNULMENTS.may("send", actor, held, state=held.state))
    _check_standing(revoked)
    document, call, line = held.document, revoked.award.act.call, revoked.award.act.line
    assert document is not None
    request = send_act(
        actor=actor,
        kind="annulment",
        name=f"annulment-{held.pk}",
        title=document.title,
        office=call.office,
        line=line,
        amount=revoked.amount,
        document=document,
    )
    text = Bilingual("Atto di annullamento firmato e inviato", "Act of annulment signed and sent")
    _step(held, "send", actor, text, sent_at=now(), sent_by_id=actor.user_id, request=request)
    note(key=request.key)
    return held


def act_answered(*, actor: Actor, request: ExternalRequest) -> None:
    """What an answer of the system of acts brings about; called by exchange, again after a crash: then it does nothing."""
    found = Annulment.objects.filter(request=request, state=states.SENT).first()
    if found is not None:
        receive_annulment(actor=actor, annulment=found)


@service("controls.receive_annulment")
def receive_annulment(*, actor: Actor, annulment: Annulment) -> Annulment:
    """Number and date, then the effect, or what stops it; refused there, it is to be written again."""
    held, revoked = _locked(annulment.pk)
    if held.state != states.SENT or held.request is None or held.request.answer is None:
        return unchanged(held)
    assert held.document is not None
    if not was_adopted(held.request):
        reason = reason_of(held.request)
        text = Bilingual(f"Il sistema degli atti ha rifiutato: {reason}", f"The system of acts refused: {reason}")
        return _step(held, "refuse", actor, text, request=None, sent_at=None, sent_by=None)
    told = returned(held.request)
    act = record_returned(
        by="controls.receive_annulment", told=told, code=f"annullamento-{held.pk}", title=held.document.title,
        triennium=revoked.award.act.line.triennium, demonstration=revoked.is_demo,
    )  # fmt: skip
    text = Bilingual(
        f"Atto di annullamento n. {told.reference}", f"Act of annulment no. {told.number} of {told.date:%d/%m/%Y}"
    )
    _step(
        held, "return", actor, text, number=told.number, act_date=told.date, programme_act=act,
        document=print_returned(by="controls.receive_annulment", signed=held.document, told=told, subject=revoked),
    )  # fmt: skip
    note(number=held.number, date=told.date.isoformat())
    _try_effect(held, revoked)
    return held


@service("controls.retry_annulment")
def retry_annulment(*, actor: Actor, annulment: Annulment) -> Annulment:
    """Try the effect again, now that what stopped it is over."""
    held, revoked = _locked(annulment.pk)
    if held.state == states.EFFECTIVE:
        return unchanged(held)
    require(ANNULMENTS.may("take_effect", actor, held, state=held.state))
    _try_effect(held, revoked)
    note(stopped=bool(held.stop_reason_it))
    return held


def _try_effect(held: Annulment, revoked: Revocation) -> None:
    try:
        with transaction.atomic():
            _take_effect(held, revoked)
    except Refused as refusal:
        fresh, revoked = _locked(held.pk)  # what was undone is not what the database has
        held.__dict__.update(fresh.__dict__)
        held.stop_reason_it, held.stop_reason_en = refusal.reason.it, refusal.reason.en
        held.save(update_fields=["stop_reason_it", "stop_reason_en"])


def _take_effect(held: Annulment, revoked: Revocation) -> None:
    machine, award = system("controls.annul"), revoked.award
    assert held.act_date is not None
    assert held.programme_act is not None
    assert revoked.effects is not None
    _check_standing(revoked)
    if held.basis == states.UNLAWFUL and held.act_date > held.last_day and not held.late_reason:
        refuse(
            f"L’atto è venuto dopo i mesi della legge ({held.last_day:%d/%m/%Y}) e non dice perché il tempo è ragionevole.",
            f"The act came after the months of the law ({held.last_day:%d/%m/%Y}) and does not say why the time is reasonable.",
        )
    before = award.amount
    award = restore_award(
        actor=machine, award=award, amount=before + revoked.amount, act=held.programme_act, day=held.act_date, number=held.number,
        commit_amount=euro(revoked.effects["released"]), earlier=_earlier(revoked),
        given_back=euro(revoked.effects["recover"]),
    )  # fmt: skip
    reference = f"atto n. {held.number} del {held.act_date:%d/%m/%Y}"
    claims = revive_claims(
        actor=machine, award=award, were=revoked.effects.get("were", []),
        reason=Bilingual(
            f"Annullamento d’ufficio, {reference}",
            f"Annulment by the office, act no. {held.number} of {held.act_date:%d/%m/%Y}",
        ),
    )  # fmt: skip
    if revoked.reason_code == NOT_ACCEPTED:
        give_acceptance_back(
            actor=machine, award=award, reason=f"Revoca annullata d’ufficio, {reference}", by=held.sent_by_id
        )
    recovery = Recovery.objects.filter(revocation=revoked).exclude(state=states.CANCELLED).first()
    back = ZERO
    if recovery is not None:
        ended = end_recovery(
            machine,
            locked_recovery(recovery.pk),
            states.NOT_DUE,
            Bilingual(
                f"Revoca annullata, {reference}",
                f"Revocation annulled, act no. {held.number} of {held.act_date:%d/%m/%Y}",
            ),
            held.programme_act,
        )
        back = sum((one.amount for one in ended.refunds.filter(kind=states.NOT_DUE)), ZERO)
    text = Bilingual("La revoca è annullata d’ufficio", "The revocation is annulled in self-protection")
    effects = {
        "before": money_text(before), "after": money_text(award.amount), "committed": revoked.effects["released"],
        "recovery": recovery.pk if recovery is not None else None, "refund": money_text(back),
        "claims": [one.register_number or str(one.pk) for one in claims],
    }  # fmt: skip
    _step(held, "take_effect", machine, text, effective_at=now(), effects=effects, stop_reason_it="", stop_reason_en="")
    step(
        revoked, "annul", machine, text, closed_at=now(), closing_reason=held.grounds,
        closing_act=f"n. {held.number} del {held.act_date:%d/%m/%Y}",
    )  # fmt: skip
    write_annulled(machine, held, back)
    tell(
        machine,
        award,
        "revocation-annulled",
        Bilingual("La revoca del contributo è annullata", "The revocation of your grant is annulled"),
        Bilingual(
            f"Domanda {award.application.number}: il contributo vale di nuovo {format_euro(award.amount)}, {reference}."
            + (f" Ti si rendono {format_euro(back)}." if back else ""),
            f"Application {award.application.number}: the grant is of {format_euro(award.amount, 'en')} again, act no. {held.number} of "
            f"{held.act_date:%d/%m/%Y}." + (f" {format_euro(back, 'en')} are given back to you." if back else ""),
        ),
        path=f"/impresa/revoche/{revoked.pk}/",
        once=str(revoked.pk),
    )


def _earlier(revoked: Revocation) -> tuple[Act, date] | None:
    """The act, with its day, of the last reduction of the award that stands still: another revocation, or one that is not a revocation."""
    rows = Revocation.objects.filter(award=revoked.award_id, state=states.EFFECTIVE).exclude(pk=revoked.pk)
    of_award = Q(variation__award=revoked.award_id) | Q(claim__award=revoked.award_id)
    lower = Reduction.objects.filter(of_award, state=carrying_states.EFFECTIVE)
    found = [
        (one.effective_at, one.programme_act, one.act_date)
        for one in (*rows.select_related("programme_act"), *lower.select_related("programme_act"))
        if one.effective_at is not None
    ]
    if not found:
        return None
    _at, act, day = max(found, key=lambda one: one[0])
    return None if act is None or day is None else (act, day)
