"""A claim from its beginning to the moment it is sent."""

import hashlib
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from levante.claims import policies, states
from levante.claims.cups import judge_claim
from levante.claims.models import Claim, ClaimFile
from levante.claims.moving import locked, step, tell
from levante.claims.reading import keep_counts, modes_of_award, reckon, settled
from levante.claims.results import drop_results, results_as_json, results_of_sent, results_with
from levante.claims.terms import term_of
from levante.grants.api import Award
from levante.kernel.api import Actor, note, note_object, now, refuse, require, service, today, unchanged
from levante.kernel.pure import ZERO, Bilingual, format_euro, money_text, steps_as_json
from levante.register.api import append_entry
from levante.register.pure.canonical import canonical_bytes

LOG = "applications"
SENT_KIND, ANSWER_KIND = "claim.sent", "claim.answered"
LONGEST_REPORT = 20_000


@service("claims.open_claim")
def open_claim(*, actor: Actor, award: Award, mode: str) -> Claim:
    """Begin a claim on an award in force, in one of the payment modes of its call. One at a time; the draft that is there already is given
    back."""
    held = Award.objects.select_for_update(of=("self",)).select_related(
        "aid", "acceptance", "application__opening__call"
    ).get(pk=award.pk)  # fmt: skip
    require(policies.may_claim(actor, held))
    known = {row["code"] for row in modes_of_award(held)}
    if mode not in known:
        refuse("Il bando non prevede questo pagamento.", "The call does not have this payment.", field="mode")
    under_way = Claim.objects.filter(award=held, state__in=[states.DRAFT, *states.OPEN]).first()
    if under_way is not None and under_way.state == states.DRAFT and under_way.mode == mode:
        return unchanged(under_way)
    if under_way is not None:
        refuse(
            "C’è già una domanda di pagamento in corso su questa concessione: la prossima si apre quando è chiusa.",
            "A claim on this award is under way already: the next one begins when it is closed.",
        )
    standing = Claim.objects.filter(award=held, state__in=states.STANDING)
    if standing.filter(mode__in=["balance", "single"]).exists():
        refuse("Il saldo è già stato chiesto: non resta altro.", "The balance was claimed already: nothing is left.")
    if mode == "advance" and standing.exists():
        refuse("L’anticipo si chiede per primo.", "An advance is claimed first.", field="mode")
    if mode != "sal" and standing.filter(mode=mode).exists():
        refuse("Questo pagamento è già stato chiesto.", "This payment was claimed already.", field="mode")
    last = Claim.objects.filter(award=held).aggregate(last=Max("number"))["last"] or 0
    note(award=held.pk, mode=mode)
    return Claim.objects.create(
        award=held, number=last + 1, mode=mode, created_at=now(), created_by_id=actor.user_id
    )  # fmt: skip


@service("claims.write_report")
def write_report(*, actor: Actor, claim: Claim, report: str) -> Claim:
    """What was done, in the enterprise's words."""
    held = locked(claim.pk)
    require(policies.may_write(actor, held))
    text = report.strip()
    if len(text) > LONGEST_REPORT:
        refuse(
            f"La relazione supera {LONGEST_REPORT} caratteri.", f"The report is over {LONGEST_REPORT} characters.",
            field="report",
        )  # fmt: skip
    if held.report == text:
        return unchanged(held)
    held.report = text
    held.save(update_fields=["report"])
    return held


@service("claims.discard_claim")
def discard_claim(*, actor: Actor, claim: Claim) -> Claim:
    """Give a draft up: its charges go, its documents stay with the award."""
    held = locked(claim.pk)
    held.charges.all().delete()
    held.costs.all().delete()
    drop_results(held.results.all())
    return step(held, "discard", actor)


@service("claims.send_claim")
def send_claim(*, actor: Actor, claim: Claim) -> Claim:
    """Send a claim: what it comes to is reckoned, all of it is frozen and registered. The second click: the same claim."""
    held = locked(claim.pk)
    if held.state == states.SENT:
        require(policies.may_send(actor, held))
        return unchanged(held)
    require(policies.may_send(actor, held))
    judge_claim(held, on=today())
    reckoned = reckon(held, kept=False)
    keep_counts(held, reckoned.earned, kept=False)
    term = term_of(held.award, held.mode)
    frozen = frozen_copy(held, steps_as_json(reckoned.due.steps))
    digest = hashlib.sha256(canonical_bytes(frozen)).hexdigest()
    receipt = append_entry(
        actor=actor,
        log=LOG,
        kind=SENT_KIND,
        subject=f"claim:{held.pk}",
        payload={
            "claim": held.pk, "application": held.award.application.number, "mode": held.mode, "number": held.number,
            "copy_sha256": digest, "asked": money_text(reckoned.due.amount),
        },
        idempotency_key=f"claim-sent:{held.pk}",
    )  # fmt: skip
    step(
        held, "send", actor, asked=reckoned.due.amount, frozen=frozen, frozen_sha256=digest,
        register_number=receipt.public_number, sent_at=now(), sent_by_id=actor.user_id,
        claim_by=term.due if term else None,
    )  # fmt: skip
    results_of_sent(held, actor)
    asked = format_euro(reckoned.due.amount)
    tell(
        held,
        actor,
        "sent",
        Bilingual(f"Domanda di pagamento {held.register_number} inviata", f"Claim {held.register_number} was sent"),
        Bilingual(
            f"Hai chiesto {asked} ({held.mode_label.it}). L’ufficio la verifica: non devi fare nulla.",
            f"You asked for {format_euro(reckoned.due.amount, 'en')} ({held.mode_label.en}). The office reviews it: you need do "
            "nothing.",
        ),
    )
    return held


def frozen_copy(claim: Claim, steps: list[dict[str, Any]]) -> dict[str, Any]:
    """What was sent, whole: documents, payments, charges, costs, files by their hashes."""
    charges = list(claim.charges.select_related("document__file").order_by("pk"))
    documents = {row.document_id: row.document for row in charges}
    paid = settled(list(documents))
    return {
        "claim": claim.pk,
        "award": claim.award_id,
        "application": claim.award.application.number,
        "enterprise": claim.award.enterprise.tax_code,
        "mode": claim.mode,
        "number": claim.number,
        "report": claim.report,
        "documents": [
            {
                "id": one.pk, "kind": one.kind, "number": one.number, "issued_on": one.issued_on.isoformat(),
                "supplier": {"name": one.supplier_name, "country": one.supplier_country, "code": one.supplier_code},
                "taxable": money_text(one.taxable), "vat": money_text(one.vat), "total": money_text(one.total),
                "with_vat": one.with_vat, "currency": one.currency, "sha256": one.file.sha256, "cups": one.cups,
                "cups_added": one.cups_added, "cup": one.cup_outcome,
                "paid": money_text(paid.get(one.pk, ZERO)),
            }
            for one in documents.values()
        ],
        "charges": [
            {"document": row.document_id, "item": row.item, "asked": money_text(row.asked)} for row in charges
        ],
        "costs": [
            {"item": row.item, "quantity": str(row.quantity), "note": row.note} for row in claim.costs.order_by("pk")
        ],
        "files": [
            {"kind": row.kind, "proof": row.proof, "label": row.label, "sha256": row.file.sha256}
            for row in ClaimFile.objects.filter(claim=claim).select_related("file").order_by("pk")
        ],
        "results": _results(claim),
        "reckoning": steps,
    }  # fmt: skip


def _results(claim: Claim) -> list[dict[str, str]]:
    """What it tells of the results reached; nothing where none are told with it."""
    report = results_with(claim)
    return results_as_json(report) if report is not None else []


def draft_or_refuse(claim_id: int, actor: Actor) -> Claim:
    """The claim under its lock, a draft that the actor may write in."""
    held = locked(claim_id)
    require(policies.may_write(actor, held))
    note_object(held)
    return held


def once(make: Any, problem: Bilingual, field: str = "") -> Any:
    """Make a row whose uniqueness the database keeps; refused in words when somebody was faster."""
    try:
        with transaction.atomic():
            return make()
    except IntegrityError:
        refuse(problem.it, problem.en, field=field)
