"""Whom an act may award, and how much: the place of each application in its call, and the money of its opening."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.db.models import Sum

from levante.applications.api import Application, Place, firms_of, is_group, places_for
from levante.calls.api import Opening
from levante.grants import states
from levante.grants.models import Award
from levante.kernel.api import refuse
from levante.kernel.pure import ZERO, format_euro


def lock_openings(application_ids: Iterable[int]) -> None:
    """Hold the openings of these applications until the transaction ends: two acts never count on the same money."""
    openings = Application.objects.filter(pk__in=list(application_ids)).values("opening")
    list(Opening.objects.select_for_update(no_key=True).filter(pk__in=openings).order_by("pk").values("pk"))


def award_places(applications: Sequence[Application]) -> dict[int, Place]:
    """The place of each, by its id, with what standing acts give already. The opening and the call are loaded.

    A group of which some firms are awarded and others not yet is placed as a whole: what it is given is divided among all.
    """
    openings = {application.opening_id for application in applications}
    standing = Award.objects.filter(application__opening__in=openings, state__in=states.STANDING)
    standing = standing.exclude(application__in=[one.pk for one in applications if is_group(one)])
    kept = standing.order_by("application_id").values_list("application_id").annotate(total=Sum("amount"))
    return places_for(applications, kept=dict(kept))


def amount_of(application: Application, place: Place) -> Decimal:
    """What an act awards: what was admitted, and never more than the money at its place."""
    return min(application.admitted_amount or ZERO, place.amount)


def require_places(chosen: Sequence[Application]) -> dict[int, Decimal]:
    """What each may be awarded, by its id; refused when the order of the call gives nothing to one. Under the lock."""
    places = award_places(chosen)
    return {application.pk: require_place(application, places[application.pk]) for application in chosen}


def require_place(application: Application, place: Place) -> Decimal:
    """What it may be awarded at its place; refused when the order of the call gives it nothing."""
    if not place.is_funded:
        refuse(
            f"La domanda {application.number} non si può finanziare: {place.reason.it}.",
            f"Application {application.number} cannot be funded: {place.reason.en}.",
        )
    return amount_of(application, place)


def require_budget(chosen: Sequence[Application], amounts: dict[int, Decimal]) -> None:
    """What is awarded, all acts together, stays within the money of the opening and of each of its lines."""
    for opening in {application.opening_id: application.opening for application in chosen}.values():
        mine = [application for application in chosen if application.opening_id == opening.pk]
        _require(opening.budget, mine, amounts, application__opening=opening)
        for line in {application.line_id: application.line for application in mine}.values():
            if line is not None:
                ours = [application for application in mine if application.line_id == line.pk]
                _require(line.budget, ours, amounts, application__line=line)


def _require(budget: Decimal, chosen: Sequence[Application], amounts: dict[int, Decimal], **where: object) -> None:
    standing = Award.objects.filter(state__in=states.STANDING, **where).aggregate(total=Sum("amount"))["total"] or ZERO
    wanted = sum((amounts[application.pk] for application in chosen), ZERO)
    if standing + wanted > budget:
        left = max(budget - standing, ZERO)
        refuse(
            f"Della dotazione dello sportello restano {format_euro(left)}: ne servono {format_euro(wanted)}.",
            f"{format_euro(left, 'en')} are left of the opening’s budget: {format_euro(wanted, 'en')} are needed.",
        )


def require_still_placed(awards: Sequence[Award]) -> None:
    """Before an act is signed: the ranking in force still funds each award as it was drafted."""
    ranked = [award for award in awards if award.application.opening.call.rule.makes_list]
    places = places_for([award.application for award in ranked])
    given: dict[int, Decimal] = {}
    for award in ranked:
        given[award.application_id] = given.get(award.application_id, ZERO) + award.amount
    for award in ranked:
        place = places[award.application_id]
        if not place.is_funded or place.amount < given[award.application_id]:
            refuse(
                f"La graduatoria è cambiata dopo la bozza. Domanda {award.application.number}: {place.reason.it}.",
                f"The ranking changed after the draft. Application {award.application.number}: {place.reason.en}.",
            )


def require_still_in(awards: Iterable[Award]) -> None:
    """Before an act is signed, and again when it takes effect: nobody gave it up, and a firm of a group is still in it."""
    for award in awards:
        if award.application.state != "admitted":
            number = award.application.number
            refuse(
                f"La domanda {number} non è più ammessa: toglila dall’atto.",
                f"Application {number} is admitted no more: take it out of the act.",
            )
        if is_group(award.application) and award.first_firm.pk not in {firm.pk for firm in firms_of(award.application)}:
            name, number = award.first_firm.name, award.application.number
            refuse(
                f"{name} è uscita dal gruppo della domanda {number}: togli la sua concessione dall’atto.",
                f"{name} left the group of application {number}: take its award out of the act.",
            )
