"""Fairs and their editions: what an initiative may be at."""

from datetime import date

from django.db import models
from django.db.models import F, Q

#: Days of an edition: a year of two digits is no year.
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)


class Fair(models.Model):
    """A fair as its organiser runs it, edition after edition."""

    code = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    organiser = models.CharField(max_length=200, blank=True)
    website = models.URLField(blank=True)
    sectors = models.ManyToManyField("programme.Sector", blank=True, related_name="fairs")
    source = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.CheckConstraint(condition=~Q(code=""), name="fair_has_a_code")]

    def __str__(self) -> str:
        return self.name


class FairEdition(models.Model):
    """One edition of a fair: where and when. Dates that no source gives are marked as demonstration."""

    fair = models.ForeignKey(Fair, on_delete=models.PROTECT, related_name="editions")
    code = models.SlugField(max_length=80, unique=True)
    city = models.CharField(max_length=100)
    country = models.ForeignKey("parties.Country", on_delete=models.PROTECT, related_name="+")
    venue = models.CharField(max_length=200, blank=True)
    halls = models.CharField(max_length=200, blank=True, help_text="of the venue, as its organiser names them")
    starts_on = models.DateField()
    ends_on = models.DateField()
    source = models.CharField(max_length=500, blank=True, help_text="where the dates are written")
    uid = models.CharField(max_length=255, blank=True, help_text="as its organiser's calendar tells it from others")
    demonstration = models.BooleanField(default=False, help_text="the dates are invented")
    cancelled_on = models.DateField(null=True, blank=True, help_text="the day we knew that it will not take place")
    cancelled_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-starts_on", "code"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="fair_edition_days"),
            models.CheckConstraint(
                condition=Q(starts_on__gte=EARLIEST, ends_on__lte=LATEST), name="fair_edition_year_of_four_digits"
            ),
            models.CheckConstraint(condition=Q(demonstration=True) | ~Q(source=""), name="fair_edition_has_a_source"),
            models.CheckConstraint(
                condition=Q(cancelled_on__isnull=True, cancelled_reason="")
                | (Q(cancelled_on__isnull=False) & ~Q(cancelled_reason="")),
                name="fair_edition_cancelled_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fair.name} {self.starts_on.year}"

    @property
    def is_in_european_union(self) -> bool:
        """On the first day of the fair: what the amount of a voucher may depend on."""
        since, until = self.country.eu_since, self.country.eu_until
        return since is not None and since <= self.starts_on and (until is None or self.starts_on <= until)
