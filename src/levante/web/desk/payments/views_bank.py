"""Files of the bank that come by hand: loaded by one person, looked at and confirmed by another."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from levante.kernel.api import Actor, Refused
from levante.payments.api import (
    BankFile,
    confirm_bank_file,
    drop_bank_file,
    load_bank_file,
    may_order,
    may_pay_for,
    states,
)
from levante.web.access import for_desk
from levante.web.desk.payments.shared import ORDER_READERS, PAGE, PAYMENT_TONES, actor_of, words
from levante.web.site.files.views import send as send_file

TONES = {"waiting": "attention", "confirmed": "done", "dropped": "neutral"}
#: What the bank says, in the words of what becomes of a payment.
_SAID = {
    "accepted": states.ACCEPTED,
    "executed": states.EXECUTED,
    "rejected": states.REJECTED,
    "returned": states.RETURNED,
}


@require_POST
@for_desk(*ORDER_READERS, section=True, pays=True)
def load(request: HttpRequest) -> HttpResponse:
    """Load a file that the bank gave: it is kept, and waits for another person."""
    upload = request.FILES.get("file")
    if upload is None:
        messages.error(request, gettext("Choose a file first."))
        return redirect("desk:payment_orders")
    try:
        made = load_bank_file(actor=actor_of(request), upload=upload)
    except Refused as refusal:
        messages.error(request, words(refusal.reason))
        return redirect("desk:payment_orders")
    messages.success(request, gettext("The file is kept: nothing moves until another person confirms it."))
    return redirect("desk:bank_file", made.pk)


def _or_404(actor: Actor, file_id: int) -> BankFile:
    rows = BankFile.objects.visible_to(actor).select_related("file", "loaded_by", "decided_by", "paid_by")
    return get_object_or_404(rows, pk=file_id)


@for_desk(*ORDER_READERS, section=True, pays=True)
def show(request: HttpRequest, file_id: int) -> HttpResponse:
    return _page(request, _or_404(actor_of(request), file_id))


def _page(request: HttpRequest, found: BankFile, *, reason: str = "", refused: bool = False) -> HttpResponse:
    """What a file says, payment by payment, beside what each is now."""
    actor = actor_of(request)
    said = found.answers.select_related("payment__order", "payment__row__claim__award__enterprise").order_by("pk")
    page = Paginator(said, PAGE).get_page(request.GET.get("page"))
    decides = found.state == states.FILE_WAITING and may_order(actor) and may_pay_for(actor, found.paid_by)
    told = {
        "one": found,
        "tone": TONES[found.state],
        "page": page,
        "rows": [
            {"said": row, "label": states.PAYMENTS.get(_SAID.get(row.kind, "")), "tone": PAYMENT_TONES[row.payment.state]}
            for row in page
        ],
        "may_drop": bool(decides),
        "may_confirm": bool(decides) and actor.user_id != found.loaded_by_id,
        "reason": reason,
        "refused": refused,
    }  # fmt: skip
    return render(request, "desk/payments/bank_file.html", told, status=409 if refused else 200)


@for_desk(*ORDER_READERS, section=True, pays=True)
def taken(request: HttpRequest, file_id: int) -> HttpResponse:
    """The file, as it was loaded."""
    return send_file(_or_404(actor_of(request), file_id).file)


@require_POST
@for_desk(*ORDER_READERS, section=True, pays=True)
def act(request: HttpRequest, file_id: int, action: str) -> HttpResponse:
    """Confirm it, or drop it with the reason; what was typed is not lost."""
    actor = actor_of(request)
    found, reason = _or_404(actor, file_id), request.POST.get("reason", "")
    try:
        if action == "conferma":
            confirm_bank_file(actor=actor, file=found)
        elif action == "scarta":
            drop_bank_file(actor=actor, file=found, reason=reason)
        else:
            raise Http404
    except Refused as refusal:
        messages.error(request, words(refusal.reason))
        return _page(request, _or_404(actor, file_id), reason=reason, refused=True)
    messages.success(request, gettext("Done."))
    return redirect("desk:bank_file", found.pk)
