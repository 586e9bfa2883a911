"""How the places of an initiative are given, what a place costs, whether it is aid: what the office decides before it opens the list."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from levante.initiatives.api import Initiative
from levante.kernel.api import Actor
from levante.participations import states
from levante.participations.states import choices


class SelectionQuerySet(models.QuerySet["Selection"]):
    def visible_to(self, actor: Actor) -> Self:
        """As its initiative."""
        return self.filter(initiative__in=Initiative.objects.visible_to(actor).values("pk"))


class Selection(models.Model):
    """The rules by which an initiative's places are given: method, places, terms, quota, renunciations, aid. One for each initiative.

    ``decided_at`` is the instant in which the list was decided by ``act``: from then on rules do not change. ``is_aid`` says whether a
    free or discounted place is aid to who has it (art. 107(1) TFEU): decided by an act with its reason, with the value of a place, upon the
    quotas of then; the list is not decided while they are others.
    """

    initiative = models.OneToOneField("initiatives.Initiative", on_delete=models.PROTECT, related_name="selection")
    method = models.CharField(max_length=15, choices=choices(states.METHODS), default=states.CHRONOLOGICAL)
    places = models.PositiveSmallIntegerField(help_text="enterprises that can take part")
    weights: "models.JSONField[Any]" = models.JSONField(
        default=dict, blank=True, help_text="by points: {criterion: the most it gives}"
    )
    opening = models.OneToOneField(
        "calls.Opening", null=True, blank=True, on_delete=models.PROTECT, related_name="selection",
        help_text="by ranking: the opening whose published ranking gives the order",
    )  # fmt: skip
    answer_days = models.PositiveSmallIntegerField(default=10, help_text="days to accept a place, and to pay the quota")
    quota = models.DecimalField(
        max_digits=15, decimal_places=2, default=0, help_text="euro for the first module, 0 when it is free"
    )
    extra_quota = models.DecimalField(
        max_digits=15,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="euro for each further module; empty: one only",
    )
    refunds: "models.JSONField[Any]" = models.JSONField(
        default=list, blank=True, help_text="renunciations: [{days_before, percent}], the most days first"
    )
    ways: "models.JSONField[Any]" = models.JSONField(
        default=list, blank=True, help_text="its places are for who asked to take part so; empty: however it asked"
    )
    meetings_apart = models.BooleanField(
        default=False, help_text="who asks for meetings only comes to them without a place: no stand, quota or aid"
    )
    free_until = models.DateField(
        null=True, blank=True, help_text="the days were moved: until then who gives up has all its quota back"
    )
    no_show_years = models.PositiveSmallIntegerField(default=3, help_text="how far back an absence counts")
    details_by = models.DateField(null=True, blank=True, help_text="last day for graphic names, needs and catalogue")
    hall_width = models.PositiveIntegerField(null=True, blank=True, help_text="cm of the space that the stand is in")
    hall_depth = models.PositiveIntegerField(null=True, blank=True, help_text="cm; empty as the width: not known yet")
    is_aid = models.BooleanField(null=True, blank=True, help_text="null: not decided yet")
    aid_value = models.DecimalField(
        max_digits=15, decimal_places=2, null=True, blank=True, help_text="euro, gross grant equivalent of a place"
    )
    extra_at_cost = models.BooleanField(
        default=False, help_text="a place is aid: further modules are paid what they cost, so they add no aid"
    )
    aid_quota = models.DecimalField(
        max_digits=15, decimal_places=2, null=True, blank=True, help_text="the quota upon which that was decided"
    )
    aid_extra_quota = models.DecimalField(
        max_digits=15, decimal_places=2, null=True, blank=True, help_text="and that of a further module"
    )
    aid_reason = models.TextField(blank=True, help_text="why it is aid, or is not; how the value was reckoned")
    aid_act = models.ForeignKey("programme.Act", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    aid_codes: "models.JSONField[Any]" = models.JSONField(
        default=dict, blank=True, help_text="what the RNA calls it: calls.schema.registers.RnaEntry"
    )
    act = models.ForeignKey(
        "programme.Act", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="that approved the list of who takes part",
    )  # fmt: skip
    changed_at = models.DateTimeField(null=True, blank=True, help_text="the rules, once who asks may have read them")
    changed_act = models.ForeignKey(
        "programme.Act", null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="by which they changed last"
    )  # fmt: skip
    changed_reason_it = models.TextField(blank=True)
    changed_reason_en = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    order_mark = models.CharField(
        max_length=16, blank=True, help_text="of the order that was decided; empty of those decided before it was kept"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    initiative_id: int
    opening_id: int | None
    act_id: int | None
    participations: Any

    objects = SelectionQuerySet.as_manager()

    class Meta:
        ordering = ["initiative"]
        constraints = [
            models.CheckConstraint(condition=Q(method__in=list(states.METHODS)), name="selection_known_method"),
            models.CheckConstraint(
                condition=Q(places__gt=0, quota__gte=0, answer_days__gt=0) & (Q(extra_quota__isnull=True) | Q(extra_quota__gte=0)),
                name="selection_amounts",
            ),
            models.CheckConstraint(
                condition=Q(hall_width__isnull=True, hall_depth__isnull=True) | Q(hall_width__gt=0, hall_depth__gt=0),
                name="selection_hall_has_two_sides",
            ),
            models.CheckConstraint(
                condition=Q(method="ranking") | Q(opening__isnull=True), name="selection_opening_of_a_ranking"
            ),
            models.CheckConstraint(
                condition=Q(meetings_apart=False)
                | (~Q(method="ranking") & ~Q(ways=[]) & ~Q(ways__contains=["meetings"])),
                name="selection_meetings_apart_are_no_places",
            ),
            models.CheckConstraint(
                condition=Q(is_aid__isnull=True, aid_act__isnull=True, aid_value__isnull=True)
                | Q(is_aid=False, aid_act__isnull=False, aid_value__isnull=True) & ~Q(aid_reason="")
                | Q(is_aid=True, aid_act__isnull=False, aid_value__gt=0) & ~Q(aid_reason=""),
                name="selection_aid_by_act_with_its_reason",
            ),
            models.CheckConstraint(
                condition=Q(changed_at__isnull=True, changed_act__isnull=True, changed_reason_it="", changed_reason_en="")
                | Q(changed_at__isnull=False, changed_act__isnull=False) & ~Q(changed_reason_it="") & ~Q(changed_reason_en=""),
                name="selection_rules_change_by_act_with_its_reason",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True) | Q(act__isnull=False, is_aid__isnull=False),
                name="selection_decided_by_act",
            ),
            models.CheckConstraint(
                condition=Q(is_aid__isnull=True, aid_quota__isnull=True, aid_extra_quota__isnull=True)
                | Q(is_aid__isnull=False, aid_quota__isnull=False),
                name="selection_aid_upon_its_quotas",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True)
                | Q(aid_quota=F("quota"))
                & (
                    Q(aid_extra_quota=F("extra_quota"), aid_extra_quota__isnull=False, extra_quota__isnull=False)
                    | Q(aid_extra_quota__isnull=True, extra_quota__isnull=True)
                ),
                name="selection_decided_with_the_aid_of_its_quotas",
            ),
            models.CheckConstraint(
                condition=Q(order_mark="") | Q(decided_at__isnull=False), name="selection_mark_of_a_decided_order"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"selection {self.initiative_id}"
