"""What a person wrote and did in the meetings of initiatives: told to them, taken away, forgotten after its time (GDPR arts. 5, 15, 17)."""

from collections.abc import Iterable
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import Q

from levante.kernel.api import PARTY_KINDS, Actor, note, service, today, unchanged
from levante.law import parameters
from levante.meetings.asking import SUBJECT
from levante.meetings.models import Arrival, Attendee, Feedback, Interpreter, MeetingRequest
from levante.messages.api import Notice, forget_subject
from levante.parties.api import Erased, Mandate

#: As many rows as a night touches, of each kind.
MOST = 1000


def said_in_meetings(user_id: int) -> dict[str, Any]:
    """Requests with their words, opinions of meetings, arrivals told as an operator, and where and when whom they act for came: plain JSON.
    Of the other side nothing: it is others' data. Six queries."""
    requests = MeetingRequest.objects.filter(made_by=user_id).select_related(
        "asker__enterprise", "asker__buyer", "asker__agenda"
    )
    opinions = Feedback.objects.filter(by=user_id).select_related("meeting__agenda")
    checked = Arrival.objects.filter(by=user_id).select_related("attendee__agenda")
    parties = Mandate.objects.filter(user_id=user_id, state=Mandate.CONFIRMED).values(
        *[f"{kind}_id" for kind in PARTY_KINDS]
    )
    theirs = list(parties)
    there = (
        Attendee.objects.filter(
            Q(enterprise__in=[row["enterprise_id"] for row in theirs if row["enterprise_id"]])
            | Q(buyer__in=[row["buyer_id"] for row in theirs if row["buyer_id"]])
        )
        .select_related("enterprise", "buyer", "agenda")
        .prefetch_related("arrivals")
    )
    return {
        "meeting_requests": [
            {
                "initiative": row.asker.agenda.initiative_id, "for": row.asker.name, "priority": row.priority,
                "message": row.message, "state": row.state, "at": row.made_at.isoformat(),
            }
            for row in requests.order_by("pk")
        ],
        "meeting_opinions": [
            {
                "initiative": row.meeting.agenda.initiative_id, "quality": row.quality, "next_step": row.next_step,
                "expected": None if row.expected is None else str(row.expected), "confidential": row.confidential,
                "words": row.note, "at": row.at.isoformat(),
            }
            for row in opinions.order_by("pk")
        ],
        "attendances": [
            {
                "initiative": row.agenda.initiative_id, "as": row.name, "words": row.offers,
                "checked_in": [one.at.isoformat() for one in row.arrivals.all()],
            }
            for row in there.order_by("pk")
        ],
        "arrivals_told": [
            {"initiative": row.attendee.agenda.initiative_id, "at": row.at.isoformat()}
            for row in checked.order_by("pk")
        ],
    }  # fmt: skip


def forget_person(*, actor: Actor, erased: Erased) -> int:
    """Within the erasure of a person: the words of what they asked and of what they thought; figures and that it happened stay (art.
    17(3)(b)). How many were emptied."""
    if erased.user_id is None:
        return 0
    asked = MeetingRequest.objects.filter(made_by=erased.user_id).exclude(message="")
    keys = list(asked.order_by("pk").values_list("pk", flat=True))
    gone = MeetingRequest.objects.filter(pk__in=keys).update(message="")
    gone += Feedback.objects.filter(by=erased.user_id).exclude(note="").update(note="")
    _forget_notices(actor, keys)
    return gone


@service("meetings.forget_old_words")
def forget_old_words(*, actor: Actor) -> int:
    """Every night: words of requests, of opinions, of who came, names of who interpreted, once the initiative ended so many months ago. How
    many were emptied."""
    months = int(parameters.value("personal_data.words_months", on=today()).value)
    until = today() - relativedelta(months=months)
    asked = MeetingRequest.objects.filter(asker__agenda__initiative__ends_on__lt=until).exclude(message="")
    keys = list(asked.order_by("pk").values_list("pk", flat=True)[:MOST])
    opinions = Feedback.objects.filter(meeting__agenda__initiative__ends_on__lt=until).exclude(note="")
    said = list(opinions.order_by("pk").values_list("pk", flat=True)[:MOST])
    came = Attendee.objects.filter(agenda__initiative__ends_on__lt=until).exclude(offers="")
    words = list(came.order_by("pk").values_list("pk", flat=True)[:MOST])
    old = Interpreter.objects.filter(agenda__initiative__ends_on__lt=until).named()
    voices = list(old.order_by("pk").values_list("pk", flat=True)[:MOST])
    if not keys and not said and not words and not voices:
        return unchanged(0)
    MeetingRequest.objects.filter(pk__in=keys).update(message="")
    Feedback.objects.filter(pk__in=said).update(note="")
    Attendee.objects.filter(pk__in=words).update(offers="")
    Interpreter.objects.filter(pk__in=voices).update(name="")
    _forget_notices(actor, keys)
    note(requests=len(keys), opinions=len(said), attendees=len(words), interpreters=len(voices))
    return len(keys) + len(said) + len(words) + len(voices)


def _forget_notices(actor: Actor, requests: Iterable[int]) -> None:
    """The notices that carry the words of requests: their subject begins with the number of one."""
    wanted = [f"{pk}:" for pk in requests]
    for first in range(0, len(wanted), 100):
        told = Q()
        for start in wanted[first : first + 100]:
            told |= Q(subject_id__startswith=start)
        ids = Notice.objects.filter(told, subject_type=SUBJECT, kind="meeting-asked").order_by("pk")
        found = list(ids.values_list("subject_id", flat=True))
        if found:
            forget_subject(actor=actor, subject_type=SUBJECT, subject_ids=found)
