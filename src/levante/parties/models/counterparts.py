"""Those the enterprises meet or depend on: buyers, investors, institutions."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from levante.kernel.api import Actor
from levante.kernel.pure.languages import CODE, ENGLISH, ITALIAN
from levante.parties.models.search import Plain, answering


class NamedQuerySet(QuerySet):  # type: ignore[type-arg]
    """What has a ``search_name`` and is for the staff of the offices to see."""

    def visible_to(self, actor: Actor) -> "NamedQuerySet":
        """Rows for the staff of the offices, evaluators left out."""
        return self if actor.is_system or actor.is_superuser or actor.roles - {"evaluator"} else self.none()

    def search(self, text: str, *, loose: bool = False) -> "NamedQuerySet":
        """Rows whose name holds all the words of ``text``, or something like them (``answering``)."""
        found: NamedQuerySet = answering(self, text, "search_name", loose=loose)
        return found


class _Named(models.Model):
    name = models.CharField(max_length=300)
    search_name = models.GeneratedField(
        expression=Plain(F("name")), output_field=models.TextField(), db_persist=True, editable=False
    )
    country = models.ForeignKey("parties.Country", on_delete=models.PROTECT, related_name="+", default="IT")
    website = models.URLField(blank=True)
    email = models.EmailField(blank=True)
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = NamedQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["search_name", "id"]
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="%(class)s_has_name")]
        indexes = [GinIndex(OpClass(F("search_name"), name="gin_trgm_ops"), name="%(class)s_by_name")]

    def __str__(self) -> str:
        return self.name


class Buyer(_Named):
    """A firm abroad that may buy: an importer, a distributor, a chain of shops."""

    KINDS = [
        ("importer", _("Importer")),
        ("distributor", _("Distributor")),
        ("retailer", _("Retail chain")),
        ("manufacturer", _("Manufacturer")),
        ("tour_operator", _("Tour operator")),
        ("other", _("Other")),
    ]
    kind = models.CharField(max_length=15, choices=KINDS, default="importer")
    sectors = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    languages = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    language = models.CharField(
        max_length=2, blank=True, help_text="in which it wants to be written to; empty: nobody said, see written_in"
    )
    looking_for = models.TextField(blank=True, help_text="products, quantities, quality: in its own words")

    class Meta(_Named.Meta):
        constraints = [
            *_Named.Meta.constraints,
            models.CheckConstraint(condition=Q(language="") | Q(language__regex=CODE), name="buyer_language"),
        ]

    @property
    def written_in(self) -> str:
        """In which it is written to: its own, where it is known; else Italian where that is its country's; else the only one that it
        speaks; else English."""
        if self.language:
            return self.language
        if self.country_id == "IT":
            return ITALIAN
        return self.languages[0] if len(self.languages) == 1 else ENGLISH


class Investor(_Named):
    """A firm or fund that may invest in the territory."""

    KINDS = [
        ("company", _("Company")),
        ("fund", _("Fund")),
        ("family_office", _("Family office")),
        ("public", _("Public body")),
    ]
    kind = models.CharField(max_length=15, choices=KINDS, default="company")
    sectors = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    looking_for = models.TextField(blank=True, help_text="place, size, partners: in its own words")


class Institution(_Named):
    """A body that is not an enterprise: it may hold shares, sign agreements, organise. Its kind matters to SME size:
    art. 3(2)(2) of the annex to Rec. 2003/361 treats each kind of holder in its own way."""

    KINDS = [
        ("public_body", _("Public body")),
        ("university", _("University or research centre")),
        ("local_authority", _("Small local authority")),
        ("venture_capital", _("Venture capital or business angels")),
        ("institutional_investor", _("Institutional investor")),
        ("chamber", _("Chamber of commerce")),
        ("association", _("Association")),
        ("other", _("Other")),
    ]
    #: The kinds the rule of size knows; the others count as enterprises of no data.
    KINDS_IN_LAW = ("public_body", "university", "local_authority", "venture_capital", "institutional_investor")
    kind = models.CharField(max_length=25, choices=KINDS)
    tax_code = models.CharField(max_length=16, blank=True)
