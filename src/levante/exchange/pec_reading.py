"""Looking into the mailboxes for receipts: each is read once, given to who knows the message, and left where it is."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q

from levante.exchange import pec_mailbox, pec_receipts
from levante.exchange.client import NoUsableAnswer
from levante.exchange.models import PecMail, PecMailbox
from levante.exchange.pec import Mailbox
from levante.exchange.services import named
from levante.kernel.api import Actor, Refused, note, now, service, unchanged

#: A reader that did not come back in this time is taken for dead.
CLAIM = timedelta(minutes=10)
#: Mails looked into in one reading: the rest wait for the next, so that nobody holds a mailbox for long.
MOST = 2000

_takers: list[str] = []


def on_receipt(function: str) -> None:
    """Say who takes receipts: ``"package.module:function"``, called as ``f(actor, mailbox, receipt, raw) -> bool`` in the
    transaction that marks the mail as seen; true when the message was one of theirs. Given twice, it changes nothing twice."""
    if function not in _takers:
        _takers.append(function)


def read_mailbox(*, actor: Actor, mailbox: Mailbox) -> int | None:
    """Read what is new; returns how many receipts were taken, ``None`` when somebody else is reading or it cannot be read."""
    row = claim_mailbox(actor=actor, address=mailbox.address)
    if row is None:
        return None
    taken, problem = 0, ""
    try:
        taken = _read(actor, row, mailbox)
    except NoUsableAnswer as error:
        problem = str(error)[:500]
    leave_mailbox(actor=actor, mailbox=row, problem=problem)
    return None if problem else taken


def _read(actor: Actor, row: PecMailbox, mailbox: Mailbox) -> int:
    taken = 0
    with pec_mailbox.opened(mailbox) as inbox:
        uids = [uid[:200] for uid in inbox.uids()]
        known = dict(row.mails.filter(uid__in=uids).order_by().values_list("uid", "what"))
        for uid in [uid for uid in uids if uid not in known][:MOST]:
            kind, message_id = pec_receipts.kind_in(inbox.headers(uid))
            raw = inbox.whole(uid) if kind and message_id else b""
            known[uid] = keep_mail(actor=actor, mailbox=row, uid=uid, raw=raw).what
            taken += known[uid] == PecMail.TAKEN
        if mailbox.delete:
            for uid in uids:
                if known.get(uid) == PecMail.TAKEN:
                    inbox.take_away(uid)
    return taken


@service("exchange.claim_mailbox")
def claim_mailbox(*, actor: Actor, address: str) -> PecMailbox | None:
    """Be the one who reads it: a mailbox of POP3 has one reader at a time."""
    PecMailbox.objects.get_or_create(address=address)
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lt=now())
    row = PecMailbox.objects.select_for_update(skip_locked=True).filter(free, address=address).first()
    if row is None:
        return unchanged(None)
    row.claimed_until = now() + CLAIM
    row.save(update_fields=["claimed_until"])
    return unchanged(row)  # that somebody looks every minute is no news


@service("exchange.leave_mailbox")
def leave_mailbox(*, actor: Actor, mailbox: PecMailbox, problem: str) -> PecMailbox:
    """The reading is over, well or not."""
    rows = PecMailbox.objects.filter(pk=mailbox.pk)
    if problem:
        rows.update(claimed_until=None, failures=F("failures") + 1, last_error=problem)
    else:
        rows.update(claimed_until=None, failures=0, last_error="", read_at=now())
    mailbox.refresh_from_db()
    return unchanged(mailbox)


@service("exchange.keep_mail")
def keep_mail(*, actor: Actor, mailbox: PecMailbox, uid: str, raw: bytes) -> PecMail:
    """Give a mail to who knows the message it is about and write down that it was seen, in one transaction."""
    known = PecMail.objects.filter(mailbox=mailbox, uid=uid).first()
    if known is not None:
        return unchanged(known)
    what, problem = PecMail.OTHER, ""
    if raw:
        try:
            receipt = pec_receipts.read_receipt(raw)
            with transaction.atomic():
                if any(
                    named(taker)(actor=actor, mailbox=mailbox.address, receipt=receipt, raw=raw) for taker in _takers
                ):
                    what = PecMail.TAKEN
        except (pec_receipts.Unreadable, Refused) as error:
            what, problem = PecMail.UNREADABLE, str(error)[:300] or "refused"
    mail = PecMail.objects.create(mailbox=mailbox, uid=uid, what=what, problem=problem, seen_at=now())
    if what == PecMail.OTHER:
        return unchanged(mail)
    note(mailbox=mailbox.pk, uid=uid, what=what)
    return mail
