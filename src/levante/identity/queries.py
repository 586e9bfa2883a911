from datetime import date

from django.db.models import Q

from levante.identity.models import RoleGrant


def grants_of(user_id: int, on: date) -> frozenset[tuple[str, str]]:
    """The roles in force of a person on a day, as pairs (office code, role code). One query."""
    rows = (
        RoleGrant.objects.filter(user_id=user_id, since__lte=on)
        .filter(Q(until__isnull=True) | Q(until__gte=on))
        .values_list("office__code", "role")
    )
    return frozenset(rows)
