import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from levante.kernel.triggers import NEVER_EMPTIED


class AuditEntry(models.Model):
    """One write: who did what to which object, when, for whom. Written by ``kernel.services.service`` alone.

    It holds no personal data beyond the identity of who acted: ``data`` carries our own numbers, codes of things and amounts (an
    enterprise by its number: the tax code of a sole trader is a person's). The name of
    who acted is emptied when the account is closed (``kernel.services.unname``): that somebody did it stays.
    """

    at = models.DateTimeField(db_index=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    actor_label = models.CharField(max_length=200)
    enterprise_id = models.BigIntegerField(null=True, help_text="the enterprise for which the person acted")
    buyer_id = models.BigIntegerField(null=True, help_text="the buyer for which the person acted")
    investor_id = models.BigIntegerField(null=True, help_text="the investor for which the person acted")
    verb = models.CharField(max_length=100, help_text="room and service, as in programme.record_movement")
    object_type = models.CharField(max_length=100, blank=True)
    object_id = models.CharField(max_length=100, blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["object_type", "object_id", "id"], name="audit_by_object"),
            models.Index(
                fields=["enterprise_id", "id"], name="audit_by_enterprise", condition=Q(enterprise_id__isnull=False)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(enterprise_id__isnull=True, buyer_id__isnull=True)
                | Q(enterprise_id__isnull=True, investor_id__isnull=True)
                | Q(buyer_id__isnull=True, investor_id__isnull=True),
                name="audit_for_one_party",
            )
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            NEVER_EMPTIED,
            pgtrigger.Trigger(
                name="only_unnamed",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func="""
                    IF NEW.actor_label <> '' OR to_jsonb(NEW) - 'actor_label' <> to_jsonb(OLD) - 'actor_label' THEN
                        RAISE EXCEPTION 'pgtrigger: an audit entry does not change';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]
