"""The enterprise reads why its award may be revoked, answers, and follows what it must give back."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from levante.controls import api as controls
from levante.controls.api import Due, PaymentNotice, Recovery, Revocation, Visit, places_of, states
from levante.documents.api import PdfUnavailable, render_pdf
from levante.kernel.api import Refused, refuse, today
from levante.web.access import for_enterprise
from levante.web.components.actions import Action, press, shown
from levante.web.components.forms import say
from levante.web.desk.controls.forms import in_words, long_text
from levante.web.portal.applications.filling import actor_of, uploads_of
from levante.web.site.files.views import send

TONES = {
    "noticed": "attention", "heard": "waiting", "proposed": "waiting", "sent_to_act_system": "waiting", "act_returned": "waiting",
    "effective": "refused", "archived": "done", "annulled": "neutral",
    "owed": "attention", "in_instalments": "active", "in_default": "late", "collection": "late", "uncollectable": "late",
    "closed": "done", "cancelled": "neutral",
}  # fmt: skip
INSTALMENT_TONES = {"due": "waiting", "paid": "done", "replaced": "neutral", "dropped": "neutral"}


class AnswerForm(forms.Form):
    kind = forms.ChoiceField(label=_("What you send"))
    text = long_text(_("Your words"), rows=8)
    days = forms.IntegerField(
        label=_("Days more that you need"),
        required=False,
        min_value=1,
        max_value=90,
        help_text=_("Only if you ask for more time."),
    )
    is_last = forms.BooleanField(label=_("I have nothing else to send: the office may decide"), required=False)

    def __init__(self, *args: Any, kinds: list[str], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["kind"].choices = in_words({code: states.PAPERS[code] for code in kinds})  # type: ignore[attr-defined]
        if states.EXTENSION not in kinds:  # no term runs: there is none to prolong, or to end before its day
            del self.fields["days"], self.fields["is_last"]


class PlanForm(forms.Form):
    count = forms.IntegerField(label=_("How many instalments"), min_value=2, max_value=120)
    why = long_text(_("Why you need them"), rows=3)


@for_enterprise()
def revocations(request: HttpRequest) -> HttpResponse:
    """The procedures about the enterprise's awards, and what it must give back."""
    actor = actor_of(request)
    mine = {"award__enterprise_id": actor.enterprise_id}
    found = Revocation.objects.visible_to(actor).filter(**mine).select_related("award__act__call", "award__application")
    owed = Recovery.objects.visible_to(actor).filter(**mine).select_related("award__act__call", "award__application")
    dues = Due.objects.visible_to(actor).filter(enterprise_id=actor.enterprise_id).select_related("initiative")
    visits = Visit.objects.visible_to(actor).filter(**mine).select_related("award__act__call", "claim")
    told = {
        "revocations": [{"one": row, "tone": TONES[row.state]} for row in found.order_by("-pk")],
        "recoveries": [{"one": row, "tone": TONES[row.state]} for row in owed.order_by("-pk")],
        "visits": list(visits.order_by("-pk")),
        "dues": [{"one": row, "tone": tone_of_due(row)} for row in dues.order_by("-pk")],
    }
    return render(request, "portal/controls/list.html", told)


def tone_of_due(row: Due) -> str:
    if row.state == states.DUE_OPEN:
        return "late" if row.due_on < today() else "attention"
    return "done" if row.state == states.DUE_PAID else "neutral"


def _revocation(request: HttpRequest, pk: int) -> Revocation:
    actor = actor_of(request)
    rows = Revocation.objects.visible_to(actor).filter(award__enterprise_id=actor.enterprise_id)
    return get_object_or_404(
        rows.select_related("award__act__call", "award__application", "award__enterprise", "document__file"), pk=pk
    )


@for_enterprise()
def revocation(request: HttpRequest, revocation_id: int) -> HttpResponse:
    """Why, by when to answer, what was sent, how it ended."""
    return _page(request, _revocation(request, revocation_id))


def _page(request: HttpRequest, found: Revocation, form: forms.Form | None = None) -> HttpResponse:
    actor = actor_of(request)
    recovery = Recovery.objects.visible_to(actor).filter(revocation=found).first()
    may = controls.may_answer(actor, found)
    told = {
        "one": found,
        "award": found.award,
        "tone": TONES[found.state],
        "papers": list(found.papers.prefetch_related("files")),
        "events": [row for row in found.events.order_by("-pk") if not row.is_internal],
        "form": (form or AnswerForm(kinds=_kinds(found))) if may else None,
        "why_not": None if may else may.reason,
        "recovery": recovery,
        "papers_of_acts": [
            (one.document.title, one.document.file) for one in _acts(found) if one.document.file is not None
        ],
        "today": today(),
    }
    return render(request, "portal/controls/revocation.html", told, status=409 if form is not None else 200)


def _acts(found: Revocation) -> list[Any]:
    """The acts that have effect, each with its document: the revocation, and what annulled it."""
    revoked = [found] if found.state in (states.EFFECTIVE, states.ANNULLED) else []
    return [*revoked, *found.annulments.filter(state=states.EFFECTIVE).select_related("document__file")]


def _kinds(found: Revocation) -> list[str]:
    """More time is asked for while the term runs."""
    more_time = [states.EXTENSION] if found.state == states.NOTICED else []
    return [states.MEMO, *more_time, states.ACCESS]


@require_POST
@for_enterprise("submit")
def answer(request: HttpRequest, revocation_id: int) -> HttpResponse:
    """Send a memorandum with its documents, or ask for time or for the file."""
    found = _revocation(request, revocation_id)
    form = AnswerForm(request.POST, kinds=_kinds(found))
    if not form.is_valid():
        return _page(request, found, form)
    values = form.cleaned_data
    try:
        paper = controls.send_paper(
            actor=actor_of(request), revocation=found, kind=values["kind"], text=values["text"], days=values.get("days") or 0,
            is_last=values.get("is_last", False), uploads=uploads_of(request, "files"),
        )  # fmt: skip
    except Refused as refusal:
        say(form, refusal)
        return _page(request, _revocation(request, revocation_id), form)
    messages.success(request, gettext("Sent and registered: no. %(number)s.") % {"number": paper.register_number})
    return redirect("portal:revocation", found.pk)


@for_enterprise()
def revocation_file(request: HttpRequest, revocation_id: int, file_id: int) -> HttpResponse:
    """A document sent in the procedure, or an act once it has effect."""
    found = _revocation(request, revocation_id)
    for act in _acts(found):
        if act.document.file_id == file_id:
            return send(act.document.file)
    for paper in found.papers.filter(files=file_id).prefetch_related("files"):
        return send(next(one for one in paper.files.all() if one.pk == file_id))
    raise Http404


def _recovery(request: HttpRequest, pk: int) -> Recovery:
    actor = actor_of(request)
    rows = Recovery.objects.visible_to(actor).filter(award__enterprise_id=actor.enterprise_id)
    return get_object_or_404(
        rows.select_related(
            "award__act__call",
            "award__application",
            "award__enterprise",
            "revocation",
            "claim",
            "collected_by",
            "act",
            "kept_award",
            "closing_act",
        ),
        pk=pk,
    )


@for_enterprise()
def recovery(request: HttpRequest, recovery_id: int) -> HttpResponse:
    """What must be given back, by when, with which interest; what came in."""
    return _recovery_page(request, _recovery(request, recovery_id))


def _recovery_page(request: HttpRequest, found: Recovery, pressed: Any = None) -> HttpResponse:
    rows = list(found.instalments.exclude(state=states.REPLACED).order_by("number"))
    due, places = [row for row in rows if row.state == states.DUE], places_of(rows)
    standing = {
        one.instalment_id: one for one in PaymentNotice.objects.filter(instalment__in=due).standing().order_by("pk")
    }
    notices = {pk: one for pk, one in standing.items() if one.state == states.NOTICE_OPEN}
    told = {
        "one": found,
        "award": found.award,
        "tone": TONES[found.state],
        "next": due[0] if due else None,
        "pay_to": controls.where_to_pay(found),
        "has_notice": bool(due) and due[0].pk in notices,
        "being_made": bool(due) and due[0].pk in standing and due[0].pk not in notices,
        "left": sum(row.left for row in due),
        "less_today": controls.less_today(due),
        "instalments": [
            {
                "row": row,
                "place": places[row.pk],
                "is_late": row.state == states.DUE and row.due_on < today(),
                "tone": INSTALMENT_TONES[row.state],
                "notice": notices.get(row.pk),
            }
            for row in rows
        ],
        "refunds": list(found.refunds.order_by("-pk")),
        "incomings": list(found.incomings.order_by("-pk")),
        "plan": found.plans.order_by("-pk").first(),
        "lines": [line for one in found.steps for line in one["lines"]],
        "actions": shown(_actions(request, found), pressed),
        "actions_url": reverse("portal:recovery", args=[found.pk]),
    }  # fmt: skip
    return render(request, "portal/controls/recovery.html", told, status=409 if pressed else 200)


@for_enterprise()
def notice(request: HttpRequest, recovery_id: int, notice_id: int) -> HttpResponse:
    """The notice to be paid by pagoPA, as PDF with its QR."""
    found = _recovery(request, recovery_id)
    rows = PaymentNotice.objects.visible_to(actor_of(request)).filter(
        instalment__recovery=found, state=states.NOTICE_OPEN
    )
    return pdf_of_notice(get_object_or_404(rows.select_related("instalment"), pk=notice_id), found)


def pdf_of_notice(row: PaymentNotice, debt: Any) -> HttpResponse:
    """The paper of a notice; where it cannot be made its number is told."""
    title = f"Avviso di pagamento {row.number}"
    try:
        content = render_pdf(template="controls/pdf_notice.html", context=controls.notice_page(row, debt), title=title)
    except PdfUnavailable:
        refuse(
            f"Il PDF non si può fare ora. Paga con il numero dell’avviso: {row.number}, ente {row.creditor}.",
            f"The PDF cannot be made now. Pay by the number of the notice: {row.number}, creditor {row.creditor}.",
        )
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="avviso-{row.number}.pdf"'
    return response


def _actions(request: HttpRequest, found: Recovery) -> list[Action]:
    actor = actor_of(request)
    if not controls.may_ask_plan(actor, found) or found.plans.filter(state=states.ASKED).exists():
        return []
    return [
        Action(
            "rate",
            _("Ask to pay in instalments"),
            lambda r, v: controls.ask_plan(actor=actor, recovery=found, **v),
            PlanForm,
        )
    ]


@require_POST
@for_enterprise("submit")
def recovery_plan(request: HttpRequest, recovery_id: int) -> HttpResponse:
    """Ask for instalments."""
    found = _recovery(request, recovery_id)
    pressed = press(request, _actions(request, found), "rate")
    if pressed is None:
        return redirect("portal:recovery", found.pk)
    return _recovery_page(request, _recovery(request, recovery_id), pressed)
