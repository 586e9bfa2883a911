"""The office looks into a claim: each thing of it, what is kept of each cost, what is asked of the enterprise."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import F

from levante.claims import policies, states
from levante.claims.cups import judge_claim
from levante.claims.filing import ANSWER_KIND, LOG
from levante.claims.models import Charge, Claim, ClaimFile, ClaimRequest, ClaimReview, SimplifiedCost
from levante.claims.moving import locked, step, tell
from levante.claims.reading import is_of_claim, keep_counts, last_review, reckon, to_review
from levante.claims.units import require_units
from levante.documents.api import store_upload
from levante.kernel.api import Actor, note, note_object, now, refuse, require, service, today, unchanged
from levante.kernel.pure import ZERO, Bilingual, euro, money_text, steps_as_json
from levante.law.terms import end_of_term
from levante.register.api import append_entry

#: Days to answer a request, unless the call says others.
ANSWER_DAYS = 10
MOST_ANSWER_FILES = 20


@service("claims.take_claim")
def take_claim(*, actor: Actor, claim: Claim) -> Claim:
    """Take a claim in charge; of what was sent, everything is kept until somebody cuts it."""
    held = locked(claim.pk)
    if held.state == states.REVIEW and held.officer_id == actor.user_id:
        require(policies.may_review(actor, held))
        return unchanged(held)
    step(held, "take", actor, officer_id=actor.user_id)
    judge_claim(held, on=today())
    return held


@service("claims.hand_over_claim")
def hand_over_claim(*, actor: Actor, claim: Claim) -> Claim:
    """Take over a claim that somebody else has in charge."""
    held = locked(claim.pk)
    require(policies.may_review(actor, held))
    if held.officer_id == actor.user_id:
        return unchanged(held)
    if held.state not in (states.REVIEW, states.INTEGRATION):
        refuse("La domanda di pagamento non è in verifica.", "The claim is not under review.")
    note(before=held.officer_id)
    held.officer_id = actor.user_id
    held.save(update_fields=["officer"])
    return held


def _under_review(actor: Actor, claim: Claim) -> Claim:
    held = locked(claim.pk)
    require(policies.may_review(actor, held))
    if held.state != states.REVIEW:
        refuse("La domanda di pagamento non è in verifica.", "The claim is not under review.")
    return held


@service("claims.review_object")
def review_object(
    *, actor: Actor, claim: Claim, kind: str, object_id: int, outcome: str, text: str = ""
) -> ClaimReview:
    """Say of one thing of a claim that it is complete, to be integrated or incomplete, and why. Said again, the last one counts.
    A document or a cost that is complete is kept as it was asked, one that is incomplete falls; the cut is changed apart."""
    held = _under_review(actor, claim)
    if outcome not in states.OUTCOMES:
        refuse("Scegli un esito.", "Choose an outcome.", field="outcome")
    if not is_of_claim(held, kind, object_id):
        refuse("Non è di questa domanda di pagamento.", "It is not of this claim.")
    if outcome != states.COMPLETE and not text.strip():
        refuse("Scrivi perché.", "Write why.", field="text")
    last = last_review(held, kind, object_id)
    if last is not None and (last.outcome, last.note) == (outcome, text.strip()):
        return unchanged(last)
    made = ClaimReview.objects.create(
        claim=held, kind=kind, object_id=object_id, outcome=outcome, note=text.strip(), reviewed_at=now(),
        reviewed_by_id=actor.user_id,
    )  # fmt: skip
    note_object(held)
    note(kind=kind, of=object_id, outcome=outcome)
    if _follow(held, kind, [object_id], outcome, text.strip()):
        _recompute(held)
    return made


@service("claims.review_rest")
def review_rest(*, actor: Actor, claim: Claim, things: Iterable[tuple[str, int]]) -> int:
    """Of many things of a claim, those that nobody looked at yet are complete: the limits are reckoned once. Returns how many."""
    held = _under_review(actor, claim)
    said = set(held.reviews.order_by().values_list("kind", "object_id"))
    left = sorted({one for one in to_review(held) if one not in said} & set(things))
    if not left:
        return unchanged(0)
    at = now()
    ClaimReview.objects.bulk_create(
        ClaimReview(
            claim=held, kind=kind, object_id=pk, outcome=states.COMPLETE, reviewed_at=at, reviewed_by_id=actor.user_id
        )
        for kind, pk in left
    )
    note_object(held)
    note(complete=[f"{kind}-{pk}" for kind, pk in left])
    moved = [_follow(held, kind, [pk for of, pk in left if of == kind], states.COMPLETE, "") for kind in dict(left)]
    if any(moved):
        _recompute(held)
    return len(left)


def _follow(claim: Claim, kind: str, ids: list[int], outcome: str, text: str) -> bool:
    """What the outcome means for the money: until it is said, nothing is kept nor cut. Did it move any?"""
    reason = "" if outcome == states.COMPLETE else text
    if kind == ClaimReview.DOCUMENT:
        rows = claim.charges.filter(document__in=ids)
        kept: Any = {states.COMPLETE: F("asked"), states.INCOMPLETE: ZERO}.get(outcome)
        euros = ZERO if kept is not None else None
        return bool(rows.update(kept=kept, admitted=euros, paid=ZERO, reason=reason))
    if kind == ClaimReview.COST:
        units: Any = {states.COMPLETE: F("quantity"), states.INCOMPLETE: Decimal(0)}.get(outcome)
        euros = ZERO if units is not None else None
        rows = claim.costs.filter(pk__in=ids)
        return bool(rows.update(kept=units, admitted=euros, paid=ZERO, reason=reason))
    return False


def _recompute(claim: Claim) -> None:
    """The limits of the call again, on what is kept now: a cut may free or take room of other items."""
    keep_counts(claim, reckon(claim, kept=True).earned, kept=True)


@service("claims.cut_charge")
def cut_charge(*, actor: Actor, charge: Charge, kept: Decimal, reason: str = "") -> Charge:
    """Keep less of a charge than was asked, with the reason; or all of it again. The limits of the call are reckoned again."""
    held = _under_review(actor, charge.claim)
    row = Charge.objects.select_for_update().get(pk=charge.pk, claim=held)
    exact = euro(kept)
    if (exact < 0) != (row.asked < 0) and exact:
        refuse("Il segno non è quello della spesa.", "The sign is not that of the expense.", field="kept")
    if abs(exact) > abs(row.asked):
        refuse("Non si ammette più di quanto è stato chiesto.", "No more is admitted than was asked for.", field="kept")
    if exact != row.asked and not reason.strip():
        refuse("Scrivi il motivo del taglio.", "Write why it is cut.", field="reason")
    if (row.kept, row.reason) == (exact, reason.strip()):
        return unchanged(row)
    note_object(held)
    note(charge=row.pk, asked=money_text(row.asked), kept=money_text(exact))
    row.kept, row.admitted = exact, ZERO
    row.reason = reason.strip() if exact != row.asked else ""
    row.save(update_fields=["kept", "admitted", "reason"])
    _recompute(held)
    row.refresh_from_db()
    return row


@service("claims.cut_cost")
def cut_cost(*, actor: Actor, cost: SimplifiedCost, kept: Decimal, reason: str = "") -> SimplifiedCost:
    """Keep fewer units than were claimed, with the reason."""
    held = _under_review(actor, cost.claim)
    row = SimplifiedCost.objects.select_for_update().get(pk=cost.pk, claim=held)
    if not Decimal(0) <= kept <= row.quantity:
        refuse("Da zero a quante sono chieste.", "From none to as many as are claimed.", field="kept")
    require_units(held.award, row.item, kept, field="kept")
    if kept != row.quantity and not reason.strip():
        refuse("Scrivi il motivo del taglio.", "Write why it is cut.", field="reason")
    note_object(held)
    note(cost=row.pk, kept=str(kept))
    row.kept, row.reason = kept, reason.strip() if kept != row.quantity else ""
    row.save(update_fields=["kept", "reason"])
    _recompute(held)
    return row


# -- what is asked, and the answer


@service("claims.ask_documents")
def ask_documents(*, actor: Actor, claim: Claim, text: str, days: int | None = None) -> ClaimRequest:
    """Ask the enterprise for what is missing, with its days; what is to be integrated is listed in the request."""
    held = _under_review(actor, claim)
    if not text.strip():
        refuse("Scrivi che cosa serve.", "Write what is needed.", field="text")
    given = days or int((held.award.application.opening.call.terms or {}).get("integration_days") or ANSWER_DAYS)
    if not 1 <= given <= 60:
        refuse("I giorni vanno da 1 a 60.", "The days are 1 to 60.", field="days")
    term = end_of_term(today(), given, kind="calendar", roll=True)
    step(held, "ask", actor)
    made = ClaimRequest.objects.create(
        claim=held, text=text.strip(), requested_at=now(), requested_by_id=actor.user_id, due_on=term.due,
        steps=steps_as_json(term.steps),
    )  # fmt: skip
    judge_claim(held, on=today())  # what is mended is mended by that day
    note(due_on=made.due_on.isoformat())
    tell(
        held,
        actor,
        "asked",
        Bilingual(
            f"Domanda di pagamento {held.register_number}: servono documenti",
            f"Claim {held.register_number}: documents are needed",
        ),
        Bilingual(
            f"Rispondi entro il {made.due_on:%d/%m/%Y}. {made.text}", f"Answer by {made.due_on:%d/%m/%Y}. {made.text}"
        ),
        once=str(made.pk),
    )
    return made


@service("claims.answer_request")
def answer_request(*, actor: Actor, claim: Claim, text: str, uploads: Any = ()) -> ClaimRequest:
    """Answer what the office asked, with files: registered, and the review goes on."""
    held = locked(claim.pk)
    request = ClaimRequest.objects.select_for_update().filter(claim=held, state=ClaimRequest.OPEN).first()
    if request is None:
        refuse("Non c’è nulla da rispondere.", "There is nothing to answer.")
    if not text.strip() and not uploads:
        refuse("Scrivi una risposta o allega un documento.", "Write an answer or attach a document.", field="text")
    if len(uploads) > MOST_ANSWER_FILES:
        refuse(f"Al massimo {MOST_ANSWER_FILES} file.", f"{MOST_ANSWER_FILES} files at most.", field="files")
    step(held, "answer", actor)
    files = []
    for upload in uploads:
        stored = store_upload(actor=actor, upload=upload, purpose="attachment", enterprise_id=held.award.enterprise_id)
        files.append(
            ClaimFile.objects.create(
                claim=held,
                kind=ClaimFile.ANSWER,
                label=stored.name,
                file=stored,
                added_at=now(),
                added_by_id=actor.user_id,
            )
        )
    receipt = append_entry(
        actor=actor,
        log=LOG,
        kind=ANSWER_KIND,
        subject=f"claim:{held.pk}",
        payload={"claim": held.pk, "request": request.pk, "files": [row.file.sha256 for row in files]},
        idempotency_key=f"claim-answer:{request.pk}",
    )
    request.state, request.answer, request.answered_at = ClaimRequest.ANSWERED, text.strip(), now()
    request.number = receipt.public_number
    request.save(update_fields=["state", "answer", "answered_at", "number"])
    note_object(held)
    return request


@service("claims.expire_requests")
def expire_requests(*, actor: Actor) -> int:
    """Requests whose days are over: the review goes on with what there is. Returns how many."""
    over = ClaimRequest.objects.filter(state=ClaimRequest.OPEN, due_on__lt=today())
    found = []
    for pk, claim in over.order_by("claim", "pk").values_list("pk", "claim")[:500]:
        held = locked(claim)  # the claim first, as who answers: in the other order the two would wait for each other
        request = ClaimRequest.objects.select_for_update().filter(pk=pk, state=ClaimRequest.OPEN).first()
        if request is None:
            continue
        found.append(request)
        request.state = ClaimRequest.EXPIRED
        request.save(update_fields=["state"])
        step(held, "expire", actor, text=Bilingual("Nessuna risposta in tempo.", "No answer in time."))
    if not found:
        return unchanged(0)
    note(requests=[row.pk for row in found])
    return len(found)
