"""The annulment of a revocation in self-protection (annullamento d’ufficio)."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from levante.controls import states
from levante.kernel.pure import Bilingual

_BACK = [states.RETURNED, states.EFFECTIVE]


class Annulment(models.Model):
    """A revocation in effect is annulled by another act (art. 21-nonies L. 241/1990): on which ground, with which public interest, how the
    interests at stake were weighed and, past the months of the law (``last_day``, ``parameters``), why the time is still reasonable.
    ``effects`` is what the act did, frozen; ``stop_reason`` why, the act being back, it could not."""

    revocation_id: int
    proposed_by_id: int | None

    revocation = models.ForeignKey("controls.Revocation", on_delete=models.PROTECT, related_name="annulments")
    state = models.CharField(max_length=20, choices=states.choices(states.ANNULMENTS), default=states.PROPOSED)
    basis = models.CharField(max_length=8, choices=states.choices(states.BASES))
    grounds = models.TextField()
    interest = models.TextField(help_text="the public interest, and the interests at stake as they were weighed")
    last_day = models.DateField(help_text="the last of the months of the law")
    late_reason = models.TextField(blank=True, help_text="why the time is still reasonable after that day")
    parameters = models.JSONField(default=list)
    document = models.ForeignKey(
        "documents.GeneratedDocument", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    request = models.OneToOneField(
        "exchange.ExternalRequest", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    number = models.CharField(max_length=40, blank=True)
    act_date = models.DateField(null=True, blank=True)
    programme_act = models.ForeignKey(
        "programme.Act", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    stop_reason_it = models.TextField(blank=True)
    stop_reason_en = models.TextField(blank=True)
    effects = models.JSONField(null=True, blank=True)
    effective_at = models.DateTimeField(null=True, blank=True)
    closing_reason = models.TextField(blank=True, help_text="of one that was given up")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["revocation"], condition=~Q(state=states.GIVEN_UP), name="annulment_one_of_a_revocation"
            ),
            models.CheckConstraint(
                condition=Q(state__in=list(states.ANNULMENTS), basis__in=list(states.BASES)) & ~Q(grounds="") & ~Q(interest=""),
                name="annulment_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "given_up"])
                | Q(sent_at__isnull=False, request__isnull=False, document__isnull=False),
                name="annulment_sent_is_dated",
            ),
            models.CheckConstraint(
                condition=Q(sent_by__isnull=True) | ~Q(sent_by=F("proposed_by")), name="annulment_two_persons"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=_BACK)
                | (Q(act_date__isnull=False, programme_act__isnull=False) & ~Q(number="")),
                name="annulment_act_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(state="effective", effects__isnull=False, effective_at__isnull=False)
                | (~Q(state="effective") & Q(effects__isnull=True, effective_at__isnull=True)),
                name="annulment_effect_is_frozen",
            ),
            models.CheckConstraint(
                condition=Q(stop_reason_it="") | Q(state__in=["act_returned", "given_up"]), name="annulment_stop_when_returned"
            ),
            models.CheckConstraint(
                condition=Q(state="given_up") & ~Q(closing_reason="") | ~Q(state="given_up") & Q(closing_reason=""),
                name="annulment_given_up_says_why",
            ),
        ]  # fmt: skip
        triggers = [pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.number}/{self.act_date.year}" if self.number and self.act_date else f"annullamento {self.pk}"

    @property
    def state_label(self) -> Bilingual:
        return states.ANNULMENTS[self.state]

    @property
    def basis_label(self) -> Bilingual:
        return states.BASES[self.basis]

    @property
    def stop_reason(self) -> Bilingual:
        return Bilingual(self.stop_reason_it, self.stop_reason_en)
