"""Initiatives abroad and at home, of whichever direction: fairs and their editions, initiatives, interest of enterprises."""

from datetime import date, datetime
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from levante.identity.api import roles
from levante.initiatives import states
from levante.initiatives.models_fair import Fair, FairEdition
from levante.initiatives.states import choices
from levante.kernel.api import Actor, now, today
from levante.kernel.pure import Bilingual
from levante.programme.api import vocabulary

__all__ = ["BuyerInterest", "ExpressionOfInterest", "Fair", "FairEdition", "Initiative", "InitiativeStep"]

#: Roles that see, in the Section, what is not public yet.
PLANNERS = (*roles.SECTION_ROLES, roles.AUDITOR)


class InitiativeQuerySet(models.QuerySet["Initiative"]):
    def visible_to(self, actor: Actor) -> Self:
        """The Section sees every initiative, the lead office its own; everybody those that are public."""
        if actor.in_section(*PLANNERS):
            return self
        condition = Q(state__in=states.PUBLIC)
        if actor.has_role(roles.AGENCY_STAFF):
            condition |= Q(lead_office__code__in=actor.offices)
        return self.filter(condition)

    def public(self) -> Self:
        return self.filter(state__in=states.PUBLIC)

    def taking_interest(self, instant: datetime) -> Self:
        """Those an enterprise may express interest in at that instant."""
        return self.filter(state=states.CALLING, opens_at__lte=instant, closes_at__gt=instant)

    def taking_buyers(self, on: date) -> Self:
        """Those a buyer may ask to take part in on a day: public, not over, not begun."""
        return self.filter(open_to_buyers=True, state__in=states.TAKES_BUYERS, starts_on__gt=on)

    def coming(self) -> Self:
        return self.exclude(state=states.CANCELLED).filter(ends_on__gte=today()).order_by("starts_on", "code")

    def with_place(self) -> Self:
        return self.select_related("market", "edition__fair", "edition__country", "lead_office").prefetch_related(
            "sectors"
        )


class Initiative(models.Model):
    """What the Region organises or takes part in: a fair, a mission, incoming buyers; with its money, act and window."""

    code = models.SlugField(max_length=80, unique=True)
    kind = models.CharField(max_length=15, choices=vocabulary.choices(vocabulary.INITIATIVE_KINDS))
    state = models.CharField(max_length=10, choices=choices(states.STATES), default=states.PLANNED)
    title_it = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300)
    summary_it = models.TextField(blank=True)
    summary_en = models.TextField(blank=True)
    direction = models.ForeignKey("programme.Direction", on_delete=models.PROTECT, related_name="initiatives")
    intervention = models.ForeignKey(
        "programme.Intervention", null=True, blank=True, on_delete=models.PROTECT, related_name="organised"
    )
    edition = models.ForeignKey(
        FairEdition, null=True, blank=True, on_delete=models.PROTECT, related_name="initiatives"
    )
    follows = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="the one before it, beside which its results are read; empty: the platform looks for it",
    )  # fmt: skip
    market = models.ForeignKey(
        "parties.Country", on_delete=models.PROTECT, related_name="+", help_text="the market aimed at"
    )
    market_reason_it = models.TextField(blank=True, help_text="why this market")
    market_reason_en = models.TextField(blank=True)
    city = models.CharField(max_length=100, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    sectors = models.ManyToManyField("programme.Sector", blank=True, related_name="initiatives")
    budget_line = models.ForeignKey(
        "programme.BudgetLine", null=True, blank=True, on_delete=models.PROTECT, related_name="initiatives"
    )
    cost = models.DecimalField(
        max_digits=15,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="euro; reserved when planned, committed by the act",
    )
    planning_act = models.ForeignKey(
        "programme.Act",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="the act that puts it in the plan: the reservation cites it",
    )
    act = models.ForeignKey(
        "programme.Act",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="initiatives",
        help_text="the act that approves it: the commitment cites it",
    )
    lead_office = models.ForeignKey("identity.Office", on_delete=models.PROTECT, related_name="+")
    tourism_tie = models.CharField(max_length=10, choices=vocabulary.choices(vocabulary.TOURISM_TIES), default="none")
    places = models.PositiveSmallIntegerField(null=True, blank=True, help_text="enterprises that can take part")
    opens_at = models.DateTimeField(null=True, blank=True, help_text="call for interest, first instant")
    closes_at = models.DateTimeField(null=True, blank=True, help_text="call for interest, first instant after it")
    open_to_buyers = models.BooleanField(default=False, help_text="buyers who sign in may ask to take part")
    qualified_buyers_only = models.BooleanField(
        default=False, help_text="only buyers that the office qualified come to its meetings"
    )
    cancelled_reason = models.CharField(max_length=2000, blank=True)
    cancelled_reason_en = models.CharField(max_length=2000, blank=True, help_text="empty: only one was written")
    cancelled_on = models.DateField(null=True, blank=True, help_text="empty for those cancelled before it was kept")
    cancelled_back = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="per cent of quotas given back: 100 before it begins, by the act once on site"
    )
    demonstration = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    objects = InitiativeQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "code"]
        indexes = [models.Index(fields=["state", "starts_on"], name="initiative_calendar")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(states.STATES)), name="initiative_known_state"),
            models.CheckConstraint(
                condition=Q(kind__in=list(vocabulary.INITIATIVE_KINDS)), name="initiative_known_kind"
            ),
            models.CheckConstraint(
                condition=Q(tourism_tie__in=list(vocabulary.TOURISM_TIES)), name="initiative_known_tourism_tie"
            ),
            models.CheckConstraint(
                condition=Q(cancelled_on__isnull=True, cancelled_back__isnull=True)
                | Q(state="cancelled", cancelled_on__isnull=False, cancelled_back__gte=0, cancelled_back__lte=100),
                name="initiative_cancelled_gives_back",
            ),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="initiative_days"),
            models.CheckConstraint(condition=~Q(follows=F("id")), name="initiative_follows_another"),
            models.CheckConstraint(condition=Q(cost__isnull=True) | Q(cost__gte=0), name="initiative_cost"),
            models.CheckConstraint(
                condition=(Q(state="cancelled") & ~Q(cancelled_reason=""))
                | (~Q(state="cancelled") & Q(cancelled_reason="")),
                name="initiative_cancelled_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["planned", "cancelled"]) | Q(act__isnull=False, budget_line__isnull=False),
                name="initiative_approved_has_act_and_line",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["calling", "closed"]) | Q(opens_at__isnull=False, closes_at__isnull=False),
                name="initiative_calling_has_window",
            ),
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True, closes_at__isnull=True) | Q(closes_at__gt=F("opens_at")),
                name="initiative_window",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="intervention_of_its_direction",
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("direction_id", "intervention_id"),  # type: ignore[no-untyped-call]
                when=pgtrigger.Before,
                condition=pgtrigger.Q(new__intervention__isnull=False),
                func="""
                    IF NOT EXISTS (SELECT 1 FROM programme_intervention AS one
                                    WHERE one.id = NEW.intervention_id AND one.direction_id = NEW.direction_id) THEN
                        RAISE EXCEPTION 'pgtrigger: the intervention is of another direction';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.title_it

    @property
    def cancelled_words(self) -> Bilingual:
        """Why it is cancelled, as people read it; empty while it is not."""
        return Bilingual(self.cancelled_reason, self.cancelled_reason_en or self.cancelled_reason)

    def takes_buyers(self, on: date) -> bool:
        """As ``taking_buyers``."""
        return self.open_to_buyers and self.state in states.TAKES_BUYERS and self.starts_on > on

    def takes_interest(self, instant: datetime | None = None) -> bool:
        """Is the window of the call for interest open at that instant (now, unless told)?"""
        moment = instant or now()
        return (
            self.state == states.CALLING
            and self.opens_at is not None
            and self.closes_at is not None
            and self.opens_at <= moment < self.closes_at
        )

    @property
    def held_in(self) -> Any:
        """The country of its city: that of the fair, else its market; none where the market may come here, or nobody moves."""
        if self.edition is not None:
            return self.edition.country
        return self.market if self.kind in states.GO_THERE else None

    @property
    def is_in_european_union(self) -> bool:
        since, until = self.market.eu_since, self.market.eu_until
        return since is not None and since <= self.starts_on and (until is None or self.starts_on <= until)


class StepQuerySet(models.QuerySet["InitiativeStep"]):
    def visible_to(self, actor: Actor) -> Self:
        """The Section's and the lead office's: the public sees the state alone."""
        if actor.in_section(*PLANNERS):
            return self
        if actor.has_role(roles.AGENCY_STAFF):
            return self.filter(initiative__lead_office__code__in=actor.offices)
        return self.none()


class InitiativeStep(models.Model):
    """A step that an initiative made: when, who made it (the platform by itself, without ``by``), by which act, why. ``left`` is what was
    still to be done when it was concluded all the same: [{it, en}]; then ``reason`` is there. A call for interest closed before its
    published end keeps that end, and has an act and a reason; one that opens again keeps its new end, with a reason. Written once."""

    initiative = models.ForeignKey(Initiative, on_delete=models.PROTECT, related_name="steps")
    name = models.CharField(max_length=10)
    before = models.CharField(max_length=10, choices=choices(states.STATES))
    after = models.CharField(max_length=10, choices=choices(states.STATES))
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # fmt: skip
    act = models.ForeignKey("programme.Act", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=2000, blank=True)
    left: "models.JSONField[Any]" = models.JSONField(default=list, blank=True)
    published_until = models.DateTimeField(
        null=True, blank=True, help_text="when the call was to close, of one that was closed before"
    )
    open_until = models.DateTimeField(
        null=True, blank=True, help_text="until when the call is open again, of one that was closed"
    )

    initiative_id: int
    by_id: int | None
    objects = StepQuerySet.as_manager()

    class Meta:
        ordering = ["initiative", "at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(before__in=list(states.STATES), after__in=list(states.STATES)), name="initiative_step_states"
            ),
            models.CheckConstraint(condition=Q(left=[]) | ~Q(reason=""), name="initiative_step_left_says_why"),
            models.CheckConstraint(condition=~Q(after="cancelled") | ~Q(reason=""), name="initiative_step_cancel_says_why"),
            models.CheckConstraint(
                condition=Q(published_until__isnull=True)
                | Q(name="close", published_until__gt=F("at"), act__isnull=False) & ~Q(reason=""),
                name="initiative_step_closed_early_by_an_act",
            ),
            models.CheckConstraint(
                condition=Q(open_until__isnull=True)
                | Q(name="call", before__in=list(states.CALLS_AGAIN), open_until__gt=F("at")) & ~Q(reason=""),
                name="initiative_step_opened_again_saying_why",
            ),
        ]  # fmt: skip
        triggers = [pgtrigger.Protect(name="kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.initiative_id}: {self.name}"


class InterestQuerySet(models.QuerySet["ExpressionOfInterest"]):
    def visible_to(self, actor: Actor) -> Self:
        """The enterprise's own; for the offices, those of the initiatives they plan or lead."""
        if actor.in_section(*PLANNERS):
            return self
        condition = Q(pk__in=[])
        if actor.has_role(roles.AGENCY_STAFF):
            led = Initiative.objects.filter(pk=OuterRef("initiative_id"), lead_office__code__in=actor.offices)
            condition |= Exists(led)
        if actor.enterprise_id is not None and "read" in actor.scopes:
            condition |= Q(enterprise_id=actor.enterprise_id)
        return self.filter(condition)

    def standing(self) -> Self:
        return self.filter(state=states.EXPRESSED)


class ExpressionOfInterest(models.Model):
    """An enterprise asks to take part in an initiative: one per enterprise, registered, with a copy that never changes."""

    initiative = models.ForeignKey(Initiative, on_delete=models.PROTECT, related_name="interests")
    enterprise = models.ForeignKey("parties.Enterprise", on_delete=models.PROTECT, related_name="interests")
    state = models.CharField(max_length=10, choices=choices(states.INTEREST_STATES), default=states.EXPRESSED)
    way = models.CharField(max_length=10, choices=choices(states.WAYS), default="stand")
    products = models.TextField(help_text="what it would show")
    expectations = models.TextField(blank=True, help_text="whom it would like to meet")
    turn = models.PositiveSmallIntegerField(default=1, help_text="grows each time interest is expressed again")
    number = models.CharField(max_length=32, blank=True, help_text="of the register, for this turn")
    registered_at = models.DateTimeField(null=True, blank=True, help_text="instant of the register")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    frozen: "models.JSONField[Any]" = models.JSONField(help_text="the enterprise as it was")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    initiative_id: int
    enterprise_id: int
    by_id: int | None

    objects = InterestQuerySet.as_manager()

    class Meta:
        ordering = ["initiative", "registered_at", "id"]
        constraints = [
            models.UniqueConstraint(  # looked at when a statement ends: two of firms that merge may change places
                fields=["initiative", "enterprise"],
                name="interest_once_per_enterprise",
                deferrable=models.Deferrable.IMMEDIATE,
            ),
            models.CheckConstraint(condition=Q(state__in=list(states.INTEREST_STATES)), name="interest_known_state"),
            models.CheckConstraint(condition=Q(way__in=list(states.WAYS)), name="interest_known_way"),
            models.CheckConstraint(
                condition=Q(state="withdrawn", withdrawn_at__isnull=False)
                | Q(state="expressed", withdrawn_at__isnull=True),
                name="interest_withdrawal_dated",
            ),
        ]


class BuyerInterestQuerySet(models.QuerySet["BuyerInterest"]):
    def visible_to(self, actor: Actor) -> Self:
        """The buyer's own; for the offices, those of the initiatives they plan or lead."""
        if actor.in_section(*PLANNERS):
            return self
        condition = Q(pk__in=[])
        if actor.has_role(roles.AGENCY_STAFF):
            led = Initiative.objects.filter(pk=OuterRef("initiative_id"), lead_office__code__in=actor.offices)
            condition |= Exists(led)
        if actor.buyer_id is not None and "read" in actor.scopes:
            condition |= Q(buyer_id=actor.buyer_id)
        return self.filter(condition)

    def standing(self) -> Self:
        return self.filter(state=states.EXPRESSED)


class BuyerInterest(models.Model):
    """A buyer asks to take part in an initiative: one per buyer. No procedure hangs on it, so no register: what was done
    is in the audit."""

    initiative = models.ForeignKey(Initiative, on_delete=models.PROTECT, related_name="buyer_interests")
    buyer = models.ForeignKey("parties.Buyer", on_delete=models.PROTECT, related_name="interests")
    state = models.CharField(max_length=10, choices=choices(states.BUYER_STATES), default=states.EXPRESSED)
    looking_for = models.TextField(help_text="which products, to meet whom")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    expressed_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    admitted_at = models.DateTimeField(null=True, blank=True, help_text="the office said that it is expected")
    declined_at = models.DateTimeField(null=True, blank=True)
    declined_it = models.CharField(
        max_length=1000, blank=True, help_text="why the office said no, as the buyer reads it"
    )
    declined_en = models.CharField(max_length=1000, blank=True)

    buyer_id: int
    by_id: int | None

    objects = BuyerInterestQuerySet.as_manager()

    class Meta:
        ordering = ["initiative", "expressed_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["initiative", "buyer"], name="buyer_interest_once"),
            models.CheckConstraint(condition=Q(state__in=list(states.BUYER_STATES)), name="buyer_interest_known_state"),
            models.CheckConstraint(
                condition=Q(state="withdrawn", withdrawn_at__isnull=False)
                | Q(state__in=["expressed", "declined"], withdrawn_at__isnull=True),
                name="buyer_interest_withdrawal_dated",
            ),
            models.CheckConstraint(
                condition=Q(state="declined", declined_at__isnull=False, admitted_at__isnull=True)
                & ~Q(declined_it="")
                & ~Q(declined_en="")
                | ~Q(state="declined") & Q(declined_at__isnull=True, declined_it="", declined_en=""),
                name="buyer_interest_declined_says_why",
            ),
        ]
