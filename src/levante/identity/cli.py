"""``levante identity administrator EMAIL``: the first person who administers an installation, from the server's own console.

Whoever can run it holds the server already; on the web roles are given only by who has one.
"""

import argparse
import json
import os

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.urls import reverse

from levante.identity import roles
from levante.identity.models import RoleGrant, User
from levante.identity.queries import section
from levante.identity.services import add_person, grant_role
from levante.kernel.actor import system
from levante.kernel.clock import today


def main(argv: list[str]) -> int:
    """Print ``{email, office, created, granted, link}``; 2 and ``{error}`` when it cannot be done."""
    parser = argparse.ArgumentParser(prog="levante identity", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("administrator", help="make a person system administrator of the Section")
    one.add_argument("email")
    one.add_argument("--given", required=True, help="given name")
    one.add_argument("--family", required=True, help="family name")
    chosen = parser.parse_args(argv)
    try:
        validate_email(chosen.email)
    except ValidationError:
        return _no("email", "non è un indirizzo e-mail", "is not an e-mail address")
    office = section()
    if office is None:
        return _no("$", "non c’è ancora una Sezione: prima serve levante programme load", "load the programme first")
    actor = system("levante identity administrator")
    user = User.objects.filter(email=chosen.email.strip().lower()).first()
    created = user is None
    if user is None:
        user = add_person(actor=actor, email=chosen.email, given_name=chosen.given, family_name=chosen.family)
    held = RoleGrant.objects.filter(user=user, office=office, role=roles.SYSTEM, until__isnull=True).exists()
    if not held:
        grant_role(actor=actor, user=user, office=office, role=roles.SYSTEM, since=today())
    told = {"email": user.email, "office": office.code, "created": created, "granted": not held, "link": _link(user)}
    print(json.dumps(told, ensure_ascii=False))
    return 0


def _link(user: User) -> str:
    """Where the person chooses a password: it holds once, for as long as a link to a forgotten password does."""
    from allauth.account.forms import default_token_generator
    from allauth.account.utils import user_pk_to_url_str

    key = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    return os.environ.get("LEVANTE_URL", "") + reverse("account_reset_password_from_key", kwargs=key)


def _no(field: str, it: str, en: str) -> int:
    print(json.dumps({"error": {"field": field, "message": it, "message_en": en}}, ensure_ascii=False))
    return 2
