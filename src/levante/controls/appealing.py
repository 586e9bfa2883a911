"""Appeals against a revocation, noted with how they end."""

from datetime import date

from levante.controls import policies, states
from levante.controls.models import Appeal, Revocation
from levante.controls.moving import locked_revocation, write_event
from levante.kernel.api import Actor, note, note_object, now, refuse, require, service, today, unchanged
from levante.kernel.pure import Bilingual


@service("controls.note_appeal")
def note_appeal(
    *, actor: Actor, revocation: Revocation, court: str, reference: str, lodged_on: date, is_stayed: bool = False
) -> Appeal:
    """Note an appeal against a revocation in effect. The same twice is one."""
    held = locked_revocation(revocation.pk)
    require(policies.may_work(actor, held))
    if held.state != states.EFFECTIVE or held.act_date is None:
        refuse("Si ricorre contro una revoca efficace.", "An appeal is against a revocation in effect.")
    if court not in states.COURTS or not reference.strip():
        refuse("Scrivi davanti a chi e il numero del ricorso.", "Write before whom, and the number.", field="reference")
    if not held.act_date <= lodged_on <= today():
        refuse(
            "Il giorno va da quello dell’atto a oggi.",
            "The day is between that of the act and today.",
            field="lodged_on",
        )
    known = held.appeals.filter(court=court, reference=reference.strip()).first()
    if known is not None:
        found: Appeal = known
        return unchanged(found)
    made = Appeal.objects.create(
        revocation=held, court=court, reference=reference.strip(), lodged_on=lodged_on, is_stayed=is_stayed, noted_at=now(),
        noted_by_id=actor.user_id,
    )  # fmt: skip
    label = states.COURTS[court]
    write_event(
        held, actor, Bilingual(f"Ricorso: {label.it}, {made.reference}", f"Appeal: {label.en}, {made.reference}")
    )
    note_object(held)
    note(court=court, reference=made.reference)
    return made


@service("controls.close_appeal")
def close_appeal(*, actor: Actor, appeal: Appeal, state: str, decided_on: date, decision: str) -> Appeal:
    """How an appeal ended. What follows from one that was upheld (an annulment) is decided apart."""
    held = locked_revocation(appeal.revocation_id)
    require(policies.may_work(actor, held))
    row = Appeal.objects.select_for_update().get(pk=appeal.pk, revocation=held)
    if row.state == state and row.decision == decision.strip():
        return unchanged(row)
    if row.state != states.PENDING or state not in states.APPEALS or state == states.PENDING:
        refuse("Il ricorso ha già un esito.", "The appeal has an outcome already.")
    if not row.lodged_on <= decided_on <= today() or not decision.strip():
        refuse("Scrivi la decisione e il suo giorno.", "Write the decision and its day.", field="decision")
    row.state, row.decided_on, row.decision = state, decided_on, decision.strip()
    row.save(update_fields=["state", "decided_on", "decision"])
    write_event(
        held,
        actor,
        Bilingual(f"Ricorso {row.state_label.it}: {row.decision}", f"Appeal {row.state_label.en}: {row.decision}"),
    )
    note_object(held)
    note(state=state)
    return row
