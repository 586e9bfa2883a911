"""Reference tables of places: loaded by ``levante.parties.places``, never typed in."""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q

from levante.parties.models.search import Plain


class CountryQuerySet(models.QuerySet["Country"]):
    def in_european_union(self, on: date) -> "CountryQuerySet":
        return self.filter(eu_since__lte=on).filter(Q(eu_until__isnull=True) | Q(eu_until__gte=on))


class Country(models.Model):
    """A country by its ISO 3166 code, with its time in the European Union."""

    code = models.CharField(max_length=2, primary_key=True, help_text="ISO 3166-1 alpha-2")
    name_it = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100)
    eu_since = models.DateField(null=True, blank=True)
    eu_until = models.DateField(null=True, blank=True, help_text="last day, included")

    objects = CountryQuerySet.as_manager()

    class Meta:
        ordering = ["name_it"]

    def __str__(self) -> str:
        return self.name_it


class Province(models.Model):
    """A province or metropolitan city, by its letters (BA, BT, BR, FG, LE, TA)."""

    code = models.CharField(max_length=2, primary_key=True, help_text="the letters of the number plates")
    istat_code = models.CharField(max_length=3, unique=True)
    name = models.CharField(max_length=100)
    region_code = models.CharField(max_length=2, help_text="ISTAT")
    region = models.CharField(max_length=100)
    nuts3 = models.CharField(max_length=5)

    class Meta:
        ordering = ["name"]
        indexes = [models.Index(fields=["region_code"], name="province_by_region")]

    def __str__(self) -> str:
        return self.name


class Comune(models.Model):
    """A municipality in force, by its ISTAT code."""

    istat_code = models.CharField(max_length=6, primary_key=True)
    name = models.CharField(max_length=100)
    cadastral_code = models.CharField(max_length=4, unique=True)
    province = models.ForeignKey(Province, on_delete=models.PROTECT, related_name="comuni")
    caps = ArrayField(models.CharField(max_length=5), default=list, help_text="postal codes")
    search_name = models.GeneratedField(
        expression=Plain(F("name")), output_field=models.TextField(), db_persist=True, editable=False
    )

    class Meta:
        ordering = ["search_name", "istat_code"]
        indexes = [GinIndex(OpClass(F("search_name"), name="gin_trgm_ops"), name="comune_by_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def cap(self) -> str:
        """The postal code, when the comune has one alone."""
        return self.caps[0] if len(self.caps) == 1 else ""

    @property
    def region(self) -> str:
        return self.province.region
