"""Who is in the list of an initiative: the place in the order, the place held, what was offered, answered, paid and shown."""

from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from levante.identity.api import roles
from levante.initiatives.api import Initiative
from levante.kernel.api import Actor
from levante.participations import states
from levante.participations.states import choices

#: Those of the Section who read who takes part.
READERS = (*roles.SECTION_ROLES, roles.AUDITOR)


class ParticipationQuerySet(models.QuerySet["Participation"]):
    def visible_to(self, actor: Actor) -> Self:
        """The enterprise's own; for the offices, those of the initiatives they plan or lead."""
        if actor.in_section(*READERS):
            return self
        seen: Any = Q(pk__in=[])
        if actor.has_role(roles.AGENCY_STAFF):
            led = Initiative.objects.filter(
                pk=OuterRef("selection__initiative_id"), lead_office__code__in=actor.offices
            )
            seen |= Exists(led)
        if actor.enterprise_id is not None and "read" in actor.scopes:
            seen |= Q(enterprise_id=actor.enterprise_id)
        return self.filter(seen)

    def seated(self) -> Self:
        return self.filter(state__in=states.SEATED)

    def taking_part(self) -> Self:
        """Who is sure to be there, or was: what the catalogue shows."""
        return self.filter(state__in=[states.CONFIRMED, states.ATTENDED])


class Participation(models.Model):
    """An enterprise in the list of an initiative: one each. ``position`` is its place in the order; ``seat`` the place it holds, from 1 to
    the places there are: no two have the same, so that more than there are cannot be given."""

    selection = models.ForeignKey("participations.Selection", on_delete=models.PROTECT, related_name="participations")
    enterprise = models.ForeignKey("parties.Enterprise", on_delete=models.PROTECT, related_name="participations")
    interest = models.OneToOneField(
        "initiatives.ExpressionOfInterest",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="participation",
    )
    application = models.OneToOneField(
        "applications.Application", null=True, blank=True, on_delete=models.PROTECT, related_name="participation"
    )
    state = models.CharField(max_length=12, choices=choices(states.STATES), default=states.LISTED)
    position = models.PositiveIntegerField(null=True, blank=True)
    seat = models.PositiveSmallIntegerField(null=True, blank=True)
    points: "models.JSONField[Any]" = models.JSONField(
        default=dict, blank=True, help_text="{criterion: {points, most, it, en}}, as it was when the list was decided"
    )
    added_act = models.ForeignKey(
        "programme.Act", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="the act that added it to a list that was decided",
    )  # fmt: skip
    total = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    reason_it = models.TextField(blank=True, help_text="why it is not admitted, gave up, lapsed")
    reason_en = models.TextField(blank=True)
    problem_it = models.TextField(blank=True, help_text="why its turn, or its registration, waits for the office")
    problem_en = models.TextField(blank=True)
    offered_at = models.DateTimeField(null=True, blank=True)
    answer_by = models.DateField(null=True, blank=True, help_text="last day to accept and to pay")
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    modules = models.PositiveSmallIntegerField(default=1)
    due = models.OneToOneField(
        "controls.Due", null=True, blank=True, on_delete=models.PROTECT, related_name="participation"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    reservation = models.ForeignKey(
        "aid.Reservation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    aid = models.ForeignKey("aid.AidRecord", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    regime = models.CharField(
        max_length=20, blank=True, choices=choices(states.REGIMES),
        help_text="of its aid, as the office decided; empty: that of the sector of the enterprise",
    )  # fmt: skip
    regime_reason = models.CharField(max_length=500, blank=True)
    cor = models.CharField(max_length=20, blank=True, help_text="of the RNA, when a place is aid")
    cor_on = models.DateField(null=True, blank=True, help_text="the day of its registration in the RNA")
    cor_cancelled_on = models.DateField(
        null=True,
        blank=True,
        help_text="written by hand, for a place that is no more: the day it was cancelled in the RNA",
    )
    graphic_name = models.CharField(max_length=60, blank=True, help_text="what is written on the stand")
    needs: "models.JSONField[Any]" = models.JSONField(default=list, blank=True, help_text="codes of states.NEEDS")
    needs_note = models.CharField(max_length=500, blank=True)
    text_it = models.TextField(blank=True, help_text="of the catalogue")
    text_en = models.TextField(blank=True)
    told_at = models.DateTimeField(null=True, blank=True, help_text="the details, last")
    reminded_at = models.DateTimeField(null=True, blank=True)

    selection_id: int
    enterprise_id: int
    added_act_id: int | None
    due_id: int | None
    aid_id: int | None
    aid_changes: Any
    interest_id: int | None
    application_id: int | None

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        ordering = ["selection", F("position").asc(nulls_last=True), "id"]
        indexes = [
            models.Index(fields=["answer_by"], condition=Q(state="offered"), name="participation_by_term"),
            models.Index(fields=["enterprise", "state"], name="participation_of_firm"),
        ]
        constraints = [
            models.UniqueConstraint(  # looked at when a statement ends: two that merge may change places
                fields=["selection", "enterprise"], name="participation_once", deferrable=models.Deferrable.IMMEDIATE
            ),
            models.UniqueConstraint(fields=["selection", "position"], name="participation_position_once"),
            models.UniqueConstraint(fields=["selection", "seat"], name="participation_seat_once"),
            models.CheckConstraint(condition=Q(state__in=list(states.STATES)), name="participation_known_state"),
            models.CheckConstraint(
                condition=Q(state__in=list(states.SEATED), seat__gt=0) | (~Q(state__in=list(states.SEATED)) & Q(seat__isnull=True)),
                name="participation_seat_is_held",
            ),
            models.CheckConstraint(
                condition=Q(state="excluded", position__isnull=True) | ~Q(state="excluded"), name="participation_excluded_has_no_turn"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["excluded", "lapsed", "called_off"]) | (~Q(reason_it="") & ~Q(reason_en="")),
                name="participation_says_why",
            ),
            models.CheckConstraint(
                condition=Q(problem_it="", problem_en="")
                | ~Q(problem_it="") & ~Q(problem_en="") & Q(state__in=["listed", "registering"]),
                name="participation_problem_of_who_waits",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["offered", "confirmed", "attended", "absent"])
                | Q(offered_at__isnull=False, answer_by__isnull=False),
                name="participation_offer_has_a_term",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["confirmed", "attended", "absent"]) | Q(accepted_at__isnull=False, confirmed_at__isnull=False),
                name="participation_confirmed_was_accepted",
            ),
            models.CheckConstraint(
                condition=Q(interest__isnull=True) | Q(application__isnull=True), name="participation_of_one_request"
            ),
            models.CheckConstraint(condition=Q(modules__gt=0), name="participation_modules"),
            models.CheckConstraint(
                condition=Q(regime="", regime_reason="") | Q(regime__in=list(states.REGIMES)) & ~Q(regime_reason=""),
                name="participation_regime_with_its_reason",
            ),
            models.CheckConstraint(
                condition=Q(cor_cancelled_on__isnull=True)
                | Q(cor_cancelled_on__gte=F("cor_on"), state__in=["renounced", "lapsed", "excluded", "called_off"]),
                name="participation_cor_cancelled_of_a_place_that_is_no_more",
            ),
            models.CheckConstraint(
                condition=Q(cor="", cor_on__isnull=True) | (~Q(cor="") & Q(cor_on__isnull=False)), name="participation_cor_has_its_day"
            ),
        ]  # fmt: skip
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="within_places",
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("seat"),  # type: ignore[no-untyped-call]
                when=pgtrigger.Before,
                condition=pgtrigger.Q(new__seat__isnull=False),
                func="""
                    IF NEW.seat > (SELECT places FROM participations_selection WHERE id = NEW.selection_id) THEN
                        RAISE EXCEPTION 'pgtrigger: more places than there are';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(  # looked at when the transaction ends: the place and its quota move together
                name="one_last_day",
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("answer_by", "due_id", "state"),  # type: ignore[no-untyped-call]
                when=pgtrigger.After,
                timing=pgtrigger.Deferred,
                condition=pgtrigger.Q(new__due__isnull=False, new__state=states.OFFERED),
                func="""
                    IF EXISTS (
                        SELECT FROM participations_participation AS place JOIN controls_due AS due ON due.id = place.due_id
                        WHERE place.id = NEW.id AND place.state = 'offered' AND due.state = 'due' AND due.due_on <> place.answer_by
                    ) THEN
                        RAISE EXCEPTION 'pgtrigger: a place and its quota have two last days';
                    END IF;
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"participation {self.pk}"

    @property
    def is_seated(self) -> bool:
        return self.state in states.SEATED
