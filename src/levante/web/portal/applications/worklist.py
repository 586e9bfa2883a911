"""What waits for an enterprise about its applications: answers asked for, notices, drafts whose window closes."""

from datetime import datetime

from django.db.models import Q, QuerySet, Value
from django.urls import reverse
from django.utils.translation import get_language, gettext

from levante.applications.api import (
    Application,
    ApplicationEvent,
    IntegrationRequest,
    RejectionNotice,
    awaited_documents,
    event_title,
    expired_documents,
    groups_entered,
    known_as,
    open_offers,
    read_member,
    received_among,
    to_confirm,
)
from levante.calls.api import openings_open_on
from levante.grants.api import Award
from levante.kernel.api import Actor, now, today
from levante.kernel.pure import reads_english
from levante.web.portal.opportunities.sources import unmet_among
from levante.web.templatetags.levante import in_language
from levante.web.worklist import LIMIT, Item


def _title(application: Application) -> str:
    call = application.opening.call
    name = call.title_en if reads_english(get_language()) else call.title_it
    return f"{name}, {application.number}" if application.number else str(name)


def _address(application: Application) -> str:
    return reverse("portal:application", args=[application.pk])


def my_turn(actor: Actor) -> list[Item]:
    """Requests and notices to answer, parts to accept, documents to give, drafts that can still be sent. Five queries, and
    those of groups."""
    mine = Application.objects.visible_to(actor).filter(enterprise_id=actor.enterprise_id)
    items = []
    requests = IntegrationRequest.objects.filter(application__in=mine, state="open").order_by("due_on", "pk")
    for request in requests.select_related("application__opening__call")[:LIMIT]:
        application = request.application
        items.append(
            Item(_title(application), _address(application), gettext("integration"),
                 gettext("The office asks you for something"), due=request.due_on, rank=10)
        )  # fmt: skip
    notices = RejectionNotice.objects.filter(
        known_as("notice"), application__in=mine, observed_at=None, accepted_at=None
    )
    for notice in notices.select_related("application__opening__call").order_by("due_on", "pk")[:LIMIT]:
        items.append(
            Item(_title(notice.application), _address(notice.application), gettext("notice"),
                 gettext("The office is about to reject it: you can answer."), due=notice.due_on, tone="attention", rank=11)
        )  # fmt: skip
    for row in awaited_documents(mine)[:LIMIT]:
        items.append(
            Item(in_language(row, "label"), _address(row.application), gettext("document to give"),
                 gettext("You said you would give it later."), due=row.due_on, rank=12)
        )  # fmt: skip
    items += _before_the_award(mine)
    instant = now()
    open_now = Q(opening__in=openings_open_on(instant, actor=actor).order_by().values("pk"))
    coming = Q(opening__opens_at__gt=instant, opening__call__state="published", opening__state="scheduled")
    drafts = mine.filter(open_now | coming, state="draft").select_related("opening__call")
    for draft in drafts.order_by("opening__closes_at", "pk")[:LIMIT]:
        if not draft.opening.takes_drafts(instant):
            continue
        early = draft.opening.opens_at > instant
        text = gettext("To be completed and sealed before it opens.") if early else gettext("Not sent yet.")
        if draft.by_office and to_confirm(draft):
            text = gettext("An office filled it in for you: read it, confirm it and send it.")
        due = draft.opening.opens_at if early else draft.opening.closes_at
        items.append(Item(_title(draft), _address(draft), gettext("draft"), text, due=due, tone="draft", rank=20))
    items += _to_send(mine)
    items += _with_others(actor)
    return items[:LIMIT]


def _before_the_award(mine: "QuerySet[Application]") -> list[Item]:
    """Parts that are offered, and documents that no longer hold while the award is still to come. One query, and one when there
    is something."""
    awarded = Award.objects.filter(application__in=mine, state="effective").values("application")
    expired = expired_documents(mine.exclude(pk__in=awarded), on=today())
    rows = open_offers(mine).order_by().values_list("application_id", "due_on", Value(""))
    rows = rows.union(expired.order_by().values_list("application_id", "expires_on", "label"), all=True)
    waiting = list(rows.order_by("due_on")[:LIMIT])
    if not waiting:
        return []
    known = mine.select_related("opening__call").in_bulk({pk for pk, _, _ in waiting})
    return [
        Item(label, _address(known[pk]), gettext("document to renew"),
             gettext("It has expired: before the award act a new one is needed."), tone="attention", rank=14)
        if label
        else Item(_title(known[pk]), _address(known[pk]), gettext("part offered"),
                  gettext("The money covers a part: say whether you accept it, or the place is lost."), due=due,
                  tone="attention", rank=11)
        for pk, due, label in waiting
    ]  # fmt: skip


#: Of how many groups it is told whether one's own part is complete.
PARTS = 5


def _with_others(actor: Actor) -> list[Item]:
    """Invitations to answer, and one's own part of an application that others lead. One query, and those of each part."""
    items = []
    for member in groups_entered(actor).filter(application__state="draft")[:PARTS]:
        opening = member.application.opening
        if not opening.takes_drafts(now()):
            continue
        address, lead = reverse("portal:membership", args=[member.pk]), member.application.enterprise.name
        if member.state == "invited":
            text = gettext("%(lead)s invites you to apply together.") % {"lead": lead}
            items.append(Item(_title(member.application), address, gettext("invitation"), text, due=opening.closes_at,
                              tone="attention", rank=13))  # fmt: skip
        elif member.state == "accepted" and read_member(member).problems:
            text = gettext("Your part of the application that %(lead)s sends is not complete.") % {"lead": lead}
            items.append(Item(_title(member.application), address, gettext("your part"), text, due=opening.closes_at,
                              tone="draft", rank=19))  # fmt: skip
    return items


def _to_send(mine: "QuerySet[Application]") -> list[Item]:
    """What is sealed and not received: the day it opens, or the day it closes when it is open already. Two queries at most."""
    sealed = list(
        mine.filter(state="sealed").select_related("opening__call").order_by("opening__opens_at", "pk")[:LIMIT]
    )
    received, instant = received_among(sealed), now()
    items = []
    for one in sealed:
        phase = one.opening.phase(instant)
        if one.pk in received or phase.code == "closed":
            continue
        text = gettext("Sealed: send it now.") if phase.is_open else gettext("Sealed: you send it when it opens.")
        due = one.opening.closes_at if phase.is_open else one.opening.opens_at
        address = reverse("portal:application_day", args=[one.pk])
        items.append(Item(_title(one), address, gettext("click day"), text, due=due, tone="attention", rank=9))
    return items


def moved(actor: Actor, since: datetime) -> list[Item]:
    """What happened to the applications sent. One query."""
    mine = Application.objects.visible_to(actor).filter(enterprise_id=actor.enterprise_id)
    events = ApplicationEvent.objects.filter(application__in=mine, at__gt=since, is_internal=False)
    return [
        Item(_title(event.application), _address(event.application), gettext("application"),
             event_title(event.kind).in_language(get_language()), at=event.at)
        for event in events.select_related("application__opening__call").order_by("-at", "-pk")[:LIMIT]
    ]  # fmt: skip


#: How many open calls are looked at to suggest one.
TRIED = 20


def suggestions(actor: Actor) -> list[Item]:
    """A call that is open, to which the enterprise has not applied, and whose rules it may meet. Five queries."""
    mine = Application.objects.visible_to(actor).filter(enterprise_id=actor.enterprise_id)
    openings = openings_open_on(now(), actor=actor).exclude(pk__in=mine.values("opening_id"))
    openings = openings.prefetch_related("call__openings")[:TRIED]
    unmet = unmet_among((one.call for one in openings), enterprise_id=actor.enterprise_id, on=today())
    english = reads_english(get_language())
    return [
        Item(
            opening.call.title_en if english else opening.call.title_it,
            reverse("site:call", args=[opening.call.code]),
            gettext("call"),
            gettext("It is open and you have not applied yet."),
            due=opening.closes_at,
            rank=40,
        )
        for opening in [one for one in openings if one.call.code not in unmet][:3]
    ]
