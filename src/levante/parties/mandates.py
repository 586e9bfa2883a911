"""Which mandates are in force, and what they allow."""

from datetime import date

from django.db.models import Q, QuerySet

from levante.parties.models import Mandate


def mandates_in_force(user_id: int, on: date) -> QuerySet[Mandate]:
    """The confirmed mandates of a person on a day, with their enterprises."""
    return (
        Mandate.objects.filter(user_id=user_id, state=Mandate.CONFIRMED, since__lte=on)
        .filter(Q(until__isnull=True) | Q(until__gte=on))
        .select_related("enterprise")
        .order_by("enterprise__name", "id")
    )


def acting_scopes(user_id: int, enterprise_id: int, on: date) -> frozenset[str]:
    """What the person may do for the enterprise on that day; empty when there is no mandate in force."""
    scopes: set[str] = set()
    for mandate in mandates_in_force(user_id, on).filter(enterprise_id=enterprise_id):
        scopes |= set(Mandate.SCOPES if mandate.kind == Mandate.LEGAL_REPRESENTATIVE else mandate.scopes)
    return frozenset(scopes)
