"""The letter with which the platform sends a customer the link that confirms a win."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from levante.kernel.api import Actor
from levante.kernel.pure.languages import CODE
from levante.wins import states
from levante.wins.models_win import Win
from levante.wins.states import choices


class CustomerLetterQuerySet(models.QuerySet["CustomerLetter"]):
    def visible_to(self, actor: Actor) -> Self:
        """As its win."""
        return self.filter(ask__win__in=Win.objects.visible_to(actor).values("pk"))


class CustomerLetter(models.Model):
    """One letter for one link. ``email`` is emptied as soon as it is of no more use: the customer answered, the link was replaced or
    expired. ``wording`` is the version of what the sender declared and of the information the customer had (art. 14 GDPR)."""

    ask = models.OneToOneField("wins.CustomerAsk", on_delete=models.PROTECT, related_name="letter")
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=2, help_text="of those of its wording")
    wording = models.CharField(max_length=20)
    state = models.CharField(max_length=8, choices=choices(states.LETTERS), default=states.L_WAITING)
    message_id = models.CharField(
        max_length=100, unique=True, help_text="Message-ID, without brackets: a return names it"
    )
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True, help_text="it came back, or was never sent")
    problem = models.CharField(max_length=300, blank=True, help_text="what the mail server says, without addresses")
    forgotten_at = models.DateTimeField(null=True, blank=True, help_text="the address was erased")

    ask_id: int
    made_by_id: int | None
    objects = CustomerLetterQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["made_at"], condition=Q(forgotten_at__isnull=True), name="customer_letter_kept"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=list(states.LETTERS), language__regex=CODE), name="customer_letter_words"
            ),
            models.CheckConstraint(
                condition=Q(email="", forgotten_at__isnull=False) | ~Q(email="") & Q(forgotten_at__isnull=True),
                name="customer_letter_forgets_when_it_says",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", sent_at__isnull=True, ended_at__isnull=True, forgotten_at__isnull=True)
                | Q(state="sent", sent_at__isnull=False, ended_at__isnull=True)
                | Q(state="returned", ended_at__isnull=False) & ~Q(problem="")
                | Q(state="dropped", sent_at__isnull=True, ended_at__isnull=False, forgotten_at__isnull=False),
                name="customer_letter_states_are_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"letter {self.pk}"


class ReturnsRead(models.Model):
    """Until where the mailbox of what comes back was read: the number of the last message (UID), good while the folder has the same
    ``validity`` (UIDVALIDITY, RFC 9051 § 2.3.1.1)."""

    mailbox = models.CharField(max_length=300, unique=True, help_text="user, host, folder")
    validity = models.BigIntegerField()
    last = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["mailbox"]
        constraints = [
            models.CheckConstraint(condition=Q(validity__gte=1, last__gte=0), name="returns_read_numbers"),
        ]

    def __str__(self) -> str:
        return self.mailbox
