"""The review of a claim is opened again: those of the same award assessed after it wait, and are reckoned again once it is closed.

What counts of a claim is what the limits leave after the earlier ones; so the later ones that no act verified as due follow, by
themselves, what the reopened one comes to. Those verified as due or paid change no more: they are taken off first (``reading.reckon``).
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from levante.claims import states
from levante.claims.lower_plans import beyond_plan
from levante.claims.models import Claim
from levante.claims.moving import locked, step, tell, write_event
from levante.claims.paying import share_payments
from levante.claims.reading import earlier_open, keep_counts, reckon
from levante.exchange.api import named
from levante.grants.api import Award
from levante.kernel.api import Actor, note, now, refuse, service
from levante.kernel.pure import ZERO, Bilingual, format_euro, money_text, steps_as_json
from levante.messages.api import notify

_held_by: list[str] = []


def holds_claims(function: str) -> None:
    """Say which function knows why a claim cannot be reviewed again: ``"package.module:function"``, called as ``f(claim)`` and answering
    the reason, or None."""
    if function not in _held_by:
        _held_by.append(function)


@service("claims.reopen_claim")
def reopen_claim(*, actor: Actor, claim: Claim, reason: str) -> Claim:
    """Open again the review of a claim that was not verified as due yet. Those assessed after it wait, and who reviewed them is told.
    One at a time: while another of the award is filled in or under review it is refused."""
    Award.objects.select_for_update(of=("self",)).get(pk=claim.award_id)  # none begins meanwhile
    held = locked(claim.pk)
    if not reason.strip():
        refuse("Scrivi perché.", "Write why.", field="reason")
    other = (
        Claim.objects.filter(award=held.award_id, state__in=[states.DRAFT, *states.OPEN]).exclude(pk=held.pk).first()
    )
    if held.state == states.ASSESSED and other is not None:
        name, name_en = (other.register_number or label for label in (other.mode_label.it, other.mode_label.en))
        refuse(
            f"Sulla concessione c’è un’altra domanda di pagamento in corso ({name}): prima si chiude, o l’impresa elimina la bozza.",
            f"Another claim on the award is under way ({name_en}): it is closed first, or its draft is discarded.",
        )
    back = Claim.objects.filter(award=held.award_id, number__lt=held.number, excess__gt=0).first()
    if back is not None:
        refuse(
            f"La domanda {back.register_number} ha somme da restituire: si riapre prima quella, e questa si calcola di nuovo.",
            f"Claim {back.register_number} has money to be given back: it is opened first, and this one is reckoned again.",
        )
    later = locked_after(held)
    for one in (held, *later):
        _require_free(one)
    note(due=money_text(held.due or ZERO))
    made = step(
        held, "reopen", actor, text=Bilingual(reason.strip(), reason.strip()), due=None, due_capital=ZERO, excess=ZERO, steps=[],
        decided_at=None, decided_by_id=None,
    )  # fmt: skip
    share_payments(held.award_id)
    for one in later:
        told = Bilingual(
            f"Aspetta: è riaperta la verifica della domanda precedente {held.register_number}.",
            f"It waits: the review of the earlier claim {held.register_number} is open again.",
        )
        write_event(one, "wait", actor, text=told)
        _tell_officer(actor, one, "claim-waits", told, once=f"{held.pk}:{now().isoformat()}")
    return made


def _require_free(claim: Claim) -> None:
    """What was made of its outcome by a room above keeps it as it was decided."""
    for function in _held_by:
        why: Bilingual | None = named(function)(claim)
        if why is not None:
            refuse(f"{claim.register_number}: {why.it}", f"{claim.register_number}: {why.en}")


def locked_after(claim: Claim) -> list[Claim]:
    """The claims of the award that were assessed after this one and that no act verified as due, under a lock, in their order."""
    rows = Claim.objects.filter(award=claim.award_id, number__gt=claim.number, state=states.ASSESSED)
    found = [locked(pk) for pk in rows.order_by("pk").values_list("pk", flat=True)]
    return sorted((one for one in found if one.state == states.ASSESSED), key=lambda one: one.number)


def require_none_waits(claims: Iterable[Claim]) -> None:
    """For an act that is signed on them: none waits for an earlier one whose review is open again, or goes beyond a lower plan that was
    approved since."""
    held = list(claims)
    waits, beyond = earlier_open(held), beyond_plan(held)
    for one in held:
        if one.pk in beyond:
            why = beyond[one.pk].words
            refuse(f"{one.register_number}: {why.it}.", f"{one.register_number}: {why.en}.")
        if one.pk in waits:
            refuse(
                f"{one.register_number}: è riaperta la verifica della domanda precedente {waits[one.pk]}.",
                f"{one.register_number}: the review of the earlier claim {waits[one.pk]} is open again.",
            )


def reckon_after(actor: Actor, closed: Claim, later: Sequence[Claim]) -> None:
    """The review of ``closed`` is over: what each of the ``later`` ones is due is reckoned again, on what was kept of it."""
    changed = []
    for one in later:
        was = (one.due, one.due_capital, one.excess)
        reckoned = reckon(one, kept=True)
        keep_counts(one, reckoned.earned, kept=True)
        due, steps = reckoned.due, steps_as_json(reckoned.due.steps)
        if was == (due.amount, due.capital, due.excess) and one.steps == steps:
            continue
        one.due, one.due_capital, one.excess, one.steps = due.amount, due.capital, due.excess, steps
        fields = ["due", "due_capital", "excess", "steps"]
        if was != (due.amount, due.capital, due.excess):
            one.decided_at = now()
            fields.append("decided_at")
        one.save(update_fields=fields)
        if "decided_at" in fields:
            changed.append(one.register_number)
            _tell_change(actor, one, closed, was[0] or ZERO)
    if changed:
        note(reckoned_again=changed)


def _tell_change(actor: Actor, claim: Claim, closed: Claim, before: Decimal) -> None:
    back_it = f" Da restituire: {format_euro(claim.excess)}." if claim.excess else ""
    back_en = f" To be given back: {format_euro(claim.excess, 'en')}." if claim.excess else ""
    due = claim.due or ZERO
    text = Bilingual(
        f"Dopo la nuova verifica della domanda {closed.register_number} spettano {format_euro(due)}; prima "
        f"{format_euro(before)}.{back_it}",
        f"After claim {closed.register_number} was reviewed again {format_euro(due, 'en')} are due; before, "
        f"{format_euro(before, 'en')}.{back_en}",
    )
    write_event(claim, "reckon_again", actor, text=text)
    once = claim.decided_at.isoformat() if claim.decided_at else ""
    _tell_officer(actor, claim, "claim-reckoned-again", text, once=once)
    tell(
        claim,
        actor,
        "reckoned-again",
        Bilingual(
            f"Domanda di pagamento {claim.register_number}: importo calcolato di nuovo",
            f"Claim {claim.register_number}: its amount was reckoned again",
        ),
        text,
        once=once,
    )


def _tell_officer(actor: Actor, claim: Claim, kind: str, text: Bilingual, *, once: str) -> None:
    if claim.officer_id is None:
        return
    number = claim.register_number
    notify(
        actor=actor,
        users=[claim.officer_id],
        kind=kind,
        title=Bilingual(f"Domanda di pagamento {number}", f"Claim {number}"),
        body=text,
        path=f"/ufficio/rendicontazioni/{claim.pk}/",
        subject_type="claims.Claim",
        subject_id=f"{claim.pk}:{once}",
    )
