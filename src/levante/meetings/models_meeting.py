"""Who meets whom, when and where; whether it was held, and what each says of it."""

import hashlib
from datetime import datetime
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from levante.kernel.api import Actor
from levante.kernel.pure import Bilingual
from levante.meetings import states
from levante.meetings.models_agenda import Agenda, Slot, led_by
from levante.meetings.models_people import Attendee
from levante.meetings.states import choices

#: A meeting that was arranged and not called off.
ARRANGED = Q(state__in=["planned", "held", "missed"])
#: One that takes its place, and its pair: the others leave it free. Missed and given another time it leaves them to that.
STANDS = Q(state__in=["planned", "held"]) | Q(state="missed", again_at__isnull=True)


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def visible_to(self, actor: Actor) -> Self:
        """All for the offices that follow the initiative; one's own once the agenda is published."""
        seen = led_by(actor, "agenda__initiative")
        public = Q(agenda__published_at__isnull=False)
        if actor.enterprise_id is not None and "read" in actor.scopes:
            seen |= public & Q(a__enterprise=actor.enterprise_id)
        if actor.buyer_id is not None and "read" in actor.scopes:
            seen |= public & Q(b__buyer=actor.buyer_id)
        return self.filter(seen)

    def standing(self) -> Self:
        """Each pair once: of one that was missed and arranged again, the last."""
        return self.filter(STANDS)

    def arranged(self) -> Self:
        """Those that were missed and arranged again too: what happened stays."""
        return self.filter(ARRANGED)


class Meeting(models.Model):
    """Two who meet in a slot: nobody is in two places, no table has two meetings, held by the database. ``locked``:
    the solver leaves it."""

    agenda = models.ForeignKey(Agenda, on_delete=models.PROTECT, related_name="meetings")
    a = models.ForeignKey(Attendee, on_delete=models.PROTECT, related_name="as_a")
    b = models.ForeignKey(Attendee, on_delete=models.PROTECT, related_name="as_b")
    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="meetings")
    table = models.PositiveSmallIntegerField(null=True, blank=True)
    interpreter = models.CharField(max_length=2, blank=True)
    interpreted_by = models.ForeignKey(
        "meetings.Interpreter", null=True, blank=True, on_delete=models.PROTECT, related_name="meetings"
    )
    locked = models.BooleanField(default=False)
    state = models.CharField(max_length=9, choices=choices(states.MEETINGS), default=states.PLANNED)
    missed_by = models.CharField(
        max_length=4, blank=True, choices=choices(states.MISSED_BY), help_text="who did not come; empty: not told"
    )
    again_at = models.DateTimeField(
        null=True, blank=True, help_text="it was missed, and then the two were given another time: a meeting of its own"
    )
    changed_at = models.DateTimeField()

    agenda_id: int
    a_id: int
    b_id: int
    slot_id: int
    interpreted_by_id: int | None
    feedback: Any

    #: Kept in no column: of one that was just moved to another slot, when it was until then; whether it was just made.
    was_at: datetime | None = None
    is_new = False

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["agenda", "slot__starts_at", "table", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(states.MEETINGS)), name="meeting_known_state"),
            models.CheckConstraint(
                condition=Q(missed_by="") | Q(missed_by__in=list(states.MISSED_BY), state__in=["missed", "cancelled"]),
                name="meeting_missed_by_who",
            ),
            models.CheckConstraint(
                condition=Q(again_at__isnull=True) | Q(state="missed"), name="meeting_again_was_missed"
            ),
            models.UniqueConstraint(fields=["a", "b"], condition=STANDS, name="meeting_once"),
            models.UniqueConstraint(fields=["slot", "a"], condition=STANDS, name="meeting_a_in_one_place"),
            models.UniqueConstraint(fields=["slot", "b"], condition=STANDS, name="meeting_b_in_one_place"),
            models.UniqueConstraint(
                fields=["slot", "table"], condition=STANDS & Q(table__isnull=False), name="meeting_table_has_one"
            ),
            models.UniqueConstraint(
                fields=["slot", "interpreted_by"],
                condition=STANDS & Q(interpreted_by__isnull=False),
                name="meeting_interpreter_in_one_place",
            ),
            models.CheckConstraint(
                condition=Q(interpreted_by__isnull=True) | ~Q(interpreter=""), name="meeting_interpreted_in_a_language"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.a_id} × {self.b_id}"

    @property
    def call(self) -> str:
        """The address of the call of a meeting online, or with who is elsewhere, with a name that only the two can make; empty when both
        are at the place."""
        if not self.agenda.call_base or not (self.agenda.mode == states.ONLINE or self.is_apart):
            return ""
        name = hashlib.sha256(f"{self.a.token}:{self.b.token}".encode()).hexdigest()[:24]
        return f"{self.agenda.call_base}{name}"

    @property
    def outcome(self) -> Bilingual:
        """How far it is, as people read it: of one that was not held, who was missing."""
        missing = states.MISSED_BY.get(self.missed_by) if self.state == states.MISSED else None
        return missing or states.MEETINGS[self.state]

    @property
    def is_left(self) -> bool:
        """Was it missed, with no other time given since?"""
        return self.state == states.MISSED and self.again_at is None

    @property
    def is_apart(self) -> bool:
        """Is one of the two elsewhere, in an agenda in presence too?"""
        return self.a.remote or self.b.remote

    @property
    def place(self) -> str:
        """Where: the stand of who has one, the table's number, nothing online."""
        return self.a.own_table or self.b.own_table or (str(self.table) if self.table else "")


class FeedbackQuerySet(models.QuerySet["Feedback"]):
    def visible_to(self, actor: Actor) -> Self:
        """One's own; for the offices that follow the initiative all, but what is confidential is not shown with its
        words (``queries``)."""
        seen = led_by(actor, "meeting__agenda__initiative")
        if actor.enterprise_id is not None and "read" in actor.scopes:
            seen |= Q(side=states.SELLER, meeting__a__enterprise=actor.enterprise_id)
        if actor.buyer_id is not None and "read" in actor.scopes:
            seen |= Q(side=states.BUYER, meeting__b__buyer=actor.buyer_id)
        return self.filter(seen)


class Feedback(models.Model):
    """What one of the two says of a meeting: how it was (1–5), what comes next, what it may be worth. Confidential:
    the offices read only how
    it was; the other side reads nothing."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="feedback")
    side = models.CharField(max_length=1, choices=choices(states.SIDES))
    quality = models.PositiveSmallIntegerField()
    next_step = models.CharField(max_length=8, choices=choices(states.NEXT_STEPS))
    expected = models.DecimalField(
        max_digits=15, decimal_places=2, null=True, blank=True, help_text="euro, over the years it would last"
    )
    confidential = models.BooleanField(default=True)
    note = models.CharField(max_length=1000, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=64, blank=True, help_text="of the telephone that told it: told twice it is one")

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "side"], name="feedback_once_per_side"),
            models.CheckConstraint(
                condition=Q(quality__gte=1, quality__lte=5, next_step__in=list(states.NEXT_STEPS)),
                name="feedback_known",
            ),
            models.CheckConstraint(condition=Q(expected__isnull=True) | Q(expected__gte=0), name="feedback_expected"),
        ]
        triggers = [pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.meeting_id}{self.side}"
