"""Who may open a screen. Every view carries one of these marks; ``tests/house`` tries each URL with each role."""

import functools
from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLResolver, get_resolver, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext

from levante.identity.api import roles, used_second_factor
from levante.kernel.api import BUYER, ENTERPRISE, INVESTOR, PARTY_KINDS, Actor, refuse
from levante.payments.api import holds
from levante.web.acting import choose_the_only_one

View = Callable[..., HttpResponse]


def public(view: View) -> View:
    """Anyone may open it, signed in or not."""
    view.audience = "public"  # type: ignore[attr-defined]
    return login_not_required(view)


def signed_in(view: View) -> View:
    """Any person who has signed in."""
    view.audience = "signed_in"  # type: ignore[attr-defined]
    return view


def for_enterprise(*scopes: str) -> Callable[[View], View]:
    """A person acting for an enterprise, with every scope named (``read`` when none is).

    Without an enterprise chosen the person is led to choose one and comes back here.
    """
    return _acting_for("enterprise", (ENTERPRISE,), frozenset(scopes or ("read",)))


def for_party(*scopes: str) -> Callable[[View], View]:
    """A person acting for whomever: what enterprises, buyers and investors have in common."""
    return _acting_for("party", PARTY_KINDS, frozenset(scopes or ("read",)))


def for_partner(*kinds: str, scope: str = "read") -> Callable[[View], View]:
    """A person acting for a buyer or an investor (``kinds``: either when none is named), with that scope."""
    return _acting_for("partner", kinds or (BUYER, INVESTOR), frozenset({scope}))


def _acting_for(audience: str, kinds: tuple[str, ...], needed: frozenset[str]) -> Callable[[View], View]:
    def wrap(view: View) -> View:
        @functools.wraps(view)
        def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            actor = request.actor  # type: ignore[attr-defined]
            if actor.party is None or actor.party.kind not in kinds:
                return _lead_to_choice(request, kinds)
            if not needed <= actor.scopes:
                refuse(*_NOT_COVERED[actor.party.kind])
            return view(request, *args, **kwargs)

        run.audience = audience  # type: ignore[attr-defined]
        run.kinds = kinds  # type: ignore[attr-defined]
        run.needed = needed  # type: ignore[attr-defined]
        return run

    return wrap


_BY_AN_OFFICE = (
    "Il tuo mandato non comprende questa operazione: chiedila all’ufficio che ti ha invitato.",
    "Your mandate does not cover this: ask the office that invited you.",
)
_NOT_COVERED = {
    ENTERPRISE: (
        "La tua delega per questa impresa non comprende questa operazione. "
        "Puoi chiederla al legale rappresentante da “Persone e deleghe”.",
        "Your mandate for this enterprise does not cover this. "
        "Ask the legal representative for it from “People and mandates”.",
    ),
    BUYER: _BY_AN_OFFICE,
    INVESTOR: _BY_AN_OFFICE,
}


def _lead_to_choice(request: HttpRequest, kinds: tuple[str, ...]) -> HttpResponse:
    """To the page where one chooses for whom to act; or straight on, when there is only one and it is of this page."""
    here = request.get_full_path()
    if request.method in {"GET", "HEAD"}:
        only = choose_the_only_one(request)
        if only is not None and only.kind in kinds:
            return redirect(here)
    return redirect(f"{reverse('portal:acting')}?{urlencode({'next': here})}")


def _lead_to_second_factor(request: HttpRequest) -> HttpResponse:
    user = request.user
    if Authenticator.objects.filter(user_id=user.pk).exclude(type=Authenticator.Type.RECOVERY_CODES).exists():
        messages.info(request, gettext("This page needs your second factor."))
        return redirect(f"{reverse('mfa_reauthenticate')}?{urlencode({'next': request.get_full_path()})}")
    messages.info(request, gettext("To work at the desk, first add a second factor or a passkey to your account."))
    return redirect("mfa_index")


def for_desk(*allowed: str, section: bool = False, pays: bool = False) -> Callable[[View], View]:
    """Staff holding one of the roles (every role of an office when none is named); with ``section``, in the Section; with ``pays``, in an
    agency too that pays from an account of its own."""
    wanted = frozenset(allowed or roles.EVERY_ROLE)

    def wrap(view: View) -> View:
        @functools.wraps(view)
        def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            actor = request.actor  # type: ignore[attr-defined]
            if not _opens_to(actor, wanted, section=section, pays=pays):
                names_it = ", ".join(roles.LABELS[role].it for role in roles.EVERY_ROLE if role in wanted)
                names_en = ", ".join(roles.LABELS[role].en for role in roles.EVERY_ROLE if role in wanted)
                refuse(
                    f"Questa pagina è per chi ha uno di questi ruoli{' nella Sezione' if section else ''}: {names_it}.",
                    f"This page is for these roles{' in the Section' if section else ''}: {names_en}.",
                )
            if settings.STAFF_NEEDS_SECOND_FACTOR and not used_second_factor(request):
                return _lead_to_second_factor(request)
            return view(request, *args, **kwargs)

        run.audience = "desk"  # type: ignore[attr-defined]
        run.roles = wanted  # type: ignore[attr-defined]
        run.section = section  # type: ignore[attr-defined]
        run.pays = pays  # type: ignore[attr-defined]
        return run

    return wrap


def _opens_to(actor: Actor, wanted: frozenset[str], *, section: bool, pays: bool) -> bool:
    if not section:
        return actor.has_role(*wanted)
    return actor.in_section(*wanted) or (pays and holds(actor, *wanted))


def may_open(actor: Actor, name: str) -> bool:
    """Would the door of this page open to them? What the page then decides of one thing is another question.

    A link is shown to who may follow it: navigation asks this by itself, a page with ``{% may_open "desk:imports" %}``.
    """
    view = _view_named(name)
    if view is None:
        return True  # no such screen (yet): no door either, and whoever makes a link of it finds out
    audience = getattr(view, "audience", "")
    if audience == "desk":
        return _opens_to(actor, view.roles, section=view.section, pays=view.pays)  # type: ignore[attr-defined]
    if audience in {"enterprise", "partner", "party"}:
        party = actor.party
        return party is not None and party.kind in view.kinds and view.needed <= actor.scopes  # type: ignore[attr-defined]
    return audience == "public" or actor.is_signed_in


@functools.cache
def _view_named(name: str) -> View | None:
    """The view of a URL name (``desk:imports``), whatever variable parts its address has."""

    def find(patterns: list[Any], parts: list[str]) -> View | None:
        for entry in patterns:
            if isinstance(entry, URLResolver):
                inside = parts[1:] if entry.namespace and parts[:1] == [entry.namespace] else parts
                if entry.namespace and inside is parts:
                    continue
                found = find(entry.url_patterns, inside)
                if found is not None:
                    return found
            elif parts == [entry.name]:
                view: View = entry.callback
                return view
        return None

    return find(get_resolver().url_patterns, name.split(":"))
