"""The invented people of the offices, one per role and per agency."""

import functools
from datetime import date
from pathlib import Path

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import check_password, make_password

from levante.demo.cli import demo_password
from levante.demo.telling import read
from levante.identity.api import Office, RoleGrant, User


def load(folder: Path) -> None:
    """People and roles of ``identity.yaml``; a person already there keeps what they changed."""
    for row in read(folder, "identity")["people"]:
        user = demo_user(row["email"], row["given_name"], row["family_name"], codice_fiscale=row.get("codice_fiscale"))
        for grant in row["roles"]:
            RoleGrant.objects.get_or_create(
                user=user,
                office=Office.objects.get(code=grant["office"]),
                role=grant["role"],
                until=None,
                defaults={"since": date.fromisoformat(str(grant.get("since", "2024-01-01")))},
            )


def demo_user(
    email: str, given_name: str, family_name: str, *, codice_fiscale: str | None = None, language: str = "it"
) -> User:
    """The demo person with this address, made if missing, with the installation's demo password."""
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User(
            email=email,
            given_name=given_name,
            family_name=family_name,
            codice_fiscale=codice_fiscale,
            language=language,
            is_demo=True,
        )
    if not _is_demo_password(user.password):
        user.password = _encoded()
        user.save()
    EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    return user


@functools.cache
def _encoded() -> str:
    """The demo password, hashed once for all of them: they share it, and Argon2 is slow on purpose."""
    return make_password(demo_password())


@functools.cache
def _is_demo_password(encoded: str) -> bool:
    return bool(encoded) and check_password(demo_password(), encoded)
