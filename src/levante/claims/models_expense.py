"""What was spent: documents, the payments that settled them, what of each is charged to which cost item."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from levante.kernel.pure import Bilingual

INVOICE, CREDIT_NOTE, RECEIPT, PAYSLIP, OTHER = "invoice", "credit_note", "receipt", "payslip", "other"
KINDS = {
    INVOICE: Bilingual("fattura", "invoice"),
    CREDIT_NOTE: Bilingual("nota di credito", "credit note"),
    RECEIPT: Bilingual("ricevuta", "receipt"),
    PAYSLIP: Bilingual("busta paga", "payslip"),
    OTHER: Bilingual("altro documento", "other document"),
}
METHODS = {
    "transfer": Bilingual("bonifico", "bank transfer"),
    "card": Bilingual("carta aziendale", "company card"),
    "direct_debit": Bilingual("addebito diretto", "direct debit"),
    "bank_receipt": Bilingual("ricevuta bancaria (Ri.Ba.)", "bank receipt (Ri.Ba.)"),
    "tax_form": Bilingual("modello F24", "F24 tax form"),
}
#: What the rule on the CUP says of a document (D.L. 13/2023, art. 5(6)-(7)).
CUP_OUTCOMES = {
    "has_cup": Bilingual("riporta il CUP", "bears the CUP"),
    "exempt": Bilingual("esente dal CUP", "exempt from the CUP"),
    "mendable": Bilingual("senza CUP: si può rimediare", "without the CUP: it can be mended"),
    "not_eligible": Bilingual("senza CUP: non ammissibile", "without the CUP: not eligible"),
}
#: How an expense document came to us.
E_INVOICE, TYPED = "e_invoice", "typed"


class ExpenseDocument(models.Model):
    """A document of expense (*giustificativo*) of an award: an e-invoice that was read, or another whose data are typed with
    its file beside. Amounts in euro; ``currency`` and ``original_total`` say what is on it, where that is something else.

    ``identity`` names the document wherever it comes from (supplier, number, year), ``tax_identity`` by the Italian tax code, which of a
    sole trader is not the VAT number: while ``holds``, no other of the programme can have either. In one award it may be charged by more
    than one claim, never for more than it is.

    ``cup_facts`` are what the rule on the CUP asks of it, as it was read; ``cup_result`` what the rule said on the day ``cup_on``, with
    its steps; no outcome where the award has no CUP yet. ``cups_added`` came later, with their proof (``cup_file``).
    """

    award_id: int
    charges: Any
    settlements: Any

    award = models.ForeignKey("grants.Award", on_delete=models.PROTECT, related_name="expense_documents")
    kind = models.CharField(max_length=12, choices=[(code, label.en) for code, label in KINDS.items()])
    source = models.CharField(max_length=10, choices=[(E_INVOICE, "E-invoice"), (TYPED, "Typed")])
    number = models.CharField(max_length=60)
    issued_on = models.DateField()
    supplier_name = models.CharField(max_length=300)
    supplier_country = models.CharField(max_length=2)
    supplier_code = models.CharField(max_length=40, help_text="VAT number with its country, or tax code")
    description = models.TextField(blank=True)
    taxable = models.DecimalField(max_digits=15, decimal_places=2)
    vat = models.DecimalField("VAT", max_digits=15, decimal_places=2, default=0)
    total = models.DecimalField(max_digits=15, decimal_places=2)
    with_vat = models.BooleanField(default=False, help_text="VAT is a cost: the enterprise cannot recover it")
    currency = models.CharField(max_length=3, default="EUR")
    original_total = models.DecimalField(max_digits=15, decimal_places=2, null=True, blank=True)
    lines = models.JSONField(default=list, blank=True)
    cups = models.JSONField(default=list, blank=True, help_text="CUPs that it bears")
    cup_facts = models.JSONField(default=dict, blank=True, help_text="what the rule on the CUP asks of the document")
    cups_added = models.JSONField(default=list, blank=True, help_text="CUPs that came later, by an integration")
    cup_file = models.ForeignKey(
        "documents.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    cup_outcome = models.CharField(
        max_length=12, blank=True, choices=[(code, text.en) for code, text in CUP_OUTCOMES.items()]
    )
    cup_result = models.JSONField(null=True, blank=True)
    cup_on = models.DateField(null=True, blank=True, help_text="the day the CUP was judged")
    warnings = models.JSONField(default=list, blank=True, help_text="what the reader of the e-invoice found strange")
    file = models.ForeignKey("documents.StoredFile", on_delete=models.PROTECT, related_name="+")
    identity = models.CharField(max_length=200)
    tax_identity = models.CharField(max_length=200, blank=True, help_text="by the supplier’s Italian tax code")
    holds = models.BooleanField(default=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["award_id", "issued_on", "id"]
        indexes = [models.Index(fields=["total", "issued_on"], name="expense_document_by_amount")]
        constraints = [
            models.UniqueConstraint(fields=["identity"], condition=Q(holds=True), name="expense_document_once"),
            models.UniqueConstraint(
                fields=["tax_identity"],
                condition=Q(holds=True) & ~Q(tax_identity=""),
                name="expense_document_once_by_tax_code",
            ),
            models.CheckConstraint(condition=Q(kind__in=list(KINDS)), name="expense_document_known_kind"),
            models.CheckConstraint(
                condition=Q(kind=CREDIT_NOTE, total__lt=0) | (~Q(kind=CREDIT_NOTE) & Q(total__gt=0)),
                name="expense_document_sign",
            ),
            models.CheckConstraint(condition=Q(total=F("taxable") + F("vat")), name="expense_document_adds_up"),
            models.CheckConstraint(
                condition=Q(currency="EUR", original_total__isnull=True)
                | (~Q(currency="EUR") & Q(original_total__isnull=False)),
                name="expense_document_currency",
            ),
            models.CheckConstraint(
                condition=Q(cup_outcome="", cup_on__isnull=True, cup_result__isnull=True)
                | Q(cup_outcome__in=list(CUP_OUTCOMES), cup_on__isnull=False, cup_result__isnull=False),
                name="expense_document_cup_is_judged",
            ),
            models.CheckConstraint(
                condition=Q(cups_added=[]) | Q(cup_file__isnull=False), name="expense_document_cup_added_is_proved"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.supplier_name} {self.number}"

    @property
    def kind_label(self) -> Bilingual:
        return KINDS[self.kind]

    @property
    def cup_label(self) -> Bilingual | None:
        return CUP_OUTCOMES.get(self.cup_outcome)

    @property
    def chargeable(self) -> Any:
        """The most of it that can be asked for: net of VAT, unless the enterprise bears it."""
        return self.total if self.with_vat else self.taxable


class Transfer(models.Model):
    """A payment made by the enterprise (*quietanza*), with the file that proves it: one may settle many documents, and a document
    may take many. In cash nothing is admitted."""

    award_id: int
    settlements: Any

    award = models.ForeignKey("grants.Award", on_delete=models.PROTECT, related_name="transfers")
    paid_on = models.DateField(help_text="the value date of the bank's statement")
    amount = models.DecimalField(max_digits=15, decimal_places=2, help_text="of the whole payment")
    method = models.CharField(max_length=12, choices=[(code, label.en) for code, label in METHODS.items()])
    reference = models.CharField(max_length=60, help_text="CRO/TRN of the transfer, number of the operation")
    reason = models.CharField(max_length=200, blank=True, help_text="the words of the receipt, as they are on it")
    file = models.ForeignKey("documents.StoredFile", on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["award_id", "paid_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="transfer_amount"),
            models.CheckConstraint(condition=Q(method__in=list(METHODS)), name="transfer_known_method"),
            models.CheckConstraint(condition=~Q(reference=""), name="transfer_has_a_reference"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def method_label(self) -> Bilingual:
        return METHODS[self.method]


class Settlement(models.Model):
    """What of a payment settled which document."""

    transfer_id: int
    document_id: int

    transfer = models.ForeignKey(Transfer, on_delete=models.CASCADE, related_name="settlements")
    document = models.ForeignKey(ExpenseDocument, on_delete=models.CASCADE, related_name="settlements")
    amount = models.DecimalField(max_digits=15, decimal_places=2)

    class Meta:
        ordering = ["transfer_id", "document_id"]
        constraints = [
            models.UniqueConstraint(fields=["transfer", "document"], name="settlement_once"),
            models.CheckConstraint(condition=~Q(amount=0), name="settlement_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.transfer_id}→{self.document_id} {self.amount}"


class Charge(models.Model):
    """What of a document is charged to a cost item by a claim (*imputazione*). Four amounts, kept apart: ``asked`` by the
    enterprise; ``charged`` within the limits of the call; ``admitted`` after the officer's cuts, within the same limits; ``paid``
    of the grant when it is paid. ``kept`` is what the officer leaves of what was asked, before the limits; none: not looked at."""

    claim_id: int
    document_id: int

    claim = models.ForeignKey("claims.Claim", on_delete=models.CASCADE, related_name="charges")
    document = models.ForeignKey(ExpenseDocument, on_delete=models.PROTECT, related_name="charges")
    item = models.CharField(
        max_length=80, blank=True, help_text="code of the call's cost items; empty where it has none"
    )
    asked = models.DecimalField(max_digits=15, decimal_places=2)
    charged = models.DecimalField(max_digits=15, decimal_places=2, default=0)
    kept = models.DecimalField(max_digits=15, decimal_places=2, null=True, blank=True)
    admitted = models.DecimalField(max_digits=15, decimal_places=2, null=True, blank=True)
    paid = models.DecimalField(max_digits=15, decimal_places=2, default=0)
    reason = models.TextField(blank=True, help_text="why the officer cut it")

    class Meta:
        ordering = ["claim_id", "item", "id"]
        constraints = [
            models.UniqueConstraint(fields=["claim", "document", "item"], name="charge_once"),
            models.CheckConstraint(condition=~Q(asked=0), name="charge_asks_something"),
            models.CheckConstraint(
                condition=Q(kept__isnull=True, admitted__isnull=True) | Q(kept__isnull=False, admitted__isnull=False),
                name="charge_admitted_once_looked_at",
            ),
            models.CheckConstraint(
                condition=Q(kept__isnull=True) | Q(kept=F("asked")) | ~Q(reason=""), name="charge_cut_says_why"
            ),
            models.CheckConstraint(
                condition=Q(paid=0) | Q(paid__gt=0, admitted__isnull=False, paid__lte=F("admitted")),
                name="charge_paid_within_admitted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.item} {self.asked}"
