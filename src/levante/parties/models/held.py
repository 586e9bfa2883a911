"""What is of one party: an enterprise, a buyer or an investor, and exactly one of them."""

from typing import Any

from django.db import models
from django.db.models import Q

from levante.kernel.api import PARTY_KINDS, Actor, Party


class Held(models.Model):
    """A row that belongs to one party; ``one_holder`` is its constraint."""

    enterprise = models.ForeignKey(
        "parties.Enterprise", null=True, blank=True, on_delete=models.PROTECT, related_name="%(class)ss"
    )
    buyer = models.ForeignKey(
        "parties.Buyer", null=True, blank=True, on_delete=models.PROTECT, related_name="%(class)ss"
    )
    investor = models.ForeignKey(
        "parties.Investor", null=True, blank=True, on_delete=models.PROTECT, related_name="%(class)ss"
    )

    enterprise_id: int | None
    buyer_id: int | None
    investor_id: int | None

    class Meta:
        abstract = True

    @property
    def party(self) -> Party:
        """Whose it is, as kind and key."""
        return next(Party(kind, key) for kind in PARTY_KINDS if (key := getattr(self, f"{kind}_id")) is not None)

    @property
    def holder(self) -> Any:
        """Whose it is: the enterprise, the buyer or the investor."""
        return getattr(self, self.party.kind)


def party_of(row: models.Model) -> Party:
    """An enterprise, a buyer or an investor, as kind and key."""
    return Party(row._meta.model_name or "", row.pk)


def of_party(party: Party) -> dict[str, int]:
    """The filter, or the values, of the rows of a party: ``{"buyer_id": 12}``."""
    return {f"{party.kind}_id": party.id}


def of_actor(actor: Actor, scope: str = "read") -> Q:
    """The rows of the party acted for, when the mandate covers ``scope``; else no row."""
    return Q(**of_party(actor.party)) if actor.party is not None and scope in actor.scopes else Q(pk__in=[])


def one_holder(name: str) -> models.CheckConstraint:
    """Exactly one of the three."""
    only = [Q(**{f"{kind}__isnull": kind != chosen for kind in PARTY_KINDS}) for chosen in PARTY_KINDS]
    return models.CheckConstraint(condition=only[0] | only[1] | only[2], name=name)
