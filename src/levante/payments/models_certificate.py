"""The yearly certificate of what was withheld, as it was given to who was paid."""

from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from levante.identity.api import roles
from levante.kernel.api import Actor
from levante.payments.paying import seen_by

READERS = (roles.DIRECTOR, roles.FINANCE, roles.AUDITOR)


class CertificateQuerySet(models.QuerySet["WithholdingCertificate"]):
    def visible_to(self, actor: Actor) -> Self:
        """Who pays and audits, of the Section or of the agency that paid; an enterprise those that stand of its own."""
        seen = seen_by(actor, *READERS)
        if seen is not None:
            return self.filter(seen)
        if actor.enterprise_id is not None and "read" in actor.scopes:
            return self.filter(enterprise_id=actor.enterprise_id, replaced_at__isnull=True)
        return self.none()

    def standing(self) -> Self:
        return self.filter(replaced_at__isnull=True)


class WithholdingCertificate(models.Model):
    """What a firm was paid and withheld in a calendar year (DPR 322/1998, art. 4(6-ter)): ``gross = withheld + net``, in euro. Its figures
    never change; when a payment of that year comes back another one takes its place, or none."""

    enterprise_id: int

    enterprise = models.ForeignKey(
        "parties.Enterprise", on_delete=models.PROTECT, related_name="withholding_certificates"
    )
    name = models.CharField(max_length=300, help_text="of the firm, as it was")
    tax_code = models.CharField(max_length=28)
    year = models.PositiveSmallIntegerField()
    paid_by = models.ForeignKey(
        "identity.Office", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="the agency that pays from its own account; none: the Section",
    )  # fmt: skip
    payments = models.PositiveIntegerField()
    gross = models.DecimalField(max_digits=15, decimal_places=2)
    subject = models.DecimalField(max_digits=15, decimal_places=2)
    withheld = models.DecimalField(max_digits=15, decimal_places=2)
    net = models.DecimalField(max_digits=15, decimal_places=2)
    document = models.ForeignKey(
        "documents.GeneratedDocument", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    replaced_at = models.DateTimeField(null=True, blank=True, help_text="its figures are no longer those of the year")

    objects = CertificateQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tax_code", "year", "paid_by"],
                condition=Q(replaced_at__isnull=True),
                nulls_distinct=False,
                name="certificate_one_of_a_year",
            ),
            models.CheckConstraint(
                condition=Q(payments__gt=0, withheld__gt=0, net__gte=0, subject__gt=0, subject__lte=F("gross"))
                & Q(gross=F("withheld") + F("net")),
                name="certificate_adds_up",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="never_changes",
                operation=pgtrigger.UpdateOf(
                    "tax_code", "year", "paid_by_id", "payments", "gross", "subject", "withheld", "net"
                ),  # type: ignore[no-untyped-call]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}, {self.name}"
