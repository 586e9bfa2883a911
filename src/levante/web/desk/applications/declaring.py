"""Declaring on conflicts of interest for many files on one page (art. 6-bis L. 241/1990): what their covers show, and one tick
for each file in conflict."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext

from levante.applications.api import MOST_DECLARED, Declared, declare_about_many, to_declare, with_covers
from levante.identity.api import roles
from levante.kernel.api import Actor, Refused, refuse
from levante.web.access import for_desk
from levante.web.components.numbers import whole_numbers

EXAMINERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.AGENCY_STAFF)


@for_desk(*EXAMINERS)
def declare(request: HttpRequest) -> HttpResponse:
    """The files in one's charge that wait for the declaration, in order of arrival. What is sent names the files that were
    shown: of those that came meanwhile nothing is said."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
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
            _tell(request, done)
            return redirect("desk:declare" if to_declare(actor).exists() else "desk:applications")
    waiting = to_declare(actor)
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
            "shown": len(rows),
            "refusal": refusal.reason.in_language(get_language()) if refusal else "",
            "wrong": refusal.field if refusal else "",
        },
        status=422 if refusal else 200,
    )


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


def _tell(request: HttpRequest, done: Declared) -> None:
    if done.without:
        words = ngettext(
            "%(count)s file opens now: you declared no conflict.",
            "%(count)s files open now: you declared no conflict.",
            done.without,
        )
        messages.success(request, words % {"count": done.without})
    if done.conflicts:
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
