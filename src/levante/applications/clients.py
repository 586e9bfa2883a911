"""The applications of everybody a person acts for, on one page: whose turn each is, and by when. For who follows many firms.

A person sees here what each of their mandates lets them see, and nothing else: to do something they act for one firm.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.db.models import Q, QuerySet

from levante.applications.later import awaited_documents
from levante.applications.models import Application, Deadline, GroupMember, IntegrationRequest, RejectionNotice
from levante.applications.models_group import INVITED
from levante.applications.models_group import OPEN as IN_GROUP
from levante.applications.parts import open_offers
from levante.applications.sealing import received_among
from levante.applications.states import DISCARDED, DRAFT, INTEGRATION, LAPSED, NOTICE, SEALED, SUBMITTED, UNDER_CHECK
from levante.applications.told import all_as_told, as_told, known_as
from levante.kernel.api import ENTERPRISE, ROME, now, today
from levante.parties.api import Enterprise, mandates_in_force, scopes_held

MINE, OFFICE, CLOSED = "mine", "office", "closed"
TURNS = (MINE, OFFICE, CLOSED)


@dataclass(frozen=True, slots=True)
class Client:
    """A firm a person acts for, with what their mandates cover."""

    enterprise: Enterprise
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Work:
    """An application of a client (or a place of the client in a group that others lead): whose turn it is, what for, by when.

    ``what`` is a word of ``WHAT``; ``member`` is there when the client is a partner in it.
    """

    client: Client
    application: Application
    turn: str
    what: str
    due: date | datetime | None = None
    member: GroupMember | None = None

    @property
    def order(self) -> tuple[int, datetime, int]:
        """Mine first, the soonest term first."""
        return TURNS.index(self.turn), _instant(self.due), -self.application.pk


#: What waits in an application, or where it is.
WHAT = (
    "draft", "draft_closed", "to_seal", "to_send", "sealed", "integration", "notice", "part", "document", "invitation", "group",
    "office", "admitted", "rejected", "withdrawn", "lapsed", "revoked",
)  # fmt: skip


def clients_of(user_id: int | None, on: date) -> dict[int, Client]:
    """The firms a person acts for on a day, by id, by name. One query."""
    found: dict[int, Client] = {}
    for mandate in mandates_in_force(user_id, on) if user_id is not None else []:
        if mandate.party.kind != ENTERPRISE or mandate.enterprise is None:
            continue
        known = found.get(mandate.party.id)
        scopes = scopes_held(mandate) | (known.scopes if known is not None else frozenset())
        found[mandate.party.id] = Client(mandate.enterprise, scopes)
    return {pk: client for pk, client in found.items() if "read" in client.scopes}


def work_of(clients: dict[int, Client]) -> list[Work]:
    """Everything of these clients, what is their turn first. A fixed number of queries, whatever their number."""
    shown: QuerySet[Application] = Application.objects.filter(enterprise__in=clients).exclude(state=DISCARDED)
    rows = list(
        shown.select_related("opening__call")
        .only(
            "state", "held_from", "number", "enterprise_id", "submitted_at", "requested_amount", "opening__state", "opening__opens_at",
            "opening__closes_at", "opening__call__state", "opening__call__title_it", "opening__call__title_en",
            "opening__call__code", "opening__call__procedure", "opening__call__delivery",
        )
        .order_by("-pk")
    )  # fmt: skip
    rows = all_as_told(rows)
    terms = _terms(shown)
    received = received_among([row for row in rows if row.state == SEALED])
    found = [_work(clients[row.enterprise_id], row, terms, row.pk in received) for row in rows]
    found += _in_groups(clients)
    return sorted(found, key=lambda one: one.order)


@dataclass(frozen=True, slots=True)
class _Terms:
    """The days that run, by application."""

    requests: dict[int, date]
    notices: dict[int, date]
    documents: dict[int, date]
    parts: dict[int, date]
    procedures: dict[int, date]


def _terms(shown: "QuerySet[Application]") -> _Terms:
    requests = IntegrationRequest.objects.filter(application__in=shown, state="open").order_by("-due_on")
    notices = RejectionNotice.objects.filter(
        known_as(NOTICE), application__in=shown, observed_at=None, accepted_at=None
    )
    runs = Q(state="running") | ~Q(application__held_from="")
    procedures = Deadline.objects.filter(runs, application__in=shown, kind="examination").order_by("-due_on")
    return _Terms(
        dict(requests.values_list("application_id", "due_on")),
        dict(notices.order_by("pk").values_list("application_id", "due_on")),
        {row.application_id: row.due_on for row in reversed(awaited_documents(shown))},
        dict(open_offers(shown).values_list("application_id", "due_on")),
        dict(procedures.values_list("application_id", "due_on")),
    )


def _work(client: Client, row: Application, terms: _Terms, received: bool) -> Work:
    opening, instant = row.opening, now()
    early = opening.opens_at > instant
    if row.state == DRAFT:
        if not opening.takes_drafts(instant):
            return Work(client, row, CLOSED, "draft_closed")
        return Work(
            client, row, MINE, "to_seal" if early else "draft", opening.opens_at if early else opening.closes_at
        )
    if row.state == SEALED:
        if received or early:
            return Work(client, row, OFFICE, "sealed", opening.opens_at if early else None)
        return Work(client, row, MINE, "to_send", opening.closes_at)
    if row.state == INTEGRATION:
        return Work(client, row, MINE, "integration", terms.requests.get(row.pk))
    if row.state == NOTICE and row.pk in terms.notices and terms.notices[row.pk] >= today():
        return Work(client, row, MINE, "notice", terms.notices[row.pk])
    if row.pk in terms.parts:
        return Work(client, row, MINE, "part", terms.parts[row.pk])
    if row.pk in terms.documents:
        return Work(client, row, MINE, "document", terms.documents[row.pk])
    if row.state in (SUBMITTED, UNDER_CHECK, NOTICE):
        return Work(client, row, OFFICE, "office", terms.procedures.get(row.pk))
    return Work(client, row, CLOSED, LAPSED if row.state == LAPSED else row.state)


def _in_groups(clients: dict[int, Client]) -> Iterable[Work]:
    """The places of the clients in groups that others lead. One query."""
    rows = GroupMember.objects.filter(enterprise__in=clients, is_lead=False, state__in=IN_GROUP)
    for member in rows.select_related("application__opening__call", "application__enterprise").order_by("-pk"):
        row, client = as_told(member.application), clients[member.enterprise_id]
        if row.state == DRAFT and row.opening.takes_drafts(now()):
            what = "invitation" if member.state == INVITED else "group"
            yield Work(client, row, MINE, what, row.opening.closes_at, member)
        elif row.state in (SUBMITTED, UNDER_CHECK, INTEGRATION, NOTICE):
            yield Work(client, row, OFFICE, "office", None, member)
        else:
            yield Work(client, row, CLOSED, "draft_closed" if row.state == DRAFT else row.state, None, member)


def _instant(moment: date | datetime | None) -> datetime:
    if moment is None:
        return datetime.max.replace(tzinfo=UTC)
    return moment if isinstance(moment, datetime) else datetime.combine(moment, time.max, tzinfo=ROME)
