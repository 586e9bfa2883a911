"""For whom a person acts: kept in the session, chosen on a page of its own, and by itself when there is only one."""

from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse

from levante.kernel.api import ENTERPRISE, Party, today
from levante.parties.api import Invitation, Mandate, invitation_token, invitations_to, mandates_in_force

ACTING_FOR = "acting_for"
#: Says in the session that there are several firms one may act for: pages offer the one that shows them all.
MANY_CLIENTS = "many_clients"


def chosen_party(request: HttpRequest) -> Party | None:
    """The party the session holds; whether the mandate still stands is for the actor to say."""
    return Party.read(request.session.get(ACTING_FOR, ""))


def choose(request: HttpRequest, party: Party) -> None:
    request.session[ACTING_FOR] = str(party)


def parties_of(user_id: int | None) -> dict[Party, Mandate]:
    """Those a person may act for today, by name, each with one of its mandates. One query."""
    rows = mandates_in_force(user_id, today()) if user_id is not None else []
    found: dict[Party, Mandate] = {}
    for mandate in rows:
        found.setdefault(mandate.party, mandate)
    return found


def invitations_of(user_id: int) -> list[tuple[Invitation, str]]:
    """The mandates offered to a person, each with the secret part of its address. Two queries."""
    return [(row, invitation_token(row)) for row in invitations_to(user_id)]


def choose_the_only_one(request: HttpRequest) -> Party | None:
    """Who may act for one party only is not asked which; who had chosen and lost that mandate is, lest they write for
    another without noticing."""
    if ACTING_FOR in request.session:
        return None
    found = list(parties_of(request.user.pk))
    if len(found) != 1:
        return None
    choose(request, found[0])
    return found[0]


def home_of(party: Party | None) -> str:
    """The first page of who acts for a party."""
    return reverse("partner:home" if party is not None and party.kind != ENTERPRISE else "portal:home")


def is_for(address: str, party: Party) -> bool:
    """May a page be meant for this kind of party? Pages of everybody are."""
    try:
        view = resolve(urlsplit(address).path).func
    except Resolver404:
        return True
    return party.kind in getattr(view, "kinds", (party.kind,))


def page_for_another(address: str, party: Party) -> str:
    """The same page for another party: what is of one alone gives way to the list it is in, and what is of another kind of
    party to the first page."""
    if not is_for(address, party):
        return home_of(party)
    path = urlsplit(address).path
    while path.count("/") > 1:
        try:
            found = resolve(path)
        except Resolver404:
            found = None
        if found is not None and not found.kwargs and not found.args:
            return path if path != urlsplit(address).path else address
        path = path.rstrip("/").rpartition("/")[0] + "/"
    return home_of(party)
