"""Files of the bank that come by hand: one person loads, another confirms, and only then what they say is what happened.

A file that anybody can write must not move money by itself: what the bank answers over the socket does (``settling``).
"""

from typing import Any, BinaryIO

from levante.documents.api import store_upload
from levante.kernel.api import Actor, note, note_object, now, refuse, require, service, unchanged
from levante.payments import states
from levante.payments.bank import outcome_as_json
from levante.payments.models import BankFile, Payment, PaymentOrder
from levante.payments.ordering import locked_order
from levante.payments.paying import may_pay_for, own
from levante.payments.policies import may_order
from levante.payments.pure import outcomes as pure
from levante.payments.settling import begin, keep_words, tell_not_sent


@service("payments.load_bank_file")
def load_bank_file(*, actor: Actor, upload: Any) -> BankFile:
    """Take in a file of the bank by hand (``pain.002``, ``camt.053``, ``camt.054``): it is kept with what it says of payments of ours, in
    whatever order, and waits for another person. Refused when it cannot be read, speaks of none of ours that was sent, or of orders of two
    bodies. Of an order that never went nothing is believed: it is told on the order, and the rest of the file goes on. The same file
    while it waits is one."""
    require(may_order(actor))
    told = _read(upload)
    groups = [one for one in told if not one["end_to_end_id"]]
    mine = Payment.objects.filter(end_to_end_id__in=[one["end_to_end_id"] for one in told if one["end_to_end_id"]])
    mine |= Payment.objects.filter(order__message_id__in=[one["message_id"] for one in groups])
    never = {
        "state": states.WITHDRAWN,
        "order__sent_at__isnull": True,
    }  # of one that was called back the bank may speak all the same
    known = mine.filter(own(actor, path="order__paid_by")).exclude(**never).distinct()
    orders = list(PaymentOrder.objects.filter(pk__in=known.order_by().values("order")).order_by("pk"))
    if not orders:
        refuse(
            "Il file non parla di nessun pagamento di questo sistema.",
            "The file speaks of no payment of this system.",
            field="file",
        )
    if len({order.paid_by_id for order in orders}) > 1:
        refuse(
            "Il file parla di ordini di due enti: caricane uno per ciascuno.",
            "The file speaks of orders of two bodies: load one for each.",
            field="file",
        )
    held = [locked_order(order.pk) for order in orders]
    not_sent = [order for order in held if order.sent_at is None]
    for order in not_sent:
        tell_not_sent(order)
    if len(not_sent) == len(orders):
        shown = ", ".join(order.message_id for order in not_sent[:5])
        refuse(
            f"Il file parla solo di ordini che non sono stati inviati alla banca: {shown}.",
            f"The file speaks only of orders that were not sent to the bank: {shown}.",
            field="file",
        )
    upload.seek(0)
    stored = store_upload(actor=actor, upload=upload, purpose="bank-answer")
    waiting = BankFile.objects.filter(sha256=stored.sha256, state=states.FILE_WAITING).first()
    if waiting is not None:
        return unchanged(waiting)
    made = BankFile.objects.create(
        paid_by_id=orders[0].paid_by_id, file=stored, sha256=stored.sha256, loaded_at=now(), loaded_by_id=actor.user_id
    )
    for order in held:
        if order.sent_at is not None:
            keep_words(order.payments.filter(amount__gt=0), told, message_id=order.message_id, source="file", file=made)
    if not made.answers.exists():
        refuse(
            "Il file parla di un ordine intero, ma di un altro importo: non gli si crede.",
            "The file speaks of a whole order, but of another amount: it is not believed.",
            field="file",
        )
    note(
        words=made.answers.count(),
        orders=[order.message_id for order in held],
        not_sent=[order.message_id for order in not_sent],
    )
    return made


def _read(stream: BinaryIO) -> list[dict[str, Any]]:
    try:
        return [outcome_as_json(one) for one in pure.read_outcomes(stream)]
    except pure.Unreadable as error:
        refuse(f"{error.where}: {error.reason.it}", f"{error.where}: {error.reason.en}", field="file")


def _held(actor: Actor, file: BankFile) -> BankFile:
    held = BankFile.objects.select_for_update(of=("self",)).select_related("paid_by").get(pk=file.pk)
    require(may_order(actor))
    require(may_pay_for(actor, held.paid_by))
    return held


@service("payments.confirm_bank_file")
def confirm_bank_file(*, actor: Actor, file: BankFile) -> BankFile:
    """Another person looked at the file, and says that it is the bank's: what it says is applied, once. Confirmed twice, it was once."""
    held = _held(actor, file)
    if held.state == states.FILE_CONFIRMED:
        return unchanged(held)
    if held.state != states.FILE_WAITING:
        refuse("Il file è stato scartato: caricalo di nuovo.", "The file was dropped: load it again.")
    if actor.user_id is None or actor.user_id == held.loaded_by_id:
        refuse("Lo hai caricato tu: lo conferma un’altra persona.", "You loaded it: another person confirms it.")
    held.state, held.decided_at, held.decided_by_id = states.FILE_CONFIRMED, now(), actor.user_id
    held.save(update_fields=["state", "decided_at", "decided_by"])
    for pk in held.answers.order_by("payment__order").values_list("payment__order", flat=True).distinct():
        begin(locked_order(pk))
    note_object(held)
    note(words=held.answers.count())
    return held


@service("payments.drop_bank_file")
def drop_bank_file(*, actor: Actor, file: BankFile, reason: str) -> BankFile:
    """Nothing of the file is believed, with the reason: who loaded it was wrong, or another person does not find it to be the bank's."""
    held = _held(actor, file)
    if held.state == states.FILE_DROPPED:
        return unchanged(held)
    if held.state != states.FILE_WAITING:
        refuse("Il file è già confermato.", "The file is confirmed already.")
    if not reason.strip():
        refuse("Scrivi perché.", "Write why.", field="reason")
    held.state, held.decided_at, held.decided_by_id = states.FILE_DROPPED, now(), actor.user_id
    held.reason = reason.strip()[:500]
    held.save(update_fields=["state", "decided_at", "decided_by", "reason"])
    note_object(held)
    note(reason=held.reason)
    return held
