"""The agenda of an initiative, its slots, and the runs of the solver on it."""

from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from levante.identity.api import roles
from levante.initiatives.api import Initiative
from levante.kernel.api import Actor
from levante.meetings import states
from levante.meetings.states import choices

#: Those of the Section who read who meets whom.
READERS = (*roles.SECTION_ROLES, roles.AUDITOR)


def led_by(actor: Actor, path: str) -> Any:
    """Of the initiatives reached by ``path``, those an office follows: all for the Section, those it leads for an
    agency."""
    if actor.in_section(*READERS):
        return Q()
    if actor.has_role(roles.AGENCY_STAFF):
        return Q(**{f"{path}__in": Initiative.objects.filter(lead_office__code__in=actor.offices).values("pk")})
    return Q(pk__in=[])


class AgendaQuerySet(models.QuerySet["Agenda"]):
    def followed_by(self, actor: Actor) -> Self:
        """Those an office works on: a page of the desk shows everybody's meetings, and who takes part for an enterprise is
        not let in by that."""
        return self.filter(led_by(actor, "initiative"))

    def visible_to(self, actor: Actor) -> Self:
        """The offices that follow the initiative; whoever takes part in it."""
        seen = led_by(actor, "initiative")
        if actor.enterprise_id is not None and "read" in actor.scopes:
            seen |= Q(attendees__enterprise=actor.enterprise_id)
        if actor.buyer_id is not None and "read" in actor.scopes:
            seen |= Q(attendees__buyer=actor.buyer_id)
        return self.filter(seen).distinct()


class Agenda(models.Model):
    """The meetings of an initiative: one for each. ``revision`` grows with every change of what the solver reads or
    writes, so that a run
    is applied only to the agenda it was made for."""

    initiative = models.OneToOneField("initiatives.Initiative", on_delete=models.PROTECT, related_name="agenda")
    state = models.CharField(max_length=10, choices=choices(states.AGENDAS), default=states.PREPARING)
    mode = models.CharField(max_length=8, choices=choices(states.MODES), default=states.IN_PRESENCE)
    zone = models.CharField(
        max_length=40, default="Europe/Rome", help_text="IANA time zone of the place, as Asia/Dubai"
    )
    call_base = models.CharField(
        max_length=200,
        blank=True,
        help_text="online: how the address of a call begins, as https://calls.example/puglia-; each meeting adds its own name",
    )
    tables = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="shared tables; empty: as many as needed"
    )
    interpreters: "models.JSONField[Any]" = models.JSONField(
        default=dict, blank=True, help_text="how many at a time: {language: number}"
    )
    languages: "models.JSONField[Any]" = models.JSONField(
        default=list, blank=True, help_text="those spoken without an interpreter: [it, en]"
    )
    penalty = models.DecimalField(
        max_digits=6,
        decimal_places=2,
        default=25,
        help_text="points lost for each meeting missing to somebody's minimum",
    )
    requests_until = models.DateTimeField(null=True, blank=True, help_text="first instant in which no request is taken")
    revision = models.PositiveIntegerField(default=1)
    event_revision = models.PositiveIntegerField(
        default=1,
        help_text="the revision since which only meetings changed place: the bound of a run made from it on still holds",
    )
    published_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    initiative_id: int
    attendees: Any
    slots: Any
    meetings: Any
    runs: Any

    objects = AgendaQuerySet.as_manager()

    class Meta:
        ordering = ["initiative"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=list(states.AGENDAS), mode__in=list(states.MODES)), name="agenda_known_state"
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False),
                name="agenda_published_dated",
            ),
            models.CheckConstraint(condition=Q(penalty__gte=0), name="agenda_penalty"),
            models.CheckConstraint(
                condition=Q(call_base="") | Q(call_base__startswith="https://"), name="agenda_call_is_https"
            ),
        ]

    def __str__(self) -> str:
        return f"agenda {self.initiative_id}"


class OpenSlots(models.Manager["Slot"]):
    def get_queryset(self) -> "models.QuerySet[Slot]":
        return super().get_queryset().filter(closed_at__isnull=True)


class Slot(models.Model):
    """A stretch of time in which meetings are held. ``tables`` and ``interpreters`` where this slot has others than
    the agenda. Taken off when there were meetings in it, it stays with them (``closed_at``) and is among the agenda's no
    more."""

    agenda = models.ForeignKey(Agenda, on_delete=models.CASCADE, related_name="slots")
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    tables = models.PositiveSmallIntegerField(null=True, blank=True)
    interpreters: "models.JSONField[Any]" = models.JSONField(default=dict, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True, help_text="taken off after meetings were arranged in it")

    agenda_id: int
    meetings: Any

    objects = OpenSlots()
    everywhere: "models.Manager[Slot]" = models.Manager()

    class Meta:
        ordering = ["agenda", "starts_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["agenda", "starts_at"], condition=Q(closed_at__isnull=True), name="slot_once"
            ),
            models.CheckConstraint(condition=Q(minutes__gt=0, minutes__lte=240), name="slot_minutes"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"


class AgendaRun(models.Model):
    """The solver at work for an agenda, by the worker: what was asked, how far it is, what it found; applied once, if
    the agenda is still the one it was made for (``revision``). Stopped, it has the best that it had found, if anything."""

    agenda = models.ForeignKey(Agenda, on_delete=models.CASCADE, related_name="runs")
    state = models.CharField(max_length=8, choices=choices(states.RUNS), default=states.WAITING)
    objective = models.CharField(max_length=8, choices=choices(states.OBJECTIVES))
    seed = models.PositiveIntegerField(default=1)
    revision = models.PositiveIntegerField()
    stage = models.CharField(max_length=40, blank=True)
    share = models.FloatField(default=0.0)
    result: "models.JSONField[Any]" = models.JSONField(
        default=dict, blank=True, help_text="meetings and figures: matching"
    )
    problem_it = models.TextField(blank=True)
    problem_en = models.TextField(blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)

    agenda_id: int

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=list(states.RUNS), objective__in=list(states.OBJECTIVES)),
                name="agenda_run_known_state",
            ),
            models.UniqueConstraint(
                fields=["agenda", "objective"],
                condition=Q(state__in=["waiting", "running"]),
                name="agenda_run_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running"], ended_at__isnull=True)
                | Q(state__in=["done", "failed", "stopped"], ended_at__isnull=False),
                name="agenda_run_ends",
            ),
            models.CheckConstraint(
                condition=Q(applied_at__isnull=True) | (Q(state__in=["done", "stopped"]) & ~Q(result={})),
                name="agenda_run_applied_is_made",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="kept", operation=pgtrigger.Delete, condition=pgtrigger.Q(old__applied_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.objective} {self.pk}"

    @property
    def usable(self) -> bool:
        """Is there an agenda to put in place?"""
        return self.state in {states.DONE, states.STOPPED} and bool(self.result)
