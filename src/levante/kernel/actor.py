"""Who acts: a person in the roles of an office, or for an enterprise, a buyer or an investor, or the system itself."""

from dataclasses import dataclass, field
from typing import NamedTuple, Self

ENTERPRISE, BUYER, INVESTOR = "enterprise", "buyer", "investor"
#: Whom a person may act for, by a mandate.
PARTY_KINDS = (ENTERPRISE, BUYER, INVESTOR)


class Party(NamedTuple):
    """Whom a person acts for: one of ``PARTY_KINDS`` and the key of its row. Written ``buyer:12``."""

    kind: str
    id: int

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"

    @classmethod
    def read(cls, written: object) -> Self | None:
        """The party written in a session or a form; ``None`` for what is none. A bare number is an enterprise: so it was
        written before buyers and investors signed in, and sessions outlive a change of version."""
        kind, _, number = str(written).rpartition(":")
        kind = kind or ENTERPRISE
        if kind not in PARTY_KINDS or not (number.isascii() and number.isdigit() and len(number) < 19):
            return None
        return cls(kind, int(number))


@dataclass(frozen=True, slots=True)
class Actor:
    """The one who asks or does something; built once per request, passed to every service, query and policy.

    ``grants`` are pairs ``(office code, role code)`` of the roles in force, ``sections`` those of the offices that are
    the Section (the others are agencies); ``party`` is the enterprise, the buyer or the investor for which the person acts
    by a valid mandate (``scopes`` says for what): being a person never gives it. ``party_name`` is for the eye alone.
    """

    user_id: int | None = None
    label: str = ""
    grants: frozenset[tuple[str, str]] = field(default_factory=frozenset)
    party: Party | None = None
    party_name: str = ""
    scopes: frozenset[str] = field(default_factory=frozenset)
    sections: frozenset[str] = field(default_factory=frozenset)
    is_system: bool = False
    is_superuser: bool = False

    @property
    def enterprise_id(self) -> int | None:
        """The enterprise acted for, if it is one."""
        return self._id_of(ENTERPRISE)

    @property
    def buyer_id(self) -> int | None:
        return self._id_of(BUYER)

    @property
    def investor_id(self) -> int | None:
        return self._id_of(INVESTOR)

    def _id_of(self, kind: str) -> int | None:
        return self.party.id if self.party is not None and self.party.kind == kind else None

    def acts_for(self, party: Party, scope: str) -> bool:
        """Acts for this very party, with a mandate that covers ``scope``."""
        return self.party == party and scope in self.scopes

    @property
    def is_signed_in(self) -> bool:
        return self.user_id is not None

    @property
    def is_staff(self) -> bool:
        """Holds a role in some office (the Section or an agency)."""
        return bool(self.grants) or self.is_system

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(role for _, role in self.grants)

    @property
    def offices(self) -> frozenset[str]:
        return frozenset(office for office, _ in self.grants)

    def has_role(self, *roles: str, office: str | None = None) -> bool:
        """Holds one of ``roles`` (in ``office``, when one is named); the system holds every role."""
        if self.is_system:
            return True
        return any(role in roles and office in (None, place) for place, role in self.grants)

    def in_section(self, *roles: str) -> bool:
        """Holds one of ``roles`` in the Section, and not only in an agency."""
        return self.is_system or any(role in roles and place in self.sections for place, role in self.grants)


def system(label: str) -> Actor:
    """The system at work by itself: an import, a job, the loading of the programme."""
    return Actor(label=label, is_system=True)


ANONYMOUS = Actor(label="anonymous")
