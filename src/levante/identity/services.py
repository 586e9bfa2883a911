"""Every write about people who sign in, offices and roles."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.sessions.models import Session
from django.db.models import Q
from django.db.models.functions import Coalesce, Lower

from levante.identity import roles
from levante.identity.models import Office, RoleGrant, RoleOffer, SavedView, User
from levante.identity.policies import may_be_held, may_close_account, may_manage_roles, may_revoke_role
from levante.identity.queries import verified_addresses
from levante.kernel.actor import Actor
from levante.kernel.clock import now, today
from levante.kernel.languages import offered
from levante.kernel.services import note, note_object, refuse, require, service, unchanged, unname


@service("identity.grant_role")
def grant_role(*, actor: Actor, user: User, office: Office, role: str, since: date | None = None) -> RoleGrant:
    """Give a person a role in an office from a day on (today unless said)."""
    _may_give(actor, office, role)
    if RoleGrant.objects.filter(user=user, office=office, role=role, until__isnull=True).exists():
        refuse(
            "La persona ha già questo ruolo in questo ufficio.",
            "The person already holds this role there.",
            field="role",
        )
    note(office=office.code, role=role, user=user.pk)
    return RoleGrant.objects.create(user=user, office=office, role=role, since=since or today())


@service("identity.offer_role")
def offer_role(*, actor: Actor, email: str, office: Office, role: str) -> RoleOffer:
    """Offer a role to an address; whoever owns it holds the role from their next sign-in. Offered again, it is the same."""
    _may_give(actor, office, role)
    Office.objects.select_for_update().get(pk=office.pk)  # two who offer wait for each other
    address = email.strip().lower()
    known = RoleOffer.objects.filter(email__iexact=address, office=office, role=role, taken_at=None, withdrawn_at=None)
    found = known.first()
    if found is not None:
        return unchanged(found)
    note(office=office.code, role=role)
    offer = RoleOffer.objects.create(
        email=address, office=office, role=role, offered_by_id=actor.user_id, offered_at=now()
    )
    from levante.identity.jobs import send_role_offer

    send_role_offer.defer(offer_id=offer.pk)
    return offer


@service("identity.withdraw_offer")
def withdraw_offer(*, actor: Actor, offer: RoleOffer) -> RoleOffer:
    """Take an offer back before it is taken."""
    held = RoleOffer.objects.select_for_update(of=("self",)).select_related("office").get(pk=offer.pk)
    require(may_manage_roles(actor, held.office))
    if held.taken_at is not None:
        refuse("La persona ha già il ruolo: toglilo.", "The person holds the role already: take it away.")
    if held.withdrawn_at is not None:
        return unchanged(held)
    held.withdrawn_at = now()
    held.save(update_fields=["withdrawn_at"])
    note(office=held.office.code, role=held.role)
    return held


@service("identity.take_offers")
def take_offers(*, actor: Actor, user: User) -> list[RoleGrant]:
    """At sign-in: the roles offered to the addresses the person has proved to own are held from today."""
    if not actor.is_system:
        refuse("Un ruolo si prende accedendo.", "A role is taken by signing in.")
    waiting = RoleOffer.objects.select_for_update().filter(taken_at=None, withdrawn_at=None)
    offers = list(waiting.annotate(small=Lower("email")).filter(small__in=verified_addresses(user.pk)).order_by("pk"))
    if not offers:
        return unchanged([])
    made = []
    for offer in offers:
        grant, created = RoleGrant.objects.get_or_create(
            user=user, office_id=offer.office_id, role=offer.role, until=None, defaults={"since": today()}
        )
        offer.taken_at, offer.taken_by = now(), user
        offer.save(update_fields=["taken_at", "taken_by"])
        made += [grant] if created else []
    note_object(user)
    note(offers=[offer.pk for offer in offers], grants=[grant.pk for grant in made])
    return made


#: After this long an offer that nobody took forgets the address.
OFFER_KEPT = timedelta(days=180)


@service("identity.forget_offers")
def forget_offers(*, actor: Actor) -> int:
    """Withdraw the offers that nobody took and forget their addresses (GDPR art. 5(1)(e))."""
    if not actor.is_system:
        refuse("Lo fa il sistema.", "The system does it.")
    old = RoleOffer.objects.filter(taken_at=None, offered_at__lt=now() - OFFER_KEPT).exclude(email="")
    gone = old.update(email="", withdrawn_at=Coalesce("withdrawn_at", now()))
    if not gone:
        return unchanged(0)
    note(forgotten=gone)
    return gone


def _may_give(actor: Actor, office: Office, role: str) -> None:
    """Refuse a role that the actor may not give in the office."""
    require(may_manage_roles(actor, office))
    if role not in roles.LABELS:
        refuse("Questo ruolo non esiste.", "There is no such role.", field="role")
    held = may_be_held(role, office)
    if not held:
        refuse(held.reason.it, held.reason.en, field="role")
    if role == roles.SYSTEM and not actor.in_section(roles.SYSTEM):
        refuse(
            "L’amministrazione del sistema la assegna solo chi già la esercita.",
            "System administration is given only by those who hold it.",
            field="role",
        )


@service("identity.revoke_role")
def revoke_role(*, actor: Actor, grant: RoleGrant) -> RoleGrant:
    """Take a role away: it gives nothing any more from this moment, and what was done before was done with it."""
    grant = RoleGrant.objects.select_for_update().select_related("office").get(pk=grant.pk)
    require(may_revoke_role(actor, grant))
    if grant.until is not None:
        return unchanged(grant)
    note(office=grant.office.code, role=grant.role, user=grant.user_id)
    if grant.since > today():
        # It never began: the period would be empty, so the row goes and the audit entry stays.
        note_object(grant.user)
        grant.delete()
        return grant
    grant.until, grant.revoked_at = today(), now()
    grant.save(update_fields=["until", "revoked_at"])
    return grant


@service("identity.save_office")
def save_office(*, actor: Actor, code: str, **fields: Any) -> Office:
    """Make an office or change it; used by the loading of a programme."""
    office, _ = Office.objects.update_or_create(code=code, defaults=fields)
    return office


@service("identity.register_person")
def register_person(*, actor: Actor, user: User, way: str) -> User:
    """Leave the audit entry of a new person; ``way`` is how they came: ``form`` or the identity provider's id."""
    note(way=way)
    return user


@service("identity.add_person")
def add_person(*, actor: Actor, email: str, given_name: str, family_name: str) -> User:
    """A person made from the server's console, without a password: they choose it by the link that is printed for them."""
    if not actor.is_system:
        refuse("Una persona si registra da sé.", "People register by themselves.")
    user = User.objects.create_user(email, given_name=given_name, family_name=family_name)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    note(way="console")
    return user


@service("identity.close_account")
def close_account(*, actor: Actor, user: User) -> User:
    """Close an account and forget who the person was: name, address, codice fiscale, ways of signing in, sessions.

    The row stays, empty, because audit entries and submitted documents point at it (GDPR art. 17(3)(b) and (e)).
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    require(may_close_account(actor, user))
    addresses = {user.email.lower(), *verified_addresses(user.pk)}
    RoleOffer.objects.filter(taken_by=user).update(email="")
    waiting = RoleOffer.objects.annotate(small=Lower("email")).filter(small__in=addresses, taken_at=None)
    waiting.update(email="", withdrawn_at=Coalesce("withdrawn_at", now()))
    EmailAddress.objects.filter(user=user).delete()
    SocialAccount.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    SavedView.objects.filter(user=user).delete()
    end_sessions(user)
    user.email = f"closed-{user.pk}@invalid.example"
    user.given_name = user.family_name = ""
    user.codice_fiscale = None
    user.is_active = False
    user.set_unusable_password()
    user.save()
    unname(user.pk)
    return user


#: A person keeps this many views of one list.
MOST_VIEWS = 20


@service("identity.save_view")
def save_view(*, actor: Actor, listing: str, name: str, query: str) -> SavedView:
    """Keep a way of looking at a list under a name; the same name again replaces it."""
    if actor.user_id is None:
        refuse("Le viste sono di una persona.", "Views belong to a person.")
    name = " ".join(name.split())
    if not name or len(name) > 60:
        refuse("Dai un nome alla vista, di 60 caratteri al più.", "Name the view, in 60 characters.", field="name")
    if len(query) > 1000:
        refuse("I filtri sono troppi per una vista.", "There are too many filters for a view.", field="name")
    User.objects.select_for_update().get(pk=actor.user_id)
    mine = SavedView.objects.filter(user_id=actor.user_id, listing=listing)
    found = mine.filter(name__iexact=name).first()
    if found is None and mine.count() >= MOST_VIEWS:
        refuse("Hai già venti viste di questo elenco: togline una.", "You have twenty views of this list: remove one.")
    found = found or SavedView(user_id=actor.user_id, listing=listing)
    found.name, found.query = name, query
    found.save()
    note(listing=listing)
    return found


@service("identity.forget_view")
def forget_view(*, actor: Actor, view: SavedView) -> None:
    """Take a saved view away; only whose it is."""
    if view.user_id != actor.user_id:
        refuse("La vista è di un’altra persona.", "The view is somebody else’s.")
    note(listing=view.listing)
    view.delete()


@service("identity.set_language")
def set_language(*, actor: Actor, user: User, language: str) -> User:
    """In which language a person reads the pages and is written to, of those that the screens have."""
    if language not in offered():
        refuse("Lingua sconosciuta.", "Unknown language.", field="language")
    if user.language == language:
        return unchanged(user)
    user.language = language
    user.save(update_fields=["language"])
    note(user=user.pk, language=language)
    return user


def end_sessions(user: User) -> int:
    """End every session of a person; returns how many there were. Called by services, not by itself a write of record."""
    mine = [s.pk for s in _live_sessions() if s.get_decoded().get("_auth_user_id") == str(user.pk)]
    return Session.objects.filter(pk__in=mine).delete()[0]


def _live_sessions() -> Iterable[Session]:
    return Session.objects.filter(expire_date__gt=now()).iterator(chunk_size=500)


def personal_data(user: User) -> dict[str, Any]:
    """What identity holds about a person (GDPR art. 15 and 20), ready for JSON."""
    return {
        "email": user.email,
        "given_name": user.given_name,
        "family_name": user.family_name,
        "codice_fiscale": user.codice_fiscale,
        "language": user.language,
        "created_at": user.created_at.isoformat(),
        "last_login": user.last_login.isoformat() if user.last_login else None,
        "roles": [
            {
                "office": g.office.code,
                "role": g.role,
                "since": g.since.isoformat(),
                "until": g.until.isoformat() if g.until else None,
                "revoked_at": g.revoked_at.isoformat() if g.revoked_at else None,
            }
            for g in user.role_grants.select_related("office")
        ],
        "roles_offered": [
            {"office": o.office.code, "role": o.role, "email": o.email, "offered_at": o.offered_at.isoformat()}
            for o in RoleOffer.objects.annotate(small=Lower("email"))
            .filter(Q(small__in=verified_addresses(user.pk)) | Q(taken_by=user))
            .select_related("office")
            .order_by("pk")
        ],
        "identity_providers": [
            {"provider": a.provider, "since": a.date_joined.isoformat()}
            for a in SocialAccount.objects.filter(user=user).order_by("pk")
        ],
        "saved_views": [
            {"list": view.listing, "name": view.name, "query": view.query} for view in user.saved_views.order_by("pk")
        ],
        "second_factors": [
            {"type": a.type, "since": a.created_at.isoformat()}
            for a in Authenticator.objects.filter(user=user).order_by("pk")
        ],
    }
