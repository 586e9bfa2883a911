"""My applications: the list, starting one, filling it in, what is missing, sending it; then its file."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from levante.applications.api import (
    APPLICATIONS,
    Application,
    all_as_told,
    applications_of,
    as_told,
    deliveries_of,
    documents_to_renew,
    filled_by,
    for_filling,
    group_needed,
    groups_entered,
    is_group,
    keep_self_check,
    limits_standing,
    may_submit,
    may_withdraw,
    members_told,
    new_form_of,
    offer_of,
    read_application,
    received_among,
    requirements_standing,
    standing_members,
    start_draft,
    timeline,
    with_call,
    with_given,
    with_present,
)
from levante.calls.api import Opening
from levante.grants.api import arrival_places
from levante.kernel.api import Refused, day_of, now, today
from levante.kernel.pure import ZERO
from levante.law.remedies import remedies
from levante.letters.api import Letter
from levante.parties.api import Enterprise
from levante.web.access import for_enterprise
from levante.web.portal.applications.filling import (
    actor_of,
    earlier_page,
    file_added,
    file_changed,
    history_page,
    language,
    presence_told,
    section_page,
)
from levante.web.portal.applications.pages import given_answers, stepper, summary_rows, task_list
from levante.web.portal.applications.place import PORTAL
from levante.web.portal.applications.standing import arrival_place, published_place, standing_of
from levante.web.site.calls.views import KEPT_ANSWERS


def application_or_404(request: HttpRequest, application_id: int) -> Application:
    """The application, if it is of the enterprise acted for, as it was told of it. One query."""
    actor = actor_of(request)
    mine = with_call(Application.objects.visible_to(actor)).filter(enterprise_id=actor.enterprise_id)
    return as_told(get_object_or_404(mine, pk=application_id))


@for_enterprise()
def applications(request: HttpRequest) -> HttpResponse:
    """My applications: drafts first with what they lack, then what was sent."""
    mine = all_as_told(applications_of(actor_of(request)))
    entered = list(groups_entered(actor_of(request)))
    all_as_told(member.application for member in entered)
    instant, places = now(), arrival_places(mine)
    received = received_among([item for item in mine if item.is_sealed])
    return render(
        request,
        "portal/applications/list.html",
        {
            "drafts": [(item, item.opening.phase(instant)) for item in mine if item.is_draft],
            "sealed": [(item, item.opening.phase(instant), received.get(item.pk)) for item in mine if item.is_sealed],
            "sent": [(item, places.get(item.pk)) for item in mine if not item.is_draft and not item.is_sealed],
            "entered": entered,
        },
    )


@for_enterprise("apply")
def start(request: HttpRequest, opening_id: int) -> HttpResponse:
    """Start an application, or go back to the draft there is. A GET (after signing in) only asks to confirm."""
    opening = get_object_or_404(
        Opening.objects.visible_to(actor_of(request)).select_related("call__office", "form"), pk=opening_id
    )
    kept = request.session.get(KEPT_ANSWERS, {}).get(opening.call.code)
    if request.method != "POST":
        context = {"opening": opening, "call": opening.call, "kept": bool(kept), **_limits(request, opening)}
        return render(request, "portal/applications/start.html", context)
    try:
        draft = start_draft(actor=actor_of(request), opening=opening)
        if kept:
            keep_self_check(actor=actor_of(request), application=draft, said=kept)
            request.session[KEPT_ANSWERS] = {
                code: said for code, said in request.session[KEPT_ANSWERS].items() if code != opening.call.code
            }
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(language()))
        return redirect("site:call", opening.call.code)
    return redirect("portal:application", draft.pk)


def _limits(request: HttpRequest, opening: Opening) -> dict[str, Any]:
    """The limits of the call, as they stand for the enterprise before it starts."""
    if not (opening.call.limits or opening.limits):
        return {"limits": []}
    enterprise = Enterprise.objects.get(pk=actor_of(request).enterprise_id or 0)
    return {"limits": limits_standing(opening, enterprise, answers={}, on=today())}


@for_enterprise("apply")
def requirements(request: HttpRequest, application_id: int) -> HttpResponse:
    """Who may ask: each requirement of the call with its answer and why; what nobody knows is asked here, once."""
    shown = application_or_404(request, application_id)
    if not shown.is_draft:
        return redirect("portal:application", shown.pk)
    if request.method == "POST":
        said = {name: value for name, value in request.POST.items() if value in {"yes", "no"}}
        keep_self_check(actor=actor_of(request), application=shown, said=said)
        messages.success(request, gettext("Your answers are kept in the application."))
        return redirect("portal:application_requirements", shown.pk)
    check = requirements_standing(shown)
    return render(
        request,
        "portal/applications/requirements.html",
        {"application": shown, "call": shown.opening.call, "check": check, "said": shown.said},
    )


@for_enterprise()
def application(request: HttpRequest, application_id: int) -> HttpResponse:
    """The task list of a draft; the file of what was sent, with what is my turn."""
    shown = application_or_404(request, application_id)
    if shown.sealed_at is not None and not shown.is_sent:
        return redirect("portal:application_day", shown.pk)
    if not shown.is_draft:
        return sent_page(request, shown)
    reading = read_application(shown)
    return render(
        request,
        "portal/applications/tasks.html",
        {
            "at": PORTAL,
            "application": shown,
            "call": shown.opening.call,
            "phase": shown.opening.phase(now()),
            "can_go_on": shown.opening.takes_drafts(now()),
            "tasks": [*_requirements_task(shown), *_group_task(shown), *task_list(shown, reading, language())],
            "steps": stepper("fill", shown),
            "by_office": filled_by(shown),
            "missing": len(reading.problems),
            "new_form": new_form_of(shown),
        },
    )


def _requirements_task(shown: Application) -> list[dict[str, Any]]:
    check = requirements_standing(shown)
    if not check.requirements:
        return []
    state = {"yes": "done", "no": "mend", "unknown": "todo"}[check.outcome]
    return [
        {
            "title": gettext("Requirements"),
            "url": reverse("portal:application_requirements", args=[shown.pk]),
            "state": state,
            "hint": gettext("Something seems not to be met: see what.") if state == "mend" else "",
        }
    ]


def _group_task(shown: Application) -> list[dict[str, Any]]:
    """How one applies and with whom, where the call takes groups."""
    if shown.opening.call.applicants["kinds"] == ["single"]:
        return []
    count = len(standing_members(shown))
    missing = list(group_needed(shown))
    hint = ngettext("%(count)d firm in the group", "%(count)d firms in the group", count) % {"count": count}
    return [
        {
            "title": gettext("The firms of the group") if is_group(shown) else gettext("How you apply"),
            "url": reverse("portal:application_group", args=[shown.pk]),
            "state": "done" if not missing else "doing" if count > 1 else "todo",
            "hint": hint if is_group(shown) else "",
        }
    ]


def sent_page(request: HttpRequest, shown: Application, *, status: int = 200, **kept: str) -> HttpResponse:
    """The file of what was sent; ``kept`` is what was typed in an answer that was refused (``integration``, ``observations``;
    ``until`` of the document of ``field``), drawn again in its form."""
    typed = {"integration": "", "observations": "", "field": "", "until": "", **kept}
    return render(
        request, "portal/applications/file.html", {**_file_context(request, shown), "typed": typed}, status=status
    )


def _file_context(request: HttpRequest, shown: Application) -> dict[str, Any]:
    written = list(Letter.objects.about(shown).left().defer("body", "courtesy_body").order_by("-queued_at", "-pk"))
    told = next((row.delivered_at for row in written if row.kind == "rejected" and row.delivered_at), None)
    known = told or shown.decided_at
    place, arrival = published_place(shown), arrival_place(shown)
    integrations = list(shown.integrations.all())
    return {
        "at": PORTAL,
        "letters": written,
        "told_on": told,
        "application": shown,
        "call": shown.opening.call,
        "moments": list(reversed(timeline(shown))),
        "standing": standing_of(shown, place=place, arrival=arrival),
        "integrations": integrations,
        "given": given_answers(shown, integrations),
        "notice": shown.notice,
        "place": place,
        "arrival": arrival,
        "offer": offer_of(shown),
        "renounces": shown.state == "admitted" and bool(may_submit(actor_of(request), shown)),
        "groups": summary_rows(shown, read_application(shown), language()),
        "members": members_told(shown, shown.admitted_amount or shown.requested_amount or ZERO),
        **_later(request, shown),
        "remedies": remedies(day_of(known)) if shown.state == "rejected" and known else (),
    }


#: States in which an enterprise is offered to take back what it sent.
_WITHDRAWABLE = APPLICATIONS.transitions["withdraw"].sources


def _later(request: HttpRequest, shown: Application) -> dict[str, Any]:
    """What may still come, what came, and whether what was sent can be taken back."""
    form = read_application(shown).form
    rows = list(shown.later_documents.all())
    for row in rows:
        item = form.field(row.field)
        row.expires = item is not None and item.expires
    is_open = shown.state not in {"withdrawn", "rejected", "lapsed", "revoked"}
    awarded = any(award.state == "effective" for award in shown.awards.all())
    return {
        "awaited": [row for row in rows if row.state == "awaited"] if is_open else [],
        "to_renew": documents_to_renew(shown, on=today()) if is_open and not awarded else [],
        "deliveries": list(deliveries_of(shown)),
        "withdrawal": may_withdraw(actor_of(request), shown) if shown.state in _WITHDRAWABLE else None,
    }


def draft_or_404(request: HttpRequest, application_id: int) -> Application:
    """An application of the enterprise acted for, with what filling in a section needs and who is in it. One query."""
    actor = actor_of(request)
    mine = for_filling(Application.objects.visible_to(actor)).filter(enterprise_id=actor.enterprise_id)
    return get_object_or_404(with_given(with_present(mine)), pk=application_id)


@for_enterprise("apply")
def section(request: HttpRequest, application_id: int, section_id: str) -> HttpResponse:
    """One section of a draft."""
    return section_page(request, draft_or_404(request, application_id), section_id, PORTAL)


@require_POST
@for_enterprise("apply")
def attach(request: HttpRequest, application_id: int, field_id: str) -> HttpResponse:
    """A document for an answer; what is refused says why, and nothing of it stays."""
    return file_added(request, application_or_404(request, application_id), field_id, PORTAL)


@for_enterprise("apply")
def earlier(request: HttpRequest, application_id: int, field_id: str) -> HttpResponse:
    """Documents given before, to choose one again."""
    return earlier_page(request, application_or_404(request, application_id), field_id, PORTAL)


@require_POST
@for_enterprise("apply")
def file(request: HttpRequest, application_id: int, field_id: str, file_id: int) -> HttpResponse:
    """Take a document away from a draft, or say until when it holds."""
    return file_changed(request, application_or_404(request, application_id), field_id, file_id, PORTAL)


@require_POST
@for_enterprise("apply")
def presence(request: HttpRequest, application_id: int) -> HttpResponse:
    """The page says that its person is there."""
    return presence_told(request, draft_or_404(request, application_id), PORTAL)


@for_enterprise("apply")
def history(request: HttpRequest, application_id: int) -> HttpResponse:
    """Who changed what in a draft."""
    return history_page(request, application_or_404(request, application_id), PORTAL)
