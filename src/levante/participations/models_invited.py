"""Buyers that an office invites to an initiative, and those from outside that ask to come: one way, from the letter to the answer."""

from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from levante.kernel.api import Actor, today
from levante.kernel.pure.languages import CODE
from levante.participations import states
from levante.participations.models_conduct import led_by
from levante.participations.states import choices


class BuyerInvitationQuerySet(models.QuerySet["BuyerInvitation"]):
    def visible_to(self, actor: Actor) -> Self:
        """The offices that lead, once the address is confirmed; the buyer, its own."""
        seen: Any = led_by(actor) & ~Q(state=states.I_DRAFT)
        if actor.buyer_id is not None and "read" in actor.scopes:
            seen |= Q(buyer_id=actor.buyer_id)
        return self.filter(seen)

    def waiting(self) -> Self:
        """Letters that nobody has answered and can still be."""
        return self.filter(state=states.I_SENT, expires_on__gte=today())


class BuyerInvitation(models.Model):
    """A buyer and an initiative: invited by the office (``origin`` office), or asking from outside (outside: its e-mail is confirmed, then
    the office decides). It is answered once, by the link of its letter, without an account. ``email`` and ``name`` are of the person
    written to, and emptied after the time of those of travellers.

    A buyer that is invited again, after it declined or the letter was withdrawn, has another row, and so another link.
    """

    initiative = models.ForeignKey("initiatives.Initiative", on_delete=models.PROTECT, related_name="buyer_invitations")
    buyer = models.ForeignKey(
        "parties.Buyer", null=True, blank=True, on_delete=models.PROTECT, related_name="invited_to"
    )
    origin = models.CharField(max_length=7, choices=choices(states.ORIGINS))
    state = models.CharField(max_length=9, choices=choices(states.INVITATIONS))
    name = models.CharField(max_length=200, blank=True, help_text="the person, where one is known")
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=2)
    asked: "models.JSONField[Any]" = models.JSONField(
        default=dict, blank=True, help_text="what who asks from outside wrote of its firm"
    )
    looking_for = models.TextField(blank=True)
    consent_wording = models.CharField(max_length=40, blank=True)
    key = models.CharField(max_length=80, blank=True, help_text="of the form from outside: sent twice, it is one")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    sent_at = models.DateTimeField(null=True, blank=True)
    expires_on = models.DateField(help_text="last day on which its link answers")
    reminded_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=1000, blank=True, help_text="why it declines, or why the office says no")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    interest = models.ForeignKey(
        "initiatives.BuyerInterest", null=True, blank=True, on_delete=models.PROTECT, related_name="invitations"
    )
    forgotten_at = models.DateTimeField(null=True, blank=True)

    initiative_id: int
    buyer_id: int | None
    interest_id: int | None
    objects = BuyerInvitationQuerySet.as_manager()

    class Meta:
        ordering = ["initiative", "-made_at", "-id"]
        indexes = [models.Index(fields=["expires_on"], condition=Q(state="draft"), name="buyer_invitation_drafts")]
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "buyer"], condition=Q(state__in=["asked", "sent", "accepted"]), name="buyer_invited_once"
            ),
            models.UniqueConstraint(fields=["key"], condition=~Q(key=""), name="buyer_asked_once_a_form"),
            models.CheckConstraint(
                condition=Q(
                    state__in=list(states.INVITATIONS), origin__in=list(states.ORIGINS), language__regex=CODE
                ),
                name="buyer_invitation_known",
            ),
            models.CheckConstraint(
                condition=Q(buyer__isnull=True, state="draft") | Q(buyer__isnull=False) & ~Q(state="draft"),
                name="buyer_invitation_of_a_buyer",
            ),
            models.CheckConstraint(
                condition=Q(origin="outside") & ~Q(consent_wording="") & ~Q(key="")
                | Q(origin="office", key="", state__in=["sent", "accepted", "declined", "withdrawn"]),
                name="buyer_invitation_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "asked", "refused"], sent_at__isnull=True)
                | Q(state__in=["sent", "accepted", "declined", "withdrawn"], sent_at__isnull=False),
                name="buyer_invitation_sent_when",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "asked", "sent"], answered_at__isnull=True, interest__isnull=True)
                | Q(state="accepted", answered_at__isnull=False, interest__isnull=False)
                | Q(state__in=["declined", "refused"], answered_at__isnull=False, interest__isnull=True) & ~Q(reason="")
                | Q(state="withdrawn", answered_at__isnull=False, interest__isnull=True),
                name="buyer_invitation_ends_whole",
            ),
            models.CheckConstraint(
                condition=Q(forgotten_at__isnull=True) & ~Q(email="") | Q(forgotten_at__isnull=False, email="", name=""),
                name="buyer_invitation_forgets_when_it_says",
            ),
        ]  # fmt: skip
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete, condition=~pgtrigger.Q(old__state="draft"))
        ]

    def __str__(self) -> str:
        return f"{self.initiative_id}: {self.buyer_id} {self.state}"

    @property
    def is_alive(self) -> bool:
        """Does its link still answer?"""
        return self.state == states.I_SENT and today() <= self.expires_on
