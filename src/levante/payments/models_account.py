"""The accounts of enterprises, and the papers about them that a payment wants."""

from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from levante.identity.api import roles
from levante.kernel.api import Actor
from levante.kernel.pure import Bilingual
from levante.payments import states
from levante.payments.paying import bodies_of, managed_by

#: Who reads accounts and papers at the desk.
READERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.FINANCE, roles.AUDITOR)


def _of_enterprise(actor: Actor) -> Q | None:
    """The Section's people who examine, pay and audit see all; those of an agency that pays, of whom it awarded; an enterprise its own;
    ``None``: nothing."""
    if actor.in_section(*READERS):
        return Q()
    bodies = bodies_of(actor, *READERS)
    if bodies:
        return Q(enterprise__awards__act__call__office__in=managed_by(bodies).order_by().values("pk"))
    if actor.enterprise_id is not None and "read" in actor.scopes:
        return Q(enterprise_id=actor.enterprise_id)
    return None


class AccountQuerySet(models.QuerySet["BankAccount"]):
    def visible_to(self, actor: Actor) -> Self:
        seen = _of_enterprise(actor)
        return (
            self.none() if seen is None else self.filter(pk__in=self.model.objects.filter(seen).order_by().values("pk"))
        )

    def usable(self) -> Self:
        """Neither refused by the office nor found wrong by the bank."""
        return self.filter(refused_at__isnull=True, failed_at__isnull=True)


def _person(**more: Any) -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", **more
    )


class BankAccount(models.Model):
    """An account that an enterprise declared to be paid on. Never deleted and never changed: another is declared in its place, and the
    last usable one counts.

    ``in_name`` is what who verified it found: that it is in the enterprise's name. ``second_by`` is another person, who verified it
    again because it took another's place on the eve of a payment. ``failed_at``: the bank said that it is wrong.
    """

    enterprise_id: int
    verified_by_id: int | None
    second_by_id: int | None

    enterprise = models.ForeignKey("parties.Enterprise", on_delete=models.PROTECT, related_name="bank_accounts")
    iban = models.CharField("IBAN", max_length=34)
    holder = models.CharField(max_length=140)
    evidence = models.ForeignKey(
        "documents.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    replaces = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    declared_at = models.DateTimeField()
    declared_by = _person()
    in_name = models.BooleanField(null=True, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = _person()
    verified_how = models.CharField(max_length=500, blank=True)
    second_at = models.DateTimeField(null=True, blank=True)
    second_by = _person()
    refused_at = models.DateTimeField(null=True, blank=True)
    refused_why = models.CharField(max_length=500, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    failed_why_it = models.CharField(max_length=500, blank=True)
    failed_why_en = models.CharField(max_length=500, blank=True)

    objects = AccountQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["enterprise", "-id"], name="account_of_enterprise")]
        constraints = [
            models.CheckConstraint(condition=~Q(iban="") & ~Q(holder=""), name="account_is_whole"),
            models.CheckConstraint(
                condition=Q(verified_at__isnull=True, verified_by__isnull=True, in_name__isnull=True)
                | (Q(verified_at__isnull=False, verified_by__isnull=False, in_name=True) & ~Q(verified_how="")),
                name="account_verified_says_how",
            ),
            models.CheckConstraint(
                condition=Q(second_at__isnull=True, second_by__isnull=True)
                | (
                    Q(second_at__isnull=False, second_by__isnull=False, verified_by__isnull=False)
                    & ~Q(second_by=F("verified_by"))
                ),
                name="account_second_is_another",
            ),
            models.CheckConstraint(
                condition=Q(refused_at__isnull=True) | ~Q(refused_why=""), name="account_refused_says_why"
            ),
            models.CheckConstraint(
                condition=Q(failed_at__isnull=True) | ~Q(failed_why_it=""), name="account_failed_says_why"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="never_changes",
                operation=pgtrigger.UpdateOf("iban", "holder", "evidence_id", "declared_at", "declared_by_id"),  # type: ignore[no-untyped-call]
            ),
        ]

    def __str__(self) -> str:
        return f"account {self.pk}"

    @property
    def grouped(self) -> str:
        """The IBAN in groups of four, as people read it."""
        return " ".join(self.iban[place : place + 4] for place in range(0, len(self.iban), 4))

    @property
    def covered(self) -> str:
        """The IBAN with its middle hidden."""
        return f"{self.iban[:4]} •••• {self.iban[-4:]}"

    @property
    def state_label(self) -> Bilingual:
        if self.failed_at is not None:
            return Bilingual("la banca dice che è sbagliato", "the bank says it is wrong")
        if self.refused_at is not None:
            return Bilingual("non accettato", "not accepted")
        if self.verified_at is None:
            return Bilingual("da verificare", "to be verified")
        if self.second_at is not None:
            return Bilingual("verificato da due persone", "verified by two persons")
        return Bilingual("verificato", "verified")


class CheckQuerySet(models.QuerySet["Check"]):
    def visible_to(self, actor: Actor) -> Self:
        seen = _of_enterprise(actor)
        return (
            self.none() if seen is None else self.filter(pk__in=self.model.objects.filter(seen).order_by().values("pk"))
        )


class Check(models.Model):
    """A paper that a payment wants: DURC, visura Deggendorf, anti-mafia information, guarantee, check of art. 48-bis. Never changed:
    of each kind the last one about the enterprise's own tax code counts (of the guarantee, of its award): ``papers_in_force``.

    ``issued_on`` is its day (of the anti-mafia information, the day it was asked); ``valid_until`` the expiry that it prints, never
    reckoned. ``debt`` is what it says is owed; ``amount`` and ``guarantor`` are of a guarantee (of open recoveries ``amount`` is what was
    decided to keep as an offset; ``second_by`` another person, who confirmed that it is less than can be kept, and why).
    """

    enterprise_id: int
    recorded_by_id: int | None
    second_by_id: int | None

    enterprise = models.ForeignKey("parties.Enterprise", on_delete=models.PROTECT, related_name="payment_checks")
    award = models.ForeignKey(
        "grants.Award", null=True, blank=True, on_delete=models.PROTECT, related_name="payment_checks"
    )
    tax_code = models.CharField("codice fiscale", max_length=28, help_text="that it is about, whatever merged since")
    kind = models.CharField(max_length=12, choices=states.choices(states.PAPERS))
    outcome = models.CharField(max_length=10, choices=states.choices(states.OUTCOMES))
    number = models.CharField(max_length=60)
    issued_on = models.DateField()
    released_on = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    debt = models.DecimalField(max_digits=15, decimal_places=2, null=True, blank=True)
    amount = models.DecimalField(max_digits=15, decimal_places=2, null=True, blank=True)
    guarantor = models.CharField(max_length=200, blank=True)
    confirmed = models.BooleanField(default=False, help_text="the guarantor confirmed it")
    document = models.ForeignKey(
        "documents.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    note = models.CharField(max_length=500, blank=True)
    urgent = models.CharField(
        max_length=500, blank=True, help_text="why one goes on without the answer (art. 92(3) D.Lgs. 159/2011)"
    )
    recorded_at = models.DateTimeField()
    recorded_by = _person()
    second_at = models.DateTimeField(null=True, blank=True)
    second_by = _person(help_text="who confirmed that less is kept than can be")
    second_why = models.CharField(max_length=500, blank=True)

    objects = CheckQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["enterprise", "kind", "-id"], name="payment_check_last"),
            models.Index(
                fields=["enterprise"], name="payment_check_barring", condition=Q(kind="antimafia", outcome="not_clear")
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(states.PAPERS)), name="payment_check_known_kind"),
            models.CheckConstraint(condition=Q(outcome__in=list(states.OUTCOMES)), name="payment_check_known_outcome"),
            models.CheckConstraint(condition=~Q(number="") & ~Q(tax_code=""), name="payment_check_is_numbered"),
            models.CheckConstraint(
                condition=(
                    Q(kind="guarantee", award__isnull=False, amount__gt=0, valid_until__isnull=False) & ~Q(guarantor="")
                )
                | (~Q(kind="guarantee") & Q(guarantor="", confirmed=False)),
                name="payment_check_guarantee_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(kind="durc") | Q(valid_until__isnull=False), name="payment_check_durc_prints_its_expiry"
            ),
            models.CheckConstraint(
                condition=Q(kind="antimafia") | Q(released_on__isnull=True), name="payment_check_released"
            ),
            models.CheckConstraint(
                condition=~Q(outcome="waiting") | Q(kind="antimafia", released_on__isnull=True),
                name="payment_check_waiting",
            ),
            models.CheckConstraint(
                condition=Q(urgent="") | Q(kind="antimafia", outcome="waiting"), name="payment_check_urgent"
            ),
            models.CheckConstraint(condition=Q(debt__isnull=True) | Q(debt__gt=0), name="payment_check_debt"),
            models.CheckConstraint(
                condition=Q(amount__isnull=True)
                | Q(kind="guarantee")
                | Q(kind="recoveries", amount__gte=0, amount__lte=F("debt")),
                name="payment_check_amount",
            ),
            models.CheckConstraint(
                condition=Q(second_at__isnull=True, second_by__isnull=True, second_why="")
                | (
                    Q(kind="recoveries", amount__isnull=False, second_at__isnull=False, second_by__isnull=False)
                    & ~Q(second_why="")
                    & (Q(recorded_by__isnull=True) | ~Q(second_by=F("recorded_by")))
                ),
                name="payment_check_less_kept_by_two",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(  # the enterprise may become another's, in a merge
                name="never_changes",
                operation=pgtrigger.UpdateOf(  # type: ignore[no-untyped-call]
                    "award_id", "tax_code", "kind", "outcome", "number", "issued_on", "released_on", "valid_until", "debt", "amount",
                    "guarantor", "confirmed", "document_id", "note", "urgent", "recorded_at", "recorded_by_id",
                ),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"

    @property
    def kind_label(self) -> Bilingual:
        return states.PAPERS[self.kind]

    @property
    def outcome_label(self) -> Bilingual:
        return states.OUTCOMES[self.outcome]
