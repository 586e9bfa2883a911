"""Who is in a draft now."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Presence(models.Model):
    """A person in a draft: in which section, seen last when, and whether the section is theirs to write in.

    It says where somebody is now, not what they did: it lapses within a minute of silence and is thrown away; what was
    written is in ``Saving``. ``taken_by`` is who took the section over, told to who had it.
    """

    application = models.ForeignKey("applications.Application", on_delete=models.CASCADE, related_name="presences")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    section = models.CharField(max_length=60)
    seen_at = models.DateTimeField()
    writing = models.BooleanField(default=False, help_text="the section is theirs until they leave or fall silent")
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )

    class Meta:
        ordering = ["application_id", "user_id"]
        constraints = [
            models.UniqueConstraint(fields=["application", "user"], name="presence_once_in_a_draft"),
            models.UniqueConstraint(
                fields=["application", "section"], condition=Q(writing=True), name="presence_one_writes_in_a_section"
            ),
            models.CheckConstraint(
                condition=Q(taken_by__isnull=True) | Q(writing=False), name="presence_taken_over_writes_no_more"
            ),
        ]
