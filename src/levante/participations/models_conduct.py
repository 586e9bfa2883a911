"""What is bought for an initiative, and what is to be done by when and by whom."""

from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from levante.identity.api import roles
from levante.initiatives.api import Initiative
from levante.kernel.api import Actor
from levante.participations import states
from levante.participations.models_place import READERS
from levante.participations.states import choices


def led_by(actor: Actor, path: str = "initiative") -> Any:
    """The initiatives whose conduct an office reads: all for the Section, those it leads for an agency."""
    if actor.in_section(*READERS):
        return Q()
    if actor.has_role(roles.AGENCY_STAFF):
        return Q(**{f"{path}__in": Initiative.objects.filter(lead_office__code__in=actor.offices).values("pk")})
    return Q(pk__in=[])


class ContractQuerySet(models.QuerySet["Contract"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(led_by(actor))


class Contract(models.Model):
    """A contract for an initiative: recorded with its CIG and CUP, not run here (D.Lgs. 36/2023). ``amount`` without VAT, ``cost`` what it
    came to in the end, VAT included: what the cost for each enterprise, meeting and contract is reckoned on."""

    initiative = models.ForeignKey("initiatives.Initiative", on_delete=models.PROTECT, related_name="contracts")
    subject = models.CharField(max_length=300)
    supplier = models.CharField(max_length=300)
    supplier_code = models.CharField(max_length=28, blank=True, help_text="tax code or VAT number")
    cig = models.CharField(max_length=10, blank=True)
    no_cig = models.CharField(max_length=300, blank=True, help_text="why it needs none")
    cup = models.CharField(max_length=15, blank=True)
    amount = models.DecimalField(max_digits=15, decimal_places=2)
    cost = models.DecimalField(max_digits=15, decimal_places=2, null=True, blank=True)
    signed_on = models.DateField()
    act = models.ForeignKey("programme.Act", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = ContractQuerySet.as_manager()

    class Meta:
        ordering = ["initiative", "-signed_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gte=0) & (Q(cost__isnull=True) | Q(cost__gte=0)), name="initiative_contract_amounts"
            ),
            models.CheckConstraint(
                condition=(Q(cig="") & ~Q(no_cig="")) | (~Q(cig="") & Q(no_cig="")),
                name="initiative_contract_cig_or_why",
            ),
            models.UniqueConstraint(fields=["cig"], condition=~Q(cig=""), name="initiative_contract_cig_once"),
        ]

    def __str__(self) -> str:
        return self.subject


class TaskQuerySet(models.QuerySet["Task"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(led_by(actor))

    def late(self, on: date) -> Self:
        return self.filter(done_at__isnull=True, due_on__lt=on)


class Task(models.Model):
    """Something to be arranged for an initiative, by a person of the office, by a day; reminded before it, and once it is late."""

    initiative = models.ForeignKey("initiatives.Initiative", on_delete=models.PROTECT, related_name="tasks")
    kind = models.CharField(max_length=12, choices=choices(states.TASKS))
    what = models.CharField(max_length=300)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reminded_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()

    owner_id: int
    objects = TaskQuerySet.as_manager()

    class Meta:
        ordering = ["initiative", "due_on", "id"]
        indexes = [models.Index(fields=["owner", "due_on"], condition=Q(done_at__isnull=True), name="task_of_owner")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(states.TASKS)) & ~Q(what=""), name="task_known_kind"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by__isnull=True) | Q(done_at__isnull=False),
                name="task_done_is_dated",
            ),
        ]

    def __str__(self) -> str:
        return self.what
