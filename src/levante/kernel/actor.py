"""Who acts: a person in the roles of an office, or for an enterprise, or the system itself."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Actor:
    """The one who asks or does something; built once per request, passed to every service, query and policy.

    ``grants`` are pairs ``(office code, role code)`` of the roles in force, ``sections`` those of the offices that are
    the Section (the others are agencies); ``enterprise_id`` is the enterprise for
    which the person acts by a valid mandate (``scopes`` says for what): being a person never gives it.
    ``enterprise_name`` is for the eye alone.
    """

    user_id: int | None = None
    label: str = ""
    grants: frozenset[tuple[str, str]] = field(default_factory=frozenset)
    enterprise_id: int | None = None
    enterprise_name: str = ""
    scopes: frozenset[str] = field(default_factory=frozenset)
    sections: frozenset[str] = field(default_factory=frozenset)
    is_system: bool = False
    is_superuser: bool = False

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
