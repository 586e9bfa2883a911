"""Which mandates are in force, and what they allow."""

import json
from dataclasses import dataclass
from datetime import date

from django.db import connection
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


def people_acting_for(enterprise_id: int, on: date) -> list[int]:
    """Who is told what happens to an enterprise: the people (user ids) whose mandate is in force on a day, each once."""
    rows = Mandate.objects.filter(enterprise_id=enterprise_id, state=Mandate.CONFIRMED, since__lte=on)
    running = rows.filter(Q(until__isnull=True) | Q(until__gte=on), user__is_active=True)
    return list(running.order_by("user_id").values_list("user_id", flat=True).distinct())


@dataclass(frozen=True, slots=True)
class Acting:
    """What a person may do for an enterprise, and its name."""

    scopes: frozenset[str] = frozenset()
    name: str = ""


#: Every request of a person acting for an enterprise asks this: in plain SQL, since the compilation of the same question
#: by the ORM takes several times what the database takes to answer it.
_ACTING = """
SELECT mandate.kind, mandate.scopes::text, enterprise.name
  FROM parties_mandate mandate JOIN parties_enterprise enterprise ON enterprise.id = mandate.enterprise_id
 WHERE mandate.user_id = %(user)s AND mandate.enterprise_id = %(enterprise)s AND mandate.state = %(confirmed)s
   AND mandate.since <= %(on)s AND (mandate.until IS NULL OR mandate.until >= %(on)s)
"""


def acting_as(user_id: int, enterprise_id: int, on: date) -> Acting:
    """What the person may do for the enterprise on that day; nothing when there is no mandate in force. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            _ACTING, {"user": user_id, "enterprise": enterprise_id, "confirmed": Mandate.CONFIRMED, "on": on}
        )
        rows = cursor.fetchall()
    scopes: set[str] = set()
    for kind, given, _ in rows:
        scopes |= set(Mandate.SCOPES if kind == Mandate.LEGAL_REPRESENTATIVE else json.loads(given))
    return Acting(frozenset(scopes), rows[0][2]) if rows else Acting()


def acting_scopes(user_id: int, enterprise_id: int, on: date) -> frozenset[str]:
    """The scopes of ``acting_as`` alone."""
    return acting_as(user_id, enterprise_id, on).scopes
