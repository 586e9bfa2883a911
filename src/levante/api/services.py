"""Keys for programs: made, shown once, revoked."""

import hashlib
import secrets
from datetime import timedelta

from levante.api.models import ApiToken
from levante.kernel.api import ENTERPRISE, Actor, NotYours, Party, now, refuse, service, today
from levante.parties.api import acting_scopes

#: A key lives a year at most: forgotten keys die by themselves.
LONGEST_DAYS = 365
#: Keys a person may hold for one enterprise at a time.
MOST = 10


@service("api.create_token")
def create_token(*, actor: Actor, name: str, days: int = 90) -> ApiToken:
    """Make a key for the enterprise acted for; the key itself is on ``.plain`` of the row returned, now and never again."""
    if actor.enterprise_id is None or actor.user_id is None:
        refuse("Scegli prima l’impresa per cui agisci.", "First choose the enterprise you act for.")
    if not 1 <= days <= LONGEST_DAYS:
        refuse(
            f"Una chiave dura da 1 a {LONGEST_DAYS} giorni.",
            f"A key lasts from 1 to {LONGEST_DAYS} days.",
            field="days",
        )
    if ApiToken.objects.visible_to(actor).in_force().count() >= MOST:
        refuse(f"Hai già {MOST} chiavi in vigore: revocane una.", f"You already have {MOST} keys in force: revoke one.")
    plain = "lev_" + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user_id=actor.user_id,
        enterprise_id=actor.enterprise_id,
        name=name.strip()[:100],
        prefix=plain[:12],
        digest=digest_of(plain),
        created_at=now(),
        expires_at=now() + timedelta(days=days),
    )
    token.plain = plain  # type: ignore[attr-defined]
    return token


@service("api.revoke_token")
def revoke_token(*, actor: Actor, token: ApiToken) -> ApiToken:
    """End a key at once."""
    if actor.user_id is None:
        raise NotYours
    mine = ApiToken.objects.select_for_update().filter(pk=token.pk, user_id=actor.user_id).first()
    if mine is None:
        raise NotYours
    if mine.revoked_at is None:
        mine.revoked_at = now()
        mine.save(update_fields=["revoked_at"])
    return mine


def digest_of(plain: str) -> str:
    return hashlib.sha256(plain.encode()).hexdigest()


def actor_of_token(plain: str) -> Actor | None:
    """Who acts with a key: its person, for its enterprise, with what the mandate in force today lets read; or nobody."""
    token = (
        ApiToken.objects.in_force().filter(digest=digest_of(plain), user__is_active=True).select_related("user").first()
    )
    if token is None:
        return None
    scopes = acting_scopes(token.user_id, token.enterprise_id, today()) & {"read"}
    if not scopes:
        return None
    return Actor(
        user_id=token.user_id,
        label=token.user.get_full_name(),
        party=Party(ENTERPRISE, token.enterprise_id),
        scopes=frozenset(scopes),
    )
