"""The file of one application: facts and checks, the form as it was sent, what happened and what can be done now."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from levante.applications.api import (
    APPLICATIONS,
    OPEN_IN,
    PHASES,
    STATES,
    Application,
    ApplicationSignature,
    Attachment,
    GroupMember,
    acting_officer,
    declarations_of,
    deliveries_of,
    documents_to_renew,
    examination_term,
    items_of,
    may_assign,
    may_examine,
    may_read,
    may_work,
    members_told,
    observed_notice,
    read_application,
    timeline,
    words_about,
)
from levante.documents.api import StoredFile
from levante.grants.api import (
    act_preview,
    export_trail,
    may_prepare,
    may_read_trail,
    name_of,
    trail_of,
)
from levante.identity.api import User
from levante.kernel.api import Actor, today
from levante.kernel.pure import ZERO, Decision
from levante.letters.api import USES, Letter, fill, may_write_for, template_for, wordings_for
from levante.parties.api import users_told
from levante.web.access import for_desk
from levante.web.desk.applications.differences import differences_of
from levante.web.desk.applications.door import TAKING, application_or_404, cover, givable_to
from levante.web.desk.applications.facts import facts_of
from levante.web.desk.applications.listing import OPEN, TONES
from levante.web.desk.letters.listing import described
from levante.web.navigation import FILE_ROLES
from levante.web.portal.applications.pages import own_of_members, summary_rows
from levante.web.portal.applications.standing import arrival_place
from levante.web.site.files.views import send

#: Of the workflow's steps, those an office takes; the others are the enterprise's.
OFFICE_STEPS = (
    "take_in_charge",
    "take_over_integration",
    "take_over_notice",
    "request_integration",
    "expire_integration",
    "admit",
    "give_notice",
    "resume",
    "reject",
    "undo",
    "revoke",
)


@dataclass(frozen=True, slots=True)
class Step:
    """Something that can be done from here, or why not yet."""

    name: str
    label: Any
    decision: Decision


@for_desk(*FILE_ROLES)
def application(request: HttpRequest, application_id: int) -> HttpResponse:
    """Everything needed to decide, on one page."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    shown = application_or_404(actor, application_id, closed=True)
    if not may_read(actor, shown):
        return cover(request, actor, shown)
    language = get_language() or "it"
    reading = read_application(shown)
    term = examination_term(shown) if shown.state in OPEN else None
    steps = steps_of(actor, shown)
    may_award = may_prepare(actor, shown) if shown.state == "admitted" else None
    asks = bool(may_award) or any(step.name == "admit" and step.decision for step in steps)
    return render(
        request,
        "desk/applications/file.html",
        {
            "application": shown,
            "call": shown.opening.call,
            "enterprise": shown.enterprise,
            "frozen": (shown.frozen or {}).get("enterprise", {}),
            "state": STATES[shown.state],
            "tone": TONES[shown.state],
            "groups": summary_rows(shown, reading, language),
            "members": members_told(shown, shown.admitted_amount or shown.requested_amount or ZERO),
            "own": own_of_members(shown, reading, language),
            "facts": facts_of(actor, shown),
            "arrival": arrival_place(shown),
            "differences": differences_of(shown),
            "checklists": checklists_of(shown),
            "timeline": timeline_entries(actor, shown, language),
            "steps": steps,
            "term": term[0] if term else None,
            "term_steps": term[1] if term else [],
            "running": running_term(shown),
            "conflict": next(iter(shown.conflict_declarations.all()), None),
            "declared": bool(declarations_of(actor.user_id, shown)),
            "may_examine": may_examine(actor, shown),
            "open_request": next((row for row in shown.integrations.all() if row.state == "open"), None),
            "later": list(shown.later_documents.all()),
            "deliveries": list(deliveries_of(shown)),
            "to_renew": documents_to_renew(shown, on=today()),
            "requests": shown.integrations.all(),
            "notices": notices_of(shown),
            "observed": observed_notice(shown),
            "awards": shown.awards.all(),
            "may_award": may_award,
            "preview": act_preview(shown, on=today()) if asks else None,
            "lines": [row.line for row in shown.opening.call.budget_lines.select_related("line")] if asks else [],
            "letters": letters_of(actor, shown),
            **_writing(actor, shown),
            "may_work": may_work(actor, shown),
            "may_read_trail": may_read_trail(actor, shown),
            "officers": givable_to(shown) if may_assign(actor, shown) and shown.state in OPEN else [],
            "covering": _covering(shown),
        },
    )


@for_desk(*FILE_ROLES)
@require_POST
def trail(request: HttpRequest, application_id: int) -> StreamingHttpResponse:
    """The control trail of this application, streamed; that it was taken is written in the audit."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    shown = application_or_404(actor, application_id)
    export_trail(actor=actor, application=shown)
    response = StreamingHttpResponse(trail_of(shown, reader=actor), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{name_of(shown)}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@for_desk(*FILE_ROLES)
def download(request: HttpRequest, application_id: int, file_id: int) -> HttpResponse:
    """A file of this application, to whoever may see the application."""
    shown = application_or_404(request.actor, application_id)  # type: ignore[attr-defined]
    attached = (
        Attachment.objects.filter(application=shown, file_id=file_id).exists()
        or ApplicationSignature.objects.filter(application=shown, file_id=file_id).exists()
        or GroupMember.objects.filter(application=shown, proxy_id=file_id).exists()
    )
    file = StoredFile.objects.filter(pk=file_id).first() if attached else None
    if file is None:
        raise Http404
    return send(file)


def letters_of(actor: Actor, shown: Application) -> list[dict[str, Any]]:
    """The letters about the file, the newest first."""
    rows = Letter.objects.visible_to(actor).about(shown).defer("body", "courtesy_body").order_by("-pk")
    return [described(letter) for letter in rows]


def _writing(actor: Actor, shown: Application) -> dict[str, Any]:
    """The saved texts by use, filled, and the letter one may begin; nothing for who does not write."""
    office = shown.opening.call.office
    if not may_write_for(actor, office):
        return {"wordings": dict.fromkeys(USES, ()), "letter_words": None}
    words = words_about(shown)
    house = template_for("communication")
    begun = {"subject": fill(house.subject.it, words), "body": fill(house.body.it, words) + "\n\n"}
    return {"wordings": dict.fromkeys(USES, ()) | wordings_for(office, words), "letter_words": begun}


def checklists_of(shown: Application) -> list[dict[str, Any]]:
    """The call's checklists by phase, each item with its last outcome; whether the phase is worked in this state."""
    return [
        {"phase": phase, "title": title, "rows": rows, "open": shown.state in OPEN_IN[phase]}
        for phase, title in PHASES.items()
        if (rows := checklist_of(shown, phase))
    ]


def checklist_of(shown: Application, phase: str) -> list[dict[str, Any]]:
    """The items of a phase, each with its last outcome."""
    done = {check.item: check for check in shown.checks.all() if check.phase == phase}
    tones = {"met": "done", "not_met": "refused", "to_integrate": "attention", "not_applicable": "neutral"}
    names = {
        "met": gettext("met"),
        "not_met": gettext("not met"),
        "to_integrate": gettext("to be integrated"),
        "not_applicable": gettext("not applicable"),
    }
    rows = []
    for item in items_of(shown, phase):
        check = done.get(item["code"])
        rows.append(
            {
                "item": item,
                "check": check,
                "tone": tones[check.outcome] if check else "waiting",
                "outcome": names[check.outcome] if check else gettext("to do"),
                "choices": list(names.items()),
                "blocking": item.get("blocking", True),
            }
        )
    return rows


def timeline_entries(actor: Actor, shown: Application, language: str) -> list[dict[str, Any]]:
    """What happened, the newest first, as the timeline component draws it."""
    moments = timeline(shown, internal=True)
    people = users_told(actor, {moment.user_id for moment in moments})
    return [
        {
            "at": moment.at,
            "title": moment.title.in_language(language),
            "text": moment.text.in_language(language),
            "who": people.get(moment.user_id, ""),
            "icon_name": "it-lock" if moment.is_internal else "it-clock",
        }
        for moment in reversed(moments)
    ]


def steps_of(actor: Actor, shown: Application) -> list[Step]:
    """The office's steps from this state, each with what is still missing for it."""
    found = []
    if not may_examine(actor, shown):
        return found
    for row in APPLICATIONS.transitions.values():
        if row.name in OFFICE_STEPS and shown.state in row.sources:
            if row.name in TAKING and shown.case_officer_id == actor.user_id:
                continue
            found.append(Step(row.name, row.label, APPLICATIONS.may(row.name, actor, shown, state=shown.state)))
    order = {name: place for place, name in enumerate(OFFICE_STEPS)}
    return sorted(found, key=lambda step: order[step.name])


def notices_of(shown: Application) -> list[Any]:
    """The pre-rejection notices, a round each, with the documents of the observations. Three queries, none without notice."""
    if shown.notice_id is None:
        return []
    return list(shown.notices.prefetch_related("attachments__file").order_by("given_at", "pk"))


def running_term(shown: Application) -> tuple[str, date | datetime] | None:
    """The term that runs for the enterprise: the answer it owes, if it owes one."""
    request = next((row for row in shown.integrations.all() if row.state == "open"), None)
    if request is not None:
        return gettext("answer of the enterprise"), request.due_on
    notice = shown.notice
    if shown.state == "notice" and notice is not None and notice.observed_at is None:
        return gettext("observations of the enterprise"), notice.due_on
    return None


def _covering(shown: Application) -> str:
    """Who covers for the person responsible while away, if they are."""
    acting = acting_officer(shown, on=today())
    return "" if acting is None or acting == shown.case_officer_id else User.objects.get(pk=acting).get_full_name()
