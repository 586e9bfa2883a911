"""A group that applies: the firms that the lead brings together, and what each of them answers for itself."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from levante.applications.api import (
    APPLICANT_KINDS,
    Application,
    GroupMember,
    accept_membership,
    amount_of,
    as_asked,
    as_told,
    choose_applicant_kind,
    declare_member,
    decline_membership,
    group_needed,
    invite_member,
    leave_group,
    may_answer_for,
    may_answer_invitation,
    may_edit,
    member_of,
    member_requirements,
    members_told,
    read_application,
    read_member,
    remove_member,
    save_member_answers,
    shares_of_amount,
)
from levante.calls.api import Section
from levante.kernel.api import now, today
from levante.kernel.pure import ZERO
from levante.parties.api import acted_for
from levante.web.access import for_enterprise
from levante.web.components.forms import done, tell
from levante.web.components.numbers import whole_number
from levante.web.portal.applications.filling import actor_of, autosaved, language, without_row
from levante.web.portal.applications.forms import ADDED, Sheet, after_rows, section_views, sent_answers
from levante.web.portal.applications.pages import summary_rows
from levante.web.portal.applications.standing import arrival_place, published_place, standing_of
from levante.web.portal.applications.views import application_or_404


class InviteForm(forms.Form):
    """A firm to be asked, by its tax code."""

    tax_code = forms.CharField(label=_("Tax code of the firm"), max_length=20)
    name = forms.CharField(
        label=_("Name"), required=False, max_length=300, help_text=_("Only if the firm is new to the portal.")
    )


@for_enterprise()
def group(request: HttpRequest, application_id: int) -> HttpResponse:
    """How one applies, and the firms of the group: who is in, what each still lacks, the part of each."""
    shown = application_or_404(request, application_id)
    actor = actor_of(request)
    kinds = shown.opening.call.applicants["kinds"]
    if kinds == ["single"]:
        return redirect("portal:application", shown.pk)
    what = request.POST.get("what", "") if request.method == "POST" else ""
    form = InviteForm(request.POST if what == "invite" else None)
    if what == "invite" and done(request, form, invite_member, application=shown):
        messages.success(request, gettext("The firm is invited. Who acts for it finds the invitation in the portal."))
        return redirect("portal:application_group", shown.pk)
    if what and what != "invite":
        _group_changed(request, shown, what)
        return redirect("portal:application_group", shown.pk)
    rows = members_told(shown, _amount(shown))
    return render(
        request,
        "portal/applications/group_firms.html",
        {
            "application": shown,
            "call": shown.opening.call,
            "form": form,
            "kind": shown.applicant_kind,
            "kinds": [(code, APPLICANT_KINDS[code]) for code in kinds],
            "rows": rows,
            "reachable": acted_for([row.member.enterprise_id for row in rows], today()) if shown.is_draft else (),
            "join": shown.opening.call.applicants.get("join", "accept"),
            "bounds": shown.opening.call.applicants.get("members") or {},
            "may_edit": bool(may_edit(actor, shown)),
            "missing": list(group_needed(shown)) if shown.is_draft else [],
        },
        status=409 if form.errors else 200,
    )


def _amount(shown: Application) -> Any:
    """What the group is admitted to, or asks for; nothing while it cannot be reckoned."""
    if shown.is_draft:
        return amount_of(shown).value or ZERO
    return shown.admitted_amount or shown.requested_amount or ZERO


def _group_changed(request: HttpRequest, shown: Application, what: str) -> None:
    """One of the lead's buttons."""
    if what == "kind":
        known = {"application": shown, "kind": request.POST.get("kind", "")}
        tell(request, choose_applicant_kind, gettext("Noted."), **known)
        return
    rows = GroupMember.objects.visible_to(actor_of(request)).filter(application=shown)
    member = get_object_or_404(rows, pk=whole_number(request.POST.get("member")))
    if what == "remove":
        tell(request, remove_member, gettext("The firm is no longer in the group."), member=member)
    elif what == "declare":
        upload = request.FILES.get("file")
        if upload is None:
            unread = getattr(request, "upload_refused", None)
            messages.error(request, unread.in_language(language()) if unread else gettext("Choose a file first."))
        else:
            tell(request, declare_member, gettext("The firm is in the group."), member=member, upload=upload)


@for_enterprise()
def membership(request: HttpRequest, member_id: int) -> HttpResponse:
    """A firm in a group: the invitation, with what it binds to; then its own part; then how the application goes."""
    actor = actor_of(request)
    member = member_of(actor, member_id)
    shown = as_told(member.application)
    reading = read_application(shown)
    common = [] if member.is_lead else summary_rows(shown, reading, language())
    each = {section.id for section in reading.form.sections if section.each}
    tasks = _tasks(member) if shown.is_draft and member.is_standing else []
    return render(
        request,
        "portal/applications/membership.html",
        {
            "member": member,
            "application": shown,
            "call": shown.opening.call,
            "phase": shown.opening.phase(now()),
            "is_own": member.enterprise_id == actor.enterprise_id,
            "may_answer": may_answer_invitation(actor, member),
            "may_write": bool(may_answer_for(actor, member)),
            "tasks": tasks,
            "is_whole": all(task["state"] == "done" for task in tasks),
            "check": member_requirements(member) if shown.is_draft else [],
            "groups": [_unlinked(one) for one in common if one.id not in each],
            "part": _part(shown, member),
            "standing": standing_of(
                shown, enterprise_id=member.enterprise_id, place=published_place(shown), arrival=arrival_place(shown)
            )
            if shown.is_sent
            else None,
            "least": (shown.opening.call.applicants.get("members") or {}).get("least", 2),
        },
    )


def _unlinked(group_: Any) -> Any:
    """Documents of the lead are told by name to the others, not opened."""
    for row in group_.rows:
        files = row.pop("files", None)
        if files:
            row["value"] = ", ".join(entry["name"] for entry in files)
    return group_


def _part(shown: Application, member: GroupMember) -> Any:
    if not member.is_standing:
        return None
    parts = {share.member.pk: share.amount for share in shares_of_amount(shown, _amount(shown))}
    return parts.get(member.pk)


def _tasks(member: GroupMember) -> list[dict[str, Any]]:
    """A line for each section that the firm answers for itself."""
    reading = read_member(member)
    tasks = []
    for section in reading.sections:
        problems = reading.problems_of(section.id)
        started = any(item.id in member.answers for item in section.fields)
        wrong = any(problem.kind == "wrong" for problem in problems)
        tasks.append(
            {
                "title": section.title.in_language(language()),
                "url": reverse("portal:membership_section", args=[member.pk, section.id]),
                "state": "mend" if wrong else "done" if not problems else "doing" if started else "todo",
                "hint": "",
            }
        )
    return tasks


@require_POST
@for_enterprise()
def membership_answer(request: HttpRequest, member_id: int) -> HttpResponse:
    """Enter, say no, leave. It binds the firm: it takes the mandate for sending."""
    member = member_of(actor_of(request), member_id)
    what, reason = request.POST.get("what", ""), request.POST.get("reason", "")
    if what == "accept":
        tell(request, accept_membership, gettext("Your firm is in the group: now give its part."), member=member)
    elif what == "decline":
        tell(request, decline_membership, gettext("You declined the invitation."), member=member, reason=reason)
        return redirect("portal:applications")
    elif what == "leave":
        tell(request, leave_group, gettext("Your firm is no longer in the group."), member=member, reason=reason)
    else:
        raise Http404
    return redirect("portal:membership", member.pk)


@for_enterprise("apply")
def membership_section(request: HttpRequest, member_id: int, section_id: str) -> HttpResponse:
    """A section that a firm of the group answers for itself; it saves itself like those of an application."""
    member = member_of(actor_of(request), member_id)
    if not may_answer_for(actor_of(request), member):
        if request.headers.get("X-Levante-Autosave"):
            return JsonResponse({"over": reverse("portal:membership", args=[member.pk])})
        return redirect("portal:membership", member.pk)
    reading = read_member(member)
    section = next((item for item in reading.sections if item.id == section_id), None)
    if section is None:
        raise Http404
    section = as_asked(member.application, section)
    if request.method == "POST":
        return _save(request, member, section)
    return _draw(request, member, section, show_problems="controlla" in request.GET)


def _save(request: HttpRequest, member: GroupMember, section: Section) -> HttpResponse:
    answers = sent_answers(section, request.POST, stored=member.answers)
    without_row(answers, request.POST.get("remove_row", ""))
    revision = whole_number(request.POST.get("revision"))
    saved = save_member_answers(
        actor=actor_of(request),
        member=member,
        answers=answers,
        base_revision=member.application.revision if revision is None else revision,
        overwrite=request.POST.get("keep") == "mine",
        aside=request.POST.getlist("aside"),
    )
    reading = read_member(member)
    if request.headers.get("X-Levante-Autosave"):
        return JsonResponse(autosaved(member.application, reading, section, saved, language()))
    if saved.conflicts:
        return _draw(request, member, section, values=saved.refused, conflicts=saved.conflicts, status=409)
    if to := after_rows(request.path, section, request.POST, member.answers):
        return redirect(to)
    if reading.problems_of(section.id) and request.POST.get("next") == "check":
        return redirect(f"{request.path}?controlla")
    ids = [item.id for item in reading.sections]
    if request.POST.get("next") != "later" and section.id in ids[:-1]:
        return redirect("portal:membership_section", member.pk, ids[ids.index(section.id) + 1])
    messages.success(request, gettext("Saved: you can go on whenever you like."))
    return redirect("portal:membership", member.pk)


def _draw(
    request: HttpRequest,
    member: GroupMember,
    section: Section,
    *,
    show_problems: bool = False,
    values: Any = None,
    conflicts: Any = None,
    status: int = 200,
) -> HttpResponse:
    reading, shown = read_member(member), member.application
    fields = section_views(
        Sheet(member.answers), reading, section, language=language(), show_problems=show_problems, values=values,
        conflicts=conflicts, added=request.GET.get(ADDED, ""),
    )  # fmt: skip
    ids = [item.id for item in reading.sections]
    place = ids.index(section.id)
    return render(
        request,
        "portal/applications/membership_section.html",
        {
            "member": member,
            "application": shown,
            "call": shown.opening.call,
            "section": section,
            "fields": fields,
            "shown": " ".join(item.id for item in section.fields if item.typed),
            "problems": reading.problems_of(section.id) if show_problems else [],
            "place": place + 1,
            "of": len(ids),
            "previous": ids[place - 1] if place else None,
            "has_conflicts": bool(conflicts),
            "holder": "",
            "revision": shown.revision,
            "keeper": f"{actor_of(request).user_id}:{member.enterprise_id}",
        },
        status=status,
    )
