"""The results that a project reached, beside those that its application promised: told by the enterprise, checked by an officer."""

from decimal import Decimal
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from levante.calls.api import moment_words, result_words
from levante.claims import result_states as states
from levante.grants.api import Award
from levante.kernel.api import Actor
from levante.kernel.pure import Bilingual


class ResultReportQuerySet(models.QuerySet["ResultReport"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those of the awards that the actor sees; of what an enterprise is still writing the office sees that it is expected."""
        return self.filter(claim__award__in=Award.objects.visible_to(actor))


class ResultReport(models.Model):
    """What a project reached, told at one moment: with its last claim (``months`` 0), or so many months after the project.

    ``planned`` until the day it is asked (``opens_on``), ``open`` while the enterprise has to tell (by ``due_on``; what goes with a claim
    has the term of the claim), ``sent`` and registered, ``checked`` by an officer; ``dropped`` when the claim was not granted or the award
    was revoked. Sent back, it is open again.
    """

    claim_id: int
    values: Any

    claim = models.ForeignKey("claims.Claim", on_delete=models.PROTECT, related_name="results")
    months = models.PositiveSmallIntegerField(help_text="after the project; 0: with the last claim")
    state = models.CharField(max_length=8, choices=states.choices(states.STATES), default=states.OPEN)
    opens_on = models.DateField(null=True, blank=True, help_text="the day on which it is asked")
    due_on = models.DateField(null=True, blank=True, help_text="the last day to tell it")
    steps = models.JSONField(default=list, blank=True, help_text="how the days were reckoned")
    reminded_on = models.DateField(null=True, blank=True)
    late_on = models.DateField(null=True, blank=True, help_text="the day the office was told that it is late")
    register_number = models.CharField(max_length=32, null=True, blank=True, unique=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    returned = models.PositiveSmallIntegerField(default=0, help_text="how many times it was sent back")
    reason = models.TextField(blank=True, help_text="why it was sent back")
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = ResultReportQuerySet.as_manager()

    class Meta:
        ordering = ["claim_id", "months"]
        indexes = [models.Index(fields=["state", "due_on"], name="result_report_by_state")]
        constraints = [
            models.UniqueConstraint(fields=["claim", "months"], name="result_report_once"),
            models.CheckConstraint(condition=Q(state__in=list(states.STATES)), name="result_report_known_state"),
            models.CheckConstraint(
                condition=Q(months=0) & ~Q(state="planned") | Q(months__gt=0, opens_on__isnull=False),
                name="result_report_later_has_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(state="open", months__gt=0) | Q(due_on__isnull=False), name="result_report_open_has_a_term"
            ),
            models.CheckConstraint(
                condition=Q(state__in=states.TOLD, sent_at__isnull=False)
                | Q(state="dropped")
                | (Q(state__in=["planned", "open"]) & Q(sent_at__isnull=True)),
                name="result_report_sent_is_dated",
            ),
            models.CheckConstraint(
                condition=Q(state="checked", checked_at__isnull=False)
                | Q(state="dropped")
                | (~Q(state="checked") & Q(checked_at__isnull=True)),
                name="result_report_check_is_dated",
            ),
        ]

    def __str__(self) -> str:
        return self.register_number or f"results {self.pk}"

    @property
    def state_label(self) -> Bilingual:
        return states.STATES[self.state]

    @property
    def moment(self) -> Bilingual:
        return moment_words(self.months)


class ResultValue(models.Model):
    """One result: its definition as the call had it, what was promised, what was reached, and what the officer said of it.

    ``definition`` is ``{it, en, unit?, kind}``. Numbers and amounts in euro are in ``promised`` and ``reached``; what is told in words in
    ``promised_text`` and ``text``.
    """

    report = models.ForeignKey(ResultReport, on_delete=models.CASCADE, related_name="values")
    code = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField(default=0)
    definition = models.JSONField()
    promised = models.DecimalField(max_digits=20, decimal_places=2, null=True, blank=True)
    promised_text = models.TextField(blank=True)
    reached = models.DecimalField(max_digits=20, decimal_places=2, null=True, blank=True)
    text = models.TextField(blank=True)
    is_confirmed = models.BooleanField(null=True, blank=True)
    note = models.TextField(blank=True, help_text="of the officer who does not confirm it")

    class Meta:
        ordering = ["report_id", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["report", "code"], name="result_value_once"),
            models.CheckConstraint(
                condition=Q(is_confirmed__isnull=True) | Q(reached__isnull=False) | ~Q(text=""),
                name="result_value_judged_was_told",
            ),
            models.CheckConstraint(
                condition=Q(is_confirmed__isnull=True) | Q(is_confirmed=True) | ~Q(note=""),
                name="result_value_doubt_says_why",
            ),
            models.CheckConstraint(
                condition=Q(reached__isnull=True) | Q(text=""), name="result_value_number_or_words"
            ),
        ]  # fmt: skip
        triggers = [
            pgtrigger.Protect(
                name="promise_stays",
                operation=pgtrigger.UpdateOf("definition", "promised", "promised_text", "code"),  # type: ignore[no-untyped-call]
            )
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.code}"

    @property
    def kind(self) -> str:
        return str(self.definition["kind"])

    @property
    def label(self) -> Bilingual:
        """What is measured, with its unit."""
        told, unit = self.definition, self.definition.get("unit")
        if not unit:
            return Bilingual(told["it"], told["en"])
        return Bilingual(f"{told['it']} ({unit['it']})", f"{told['en']} ({unit['en']})")

    @property
    def promise(self) -> Decimal | str | None:
        """What the application promised, if it did."""
        return self.promised if self.promised is not None else self.promised_text or None

    @property
    def told(self) -> Decimal | str | None:
        """What was reached, or nothing yet."""
        return self.text or None if self.kind == "text" else self.reached

    @property
    def told_words(self) -> Bilingual | None:
        """What was reached, as people read it."""
        return result_words(self.told, self.kind)

    @property
    def promise_words(self) -> Bilingual | None:
        """What was promised, as people read it."""
        return result_words(self.promise, self.kind)
