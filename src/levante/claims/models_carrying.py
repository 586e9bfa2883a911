"""What happens to an award before and beside its claims: it is accepted, and what was planned may change."""

from datetime import date
from decimal import Decimal
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from levante.claims import carrying_states as states
from levante.grants.api import Award
from levante.kernel.api import Actor
from levante.kernel.pure import Bilingual


class OfAwardQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> Self:
        """Those of the awards that the actor sees; of the drafts of an enterprise the office sees nothing."""
        rows = self.filter(award__in=Award.objects.visible_to(actor))
        return rows if self.model is Acceptance else rows.filter(_sent_or_own(actor))


def _sent_or_own(actor: Actor) -> Q:
    sent = ~Q(state__in=states.UNSENT)
    if actor.enterprise_id is None:
        return sent
    return sent | Q(award__enterprise_id=actor.enterprise_id, state=states.DRAFT)


class Acceptance(models.Model):
    """The acceptance of an award in force, where its call wants one within some days: ``waiting`` from the day the enterprise was told,
    ``accepted`` (registered, with the planned first and last day of the project), or ``over``: forfeiture is proposed to the officer,
    who gives more time or decides it (``lapsed``; the revocation follows its own procedure). Lapsed, it waits again when that procedure is
    closed without a revocation or its act is annulled, or when the director takes a late acceptance by an act (``late_act``).

    The days run only while the award can be accepted: from ``stopped_on`` they do not (it is suspended, has no COR, its firm's place is to
    be decided), and what was left of them is given back from the day it can again."""

    award_id: int

    award = models.OneToOneField("grants.Award", on_delete=models.PROTECT, related_name="acceptance")
    state = models.CharField(max_length=10, choices=states.choices(states.ACCEPTANCE_STATES), default=states.WAITING)
    asked_on = models.DateField(help_text="the day the enterprise was told")
    due_on = models.DateField(help_text="the last day to accept")
    steps = models.JSONField(default=list, help_text="how the day was reckoned")
    stopped_on = models.DateField(
        null=True,
        blank=True,
        help_text="since when the days do not run, the award not being such that it can be accepted",
    )
    reminded_on = models.DateField(null=True, blank=True)
    starts_on = models.DateField(null=True, blank=True, help_text="planned first day of the project")
    ends_on = models.DateField(null=True, blank=True, help_text="planned last day of the project")
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    register_number = models.CharField(max_length=32, null=True, blank=True, unique=True)
    reason = models.TextField(blank=True, help_text="of the officer, who gives more time or decides the forfeiture")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    late_act = models.ForeignKey(
        "programme.Act", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="by which the director takes a late acceptance, once the forfeiture was decided",
    )  # fmt: skip

    objects = OfAwardQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [models.Index(fields=["state", "due_on"], name="acceptance_by_state")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(states.ACCEPTANCE_STATES)), name="acceptance_known_state"),
            models.CheckConstraint(
                condition=Q(
                    state="accepted", accepted_at__isnull=False, register_number__isnull=False, starts_on__isnull=False,
                    ends_on__isnull=False,
                )
                | (~Q(state="accepted") & Q(accepted_at__isnull=True, register_number__isnull=True)),
                name="acceptance_is_registered",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")) | Q(ends_on__isnull=True), name="acceptance_days_in_order"
            ),
            models.CheckConstraint(
                condition=~Q(state="lapsed") | (Q(decided_at__isnull=False) & ~Q(reason="")),
                name="acceptance_lapse_says_why",
            ),
            models.CheckConstraint(
                condition=Q(stopped_on__isnull=True) | Q(state="waiting", stopped_on__lte=F("due_on")),
                name="acceptance_stopped_while_it_waits",
            ),
            models.CheckConstraint(
                condition=Q(late_act__isnull=True) | (Q(decided_at__isnull=False) & ~Q(reason="")),
                name="acceptance_late_says_why",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.award_id} {self.state}"

    @property
    def state_label(self) -> Bilingual:
        return states.ACCEPTANCE_STATES[self.state]


class Variation(models.Model):
    """What an enterprise asks to change of an award in force: its costs plan, the days of the project, a seat, something else.

    ``before`` and ``asked`` have one shape by kind: ``costs`` ``{rows: [{item, amount | quantity, note}]}``, ``dates`` ``{starts_on,
    ends_on}``, the others ``{text}``; frozen once sent. ``decided`` is what was approved, in the same shape. A costs plan is reckoned
    again with the money of the call: ``amount_after``, in euro, never above the award as it was (``amount_before``).

    One that a revocation closed keeps what it was (``closed_from``) and the day, for the act that may annul it: then it is as it was, and
    ``stopped_days`` are those between, which do not count in the term to decide it.
    """

    award_id: int
    officer_id: int | None
    files: Any
    events: Any

    award = models.ForeignKey("grants.Award", on_delete=models.PROTECT, related_name="variations")
    number = models.PositiveSmallIntegerField(help_text="first, second… of its award")
    kind = models.CharField(max_length=6, choices=states.choices(states.KINDS))
    state = models.CharField(max_length=12, choices=states.choices(states.VARIATION_STATES), default=states.DRAFT)
    reason = models.TextField(blank=True, help_text="why it is asked, in the enterprise's words")
    before = models.JSONField(default=dict, blank=True)
    asked = models.JSONField(default=dict, blank=True)
    decided = models.JSONField(null=True, blank=True)
    amount_before = models.DecimalField(max_digits=15, decimal_places=2, null=True, blank=True)
    amount_after = models.DecimalField(max_digits=15, decimal_places=2, null=True, blank=True)
    steps = models.JSONField(default=list, blank=True, help_text="how the amount was reckoned")
    register_number = models.CharField(max_length=32, null=True, blank=True, unique=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decision_reason = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    closed_from = models.CharField(max_length=12, blank=True, help_text="the state in which a revocation closed it")
    closed_on = models.DateField(null=True, blank=True)
    stopped_days = models.PositiveSmallIntegerField(
        default=0,
        help_text="days in which its award was revoked by an act that was annulled: the term to decide is moved by them",
    )

    objects = OfAwardQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "sent_at"], name="variation_by_state")]
        constraints = [
            models.UniqueConstraint(fields=["award", "number"], name="variation_number_once"),
            models.UniqueConstraint(
                fields=["award"], condition=Q(state__in=states.UNDER_WAY), name="variation_one_under_way"
            ),
            models.CheckConstraint(condition=Q(state__in=list(states.VARIATION_STATES)), name="variation_known_state"),
            models.CheckConstraint(condition=Q(kind__in=list(states.KINDS)), name="variation_known_kind"),
            models.CheckConstraint(
                condition=Q(state__in=states.UNSENT, sent_at__isnull=True, register_number__isnull=True)
                | (~Q(state__in=states.UNSENT) & Q(sent_at__isnull=False, register_number__isnull=False) & ~Q(reason="")),
                name="variation_sent_is_registered",
            ),
            models.CheckConstraint(
                condition=Q(state__in=states.DECIDED, decided_at__isnull=False, officer__isnull=False)
                | (~Q(state__in=states.DECIDED) & Q(decided_at__isnull=True)),
                name="variation_decision_dated",
            ),
            models.CheckConstraint(
                condition=Q(state__in=states.GRANTED, decided__isnull=False)
                | (~Q(state__in=states.GRANTED) & Q(decided__isnull=True)),
                name="variation_granted_says_what",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[states.PARTLY, states.REFUSED]) | ~Q(decision_reason=""),
                name="variation_cut_says_why",
            ),
            models.CheckConstraint(
                condition=Q(amount_after__isnull=True) | Q(amount_after__gt=0, amount_after__lte=F("amount_before")),
                name="variation_never_above_the_award",
            ),
            models.CheckConstraint(
                condition=Q(closed_from="", closed_on__isnull=True)
                | Q(closed_from="draft", closed_on__isnull=False, state="discarded")
                | Q(closed_from__in=["sent", "under_review"], closed_on__isnull=False, state="refused"),
                name="variation_closed_by_a_revocation",
            ),
            models.CheckConstraint(
                condition=Q(stopped_days=0) | Q(sent_at__isnull=False), name="variation_stopped_once_sent"
            ),
        ]  # fmt: skip
        triggers = [
            pgtrigger.Protect(
                name="never_deleted_once_sent", operation=pgtrigger.Delete, condition=pgtrigger.Q(old__sent_at__isnull=False)
            ),
            pgtrigger.Protect(
                name="sent_copy_stays",
                operation=pgtrigger.UpdateOf("before", "asked", "reason", "register_number", "sent_at"),  # type: ignore[no-untyped-call]
                condition=pgtrigger.Q(old__sent_at__isnull=False),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.register_number or f"variation {self.pk}"

    @property
    def state_label(self) -> Bilingual:
        return states.VARIATION_STATES[self.state]

    @property
    def kind_label(self) -> Bilingual:
        return states.KINDS[self.kind]

    @property
    def is_draft(self) -> bool:
        return self.state == states.DRAFT

    def to_reduce(self, awarded: Decimal) -> Decimal:
        """What the award is still above the amount that an approved plan leaves: brought down by an act. Nothing of a plan that came to all
        that was awarded then, whatever the award became."""
        if self.state not in states.GRANTED or self.amount_after is None or self.amount_before is None:
            return Decimal("0.00")
        if self.amount_after >= self.amount_before:
            return Decimal("0.00")
        return max(awarded - self.amount_after, Decimal("0.00"))

    def day(self, which: str) -> date | None:
        """A day that was approved (``starts_on``, ``ends_on``)."""
        told = (self.decided or {}).get(which)
        return date.fromisoformat(told) if told else None


class VariationFile(models.Model):
    """A file of what is asked: a quote, the organiser's letter, the new plan."""

    variation = models.ForeignKey(Variation, on_delete=models.CASCADE, related_name="files")
    file = models.ForeignKey("documents.StoredFile", on_delete=models.PROTECT, related_name="+")
    label = models.CharField(max_length=200, blank=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["variation_id", "id"]

    def __str__(self) -> str:
        return f"{self.variation_id} {self.label}"


class VariationEvent(models.Model):
    """One moment in the life of a variation, for its page; the audit has the rest."""

    variation = models.ForeignKey(Variation, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField()
    kind = models.CharField(max_length=20)
    text = models.TextField(blank=True)
    text_en = models.TextField(blank=True, help_text="empty: the words of a person, as they wrote them")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["id"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.variation_id} {self.kind}"

    @property
    def title(self) -> Bilingual:
        return states.EVENTS[self.kind]

    @property
    def words(self) -> Bilingual:
        return Bilingual(self.text, self.text_en or self.text)
