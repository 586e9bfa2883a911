"""One test browser per kind of person of the demonstration, and the pages each finds by following links."""

import html
import re
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.test import Client
from django.urls import NoReverseMatch, Resolver404, resolve, reverse

from levante.identity.api import roles

BACKEND = "django.contrib.auth.backends.ModelBackend"
NOBODY, STRANGER, FIRM, OTHER_FIRM = "nobody", "a person without mandates", "an enterprise", "another enterprise"
BUYER, INVESTOR = "a buyer", "an investor"
#: What kind of party each acts for.
ACTS_FOR = {FIRM: "enterprise", OTHER_FIRM: "enterprise", BUYER: "buyer", INVESTOR: "investor"}

#: As many pages of one view as one person opens, the first links met; who comes when others opened ``ENOUGH`` opens one: what
#: differs from row to row was seen, what differs from person to person shows on any.
EXAMPLES = 3
ENOUGH = 6


def everybody() -> dict[str, Client]:
    """Who visits: nobody, a stranger, each role, the representatives of two enterprises, of a buyer and of an investor."""
    from allauth.usersessions.models import UserSession

    from levante.applications.api import Seat
    from levante.identity.api import RoleGrant, User
    from levante.parties.api import Mandate

    found: dict[str, Client] = {NOBODY: Client()}
    found[STRANGER] = _browser(
        User.objects.create_user("stranger@example.org", "x", given_name="Nessuno", family_name="Qui")
    )
    for role in roles.EVERY_ROLE:
        grants = RoleGrant.objects.filter(role=role, until=None).select_related("user").order_by("pk")
        if role == roles.EVALUATOR:  # one who sits in a committee at work: it is of them that something is asked
            grants = grants.filter(
                user__in=Seat.objects.filter(until=None).exclude(evaluation__state="concluded").values("user")
            )
        grant = grants.first()
        assert grant is not None, f"the demonstration has nobody as {role}"
        found[role] = _browser(grant.user)
    mandates = Mandate.objects.filter(
        state=Mandate.CONFIRMED, kind=Mandate.LEGAL_REPRESENTATIVE, until=None, enterprise__applications__isnull=False
    ).select_related("user", "enterprise")
    first = mandates.order_by("pk").first()
    assert first is not None
    other = mandates.exclude(enterprise=first.enterprise).exclude(user=first.user).order_by("pk").first()
    assert other is not None
    found[FIRM] = _browser(first.user, first.party)
    found[OTHER_FIRM] = _browser(other.user, other.party)
    for _ in range(6):  # signed in elsewhere too: the page of the sessions asks no question for each
        UserSession.objects.create(
            user=first.user, ip="192.0.2.1", session_key=_browser(first.user).session.session_key or ""
        )
    for who in (BUYER, INVESTOR):
        rows = Mandate.objects.filter(state=Mandate.CONFIRMED, kind=Mandate.LEGAL_REPRESENTATIVE, until=None)
        mandate = rows.filter(**{f"{ACTS_FOR[who]}__isnull": False}).select_related("user").order_by("pk").first()
        assert mandate is not None, f"the demonstration has nobody who acts for {who}"
        found[who] = _browser(mandate.user, mandate.party)
    return found


def _browser(user: Any, party: Any = None) -> Client:
    client = Client(raise_request_exception=True)
    client.force_login(user, backend=BACKEND)
    if party is not None:
        session = client.session
        session["acting_for"] = str(party)
        session.save()
    return client


def may_enter(view: Any, who: str) -> bool:
    if view.audience == "desk":
        return who in view.roles
    if view.audience in {"enterprise", "partner", "party"}:
        return ACTS_FOR.get(who) in view.kinds
    return view.audience == "public" or who != NOBODY


@dataclass
class Visit:
    """One page as somebody opened it, and what it asked of the database."""

    name: str
    path: str
    who: str
    status: int
    kwargs: dict[str, Any]
    linked: bool
    asked: Counter[str] = field(default_factory=Counter)
    shown_on: str = ""

    @property
    def queries(self) -> int:
        return self.asked.total()


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """The queries asked meanwhile, by their shape: values and the length of lists do not make another shape."""
    asked: Counter[str] = Counter()

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "SET ")):
            asked[re.sub(r"%s(, %s)+", "%s…", sql)] += 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        yield asked


def walk(who: str, client: Client, url_table: list[tuple[str, str, Any]], seen: Collection[Visit] = ()) -> list[Visit]:
    """Open every address without variable parts that this person may open, and follow the links found there; ``seen`` is what
    others opened before.

    A link to a page that is not for this person is followed too, once a page: its 403 is the fault of who shows the link.
    """
    views = {name: view for name, _, view in url_table}
    waiting = []
    for name, view in views.items():
        if may_enter(view, who):
            try:
                waiting.append(reverse(name))
            except NoReverseMatch:
                continue
    linked: set[str] = set()
    linked_from: dict[str, str] = {}
    closed: set[str] = set()
    opened, visits = Counter[str](), []
    known = Counter(visit.name for visit in seen if visit.status == 200)
    while waiting:
        path = waiting.pop(0)
        try:
            match = resolve(path.partition("?")[0])
        except Resolver404:
            continue
        name = match.view_name
        if name not in views or opened[name] >= (EXAMPLES if known[name] < ENOUGH else 1):
            continue
        if not may_enter(views[name], who):
            if name in closed:
                continue
            closed.add(name)
        opened[name] += 1
        with counted() as asked:
            answer = client.get(path)
        shown_on = linked_from.get(path, "")
        visits.append(Visit(name, path, who, answer.status_code, match.kwargs, path in linked, asked, shown_on))
        if answer.streaming:
            answer.getvalue()  # as a browser does; the end of the content closes its file
        if answer.status_code != 200 or "html" not in answer.get("Content-Type", ""):
            continue
        for link in re.findall(r'(?:href|hx-get|src|action)="(/[^"#]*)', answer.content.decode()):
            link = html.unescape(link)
            if link not in linked and not re.match("/(static|[a-z]{2})/", link):
                linked.add(link)
                linked_from[link] = path
                waiting.append(link)
    return visits
