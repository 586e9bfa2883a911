"""Who may act for whom: mandates, and the invitations that give one to an address."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from levante.identity.api import roles
from levante.kernel.api import BUYER, ENTERPRISE, INVESTOR, Actor, now
from levante.parties.models.held import Held, of_actor, one_holder
from levante.parties.models.people import SEES_PEOPLE


def _seen_by(actor: Actor) -> Q | None:
    """The rows an office or a party sees; ``None`` for all. Who keeps buyers and investors sees who acts for them."""
    if actor.is_superuser or actor.in_section(*SEES_PEOPLE):
        return None
    seen = of_actor(actor, "people")
    if actor.in_section(roles.COMMUNICATION) or actor.has_role(roles.AGENCY_STAFF):
        seen |= Q(enterprise__isnull=True)
    return seen


class MandateQuerySet(models.QuerySet["Mandate"]):
    def visible_to(self, actor: Actor) -> "MandateQuerySet":
        """All for who sees people at the Section; one's own; those of the enterprise for who looks after its people; those
        of buyers and investors for who keeps them."""
        seen = _seen_by(actor)
        if seen is None:
            return self
        return self.filter(seen | Q(user_id=actor.user_id)) if actor.user_id is not None else self.none()


class Mandate(Held):
    """The power of a person to act for an enterprise, a buyer or an investor: who gave it, for what, from when to when."""

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
    #: What a mandate may be for, by whom it is of. A legal representative's covers everything.
    SCOPES_OF = {
        ENTERPRISE: ["read", "apply", "sign", "submit", "people"],
        BUYER: ["read", "correct", "ask", "meet"],
        INVESTOR: ["read", "correct", "ask"],
    }
    SCOPES = SCOPES_OF[ENTERPRISE]

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="mandates")
    kind = models.CharField(max_length=25, choices=KINDS)
    scopes = models.JSONField(default=list, help_text="codes among SCOPES_OF its party")
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
            one_holder("mandate_one_holder"),
            # No Italian register tells who represents a firm abroad: an office confirms on a document, and says which.
            models.CheckConstraint(
                condition=Q(enterprise__isnull=False) | ~Q(state="confirmed") | ~Q(act=""),
                name="mandate_abroad_has_document",
            ),
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
            *(
                models.UniqueConstraint(
                    fields=["user", party, "kind"],
                    condition=Q(state__in=["requested", "confirmed"], until__isnull=True),
                    name="mandate_once_open" if party == ENTERPRISE else f"mandate_once_open_of_{party}",
                )
                for party in (ENTERPRISE, BUYER, INVESTOR)
            ),
        ]


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, actor: Actor) -> "InvitationQuerySet":
        """As mandates, for who gives them; and what one accepted. Who is invited finds theirs by its link, or by an
        address of theirs (``addressed_to``)."""
        seen = _seen_by(actor)
        if seen is None:
            return self
        return self.filter(seen | Q(accepted_by_id=actor.user_id)) if actor.user_id is not None else self.none()

    def open(self, at: datetime | None = None) -> "InvitationQuerySet":
        """Those that can still be accepted."""
        return self.filter(state=Invitation.SENT, expires_at__gt=at or now())

    def addressed_to(self, addresses: "set[str] | frozenset[str]") -> "InvitationQuerySet":
        """Those sent to one of these addresses (in small letters)."""
        return self.annotate(small=Lower("email")).filter(small__in=addresses)


class Invitation(Held):
    """A mandate offered to an address: it is in force when a person who owns the address accepts it.

    Nothing tells whether the address already has an account: the link leads who has one to sign in, the others to sign up.
    """

    SENT, ACCEPTED, WITHDRAWN = "sent", "accepted", "withdrawn"
    STATES = [(SENT, _("Sent")), (ACCEPTED, _("Accepted")), (WITHDRAWN, _("Withdrawn"))]

    email = models.EmailField(blank=True, help_text="emptied when the person is erased or long after it expired")
    language = models.CharField(max_length=2, default="it")
    kind = models.CharField(max_length=25, choices=Mandate.KINDS)
    scopes = models.JSONField(default=list, help_text="codes among Mandate.SCOPES_OF its party")
    act = models.CharField(max_length=300, blank=True, help_text="deed of appointment or delegation")
    until = models.DateField(null=True, blank=True, help_text="last day of the mandate, included")
    state = models.CharField(max_length=10, choices=STATES, default=SENT)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="invitations_accepted"
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    mandate = models.OneToOneField(Mandate, null=True, blank=True, on_delete=models.PROTECT, related_name="invitation")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at", "-id"]
        indexes = [models.Index(Lower("email"), name="invitation_by_address")]
        constraints = [
            one_holder("invitation_one_holder"),
            models.CheckConstraint(
                condition=Q(state__in=["sent", "accepted", "withdrawn"]), name="invitation_known_state"
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("sent_at")), name="invitation_expires_after"),
            models.CheckConstraint(
                condition=Q(enterprise__isnull=False) | ~Q(act=""), name="invitation_abroad_has_document"
            ),
            models.CheckConstraint(
                condition=Q(
                    state="accepted", accepted_at__isnull=False, accepted_by__isnull=False, mandate__isnull=False
                )
                | (~Q(state="accepted") & Q(accepted_at__isnull=True, accepted_by__isnull=True, mandate__isnull=True)),
                name="invitation_accepted_whole",
            ),
            models.CheckConstraint(
                condition=Q(state="withdrawn", withdrawn_at__isnull=False)
                | (~Q(state="withdrawn") & Q(withdrawn_at__isnull=True)),
                name="invitation_withdrawal_dated",
            ),
            *(
                models.UniqueConstraint(
                    Lower("email"),
                    party,
                    "kind",
                    condition=Q(state="sent") & ~Q(email=""),
                    name=f"invitation_once_open_of_{party}",
                )
                for party in (ENTERPRISE, BUYER, INVESTOR)
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.state == self.SENT and self.expires_at > now()
