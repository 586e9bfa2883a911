"""Which mandates are in force, and what they allow."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from levante.kernel.api import ENTERPRISE, PARTY_KINDS, Party
from levante.parties.models import Mandate
from levante.parties.models.held import of_party


def mandates_in_force(user_id: int, on: date) -> QuerySet[Mandate]:
    """The confirmed mandates of a person on a day, with those they are of, by name."""
    return (
        Mandate.objects.filter(user_id=user_id, state=Mandate.CONFIRMED, since__lte=on)
        .filter(Q(until__isnull=True) | Q(until__gte=on))
        .select_related(*PARTY_KINDS)
        .order_by(Coalesce("enterprise__name", "buyer__name", "investor__name"), "id")
    )


def scopes_held(mandate: Mandate) -> frozenset[str]:
    """What a mandate covers: everything for a legal representative; otherwise what it says, and to see."""
    if mandate.kind == Mandate.LEGAL_REPRESENTATIVE:
        return frozenset(Mandate.SCOPES_OF[mandate.party.kind])
    return frozenset(mandate.scopes) | {"read"}


def mandates_of(enterprise_id: int, on: date) -> list[Mandate]:
    """The confirmed mandates in force for an enterprise on a day, with their people by name (``scopes_held``)."""
    rows = Mandate.objects.filter(enterprise_id=enterprise_id, state=Mandate.CONFIRMED, since__lte=on)
    running = rows.filter(Q(until__isnull=True) | Q(until__gte=on), user__is_active=True).select_related("user")
    return list(running.order_by("user__family_name", "user__given_name", "pk"))


def acted_for(enterprise_ids: Collection[int], on: date) -> set[int]:
    """Those among some enterprises that somebody acts for on a day. One query."""
    rows = Mandate.objects.filter(enterprise__in=enterprise_ids, state=Mandate.CONFIRMED, since__lte=on)
    running = rows.filter(Q(until__isnull=True) | Q(until__gte=on), user__is_active=True)
    return {pk for pk in running.order_by().values_list("enterprise_id", flat=True) if pk is not None}


def people_of(party: Party, on: date, *, able: Collection[str] = ()) -> list[int]:
    """Who is told what happens to a party: the people (user ids) whose mandate is in force on a day, each once; with
    ``able``, only those whose mandate covers one of these scopes."""
    rows = Mandate.objects.filter(**of_party(party), state=Mandate.CONFIRMED, since__lte=on)
    if able:
        covers = Q(kind=Mandate.LEGAL_REPRESENTATIVE)
        for scope in able:
            covers |= Q(scopes__contains=scope)
        rows = rows.filter(covers)
    running = rows.filter(Q(until__isnull=True) | Q(until__gte=on), user__is_active=True)
    return list(running.order_by("user_id").values_list("user_id", flat=True).distinct())


def people_acting_for(enterprise_id: int, on: date) -> list[int]:
    """``people_of`` an enterprise."""
    return people_of(Party(ENTERPRISE, enterprise_id), on)


@dataclass(frozen=True, slots=True)
class Acting:
    """What a person may do for a party, and its name."""

    scopes: frozenset[str] = frozenset()
    name: str = ""


#: Every request of a person acting for somebody asks this: in plain SQL, since the compilation of the same question
#: by the ORM takes several times what the database takes to answer it.
_QUESTION = """
SELECT mandate.kind, mandate.scopes::text, party.name
  FROM parties_mandate mandate JOIN parties_PARTY party ON party.id = mandate.PARTY_id
 WHERE mandate.user_id = %(user)s AND mandate.PARTY_id = %(party)s AND mandate.state = %(confirmed)s
   AND mandate.since <= %(on)s AND (mandate.until IS NULL OR mandate.until >= %(on)s)
"""
_ACTING = {kind: _QUESTION.replace("PARTY", kind) for kind in PARTY_KINDS}


def acting_as(user_id: int, party: Party, on: date) -> Acting:
    """What the person may do for the party on that day; nothing when there is no mandate in force. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            _ACTING[party.kind], {"user": user_id, "party": party.id, "confirmed": Mandate.CONFIRMED, "on": on}
        )
        rows = cursor.fetchall()
    scopes: set[str] = set()
    for kind, given, _ in rows:
        scopes |= set(Mandate.SCOPES_OF[party.kind] if kind == Mandate.LEGAL_REPRESENTATIVE else json.loads(given))
    return Acting(frozenset(scopes), rows[0][2]) if rows else Acting()


def acting_scopes(user_id: int, enterprise_id: int, on: date) -> frozenset[str]:
    """The scopes of ``acting_as`` for an enterprise, alone."""
    return acting_as(user_id, Party(ENTERPRISE, enterprise_id), on).scopes


@dataclass(frozen=True, slots=True)
class Signatory:
    """A person whose mandate covers signing for an enterprise; told by tax code, as certificates tell who signs."""

    user_id: int
    tax_code: str
    kind: str


def signatories_of(enterprise_id: int, on: date) -> list[Signatory]:
    """Who may sign for an enterprise on a day: its legal representatives, and those with the scope of signing, when we know
    their tax code. It comes from the gateway of their identity, or from an office that saw a document (ADR 4). One query."""
    rows = (
        Mandate.objects.filter(
            enterprise_id=enterprise_id, state=Mandate.CONFIRMED, since__lte=on, user__is_active=True
        )
        .filter(Q(until__isnull=True) | Q(until__gte=on))
        .filter(Q(kind=Mandate.LEGAL_REPRESENTATIVE) | Q(scopes__contains=["sign"]))
        .order_by("pk")
        .values_list("user_id", "user__codice_fiscale", "user__person__codice_fiscale", "kind")
    )
    return [
        Signatory(user_id, code, kind)
        for user_id, of_user, of_person, kind in rows
        for code in sorted({of_user, of_person} - {None, ""})
    ]
