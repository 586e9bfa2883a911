"""The act that brings an award down to what an approved variation leaves, or to what the last claim earned."""

from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from levante.claims import carrying_states as states
from levante.grants.api import Award
from levante.kernel.api import Actor
from levante.kernel.pure import Bilingual


class ReductionQuerySet(models.QuerySet["Reduction"]):
    def visible_to(self, actor: Actor) -> Self:
        seen = Award.objects.visible_to(actor)
        return self.filter(Q(variation__award__in=seen) | Q(claim__award__in=seen))


class Reduction(models.Model):
    """The reduction of an award by an act that is not a revocation: after a ``variation``, by which the enterprise asked for a lower plan
    and the office approved it; or after the last ``claim``, which earned less than was awarded (``grounds`` says why; the enterprise was
    told when its review was closed).

    ``drafted`` by an officer, signed and sent by the director, who is not the officer; ``returned`` with number and date, and stopped with
    its reason while it cannot have effect; ``effective``. Refused by the system of acts, it is a draft again. A draft, or one that came
    back, is ``given_up`` with a reason: by an officer, or by itself when the award is that low already; another may be drafted then. So may
    another after one that had effect: of a claim that was reviewed again and earned less still, of a plan once an annulled revocation
    brought the award up again.
    """

    drafted_by_id: int | None
    variation_id: int | None
    claim_id: int | None

    variation = models.ForeignKey(
        "claims.Variation", null=True, blank=True, on_delete=models.PROTECT, related_name="reductions"
    )
    claim = models.ForeignKey(
        "claims.Claim", null=True, blank=True, on_delete=models.PROTECT, related_name="reductions"
    )
    grounds = models.TextField(blank=True, help_text="of one after the last claim: why, as the act says it")
    state = models.CharField(max_length=10, choices=states.choices(states.REDUCTIONS), default=states.DRAFTED)
    amount_before = models.DecimalField(max_digits=15, decimal_places=2)
    amount_after = models.DecimalField(max_digits=15, decimal_places=2)
    document = models.ForeignKey("documents.GeneratedDocument", on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
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
    stop_reason_it = models.TextField(
        blank=True, help_text="why it has no effect yet, or why the system of acts refused it"
    )
    stop_reason_en = models.TextField(blank=True)
    effective_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)
    given_up_reason = models.TextField(blank=True)
    given_up_reason_en = models.TextField(blank=True, help_text="empty: the words of a person, as they wrote them")

    objects = ReductionQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(states.REDUCTIONS)), name="reduction_known_state"),
            models.CheckConstraint(
                condition=Q(amount_after__gt=0, amount_after__lt=F("amount_before")), name="reduction_amounts"
            ),
            models.CheckConstraint(
                condition=Q(variation__isnull=False, claim__isnull=True, grounds="")
                | (Q(variation__isnull=True, claim__isnull=False) & ~Q(grounds="")),
                name="reduction_of_one_thing",
            ),
            models.UniqueConstraint(
                fields=["variation"],
                condition=Q(state__in=["drafted", "sent", "returned"]),
                name="reduction_one_of_a_variation",
            ),
            models.UniqueConstraint(
                fields=["claim"],
                condition=Q(state__in=["drafted", "sent", "returned"]),
                name="reduction_one_of_a_claim",
            ),
            models.CheckConstraint(
                condition=(Q(state__in=["drafted", "given_up"]) & Q(sent_at__isnull=True, request__isnull=True))
                | (~Q(state="drafted") & Q(sent_at__isnull=False, request__isnull=False)),
                name="reduction_sent_is_dated",
            ),
            models.CheckConstraint(
                condition=Q(sent_by__isnull=True) | ~Q(sent_by=F("drafted_by")), name="reduction_two_persons"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["returned", "effective"], act_date__isnull=False, programme_act__isnull=False)
                & ~Q(number="")
                | Q(state="given_up", sent_at__isnull=False, act_date__isnull=False, programme_act__isnull=False)
                & ~Q(number="")
                | (
                    ~Q(state__in=["returned", "effective"])
                    & Q(act_date__isnull=True, programme_act__isnull=True, number="")
                ),
                name="reduction_act_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(state="effective", effective_at__isnull=False, stop_reason_it="")
                | (~Q(state="effective") & Q(effective_at__isnull=True)),
                name="reduction_effect_is_dated",
            ),
            models.CheckConstraint(
                condition=(Q(state="given_up", given_up_at__isnull=False) & ~Q(given_up_reason=""))
                | (~Q(state="given_up") & Q(given_up_at__isnull=True, given_up_reason="")),
                name="reduction_given_up_says_why",
            ),
        ]
        triggers = [pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.number}/{self.act_date.year}" if self.number and self.act_date else f"riduzione {self.pk}"

    @property
    def award(self) -> Award:
        of = self.variation or self.claim
        assert of is not None, "the database has one of the two"
        return of.award

    @property
    def state_label(self) -> Bilingual:
        return states.REDUCTIONS[self.state]

    @property
    def stop_reason(self) -> Bilingual:
        return Bilingual(self.stop_reason_it, self.stop_reason_en)

    @property
    def why_given_up(self) -> Bilingual:
        return Bilingual(self.given_up_reason, self.given_up_reason_en or self.given_up_reason)


class KeptAward(models.Model):
    """The office leaves an award as it is, though its last claim earned less: for this reason. An act may be drafted later all the same."""

    claim = models.ForeignKey("claims.Claim", on_delete=models.PROTECT, related_name="kept_awards")
    awarded = models.DecimalField(max_digits=15, decimal_places=2)
    earned = models.DecimalField(max_digits=15, decimal_places=2)
    reason = models.TextField()
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(earned__gte=0, earned__lt=F("awarded")) & ~Q(reason=""), name="kept_award_says_why"
            ),
            models.UniqueConstraint(fields=["claim", "earned"], name="kept_award_once"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.earned}/{self.awarded}"
