"""Production districts and supply chains, and who belonged to them when."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from levante.parties.models.enterprise import Enterprise


class _System(models.Model):
    code = models.SlugField(max_length=60, unique=True)
    name_it = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    sectors = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    act = models.CharField(max_length=200, blank=True, help_text="act of recognition")
    recognised_on = models.DateField(null=True, blank=True)
    is_demo = models.BooleanField(default=False)

    class Meta:
        abstract = True
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name_it


class ProductionDistrict(_System):
    """A production district (L.R. Puglia 23/2007): firms of a field, tied to a territory, recognised by an act."""


class SupplyChain(_System):
    """A supply chain (*filiera*): firms that make one product together, wherever they are."""


class _Membership(models.Model):
    role = models.CharField(max_length=120, blank=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True, help_text="last day, included")

    class Meta:
        abstract = True


class DistrictMembership(_Membership):
    """An enterprise in a production district, from a day to a day."""

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="district_memberships")
    district = models.ForeignKey(ProductionDistrict, on_delete=models.PROTECT, related_name="memberships")

    class Meta:
        ordering = ["district", "enterprise", "-since"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="district_membership_period"
            ),
            models.UniqueConstraint(
                fields=["enterprise", "district"], condition=Q(until__isnull=True), name="district_membership_once"
            ),
        ]


class ChainMembership(_Membership):
    """An enterprise in a supply chain, from a day to a day."""

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="chain_memberships")
    chain = models.ForeignKey(SupplyChain, on_delete=models.PROTECT, related_name="memberships")

    class Meta:
        ordering = ["chain", "enterprise", "-since"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="chain_membership_period"
            ),
            models.UniqueConstraint(
                fields=["enterprise", "chain"], condition=Q(until__isnull=True), name="chain_membership_once"
            ),
        ]
