"""The navigation of the four audiences, in the order people meet it; an entry without its screen is not shown.

A journey appears by itself as soon as one of the URL names of its line exists. To add one, write a line.
"""

import functools
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, get_script_prefix, reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from levante.identity.api import roles
from levante.kernel.api import ANONYMOUS, Actor
from levante.web.access import may_open
from levante.web.site_identity import site_identity

#: Roles that work on applications, from first check to payment.
FILE_ROLES = (roles.DIRECTOR, roles.CASE_OFFICER, roles.FINANCE, roles.FRONT_DESK, roles.AGENCY_STAFF, roles.AUDITOR)


@dataclass(frozen=True, slots=True)
class Link:
    """One entry: the URL names it may lead to (the first that exists), its label, the roles that need it (empty: all); ``also``: how the
    names begin of pages that are its own wherever their address is."""

    names: tuple[str, ...]
    label: str | Promise
    roles: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


SITE = (
    Link(("site:programme",), _("The programme")),
    Link(("site:calls",), _("Calls and vouchers")),
    Link(("site:initiatives", "site:fairs"), _("Fairs and missions")),
    Link(("site:markets",), _("Markets")),
    Link(("site:invest", "site:investment"), _("Invest in %(region)s")),
    Link(("site:enterprises",), _("Enterprises and excellences")),
    Link(("site:open-data", "site:open_data"), _("Open data")),
)

PORTAL = (
    Link(("portal:home",), _("Today")),
    Link(("portal:opportunities",), _("Opportunities")),
    Link(("portal:applications",), _("My applications")),
    Link(("portal:claims",), _("Claims and payments")),
    Link(("portal:initiatives", "portal:fairs"), _("Fairs and meetings")),
    Link(("portal:wins",), _("Export wins")),
    Link(("portal:enterprise",), _("My enterprise")),
    Link(("portal:aid",), _("Aid received")),
    Link(("portal:checkup",), _("Check-up")),
    Link(("portal:requests",), _("Requests")),
    Link(("portal:markets",), _("Markets")),
    Link(("portal:people",), _("People and mandates")),
    Link(("portal:messages", "portal:notices"), _("Messages")),
)

#: Buyers and investors: each sees what its kind may open.
PARTNER = (
    Link(("partner:home",), _("Today")),
    Link(("partner:opportunities",), _("Opportunities")),
    Link(("partner:fairs",), _("Fairs and meetings")),
    Link(("partner:requests",), _("Requests and answers")),
    Link(("partner:profile",), _("Profile")),
    Link(("portal:notices",), _("Messages")),
    Link(("portal:mandates",), _("Mandates and data")),
)

DESK = (
    Link(("desk:home",), _("Today")),
    Link(("desk:applications",), _("Files"), FILE_ROLES),
    Link(("desk:fillings",), _("On the phone"), (roles.FRONT_DESK,)),
    Link(
        ("desk:calls", "desk:click_days"),
        _("Calls"),
        (roles.DIRECTOR, roles.CASE_OFFICER, roles.CALL_DESIGNER, roles.AUDITOR),
    ),
    Link(
        ("desk:evaluations",),
        _("Evaluations"),
        (roles.EVALUATOR, roles.DIRECTOR, roles.CASE_OFFICER, roles.AGENCY_STAFF, roles.AUDITOR),
    ),
    Link(
        ("desk:rankings", "desk:awards", "desk:selections"),
        _("Rankings and acts"),
        (roles.DIRECTOR, roles.CASE_OFFICER, roles.FINANCE, roles.COMMUNICATION, roles.AGENCY_STAFF, roles.AUDITOR),
    ),
    Link(
        ("desk:claims",),
        _("Claims"),
        (roles.DIRECTOR, roles.CASE_OFFICER, roles.FINANCE, roles.AGENCY_STAFF, roles.AUDITOR),
    ),
    Link(
        ("desk:revocations",),
        _("Controls"),
        (roles.DIRECTOR, roles.CASE_OFFICER, roles.FINANCE, roles.AGENCY_STAFF, roles.AUDITOR),
    ),
    Link(("desk:payments",), _("Payments"), (roles.DIRECTOR, roles.FINANCE, roles.AUDITOR)),
    Link(
        ("desk:initiatives",),
        _("Initiatives"),
        (roles.DIRECTOR, roles.CASE_OFFICER, roles.COMMUNICATION, roles.AGENCY_STAFF, roles.AUDITOR),
        also=("desk:place_", "desk:contract_", "desk:task_", "desk:logistics_", "desk:invited_"),
    ),
    Link(
        ("desk:wins",),
        _("Wins and follow-ups"),
        (
            roles.DIRECTOR,
            roles.CASE_OFFICER,
            roles.FINANCE,
            roles.COMMUNICATION,
            roles.AGENCY_STAFF,
            roles.AUDITOR,
        ),
    ),
    Link(("desk:enterprises",), _("Enterprises"), (*FILE_ROLES, roles.COMMUNICATION)),
    Link(
        ("desk:investors", "desk:investment"),
        _("Investors"),
        (roles.DIRECTOR, roles.CASE_OFFICER, roles.AGENCY_STAFF, roles.AUDITOR),
    ),
    Link(
        ("desk:agreements", "desk:promotion"),
        _("Agreements"),
        (roles.DIRECTOR, roles.CASE_OFFICER, roles.COMMUNICATION, roles.AGENCY_STAFF, roles.AUDITOR),
    ),
    Link(("desk:cases",), _("Requests"), (*FILE_ROLES, roles.COMMUNICATION)),
    Link(
        ("desk:programme",),
        _("Programme"),
        (
            roles.DIRECTOR,
            roles.CASE_OFFICER,
            roles.CALL_DESIGNER,
            roles.FINANCE,
            roles.COMMUNICATION,
            roles.SYSTEM,
            roles.AUDITOR,
            roles.AGENCY_STAFF,
        ),
    ),
    Link(("desk:register",), _("Register"), (roles.DIRECTOR, roles.CASE_OFFICER, roles.SYSTEM, roles.AUDITOR)),
    Link(("desk:settings", "desk:imports"), _("Settings"), (roles.DIRECTOR, roles.SYSTEM)),
)

AUDIENCES = {"site": SITE, "portal": PORTAL, "partner": PARTNER, "desk": DESK}


#: The first page of an audience is the beginning of every address of it, so it holds only itself.
_ROOTS = ("site:home", "portal:home", "partner:home", "desk:home")


def first_url(*names: str) -> str | None:
    """The address of the first URL name that exists without arguments, in the language at work."""
    return _first_url(get_script_prefix(), get_language(), names)


@functools.cache
def _first_url(_prefix: str, _language: str | None, names: tuple[str, ...]) -> str | None:
    """Every page asks for the same dozens of addresses; they depend on the prefix and the language at work alone."""
    for name in names:
        try:
            return reverse(name)
        except NoReverseMatch:
            continue
    return None


def entries(audience: str, request: HttpRequest) -> list[dict[str, Any]]:
    """What to show: ``[{label, url, current}]``; ``current`` is the entry of the page at work."""
    actor: Actor = getattr(request, "actor", ANONYMOUS)
    region = str(site_identity().get("short_name", ""))
    shown: list[dict[str, Any]] = []
    held: list[list[str]] = []  # the addresses of each entry: its first is where it leads, all are under it
    match = getattr(request, "resolver_match", None)
    page, its_own = match.view_name if match is not None else "", []
    for link in AUDIENCES[audience]:
        if link.roles and not actor.has_role(*link.roles):
            continue
        # Whom the page itself turns away is not led there, whatever this table says.
        names = (
            link.names
            if audience not in {"desk", "partner"}
            else tuple(name for name in link.names if may_open(actor, name))
        )
        addresses = [url for name in names if (url := first_url(name)) is not None]
        if addresses:
            label = str(link.label).replace("%(region)s", region)
            shown.append({"label": label, "url": addresses[0], "current": False})
            held.append(addresses)
            its_own.append(bool(link.also) and page.startswith(link.also))
    roots = {first_url(name) for name in _ROOTS}
    here = [
        (len(url), place) for place, all_of in enumerate(held) for url in all_of if _holds(url, request.path, roots)
    ]
    if any(its_own):
        shown[its_own.index(True)]["current"] = True
    elif here:
        shown[max(here)[1]]["current"] = True
    return shown


def _holds(url: str, path: str, roots: set[str | None]) -> bool:
    return path == url if url in roots else path.startswith(url)
