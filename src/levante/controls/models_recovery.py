"""Money to be given back: what is owed with its interest, the instalments, what came in."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, Min, OuterRef, Q

from levante.controls import states
from levante.controls.collecting_office import collecting_office
from levante.controls.models_due import COLLECTOR_STAYS
from levante.controls.models_revocation import Appeal, seen_by
from levante.controls.models_told import counted_once_confirmed
from levante.kernel.api import Actor
from levante.kernel.pure import ZERO, Bilingual


class RecoveryQuerySet(models.QuerySet["Recovery"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(seen_by(actor, award="award", told=~Q(state=states.TO_ASK), collected="collected_by"))

    def owing(self) -> Self:
        return self.filter(state__in=states.OWING)

    def not_stayed(self) -> Self:
        """But for those of a revocation that a court suspended, until the appeal has its outcome."""
        return self.exclude(revocation__in=Appeal.objects.staying().values("revocation"))

    def overdue(self, on: date) -> Self:
        """Not paid by the day, and somebody's turn: it is reminded, or handed over to collection. Not what a court suspended."""
        missed = Instalment.objects.filter(recovery=OuterRef("pk"), state=states.DUE, due_on__lt=on)
        return self.filter(Exists(missed.order_by()), state__in=(states.OWED, states.IN_DEFAULT)).not_stayed()


class Recovery(models.Model):
    """What must come back of an award: the capital, and the legal interest from each payment to its return.

    ``parts`` are the payments it is made of: ``[{amount, paid_on, claim}]``, adding up to ``principal``. What is owed and by when are its
    instalments (one, when no plan was granted). ``late_interest`` grows when money comes after its day, and is asked at the end.
    """

    award_id: int
    collected_by_id: int | None
    instalments: Any
    incomings: Any
    plans: Any
    events: Any

    award = models.ForeignKey("grants.Award", on_delete=models.PROTECT, related_name="recoveries")
    revocation = models.OneToOneField(
        "controls.Revocation", null=True, blank=True, on_delete=models.PROTECT, related_name="recovery"
    )
    claim = models.ForeignKey(
        "claims.Claim", null=True, blank=True, on_delete=models.PROTECT, related_name="recoveries",
        help_text="whose review found that more was paid than is earned; of one that was never due it may be asked again",
    )  # fmt: skip
    kept_award = models.ForeignKey(
        "claims.KeptAward", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="of an award left as it is, though less was earned: the reason that the request cites",
    )  # fmt: skip
    state = models.CharField(max_length=14, choices=states.choices(states.RECOVERIES), default=states.TO_ASK)
    principal = models.DecimalField(max_digits=15, decimal_places=2)
    parts = models.JSONField()
    act = models.ForeignKey("programme.Act", on_delete=models.PROTECT, related_name="+", help_text="on which it stands")
    collected_by = collecting_office("the agency that paid it and recovers it; none: the Section")
    asked_at = models.DateTimeField(null=True, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    steps = models.JSONField(default=list, blank=True, help_text="how the interest was reckoned when it was asked")
    capital_in = models.DecimalField(max_digits=15, decimal_places=2, default=0)
    interest_in = models.DecimalField(max_digits=15, decimal_places=2, default=0)
    late_interest = models.DecimalField(max_digits=15, decimal_places=2, default=0)
    defaulted_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closing_reason = models.TextField(blank=True)
    closing_reason_en = models.TextField(
        blank=True, help_text="of the system; empty: a person’s words, as they wrote them"
    )
    closing_kind = models.CharField(
        max_length=8, blank=True, choices=states.choices(states.CANCELLINGS), help_text="of a cancellation"
    )
    closing_act = models.ForeignKey(
        "programme.Act", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="that cancels it, or says that it cannot be collected",
    )  # fmt: skip
    created_at = models.DateTimeField()
    is_demo = models.BooleanField(default=False)

    objects = RecoveryQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "id"], name="recovery_by_state")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(states.RECOVERIES)), name="recovery_known_state"),
            models.CheckConstraint(
                condition=Q(revocation__isnull=False, claim__isnull=True) | Q(revocation__isnull=True, claim__isnull=False),
                name="recovery_of_one",
            ),
            models.CheckConstraint(
                condition=Q(kept_award__isnull=True) | Q(claim__isnull=False), name="recovery_kept_award_of_a_claim"
            ),
            models.UniqueConstraint(
                fields=["claim"], condition=~Q(closing_kind=states.NOT_DUE), name="recovery_one_of_a_claim"
            ),
            models.CheckConstraint(
                condition=Q(principal__gt=0, capital_in__gte=0, capital_in__lte=F("principal"), interest_in__gte=0, late_interest__gte=0),
                name="recovery_amounts",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["to_ask", "cancelled"]) | Q(asked_at__isnull=False), name="recovery_asked_is_dated"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["closed", "cancelled"], closed_at__isnull=False)
                | (~Q(state__in=["closed", "cancelled"]) & Q(closed_at__isnull=True)),
                name="recovery_closing_dated",
            ),
            models.CheckConstraint(condition=~Q(state="closed") | Q(capital_in=F("principal")), name="recovery_closed_is_whole"),
            models.CheckConstraint(
                condition=~Q(state__in=["cancelled", "uncollectable"]) | (~Q(closing_reason="") & Q(closing_act__isnull=False)),
                name="recovery_ended_by_act",
            ),
            models.CheckConstraint(
                condition=Q(state="cancelled", closing_kind__in=list(states.CANCELLINGS)) | (~Q(state="cancelled") & Q(closing_kind="")),
                name="recovery_cancelled_says_how",
            ),
            models.CheckConstraint(
                condition=~Q(state="in_default") | Q(defaulted_at__isnull=False), name="recovery_default_is_dated"
            ),
        ]  # fmt: skip
        triggers = [pgtrigger.Protect(name="kept", operation=pgtrigger.Delete), COLLECTOR_STAYS]

    def __str__(self) -> str:
        return f"recupero {self.pk}"

    @property
    def closing(self) -> Bilingual:
        return Bilingual(self.closing_reason, self.closing_reason_en)

    @property
    def state_label(self) -> Bilingual:
        return states.RECOVERIES[self.state]

    @property
    def closing_label(self) -> Bilingual:
        return states.CANCELLINGS.get(self.closing_kind, Bilingual("", ""))

    @property
    def capital_left(self) -> Decimal:
        return self.principal - self.capital_in


class InstalmentPlan(models.Model):
    """A plan of instalments that the enterprise asks for, granted or refused by the office."""

    recovery = models.ForeignKey(Recovery, on_delete=models.PROTECT, related_name="plans")
    count = models.PositiveSmallIntegerField()
    months = models.PositiveSmallIntegerField(default=1, help_text="between one and the next")
    why = models.TextField()
    state = models.CharField(max_length=8, choices=states.choices(states.ANSWERS), default=states.ASKED)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    answer = models.TextField(blank=True)
    answer_en = models.TextField(blank=True, help_text="of the system; empty: a person’s words, as they wrote them")
    first_due = models.DateField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["recovery"], condition=Q(state="asked"), name="instalment_plan_one_asked"),
            models.UniqueConstraint(fields=["recovery"], condition=Q(state="granted"), name="instalment_plan_one_granted"),
            models.CheckConstraint(
                condition=Q(count__gte=2, months__gte=1, months__lte=12) & ~Q(why=""), name="instalment_plan_makes_sense"
            ),
            models.CheckConstraint(
                condition=Q(state="asked", answered_at__isnull=True, first_due__isnull=True)
                | Q(state="granted", answered_at__isnull=False, first_due__isnull=False)
                | (Q(state="refused", answered_at__isnull=False, first_due__isnull=True) & ~Q(answer="")),
                name="instalment_plan_answer_is_dated",
            ),
        ]  # fmt: skip
        triggers = [pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.count} × {self.months}"

    @property
    def answered(self) -> Bilingual:
        return Bilingual(self.answer, self.answer_en)

    @property
    def state_label(self) -> Bilingual:
        return states.ANSWERS[self.state]


class Instalment(models.Model):
    """What is due of a recovery on a day: ``amount = capital + interest``. Received a bit at a time, its interest comes first (art. 1194
    c.c.). Its interest is lowered when capital comes before the day. ``replaced`` when the whole fell due. ``number`` is its own among all
    of the recovery; people call it by its ``place`` in what was granted with it."""

    recovery_id: int

    recovery = models.ForeignKey(Recovery, on_delete=models.PROTECT, related_name="instalments")
    plan = models.ForeignKey(
        InstalmentPlan, null=True, blank=True, on_delete=models.PROTECT, related_name="instalments"
    )
    kind = models.CharField(max_length=8, choices=states.choices(states.INSTALMENT_KINDS), default=states.ORDINARY)
    number = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    capital = models.DecimalField(max_digits=15, decimal_places=2)
    interest = models.DecimalField(max_digits=15, decimal_places=2)
    amount = models.DecimalField(max_digits=15, decimal_places=2)
    is_provisional = models.BooleanField(default=False, help_text="the rate of its last year is not known yet")
    received = models.DecimalField(max_digits=15, decimal_places=2, default=0)
    state = models.CharField(max_length=8, choices=states.choices(states.INSTALMENTS), default=states.DUE)
    paid_on = models.DateField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True, help_text="told that it was missed")

    class Meta:
        ordering = ["recovery", "number"]
        indexes = [models.Index(fields=["due_on"], condition=Q(state="due"), name="instalment_by_day")]
        constraints = [
            models.UniqueConstraint(fields=["recovery", "number"], name="instalment_number_once"),
            models.CheckConstraint(condition=Q(state__in=list(states.INSTALMENTS)), name="instalment_known_state"),
            models.CheckConstraint(
                condition=Q(capital__gte=0, interest__gte=0, amount__gt=0, amount=F("capital") + F("interest")),
                name="instalment_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(state="paid", received=F("amount"), paid_on__isnull=False)
                | (~Q(state="paid") & Q(received__gte=0, received__lt=F("amount"), paid_on__isnull=True)),
                name="instalment_paid_is_whole",
            ),
        ]
        triggers = [pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.recovery_id}/{self.number}"

    @property
    def state_label(self) -> Bilingual:
        return states.INSTALMENTS[self.state]

    @property
    def place(self) -> int:
        """First, second… of its plan; the whole, when it was not divided, is the first. One query, of a plan."""
        if self.plan_id is None:
            return 1
        first = Instalment.objects.filter(plan=self.plan_id).aggregate(first=Min("number"))["first"]
        return self.number - int(first) + 1

    @property
    def left(self) -> Decimal:
        return self.amount - self.received if self.state == states.DUE else ZERO


def places_of(rows: Sequence[Instalment]) -> dict[int, int]:
    """The ``place`` of each of these, by its key, where they are all of their recovery, or of their plan. No query."""
    first: dict[int | None, int] = {}
    for row in rows:
        first[row.plan_id] = min(first.get(row.plan_id, row.number), row.number)
    return {row.pk: 1 if row.plan_id is None else row.number - first[row.plan_id] + 1 for row in rows}


class Incoming(models.Model):
    """Money that came in for a recovery: ``amount = capital + interest + excess``; ``excess`` is more than was owed, to be given back.
    ``interest`` is below zero where interest paid before its day is capital now. ``spared`` is the interest asked for days that were not
    over when it came: it is owed no more. Never changed; ``reference`` is that of the treasury, of pagoPA (IUR) or of the payment it
    was set off against."""

    recovery_id: int

    recovery = models.ForeignKey(Recovery, on_delete=models.PROTECT, related_name="incomings")
    source = models.CharField(max_length=10, choices=states.choices(states.SOURCES))
    reference = models.CharField(max_length=120)
    on = models.DateField(help_text="the day of the money")
    amount = models.DecimalField(max_digits=15, decimal_places=2)
    capital = models.DecimalField(max_digits=15, decimal_places=2)
    interest = models.DecimalField(max_digits=15, decimal_places=2)
    excess = models.DecimalField(max_digits=15, decimal_places=2, default=0)
    spared = models.DecimalField(
        max_digits=15, decimal_places=2, default=0, help_text="interest of days that were not over: owed no more"
    )
    movement = models.OneToOneField(
        "programme.Movement", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    told = models.OneToOneField(
        "controls.ToldIncoming", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="what a person said, and another confirmed; none: pagoPA, or the system",
    )  # fmt: skip

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["source", "reference"], name="incoming_once"),
            models.CheckConstraint(
                condition=Q(amount__gt=0, capital__gte=0, excess__gte=0, spared__gte=0)
                & Q(amount=F("capital") + F("interest") + F("excess"))
                & ~Q(reference=""),
                name="incoming_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(capital=0, movement__isnull=True) | Q(capital__gt=0, movement__isnull=False),
                name="incoming_capital_is_on_the_budget",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            counted_once_confirmed("recovery"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.reference}"

    @property
    def source_label(self) -> Bilingual:
        return states.SOURCES[self.source]
