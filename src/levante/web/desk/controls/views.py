"""Revocations on the desk: which wait, and one with what is known, what the enterprise said, the act and what it did."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from levante.applications.api import may_read, opens_to
from levante.controls import api as controls
from levante.controls.api import REVOCATIONS, Revocation, states
from levante.grants.api import Award
from levante.identity.api import roles
from levante.kernel.api import Actor, Refused, require, today
from levante.web.access import for_desk
from levante.web.components.actions import Action, press, shown
from levante.web.components.forms import say
from levante.web.components.listing import Column, Listing
from levante.web.components.numbers import whole_number
from levante.web.desk.controls import forms
from levante.web.desk.controls.annulments import actions_of as annulling_of
from levante.web.desk.controls.annulments import annulment_of
from levante.web.desk.controls.revocation_actions import actions_of
from levante.web.portal.applications.filling import actor_of, language
from levante.web.site.files.views import send

READERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.FINANCE, roles.AGENCY_STAFF, roles.AUDITOR)
WORKERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.AGENCY_STAFF)
SAMPLERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.FINANCE, roles.AUDITOR)
PAGE = 50
TONES = {
    "drafted": "draft", "noticed": "waiting", "heard": "attention", "proposed": "attention", "sent_to_act_system": "waiting",
    "act_returned": "late", "effective": "done", "archived": "neutral", "annulled": "neutral",
}  # fmt: skip
RELATED = ("award__enterprise", "award__application", "award__act__call")


@for_desk(*READERS)
def revocations(request: HttpRequest) -> HttpResponse:
    """The procedures, those open first; filtered by state and by words."""
    actor = actor_of(request)
    state, words = request.GET.get("state", ""), request.GET.get("q", "").strip()
    rows = Revocation.objects.visible_to(actor).select_related(*RELATED)
    if state in states.REVOCATIONS:
        rows = rows.filter(state=state)
    elif state != "all" and not words:
        rows = rows.standing()
    if words:
        rows = rows.filter(award__enterprise__name__icontains=words) | rows.filter(award__application__number=words)
    rows = rows.annotate(opens=opens_to(actor, of="award__application")).order_by("-pk")
    listing = Listing(request, "desk:revocations", gettext("revocations"), _columns())
    if listing.wants_file:
        return listing.file(rows.iterator(chunk_size=1000))
    after = whole_number(request.GET.get("after"))
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = list(rows[: PAGE + 1])
    return render(
        request,
        "desk/controls/revocations.html",
        {
            "rows": [{"one": row, "tone": TONES[row.state]} for row in found[:PAGE]],
            "next_cursor": found[PAGE - 1].pk if len(found) > PAGE else None,
            "listing": listing,
            "states": states.REVOCATIONS,
            "state": state,
            "words": words,
            "today": today(),
            "sampling": actor.in_section(*SAMPLERS),
        },
    )


def _columns() -> tuple[Column, ...]:
    later = gettext("after the declaration")
    return (
        Column("enterprise", gettext("Enterprise"), lambda row: row.award.enterprise.name, fixed=True),
        Column("application", gettext("Application"), lambda row: row.award.application.number),
        Column(
            "reason", gettext("Reason"), lambda row: row.reason_label.in_language(language()) if row.opens else later
        ),
        Column("amount", gettext("Revoked"), lambda row: row.amount if row.opens else later),
        Column("recover", gettext("To be given back"), lambda row: row.recover if row.opens else later),
        Column("answer_by", gettext("Answer due by"), lambda row: row.answer_by),
        Column("state", gettext("State"), lambda row: row.state_label.in_language(language())),
    )


@for_desk(*WORKERS)
def revocation_new(request: HttpRequest, award_id: int) -> HttpResponse:
    """Begin the procedure to revoke an award."""
    actor = actor_of(request)
    rows = Award.objects.visible_to(actor).select_related(
        "act__call__office", "application__opening__call__office", "enterprise", "aid"
    )
    award = get_object_or_404(rows, pk=award_id, state="effective")
    if not may_read(actor, award.application):
        return _to_declare(request, award)
    open_now = Revocation.objects.filter(award=award, state__in=states.OPEN).first()
    if open_now is not None:
        return redirect("desk:revocation", open_now.pk)
    reasons = [
        (row["code"], f"{row['it'] if language() == 'it' else row['en']} ({row['norm']})")
        for row in controls.reasons_on(today())
    ]
    wanted = request.GET.get("reason")
    barring = controls.barring_of(actor, award) if wanted == controls.BARRING else None
    initial = {"reason_code": controls.BARRING, "grounds": barring.grounds} if barring else {}
    grounds = controls.not_accepted(award) if wanted == controls.NOT_ACCEPTED else ""
    if grounds:
        initial = {"reason_code": controls.NOT_ACCEPTED, "grounds": grounds}
    form = forms.OpenForm(request.POST or None, reasons=reasons, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = controls.open_revocation(actor=actor, award=award, **form.cleaned_data)
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("The procedure is open: the enterprise knows when the notice is given."))
            return redirect("desk:revocation", made.pk)
    told = {
        "award": award,
        "form": form,
        "paid": controls.paid_in_all(award),
        "saved": controls.saved_on(today()) if barring else None,
    }
    return render(request, "desk/controls/revocation_new.html", told)


def _to_declare(request: HttpRequest, award: Award) -> HttpResponse:
    messages.info(request, gettext("First declare whether you have a conflict of interest about this application."))
    return redirect("desk:application", award.application_id)


def revocation_or_404(actor: Actor, pk: int) -> Revocation:
    rows = Revocation.objects.visible_to(actor).select_related(
        *RELATED, "award__act__call__office", "award__application__opening__call__office", "award__aid", "document__file", "request",
        "opened_by", "proposed_by", "sent_by",
    )  # fmt: skip
    return get_object_or_404(rows.prefetch_related("award__application__conflict_declarations"), pk=pk)


@for_desk(*READERS)
def revocation(request: HttpRequest, revocation_id: int) -> HttpResponse:
    """One procedure, whole; it does not open before the declaration about its application."""
    found = revocation_or_404(actor_of(request), revocation_id)
    if not may_read(actor_of(request), found.award.application):
        return _to_declare(request, found.award)
    return _page(request, found)


def _page(request: HttpRequest, found: Revocation, pressed: Any = None) -> HttpResponse:
    actor = actor_of(request)
    annulment = annulment_of(found)
    papers = list(found.papers.prefetch_related("files").select_related("sent_by", "answered_by"))
    told = {
        "one": found,
        "award": found.award,
        "tone": TONES[found.state],
        "left": found.award.amount - found.amount if found.state in states.OPEN else None,
        "days_left": (found.answer_by - today()).days if found.state == states.NOTICED and found.answer_by else None,
        "papers": papers,
        "appeals": list(found.appeals.all()),
        "missing": [one.text for one in REVOCATIONS.missing("propose", found)] if found.state in (states.NOTICED, states.HEARD) else [],
        "text": found.document.data if found.document is not None and found.state not in (states.NOTICED, states.HEARD) else {},
        "recovery": getattr(found, "recovery", None),
        "events": list(found.events.select_related("user").order_by("-pk")),
        "annulment": annulment,
        "actions": shown(_actions(actor, found, papers, annulment), pressed),
        "actions_url": reverse("desk:revocation", args=[found.pk]) + "azioni/",
        "amounts_left": found.award.first_amount,
    }  # fmt: skip
    return render(request, "desk/controls/revocation.html", told, status=409 if pressed else 200)


def _actions(actor: Actor, found: Revocation, papers: list[Any], annulment: Any) -> list[Action]:
    return [*actions_of(actor, found, papers), *annulling_of(actor, found, annulment)]


@require_POST
@for_desk(*READERS)
def revocation_act(request: HttpRequest, revocation_id: int, action: str) -> HttpResponse:
    actor = actor_of(request)
    found = revocation_or_404(actor, revocation_id)
    require(may_read(actor, found.award.application))
    pressed = press(request, _actions(actor, found, list(found.papers.all()), annulment_of(found)), action)
    if pressed is None:
        return redirect("desk:revocation", found.pk)
    return _page(request, revocation_or_404(actor, revocation_id), pressed)


@for_desk(*READERS)
def revocation_file(request: HttpRequest, revocation_id: int, file_id: int) -> HttpResponse:
    """A document the enterprise sent, or the act (its own number)."""
    actor = actor_of(request)
    found = revocation_or_404(actor, revocation_id)
    require(may_read(actor, found.award.application))
    return send(file_of(found, file_id))


def file_of(found: Revocation, file_id: int) -> Any:
    """A file of a procedure by its number, or 404."""
    if found.document is not None and found.document.file_id == file_id:
        return found.document.file
    for one in found.annulments.filter(document__file=file_id).select_related("document__file"):
        return one.document.file
    for paper in found.papers.filter(files=file_id).prefetch_related("files"):
        return next(one for one in paper.files.all() if one.pk == file_id)
    raise Http404
