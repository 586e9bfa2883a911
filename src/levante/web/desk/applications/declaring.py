"""Declaring on conflicts of interest for many files on one page (art. 6-bis L. 241/1990): what their covers show, and one tick
for each file in conflict. They are those in one's charge, or those of what one is about to put forward or sign; or, at once, all
those of an opening, of which one looks for those in conflict."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext

from levante.applications.api import (
    MOST_DECLARED,
    Application,
    BulkRun,
    Declared,
    GroupMember,
    Ranking,
    declare_about_many,
    declare_about_opening,
    files_of_ranking,
    to_declare,
    undeclared_among,
    with_covers,
)
from levante.calls.api import Call, Opening
from levante.grants.api import ever_in_act
from levante.identity.api import roles
from levante.kernel.api import Actor, Refused, now, refuse
from levante.web.access import for_desk
from levante.web.components.firms import firms_named
from levante.web.components.numbers import whole_number, whole_numbers
from levante.web.desk.applications.listing import matching
from levante.web.desk.awards.one_act import act_or_404
from levante.web.desk.awards.views import ready_to_award

EXAMINERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.AGENCY_STAFF)


@dataclass(frozen=True, slots=True)
class Whence:
    """From where one comes to declare: what is put forward, its files, and where one goes back to: to it or, once a conflict
    keeps one from it, to the list."""

    title: str
    files: "QuerySet[Application]"
    back: str
    otherwise: str


def _whence(actor: Actor, asked: QueryDict) -> Whence | None:
    """What the address names: an act, the applications of a call that wait for one, a list, a work on many files."""
    if "atto" in asked:
        act = act_or_404(actor, whole_number(asked.get("atto")) or 0)
        return Whence(act.title, ever_in_act(act), reverse("desk:award", args=[act.pk]), reverse("desk:awards"))
    if "bando" in asked:
        call = get_object_or_404(Call.objects.visible_to(actor), code=asked["bando"])
        back = f"{reverse('desk:award_new')}?call={call.code}"
        rows = ready_to_award(actor).filter(opening__call=call).order_by()
        return Whence(gettext("Prepare an award act"), Application.objects.filter(pk__in=rows.values("pk")), back, back)
    if "graduatoria" in asked:
        rows = Ranking.objects.visible_to(actor).filter(opening__in=Opening.objects.visible_to(actor)).defer("snapshot")
        found = get_object_or_404(rows, pk=whole_number(asked.get("graduatoria")))
        back = reverse("desk:ranking", args=[found.pk])
        return Whence(gettext("Ranking"), files_of_ranking(found), back, reverse("desk:rankings"))
    if "insieme" in asked:
        run = get_object_or_404(BulkRun.objects.visible_to(actor), pk=whole_number(asked.get("insieme")))
        back = reverse("desk:bulk", args=[run.pk])
        return Whence(gettext("Many files at once"), Application.objects.filter(bulk_items__run=run), back, back)
    return None


def _waiting(actor: Actor, whence: Whence | None) -> "QuerySet[Application]":
    """The files to declare about, in order of arrival."""
    if whence is None:
        return to_declare(actor)
    seen = Application.objects.visible_to(actor).filter(pk__in=whence.files.values("pk"))
    return undeclared_among(actor, seen).order_by("submitted_at", "pk")


@for_desk(*EXAMINERS)
def declare(request: HttpRequest) -> HttpResponse:
    """The files in one's charge, or of what is put forward (``?atto``, ``?bando``, ``?graduatoria``, ``?insieme``), that wait for
    the declaration. What is sent names the files that were shown: of those that came meanwhile nothing is said. ``?finestra``:
    all those of an opening at once."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    whence = _whence(actor, request.GET)
    if "finestra" in request.GET:
        rows = Opening.objects.visible_to(actor).select_related("call__office")
        return _whole(request, whence, get_object_or_404(rows, pk=whole_number(request.GET["finestra"])))
    refusal: Refused | None = None
    if request.method == "POST":
        try:
            _require_ticks(request)
            done = declare_about_many(
                actor=actor,
                files=whole_numbers(request.POST.get("files", "").split(",")),
                conflicts=_conflicts(request),
            )
        except Refused as error:
            refusal = error
        else:
            _tell(request, done, opens=whence is None)
            return redirect(_next(request, actor, whence, done))
    waiting = _waiting(actor, whence)
    total = waiting.count()
    rows = list(with_covers(waiting)[:MOST_DECLARED])
    said = _conflicts(request)
    return render(
        request,
        "desk/applications/declare.html",
        {
            "rows": [
                {"application": row, "ticked": row.pk in said, "text": request.POST.get(f"text-{row.pk}", "")}
                for row in rows
            ],
            "files": ",".join(str(row.pk) for row in rows),
            "total": total,
            "whence": whence,
            "shown": len(rows),
            "openings": _openings(waiting) if total > 1 else [],
            "query": request.GET.urlencode(),
            "refusal": refusal.reason.in_language(get_language()) if refusal else "",
            "wrong": refusal.field if refusal else "",
        },
        status=422 if refusal else 200,
    )


def _next(request: HttpRequest, actor: Actor, whence: Whence | None, done: Declared) -> str:
    """The page again while others wait; then where one came from, unless a conflict keeps one from it."""
    if _waiting(actor, whence).exists():
        return request.get_full_path()
    if whence is None:
        return reverse("desk:applications")
    return whence.otherwise if done.conflicts else whence.back


#: As many openings as one may declare for at once are offered, and as many files as a search for those in conflict shows.
MOST_OPENINGS, MOST_FOUND = 10, 20


def _openings(waiting: "QuerySet[Application]") -> "QuerySet[Opening]":
    """The openings of the files that wait, the latest first. One query."""
    rows = Opening.objects.filter(pk__in=waiting.order_by().values("opening")).select_related("call")
    return rows.order_by("-opens_at", "pk")[:MOST_OPENINGS]


def _whole(request: HttpRequest, whence: Whence | None, opening: Opening) -> HttpResponse:
    """All the files of an opening that had come when the page was made: how many they are, those in conflict, which one looks for
    and ticks, and one declaration about the others."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    seen = Application.objects.visible_to(actor).sent().filter(opening=opening)
    refusal: Refused | None = None
    if request.POST.get("do") == "declare":
        try:
            _require_ticks(request)
            done = declare_about_opening(
                actor=actor,
                opening=opening,
                upto=_instant(request.POST.get("upto", "")),
                count=whole_number(request.POST.get("count")) or 0,
                conflicts=_conflicts(request),
            )
        except Refused as error:
            refusal = error
        else:
            _tell(request, done, opens=whence is None)
            if whence is None:
                return redirect("desk:applications")
            return redirect(whence.otherwise if done.conflicts else whence.back)
    said, asked, upto = _conflicts(request), request.POST.get("q", "").strip(), now()
    shown = whole_numbers(request.POST.get("files", "").split(","))
    kept = said.keys() | {pk for pk in shown if request.POST.get(f"text-{pk}", "").strip()}
    found = list(with_covers(_answering(seen, asked).exclude(pk__in=kept))[: MOST_FOUND + 1]) if asked else []
    total = undeclared_among(actor, seen.filter(submitted_at__lte=upto)).count()
    rows = [*with_covers(seen.filter(pk__in=kept)).order_by("submitted_at", "pk"), *found[:MOST_FOUND]]
    return render(
        request,
        "desk/applications/declare_opening.html",
        {
            "opening": opening,
            "rows": [
                {"application": row, "ticked": row.pk in said, "text": request.POST.get(f"text-{row.pk}", "")}
                for row in rows
            ],
            "files": ",".join(str(row.pk) for row in rows),
            "total": total,
            "bare": not total and not Application.objects.sent().filter(opening=opening).exists(),
            "upto": upto,
            "asked": asked,
            "nobody": bool(asked) and not found,
            "cut": len(found) > MOST_FOUND,
            "whence": whence,
            "refusal": refusal.reason.in_language(get_language()) if refusal else "",
            "wrong": refusal.field if refusal else "",
        },
        status=422 if refusal else 200,
    )


def _instant(text: str) -> datetime:
    """The instant at which the page was made, as it sends it back; never one to come."""
    try:
        said = datetime.fromisoformat(text)
    except ValueError:
        said = None
    if said is None or said.tzinfo is None or said > now():
        refuse("La pagina non è intera: aprila di nuovo.", "The page is not whole: open it again.")
    return said


def _answering(seen: "QuerySet[Application]", text: str) -> "QuerySet[Application]":
    """The files that a text answers to: by number, by one of the firms that apply, by who sent it; in order of arrival."""
    firms, _ = firms_named(text)
    sender = Q()
    for word in text.split():
        sender &= Q(submitted_by__family_name__icontains=word) | Q(submitted_by__given_name__icontains=word)
    partners = GroupMember.objects.standing().filter(enterprise_id__in=firms).values("application")
    found = seen.filter(matching(text, firms) | Q(pk__in=partners) | sender)
    return found.order_by("submitted_at", "pk")


def _conflicts(request: HttpRequest) -> dict[int, str]:
    """Which conflict there is about each file that was ticked."""
    return {pk: request.POST.get(f"text-{pk}", "").strip() for pk in whole_numbers(request.POST.getlist("conflict"))}


def _require_ticks(request: HttpRequest) -> None:
    """Whoever wrote which conflict there is and did not tick the file would declare the contrary."""
    ticked = _conflicts(request)
    for pk in whole_numbers(request.POST.get("files", "").split(",")):
        if pk not in ticked and request.POST.get(f"text-{pk}", "").strip():
            refuse(
                "Hai scritto un conflitto su una pratica che non è segnata: segnala, o cancella il testo.",
                "You wrote a conflict about a file that is not ticked: tick it, or delete the text.",
                field=f"text-{pk}",
            )


def _tell(request: HttpRequest, done: Declared, *, opens: bool) -> None:
    """What was written; files in one's charge open with it (``opens``)."""
    without, conflicts, left = done.without, done.conflicts, done.left
    if opens:
        free = ngettext(
            "%(count)s file opens now: you declared no conflict.",
            "%(count)s files open now: you declared no conflict.",
            without,
        )
        barred = ngettext(
            "%(count)s file in conflict goes back to the director.",
            "%(count)s files in conflict go back to the director.",
            conflicts,
        )
    else:
        free = ngettext(
            "You declared no conflict about %(count)s file.", "You declared no conflict about %(count)s files.", without
        )
        barred = ngettext(
            "You declared a conflict about %(count)s file: somebody else puts it forward and signs.",
            "You declared a conflict about %(count)s files: somebody else puts them forward and signs.",
            conflicts,
        )
    as_it_was = ngettext(
        "%(count)s file was left as it was: you had declared already, or it is no longer yours to examine.",
        "%(count)s files were left as they were: you had declared already, or they are no longer yours to examine.",
        left,
    )
    told = ((messages.success, free, without), (messages.info, barred, conflicts), (messages.info, as_it_was, left))
    for say, words, count in told:
        if count:
            say(request, words % {"count": count})
