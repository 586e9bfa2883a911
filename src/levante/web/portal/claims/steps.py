"""What is written, proved, sent and answered of a claim."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from levante.claims.api import (
    ClaimFile,
    add_file,
    answer_request,
    discard_claim,
    put_cost,
    remove_claim_file,
    send_claim,
    write_report,
)
from levante.kernel.api import Refused
from levante.kernel.pure import Bilingual
from levante.web.access import for_enterprise
from levante.web.components.forms import say
from levante.web.portal.applications.filling import actor_of, language, uploads_of
from levante.web.portal.claims.forms import ClaimFileForm, CostForm
from levante.web.portal.claims.found import act_on, claim_or_404, draft_or_404
from levante.web.portal.claims.page import kinds_of, page_of, proofs_of


@require_POST
@for_enterprise("apply")
def report(request: HttpRequest, claim_id: int) -> HttpResponse:
    found = draft_or_404(request, claim_id)
    text = request.POST.get("report", "")
    try:
        write_report(actor=actor_of(request), claim=found, report=text)
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(language()))
        return page_of(request, found, status=409, report_text=text)
    messages.success(request, gettext("Report saved."))
    return redirect(f"{reverse('portal:claim', args=[found.pk])}#report")


@require_POST
@for_enterprise("apply")
def cost(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Units of a simplified cost, or the fixed amount, and a proof with them."""
    found = draft_or_404(request, claim_id)
    actor, item = actor_of(request), request.POST.get("item", "")
    form = CostForm(request.POST)

    def work() -> None:
        if not form.is_valid():
            raise Refused(Bilingual("Scrivi quanti, con un numero.", "Write how many, as a number."), "quantity")
        made = put_cost(
            actor=actor,
            claim=found,
            item=item,
            quantity=form.cleaned_data["quantity"],
            note_text=form.cleaned_data["note"],
        )
        for upload in uploads_of(request, "proofs"):
            add_file(
                actor=actor,
                claim=found,
                upload=upload,
                kind=ClaimFile.PROOF,
                cost=made,
                proof=request.POST.get("proof", ""),
            )

    return act_on(request, found, work, gettext("Saved."), "costs")


@require_POST
@for_enterprise("apply")
def new_file(request: HttpRequest, claim_id: int) -> HttpResponse:
    found = draft_or_404(request, claim_id)
    form = ClaimFileForm(request.POST, request.FILES, kinds=kinds_of(found), proofs=proofs_of(found))
    if form.is_valid():
        try:
            add_file(actor=actor_of(request), claim=found, **form.values())
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("Document added."))
            return redirect(f"{reverse('portal:claim', args=[found.pk])}#files")
    return page_of(request, found, status=409, file_form=form)


@require_POST
@for_enterprise("apply")
def drop_file(request: HttpRequest, claim_id: int, file_id: int) -> HttpResponse:
    found = draft_or_404(request, claim_id)
    row = get_object_or_404(ClaimFile.objects.filter(claim=found), pk=file_id)
    return act_on(
        request, found, lambda: remove_claim_file(actor=actor_of(request), claim=found, file=row),
        gettext("Document taken away."), "files",
    )  # fmt: skip


@require_POST
@for_enterprise("submit")
def send(request: HttpRequest, claim_id: int) -> HttpResponse:
    found = claim_or_404(request, claim_id)
    return act_on(
        request, found, lambda: send_claim(actor=actor_of(request), claim=found),
        gettext("The claim is sent and registered."),
    )  # fmt: skip


@require_POST
@for_enterprise("apply")
def discard(request: HttpRequest, claim_id: int) -> HttpResponse:
    found = draft_or_404(request, claim_id)
    try:
        discard_claim(actor=actor_of(request), claim=found)
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(language()))
        return redirect("portal:claim", found.pk)
    messages.success(request, gettext("The draft is discarded."))
    return redirect("portal:claims")


@require_POST
@for_enterprise("submit")
def answer(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Answer what the office asked; what is refused is drawn again with the words typed."""
    found, text = claim_or_404(request, claim_id), request.POST.get("text", "")
    try:
        made = answer_request(actor=actor_of(request), claim=found, text=text, uploads=uploads_of(request, "files"))
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(language()))
        return page_of(request, claim_or_404(request, claim_id), status=409, answer_text=text)
    messages.success(request, gettext("Answer sent, number %(number)s.") % {"number": made.number})
    return redirect("portal:claim", found.pk)
