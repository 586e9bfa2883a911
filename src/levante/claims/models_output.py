"""What was done, where the call pays for that and not for what was spent; and the other files of a claim."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class SimplifiedCost(models.Model):
    """So many units of a simplified cost item, or the whole of a fixed amount (art. 53 CPR), to be proved by what was done:
    badges, photographs of the stand, boarding passes, and not by invoices. ``kept`` is how many the officer leaves. In euro, as of a
    charge: ``charged``, ``admitted`` (none: not reckoned), ``paid``."""

    claim_id: int
    files: Any

    claim = models.ForeignKey("claims.Claim", on_delete=models.CASCADE, related_name="costs")
    item = models.CharField(
        max_length=80, blank=True, help_text="code of the call's cost items; empty: the fixed amount"
    )
    quantity = models.DecimalField(max_digits=12, decimal_places=2)
    note = models.TextField(blank=True)
    kept = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    charged = models.DecimalField(
        max_digits=15, decimal_places=2, null=True, blank=True, help_text="in euro, within the limits of the call"
    )
    admitted = models.DecimalField(
        max_digits=15,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="in euro, of the units kept, within the limits",
    )
    paid = models.DecimalField(max_digits=15, decimal_places=2, default=0, help_text="of the grant, when it is paid")
    reason = models.TextField(blank=True, help_text="why the officer cut it")

    class Meta:
        ordering = ["claim_id", "item"]
        constraints = [
            models.UniqueConstraint(fields=["claim", "item"], name="simplified_cost_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="simplified_cost_quantity"),
            models.CheckConstraint(
                condition=Q(kept__isnull=True) | Q(kept__gte=0, kept__lte=F("quantity")), name="simplified_cost_kept"
            ),
            models.CheckConstraint(
                condition=Q(kept__isnull=True) | Q(kept=F("quantity")) | ~Q(reason=""),
                name="simplified_cost_cut_says_why",
            ),
            models.CheckConstraint(
                condition=Q(admitted__isnull=True) | Q(kept__isnull=False, admitted__gte=0),
                name="simplified_cost_admitted_once_looked_at",
            ),
            models.CheckConstraint(
                condition=Q(paid=0) | Q(paid__gt=0, admitted__isnull=False, paid__lte=F("admitted")),
                name="simplified_cost_paid_within_admitted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.item} {self.quantity}"


class ClaimFile(models.Model):
    """A file of a claim that is neither an expense document nor a proof of payment: the proof of what was done (of ``cost``), the
    guarantee of an advance, a contract, the answer to what the office asked."""

    PROOF, GUARANTEE, CONTRACT, ANSWER, OTHER = "proof", "guarantee", "contract", "answer", "other"
    KINDS = [
        (PROOF, "Proof of what was done"),
        (GUARANTEE, "Guarantee"),
        (CONTRACT, "Contract"),
        (ANSWER, "Answer to a request"),
        (OTHER, "Other"),
    ]

    claim = models.ForeignKey("claims.Claim", on_delete=models.CASCADE, related_name="files")
    kind = models.CharField(max_length=10, choices=KINDS)
    cost = models.ForeignKey(SimplifiedCost, null=True, blank=True, on_delete=models.CASCADE, related_name="files")
    proof = models.CharField(
        max_length=80, blank=True, help_text="code of the item's proofs, where the call names them"
    )
    label = models.CharField(max_length=200, blank=True)
    amount = models.DecimalField(
        max_digits=15, decimal_places=2, null=True, blank=True, help_text="of a guarantee, in euro"
    )
    issuer = models.CharField(max_length=200, blank=True, help_text="of a guarantee: bank, insurer, fund")
    number = models.CharField(max_length=60, blank=True)
    until = models.DateField(null=True, blank=True, help_text="of a guarantee: the last day on which it holds")
    file = models.ForeignKey("documents.StoredFile", on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["claim_id", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="guarantee", amount__gt=0, until__isnull=False) & ~Q(issuer="") & ~Q(number="")
                | (~Q(kind="guarantee") & Q(amount__isnull=True, until__isnull=True, issuer="", number="")),
                name="claim_file_guarantee_is_whole",
            ),
            models.CheckConstraint(condition=Q(cost__isnull=True) | Q(kind="proof"), name="claim_file_proof_of_a_cost"),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.kind}"
