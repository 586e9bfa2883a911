"""An export win: expected by year, realised by year with its source, attributed in shares that make 100 %, confirmed by the customer."""

from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from levante.identity.api import roles
from levante.initiatives.api import Initiative
from levante.kernel.api import Actor
from levante.wins import states
from levante.wins.states import choices

#: Those of the Section who read wins.
READERS = (*roles.SECTION_ROLES, roles.AUDITOR)

#: Looked at when the transaction ends, so that shares can be exchanged inside it.
_WHOLE = """
    IF EXISTS (
        SELECT 1 FROM wins_win AS w
         WHERE w.id IN ({ids})
           AND (SELECT COALESCE(SUM(s.percent), 0) FROM wins_winshare AS s WHERE s.win_id = w.id) <> 100
    ) THEN
        RAISE EXCEPTION 'pgtrigger: the shares of a win do not make 100';
    END IF;
    RETURN NULL;
"""


class WinQuerySet(models.QuerySet["Win"]):
    def visible_to(self, actor: Actor) -> Self:
        """The enterprise's own; all for the Section; for an agency, those with a share of an initiative it leads."""
        if actor.in_section(*READERS):
            return self
        seen: Any = Q(pk__in=[])
        if actor.has_role(roles.AGENCY_STAFF):
            led = Initiative.objects.filter(lead_office__code__in=actor.offices)
            seen |= Q(pk__in=WinShare.objects.filter(initiative__in=led.values("pk")).values("win_id"))
        if actor.enterprise_id is not None and "read" in actor.scopes:
            seen |= Q(enterprise_id=actor.enterprise_id)
        return self.filter(seen)


class Win(models.Model):
    """What an enterprise won abroad with help: a contract, a sale, an agreement to invest. It counts once the customer confirms it, by
    ``confirm_by`` (the term in force on the day it was won); after that day it stays told and does not count.

    ``anyway`` and ``sooner``: would it have happened without help, and does it come sooner with it? ``without_help`` is the share, per
    cent, that the enterprise says it would have had anyway.
    """

    enterprise_id: int
    buyer_id: int | None

    enterprise = models.ForeignKey("parties.Enterprise", on_delete=models.PROTECT, related_name="wins")
    what = models.CharField(max_length=300)
    customer = models.CharField(max_length=300, help_text="its name on the day it was told")
    buyer = models.ForeignKey(
        "parties.Buyer", null=True, blank=True, on_delete=models.PROTECT, related_name="wins",
        help_text="the customer, when it is a buyer that the enterprise met",
    )  # fmt: skip
    country = models.ForeignKey("parties.Country", on_delete=models.PROTECT, related_name="+")
    confidential = models.BooleanField(default=False, help_text="the name of the customer is not shown in lists")
    kind = models.CharField(max_length=10, choices=choices(states.KINDS))
    matter = models.CharField(max_length=8, choices=choices(states.MATTERS))
    sector = models.ForeignKey("programme.Sector", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    won_on = models.DateField()
    confirm_by = models.DateField(help_text="last day on which the customer can confirm")
    state = models.CharField(max_length=9, choices=choices(states.STATES), default=states.TOLD)
    anyway = models.CharField(max_length=7, choices=choices(states.ANSWERS), default=states.UNKNOWN)
    sooner = models.CharField(max_length=7, choices=choices(states.ANSWERS), default=states.UNKNOWN)
    without_help = models.PositiveSmallIntegerField(help_text="per cent")
    told_at = models.DateTimeField()
    told_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True, help_text="confirmed, denied, lapsed or withdrawn")

    objects = WinQuerySet.as_manager()

    class Meta:
        ordering = ["-won_on", "-id"]
        indexes = [models.Index(fields=["confirm_by"], condition=Q(state__in=["told", "asked"]), name="win_by_term")]
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise", "customer", "won_on", "kind", "what"],
                condition=~Q(state="withdrawn"),
                name="win_told_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=list(states.STATES), kind__in=list(states.KINDS), matter__in=list(states.MATTERS))
                & Q(anyway__in=list(states.ANSWERS), sooner__in=list(states.ANSWERS)),
                name="win_known_words",
            ),
            models.CheckConstraint(condition=~Q(what="") & ~Q(customer=""), name="win_says_what"),
            models.CheckConstraint(condition=Q(without_help__lte=100), name="win_without_help"),
            models.CheckConstraint(condition=Q(confirm_by__gte=models.F("won_on")), name="win_term"),
            models.CheckConstraint(
                condition=Q(state__in=["told", "asked"], closed_at__isnull=True)
                | (~Q(state__in=["told", "asked"]) & Q(closed_at__isnull=False)),
                name="win_end_is_dated",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="attributed_whole",
                operation=pgtrigger.Insert,
                when=pgtrigger.After,
                timing=pgtrigger.Deferred,
                func=_WHOLE.format(ids="NEW.id"),
            ),
        ]

    def __str__(self) -> str:
        return f"win {self.pk}"


class WinShare(models.Model):
    """The part of a win, per cent, attributed to an initiative or to an award: the parts of a win make 100 (looked at by the database)."""

    win = models.ForeignKey(Win, on_delete=models.PROTECT, related_name="shares")
    initiative = models.ForeignKey(
        "initiatives.Initiative", null=True, blank=True, on_delete=models.PROTECT, related_name="win_shares"
    )
    award = models.ForeignKey(
        "grants.Award", null=True, blank=True, on_delete=models.PROTECT, related_name="win_shares"
    )
    percent = models.DecimalField(max_digits=5, decimal_places=2)

    initiative_id: int | None
    award_id: int | None
    objects: Any

    class Meta:
        ordering = ["win", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(percent__gt=0, percent__lte=100), name="win_share_percent"),
            models.CheckConstraint(
                condition=Q(initiative__isnull=False, award__isnull=True)
                | Q(initiative__isnull=True, award__isnull=False),
                name="win_share_of_one",
            ),
            models.UniqueConstraint(fields=["win", "initiative"], name="win_share_initiative_once"),
            models.UniqueConstraint(fields=["win", "award"], name="win_share_award_once"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="attributed_whole",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.After,
                timing=pgtrigger.Deferred,
                func=_WHOLE.format(ids="NEW.win_id, OLD.win_id"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.percent} % of win {self.win_id}"  # type: ignore[attr-defined]


class WinYear(models.Model):
    """Euro expected in one of the five years: announced, never added to what is realised."""

    win = models.ForeignKey(Win, on_delete=models.PROTECT, related_name="years")
    year = models.PositiveSmallIntegerField()
    expected = models.DecimalField(max_digits=15, decimal_places=2)

    objects: Any

    class Meta:
        ordering = ["win", "year"]
        constraints = [
            models.UniqueConstraint(fields=["win", "year"], name="win_year_once"),
            models.CheckConstraint(condition=Q(year__in=states.YEARS, expected__gt=0), name="win_year_amount"),
        ]

    def __str__(self) -> str:
        return f"year {self.year}"


class WinRealised(models.Model):
    """Euro invoiced or collected in one of the five years, with the document that says so. Written again, it is put right."""

    win = models.ForeignKey(Win, on_delete=models.PROTECT, related_name="realised")
    year = models.PositiveSmallIntegerField()
    amount = models.DecimalField(max_digits=15, decimal_places=2)
    source = models.CharField(max_length=300)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects: Any

    class Meta:
        ordering = ["win", "year"]
        constraints = [
            models.UniqueConstraint(fields=["win", "year"], name="win_realised_once"),
            models.CheckConstraint(
                condition=Q(year__in=states.YEARS, amount__gte=0) & ~Q(source=""), name="win_realised_amount"
            ),
        ]

    def __str__(self) -> str:
        return f"year {self.year}"


class CustomerAskQuerySet(models.QuerySet["CustomerAsk"]):
    def visible_to(self, actor: Actor) -> Self:
        """As its win."""
        return self.filter(win__in=Win.objects.visible_to(actor).values("pk"))


class CustomerAsk(models.Model):
    """A link with which the customer confirms a win or does not, once; with another it answers again, when what it answered on was
    corrected. Only the digest of its secret is kept; one is alive for each win."""

    win = models.ForeignKey(Win, on_delete=models.PROTECT, related_name="asks")
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the secret, in hexadecimal")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    expires_on = models.DateField(help_text="last day it answers")
    ended_at = models.DateTimeField(null=True, blank=True, help_text="used, replaced or expired")
    answer = models.CharField(max_length=3, blank=True, choices=[("yes", "yes"), ("no", "no")])
    rating = models.PositiveSmallIntegerField(null=True, blank=True, help_text="of the enterprise, 1 to 5")
    comment = models.CharField(max_length=2000, blank=True)
    superseded_at = models.DateTimeField(
        null=True, blank=True, help_text="the win was corrected after this answer, which holds no more"
    )

    win_id: int
    objects = CustomerAskQuerySet.as_manager()

    class Meta:
        ordering = ["win", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["win"], condition=Q(ended_at__isnull=True), name="win_one_link_alive"),
            models.UniqueConstraint(
                fields=["win"], condition=~Q(answer="") & Q(superseded_at__isnull=True), name="win_answered_once"
            ),
            models.CheckConstraint(
                condition=Q(superseded_at__isnull=True) | ~Q(answer=""), name="win_superseded_answer"
            ),
            models.CheckConstraint(
                condition=Q(answer="", rating__isnull=True, comment="")
                | Q(answer__in=["yes", "no"], ended_at__isnull=False, rating__gte=1, rating__lte=5),
                name="win_answer_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"ask {self.pk}"
