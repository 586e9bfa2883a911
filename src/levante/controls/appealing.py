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
        revocation=held, court=court, reference=reference.strip(), lodged_on=lodged_on,
        stayed_from=lodged_on if is_stayed else None, noted_at=now(), noted_by_id=actor.user_id,
    )  # fmt: skip
    label = states.COURTS[court]
    write_event(
        held, actor, Bilingual(f"Ricorso: {label.it}, {made.reference}", f"Appeal: {label.en}, {made.reference}")
    )
    note_object(held)
    note(court=court, reference=made.reference)
    return made


@service("controls.set_stay")
def set_stay(*, actor: Actor, appeal: Appeal, stayed_from: date, order: str, stayed_to: date | None = None) -> Appeal:
    """The court suspended the act from a day, whenever after the appeal, or it is suspended no more from the day ``stayed_to``: by which
    order. Also after an appeal was upheld, when that judgment is itself suspended or set aside."""
    held = locked_revocation(appeal.revocation_id)
    require(policies.may_work(actor, held))
    row = Appeal.objects.select_for_update().get(pk=appeal.pk, revocation=held)
    text = order.strip()[:300]
    if (row.stayed_from, row.stayed_to, row.stay_order) == (stayed_from, stayed_to, text):
        return unchanged(row)
    if row.state not in (states.PENDING, states.UPHELD):
        refuse("Il ricorso ha già un esito.", "The appeal has an outcome already.")
    if not text:
        refuse("Scrivi il provvedimento del giudice.", "Write the order of the court.", field="order")
    if not row.lodged_on <= stayed_from <= today():
        refuse(
            "Il giorno va da quello del ricorso a oggi.",
            "The day is between that of the appeal and today.",
            field="stayed_from",
        )
    if stayed_to is not None and stayed_to < stayed_from:
        refuse("La sospensione finisce dopo che comincia.", "The stay ends after it begins.", field="stayed_to")
    row.stayed_from, row.stayed_to, row.stay_order = stayed_from, stayed_to, text
    row.save(update_fields=["stayed_from", "stayed_to", "stay_order"])
    to_it = f" fino al {stayed_to:%d/%m/%Y}" if stayed_to else ""
    to_en = f" until {stayed_to:%d/%m/%Y}" if stayed_to else ""
    words = Bilingual(
        f"Atto sospeso dal {stayed_from:%d/%m/%Y}{to_it}: {text}",
        f"Act suspended from {stayed_from:%d/%m/%Y}{to_en}: {text}",
    )
    write_event(held, actor, words)
    note_object(held)
    note(
        appeal=row.reference, stayed_from=stayed_from.isoformat(), stayed_to=stayed_to.isoformat() if stayed_to else ""
    )
    return row


@service("controls.close_appeal")
def close_appeal(*, actor: Actor, appeal: Appeal, state: str, decided_on: date, decision: str) -> Appeal:
    """How an appeal ended. What follows from one that was upheld (an annulment) is decided apart: until then the act is
    suspended."""
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
    if state == states.UPHELD:  # what it annulled is not asked for, until the office draws the consequences
        row.stayed_from, row.stayed_to = row.stayed_from or decided_on, None
    row.save(update_fields=["state", "decided_on", "decision", "stayed_from", "stayed_to"])
    write_event(
        held,
        actor,
        Bilingual(f"Ricorso {row.state_label.it}: {row.decision}", f"Appeal {row.state_label.en}: {row.decision}"),
    )
    note_object(held)
    note(state=state)
    return row
