"""The register of the programme's money: lines, subjects' positions on them, and append-only movements.

The balances on a line and on a position are kept by the service that writes the movement, in the same transaction and under
a lock of the line; the constraints below make a balance below zero impossible whatever the code does, and
``levante.programme.queries.reconcile`` recomputes every balance from the movements.
"""

from decimal import Decimal
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from levante.identity.api import roles
from levante.kernel.api import NEVER_EMPTIED, Actor
from levante.programme import vocabulary as words
from levante.programme.definitions import Direction, Intervention, PlannedInitiative, Sector
from levante.programme.frame import Act, Action, Definition, DefinitionQuerySet, Fund, Programme, Triennium


def _money(*, editable: bool = True) -> "models.DecimalField[Any, Decimal]":
    return models.DecimalField(max_digits=15, decimal_places=2, default=0, editable=editable)


#: Who sees the programme's money on the desk: the Section and the auditors; an agency sees its own lines.
SEES_EVERY_LINE = (*roles.SECTION_ROLES, roles.AUDITOR)


class BudgetLineQuerySet(DefinitionQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        if actor.in_section(*SEES_EVERY_LINE):
            return self
        if actor.has_role(roles.AGENCY_STAFF, *SEES_EVERY_LINE):
            mine = Q(office__code__in=actor.offices) | Q(intervention__lead_office__code__in=actor.offices)
            shared = Q(
                intervention__in=Intervention.objects.filter(offices__code__in=actor.offices).values("pk"),
            )
            return self.filter(mine | shared)
        return self.none()


class BudgetLine(Definition):
    """A line of the budget: direction, sub-action, year and source of a triennium, with its balances in euro.

    ``allocated`` is net of reprogramming; ``reserved`` and ``committed`` are open amounts; what is available is
    allocated - reserved - committed. A recovery does not make money available again: an act must allocate it.
    """

    triennium_id: int
    triennium = models.ForeignKey(Triennium, on_delete=models.PROTECT, related_name="lines")
    direction = models.ForeignKey(Direction, null=True, blank=True, on_delete=models.PROTECT, related_name="lines")
    action = models.ForeignKey(Action, null=True, blank=True, on_delete=models.PROTECT, related_name="lines")
    fund = models.ForeignKey(Fund, null=True, blank=True, on_delete=models.PROTECT, related_name="lines")
    intervention = models.ForeignKey(
        Intervention, null=True, blank=True, on_delete=models.PROTECT, related_name="lines"
    )
    initiative = models.ForeignKey(
        PlannedInitiative, null=True, blank=True, on_delete=models.PROTECT, related_name="lines"
    )
    office = models.ForeignKey("identity.Office", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(null=True, blank=True, help_text="empty when the whole triennium")
    chapter = models.CharField(max_length=40, blank=True, help_text="capitolo di spesa")
    name_it = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300)
    allocated = _money(editable=False)
    reserved = _money(editable=False)
    committed = _money(editable=False)
    liquidated = _money(editable=False)
    paid = _money(editable=False)
    recovered = _money(editable=False)

    objects = BudgetLineQuerySet.as_manager()

    class Meta(Definition.Meta):
        ordering = ["programme", "triennium__first_year", "code"]
        constraints = [
            *Definition.Meta.constraints,
            models.CheckConstraint(condition=Q(allocated__gte=0), name="line_allocated_not_negative"),
            models.CheckConstraint(condition=Q(reserved__gte=0), name="line_reserved_not_negative"),
            models.CheckConstraint(
                condition=Q(allocated__gte=F("reserved") + F("committed")), name="line_available_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(liquidated__lte=F("committed")), name="line_liquidated_within_committed"
            ),
            models.CheckConstraint(condition=Q(paid__lte=F("liquidated")), name="line_paid_within_liquidated"),
            models.CheckConstraint(
                condition=Q(recovered__gte=0, recovered__lte=F("paid")), name="line_recovered_within_paid"
            ),
        ]

    @property
    def available(self) -> Decimal:
        return self.allocated - self.reserved - self.committed


class Position(models.Model):
    """What one subject (an award, an initiative, a contract) holds on one line: the same walk of money, subject by subject.

    An empty subject is the line itself. ``sectors`` and ``comune`` say where the money goes, for the totals.
    """

    line = models.ForeignKey(BudgetLine, on_delete=models.PROTECT, related_name="positions")
    subject_type = models.CharField(max_length=100, blank=True, help_text="label of the model: grants.Award")
    subject_id = models.CharField(max_length=100, blank=True)
    label = models.CharField(max_length=300, blank=True, help_text="how people recognise it; never a person's name")
    comune = models.CharField(max_length=6, blank=True, help_text="ISTAT code of the comune the money goes to")
    sectors = models.ManyToManyField(Sector, blank=True, related_name="positions")
    reserved = _money()
    committed = _money()
    liquidated = _money()
    paid = _money()
    recovered = _money()

    class Meta:
        ordering = ["line", "subject_type", "subject_id"]
        constraints = [
            models.UniqueConstraint(fields=["line", "subject_type", "subject_id"], name="position_once"),
            models.CheckConstraint(
                condition=Q(subject_type="", subject_id="") | (~Q(subject_type="") & ~Q(subject_id="")),
                name="position_subject_whole",
            ),
            models.CheckConstraint(condition=Q(reserved__gte=0), name="position_reserved_not_negative"),
            models.CheckConstraint(
                condition=Q(liquidated__lte=F("committed")), name="position_liquidated_within_committed"
            ),
            models.CheckConstraint(condition=Q(paid__lte=F("liquidated")), name="position_paid_within_liquidated"),
            models.CheckConstraint(
                condition=Q(recovered__gte=0, recovered__lte=F("paid")), name="position_recovered_within_paid"
            ),
        ]
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="position_by_subject")]


class MovementQuerySet(models.QuerySet["Movement"]):
    def of(self, programme: Programme) -> Self:
        return self.filter(line__programme=programme)

    def visible_to(self, actor: Actor) -> Self:
        if actor.in_section(*SEES_EVERY_LINE):
            return self
        return self.filter(line__in=BudgetLine.objects.visible_to(actor).values("pk"))


class Movement(models.Model):
    """One movement of money on a line, citing its act. Never changed, never deleted: a mistake is mended by another one.

    ``amount`` is positive; only the outgoing half of a reprogramming is negative. ``from_reserved`` is how much of a
    commitment or of a release came out of what the subject had reserved. The triennium is that of the act (and of the line:
    a trigger holds them equal), whatever the date.
    """

    line_id: int
    recorded_by_id: int | None
    line = models.ForeignKey(BudgetLine, on_delete=models.PROTECT, related_name="movements")
    position = models.ForeignKey(Position, null=True, blank=True, on_delete=models.PROTECT, related_name="movements")
    kind = models.CharField(max_length=15, choices=words.choices(words.MOVEMENT_KINDS))
    amount = models.DecimalField(max_digits=15, decimal_places=2)
    from_reserved = _money()
    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="movements")
    on = models.DateField(help_text="the day from which the movement counts")
    exercise = models.PositiveSmallIntegerField(help_text="esercizio finanziario")
    chapter = models.CharField(max_length=40, blank=True, help_text="capitolo di spesa")
    commitment_number = models.CharField(max_length=40, blank=True, help_text="accounting number of the impegno")
    subject_type = models.CharField(max_length=100, blank=True)
    subject_id = models.CharField(max_length=100, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    counterpart = models.OneToOneField(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="other_half",
        help_text="on the incoming half of a reprogramming: the outgoing one",
    )
    demonstration = models.BooleanField(default=False)
    idempotency_key = models.CharField(max_length=200, null=True, blank=True, unique=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_label = models.CharField(max_length=200)

    objects = MovementQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["line", "on"], name="movement_by_line_and_day"),
            models.Index(fields=["subject_type", "subject_id"], name="movement_by_subject"),
            models.Index(fields=["on"], name="movement_by_day"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(words.MOVEMENT_KINDS)), name="movement_known_kind"),
            models.CheckConstraint(
                condition=Q(amount__gt=0) | Q(kind="reprogramming", amount__lt=0), name="movement_amount"
            ),
            models.CheckConstraint(
                condition=Q(from_reserved=0)
                | Q(kind__in=["commitment", "release"], from_reserved__gte=0, from_reserved__lte=F("amount")),
                name="movement_from_reserved",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["allocation", "reprogramming"], position__isnull=True)
                | (~Q(kind__in=["allocation", "reprogramming"]) & Q(position__isnull=False)),
                name="movement_position",
            ),
            models.CheckConstraint(
                condition=Q(counterpart__isnull=True) | Q(kind="reprogramming", amount__gt=0),
                name="movement_counterpart",
            ),
            models.CheckConstraint(condition=Q(exercise__gte=1990, exercise__lte=2200), name="movement_exercise"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            NEVER_EMPTIED,
            pgtrigger.Trigger(
                name="triennium_of_the_act",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=(
                    "IF (SELECT triennium_id FROM programme_act WHERE id = NEW.act_id) IS DISTINCT FROM "
                    "(SELECT triennium_id FROM programme_budgetline WHERE id = NEW.line_id) THEN "
                    "RAISE EXCEPTION 'a movement belongs to the triennium of its act' USING ERRCODE = 'check_violation'; "
                    "END IF; RETURN NEW;"
                ),
            ),
        ]
