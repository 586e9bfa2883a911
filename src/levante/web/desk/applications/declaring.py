"""Declaring on conflicts of interest for many files on one page (art. 6-bis L. 241/1990): what their covers show, and one tick
for each file in conflict. They are those in one's charge, or those of what one is about to put forward or sign."""

from dataclasses import dataclass

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext

from levante.applications.api import (
    MOST_DECLARED,
    Application,
    BulkRun,
    Declared,
    Ranking,
    declare_about_many,
    files_of_ranking,
    to_declare,
    undeclared_among,
    with_covers,
)
from levante.calls.api import Call, Opening
from levante.grants.api import files_of_act
from levante.identity.api import roles
from levante.kernel.api import Actor, Refused, refuse
from levante.web.access import for_desk
from levante.web.components.numbers import whole_number, whole_numbers
from levante.web.desk.awards.views import act_or_404, ready_to_award

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
        return Whence(act.title, files_of_act(act), reverse("desk:award", args=[act.pk]), reverse("desk:awards"))
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
    the declaration. What is sent names the files that were shown: of those that came meanwhile nothing is said."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    whence = _whence(actor, request.GET)
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
    if done.without and not opens:
        words = ngettext(
            "You declared no conflict about %(count)s file.",
            "You declared no conflict about %(count)s files.",
            done.without,
        )
        messages.success(request, words % {"count": done.without})
    elif done.without:
        words = ngettext(
            "%(count)s file opens now: you declared no conflict.",
            "%(count)s files open now: you declared no conflict.",
            done.without,
        )
        messages.success(request, words % {"count": done.without})
    if done.conflicts and not opens:
        words = ngettext(
            "You declared a conflict about %(count)s file: somebody else puts it forward and signs.",
            "You declared a conflict about %(count)s files: somebody else puts them forward and signs.",
            done.conflicts,
        )
        messages.info(request, words % {"count": done.conflicts})
    elif done.conflicts:
        words = ngettext(
            "%(count)s file in conflict goes back to the director.",
            "%(count)s files in conflict go back to the director.",
            done.conflicts,
        )
        messages.info(request, words % {"count": done.conflicts})
    if done.left:
        words = ngettext(
            "%(count)s file was left as it was: you had declared already, or it is no longer yours to examine.",
            "%(count)s files were left as they were: you had declared already, or they are no longer yours to examine.",
            done.left,
        )
        messages.info(request, words % {"count": done.left})
