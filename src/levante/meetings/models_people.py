"""Who comes to the meetings of an initiative, who asks to meet whom, who must not meet."""

from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from levante.kernel.api import Actor
from levante.meetings import states
from levante.meetings.models_agenda import Agenda, led_by
from levante.meetings.states import choices


class AttendeeQuerySet(models.QuerySet["Attendee"]):
    def visible_to(self, actor: Actor) -> Self:
        """The offices that follow the initiative see all; who comes sees itself (others are shown by ``queries``,
        without their name until
        the interest is mutual)."""
        seen = led_by(actor, "agenda__initiative")
        if actor.enterprise_id is not None and "read" in actor.scopes:
            seen |= Q(enterprise=actor.enterprise_id)
        if actor.buyer_id is not None and "read" in actor.scopes:
            seen |= Q(buyer=actor.buyer_id)
        return self.filter(seen)

    def followed_by(self, actor: Actor) -> Self:
        """Those of the agendas an office works on."""
        return self.filter(led_by(actor, "agenda__initiative"))

    def coming(self) -> Self:
        return self.filter(withdrawn_at__isnull=True)


class Attendee(models.Model):
    """An enterprise (side ``a``) or a buyer (side ``b``) in an agenda, with how many meetings the office gives it (``minimum``,
    ``maximum``, ``per_day``) and what it wants of these (``wants_…``).
    ``away`` are the slots in
    which it is not there; ``own_table`` its stand, where others come to it; ``token`` opens its calendar feed and
    nothing else."""

    agenda = models.ForeignKey(Agenda, on_delete=models.PROTECT, related_name="attendees")
    side = models.CharField(max_length=1, choices=choices(states.SIDES))
    enterprise = models.ForeignKey(
        "parties.Enterprise", null=True, blank=True, on_delete=models.PROTECT, related_name="attendances"
    )
    buyer = models.ForeignKey(
        "parties.Buyer", null=True, blank=True, on_delete=models.PROTECT, related_name="attendances"
    )
    offers = models.TextField(
        blank=True, help_text="what it sells, or looks for, in its own words, without its name: read before it is known"
    )
    languages = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    sectors = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    minimum = models.PositiveSmallIntegerField(default=0)
    maximum = models.PositiveSmallIntegerField(default=50)
    per_day = models.PositiveSmallIntegerField(null=True, blank=True)
    wants_most = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="of its own will at most so many, within the office's; empty: as many as the office gives",
    )
    wants_per_day = models.PositiveSmallIntegerField(null=True, blank=True, help_text="the same, in a day")
    rest_after = models.PositiveSmallIntegerField(default=0, help_text="slots free after each meeting")
    zone = models.CharField(
        max_length=40, blank=True, help_text="its IANA time zone, when it is elsewhere; empty: that of the place"
    )
    remote = models.BooleanField(
        default=False, help_text="it is not at the place of the meetings: a call instead of a table"
    )
    own_table = models.CharField(max_length=20, blank=True, help_text="its stand, as written on the drawing")
    away = models.ManyToManyField("meetings.Slot", blank=True, related_name="+")
    token = models.CharField(max_length=43, unique=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    agenda_id: int
    enterprise_id: int | None
    buyer_id: int | None
    arrivals: Any

    objects = AttendeeQuerySet.as_manager()

    class Meta:
        ordering = ["agenda", "side", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(side="a", enterprise__isnull=False, buyer__isnull=True)
                | Q(side="b", enterprise__isnull=True, buyer__isnull=False),
                name="attendee_of_its_side",
            ),
            models.UniqueConstraint(  # looked at when a statement ends: two of firms that merge may change places
                fields=["agenda", "enterprise"], name="attendee_enterprise_once", deferrable=models.Deferrable.IMMEDIATE
            ),
            models.UniqueConstraint(
                fields=["agenda", "buyer"], condition=Q(buyer__isnull=False), name="attendee_buyer_once"
            ),
            models.CheckConstraint(condition=Q(minimum__lte=F("maximum")), name="attendee_minimum_within"),
            models.CheckConstraint(condition=Q(remote=False) | Q(own_table=""), name="attendee_remote_has_no_table"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def hours(self) -> str:
        """The time zone in which its hours are told to it."""
        return self.zone or str(self.agenda.zone)

    @property
    def most(self) -> int:
        """At most so many meetings: the office's figure, or its own where that is less."""
        return self.maximum if self.wants_most is None else min(self.maximum, self.wants_most)

    @property
    def least(self) -> int:
        """At least so many, if it wants as many."""
        return min(self.minimum, self.most)

    @property
    def most_per_day(self) -> int | None:
        """At most so many in a day, as ``most``; none: as many as there are."""
        return min((one for one in (self.per_day, self.wants_per_day) if one is not None), default=None)

    @property
    def name(self) -> str:
        holder = self.enterprise if self.side == states.SELLER else self.buyer
        return str(holder.name) if holder is not None else ""


class ArrivalQuerySet(models.QuerySet["Arrival"]):
    def visible_to(self, actor: Actor) -> Self:
        """Of all for the offices that follow the initiative; one's own."""
        return self.filter(attendee__in=Attendee.objects.visible_to(actor))


class Arrival(models.Model):
    """Who comes was checked in on a day of the place: once a day, at the first instant that was told."""

    attendee = models.ForeignKey(Attendee, on_delete=models.PROTECT, related_name="arrivals")
    day = models.DateField(help_text="of the meetings, in the hours of the place")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    attendee_id: int

    objects = ArrivalQuerySet.as_manager()

    class Meta:
        ordering = ["attendee", "day"]
        constraints = [models.UniqueConstraint(fields=["attendee", "day"], name="arrival_once_a_day")]

    def __str__(self) -> str:
        return f"{self.attendee_id} {self.day}"


class MeetingRequestQuerySet(models.QuerySet["MeetingRequest"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those one makes, and those one is made; all for the offices that follow the initiative."""
        seen = led_by(actor, "asker__agenda__initiative")
        if actor.enterprise_id is not None and "read" in actor.scopes:
            seen |= Q(asker__enterprise=actor.enterprise_id) | Q(asked__enterprise=actor.enterprise_id)
        if actor.buyer_id is not None and "read" in actor.scopes:
            seen |= Q(asker__buyer=actor.buyer_id) | Q(asked__buyer=actor.buyer_id)
        return self.filter(seen)

    def standing(self) -> Self:
        return self.filter(state__in=[states.OPEN, states.ACCEPTED])


class MeetingRequest(models.Model):
    """Somebody asks to meet somebody of the other side; one for each way. ``token`` answers it from the e-mail,
    while requests are open. A no is changed by who said it alone."""

    asker = models.ForeignKey(Attendee, on_delete=models.PROTECT, related_name="made")
    asked = models.ForeignKey(Attendee, on_delete=models.PROTECT, related_name="received")
    priority = models.PositiveSmallIntegerField(default=2)
    message = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=9, choices=choices(states.REQUESTS), default=states.OPEN)
    token = models.CharField(max_length=43, unique=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="who wrote its words, last",
    )  # fmt: skip
    answered_at = models.DateTimeField(null=True, blank=True)

    asker_id: int
    asked_id: int

    objects = MeetingRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["asker", "asked"], name="meeting_request_once"),
            models.CheckConstraint(condition=~Q(asker=F("asked")), name="meeting_request_of_two"),
            models.CheckConstraint(
                condition=Q(state__in=list(states.REQUESTS), priority__in=list(states.PRIORITIES)),
                name="meeting_request_known",
            ),
            models.CheckConstraint(
                condition=Q(state="open", answered_at__isnull=True) | (~Q(state="open") & Q(answered_at__isnull=False)),
                name="meeting_request_answer_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asker_id} → {self.asked_id}"


class BlockedPair(models.Model):
    """Two who must not meet, with the reason of the office."""

    a = models.ForeignKey(Attendee, on_delete=models.CASCADE, related_name="+")
    b = models.ForeignKey(Attendee, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=500)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["a", "b"], name="blocked_pair_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="blocked_pair_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.a_id} × {self.b_id}"
