"""What a register is to be told of an award by hand, by whom and by when, and what the office did there."""

from typing import Self

import pgtrigger
from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from levante.kernel.api import Actor
from levante.kernel.pure import Bilingual

RNA, CUP = "rna", "cup"
REGISTERS = {RNA: Bilingual("RNA", "RNA"), CUP: Bilingual("sistema CUP", "CUP system")}
REDUCED, REVOKED, RESTORED, HEIR = "reduced", "revoked", "restored", "heir"
#: What happened to the award.
TASK_KINDS = {
    REDUCED: Bilingual("concessione ridotta", "award reduced"),
    REVOKED: Bilingual("concessione revocata", "award revoked"),
    RESTORED: Bilingual("revoca annullata", "revocation annulled"),
    HEIR: Bilingual("un’altra impresa ha preso il posto", "another firm took the place"),
}
OPEN, DONE, REPLACED = "open", "done", "replaced"
TASK_STATES = {
    OPEN: Bilingual("da fare", "to do"),
    DONE: Bilingual("fatto", "done"),
    REPLACED: Bilingual("superato da un altro", "replaced by another"),
}


class RegisterTaskQuerySet(models.QuerySet["RegisterTask"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those of the awards that the actor sees, for an office: an enterprise has no part in them."""
        seen = apps.get_model("grants", "Award").objects.visible_to(actor)
        return self.filter(award__in=seen.order_by().values("pk")) if actor.grants else self.none()

    def open(self) -> Self:
        return self.filter(state=OPEN)


class RegisterTask(models.Model):
    """What of an award a person tells the RNA or the CUP system, where no format is known by which it could be told from here, or the
    office has no account: ``what`` in words, ``owner`` who prepared the award, ``due_on`` our own term. Closed with the evidence: who, on
    which day, what the register gave back. Of the amount there is one at a time for each register, and one of the firm: what happens next
    replaces it."""

    award_id: int
    owner_id: int | None
    closed_by_id: int | None

    award = models.ForeignKey("grants.Award", on_delete=models.PROTECT, related_name="register_tasks")
    register = models.CharField(max_length=3, choices=[(code, label.en) for code, label in REGISTERS.items()])
    kind = models.CharField(max_length=8, choices=[(code, label.en) for code, label in TASK_KINDS.items()])
    what_it = models.TextField()
    what_en = models.TextField()
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField()
    opened_on = models.DateField()
    due_on = models.DateField()
    state = models.CharField(
        max_length=8, choices=[(code, label.en) for code, label in TASK_STATES.items()], default=OPEN
    )
    done_on = models.DateField(null=True, blank=True, help_text="the day it was done in the register")
    evidence = models.TextField(blank=True, help_text="what the register gave back: a number, a code, a receipt")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = RegisterTaskQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["due_on"], condition=Q(state=OPEN), name="register_task_due")]
        constraints = [
            models.UniqueConstraint(
                fields=["award", "register"], condition=Q(state=OPEN) & ~Q(kind=HEIR), name="register_task_one_amount"
            ),
            models.UniqueConstraint(
                fields=["award", "register"], condition=Q(state=OPEN, kind=HEIR), name="register_task_one_firm"
            ),
            models.CheckConstraint(
                condition=Q(register__in=list(REGISTERS), kind__in=list(TASK_KINDS)), name="register_task_known"
            ),
            models.CheckConstraint(
                condition=~Q(what_it="") & ~Q(what_en="") & Q(due_on__gte=F("opened_on")), name="register_task_says_what"
            ),
            models.CheckConstraint(
                condition=Q(state=OPEN, closed_at__isnull=True, closed_by__isnull=True, done_on__isnull=True, evidence="")
                | Q(state=DONE, closed_at__isnull=False, closed_by__isnull=False, done_on__gte=F("opened_on")) & ~Q(evidence="")
                | Q(state=REPLACED, closed_at__isnull=False, done_on__isnull=True, evidence=""),
                name="register_task_closed_with_evidence",
            ),
        ]  # fmt: skip
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="told_once",
                operation=pgtrigger.UpdateOf(
                    "award_id", "register", "kind", "what_it", "what_en", "opened_on", "due_on"
                ),  # type: ignore[no-untyped-call]
            ),
            pgtrigger.Protect(
                name="closed_stays",
                operation=pgtrigger.Update,
                condition=~pgtrigger.Q(old__state=OPEN),
            ),
        ]

    def __str__(self) -> str:
        return f"register task {self.pk}"

    @property
    def what(self) -> Bilingual:
        return Bilingual(self.what_it, self.what_en)

    @property
    def register_label(self) -> Bilingual:
        return REGISTERS[self.register]

    @property
    def state_label(self) -> Bilingual:
        return TASK_STATES[self.state]
