"""The act that takes back what a liquidation verified and nobody was paid: drafted on the page of the liquidation, signed there."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from levante.kernel.api import Actor, Refused
from levante.payments.api import Undoing, cancel_undoing, draft_undoing, send_undoing
from levante.web.access import for_desk
from levante.web.components.numbers import whole_numbers
from levante.web.desk.payments.shared import READERS, actor_of, words
from levante.web.desk.payments.views_acts import act_or_404, act_page
from levante.web.site.files.views import send as send_file


@require_POST
@for_desk(*READERS, section=True, pays=True)
def new(request: HttpRequest, act_id: int) -> HttpResponse:
    """Draft it, of the rows that were ticked; refused, the page comes back with what was written."""
    actor = actor_of(request)
    shown = act_or_404(actor, act_id)
    ticked = whole_numbers(request.POST.getlist("rows"))
    reason = request.POST.get("reason", "")
    try:
        draft_undoing(actor=actor, act=shown, rows=list(shown.rows.filter(pk__in=ticked)), reason=reason)
    except Refused as refusal:
        return act_page(request, shown, undo={"reason": reason, "rows": ticked, "problem": words(refusal.reason)})
    messages.success(request, gettext("The draft is ready and its claims are held: the director signs it."))
    return redirect("desk:liquidation", shown.pk)


def undoing_or_404(actor: Actor, undoing_id: int) -> Undoing:
    rows = Undoing.objects.visible_to(actor).select_related("liquidation", "document__file", "request")
    return get_object_or_404(rows, pk=undoing_id)


@for_desk(*READERS, section=True, pays=True)
def document(request: HttpRequest, undoing_id: int) -> HttpResponse:
    """Its text as PDF."""
    shown = undoing_or_404(actor_of(request), undoing_id)
    if shown.document is None or shown.document.file is None:
        raise Http404
    return send_file(shown.document.file)


@require_POST
@for_desk(*READERS, section=True, pays=True)
def act(request: HttpRequest, undoing_id: int, action: str) -> HttpResponse:
    """Do one thing with it and come back to the act that it is about."""
    actor = actor_of(request)
    handler = HANDLERS.get(action)
    if handler is None:
        raise Http404(action)
    shown = undoing_or_404(actor, undoing_id)
    try:
        messages.success(request, handler(request, actor, shown))
    except Refused as refusal:
        messages.error(request, words(refusal.reason))
    return redirect("desk:liquidation", shown.liquidation_id)


def _send(request: HttpRequest, actor: Actor, shown: Undoing) -> str:
    send_undoing(actor=actor, undoing=shown)
    return gettext("The act was sent: its number comes back by itself.")


def _cancel(request: HttpRequest, actor: Actor, shown: Undoing) -> str:
    cancel_undoing(actor=actor, undoing=shown, reason=request.POST.get("reason", ""))
    return gettext("The draft is cancelled: its claims are to be paid.")


HANDLERS: dict[str, Callable[[HttpRequest, Actor, Undoing], str]] = {"firma": _send, "annulla": _cancel}
