"""Orders to the bank: what is in them, how far the bank is, its file, what it said that made no sense."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from levante.kernel.api import Actor, Refused, today
from levante.payments.api import (
    AT_ONCE,
    MOST_IN_AN_ORDER,
    ORDERS,
    TOLD,
    BankAnswer,
    BankFile,
    LiquidationRow,
    PaymentOrder,
    ask_bank_again,
    cancel_order,
    clear_problem,
    is_long,
    kept_stops,
    look_at_order,
    may_order,
    may_pay_for,
    order_payments,
    prepare_order,
    prepare_without,
    progress_of_order,
    recall_order,
    rows_to_pay,
    send_order,
    send_order_again,
    states,
    stopped_in,
    stuck_requests,
)
from levante.web.access import for_desk
from levante.web.components.forms import DayField
from levante.web.components.listing import Column, Listing
from levante.web.components.numbers import whole_number, whole_numbers
from levante.web.desk.payments.shared import (
    ORDER_READERS,
    ORDER_TONES,
    PAGE,
    PAYMENT_TONES,
    actor_of,
    tabs,
    words,
)
from levante.web.site.files.views import send as send_file


@for_desk(*ORDER_READERS, section=True, pays=True)
def orders(request: HttpRequest) -> HttpResponse:
    """The orders, the newest first, and where a file of the bank is loaded."""
    actor = actor_of(request)
    state = request.GET.get("state", "")
    rows = PaymentOrder.objects.visible_to(actor).select_related("prepared_by", "sent_by").order_by("-pk")
    if state in states.ORDERS:
        rows = rows.filter(state=state)
    listing = Listing(request, "desk:payment_orders", gettext("orders to the bank"), _columns())
    if listing.wants_file:
        return listing.file(rows.iterator(chunk_size=1000))
    after = whole_number(request.GET.get("after"))
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = list(rows[: PAGE + 1])
    return render(
        request,
        "desk/payments/orders.html",
        {
            **tabs(request, "desk:payment_orders"),
            "rows": [{"order": row, "tone": ORDER_TONES[row.state]} for row in found[:PAGE]],
            "next_cursor": found[PAGE - 1].pk if len(found) > PAGE else None,
            "listing": listing,
            "states": states.ORDERS,
            "state": state,
            "may_order": may_order(actor),
            "by_hand": list(BankFile.objects.visible_to(actor).waiting().select_related("file", "loaded_by")),
        },
    )


def _columns() -> tuple[Column, ...]:
    return (
        Column("order", gettext("Order"), lambda order: order.message_id, fixed=True),
        Column("state", gettext("State"), lambda order: words(order.state_label)),
        Column("count", gettext("Payments"), lambda order: order.count),
        Column("total", gettext("Total"), lambda order: order.total),
        Column("day", gettext("Day asked"), lambda order: order.execute_on),
        Column("sent", gettext("Sent"), lambda order: order.sent_at),
        Column("by", gettext("Sent by"), lambda order: str(order.sent_by or "")),
    )


@require_POST
@for_desk(*ORDER_READERS, section=True, pays=True)
def new(request: HttpRequest) -> HttpResponse:
    """Put in one order the rows that were ticked."""
    actor = actor_of(request)
    try:
        day = DayField(required=False).clean(request.POST.get("execute_on") or None)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("desk:payments_due")
    chosen = _chosen(request, actor)
    make = prepare_order if len(chosen) <= AT_ONCE and "all" not in request.POST else order_payments
    try:
        made = make(actor=actor, rows=chosen, execute_on=day or today())
    except Refused as refusal:
        messages.error(request, words(refusal.reason))
        return redirect("desk:payments_due")
    if made.state == states.PREPARING:
        messages.success(request, gettext("The order is being prepared: it goes on by itself, also if you leave."))
        return redirect("desk:payment_order", made.pk)
    messages.success(request, gettext("The order is ready: check payments and accounts, then it is sent."))
    return redirect("desk:payment_order", made.pk)


def _chosen(request: HttpRequest, actor: Actor) -> list[LiquidationRow]:
    """The rows that were ticked, or all that are to be paid (of the call looked at), as many as an order holds."""
    rows = rows_to_pay(actor)
    if "all" not in request.POST:
        return list(rows.filter(pk__in=whole_numbers(request.POST.getlist("rows"))))
    if request.POST.get("call"):
        rows = rows.filter(liquidation__call__code=request.POST["call"])
    return list(rows[:MOST_IN_AN_ORDER])


def order_or_404(actor: Actor, order_id: int) -> PaymentOrder:
    rows = PaymentOrder.objects.visible_to(actor).select_related("file", "request", "prepared_by", "sent_by", "paid_by")
    return get_object_or_404(rows, pk=order_id)


@for_desk(*ORDER_READERS, section=True, pays=True)
def order(request: HttpRequest, order_id: int) -> HttpResponse:
    """One order: its payments, how far the bank is, what it said."""
    actor = actor_of(request)
    shown = order_or_404(actor, order_id)
    state = request.GET.get("state", "")
    rows = shown.payments.select_related("row__claim__award__enterprise", "row__liquidation").order_by("pk")
    if state in states.PAYMENTS:
        rows = rows.filter(state=state)
    listing = Listing(request, "desk:payment_order", shown.message_id, _payment_columns())
    if listing.wants_file:
        return listing.file(rows.iterator(chunk_size=1000))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    odd = (
        BankAnswer.objects.filter(payment__order=shown).exclude(problem_it="").select_related("payment").order_by("-pk")
    )
    stuck = stuck_requests(shown).first() if shown.state in (states.IN_BANK, states.DONE) else None
    left_out = shown.wishes.filter(state=states.LEFT_OUT).select_related("row__claim").order_by("pk")
    return render(
        request,
        "desk/payments/order.html",
        {
            "order": shown,
            "tone": ORDER_TONES[shown.state],
            "page": page,
            "rows": [{"payment": one, "tone": PAYMENT_TONES[one.state]} for one in page],
            "state": state,
            "listing": listing,
            "progress": _progress(shown),
            "attempts": list(shown.request.attempts.order_by("-pk")[:5]) if shown.request else [],
            "odd": list(odd[:10]),
            "left_out": list(left_out[:200]),
            "left_out_count": left_out.count() if shown.state != states.PREPARING else 0,
            "send": ORDERS.may("send", actor, shown, state=shown.state),
            "stuck": stuck,
            **_stopped(shown, leaving=shown.state == states.READY or stuck is not None),
            "may_order": may_order(actor) and may_pay_for(actor, shown.paid_by),
        },
    )


def _stopped(shown: PaymentOrder, *, leaving: bool) -> dict[str, object]:
    """What holds up an order that is to leave: of a long one what the worker found, when it was last asked to look."""
    long = is_long(shown)
    if not leaving or shown.state not in (states.READY, states.IN_BANK) or (long and shown.state != states.READY):
        return {"stopped": [], "long": False}
    if long:
        found, count = kept_stops(shown, TOLD), shown.stops.count()
    else:
        found = list(stopped_in(shown, on=today()))
        count = len(found)
    return {
        "stopped": found[:TOLD],
        "stopped_count": count,
        "stopped_more": max(count - TOLD, 0),
        "long": long,
    }


def _progress(shown: PaymentOrder) -> dict[str, object]:
    if shown.state == states.PREPARING:
        looked = shown.wishes.aggregate(total=Count("pk"), settled=Count("pk", filter=~Q(state=states.WAITS)))
        return {"states": [], **looked}
    if shown.state == states.CHECKING:
        return {"states": [], "total": shown.count, "settled": shown.checked}
    found = progress_of_order(shown)
    told = [
        {"code": code, "label": states.PAYMENTS[code], "tone": PAYMENT_TONES[code], "count": count, "total": total}
        for code, count, total in found.states
    ]
    return {"states": told, "total": found.total, "settled": found.settled}


@for_desk(*ORDER_READERS, section=True, pays=True)
def progress(request: HttpRequest, order_id: int) -> HttpResponse:
    """How far the bank is, asked every five seconds while the order is there; when it is over the page is drawn again."""
    shown = order_or_404(actor_of(request), order_id)
    if shown.state not in (states.IN_BANK, states.PREPARING, states.CHECKING):
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "desk/payments/progress.html", {"order": shown, "progress": _progress(shown)})


def _payment_columns() -> tuple[Column, ...]:
    return (
        Column("id", gettext("Payment"), lambda one: one.end_to_end_id, fixed=True),
        Column("enterprise", gettext("Enterprise"), lambda one: one.row.claim.award.enterprise.name),
        Column("gross", gettext("Gross"), lambda one: one.gross),
        Column("withheld", gettext("Withheld"), lambda one: one.withheld),
        Column("kept", gettext("Kept for others"), lambda one: one.kept),
        Column("amount", gettext("Transfer"), lambda one: one.amount),
        Column("iban", "IBAN", lambda one: one.iban),
        Column("state", gettext("State"), lambda one: words(one.state_label)),
        Column("day", gettext("Executed on"), lambda one: one.executed_on),
        Column("reason", gettext("Reason"), lambda one: words(one.reason)),
    )


@for_desk(*ORDER_READERS, section=True, pays=True)
def file(request: HttpRequest, order_id: int) -> HttpResponse:
    """The file that goes to the bank."""
    found = order_or_404(actor_of(request), order_id).file
    if found is None:
        raise Http404
    return send_file(found)


#: What is done with an order: the order to look at next, and what to say.
Done = tuple[PaymentOrder, str]


@require_POST
@for_desk(*ORDER_READERS, section=True, pays=True)
def act(request: HttpRequest, order_id: int, action: str) -> HttpResponse:
    """Do one thing with the order and come back to it, or to the one that takes its place."""
    actor = actor_of(request)
    handler = HANDLERS.get(action)
    if handler is None:
        raise Http404(action)
    shown = order_or_404(actor, order_id)
    try:
        shown, told = handler(request, actor, shown)
        messages.success(request, told)
    except Refused as refusal:
        messages.error(request, words(refusal.reason))
    return redirect("desk:payment_order", shown.pk)


def _send(_request: HttpRequest, actor: Actor, shown: PaymentOrder) -> Done:
    sent = send_order(actor=actor, order=shown)
    if sent.state == states.CHECKING:
        return sent, gettext(
            "Its payments are being checked, then it leaves: it goes on by itself, also if you leave the page."
        )
    if sent.request_id is None:
        return sent, gettext("The order is over: there was nothing to send to the bank.")
    return sent, gettext("The order is on its way to the bank.")


def _look(_request: HttpRequest, actor: Actor, shown: PaymentOrder) -> Done:
    held = look_at_order(actor=actor, order=shown)
    return held, gettext("Its payments are being checked: it goes on by itself, also if you leave the page.")


def _cancel(request: HttpRequest, actor: Actor, shown: PaymentOrder) -> Done:
    cancelled = cancel_order(actor=actor, order=shown, reason=request.POST.get("reason", ""))
    return cancelled, gettext("The order is cancelled: its payments wait for another.")


def _again(_request: HttpRequest, actor: Actor, shown: PaymentOrder) -> Done:
    made = prepare_without(actor=actor, order=shown)
    return made, gettext("This is the order prepared again of the other payments; the one before is cancelled.")


def _ask(_request: HttpRequest, actor: Actor, shown: PaymentOrder) -> Done:
    return ask_bank_again(actor=actor, order_id=shown.pk), gettext("The bank is being asked.")


def _send_again(_request: HttpRequest, actor: Actor, shown: PaymentOrder) -> Done:
    return send_order_again(actor=actor, order=shown), gettext("It is being sent again.")


def _recall(request: HttpRequest, actor: Actor, shown: PaymentOrder) -> Done:
    held = recall_order(actor=actor, order=shown, reason=request.POST.get("reason", ""))
    if held.recall_waits:
        return held, gettext("You asked to call it back: another person confirms that the bank does not have it.")
    return held, gettext("The order is called back: its payments wait for another.")


def _cleared(request: HttpRequest, actor: Actor, shown: PaymentOrder) -> Done:
    held = clear_problem(actor=actor, order=shown, reason=request.POST.get("reason", ""))
    return held, gettext("What the bank said is cleared up.")


HANDLERS: dict[str, Callable[[HttpRequest, Actor, PaymentOrder], Done]] = {
    "invia": _send,
    "controlla": _look,
    "annulla": _cancel,
    "di-nuovo": _again,
    "chiedi": _ask,
    "rinvia": _send_again,
    "richiama": _recall,
    "chiarito": _cleared,
}
