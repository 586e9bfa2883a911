"""Samples of claims to be controlled, and the visits on the spot with what they found."""

from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from levante.controls import states
from levante.controls.models_revocation import READERS
from levante.kernel.api import Actor
from levante.kernel.pure import Bilingual
from levante.payments.pure.sample import METHODS


class SampleQuerySet(models.QuerySet["Sample"]):
    def visible_to(self, actor: Actor) -> Self:
        """The Section's people who examine, pay and audit: a sample is of many enterprises."""
        return self if actor.in_section(*READERS) else self.none()

    def public(self) -> Self:
        """Those that were drawn: how, for everybody. Who came out is said by ``controls_ended`` alone."""
        return self.filter(state=states.DRAWN)


PUBLIC, SYSTEM, BEFORE = "public", "system", "before"
#: Who says the seed: a public draw that is named with the list, or the system, to a person who did not fix it. Samples of before these
#: two had it said by who fixed the list.
SEEDS = {
    PUBLIC: Bilingual("estrazione pubblica, indicata con l’elenco", "public draw, named with the list"),
    SYSTEM: Bilingual("numero del sistema, con due persone", "number of the system, with two persons"),
    BEFORE: Bilingual("detto dopo l’elenco da chi l’ha fissato", "said after the list by who fixed it"),
}
#: Where a seed that nobody brought comes from; before it was written in both languages at once.
OF_SYSTEM = Bilingual("numero casuale del sistema, registrato", "random number of the system, registered")


class Sample(models.Model):
    """Claims of a call drawn for a control. First what can be drawn is fixed and registered (``items``, ``fingerprint``), with the public
    draw that will give the seed: its ``seed_source`` and its day to come, ``draw_on``. Without one the system gives the seed, to another
    person than who fixed the list (``seed_from``). Then the draw follows, once: nobody can choose a seed for who comes out. Anyone who
    has both draws the same again (``levante payments redraw``).

    Of the same call another sample of the same days says why (``again``): whoever reads it sees the earlier ones.

    ``items`` are ``[{id, weight, why}]``: the register numbers of claims assessed or paid between two days, with their risk.
    """

    rows: Any
    drawn_by_id: int | None
    fixed_by_id: int | None

    call = models.ForeignKey("calls.Call", on_delete=models.PROTECT, related_name="samples")
    first_day = models.DateField()
    last_day = models.DateField()
    method = models.CharField(max_length=10, choices=[(code, label.en) for code, label in METHODS.items()])
    size = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=states.choices(states.SAMPLES), default=states.FROZEN)
    items = models.JSONField()
    parameters = models.JSONField(default=list)
    population = models.PositiveIntegerField()
    fingerprint = models.CharField(max_length=64)
    register_number = models.CharField(max_length=32, unique=True, help_text="of the list, before the seed")
    fixed_at = models.DateTimeField()
    fixed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    seed_from = models.CharField(
        max_length=6, choices=[(code, label.en) for code, label in SEEDS.items()], default=SYSTEM
    )
    draw_on = models.DateField(null=True, blank=True, help_text="the day of the public draw")
    again = models.TextField(blank=True, help_text="why, of days of which a sample was fixed already")
    seed = models.CharField(max_length=200, blank=True)
    seed_source = models.CharField(max_length=300, blank=True, help_text="where the seed comes from")
    drawn_at = models.DateTimeField(null=True, blank=True)
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = SampleQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=list(states.SAMPLES), method__in=list(METHODS), last_day__gte=F("first_day"), size__gt=0
                )
                & Q(population__gte=1),
                name="sample_makes_sense",
            ),
            models.CheckConstraint(
                condition=Q(state="frozen", seed="", drawn_at__isnull=True)
                | (Q(state="drawn", drawn_at__isnull=False) & ~Q(seed="") & ~Q(seed_source="")),
                name="sample_drawn_has_a_seed",
            ),
            models.CheckConstraint(
                condition=Q(seed_from=BEFORE, state="drawn")
                | (Q(seed_from=PUBLIC, draw_on__gt=F("fixed_at__date")) & ~Q(seed_source=""))
                | Q(seed_from=SYSTEM, draw_on__isnull=True),
                name="sample_seed_is_named_before",
            ),
            models.CheckConstraint(
                condition=~Q(seed_from=PUBLIC) | Q(drawn_at__isnull=True) | Q(drawn_at__date__gte=F("draw_on")),
                name="sample_drawn_after_its_public_draw",
            ),
            models.CheckConstraint(
                condition=~Q(seed_from=SYSTEM) | Q(drawn_by__isnull=True) | ~Q(drawn_by=F("fixed_by")),
                name="sample_two_persons",
            ),
            ExclusionConstraint(
                name="sample_again_says_why",
                expressions=[
                    ("call", RangeOperators.EQUAL),
                    (Func("first_day", "last_day", Value("[]"), function="daterange"), RangeOperators.OVERLAPS),
                ],
                condition=Q(again="") & ~Q(seed_from=BEFORE),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="list_stays",
                operation=pgtrigger.UpdateOf(
                    "items",
                    "fingerprint",
                    "method",
                    "size",
                    "register_number",
                    "fixed_at",
                    "seed_from",
                    "draw_on",
                    "again",
                ),  # type: ignore[no-untyped-call]
            ),
            pgtrigger.Protect(name="draw_stays", operation=pgtrigger.Update, condition=pgtrigger.Q(old__state="drawn")),
        ]

    def __str__(self) -> str:
        return f"campione {self.pk}"

    @property
    def state_label(self) -> Bilingual:
        return states.SAMPLES[self.state]

    @property
    def source_label(self) -> Bilingual:
        """Where the seed comes from: in the words of who brought it, or that it is the system's."""
        if self.seed_source in (OF_SYSTEM.it, f"{OF_SYSTEM.it} / {OF_SYSTEM.en}"):
            return OF_SYSTEM
        return Bilingual(self.seed_source, self.seed_source)

    @property
    def seed_label(self) -> Bilingual:
        return SEEDS[self.seed_from]

    @property
    def method_label(self) -> Bilingual:
        return METHODS[self.method]


class SampleRow(models.Model):
    """One claim that was drawn, in the order of the draw."""

    visits: Any

    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, related_name="rows")
    claim = models.ForeignKey("claims.Claim", on_delete=models.PROTECT, related_name="sample_rows")
    position = models.PositiveIntegerField()

    class Meta:
        ordering = ["sample", "position"]
        constraints = [
            models.UniqueConstraint(fields=["sample", "claim"], name="sample_row_once"),
            models.UniqueConstraint(fields=["sample", "position"], name="sample_row_position"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.sample_id}/{self.position}"
