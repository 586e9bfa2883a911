"""Handing in where the call asks for more than sending: stamp duty, the document signed outside; and what comes afterwards."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from levante.applications.api import (
    Application,
    deliver_document,
    is_asked,
    mark_of,
    prepare_signing_copy,
    read_application,
    record_stamp,
    sign_application,
    signature_standing,
)
from levante.kernel.api import Refused, refuse, today
from levante.kernel.pure import reads_english
from levante.parties.api import signatories_of
from levante.web.access import for_enterprise
from levante.web.components.forms import DayField, DayInput, done
from levante.web.portal.applications.filling import actor_of, day_in, language, uploads_of
from levante.web.portal.applications.pages import stepper
from levante.web.portal.applications.place import PORTAL
from levante.web.portal.applications.views import application_or_404, sent_page


class StampForm(forms.Form):
    """A mark, or a ground of exemption."""

    number = forms.CharField(
        label=_("Number of the stamp"),
        required=False,
        max_length=40,
        help_text=_("The fourteen digits under the bars."),
    )
    bought_on = DayField(label=_("Date on the stamp"), required=False, widget=DayInput())
    exemption = forms.ChoiceField(label=_("Or: no stamp duty is due, because"), required=False)

    def __init__(self, *args: Any, exemptions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["exemption"]
        words = [(item["code"], _with_reference(item)) for item in exemptions]
        if words:
            field.choices = [("", _("it is due")), *words]
        else:
            del self.fields["exemption"]


def _with_reference(item: dict[str, Any]) -> str:
    text: str = item["en"] if reads_english(language()) else item["it"]
    return f"{text} ({item['reference']})" if item.get("reference") else text


def _draft(request: HttpRequest, application_id: int) -> Application | None:
    """The draft, or nothing when it was sent already."""
    shown = application_or_404(request, application_id)
    return shown if shown.is_draft else None


@for_enterprise("apply")
def stamp(request: HttpRequest, application_id: int) -> HttpResponse:
    """Stamp duty: the mark's number and date, or why none is due."""
    shown = _draft(request, application_id)
    asked = shown.opening.call.delivery.get("stamp_duty") if shown is not None else None
    if shown is None or asked is None:
        return redirect("portal:application", application_id)
    mark = mark_of(shown)
    initial = {"number": mark.number, "bought_on": mark.bought_on, "exemption": mark.exemption} if mark else None
    form = StampForm(request.POST or None, initial=initial, exemptions=asked.get("exemptions", []))
    if done(request, form, record_stamp, application=shown):
        messages.success(request, gettext("Stamp duty is recorded."))
        return redirect("portal:application", shown.pk)
    return render(
        request,
        "portal/applications/stamp.html",
        {"application": shown, "call": shown.opening.call, "form": form, "asked": asked},
    )


@for_enterprise("apply")
def sign(request: HttpRequest, application_id: int) -> HttpResponse:
    """The document to be signed: made, downloaded, signed outside, given back and verified."""
    shown = _draft(request, application_id)
    if shown is None or not is_asked(shown.opening.call):
        return redirect("portal:application", application_id)
    if request.method != "POST":
        return _sign_page(request, shown)
    try:
        if request.POST.get("what") == "prepare":
            prepare_signing_copy(actor=actor_of(request), application=shown)
        else:
            return _signed(request, shown)
    except Refused as refusal:
        return _sign_page(request, shown, refused=refusal.reason.in_language(language()), status=409)
    return redirect("portal:application_sign", shown.pk)


def _signed(request: HttpRequest, shown: Application) -> HttpResponse:
    upload = request.FILES.get("file")
    if upload is None:
        unread = getattr(request, "upload_refused", None)
        text = unread.in_language(language()) if unread is not None else gettext("Choose a file first.")
        return _sign_page(request, shown, refused=text, status=409)
    found = sign_application(actor=actor_of(request), application=shown, upload=upload)
    if not found.holds:
        reason = found.reason.in_language(language()) if found.reason is not None else ""
        return _sign_page(request, shown, refused=reason, signers=found.signers, status=409)
    messages.success(request, gettext("The signature is verified: it holds."))
    return redirect("portal:application_sign", shown.pk)


def _sign_page(
    request: HttpRequest, shown: Application, *, refused: str = "", signers: Any = (), status: int = 200
) -> HttpResponse:
    standing, missing = signature_standing(shown), len(read_application(shown).problems)
    return render(
        request,
        "portal/applications/sign.html",
        {
            "at": PORTAL,
            "application": shown,
            "call": shown.opening.call,
            "steps": stepper("sign", shown, undone=["fill"] if missing else []),
            "standing": standing,
            "missing": missing,
            "refused": refused,
            "refused_signers": signers,
            "may_be_signed": bool(signatories_of(shown.enterprise_id, today())),
            "section_of": {item.id: section.id for section, item in read_application(shown).form.fields()},
        },
        status=status,
    )


@for_enterprise("apply")
def copy(request: HttpRequest, application_id: int) -> HttpResponse:
    """How the document to be signed is getting on: a piece of the page, asked again until it is ready."""
    shown = _draft(request, application_id)
    if shown is None or not is_asked(shown.opening.call):
        return redirect("portal:application", application_id)
    found = signature_standing(shown).copy
    if found is not None and found.state == "ready":
        return HttpResponse(headers={"HX-Refresh": "true"})  # what to do with it is told by the rest of the page
    return render(request, "portal/applications/signing_copy.html", {"application": shown, "copy": found})


@require_POST
@for_enterprise("apply")
def deliver(request: HttpRequest, application_id: int, field_id: str) -> HttpResponse:
    """A document that was promised, or a new one in the place of one that expires."""
    shown, until = application_or_404(request, application_id), request.POST.get("expires_on", "")
    try:
        uploads = uploads_of(request, "file")
        if not uploads:
            refuse("Prima scegli un file.", "Choose a file first.", field="file")
        row = deliver_document(
            actor=actor_of(request), application=shown, field_id=field_id, upload=uploads[-1], expires_on=day_in(until)
        )
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(language()))
        again = application_or_404(request, application_id)
        return sent_page(request, again, status=409, field=field_id, until=until)
    messages.success(request, gettext("Document given, number %(number)s.") % {"number": row.number})
    return redirect("portal:application", shown.pk)
