"""Who holds my enterprise: the enterprise declares a holder, or that one has changed; an office reads it.

What a declaration would do to size, undertaking and headroom is worked out at the desk alone: the reckoning stands on the
accounts, the group and the aid of whoever is named as holder, which are not the declarer's to see.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext

from levante.kernel.api import Refused
from levante.parties.api import Correction, OwnershipLink, propose_correction
from levante.web.access import for_enterprise
from levante.web.components.forms import say
from levante.web.components.rehearsal import rehearse
from levante.web.components.standing import stamp_of
from levante.web.desk.enterprises.ownership import holder_asked, warnings_of
from levante.web.desk.enterprises.ownership_forms import HOLDERS, HolderForm, TermsForm
from levante.web.portal.enterprise.forms import WithReason, as_texts
from levante.web.portal.enterprise.views import mine


class DeclareForm(HolderForm, WithReason):
    field_order = (*(HolderForm.field_order or ()), "reason")


class ChangedForm(TermsForm, WithReason):
    field_order = (*TermsForm.base_fields, "reason")


@for_enterprise("apply")
def declare(request: HttpRequest) -> HttpResponse:
    """Declare a holder that the file does not have."""
    one = mine(request)
    holder = holder_asked(request)
    form = DeclareForm(request.POST or None, holder=holder)

    def propose() -> None:
        texts = as_texts(form.whose() | form.terms())
        _propose(request, one, texts, form.cleaned_data["reason"], None)

    stamp, written = _read_again(request, form, propose)
    if written:
        return _sent(request)
    warnings = warnings_of(one, form) if stamp else []
    context = {"kinds": HOLDERS, "holder": holder, "warnings": warnings, "title": gettext("Declare a holder")}
    return _page(request, form, stamp, context)


@for_enterprise("apply")
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that what the file says of a holder has changed, or is wrong."""
    one = mine(request)
    rows = OwnershipLink.objects.select_related("holder_enterprise", "holder_person", "holder_institution")
    link = get_object_or_404(rows.filter(owned=one), pk=pk)
    person = link.holder_person_id is not None
    form = ChangedForm(request.POST or None, initial=ChangedForm.terms_of(link), person=person)

    def propose() -> None:
        _propose(request, one, as_texts(form.terms()), form.cleaned_data["reason"], link)

    stamp, written = _read_again(request, form, propose)
    if written:
        return _sent(request)
    warnings = warnings_of(one, form, link) if stamp else []
    context = {"link": link, "warnings": warnings, "title": gettext("A holder has changed")}
    return _page(request, form, stamp, context)


def _read_again(request: HttpRequest, form: Any, propose: Callable[[], None]) -> tuple[str, bool]:
    """The stamp of a declaration that can be sent, empty while it cannot, and whether it was sent: only what was read
    again just before is. Trying it out writes nothing and reads nothing of anybody else."""
    if not (request.method == "POST" and form.is_valid()):
        return "", False
    stamp = stamp_of(sorted(form.cleaned_data.items()))
    try:
        if request.POST.get("save") == stamp:
            propose()
            return stamp, True
        rehearse(propose, lambda: None)
    except Refused as refusal:
        say(form, refusal)
        return "", False
    return stamp, False


def _propose(request: HttpRequest, one: Any, texts: dict[str, str], reason: str, link: OwnershipLink | None) -> None:
    propose_correction(
        actor=request.actor,  # type: ignore[attr-defined]
        enterprise=one,
        subject=Correction.OWNERSHIP,
        values=texts,
        link=link,
        reason=reason,
    )


def _sent(request: HttpRequest) -> HttpResponse:
    messages.success(request, gettext("Sent. An office reads it and answers here; until then nothing changes."))
    return redirect("portal:enterprise")


def _page(request: HttpRequest, form: Any, stamp: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, "portal/enterprise/holder.html", {"form": form, "stamp": stamp, **context})
