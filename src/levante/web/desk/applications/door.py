"""The door of a file at the desk: whoever sees it gets it, whoever would examine it declares before it opens."""

from collections.abc import Iterable

from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext

from levante.applications.api import (
    APPLICATIONS,
    STATES,
    UNREAD,
    Application,
    CheckOutcome,
    ConflictDeclaration,
    examiners_of,
    may_assign,
    may_read,
    standing_members,
    substitutes_on,
    with_call,
)
from levante.grants.api import Award
from levante.identity.api import User
from levante.kernel.api import Actor, refuse, require, today
from levante.web.desk.applications.listing import OPEN, TONES

#: Of what most pages of an application leave unread, what its file reads: the rules, and how the office is reached.
READ_HERE = ("opening__call__eligibility", "opening__call__office__email", "opening__call__office__pec")

#: The steps by which a file passes to an officer, who declares as it does.
TAKING = ("take_in_charge", "take_over_integration", "take_over_notice")
#: What is done of a file that is not open yet: declaring, and giving it to somebody, of which only names are read.
BEFORE_OPENING = (*TAKING, "conflict", "assign")


def application_or_404(actor: Actor, application_id: int, *, closed: bool = False) -> Application:
    """An application that was sent and that the actor sees; refused with the reason while it may not be read, but for who
    asks for it ``closed``: that one shows of it what its cover says, no more. The others lead there."""
    rows = (
        with_call(Application.objects.visible_to(actor))
        .sent()
        .select_related("case_officer", "submitted_by", "opening__call__act", "notice")
        .defer(None)
        .defer(*(name for name in UNREAD if name not in READ_HERE))
    )
    rows = rows.prefetch_related(
        Prefetch("checks", CheckOutcome.objects.select_related("checked_by")),
        Prefetch("conflict_declarations", ConflictDeclaration.objects.select_related("officer")),
        Prefetch("awards", Award.objects.select_related("act", "enterprise", "aid", "reservation").order_by("-pk")),
        "integrations__attachments__file",
    )
    found: Application | None = rows.filter(pk=application_id).first()
    if found is None:
        _say_conflict(actor, application_id)
        raise Http404
    if not closed:
        require(may_read(actor, found), way=reverse("desk:application", args=[found.pk]))
    return found


def _say_conflict(actor: Actor, application_id: int) -> None:
    """Whoever declared a conflict of interest is told why the file no longer opens, and nothing of what it holds."""
    declared = ConflictDeclaration.objects.filter(application_id=application_id, officer_id=actor.user_id)
    if actor.user_id is not None and declared.filter(has_conflict=True).exists():
        refuse(
            "Hai dichiarato un conflitto di interessi su questa pratica: la segue un’altra persona (art. 6-bis L. 241/1990).",
            "You declared a conflict of interest about this file: somebody else follows it (art. 6-bis L. 241/1990).",
        )


def cover(request: HttpRequest, actor: Actor, shown: Application) -> HttpResponse:
    """A file before it opens: who applies, the call, the number, and the declaration that opens it."""
    takes = next((name for name in TAKING if shown.state in APPLICATIONS.transitions[name].sources), "")
    free = shown.case_officer_id is None and shown.state in OPEN
    return render(
        request,
        "desk/applications/cover.html",
        {
            "application": shown,
            "call": shown.opening.call,
            "enterprise": shown.enterprise,
            "members": [row for row in standing_members(shown) if not row.is_lead],
            "state": STATES[shown.state],
            "tone": TONES[shown.state],
            "taking": takes if free else "",
            "officers": givable_to(shown) if may_assign(actor, shown) and shown.state in OPEN else [],
            "next": going_to(request),
        },
    )


def going_to(request: HttpRequest) -> str:
    """The page of ours where one was going when asked to declare; empty for the file itself."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if ours else ""


def givable_to(shown: Application) -> list[tuple[int, str]]:
    """Who can be given the file, other than who has it: those who examine, with no conflict declared. Two queries."""
    barred = {row.officer_id for row in shown.conflict_declarations.all() if row.has_conflict}
    people = examiners_of(shown.opening.call.office_id).exclude(pk__in=barred)
    return named(user for user in people if user.pk != shown.case_officer_id)


def named(people: Iterable[User]) -> list[tuple[int, str]]:
    """People for a menu of who is to have a file: who is away today is said to be. One query."""
    away, mark = substitutes_on(today()), gettext("away")
    return [(one.pk, one.get_full_name() + (f" ({mark})" if one.pk in away else "")) for one in people]
