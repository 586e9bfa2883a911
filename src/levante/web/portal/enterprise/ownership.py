"""Who holds my enterprise: the enterprise declares a holder, or that one has changed; an office reads it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext

from levante.kernel.api import system
from levante.parties.api import Correction, OwnershipLink, correct_ownership, propose_correction, record_holder
from levante.web.access import for_enterprise
from levante.web.desk.enterprises.ownership import holder_asked, told_before, warnings_of
from levante.web.desk.enterprises.ownership_forms import HOLDERS, HolderForm, TermsForm
from levante.web.portal.enterprise.forms import WithReason, as_texts
from levante.web.portal.enterprise.views import mine

#: What a declaration would do is worked out as if an office had accepted it, and undone.
REHEARSAL = system("portal.rehearsal")


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

    def accept() -> None:
        record_holder(actor=REHEARSAL, owned=one, holder=form.whose(), terms=form.terms())

    effect, stamp, written = told_before(request, form, one, accept, write=propose)
    if written:
        return _sent(request)
    warnings = warnings_of(one, form) if effect else []
    context = {"kinds": HOLDERS, "holder": holder, "warnings": warnings, "title": gettext("Declare a holder")}
    return _page(request, form, effect, stamp, context)


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

    def accept() -> None:
        correct_ownership(actor=REHEARSAL, link=link, terms=form.terms(), reason="rehearsal")

    effect, stamp, written = told_before(request, form, one, accept, write=propose)
    if written:
        return _sent(request)
    warnings = warnings_of(one, form, link) if effect else []
    context = {"link": link, "warnings": warnings, "title": gettext("A holder has changed")}
    return _page(request, form, effect, stamp, context)


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


def _page(request: HttpRequest, form: Any, effect: Any, stamp: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, "portal/enterprise/holder.html", {"form": form, "effect": effect, "stamp": stamp, **context})
