"""The enterprise accepts its place or gives it up; its quota is paid; a place that is given up goes to the next one."""

from datetime import date, timedelta

from levante.controls.api import Due, DueIncoming, cancel_due, give_back_due, issue_due
from levante.exchange.api import named
from levante.initiatives.api import ExpressionOfInterest
from levante.kernel.api import Actor, note, now, refuse, require, service, system, today, unchanged
from levante.kernel.pure import ZERO, Bilingual, Decision, format_euro
from levante.participations import aid, policies, states
from levante.participations.holding import locked_row, locked_selection
from levante.participations.models import Participation, Selection
from levante.participations.pure.refunds import percent_back
from levante.participations.pure.sums import quota_for
from levante.participations.telling import tell_firm, tell_office
from levante.register.api import append_within

#: Who asks for quotas and gives them back from this room.
QUOTA = system("participations.quota")
#: The log of the register where answers go, with the interests they follow, and the kinds of their entries.
LOG = "interests"
ACCEPTED_KIND, RENOUNCED_KIND = "place.accepted", "place.renounced"


_told: list[str] = []


def place_ended(function: str) -> None:
    """Say who is told that an enterprise takes part no more, because it gave its place up or lost it: ``"package.module:function"``, called
    as ``f(actor=, row=)`` in the transaction in which it happens, with the initiative and its selection held. Not of an initiative that is
    cancelled as a whole (``initiatives.api.told_of_step``)."""
    if function not in _told:
        _told.append(function)


def hangs_on(*, interest: ExpressionOfInterest) -> Decision:
    """May an expression of interest be withdrawn? Not while a place, or a turn in a list that is decided, hangs on it."""
    held = Participation.objects.filter(interest=interest, selection__decided_at__isnull=False)
    state = held.filter(state__in=[*states.SEATED, states.LISTED]).values_list("state", flat=True).first()
    if state is None:
        return Decision.yes()
    if state == states.LISTED:
        return Decision.no(
            "La lista è decisa e sei in attesa: rinuncia al tuo turno.",
            "The list is decided and you are waiting: give up your turn.",
        )
    if state in states.STANDING:
        return Decision.no("La lista è decisa: rinuncia al posto.", "The list is decided: give up your place.")
    return Decision.no("L’iniziativa è già cominciata.", "The initiative has already begun.")


@service("participations.accept_place")
def accept_place(*, actor: Actor, row: Participation, modules: int = 1) -> Participation:
    """Accept the place within its day: registered. With a quota it is confirmed once that is paid, by the same day; without, at once. A
    second click gives the same. More modules than one only where they have a price and the stand has room."""
    held = locked_row(row.pk)
    if held.accepted_at is not None and held.state in {states.OFFERED, states.CONFIRMED}:
        return unchanged(held)
    require(policies.may_answer(actor, held))
    if held.state != states.OFFERED or held.answer_by is None:
        refuse("Il posto non ti è ancora stato offerto.", "The place has not been offered to you yet.")
    if held.answer_by < today():
        refuse("Il termine per rispondere è passato.", "The term to answer has passed.")
    _require_modules(held, modules)
    held.accepted_at, held.accepted_by_id, held.modules, held.reminded_at = now(), actor.user_id, modules, None
    accepted_within(held)
    held.save(update_fields=["accepted_at", "accepted_by", "modules", "reminded_at"])
    ask_quota(held, by=max(held.answer_by, today() + timedelta(days=1)))
    return held


def accepted_within(row: Participation) -> None:
    """The acceptance, with its modules, goes into the register: once for each offer and number of modules."""
    append_within(
        log=LOG, kind=ACCEPTED_KIND, subject=f"participation:{row.pk}",
        payload={"initiative": row.selection.initiative.code, "participation": row.pk, "modules": row.modules},
        idempotency_key=f"place:{row.pk}:accepted:{row.offered_at:%Y%m%d%H%M%S}:{row.modules}",
    )  # fmt: skip


def ask_quota(row: Participation, *, by: date) -> None:
    """Ask for the quota of a place that is accepted, to be paid by a day; without one it is confirmed. For a service at work."""
    amount = quota_for(row.selection.quota, row.selection.extra_quota, row.modules)
    if amount > ZERO:
        row.due = issue_due(
            actor=QUOTA, initiative=row.selection.initiative, enterprise=row.enterprise, amount=amount, due_on=by,
            reason=Bilingual(f"Quota di partecipazione, posto {row.pk}", f"Quota for taking part, place {row.pk}"),
        )  # fmt: skip
        row.answer_by = by
        row.save(update_fields=["due", "answer_by"])
    else:
        _confirm(row)


def more_modules(selection: Selection) -> bool:
    """May a place have further modules? Where they have a price; and where a place is aid, which is granted for one, if they are paid what
    they cost."""
    return selection.extra_quota is not None and (not selection.is_aid or selection.extra_at_cost)


def _require_modules(row: Participation, modules: int) -> None:
    if modules < 1 or (modules > 1 and not more_modules(row.selection)):
        refuse("Si può avere un modulo solo.", "Only one module can be had.", field="modules")
    there = row.selection.elements.filter(kind=states.MODULE).count()
    if modules > 1 and there:
        used = sum(one.modules for one in row.selection.participations.seated().exclude(pk=row.pk))
        waiting = row.selection.places - row.selection.participations.seated().count()
        if used + modules + waiting > there:
            refuse(
                "Nello stand non c’è posto per altri moduli.",
                "The stand has no room for further modules.",
                field="modules",
            )


def _confirm(row: Participation) -> None:
    row.state, row.confirmed_at = states.CONFIRMED, now()
    row.save(update_fields=["state", "confirmed_at"])


def due_paid(*, actor: Actor, due: Due) -> None:
    """A quota was paid whole: its place is confirmed if that was by its day, whenever it is recorded; else it is lost. Called by
    controls in the transaction of the payment, once; the selection is held."""
    from levante.participations.deciding import fill_places  # which gives places to those who answer here
    from levante.participations.lapsing import lapse

    row = (
        Participation.objects.select_for_update(of=("self",))
        .select_related("selection__initiative", "enterprise")
        .filter(due=due)
        .first()
    )
    if row is None or row.state != states.OFFERED:
        return
    if due.paid_on is not None and row.answer_by is not None and due.paid_on > row.answer_by:
        row.due, row.selection = due, locked_selection(row.selection.initiative_id)
        lapse(actor, row)
        fill_places(actor, row.selection)
        return
    _confirm(row)
    body = Bilingual(
        f"La quota di {format_euro(due.amount)} è pagata.", f"The quota of {format_euro(due.amount, 'en')} is paid."
    )
    tell_firm(actor, row, "confirmed", Bilingual("Il tuo posto è confermato", "Your place is confirmed"), body)


def due_let_go(*, actor: Actor, due: Due) -> None:
    """The office cancelled the quota of a place that was accepted: nothing is to be paid for it any more, so it is confirmed. Called by
    controls in the transaction of the cancellation; the selection is held."""
    if actor == QUOTA or due.state != "cancelled":
        return
    rows = Participation.objects.select_for_update(of=("self",)).select_related("selection__initiative", "enterprise")
    row = rows.filter(due=due, state=states.OFFERED, accepted_at__isnull=False).first()
    if row is None:
        return
    _confirm(row)
    body = Bilingual("La quota non va più pagata.", "The quota is not to be paid any more.")
    tell_firm(actor, row, "confirmed", Bilingual("Il tuo posto è confermato", "Your place is confirmed"), body)


def due_paid_too_late(*, actor: Actor, due: Due, incoming: DueIncoming) -> None:
    """Money came for a quota that is cancelled, paid when the place could still be had: it is given back, and the office and the enterprise
    are told, because somebody else may have the place by now. Called by controls in the transaction of the payment."""
    row = (
        Participation.objects.select_related("selection__initiative__lead_office", "enterprise").filter(due=due).first()
    )
    if row is None or row.state != states.LAPSED or row.answer_by is None or incoming.on > row.answer_by:
        return
    name, on, by = row.enterprise.name, f"{incoming.on:%d/%m/%Y}", f"{row.answer_by:%d/%m/%Y}"
    tell_office(
        actor, row.selection, f"paid-{incoming.pk}",
        Bilingual("Quota pagata in tempo, arrivata a posto perso", "Quota paid in time, come when the place was lost"),
        Bilingual(
            f"{name}: {format_euro(incoming.amount)} del {on}, entro il termine del {by}. Si rendono.",
            f"{name}: {format_euro(incoming.amount, 'en')} of {on}, within the term of {by}. They are given back.",
        ),
    )  # fmt: skip
    tell_firm(
        actor, row, f"paid-{incoming.pk}", Bilingual("La quota è arrivata tardi", "The quota came late"),
        Bilingual(
            f"Ti si rendono {format_euro(incoming.amount)}: il posto era già decaduto. L’ufficio lo sa.",
            f"{format_euro(incoming.amount, 'en')} are given back to you: the place had lapsed already. The office knows.",
        ),
    )  # fmt: skip


def hold_place_of(*, due_id: int) -> None:
    """The selection is held before the quota of one of its places: who works on places locks in this order."""
    found = Participation.objects.filter(due=due_id).values_list("selection__initiative_id", flat=True).first()
    if found is not None:
        locked_selection(found)


@service("participations.renounce_place")
def renounce_place(*, actor: Actor, row: Participation, reason: str = "") -> Participation:
    """Give the place up, or leave the waiting list: registered. Of a quota that was paid what the rules say for the day is given back; the
    place goes to the next one."""
    from levante.participations.deciding import fill_places  # which gives places to those who answer here

    held = locked_row(row.pk)
    if held.state == states.RENOUNCED:
        return unchanged(held)
    require(policies.may_answer(actor, held))
    selection = held.selection
    if today() >= selection.initiative.starts_on:
        refuse("L’iniziativa è già cominciata.", "The initiative has already begun.")
    append_within(
        log=LOG, kind=RENOUNCED_KIND, subject=f"participation:{held.pk}",
        payload={"initiative": selection.initiative.code, "participation": held.pk, "state": held.state},
        idempotency_key=f"place:{held.pk}:renounced",
    )  # fmt: skip
    words = reason.replace("\0", "").strip()[:2000]
    back = percent_back(
        selection.refunds, starts_on=selection.initiative.starts_on, on=today(), free_until=selection.free_until
    )
    said = Bilingual(words or "Rinuncia", words or "Place given up")
    give_back(actor, held, states.RENOUNCED, said, percent=back)
    note(percent_back=back)
    fill_places(actor, selection)
    return held


def give_back(actor: Actor, row: Participation, state: str, reason: Bilingual, *, percent: int) -> None:
    """The row leaves its place: what was not paid is no longer due, of what was paid, whole or not, ``percent`` is given back, an aid is
    taken back, its modules are free. For a service at work that holds the selection."""
    give_quota_back(row, reason, percent=percent)
    aid.take_back(row, reason)
    row.modules_held.update(holder=None)
    row.state, row.seat, row.closed_at, row.reason_it, row.reason_en = state, None, now(), reason.it, reason.en
    row.problem_it = row.problem_en = ""
    if state == states.EXCLUDED:
        row.position = None
    row.save(
        update_fields=["state", "position", "seat", "closed_at", "reason_it", "reason_en", "problem_it", "problem_en"]
    )
    if state != states.CALLED_OFF:
        for function in _told:
            named(function)(actor=actor, row=row)


def give_quota_back(row: Participation, reason: Bilingual, *, percent: int) -> None:
    """Of the quota of a place: what was not paid is no longer due, of what was paid, whole or not, ``percent`` is given back."""
    due = row.due
    if due is not None and due.state == "due":
        cancel_due(actor=QUOTA, due=due, reason=reason, percent=percent)
    elif due is not None and due.state == "paid" and percent:
        give_back_due(actor=QUOTA, due=due, percent=percent, reason=reason)
