"""The reduction of an award, after a lower plan was approved or after its last claim: drafted, signed, sent to the system of acts; back, it
has its effect at once.

Award, aid (with the COVAR in the RNA, by a stored job) and budget go down together, or nothing does. Where more was assessed than is
left it is refused: what was not paid is reviewed again, and what was must come back by a revocation in part, which hears the enterprise.
"""

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q

from levante.applications.api import Application, may_put_forward
from levante.calls.api import heading_of
from levante.claims import carrying_states as states
from levante.claims.carrying import directs, may_decide, may_decide_on
from levante.claims.in_force import granted_plan
from levante.claims.models_carrying import Variation, VariationEvent
from levante.claims.models_reduction import Reduction
from levante.claims.moving import write_event
from levante.claims.unearned import require_as_earned, require_room, taken_of
from levante.claims.varying import locked_variation
from levante.documents.api import generate_document
from levante.exchange.api import ExternalRequest
from levante.grants.api import Award, reduce_award
from levante.identity.api import adopting
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
from levante.kernel.pure import ZERO, Bilingual, Decision, format_euro, money_text
from levante.law.remedies import remedies_sentence
from levante.programme.api import Position, print_returned, reason_of, record_returned, returned, send_act, was_adopted

TEMPLATE, SUBJECT = "claims/pdf_reduction.html", "grants.Award"


def may_sign(actor: Actor, reduction: Reduction) -> Decision:
    """Sign the act and send it: the director (D.Lgs. 165/2001, artt. 4(2) and 17), who did not draft it."""
    award = reduction.award
    if not directs(actor, award):
        return Decision.no("L’atto lo firma e lo invia il dirigente.", "The director signs the act and sends it.")
    if actor.user_id is not None and actor.user_id == reduction.drafted_by_id:
        return Decision.no("Chi scrive l’atto non lo firma.", "Who drafts the act does not sign it.")
    return may_put_forward(actor, Application.objects.filter(pk=award.application_id))


def _require_holds(held: Reduction) -> None:
    """What the act says is still so."""
    if held.claim is not None:
        require_as_earned(held.claim, held.amount_after)
    else:
        require_room(held.award, held.amount_after)


@service("claims.draft_reduction")
def draft_reduction(*, actor: Actor, variation: Variation) -> Reduction:
    """Draft the act that brings the award down to what the approved plan leaves. Twice, it is one."""
    held = locked_variation(variation.pk)
    require(may_decide(actor, held))
    known = Reduction.objects.filter(variation=held, state__in=states.REDUCING).first()
    if known is not None:
        return unchanged(known)
    award = Award.objects.select_for_update(of=("self",)).select_related("act__call__office", "act__line", "enterprise").get(
        pk=held.award_id
    )  # fmt: skip
    left = held.to_reduce(award.amount)
    if left and granted_plan(award) != held:
        refuse(
            "Un piano approvato dopo ha preso il posto di questo: l’atto si scrive per quello.",
            "A plan approved later took the place of this one: the act is drafted for that.",
        )
    if not left or held.amount_after is None or not award.is_in_force:
        refuse("Non c’è nulla da ridurre.", "There is nothing to reduce.")
    require_room(award, held.amount_after)
    title = f"Riduzione del contributo: domanda {held.award.application.number}"
    made = Reduction.objects.create(
        variation=held, amount_before=award.amount, amount_after=held.amount_after, drafted_at=now(), drafted_by_id=actor.user_id,
        document=generate_document(
            actor=actor, kind="reduction-act", template=TEMPLATE, title=title[:300], data=_data(held, award, title), subject=held
        ),
    )  # fmt: skip
    write_reduction_event(made, "reduce_draft", actor)
    note(before=money_text(made.amount_before), after=money_text(made.amount_after))
    return made


def _data(held: Variation, award: Award, title: str) -> dict[str, Any]:
    """What the document shows, as plain JSON. Italian: it is an act."""
    assert held.amount_after is not None
    assert held.sent_at is not None
    assert held.decided_at is not None
    less = award.amount - held.amount_after
    return {
        **act_data(award, title, after=held.amount_after, release=less),
        "variation": f"n. {held.register_number} del {held.sent_at:%d/%m/%Y}",
        "decided_on": f"{held.decided_at:%d/%m/%Y}",
        "steps": [row["text"] for row in held.steps],
    }


def act_data(award: Award, title: str, *, after: Decimal, release: Decimal) -> dict[str, Any]:
    """What every act of reduction shows."""
    call, line, how = award.act.call, award.act.line, adopting(award.act.call.office)
    assert award.act.act_date is not None
    return {
        "title": title,
        "made_on": f"{today():%d/%m/%Y}",
        "heading": heading_of(call),
        **how.words,
        "body_norms": list(how.norms),
        "demonstration": award.act.is_demo,
        "call": call.title_it,
        "award_act": f"n. {award.act.number} del {award.act.act_date:%d/%m/%Y}",
        "application": award.application.number,
        "enterprise": award.enterprise.name,
        "tax_code": award.enterprise.tax_code,
        "cor": award.codes[0],
        "cup": award.codes[1],
        "before": format_euro(award.amount),
        "after": format_euro(after),
        "less": format_euro(award.amount - after),
        "release": format_euro(release) if release else "",
        "line": {"code": line.code, "name": line.name_it, "chapter": line.chapter},
        "remedies": remedies_sentence(today()).it,
    }


#: What an award brings along when its act moves.
_OF_AWARD = ("act__call__office", "act__line__triennium", "application__enterprise", "enterprise", "aid")


def _locked(reduction_id: int) -> Reduction:
    paths = [f"{of}__award__{path}" for of in ("variation", "claim") for path in _OF_AWARD]
    rows = Reduction.objects.select_for_update(of=("self",)).select_related(*paths, "document", "request")
    return rows.get(pk=reduction_id)


def write_reduction_event(held: Reduction, kind: str, actor: Actor, text: Bilingual | None = None) -> None:
    """A moment of the act, on the page of what it stands on."""
    if held.claim is not None:
        write_event(held.claim, kind, actor, text=text)
        return
    said = text or Bilingual("", "")
    assert held.variation is not None
    VariationEvent.objects.create(
        variation=held.variation, at=now(), kind=kind, text=said.it, text_en=said.en, user_id=actor.user_id
    )


@service("claims.send_reduction")
def send_reduction(*, actor: Actor, reduction: Reduction) -> Reduction:
    """The director signs and sends. Sent twice, it went once."""
    held = _locked(reduction.pk)
    require(may_sign(actor, held))
    if held.state != states.DRAFTED:
        return unchanged(held)
    award = held.award
    _require_holds(held)
    call, line, document = award.act.call, award.act.line, held.document
    of = held.claim or held.variation
    assert of is not None
    tries = of.events.filter(kind="reduce_refused").count()
    request = send_act(
        actor=actor,
        kind="reduction",
        name=f"reduction-{held.pk}-{tries}",
        title=document.title,
        office=call.office,
        line=line,
        amount=held.amount_before - held.amount_after,
        document=document,
    )
    held.state, held.request, held.sent_at, held.sent_by_id = states.AT_SIGNATURE, request, now(), actor.user_id
    held.stop_reason_it = held.stop_reason_en = ""
    held.save(update_fields=["state", "request", "sent_at", "sent_by", "stop_reason_it", "stop_reason_en"])
    write_reduction_event(held, "reduce_send", actor)
    note_object(held)
    note(key=request.key)
    return held


def act_answered(*, actor: Actor, request: ExternalRequest) -> None:
    """What an answer of the system of acts brings about; called by exchange, again after a crash: then it does nothing."""
    found = Reduction.objects.filter(request=request, state=states.AT_SIGNATURE).first()
    if found is not None:
        receive_reduction(actor=actor, reduction=found)


@service("claims.receive_reduction")
def receive_reduction(*, actor: Actor, reduction: Reduction) -> Reduction:
    """Adopted: number and date are recorded and it takes effect, or says what stops it. Refused: it is a draft again, with the reason."""
    held = _locked(reduction.pk)
    if held.state != states.AT_SIGNATURE or held.request is None:
        return unchanged(held)
    if not actor.is_system:
        refuse("Lo dice il sistema degli atti.", "The system of acts says it.")
    note_object(held)
    if not was_adopted(held.request):
        reason = reason_of(held.request)
        held.state, held.request, held.sent_at, held.sent_by = states.DRAFTED, None, None, None
        held.stop_reason_it = f"Il sistema degli atti l’ha rifiutato: {reason}"
        held.stop_reason_en = f"The system of acts refused it: {reason}"
        held.save(update_fields=["state", "request", "sent_at", "sent_by", "stop_reason_it", "stop_reason_en"])
        write_reduction_event(held, "reduce_refused", actor, Bilingual(reason, reason))
        return held
    award, told = held.award, returned(held.request)
    held.programme_act = record_returned(
        by="claims.receive_reduction",
        told=told,
        code=f"riduzione-{held.pk}",
        title=held.document.title,
        triennium=award.act.line.triennium,
        demonstration=award.act.is_demo,
    )
    held.state, held.number, held.act_date = states.RETURNED, told.number, told.date
    held.document = print_returned(
        by="claims.receive_reduction", signed=held.document, told=told, subject=held.variation or held.claim or held
    )
    held.save(update_fields=["state", "number", "act_date", "programme_act", "document"])
    _try_effect(held)
    return held


@service("claims.retry_reduction")
def retry_reduction(*, actor: Actor, reduction: Reduction) -> Reduction:
    """Try the effect again, now that what stopped it is over."""
    held = _locked(reduction.pk)
    if held.state == states.EFFECTIVE:
        return unchanged(held)
    require(may_decide_on(actor, held.award))
    if held.state != states.RETURNED:
        refuse("L’atto non è ancora tornato.", "The act is not back yet.")
    note_object(held)
    _try_effect(held)
    return held


@service("claims.give_up_reduction")
def give_up_reduction(*, actor: Actor, reduction: Reduction, reason: str) -> Reduction:
    """An act that is not signed yet, or came back and cannot have effect, is given up with a reason; another may be drafted. An adopted act
    stays in the register of acts: withdrawing it there is for who adopted it."""
    held = _locked(reduction.pk)
    require(may_decide_on(actor, held.award))
    if held.state == states.GIVEN_UP:
        return unchanged(held)
    if held.state not in (states.DRAFTED, states.RETURNED):
        refuse(
            "L’atto è alla firma o ha già effetto: non si abbandona.", "The act is being adopted or has its effect: it is not given up."
        )  # fmt: skip
    if not reason.strip():
        refuse("Scrivi perché l’atto si abbandona.", "Write why the act is given up.", field="reason")
    note_object(held)
    _give_up(held, actor, Bilingual(reason.strip(), ""))
    return held


def _give_up(held: Reduction, actor: Actor, reason: Bilingual) -> None:
    """``reason`` of a person has no English."""
    held.state, held.given_up_at = states.GIVEN_UP, now()
    held.given_up_reason, held.given_up_reason_en = reason.it, reason.en
    held.stop_reason_it = held.stop_reason_en = ""
    held.save(
        update_fields=[
            "state", "given_up_at", "given_up_reason", "given_up_reason_en", "stop_reason_it", "stop_reason_en"
        ]
    )  # fmt: skip
    write_reduction_event(held, "reduce_give_up", actor, Bilingual(reason.it, reason.en or reason.it))
    note(reason=reason.it)


@service("claims.close_reductions")
def close_reductions(*, actor: Actor, award: Award) -> list[Reduction]:
    """The award went down by another act: of its acts of reduction those that would leave no less are given up by themselves. One being
    adopted is when it comes back. Which were."""
    if not actor.is_system:
        refuse("Si chiudono con l’atto che riduce.", "They are closed by the act that reduces.")
    of_award = Q(variation__award=award) | Q(claim__award=award)
    rows = Reduction.objects.filter(
        of_award, state__in=[states.DRAFTED, states.RETURNED], amount_after__gte=award.amount
    )
    found = [_locked(pk) for pk in rows.order_by("pk").values_list("pk", flat=True)]
    if not found:
        return unchanged([])
    note_object(award)
    for held in found:
        _give_up(held, actor, _low_already(award))
    return found


def _low_already(award: Award) -> Bilingual:
    return Bilingual(
        f"La concessione è già di {format_euro(award.amount)}.",
        f"The award is {format_euro(award.amount, 'en')} already.",
    )


def _try_effect(held: Reduction) -> None:
    award = held.award
    if award.amount <= held.amount_after:
        _give_up(held, system("claims.take_effect"), _low_already(award))
        return
    try:
        with transaction.atomic():
            _take_effect(held)
    except Refused as refusal:
        # What was done in the transaction that was undone is not what the database has.
        held.__dict__.update(_locked(held.pk).__dict__)
        held.stop_reason_it, held.stop_reason_en = refusal.reason.it, refusal.reason.en
        held.save(update_fields=["stop_reason_it", "stop_reason_en"])


def _take_effect(held: Reduction) -> None:
    machine, award = system("claims.take_effect"), held.award
    assert held.act_date is not None
    assert held.programme_act is not None
    _require_holds(held)
    # Of an award of which too much was paid, what is to be given back comes in by its recovery, and not from the commitment.
    less = award.amount - (taken_of(award) if held.claim is not None else held.amount_after)
    reduced = reduce_award(
        actor=machine, award=award, amount=held.amount_after, act=held.programme_act, day=held.act_date, number=held.number,
        reason=_why(held), release_amount=_to_release(award, less),
        resumes=False,
    )  # fmt: skip
    held.state, held.effective_at = states.EFFECTIVE, now()
    held.stop_reason_it = held.stop_reason_en = ""
    held.save(update_fields=["state", "effective_at", "stop_reason_it", "stop_reason_en"])
    before, after, day = held.amount_before, held.amount_after, f"{held.act_date:%d/%m/%Y}"
    text = Bilingual(
        f"{format_euro(before)} → {format_euro(after)}, atto n. {held.number} del {day}",
        f"{format_euro(before, 'en')} → {format_euro(after, 'en')}, act no. {held.number} of {day}",
    )
    write_reduction_event(held, "reduce_effect", machine, text)
    close_reductions(actor=machine, award=reduced)


def _why(held: Reduction) -> str:
    """As the RNA and the public page of the award read it: Italian."""
    if held.claim is not None:
        return f"Rideterminazione dopo la domanda di pagamento {held.claim.register_number}"
    assert held.variation is not None
    return f"Variazione {held.variation.register_number}"


def _to_release(award: Award, less: Decimal) -> Decimal:
    """What goes back to the line: all of it, which must be committed and not verified as due."""
    rows = Position.objects.filter(line=award.act.line, subject_type=SUBJECT, subject_id=str(award.pk))
    position = rows.first()
    free = position.committed - position.liquidated if position is not None else ZERO
    if less > free:
        refuse(
            f"Sulla linea sono impegnati e non liquidati {format_euro(free)}: non se ne liberano {format_euro(less)}.",
            f"{format_euro(free, 'en')} are committed on the line and not verified as due: {format_euro(less, 'en')} cannot be freed.",
        )
    return less
