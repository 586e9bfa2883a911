"""By when a payment is claimed: reckoned from the data of the call, told before, prolonged with a reason, told to the officer when late."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from levante.applications.api import may_examine, may_read, tell_people
from levante.claims import states
from levante.claims.in_force import days_in_force
from levante.claims.models_term import ClaimTerm
from levante.grants.api import Award
from levante.kernel.api import Actor, note, note_object, now, refuse, require, service, today, unchanged
from levante.kernel.pure import Bilingual, Step, steps_as_json
from levante.law.terms import end_of_term
from levante.messages.api import notify

#: Days before the last one on which who has not claimed is told.
REMIND_DAYS = 15
MOST = 500
REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Term:
    """The last day to claim a payment, how it was reckoned, and whether later it can no longer be sent."""

    due: date
    steps: tuple[Step, ...]
    refuses: bool
    extended: int

    def late(self, on: date) -> int:
        """Days after the last one; 0 in time."""
        return max((on - self.due).days, 0)


def rule_of(award: Award, mode: str) -> dict[str, Any] | None:
    """What the call says of the term of a payment (``calls.schema.money.ClaimTerm``, as JSON); nothing where it has none."""
    modes = (award.application.opening.call.payment or {}).get("modes") or []
    found: dict[str, Any] | None = next((row.get("claim") for row in modes if row["code"] == mode), None)
    return found


def term_of(award: Award, mode: str, held: ClaimTerm | None = None) -> Term | None:
    """The term of a payment now; nothing where the call has none, or while nobody told when the project ends. ``held`` is its row, where it
    is known already."""
    rule = rule_of(award, mode)
    if rule is None:
        return None
    start = _start(award, rule)
    if start is None:
        return None
    held = held or _row_of(award, mode)
    more = held.extended_days if held is not None else 0
    found = end_of_term(start, int(rule["days"]) + more, kind="calendar", roll=True)
    return Term(found.due, found.steps, rule.get("late") == REFUSED, more)


def _row_of(award: Award, mode: str) -> ClaimTerm | None:
    """The row of a term; of an award whose rows were read already, without a question."""
    read = getattr(award, "_prefetched_objects_cache", {}).get("claim_terms")
    if read is not None:
        return next((row for row in read if row.mode == mode), None)
    return ClaimTerm.objects.filter(award=award, mode=mode).first()


def _start(award: Award, rule: dict[str, Any]) -> date | None:
    if rule.get("since", "project_end") == "award":
        return award.in_force_on
    told = days_in_force(award)["ends_on"]
    return date.fromisoformat(told) if told else None


def consequence(term: Term) -> Bilingual:
    """What follows when a payment is claimed after its term."""
    if term.refuses:
        return Bilingual(
            "Il bando non ammette l’invio dopo il termine.", "The call does not admit sending after the term."
        )
    return Bilingual(
        "Si può ancora inviare, ma l’ufficio può ridurre o revocare il contributo.",
        "It can still be sent, but the office may reduce or revoke the grant.",
    )


@service("claims.follow_terms")
def follow_terms(*, actor: Actor) -> int:
    """Write the term of each payment of the awards in force whose call has one; tell who is about to be late, and the officer who is. How
    many were told."""
    awards = Award.objects.in_force().filter(application__opening__call__payment__contains={"modes": [{"claim": {}}]})
    rows = awards.select_related(
        "aid", "acceptance", "application__opening__call", "application__enterprise", "enterprise"
    )
    told = []
    for award in rows.order_by("pk").iterator(chunk_size=200):
        for mode in award.application.opening.call.payment["modes"]:
            if mode.get("claim"):
                _refresh(award, mode["code"])
    soon = today() + timedelta(days=REMIND_DAYS)
    waiting = ClaimTerm.objects.running().filter(due_on__lte=soon, late_on__isnull=True)
    waiting = waiting.exclude(due_on__gte=today(), reminded_on__isnull=False)
    for held in waiting.select_related("award__application__opening__call", "award__enterprise").order_by(
        "due_on", "pk"
    )[:MOST]:
        _tell(held, actor)
        told.append(held.pk)
    if not told:
        return unchanged(0)
    note(terms=told)
    return len(told)


def _refresh(award: Award, mode: str) -> ClaimTerm:
    """The row of a term, as it is reckoned today."""
    held, _made = ClaimTerm.objects.select_for_update().get_or_create(award=award, mode=mode)
    term = term_of(award, mode, held)
    due, steps = (term.due, steps_as_json(term.steps)) if term else (None, [])
    if held.due_on != due:
        if held.due_on is None or (due is not None and due > held.due_on):
            held.reminded_on = held.late_on = None
        held.due_on, held.steps = due, steps
        held.save(update_fields=["due_on", "steps", "reminded_on", "late_on"])
    return held


def _tell(held: ClaimTerm, actor: Actor) -> None:
    assert held.due_on is not None
    late = held.due_on < today()
    if late:
        held.late_on = today()
    else:
        held.reminded_on = today()
    held.save(update_fields=["late_on", "reminded_on"])
    label, day = held.mode_label, f"{held.due_on:%d/%m/%Y}"
    term = term_of(held.award, held.mode, held)
    after = consequence(term) if term is not None else Bilingual("", "")
    tell_people(
        actor,
        held.award.application,
        kind=f"claim-term-{'over' if late else 'soon'}",
        title=Bilingual(f"Il termine per chiedere il pagamento ({label.it}) è passato", f"The term to claim ({label.en}) is over")
        if late
        else Bilingual(f"Chiedi il pagamento ({label.it}) entro il {day}", f"Claim the payment ({label.en}) by {day}"),
        body=after if late else Bilingual("Non l’hai ancora chiesto.", "You have not claimed it yet."),
        subject=f"term:{held.pk}:{held.due_on}:{late}",
        enterprise_id=held.award.enterprise_id,
        path="/impresa/rendicontazioni/",
    )  # fmt: skip
    officer = held.award.application.case_officer_id
    if not late or officer is None or held.mode not in states.LAST_MODES:
        return  # an advance or a progress payment may be left unclaimed: nothing follows
    number = held.award.application.number
    notify(
        actor=actor,
        users=[officer],
        kind="claim-term-late",
        title=Bilingual(f"Domanda {number}: pagamento non chiesto in tempo", f"Application {number}: payment not claimed in time"),
        body=Bilingual(
            f"{label.it.capitalize()}, entro il {day}. Dai più tempo, o valuta la riduzione o la revoca.",
            f"{label.en.capitalize()}, by {day}. Give more time, or consider reducing or revoking.",
        ),
        path="/ufficio/termini/",
        subject_type="claim-term",
        subject_id=f"{held.pk}:{held.due_on}",
    )  # fmt: skip


@service("claims.extend_term")
def extend_term(*, actor: Actor, term: ClaimTerm, days: int | None, reason: str) -> ClaimTerm:
    """Give so many days more, in all, to claim a payment: never above what the call admits, never fewer than were given."""
    held = ClaimTerm.objects.select_for_update(of=("self",)).select_related(
        "award__application__opening__call__office", "award__application__enterprise", "award__aid", "award__acceptance",
        "award__enterprise",
    ).get(pk=term.pk)  # fmt: skip
    application = held.award.application
    require(may_examine(actor, application))
    require(may_read(actor, application))
    most = int((rule_of(held.award, held.mode) or {}).get("extension") or 0)
    if not most:
        refuse("Il bando non ammette proroghe di questo termine.", "The call admits no more days for this term.")
    if days is None or not max(held.extended_days, 1) <= days <= most:
        refuse(
            f"I giorni in più, in tutto, vanno da {max(held.extended_days, 1)} a {most}.",
            f"The days more, in all, are {max(held.extended_days, 1)} to {most}.",
            field="days",
        )
    if not reason.strip():
        refuse("Scrivi perché.", "Write why.", field="reason")
    if (held.extended_days, held.reason) == (days, reason.strip()):
        return unchanged(held)
    held.extended_days, held.reason = days, reason.strip()
    held.extended_at, held.extended_by_id = now(), actor.user_id
    held.save(update_fields=["extended_days", "reason", "extended_at", "extended_by"])
    note(award=held.award_id, mode=held.mode, days=days)
    note_object(held)
    fresh = _refresh(held.award, held.mode)
    if fresh.due_on is not None:
        day = f"{fresh.due_on:%d/%m/%Y}"
        tell_people(
            actor, application, kind="claim-term-extended",
            title=Bilingual(f"Hai tempo fino al {day} per chiedere il pagamento", f"You have until {day} to claim the payment"),
            body=Bilingual(reason.strip(), reason.strip()), subject=f"term:{held.pk}:{days}",
            enterprise_id=held.award.enterprise_id, path="/impresa/rendicontazioni/",
        )  # fmt: skip
    return fresh
