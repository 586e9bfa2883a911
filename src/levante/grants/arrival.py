"""The orders of arrival, made again when something in them moved, and told to those whom the money does not reach.

Where money follows arrival nobody publishes a list: the place of each application is what ``award_places`` gives now. A job of
every minute keeps it, and writes once to who is beyond the money and once more if it comes free. An order that is sealed (a
click day) is settled when its log is closed and every application received; the others from each arrival. A decision that is
held counts as not taken: nobody learns it from somebody else's place.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256

from django.db import models
from django.db.models import Case, CharField, Count, F, Func, Q, Sum, Value, When
from django.db.models.functions import Cast, Coalesce, Concat

from levante.applications.api import (
    OUT,
    SEALED,
    UNSENT,
    Application,
    OrderMove,
    Place,
    PlaceOffer,
    common_values,
    money,
    offer_of,
    offer_part,
    places_of,
    tell_people,
    write_about,
)
from levante.calls.api import FUNDED, NOT_FUNDED, PARTIAL, RENOUNCED, Opening, OpeningLine, allocation_terms
from levante.grants import states
from levante.grants.models import ArrivalOrder, ArrivalPlace, Award
from levante.kernel.api import Actor, Refused, note, note_object, now, service, system, unchanged
from levante.kernel.pure import ZERO, Bilingual, format_euro
from levante.letters.api import same

log = logging.getLogger(__name__)

KIND = "arrival_place"
#: Letters of a run at most: others wait in the same queue, and a minute later it goes on.
STEP = 500
OUTCOMES = {
    FUNDED: Bilingual("entro le risorse", "within the money"),
    PARTIAL: Bilingual("coperta in parte", "covered in part"),
    NOT_FUNDED: Bilingual("oltre le risorse", "beyond the money"),
    RENOUNCED: Bilingual("posto lasciato", "place given up"),
}
_ANSWERED = (PlaceOffer.ACCEPTED, PlaceOffer.DECLINED, PlaceOffer.LAPSED)
_KEPT = ("outcome", "position", "amount", "ahead", "award_stands")


# -- which orders moved


def orders_moved() -> Iterator[tuple[Opening, OpeningLine | None]]:
    """The orders of arrival that something may have moved since they were kept: what an application, its points or its
    award are was written (``OrderMove``), or the terms of the call are others. Of all the others nothing is read but their
    terms, however many applications they have."""
    kept = {(row.opening_id, row.line_id): row.terms for row in ArrivalOrder.objects.all()}
    moved = set(OrderMove.objects.order_by().values_list("opening", "line").distinct())
    parts = kept.keys() | moved
    lines = OpeningLine.objects.in_bulk({line for _, line in parts if line is not None})
    openings = Opening.objects.select_related("call__office").in_bulk({opening for opening, _ in parts})
    for opening_id, line_id in sorted(parts, key=lambda part: (part[0], part[1] or 0)):
        opening, line = openings[opening_id], lines.get(line_id)
        if (opening_id, line_id) not in moved and kept[opening_id, line_id] == _terms(opening, line):
            continue
        if opening.call.is_sealed and Application.objects.filter(opening=opening, state=SEALED).exists():
            continue  # its day is not over, or its applications are still being received
        yield opening, line


def _terms(opening: Opening, line: OpeningLine | None) -> str:
    return sha256(repr(allocation_terms(opening, line, members={})).encode()).hexdigest()


def _mark(opening: Opening, line: OpeningLine | None, terms: str) -> str:
    """What an order is made of now, as a digest."""
    rows = Application.objects.filter(opening=opening, line=line).exclude(state__in=UNSENT)
    applications = rows.aggregate(mark=Sum(_fingerprint()))["mark"]
    awarded = _standing().filter(application__opening=opening, application__line=line)
    awards = awarded.aggregate(count=Count("pk"), total=Sum("amount"))
    # From when their committee has closed them their points count.
    settled = Application.objects.filter(opening=opening, evaluation_file__settled_at__isnull=False).count()
    # An answer counts, an offer that waits for one moves nothing.
    answers = PlaceOffer.objects.filter(application__opening=opening, application__line=line, ranking__isnull=True)
    given = answers.filter(state__in=_ANSWERED).order_by("pk").values_list("pk", "state")
    made_of = (terms, str(applications), awards["count"], awards["total"], settled, list(given))
    return sha256(repr(made_of).encode()).hexdigest()


def _fingerprint() -> Func:
    """Of an application, what its order is made of, as a number: they add up to the same only when each is the same."""
    held = ~Q(held_from="")
    state = Case(When(held, then=F("held_from")), default=F("state"), output_field=CharField())
    asked = Case(
        When(held, then=F("requested_amount")), default=Coalesce(F("admitted_amount"), F("requested_amount"))
    )  # fmt: skip
    words = Concat(Cast("pk", CharField()), Value(":"), state, Value(":"), Cast(asked, CharField()))
    # As a decimal: sixty-four bits each, of which there may be a million.
    return Cast(
        Func(words, Value(0), function="hashtextextended", output_field=models.BigIntegerField()),
        models.DecimalField(max_digits=30, decimal_places=0),
    )


def _standing() -> "models.QuerySet[Award]":
    return Award.objects.filter(state__in=states.STANDING)


# -- keeping them


@service("grants.settle_arrivals")
def settle_arrivals(*, actor: Actor, opening: Opening, line: OpeningLine | None) -> int:
    """Keep an order of arrival as it stands now; how many places moved. When it is made of the same as before, nothing is."""
    ArrivalOrder.objects.bulk_create([ArrivalOrder(opening=opening, line=line)], ignore_conflicts=True)
    order = ArrivalOrder.objects.select_for_update().get(opening=opening, line=line)
    # First what is taken away, then what it stands for: whatever is written in between is looked at the next time.
    OrderMove.objects.filter(opening=opening, line=line).delete()
    terms = _terms(opening, line)
    mark = _mark(opening, line, terms)
    if order.mark == mark:
        return unchanged(0)
    awards = _standing().filter(application__opening=opening, application__line=line).order_by()
    single = awards.filter(application__applicant_kind="single")
    kept = dict(single.values_list("application").annotate(total=Sum("amount")))
    awarded = set(awards.values_list("application", flat=True))
    places = places_of(opening, line, kept=kept, as_told=True)
    moved = _keep(order, places, awarded)
    _ask_about_parts(opening, line, places, awarded)
    order.mark, order.terms, order.computed_at = mark, terms, now()
    order.save(update_fields=["mark", "terms", "computed_at"])
    note_object(order)
    note(opening=opening.code, line=line.code if line is not None else "", moved=moved)
    return moved


def _keep(order: ArrivalOrder, places: Mapping[int, Place], awarded: set[int]) -> int:
    """The rows as they should be: how many were not."""
    there = {row.application_id: row for row in order.places.all()}
    order.places.filter(application__in=there.keys() - places.keys()).delete()
    fresh: list[ArrivalPlace] = []
    changed: list[ArrivalPlace] = []
    for pk, place in places.items():
        row = there.get(pk) or ArrivalPlace(order=order, application_id=pk)
        values = (place.outcome, place.position, place.amount, place.ahead, pk in awarded)
        if row.pk is None or tuple(getattr(row, name) for name in _KEPT) != values:
            for name, value in zip(_KEPT, values, strict=True):
                setattr(row, name, value)
            (fresh if row.pk is None else changed).append(row)
    ArrivalPlace.objects.bulk_create(fresh, batch_size=2000)
    ArrivalPlace.objects.bulk_update(changed, list(_KEPT), batch_size=1000)
    return len(fresh) + len(changed) + len(there.keys() - places.keys())


def _ask_about_parts(
    opening: Opening, line: OpeningLine | None, places: Mapping[int, Place], awarded: set[int]
) -> None:
    """Where the call asks: offer the part to whom it reaches once everything before is decided, so that its amount is known;
    take back what was offered and is another amount now."""
    open_ones = PlaceOffer.objects.filter(application__opening=opening, application__line=line, state=PlaceOffer.OPEN)
    asked = set(open_ones.values_list("application", flat=True)) if opening.call.partial_days else set()
    waiting = {pk for pk, place in places.items() if place.unaccepted and not place.ahead} - awarded
    for application in Application.objects.filter(pk__in=asked | waiting).order_by("sequence"):
        amount = places[application.pk].amount if application.pk in waiting else None
        offer_part(actor=system("grants.settle_arrivals"), application=application, amount=amount)


# -- telling


@service("grants.tell_arrival")
def tell_arrival(*, actor: Actor, place_id: int) -> ArrivalPlace | None:
    """Write to one enterprise where its application stands; nothing when it was written so already."""
    place = ArrivalPlace.objects.untold().select_for_update(of=("self",), skip_locked=True).filter(pk=place_id).first()
    if place is None:
        return unchanged(None)
    application = Application.objects.select_related(
        "opening__call__office", "opening__form", "line", "enterprise", "form", "case_officer"
    ).get(pk=place.application_id)
    values = {**common_values(application), **place_values(place, application)}
    place.letters += 1
    letter = write_about(
        application, kind=KIND, key=f"application:{application.pk}:{KIND}:{place.letters}", actor=actor, values=values
    )
    call, outcome, offer = application.opening.call, OUTCOMES[place.outcome], _open_offer(application)
    tell_people(
        actor,
        application,
        kind="application-arrival-place",
        title=Bilingual(
            f"Domanda {application.number}: {outcome.it}", f"Application {application.number}: {outcome.en}"
        ),
        body=Bilingual(
            f"In «{call.title_it}» è al posto {place.position} in ordine di arrivo. {_answer_by(offer).it}La lettera con i "
            "motivi è in Messaggi.",
            f"In “{call.title_en or call.title_it}” it is at place {place.position} in order of arrival. "
            f"{_answer_by(offer).en}The letter with the reasons is in Messages.",
        ),
        subject=f"{application.pk}:arrival:{place.letters}",
    )
    place.told, place.told_at = place.outcome, now()
    place.save(update_fields=["told", "told_at", "letters"])
    note_object(application)
    note(outcome=place.outcome, position=place.position, letter=letter.pk)
    return place


def place_values(place: ArrivalPlace, application: Application) -> dict[str, Bilingual]:
    """The values of the letter about one place."""
    values = {
        "position": same(str(place.position)),
        "outcome": OUTCOMES[place.outcome],
        "amount": money(place.amount),
        "reasons": _reasons(place, application),
    }
    return {**values, "remedies": same("")} if place.outcome == FUNDED else values


def _open_offer(application: Application) -> PlaceOffer | None:
    offer = offer_of(application)
    return offer if offer is not None and offer.state == PlaceOffer.OPEN else None


def _answer_by(offer: PlaceOffer | None) -> Bilingual:
    if offer is None:
        return Bilingual("", "")
    return Bilingual(
        f"Di’ entro il {offer.due_on:%d/%m/%Y} se accetti {format_euro(offer.amount)}: senza risposta il posto si perde. ",
        f"Say by {offer.due_on:%d/%m/%Y} whether you accept {format_euro(offer.amount, 'en')}: without an answer the place is "
        "lost. ",
    )


def _reasons(place: ArrivalPlace, application: Application) -> Bilingual:
    budget = (application.line or application.opening).budget
    asked = application.requested_amount or ZERO
    if place.outcome == RENOUNCED:
        offer = offer_of(application)
        day = f"{offer.due_on:%d/%m/%Y}" if offer is not None else ""
        return Bilingual(
            f"La parte proposta andava accettata entro il {day} e non è arrivata risposta: il posto è lasciato e le risorse "
            "proseguono lungo lo stesso ordine.",
            f"The part offered had to be accepted by {day} and no answer came: the place is given up and the money goes on down "
            "the same order.",
        )
    if not place.is_short:
        return Bilingual(
            "Si sono liberate risorse: seguendo lo stesso ordine di arrivo, ora raggiungono questo posto. Non occorre fare nulla: "
            "l’ufficio prosegue con la domanda.",
            "Money came free: going down the same order of arrival, it now reaches this place. You need do nothing: the office "
            "goes on with the application.",
        )
    if place.outcome == PARTIAL:
        told = Bilingual(
            f"Le risorse ({format_euro(budget)}) finiscono a questo posto: su {format_euro(asked)} ne restano "
            f"{format_euro(place.amount)}.",
            f"The money ({format_euro(budget, 'en')}) ends at this place: of {format_euro(asked, 'en')}, "
            f"{format_euro(place.amount, 'en')} are left.",
        )
    else:
        told = Bilingual(
            f"Le risorse ({format_euro(budget)}), date in ordine di arrivo, non bastano per {format_euro(asked)} a questo posto.",
            f"The money ({format_euro(budget, 'en')}), given in order of arrival, is not enough for "
            f"{format_euro(asked, 'en')} at this place.",
        )
    if place.ahead:
        told = Bilingual(
            f"{told.it} Domande arrivate prima e non ancora decise: {place.ahead}.",
            f"{told.en} Applications that arrived earlier and are not decided yet: {place.ahead}.",
        )
    days = application.opening.call.partial_days if place.outcome == PARTIAL else None
    offer = _open_offer(application)
    if offer is not None:
        to_say = _answer_by(offer)
        return Bilingual(
            f"{told.it} {to_say.it}Si accetta, o si rinuncia, nella pagina della domanda.",
            f"{told.en} {to_say.en}It is accepted, or given up, on the page of the application.",
        )
    if days:
        # Nothing may be before it: then it is the application itself that is still to be decided.
        when = (
            Bilingual("Quando saranno decise", "Once they are decided")
            if place.ahead
            else Bilingual("Quando la domanda sarà ammessa", "Once the application is admitted")
        )
        return Bilingual(
            f"{told.it} {when.it}, se la parte resta, ti sarà proposta e avrai {days} giorni per accettarla. Ora non occorre fare "
            "nulla.",
            f"{told.en} {when.en}, if a part is left, it will be offered to you and you will have {days} days to accept it. You "
            "need do nothing now.",
        )
    return Bilingual(
        f"{told.it} La domanda resta al suo posto: se si liberano risorse, per rinunce, rigetti, riduzioni o nuovi fondi, si "
        "scorre in questo stesso ordine e sarà comunicato. Non occorre fare nulla.",
        f"{told.en} The application keeps its place: if money comes free, by renunciations, rejections, reductions or new funds, "
        "it goes on in this same order and you will be told. You need do nothing.",
    )


def follow_arrivals(*, actor: Actor) -> tuple[int, int]:
    """Make again the orders that moved, then write to whom it concerns, each in a transaction of its own: killed in the
    middle, the next run goes on. How many places moved, and how many letters were written."""
    moved = sum(settle_arrivals(actor=actor, opening=opening, line=line) for opening, line in orders_moved())
    written = 0
    for place_id in list(ArrivalPlace.objects.untold().values_list("pk", flat=True)[:STEP]):
        try:
            written += tell_arrival(actor=actor, place_id=place_id) is not None
        except Refused as refusal:
            log.error("the place %s was not told: %s", place_id, refusal.reason.en)
    return moved, written


# -- reading them


def arrival_places(applications: Iterable[Application]) -> dict[int, ArrivalPlace]:
    """The places of some applications where money follows arrival, by their id; of none that is out, or whose order is not
    settled. The applications come with their calls, as their enterprises know them. One query."""
    ids = [
        one.pk
        for one in applications
        if one.number and one.state_told not in OUT and not one.opening.call.rule.makes_list
    ]
    rows = ArrivalPlace.objects.filter(application__in=ids).select_related("order__opening__call") if ids else ()
    return {row.application_id: row for row in rows}
