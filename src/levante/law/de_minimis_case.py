"""The de minimis case: what is known of an applicant, its links, its aid, the events; and how the JSON door reads it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from levante.law.aid_events import Event, Merger, Split, SplitShare, Timeline
from levante.law.de_minimis_rule import BOUNDARIES, Boundary
from levante.law.doors import BadCase, Reader
from levante.law.undertaking import HOLDERS, LINK_KINDS, Holder, Link

GENERAL = "general"


@dataclass(frozen=True, slots=True)
class Revision:
    """The amount was determined again on a day; it counts from that day on, at the date of the original grant."""

    on: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Aid:
    """One aid, in gross grant equivalent. ``registered_on``: when the register came to know it (else, when granted)."""

    id: str
    beneficiary: str
    granted_on: date
    amount: Decimal
    regime: str = GENERAL
    revised: tuple[Revision, ...] = ()
    annulled_on: date | None = None
    registered_on: date | None = None

    def known(self, as_of: date | None) -> bool:
        return as_of is None or (self.registered_on or self.granted_on) <= as_of

    def amount_on(self, day: date, as_of: date | None) -> Decimal | None:
        """The amount in force on a day, as known; ``None`` once annulled."""
        horizon = day if as_of is None else min(day, as_of)
        if self.annulled_on is not None and self.annulled_on <= horizon:
            return None
        if not self.revised:
            return self.amount
        # Two amounts on one day contradict each other: the larger is the prudent one.
        past = [(revision.on, revision.amount) for revision in self.revised if revision.on <= horizon]
        return max(past)[1] if past else self.amount

    def change_days(self) -> list[date]:
        """The days on which its amount changes."""
        days = [revision.on for revision in self.revised]
        return days if self.annulled_on is None else [*days, self.annulled_on]


@dataclass(frozen=True, slots=True)
class Case:
    """What is asked: the position of ``applicant`` on the day ``on``, and whether ``request`` fits.

    ``as_of``: with what was known on that day (everything, when absent). ``boundary``: the setting of the day, when
    absent. ``decided``: the office's answers to ``decision_required``, by id.
    """

    on: date
    applicant: str
    enterprises: tuple[str, ...]
    links: tuple[Link, ...] = ()
    aids: tuple[Aid, ...] = ()
    events: tuple[Event, ...] = ()
    request: Decimal | None = None
    boundary: Boundary | None = None
    as_of: date | None = None
    decided: Mapping[str, bool] = field(default_factory=dict)


def read(case: Reader) -> Case:
    """The case of the JSON door. Raises ``doors.BadCase`` naming the field."""
    applicant = case.text("applicant")
    enterprises = case.texts("enterprises", required=True)
    if applicant not in enterprises:
        raise case.bad("applicant", "non è tra le imprese di 'enterprises'", "is not among 'enterprises'")
    aids = _aids(case)
    items = case.items("events")
    events = tuple(_event(item, {aid.id for aid in aids}) for item in items)
    _check_takes(items, events, {aid.id: aid for aid in aids})
    return Case(
        on=case.date("on"),
        applicant=applicant,
        enterprises=tuple(dict.fromkeys(enterprises)),
        links=_links(case),
        aids=aids,
        events=events,
        request=case.optional_money("request"),
        boundary=case.optional_choice("boundary", BOUNDARIES),
        as_of=case.optional_date("as_of"),
    )


def _links(case: Reader) -> tuple[Link, ...]:
    items = case.items("links")
    stated: dict[str, Holder] = {}
    for item in items:
        person = item.optional_choice("person", HOLDERS)
        holder = item.text("from")
        if person is not None and stated.setdefault(holder, person) != person:
            raise item.bad(
                "person",
                f"{holder} è già indicato come {stated[holder]} in un altro legame",
                f"{holder} is already given as {stated[holder]} in another link",
            )
    return tuple(_link(item, stated) for item in items)


def _link(item: Reader, stated: Mapping[str, Holder]) -> Link:
    holder = item.text("from")
    kind = item.choice("kind", LINK_KINDS)
    link = Link(
        holder=holder,
        held=item.text("to"),
        kind=kind,
        share=item.percent("share") if kind == "votes" else item.optional_percent("share"),
        person=stated.get(holder, "enterprise"),
        same_market=item.optional_boolean("same_market"),
        since=item.optional_date("since"),
        until=item.optional_date("until"),
    )
    if link.since and link.until and link.until < link.since:
        raise item.bad("until", "è prima di 'since'", "is before 'since'")
    return link


def _aids(case: Reader) -> tuple[Aid, ...]:
    seen: set[str] = set()
    aids = []
    for item in case.items("aids"):
        aid = Aid(
            id=item.text("id"),
            beneficiary=item.text("beneficiary"),
            granted_on=item.date("granted_on"),
            amount=item.money("amount"),
            regime=item.optional_text("regime") or GENERAL,
            revised=tuple(Revision(part.date("on"), part.money("amount")) for part in item.items("revised")),
            annulled_on=item.optional_date("annulled_on"),
            registered_on=item.optional_date("registered_on"),
        )
        if aid.id in seen:
            raise item.bad("id", f"c'è già un aiuto {aid.id}", f"there is already an aid {aid.id}")
        seen.add(aid.id)
        aids.append(aid)
    return tuple(aids)


def _event(item: Reader, aid_ids: set[str]) -> Event:
    if item.choice("kind", ("merger", "split")) == "merger":
        parties = item.texts("from", required=True)
        if not parties:
            raise item.bad("from", "serve almeno un'impresa", "at least one enterprise is needed")
        return Merger(item.date("on"), tuple(dict.fromkeys(parties)), item.text("to"))
    shares: list[SplitShare] = []
    taken: set[str] = set()
    for part in item.items("to", required=True):
        share = SplitShare(part.text("enterprise"), part.money("equity"), tuple(part.texts("takes")))
        if any(share.enterprise == other.enterprise for other in shares):
            raise part.bad("enterprise", "è già tra le imprese della scissione", "is already in this split")
        for position, aid_id in enumerate(share.takes):
            where = f"{part.at('takes')}[{position}]"
            if aid_id not in aid_ids:
                raise BadCase(where, f"nessun aiuto {aid_id} nel caso", f"no aid {aid_id} in the case")
            if aid_id in taken:
                raise BadCase(where, f"l'aiuto {aid_id} è già attribuito", f"aid {aid_id} is already taken")
            taken.add(aid_id)
        shares.append(share)
    if not shares:
        raise item.bad("to", "serve almeno un'impresa", "at least one enterprise is needed")
    return Split(item.date("on"), item.text("from"), tuple(shares))


def _check_takes(items: Sequence[Reader], events: Sequence[Event], aids: Mapping[str, Aid]) -> None:
    """An activity takes with it only the aid that the company had when it split (art. 3(9)): anything else is a mistake
    in the case, and to leave it aside would leave the aid where it was without a word."""
    if not any(isinstance(event, Split) for event in events):
        return
    timeline = Timeline(events, until=date.max)
    for item, event in zip(items, events, strict=True):
        if isinstance(event, Merger):
            continue
        for position, share in enumerate(event.shares):
            for place, aid in enumerate(aids[id] for id in share.takes):
                if not timeline.meets(aid.id, aid.beneficiary, aid.granted_on, event):
                    raise BadCase(
                        f"{item.at('to')}[{position}].takes[{place}]",
                        f"{event.party} non aveva l'aiuto {aid.id} il {event.on:%d/%m/%Y}",
                        f"{event.party} did not have aid {aid.id} on {event.on.isoformat()}",
                    )
