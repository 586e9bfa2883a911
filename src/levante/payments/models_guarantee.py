"""A guarantee of an advance, given back once what it covered is no longer out."""

from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from levante.kernel.api import Actor
from levante.kernel.pure import Bilingual
from levante.payments.models_account import Check


class GuaranteeReleaseQuerySet(models.QuerySet["GuaranteeRelease"]):
    def visible_to(self, actor: Actor) -> Self:
        """Whoever sees the guarantee."""
        return self.filter(guarantee__in=Check.objects.visible_to(actor).order_by().values("pk"))


class GuaranteeRelease(models.Model):
    """The release (*svincolo*) of a guarantee that the office recorded: when, by whom, on which ground. Once; never changed."""

    guarantee_id: int

    guarantee = models.OneToOneField("payments.Check", on_delete=models.PROTECT, related_name="release")
    reason_it = models.CharField(max_length=300)
    reason_en = models.CharField(max_length=300)
    released_at = models.DateTimeField()
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = GuaranteeReleaseQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason_it="") & ~Q(reason_en=""), name="guarantee_release_says_why")
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"svincolo {self.guarantee_id}"

    @property
    def reason(self) -> Bilingual:
        return Bilingual(self.reason_it, self.reason_en)
