"""Who may act for which enterprise."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from levante.kernel.api import Actor
from levante.parties.models.enterprise import Enterprise
from levante.parties.models.people import SEES_PEOPLE


class MandateQuerySet(models.QuerySet["Mandate"]):
    def visible_to(self, actor: Actor) -> "MandateQuerySet":
        """All for who sees people at the Section; one's own; those of the enterprise for who looks after its people."""
        if actor.is_superuser or actor.in_section(*SEES_PEOPLE):
            return self
        if actor.user_id is None:
            return self.none()
        mine = Q(user_id=actor.user_id)
        if actor.enterprise_id is not None and "people" in actor.scopes:
            mine |= Q(enterprise_id=actor.enterprise_id)
        return self.filter(mine)


class Mandate(models.Model):
    """The power of a person to act for an enterprise: who gave it, for what, from when to when."""

    LEGAL_REPRESENTATIVE, DELEGATE, OPERATOR, CONSULTANT = "legal_representative", "delegate", "operator", "consultant"
    KINDS = [
        (LEGAL_REPRESENTATIVE, _("Legal representative")),
        (DELEGATE, _("Delegate")),
        (OPERATOR, _("Operator")),
        (CONSULTANT, _("Consultant")),
    ]
    REQUESTED, CONFIRMED, REFUSED, REVOKED = "requested", "confirmed", "refused", "revoked"
    STATES = [
        (REQUESTED, _("Requested")),
        (CONFIRMED, _("Confirmed")),
        (REFUSED, _("Refused")),
        (REVOKED, _("Revoked")),
    ]
    #: What a mandate may be for. A legal representative's covers everything.
    SCOPES = ["read", "apply", "submit", "people"]

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="mandates")
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="mandates")
    kind = models.CharField(max_length=25, choices=KINDS)
    scopes = models.JSONField(default=list, help_text="codes among read, apply, submit, people")
    state = models.CharField(max_length=10, choices=STATES, default=REQUESTED)
    act = models.CharField(max_length=300, blank=True, help_text="deed of appointment or delegation")
    since = models.DateField()
    until = models.DateField(null=True, blank=True, help_text="last day, included")
    requested_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decision_reason = models.TextField(blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    revocation_reason = models.TextField(blank=True)

    objects = MandateQuerySet.as_manager()

    class Meta:
        ordering = ["-requested_at", "-id"]
        indexes = [models.Index(fields=["state", "requested_at"], name="mandate_queue")]
        constraints = [
            models.CheckConstraint(condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="mandate_period"),
            models.CheckConstraint(
                condition=Q(state="requested", decided_at__isnull=True)
                | (~Q(state="requested") & Q(decided_at__isnull=False)),
                name="mandate_decision_dated",
            ),
            models.CheckConstraint(
                condition=Q(state="revoked", revoked_at__isnull=False)
                | (~Q(state="revoked") & Q(revoked_at__isnull=True)),
                name="mandate_revocation_dated",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["requested", "confirmed", "refused", "revoked"]), name="mandate_known_state"
            ),
            models.UniqueConstraint(
                fields=["user", "enterprise", "kind"],
                condition=Q(state__in=["requested", "confirmed"], until__isnull=True),
                name="mandate_once_open",
            ),
        ]
