from django.conf import settings
from django.db import models
from django.db.models import F, Q

from levante.kernel.api import Actor, now


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def visible_to(self, actor: Actor) -> "ApiTokenQuerySet":
        """One's own, for the enterprise acted for."""
        return self.filter(user_id=actor.user_id, enterprise_id=actor.enterprise_id)

    def in_force(self) -> "ApiTokenQuerySet":
        return self.filter(revoked_at__isnull=True, expires_at__gt=now())


class ApiToken(models.Model):
    """A key with which a person's program reads the data of one enterprise. Only its digest is kept.

    It never gives more than the person's mandate gives at the moment of the request.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="api_tokens")
    enterprise = models.ForeignKey("parties.Enterprise", on_delete=models.PROTECT, related_name="api_tokens")
    name = models.CharField(max_length=100, help_text="what it is for, in the person's words")
    prefix = models.CharField(max_length=12, help_text="its first characters, to recognise it")
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the key")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="api_token_period"),
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="api_token_digest"),
        ]

    def __str__(self) -> str:
        return f"{self.prefix}…"
