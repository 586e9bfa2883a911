"""What follows from signed minutes: of a claim that was not verified as due its review is opened again with the cuts written on it, of what
was paid a revocation is begun. Until then the claim is held: no act verifies it as due, no order pays it."""

from collections.abc import Iterable
from decimal import Decimal

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from levante.claims.api import Claim, cost_labels, grant_lost_with, reopen_claim, write_cuts
from levante.claims.api import states as claim_states
from levante.controls import states
from levante.controls.models import Revocation, Visit, VisitFinding, VisitObservation
from levante.controls.observing import not_heard
from levante.controls.paid import paid_in_all
from levante.controls.revoking import open_revocation
from levante.controls.visiting import open_visit, units_text
from levante.kernel.api import Actor, note, now, refuse, service, today, unchanged
from levante.kernel.pure import ZERO, Bilingual, format_euro, money_text


def cuts_of(visit: Visit) -> list[VisitFinding]:
    """What the visit found not to hold, in the order in which it was said."""
    rows = visit.findings.exclude(outcome=states.CONFIRMED).select_related("document", "cost").order_by("pk")
    return [one for one in rows if one.cut > 0]


def grant_lost(visit: Visit) -> Decimal:
    """What of the grant falls with what the visit found, within the limits of the call and of the award."""
    return grant_lost_with(visit.claim, **_left(cuts_of(visit)))


def _left(cuts: Iterable[VisitFinding]) -> dict[str, dict[int, Decimal]]:
    rows = list(cuts)
    return {
        "documents": {one.document_id: one.kept for one in rows if one.document_id is not None},
        "costs": {one.cost_id: one.kept for one in rows if one.cost_id is not None},
    }


def thing_of(finding: VisitFinding, labels: dict[str, Bilingual]) -> Bilingual:
    """What a finding is about: supplier and number of a document, the name of a simplified cost (``labels``: ``cost_labels``)."""
    if finding.document is not None:
        name = f"{finding.document.supplier_name}, n. {finding.document.number}"
        return Bilingual(name, name)
    assert finding.cost is not None
    return labels.get(finding.cost.item, Bilingual(finding.cost.item, finding.cost.item))


def _line(finding: VisitFinding, labels: dict[str, Bilingual]) -> str:
    if finding.document_id is not None:
        cut = format_euro(finding.cut)
    else:
        cut = f"restano {units_text(finding.kept)} di {units_text(finding.admitted)}"
    return f"- {thing_of(finding, labels).it}: {finding.outcome_label.it}, {cut}. {finding.note}"


#: A revocation that came to nothing: what the minutes found is settled, the claim is free.
_SETTLED = (states.ARCHIVED, states.ANNULLED)


def standing_cuts() -> QuerySet[VisitFinding]:
    """What visits found not to hold and the review of the claim still keeps: neither withdrawn, nor dropped with the revocation."""
    sums = Coalesce(Sum("document__charges__kept", filter=Q(document__charges__claim=F("visit__claim"))), ZERO)
    rows = VisitFinding.objects.filter(
        visit__state__in=[states.PLANNED, states.DONE, states.SIGNED], withdrawn__isnull=True, kept__lt=F("admitted")
    ).exclude(visit__revocation__state__in=_SETTLED)  # fmt: skip
    rows = rows.annotate(of_document=sums, of_cost=Coalesce(F("cost__kept"), F("cost__quantity")))
    return rows.filter(
        Q(document__isnull=False, of_document__gt=F("kept")) | Q(cost__isnull=False, of_cost__gt=F("kept"))
    )


def held_claims(claims: Iterable[int]) -> dict[int, Bilingual]:
    """Of these claims, those of which a visit found that less holds than their review keeps, with why they wait. One query."""
    rows = standing_cuts().filter(visit__claim__in=set(claims))
    return {
        claim: Bilingual(
            f"la visita di controllo del {day:%d/%m/%Y} ha trovato spese che non reggono e che la verifica ammette ancora",
            f"the visit of control of {day:%d/%m/%Y} found costs that do not hold and that the review still admits",
        )
        for claim, day in rows.order_by("visit_id").values_list("visit__claim", "visit__planned_on")
    }


def to_follow(visits: "QuerySet[Visit]") -> "QuerySet[Visit]":
    """Of these visits, those whose signed minutes something must follow, the enterprise having been heard: a review opened again, or a
    revocation."""
    rows = visits.filter(state=states.SIGNED, observe_by__lt=today(), revocation__isnull=True, settled_at__isnull=True)
    rows = rows.exclude(pk__in=VisitObservation.objects.filter(answer__isnull=True).order_by().values("visit"))
    return rows.filter(pk__in=standing_cuts().order_by().values("visit"))


def is_held(claim: Claim) -> bool:
    return claim.pk in held_claims([claim.pk])


def _require_heard(visit: Visit) -> None:
    why = not_heard(visit)
    if why is not None:
        refuse(f"{why.it}.", f"{why.en}.")


@service("controls.review_again")
def review_again(*, actor: Actor, visit: Visit) -> Visit:
    """Open again the review of a claim that no act verified as due, and write on it the cuts of the signed minutes with their reasons; who
    reviews closes it. Done already, nothing happens."""
    if visit.state == states.SIGNED and not is_held(visit.claim):
        return unchanged(visit)
    held = open_visit(actor, visit, states.SIGNED, controls=False)
    _require_heard(held)
    if not is_held(held.claim):  # somebody was faster, and waited for
        refuse("La verifica ha già questi tagli.", "The review has these cuts already.")
    if held.claim.state == claim_states.LIQUIDATED:
        refuse(
            "La domanda è già liquidata: prima un atto annulla la liquidazione, poi si riapre la verifica.",
            "The claim is verified as due already: an act undoes that first, then the review is opened again.",
        )
    if held.claim.state not in (claim_states.ASSESSED, claim_states.REVIEW):
        refuse("La domanda non si può verificare di nuovo ora.", "The claim cannot be reviewed again now.")
    cuts, labels = cuts_of(held), cost_labels(held.claim)
    words = f"Controllo sul posto del {held.planned_on:%d/%m/%Y}, {held.place}."
    if held.claim.state == claim_states.ASSESSED:
        lines = "\n".join(_line(one, labels) for one in cuts)
        reopen_claim(actor=actor, claim=held.claim, reason=f"{words}\n{lines}")
    reasons = {
        f"document:{one.document_id}" if one.document_id else f"cost:{one.cost_id}": f"{words} {one.note}"
        for one in cuts
    }
    write_cuts(actor, held.claim, reasons=reasons, **_left(cuts))
    note(claim=held.claim_id, cuts=len(cuts))
    return held


@service("controls.settle_visit")
def settle_visit(*, actor: Actor, visit: Visit) -> Visit:
    """Say that nothing follows from what the minutes of a paid claim found: what holds is enough for the whole grant."""
    held = open_visit(actor, visit, states.SIGNED, controls=False)
    _require_heard(held)
    if held.claim.state != claim_states.PAID or held.revocation_id is not None or grant_lost(held):
        refuse(
            "Del contributo cade qualcosa: non si può chiudere così.",
            "Something of the grant falls: it cannot be closed so.",
        )
    held.settled_at = now()
    held.save(update_fields=["settled_at"])
    return held


@service("controls.revoke_after_visit")
def revoke_after_visit(*, actor: Actor, visit: Visit) -> Revocation:
    """Begin a revocation of what the signed minutes found not to hold of a claim that was paid: the amounts and the facts are written from
    them. Once."""
    known = Visit.objects.select_related("revocation").get(pk=visit.pk).revocation
    if known is not None:
        return unchanged(known)
    held = open_visit(actor, visit, states.SIGNED, controls=False)
    _require_heard(held)
    if held.claim.state != claim_states.PAID:
        refuse(
            "La domanda non è ancora pagata: si riapre la sua verifica, con gli esiti del verbale.",
            "The claim is not paid yet: its review is opened again, with what the minutes found.",
        )
    lost = grant_lost(held)
    if lost <= 0:
        refuse(
            "Ciò che il verbale conferma basta per tutto il contributo: non c’è nulla da revocare.",
            "What the minutes confirm is enough for the whole grant: nothing is to be revoked.",
        )
    lost = min(lost, held.award.amount)
    whole = lost == held.award.amount
    labels = cost_labels(held.claim)
    held.revocation = open_revocation(
        actor=actor,
        award=held.award,
        reason_code="not_done" if whole else "not_eligible",
        grounds=f"Controllo sul posto del {held.planned_on:%d/%m/%Y}, {held.place}.\n"
        + "\n".join(_line(one, labels) for one in cuts_of(held)),
        amount=None if whole else lost,
        recover=max(min(lost, paid_in_all(held.award)), ZERO),
    )
    held.save(update_fields=["revocation"])
    note(revocation=held.revocation.pk, amount=money_text(lost))
    return held.revocation
