"""What the screens ask about agendas."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Count, Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from levante.directory.api import Bought, Known, bought_by, known_of, named_in
from levante.initiatives.api import ExpressionOfInterest, Initiative, city_in
from levante.kernel.api import Actor, now
from levante.kernel.pure import Bilingual
from levante.matching.api import check
from levante.meetings import states
from levante.meetings.attendance import UNSAID
from levante.meetings.building import instance_of, solved_of
from levante.meetings.models import Agenda, AgendaRun, Attendee, BlockedPair, Feedback, Meeting, MeetingRequest
from levante.meetings.models_meeting import STANDS
from levante.meetings.publishing import where
from levante.meetings.pure.calendar import Event
from levante.meetings.pure.weights import Reason, Said, interpreter_for, points_of, suggest, understand
from levante.meetings.sound import in_words
from levante.meetings.voices import languages_offered

RELATED = ("slot", "agenda__initiative", "a__enterprise", "b__buyer__country", "interpreted_by")


def agenda_of(actor: Actor, initiative: Initiative) -> Agenda | None:
    """The agenda as the office that follows the initiative works on it."""
    rows = Agenda.objects.followed_by(actor).filter(initiative=initiative).select_related("initiative__lead_office")
    return rows.first()


def mine(actor: Actor) -> "QuerySet[Attendee]":
    """What the enterprise or the buyer acted for comes to, or came to until it left: what it reads, and says of the meetings
    it had, stays. The nearest first."""
    rows = Attendee.objects.visible_to(actor)
    rows = (
        rows.filter(buyer=actor.buyer_id)
        if actor.buyer_id is not None
        else rows.filter(enterprise=actor.enterprise_id or 0)
    )
    return rows.select_related("agenda__initiative", "enterprise", "buyer").order_by(
        "-agenda__initiative__starts_on", "pk"
    )


def meetings_of(row: Attendee) -> "QuerySet[Meeting]":
    """Its meetings in the order of time, once the agenda is published; those cancelled too, so that who looks sees
    that they are off."""
    rows = Meeting.objects.filter(Q(a=row) | Q(b=row), agenda__published_at__isnull=False)
    return rows.select_related(*RELATED).order_by("slot__starts_at", "pk")


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody of the other side, as the page shows it: its name only where the interest is mutual or it asked
    first."""

    row: Attendee
    name: str
    reasons: list[Reason]
    points: int
    made: MeetingRequest | None
    received: MeetingRequest | None

    @property
    def mutual(self) -> bool:
        """Do both want it: one accepted what the other asked, or both asked, and nobody said no?"""
        said = [one.state for one in (self.made, self.received) if one is not None]
        return states.DECLINED not in said and (states.ACCEPTED in said or len(said) == 2)

    @property
    def waits(self) -> bool:
        """Has it asked, and waits for an answer?"""
        return self.received is not None and self.received.state == states.OPEN and not self.mutual


def candidates_for(row: Attendee) -> list[Candidate]:
    """Whom one might meet, those with most in common first. Names are shown to who is asked, and to both once it is
    mutual: until then what the
    other side offers or looks for. Whom an enterprise wrote that it would like to meet counts on its own page alone. Nine queries."""
    others = row.agenda.attendees.coming().exclude(side=row.side).select_related("enterprise", "buyer__country")
    out = {pk for pair in BlockedPair.objects.filter(Q(a=row) | Q(b=row)).values_list("a_id", "b_id") for pk in pair}
    made = {one.asked_id: one for one in row.made.exclude(state=states.WITHDRAWN)}
    received = {one.asker_id: one for one in row.received.exclude(state=states.WITHDRAWN)}
    found = []
    firms = known_of(one.enterprise_id for one in (row, *others) if one.enterprise_id is not None)
    buyers = bought_by(one.buyer_id for one in (row, *others) if one.buyer_id is not None)
    me = said_of(row, firms.get(row.enterprise_id or 0), buyers.get(row.buyer_id or 0), _wanted(row))
    for other in others:
        if other.pk in out:
            continue
        they = said_of(other, firms.get(other.enterprise_id or 0), buyers.get(other.buyer_id or 0))
        reasons = suggest(me, they) if row.side == states.SELLER else suggest(they, me)
        known = other.pk in received or (other.pk in made and made[other.pk].state == states.ACCEPTED)
        found.append(
            Candidate(
                other,
                other.name if known else "",
                reasons,
                points_of(reasons),
                made.get(other.pk),
                received.get(other.pk),
            )
        )
    return sorted(found, key=lambda one: (not one.waits, one.received is None, -one.points, one.row.pk))


def reasons_between(row: Attendee, others: Sequence[Attendee]) -> list[list[Reason]]:
    """Why one might meet each of some of the other side, as it reads it. Three queries."""
    everybody = [row, *others]
    firms = known_of(one.enterprise_id for one in everybody if one.enterprise_id is not None)
    buyers = bought_by(one.buyer_id for one in everybody if one.buyer_id is not None)
    me = said_of(row, firms.get(row.enterprise_id or 0), buyers.get(row.buyer_id or 0), _wanted(row))
    found = []
    for other in others:
        they = said_of(other, firms.get(other.enterprise_id or 0), buyers.get(other.buyer_id or 0))
        found.append(suggest(me, they) if row.side == states.SELLER else suggest(they, me))
    return found


def to_answer() -> Any:
    """Of each that comes, how many requests wait for its answer: as a column of a query. Who asked too has nothing to answer."""
    asked_too = MeetingRequest.objects.filter(asker=OuterRef("asked"), asked=OuterRef("asker")).standing()
    rows = MeetingRequest.objects.filter(asked=OuterRef("pk"), state=states.OPEN, asker__withdrawn_at__isnull=True)
    counted = rows.exclude(Exists(asked_too)).order_by().values("asked").annotate(times=Count("pk")).values("times")
    return Coalesce(Subquery(counted), 0)


def _wanted(row: Attendee) -> str:
    """Whom an enterprise would like to meet, as it wrote where it asked to take part. One query."""
    rows = ExpressionOfInterest.objects.filter(initiative=row.agenda.initiative_id, enterprise=row.enterprise_id or 0)
    return " ".join(rows.order_by("pk").values_list("expectations", flat=True))


def speechless(
    agenda: Agenda, coming: Iterable[Attendee], meetings: Iterable[Meeting]
) -> list[tuple[Attendee, Attendee]]:
    """Those who meet, or asked to, and share no language, with no interpreter of the agenda's between them, of who comes and of the
    meetings there are. Two queries until it is published, then one."""
    people = {row.pk: row for row in coming}
    pairs = {(row.a_id, row.b_id) for row in meetings if row.state == states.PLANNED}
    if agenda.state in {states.PREPARING, states.ASKING, states.ARRANGING}:
        asked = MeetingRequest.objects.filter(asker__agenda=agenda).exclude(state=states.WITHDRAWN)
        said = [(tuple(sorted((a, b), key=lambda pk: people[pk].side)), state)
                for a, b, state in asked.values_list("asker", "asked", "state") if a in people and b in people]  # fmt: skip
        no = {pair for pair, state in said if state == states.DECLINED}
        pairs |= {pair for pair, _ in said} - no
    both = [(people[a], people[b]) for a, b in sorted(pairs) if a in people and b in people]
    offered = languages_offered(agenda) if both else frozenset()
    return [(a, b) for a, b in both if not can_talk(agenda, a, b, offered)]


def can_talk(agenda: Agenda, one: Attendee, other: Attendee, offered: frozenset[str] | None = None) -> bool:
    """Do the two share a language, or has the agenda an interpreter between them? ``offered``: the languages that it has interpreters of,
    where they are known; else one query."""
    offered = languages_offered(agenda) if offered is None else offered
    sells, buys = frozenset(one.languages), frozenset(other.languages)
    common = frozenset(agenda.languages)
    return understand(sells, buys, common=common) or bool(interpreter_for(sells, buys, common=common, offered=offered))


def said_of(row: Attendee, known: Known | None = None, bought: Bought | None = None, more: str = "") -> Said:
    """What is known of one that comes: an enterprise, also from its public profile (``known``); a buyer, also what its own words name,
    and from what it says that it buys (``bought``). Of the price its words here say more than the profile. ``more``: what an enterprise
    wrote elsewhere, that counts and is not shown."""
    text = f"{row.offers} {more}"
    sectors, languages = frozenset(row.sectors), frozenset(row.languages)
    if row.buyer is not None:
        asked = named_in(row.offers)
        country = str(row.buyer.country_id or "")
        if bought is None:
            bought = Bought(frozenset(), frozenset(), frozenset(), "")
        return Said(
            sectors, languages, country, bought.markets, row.offers, asked.products | bought.headings,
            asked.certifications | bought.certifications, asked.price_band or bought.price_band,
        )  # fmt: skip
    if known is None:
        return Said(sectors, languages, text=text)
    return Said(
        sectors, languages | known.languages, "", known.markets, f"{text} {known.words}", known.headings, known.certifications,
        known.price_band,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Score:
    """How good the agenda is as it stands: points, bound of the last run of the same revision if there is one, what
    is missing."""

    meetings: int
    objective: float
    shortfall: int
    unmet_mutual: int
    broken: tuple[Bilingual, ...]

    @property
    def valid(self) -> bool:
        return not self.broken


def score_of(agenda: Agenda) -> Score:
    """Reckoned again on the agenda as it is, by the checker."""
    solved = solved_of(agenda)
    report = check(instance_of(agenda, as_it_stands=True), solved)
    broken = tuple(in_words(agenda, list(report.violations))) if report.violations else ()
    return Score(len(solved.meetings), round(report.objective, 2), report.shortfall, report.unmet_mutual, broken)


def runs_of(agenda: Agenda) -> list[AgendaRun]:
    """The last run of each objective, in the order of the objectives."""
    found: dict[str, AgendaRun] = {}
    for row in agenda.runs.order_by("pk"):
        found[row.objective] = row
    return [found[name] for name in states.OBJECTIVES if name in found]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of the meetings: how many were arranged, held, missed, and of how many that have begun it is not said whether they were
    held, or who was missing (some of the missed among them); quality told by each side; next steps and value
    expected, without what was said in confidence (announced by who was there, never added to what is confirmed or realised). Who was given
    another time counts once, by how it went then; ``again``: how many times one was given."""

    arranged: int
    held: int
    missed: int
    again: int
    unsaid: int
    told: int
    quality: Decimal | None
    steps: dict[str, int]
    expected: Decimal


def outcome_of(agenda: Agenda) -> Outcome:
    """Three queries."""
    met = agenda.meetings.arranged().aggregate(
        arranged=Count("pk", filter=STANDS),
        held=Count("pk", filter=Q(state=states.HELD)),
        missed=Count("pk", filter=STANDS & Q(state=states.MISSED)),
        again=Count("pk", filter=Q(again_at__isnull=False)),
        unsaid=Count("pk", filter=UNSAID & Q(slot__starts_at__lte=now())),
    )
    said = Feedback.objects.filter(meeting__agenda=agenda)
    sums = said.aggregate(
        quality=Avg("quality"),
        told=Count("pk"),
        expected=Sum("expected", filter=Q(side=states.SELLER, confidential=False)),
    )
    open_to_all = said.filter(confidential=False)
    steps = dict(open_to_all.values_list("next_step").annotate(times=Count("pk")).order_by("next_step"))
    quality = Decimal(str(round(sums["quality"], 2))) if sums["quality"] is not None else None
    return Outcome(
        met["arranged"],
        met["held"],
        met["missed"],
        met["again"],
        met["unsaid"],
        sums["told"],
        quality,
        steps,
        sums["expected"] or Decimal("0.00"),
    )


def events_of(row: Attendee, language: str = "it") -> list[Event]:
    """The calendar of one that comes, places in a language; identifiers stay, so that calendars follow what changes."""
    found, city = [], city_in(row.agenda.initiative.city, language)
    for one in meetings_of(row):
        other = one.b if one.a_id == row.pk else one.a
        there = where(one).in_language(language).removeprefix(", ")
        found.append(
            Event(
                uid=f"meeting-{one.pk}@levante",
                starts_at=one.slot.starts_at,
                minutes=one.slot.minutes,
                title=other.name,
                place=there if one.call else ", ".join(part for part in (there, city) if part),
                changed_at=one.changed_at,
                sequence=int(one.changed_at.timestamp()) % 2_000_000_000,
                cancelled=one.state == states.CANCELLED,
            )
        )
    return found
