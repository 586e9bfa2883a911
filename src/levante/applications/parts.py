"""A part of what was asked, where the money ends: offered with the days of the call, accepted, or the place is given up.

In a list it is offered at the publication (``offer_parts``). Where money follows arrival it is offered when everything before
it is decided, so that the amount is known (``offer_part``), and again if another amount reaches the place before an answer.
"""

from collections.abc import Sequence
from decimal import Decimal

from django.db.models import QuerySet

from levante.applications import policies, states
from levante.applications.deadlines import keep_deadlines
from levante.applications.drafts import locked
from levante.applications.models import Application, PlaceOffer, Ranking
from levante.applications.submission import LOG
from levante.applications.telling import tell_enterprise
from levante.applications.terms import term_from
from levante.calls.api import Opening, OpeningLine
from levante.kernel.api import Actor, note, note_object, now, refuse, require, service, today, unchanged
from levante.kernel.pure import money_text, steps_as_json
from levante.register.api import append_entry


def standing_offers(opening: Opening, line: OpeningLine | None) -> dict[int, PlaceOffer]:
    """What each application of an order of arrival was last offered and answered, by its id; none where the call does not ask."""
    if not opening.call.partial_days:
        return {}
    rows = PlaceOffer.objects.filter(application__opening=opening, application__line=line, ranking__isnull=True)
    return {row.application_id: row for row in rows.exclude(state=PlaceOffer.SUPERSEDED).order_by("pk")}


def offer_of(application: Application) -> PlaceOffer | None:
    """What it was last offered, if another amount did not take its place."""
    return application.place_offers.exclude(state=PlaceOffer.SUPERSEDED).order_by("-pk").first()


def open_offers(applications: "QuerySet[Application]") -> "QuerySet[PlaceOffer]":
    """The parts that wait for the answer of these applications, and may still have it."""
    return PlaceOffer.objects.filter(
        application__in=applications, application__state=states.ADMITTED, state=PlaceOffer.OPEN, due_on__gte=today()
    )


def _supersede(application: Application) -> None:
    PlaceOffer.objects.filter(application=application, state=PlaceOffer.OPEN).update(
        state=PlaceOffer.SUPERSEDED, answered_at=now()
    )


def _offer(application: Application, amount: Decimal, days: int, ranking: Ranking | None) -> PlaceOffer:
    due, steps = term_from(today(), days)
    _supersede(application)
    offer = PlaceOffer.objects.create(
        application=application, ranking=ranking, amount=amount, offered_at=now(), due_on=due, steps=steps_as_json(steps)
    )  # fmt: skip
    keep_deadlines(application)
    return offer


def offer_parts(ranking: Ranking, among: Sequence[int]) -> None:
    """At the publication: whoever of these applications is reached by a part of the money is offered it, with the days of the
    call."""
    days = ranking.opening.call.partial_days
    if not days:
        return
    rows = ranking.rows.filter(outcome="partial", application__in=among)
    for row in rows.select_related("application__opening__call"):
        if row.application.state in states.OUT:
            continue
        _offer(row.application, row.amount, days, ranking)
        tell_enterprise(row.application, "offer_part")


@service("applications.offer_part")
def offer_part(*, actor: Actor, application: Application, amount: Decimal | None) -> PlaceOffer | None:
    """In an order of arrival: offer the part that reaches an admitted application, ``None`` to take back an offer that was not
    answered (the whole reaches it, or nothing does). The same amount again is the same offer, with its days. The letter that
    says so is written by who keeps the order."""
    current = locked(application.pk)
    days = current.opening.call.partial_days
    standing = current.place_offers.filter(state=PlaceOffer.OPEN).first()
    wanted = amount if days and current.state == states.ADMITTED and not current.held_from else None
    if (standing.amount if standing is not None else None) == wanted:
        return unchanged(standing)
    note_object(current)
    if wanted is None or not days:
        _supersede(current)
        keep_deadlines(current)
        note(number=current.number, taken_back=True)
        return None
    note(number=current.number, amount=money_text(wanted))
    return _offer(current, wanted, days, None)


@service("applications.accept_part")
def accept_part(*, actor: Actor, offer: PlaceOffer) -> PlaceOffer:
    """Accept the part that is offered: from then on that is what is asked for. Registered; in time only."""
    current = locked(offer.application_id)
    held = PlaceOffer.objects.select_for_update().get(pk=offer.pk)
    require(policies.may_submit(actor, current))
    if held.state == PlaceOffer.ACCEPTED:
        return unchanged(held)
    if held.state == PlaceOffer.SUPERSEDED:
        refuse(
            "Intanto l’importo che arriva a questo posto è cambiato: guarda quello di oggi.",
            "Meanwhile the amount that reaches this place changed: look at today’s.",
        )
    if held.state != PlaceOffer.OPEN or today() > held.due_on:
        refuse(
            f"Il termine per accettare è scaduto il {held.due_on:%d/%m/%Y}.",
            f"The term to accept ended on {held.due_on:%d/%m/%Y}.",
        )
    place = {"ranking": held.ranking_id} if held.ranking_id is not None else {}
    append_entry(
        actor=actor,
        log=LOG,
        kind="application.part_accepted",
        subject=f"application:{current.pk}",
        payload={"application": current.pk, **place, "amount": money_text(held.amount)},
        idempotency_key=f"part:{held.pk}",
    )
    held.state, held.answered_at, held.answered_by_id = PlaceOffer.ACCEPTED, now(), actor.user_id
    held.save(update_fields=["state", "answered_at", "answered_by"])
    keep_deadlines(current)
    note_object(current)
    note(number=current.number, amount=money_text(held.amount))
    return held


def decline_parts(application: Application, actor: Actor) -> None:
    """The place is given up: what waits for an answer has it."""
    PlaceOffer.objects.filter(application=application, state=PlaceOffer.OPEN).update(
        state=PlaceOffer.DECLINED, answered_at=now(), answered_by_id=actor.user_id
    )


@service("applications.lapse_offers")
def lapse_offers(*, actor: Actor) -> int:
    """End the offers whose days are over: their places are given up. Returns how many."""
    over = PlaceOffer.objects.select_for_update(skip_locked=True).filter(state=PlaceOffer.OPEN, due_on__lt=today())
    found = list(over.select_related("application__opening__call").order_by("pk"))
    if not found:
        return unchanged(0)
    for offer in found:
        offer.state, offer.answered_at = PlaceOffer.LAPSED, now()
        offer.save(update_fields=["state", "answered_at"])
        keep_deadlines(offer.application)
    note(offers=[offer.pk for offer in found][:100])
    return len(found)
