"""The minutes of a visit on paper: printed with what they say, signed on the spot, the signed copy kept beside the text and its hash."""

import hashlib
from typing import Any

from levante.claims.api import cost_labels
from levante.controls import states
from levante.controls.after_visit import thing_of
from levante.controls.models import Visit
from levante.controls.moving import tell
from levante.controls.visiting import open_visit, units_text
from levante.documents.api import TO_KEEP, generate_document, store_upload
from levante.kernel.api import ROME, Actor, note, now, refuse, service, today
from levante.kernel.pure import Bilingual, format_euro
from levante.law import parameters
from levante.law.terms import end_of_term
from levante.register.pure.canonical import canonical_bytes

TEMPLATE = "controls/pdf_visit.html"


def minutes_data(visit: Visit) -> dict[str, Any]:
    """What the minutes say, as they are printed: plain JSON, in Italian."""
    award, claim = visit.award, visit.claim
    labels = cost_labels(claim)
    findings = []
    for one in visit.findings.select_related("document", "cost").order_by("pk"):
        of_document = one.document_id is not None
        findings.append(
            {
                "thing": thing_of(one, labels).it,
                "outcome": one.outcome_label.it,
                "admitted": format_euro(one.admitted) if of_document else units_text(one.admitted),
                "kept": format_euro(one.kept) if of_document else units_text(one.kept),
                "note": one.note,
            }
        )
    photographs = [
        {
            "caption": one.caption,
            "taken_at": f"{one.taken_at.astimezone(ROME):%d/%m/%Y, %H:%M}",
            "name": one.file.name,
            "sha256": one.file.sha256,
        }
        for one in visit.photographs.select_related("file").order_by("pk")
    ]
    done = visit.done_at.astimezone(ROME) if visit.done_at else None
    return {
        "office": award.act.call.office.name_it,
        "call": award.act.call.title_it,
        "enterprise": award.enterprise.name,
        "tax_code": award.enterprise.tax_code,
        "application": award.application.number or "",
        "claim": claim.register_number,
        "planned_on": f"{visit.planned_on:%d/%m/%Y}",
        "done_on": f"{done:%d/%m/%Y, %H:%M}" if done else "",
        "place": visit.place,
        "officer": str(visit.officer) if visit.officer is not None else "",
        "entrusted_because": visit.entrusted_because,
        "present": visit.present,
        "minutes": visit.minutes,
        "findings": findings,
        "photographs": photographs,
        "demonstration": award.act.is_demo,
    }


@service("controls.print_minutes")
def print_minutes(*, actor: Actor, visit: Visit) -> Visit:
    """Print the minutes as they are now, to be signed by who is there; the SHA-256 of their text is on the paper and kept beside it."""
    held = open_visit(actor, visit, states.DONE)
    data = minutes_data(held)
    sha256 = hashlib.sha256(canonical_bytes(data)).hexdigest()
    held.printed = generate_document(
        actor=actor,
        kind="visit-minutes",
        template=TEMPLATE,
        title=f"Verbale di controllo sul posto, domanda di pagamento {held.claim.register_number}",
        data={**data, "sha256": sha256},
        subject=held,
        enterprise_id=held.award.enterprise_id,
        variant=TO_KEEP,
    )
    held.printed_sha256 = sha256
    held.save(update_fields=["printed", "printed_sha256"])
    note(sha256=sha256, document=held.printed.pk)
    return held


@service("controls.sign_minutes")
def sign_minutes(*, actor: Actor, visit: Visit, upload: Any) -> Visit:
    """The signed copy of the printed minutes is uploaded (the PDF with its signatures, or a photograph of the signed paper): nothing of the
    visit changes any more."""
    held = open_visit(actor, visit, states.DONE)
    if held.printed_id is None:
        refuse(
            "Prima prepara il verbale da firmare: si firma il testo che c’è scritto ora.",
            "Prepare the minutes to be signed first: what is signed is the text as it is now.",
        )
    held.signed_file = store_upload(
        actor=actor, upload=upload, purpose="signed-paper", enterprise_id=held.award.enterprise_id
    )
    days = int(parameters.value("visit.observations.days", on=today()).value)
    held.state, held.signed_at = states.SIGNED, now()
    held.observe_by = end_of_term(today(), days, kind="calendar", roll=True).due
    held.save(update_fields=["state", "signed_file", "signed_at", "observe_by"])
    note(sha256=held.signed_file.sha256, text=held.printed_sha256, observe_by=held.observe_by.isoformat())
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
