"""The documents of an application: those in its answers, those that answer a request or a notice, those that may come later."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Attachment(models.Model):
    """A file in an answer of an application, in an answer to an integration request, with observations, or given after the application.

    ``expires_on`` is the last day the document holds, as who gave it wrote it. ``number`` is the register's, of a document that
    came after the transmission: one that was promised (``later``), or a new one in the place of one that expired.
    """

    application = models.ForeignKey("applications.Application", on_delete=models.PROTECT, related_name="attachments")
    integration = models.ForeignKey(
        "applications.IntegrationRequest", null=True, blank=True, on_delete=models.PROTECT, related_name="attachments"
    )
    notice = models.ForeignKey(
        "applications.RejectionNotice", null=True, blank=True, on_delete=models.PROTECT, related_name="attachments",
        help_text="given with the observations on it",
    )  # fmt: skip
    later = models.ForeignKey(
        "applications.LaterDocument", null=True, blank=True, on_delete=models.PROTECT, related_name="attachments"
    )
    field = models.CharField(max_length=80)
    label = models.CharField(
        max_length=300, blank=True, help_text="what the form called it: a document of the same name can be chosen again"
    )
    file = models.OneToOneField("documents.StoredFile", on_delete=models.PROTECT, related_name="+")
    expires_on = models.DateField(null=True, blank=True, help_text="last day, included")
    number = models.CharField(max_length=32, null=True, blank=True, unique=True)

    class Meta:
        ordering = ["application_id", "field", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(later__isnull=True) | Q(integration__isnull=True, number__isnull=False),
                name="attachment_later_is_registered",
            ),
        ]


class LaterDocument(models.Model):
    """A document that the call lets come after the application (``deferrable``): by when, and when it came.

    It must come within the days of the call, and in any case before ``until``: the act, or the claim of payment.
    """

    AWAITED, DELIVERED = "awaited", "delivered"
    STATES = [(AWAITED, "Awaited"), (DELIVERED, "Delivered")]
    UNTIL = [("award", "The award"), ("claim", "The claim")]

    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="later_documents"
    )
    field = models.CharField(max_length=80)
    label_it = models.CharField(max_length=300)
    label_en = models.CharField(max_length=300)
    until = models.CharField(max_length=10, choices=UNTIL)
    due_on = models.DateField(help_text="last day of the call's term")
    steps = models.JSONField(default=list, help_text="how the day was reckoned")
    state = models.CharField(max_length=10, choices=STATES, default=AWAITED)
    told = models.CharField(
        max_length=4, blank=True, choices=[("due", "Reminded"), ("late", "Told it is late")], help_text="last reminder"
    )
    delivered_at = models.DateTimeField(null=True, blank=True)
    delivered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["application_id", "due_on", "id"]
        indexes = [models.Index(fields=["due_on", "id"], name="later_document_due", condition=Q(state="awaited"))]
        constraints = [
            models.UniqueConstraint(fields=["application", "field"], name="later_document_once"),
            models.CheckConstraint(condition=Q(state__in=["awaited", "delivered"]), name="later_document_known_state"),
            models.CheckConstraint(condition=Q(until__in=["award", "claim"]), name="later_document_until"),
            models.CheckConstraint(
                condition=Q(state="delivered", delivered_at__isnull=False)
                | Q(state="awaited", delivered_at__isnull=True),
                name="later_document_delivery_is_dated",
            ),
        ]

    def __str__(self) -> str:
        return self.label_it
