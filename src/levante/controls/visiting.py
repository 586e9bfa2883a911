"""Visits on the spot: planned, told of on the phone, signed. What follows from what they find is in ``after_visit``."""

from datetime import date
from decimal import Decimal
from typing import Any

from levante.claims.api import Claim, ExpenseDocument, SimplifiedCost, kept_of_cost, kept_of_document, units_of
from levante.controls import policies, states
from levante.controls.models import SampleRow, Visit, VisitFinding, VisitPhotograph
from levante.controls.moving import tell
from levante.documents.api import store_upload
from levante.kernel.api import Actor, note, note_object, now, refuse, require, service, unchanged
from levante.kernel.pure import ZERO, Bilingual, format_euro
from levante.law.wording import plain_number

MOST_PHOTOGRAPHS = 60


def locked(pk: int) -> Visit:
    rows = Visit.objects.select_for_update(of=("self",)).select_related(
        "award__act__call__office", "award__application__opening__call__office", "award__application__enterprise", "award__enterprise",
        "claim",
    )  # fmt: skip
    return rows.get(pk=pk)


@service("controls.plan_visit")
def plan_visit(
    *, actor: Actor, claim: Claim, planned_on: date, place: str, row: SampleRow | None = None, because: str = ""
) -> Visit:
    """Plan a control on the spot of a claim, drawn or not; the enterprise is told the day. Who plans it makes it, and is not who assessed
    the claim: unless the director gives it to them, with the reason (``because``), which is kept. The open one is given back when it
    says the same."""
    entrusts = bool(because.strip())
    require(policies.may_entrust(actor, claim.award) if entrusts else policies.may_open(actor, claim.award))
    if claim.state not in ("assessed", "liquidated", "paid"):
        refuse("Si visita ciò che è stato verificato.", "What was assessed is visited.")
    if not place.strip():
        refuse("Scrivi dove.", "Write where.", field="place")
    held = Claim.objects.select_for_update().get(pk=claim.pk)
    known = Visit.objects.filter(claim=held, state__in=[states.PLANNED, states.DONE]).first()
    if known is not None:
        if known.state == states.PLANNED and known.planned_on == planned_on and known.place == place.strip():
            return unchanged(known)
        refuse("Su questa domanda c’è già una visita aperta.", "A visit of this claim is open already.")
    officer = held.decided_by_id if entrusts else actor.user_id
    if entrusts and officer in (None, actor.user_id):
        refuse("Affida la visita a un’altra persona.", "Give the visit to another person.", field="because")
    if not entrusts and officer is not None and officer == held.decided_by_id:
        refuse(*policies.ANOTHER_PERSON)
    made = Visit.objects.create(
        award=claim.award, claim=claim, row=row, planned_on=planned_on, place=place.strip()[:300], officer_id=officer,
        assessed_by_id=held.decided_by_id, entrusted_by_id=actor.user_id if entrusts else None, entrusted_because=because.strip(),
        created_at=now(),
    )  # fmt: skip
    note(claim=claim.pk, planned_on=planned_on.isoformat(), entrusted=entrusts)
    tell(
        actor,
        claim.award,
        "visit-planned",
        Bilingual("È programmata una visita di controllo", "A visit of control is planned"),
        Bilingual(
            f"Il {planned_on:%d/%m/%Y}, {made.place}: domanda di pagamento {claim.register_number}. Tieni pronti gli originali.",
            f"On {planned_on:%d/%m/%Y}, {made.place}: claim {claim.register_number}. Have the originals ready.",
        ),
        path=f"/impresa/rendicontazioni/{claim.pk}/",
        once=str(made.pk),
    )
    return made


def open_visit(actor: Actor, visit: Visit, *among: str, controls: bool = True) -> Visit:
    """The visit under a lock, in one of these states; of who ``controls`` it, or of who examines, for what follows from the minutes."""
    held = locked(visit.pk)
    require(policies.may_control(actor, held) if controls else policies.may_open(actor, held.award))
    if held.state not in among:
        refuse("La visita non è più aperta.", "The visit is no longer open.")
    note_object(held)
    return held


def _written_again(visit: Visit) -> None:
    """What was printed no longer says what is written."""
    if visit.printed_id is not None:
        visit.printed, visit.printed_sha256 = None, ""
        visit.save(update_fields=["printed", "printed_sha256"])


@service("controls.write_minutes")
def write_minutes(*, actor: Actor, visit: Visit, present: str, minutes: str) -> Visit:
    """The minutes: who was there, what was seen. Written again until they are signed; what was printed meanwhile is printed again."""
    if not present.strip():
        refuse("Scrivi chi era presente.", "Write who was there.", field="present")
    if not minutes.strip():
        refuse("Scrivi che cosa si è visto.", "Write what was seen.", field="minutes")
    held = open_visit(actor, visit, states.PLANNED, states.DONE)
    _written_again(held)
    held.present, held.minutes, held.state = present.strip(), minutes.strip(), states.DONE
    held.done_at = held.done_at or now()
    held.save(update_fields=["present", "minutes", "state", "done_at"])
    return held


@service("controls.add_photograph")
def add_photograph(*, actor: Actor, visit: Visit, upload: Any, caption: str = "") -> VisitPhotograph:
    """A photograph of the visit."""
    held = open_visit(actor, visit, states.PLANNED, states.DONE)
    if held.photographs.count() >= MOST_PHOTOGRAPHS:
        refuse(
            f"Al massimo {MOST_PHOTOGRAPHS} fotografie.", f"{MOST_PHOTOGRAPHS} photographs at most.", field="photograph"
        )
    _written_again(held)
    file = store_upload(actor=actor, upload=upload, purpose="image", enterprise_id=None)
    return VisitPhotograph.objects.create(visit=held, file=file, caption=caption.strip()[:300], taken_at=now())


def units_text(units: Decimal, language: str = "it") -> str:
    """A number of units as people read it, without the zeros that say nothing."""
    text = plain_number(units)
    return text.replace(".", ",") if language == "it" else text


@service("controls.say_finding")
def say_finding(
    *,
    actor: Actor,
    visit: Visit,
    document: ExpenseDocument | None = None,
    cost: SimplifiedCost | None = None,
    outcome: str,
    kept: Decimal | None = None,
    text: str = "",
) -> VisitFinding:
    """What the visit says of one expense document, or of one simplified cost (exactly one of them); ``kept`` is what of it still holds, of
    a document in euro, of a cost in units. Said again, the last one counts."""
    held = open_visit(actor, visit, states.PLANNED, states.DONE)
    if outcome not in states.FINDINGS:
        refuse("Scegli un esito.", "Choose an outcome.", field="outcome")
    if document is not None and cost is None and document.charges.filter(claim=held.claim).exists():
        admitted = kept_of_document(held.claim, document)
    elif cost is not None and document is None and cost.claim_id == held.claim_id:
        admitted = kept_of_cost(cost)
    else:
        refuse(
            "Scegli un documento o una voce di questa domanda di pagamento.",
            "Choose a document or an item of this claim.",
            field="document",
        )
    still = {states.CONFIRMED: admitted, states.NOT_ELIGIBLE: ZERO}.get(outcome)
    if still is None:
        if kept is None or not ZERO <= kept < admitted or kept != round(kept, 2):
            most = (
                Bilingual(format_euro(admitted), format_euro(admitted, "en"))
                if cost is None
                else Bilingual(units_text(admitted), units_text(admitted, "en"))
            )
            refuse(f"Scrivi quanto resta, meno di {most.it}.", f"Write what is left, under {most.en}.", field="kept")
        if cost is not None and kept % 1 and units_of(held.award, cost.item).whole:
            refuse("Di questa voce si contano numeri interi.", "Of this item whole numbers are counted.", field="kept")
        still = kept
    if outcome != states.CONFIRMED and not text.strip():
        refuse("Scrivi perché.", "Write why.", field="text")
    values = {
        "outcome": outcome,
        "admitted": admitted,
        "kept": still,
        "note": text.strip(),
        "said_at": now(),
        "said_by_id": actor.user_id,
    }
    _written_again(held)
    made, _ = VisitFinding.objects.update_or_create(visit=held, document=document, cost=cost, defaults=values)
    note(document=made.document_id, cost=made.cost_id, outcome=outcome, kept=str(still))
    return made


@service("controls.call_off_visit")
def call_off_visit(*, actor: Actor, visit: Visit, reason: str) -> Visit:
    """The visit will not be."""
    held = open_visit(actor, visit, states.PLANNED)
    if not reason.strip():
        refuse("Scrivi perché.", "Write why.", field="reason")
    held.state, held.closing_reason = states.CALLED_OFF, reason.strip()
    held.save(update_fields=["state", "closing_reason"])
    return held
