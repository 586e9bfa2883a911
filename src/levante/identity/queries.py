from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypedDict

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils.crypto import constant_time_compare

from levante.identity.models import Office, RoleGrant, User
from levante.kernel.api import now
from levante.kernel.pure import Bilingual

#: ``RoleGrant.objects.in_force``, for every request of a person: in plain SQL, since the compilation of the same question
#: by the ORM takes several times what the database takes to answer it.
#: A role in an agency is held in its parts too, and in theirs; the Section's reaches everything by itself.
_GRANTS = """
WITH RECURSIVE held AS (
    SELECT office_id, role FROM identity_rolegrant
     WHERE user_id = %(user)s AND since <= %(on)s
       AND (until IS NULL OR until > %(on)s OR (until = %(on)s AND revoked_at IS NULL))
    UNION
    SELECT part.id, held.role FROM held JOIN identity_office whole ON whole.id = held.office_id
      JOIN identity_office part ON part.parent_id = whole.id WHERE whole.kind <> 'section'
)
SELECT office.code, held.role, office.kind = 'section' OR (office.kind = 'part' AND whole.kind = 'section')
  FROM held JOIN identity_office office ON office.id = held.office_id
  LEFT JOIN identity_office whole ON whole.id = office.parent_id
"""


def office_people(user_ids: Iterable[int]) -> set[int]:
    """Those of these people who hold or held a role in an office: who acts for an office acts by name (L. 241/1990, art. 5)."""
    return set(RoleGrant.objects.filter(user__in=list(user_ids)).values_list("user_id", flat=True))


def live_sessions(user: User) -> list[UserSession]:
    """Where a person is signed in, the oldest first: not what expired, was signed out or had another password. Two queries."""
    kept = {one.session_key: one for one in UserSession.objects.filter(user_id=user.pk).order_by("created_at", "pk")}
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    live = set()
    for session in Session.objects.filter(pk__in=list(kept), expire_date__gt=now()):
        held = session.get_decoded()
        same = any(constant_time_compare(held.get(HASH_SESSION_KEY) or "", one) for one in hashes)
        if same and held.get(SESSION_KEY) == str(user.pk):
            live.add(session.pk)
    return [one for key, one in kept.items() if key in live]


def section() -> Office | None:
    """The Section that runs the programme: the office to which everything goes that names no other."""
    return Office.objects.filter(kind=Office.SECTION).order_by("code").first()


def section_code() -> str:
    """Its code, empty before the programme is loaded."""
    found = section()
    return found.code if found is not None else ""


def office_codes(office: Office) -> list[str]:
    """The codes of an office and of what it is a part of, the nearest first; the last is the body."""
    found, current = [office.code], office
    while current.parent_id is not None and current.parent is not None:
        current = current.parent
        found.append(current.code)
    return found


def body_of(office: Office) -> Office:
    """The body an office is a part of: the Section or an agency."""
    found = office
    while found.parent_id is not None and found.parent is not None:
        found = found.parent
    return found


@dataclass(frozen=True, slots=True)
class Adopting:
    """How a body adopts its acts, in Italian as acts are: who signs, what the act is, what who signs does, on which norms (of
    every act, and besides of one that commits money); whether no source says so yet."""

    signatory: Bilingual
    kind: str
    verb: str
    norms: tuple[str, ...]
    award_norms: tuple[str, ...]
    to_confirm: bool

    @property
    def words(self) -> dict[str, object]:
        """For the text of an act, as plain JSON."""
        return {
            "signatory": self.signatory.it, "act_kind": self.kind, "act_verb": self.verb, "body_to_confirm": self.to_confirm,
        }  # fmt: skip


def adopting(office: Office) -> Adopting:
    """How the body of an office adopts acts; words that suit any where it did not say."""
    body = body_of(office)
    return Adopting(
        Bilingual(body.signatory_it or "L’organo competente", body.signatory_en or "The competent body"),
        body.act_kind_it or "Atto", body.act_verb or "Dispone", tuple(body.act_norms), tuple(body.award_norms),
        not body.act_source,
    )  # fmt: skip


def verified_addresses(user_id: int) -> frozenset[str]:
    """The e-mail addresses a person has proved to own, in small letters."""
    rows = EmailAddress.objects.filter(user_id=user_id, verified=True, user__is_active=True)
    return frozenset(address.lower() for address in rows.values_list("email", flat=True))


class Powers(TypedDict):
    """What an ``Actor`` holds by its offices."""

    grants: frozenset[tuple[str, str]]
    sections: frozenset[str]


def powers_of(user_id: int, on: date) -> Powers:
    """The roles in force of a person on a day, as pairs (office code, role code), those in an agency in its parts too, and
    which of the offices are the Section or a part of it. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_GRANTS, {"user": user_id, "on": on})
        rows = cursor.fetchall()
    return {
        "grants": frozenset((office, role) for office, role, _ in rows),
        "sections": frozenset(office for office, _, of_section in rows if of_section),
    }
