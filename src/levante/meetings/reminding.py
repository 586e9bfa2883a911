"""The evening before: each of those who have meetings the next day reads them, once."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from levante.kernel.api import Actor, note, now, service, unchanged
from levante.kernel.pure import Bilingual, joined
from levante.meetings import states
from levante.meetings.asking import SUBJECT, tell
from levante.meetings.models import Attendee, Meeting
from levante.meetings.publishing import where, zone_in_words
from levante.messages.api import MEETINGS, Notice

#: From this hour until midnight, on the clock of who is reminded: a choice of the project, of no norm.
EVENING = 18
KIND = "agenda-tomorrow"


@service("meetings.remind_of_tomorrow")
def remind_of_tomorrow(*, actor: Actor) -> int:
    """Who has meetings tomorrow is told which, in the evening of where it is: once for each day, however often this is asked,
    and by whomever at once. What changes after is told as every change of a published agenda. How many were told."""
    told = _tomorrow()
    keys = {_key(row, day) for row, day, _ in told}
    known = set(
        Notice.objects.filter(kind=KIND, subject_type=SUBJECT, subject_id__in=keys).values_list("subject_id", flat=True)
    )
    new = [(row, day, said) for row, day, said in told if _key(row, day) not in known]
    if not new:
        return unchanged(0)
    for row, day, said in new:
        initiative = row.agenda.initiative
        head = joined(", ", [Bilingual(initiative.title_it, initiative.title_en), f"{day:%d/%m/%Y}"])
        body = joined("\n", [head, *said, zone_in_words(row.hours)])
        title = Bilingual("I tuoi incontri di domani", "Your meetings tomorrow")
        tell(actor, row, kind=KIND, key=_key(row, day), title=title, body=body, topic=MEETINGS)
    note(reminded=[row.pk for row, _, _ in new])
    return len(new)


def _key(row: Attendee, day: date) -> str:
    return f"{row.pk}:{day}"


def _tomorrow() -> list[tuple[Attendee, date, list[Bilingual]]]:
    """Those for whom it is evening, with the day after and its meetings in words. One query."""
    moment = now()
    related = ("slot", "agenda", "a__enterprise", "a__agenda__initiative", "b__buyer", "b__agenda__initiative")
    rows = Meeting.objects.filter(
        agenda__state=states.PUBLISHED, state=states.PLANNED, slot__starts_at__gt=moment,
        slot__starts_at__lt=moment + timedelta(days=2),
    ).select_related(*related)  # fmt: skip
    people: dict[int, Attendee] = {}
    lines: dict[int, list[Bilingual]] = {}
    for meeting in rows.order_by("slot__starts_at", "pk"):
        for me, other in ((meeting.a, meeting.b), (meeting.b, meeting.a)):
            zone = ZoneInfo(me.hours)
            here, when = moment.astimezone(zone), meeting.slot.starts_at.astimezone(zone)
            if here.hour < EVENING or when.date() != here.date() + timedelta(days=1):
                continue
            people.setdefault(me.pk, me)
            lines.setdefault(me.pk, []).append(joined("", [f"{when:%H:%M} {other.name}", where(meeting)]))
    return [
        (row, moment.astimezone(ZoneInfo(row.hours)).date() + timedelta(days=1), lines[pk])
        for pk, row in sorted(people.items())
    ]
