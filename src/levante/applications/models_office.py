"""An office that fills in a draft for somebody on the phone."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class OfficeFilling(models.Model):
    """An officer writes in a draft what a person of the enterprise says on the phone (``caller``, whose mandate covers it).

    It lasts until the officer ends it, and in any case the day it began. What was written is in ``Saving.filling``; who may
    send for the enterprise reads it and confirms it (``confirmed_revision``: of the draft, then) before it is sent.
    """

    application = models.ForeignKey("applications.Application", on_delete=models.PROTECT, related_name="fillings")
    office = models.ForeignKey("identity.Office", on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    caller = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_revision = models.PositiveIntegerField(null=True, blank=True)

    office_id: int
    officer_id: int

    class Meta:
        ordering = ["application_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "officer"], condition=Q(ended_at__isnull=True), name="filling_one_open_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(officer=F("caller")), name="filling_is_for_somebody_else"),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True, confirmed_revision__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False, confirmed_revision__isnull=False),
                name="filling_confirmation_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}/{self.officer_id}"
