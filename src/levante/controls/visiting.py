"""Visits on the spot: planned, told of on the phone, signed. What follows from what they find is in ``after_visit``."""

from datetime import date
from decimal import Decimal
from typing import Any

from levante.claims.api import Claim, ExpenseDocument, SimplifiedCost, kept_of_cost, kept_of_document
from levante.controls import policies, states
from levante.controls.models import SampleRow, Visit, VisitFinding, VisitObservation, VisitPhotograph
from levante.controls.moving import tell
from levante.documents.api import store_upload
from levante.kernel.api import Actor, note, note_object, now, refuse, require, service, system, today, unchanged
from levante.kernel.pure import ZERO, Bilingual, format_euro
from levante.law import parameters
from levante.law.terms import end_of_term
from levante.law.wording import plain_number
from levante.messages.api import notify
from levante.register.api import append_entry

MOST_PHOTOGRAPHS, MOST_FILES = 60, 20
LOG, OBSERVED_KIND = "applications", "visit.observed"


def locked(pk: int) -> Visit:
    rows = Visit.objects.select_for_update(of=("self",)).select_related(
        "award__act__call__office", "award__application__opening__call__office", "award__application__enterprise", "award__enterprise",
        "claim",
    )  # fmt: skip
    return rows.get(pk=pk)


@service("controls.plan_visit")
def plan_visit(*, actor: Actor, claim: Claim, planned_on: date, place: str, row: SampleRow | None = None) -> Visit:
    """Plan a control on the spot of a claim, drawn or not; the enterprise is told the day. The open one is given back when
    it says the same."""
    require(policies.may_open(actor, claim.award))
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
    made = Visit.objects.create(
        award=claim.award, claim=claim, row=row, planned_on=planned_on, place=place.strip()[:300], officer_id=actor.user_id,
        created_at=now(),
    )  # fmt: skip
    note(claim=claim.pk, planned_on=planned_on.isoformat())
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


def open_visit(actor: Actor, visit: Visit, *among: str) -> Visit:
    held = locked(visit.pk)
    require(policies.may_open(actor, held.award))
    if held.state not in among:
        refuse("La visita non è più aperta.", "The visit is no longer open.")
    note_object(held)
    return held


@service("controls.write_minutes")
def write_minutes(*, actor: Actor, visit: Visit, present: str, minutes: str) -> Visit:
    """The minutes: who was there, what was seen. Written again until they are signed."""
    if not present.strip():
        refuse("Scrivi chi era presente.", "Write who was there.", field="present")
    if not minutes.strip():
        refuse("Scrivi che cosa si è visto.", "Write what was seen.", field="minutes")
    held = open_visit(actor, visit, states.PLANNED, states.DONE)
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
    made, _ = VisitFinding.objects.update_or_create(visit=held, document=document, cost=cost, defaults=values)
    note(document=made.document_id, cost=made.cost_id, outcome=outcome, kept=str(still))
    return made


@service("controls.sign_minutes")
def sign_minutes(*, actor: Actor, visit: Visit, upload: Any) -> Visit:
    """The signed minutes are uploaded: nothing of the visit changes any more."""
    held = open_visit(actor, visit, states.DONE)
    held.signed_file = store_upload(
        actor=actor, upload=upload, purpose="signed", enterprise_id=held.award.enterprise_id
    )
    days = int(parameters.value("visit.observations.days", on=today()).value)
    held.state, held.signed_at = states.SIGNED, now()
    held.observe_by = end_of_term(today(), days, kind="calendar", roll=True).due
    held.save(update_fields=["state", "signed_file", "signed_at", "observe_by"])
    note(sha256=held.signed_file.sha256, observe_by=held.observe_by.isoformat())
    tell(
        actor,
        held.award,
        "visit-signed",
        Bilingual("Il verbale della visita di controllo è qui", "The minutes of the visit of control are here"),
        Bilingual(
            f"Visita del {held.planned_on:%d/%m/%Y}: puoi mandare osservazioni entro il {held.observe_by:%d/%m/%Y}.",
            f"Visit of {held.planned_on:%d/%m/%Y}: you can send observations by {held.observe_by:%d/%m/%Y}.",
        ),
        path=f"/impresa/visite/{held.pk}/",
        once=str(held.pk),
    )
    return held


@service("controls.send_observation")
def send_observation(*, actor: Actor, visit: Visit, text: str, uploads: Any = ()) -> VisitObservation:
    """The enterprise says what it thinks of the signed minutes, within its days; registered, and who made the visit is told."""
    held = locked(visit.pk)
    require(policies.may_observe(actor, held))
    if not text.strip():
        refuse("Scrivi le osservazioni.", "Write the observations.", field="text")
    if len(uploads) > MOST_FILES:
        refuse(f"Al massimo {MOST_FILES} file.", f"{MOST_FILES} files at most.", field="files")
    firm = held.award.enterprise_id
    files = [store_upload(actor=actor, upload=one, purpose="attachment", enterprise_id=firm) for one in uploads]
    order = held.observations.count() + 1
    receipt = append_entry(
        actor=actor, log=LOG, kind=OBSERVED_KIND, subject=f"visit:{held.pk}",
        payload={"visit": held.pk, "text": text.strip(), "files": [one.sha256 for one in files]},
        idempotency_key=f"visit-observation:{held.pk}:{order}",
    )  # fmt: skip
    made = VisitObservation.objects.create(
        visit=held, text=text.strip(), register_number=receipt.public_number, sent_at=now(), sent_by_id=actor.user_id
    )
    made.files.set(files)
    note(number=made.register_number, files=len(files))
    note_object(held)
    if held.officer_id is not None:
        name = held.award.enterprise.name
        notify(
            actor=system("controls.observations"), users=[held.officer_id], kind="visit-observed",
            title=Bilingual(f"Osservazioni sul verbale: {name}", f"Observations on the minutes: {name}"),
            body=Bilingual(f"N. {made.register_number}", f"No. {made.register_number}"),
            path=f"/ufficio/visite/{held.pk}/", subject_type="controls.Visit", subject_id=f"{held.pk}:{made.pk}",
        )  # fmt: skip
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
