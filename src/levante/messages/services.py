"""Telling people: a row per recipient, and a mail once the write is durable."""

from collections.abc import Iterable

from levante.identity.api import User
from levante.kernel.api import Actor, NotYours, note, now, offered, prefix_of, service, unchanged
from levante.kernel.pure import Bilingual
from levante.kernel.pure.languages import ENGLISH, ITALIAN
from levante.messages.models import Notice
from levante.messages.topics import muted, off_address


@service("messages.forget_subject")
def forget_subject(*, actor: Actor, subject_type: str, subject_ids: list[str]) -> int:
    """Empty the words of the notices about things whose person has been erased (art. 17 GDPR); that they were sent stays."""
    gone = Notice.objects.filter(subject_type=subject_type, subject_id__in=subject_ids).update(
        title_it="—", title_en="—", body_it="—", body_en="—", others={}
    )
    note(emptied=gone)
    return gone


@service("messages.notify")
def notify(
    *,
    actor: Actor,
    users: Iterable[int],
    kind: str,
    title: Bilingual,
    body: Bilingual,
    path: str = "",
    enterprise_id: int | None = None,
    subject_type: str = "",
    subject_id: str = "",
    topic: str = "",
) -> list[Notice]:
    """Tell each user (ids) once about one event; people already told of it are left alone. Mail follows on commit. ``topic``: it is a
    reminder, which who does not want it by mail reads in the portal alone."""
    users, others = sorted(set(users)), _others(title, body)
    rows = [
        Notice(
            user_id=user_id,
            enterprise_id=enterprise_id,
            kind=kind,
            topic=topic,
            subject_type=subject_type,
            subject_id=subject_id,
            title_it=title.it[:300],
            title_en=title.en[:300],
            body_it=body.it,
            body_en=body.en,
            others=others,
            path=path,
            created_at=now(),
        )
        for user_id in users
    ]
    Notice.objects.bulk_create(rows, ignore_conflicts=bool(subject_id))
    note(kind=kind, subject=f"{subject_type}:{subject_id}", recipients=len(rows))
    from levante.messages.jobs import send_notice_mails

    send_notice_mails.defer(kind=kind, subject_type=subject_type, subject_id=subject_id, user_ids=users)
    return list(Notice.objects.filter(kind=kind, subject_type=subject_type, subject_id=subject_id, user_id__in=users))


def _others(title: Bilingual, body: Bilingual) -> dict[str, dict[str, str]]:
    """The two in each language whose catalogue has words for one of them; titles as long as they are kept."""
    found = {}
    for code in offered():
        said = {"title": title.in_language(code)[:300], "body": body.in_language(code)}
        if code not in (ITALIAN, ENGLISH) and said != {"title": title.en[:300], "body": body.en}:
            found[code] = said
    return found


@service("messages.mark_read")
def mark_read(*, actor: Actor, notice: Notice) -> Notice:
    """The person has seen it; the first time counts."""
    if actor.user_id is None:
        raise NotYours
    first = Notice.objects.filter(pk=notice.pk, user_id=actor.user_id, read_at__isnull=True).update(read_at=now())
    notice.refresh_from_db()
    return notice if first else unchanged(notice)


def send_pending(*, kind: str, subject_type: str, subject_id: str, user_ids: list[int]) -> int:
    """Send the mails of an event that have not gone yet; returns how many went. A failure leaves the rest for a retry."""
    from django.conf import settings
    from django.core.mail import EmailMessage
    from django.db import transaction

    gone = 0
    rows = Notice.objects.filter(
        kind=kind, subject_type=subject_type, subject_id=subject_id, user_id__in=user_ids, mail_state=Notice.WAITING
    )
    for pk in rows.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            row = Notice.objects.select_for_update(skip_locked=True).filter(pk=pk, mail_state=Notice.WAITING).first()
            if row is None:
                continue
            user: User = row.user
            if row.topic and row.topic in muted(user.pk):
                row.mail_state = Notice.MUTED
                row.save(update_fields=["mail_state"])
                continue
            title = row.title.in_language(user.language)
            text = mail_text(row, site=settings.SITE_URL, language=user.language)
            row.mail_tries += 1
            try:
                if user.is_active:
                    EmailMessage(f"[Levante] {title}", text, to=[user.email], headers=headers_of(row)).send()
            except OSError:
                row.mail_state = Notice.FAILED if row.mail_tries >= MAIL_TRIES else Notice.WAITING
                row.save(update_fields=["mail_tries", "mail_state"])
                continue
            row.mail_state, row.mailed_at = Notice.SENT, now()
            row.save(update_fields=["mail_tries", "mail_state", "mailed_at"])
            gone += 1
    return gone


#: Where the pages of the offices are: they say what there is to do under Today, and have no Messages.
DESK = "/ufficio/"


_GO_ON = Bilingual("Continua nel portale", "Go on in the portal")
_NOBODY = Bilingual("Scritto dal portale: nessuno legge le risposte.", "Sent by the portal: nobody reads the answers.")
_MESSAGES = Bilingual("Lo stesso messaggio è in Messaggi.", "The same message is under Messages.")
_NO_MORE = Bilingual("Per non ricevere più questi promemoria:", "No more of these reminders by mail:")


def mail_text(row: Notice, *, site: str, language: str) -> str:
    """A notice as a plain letter: what it says, where to go on, and that nobody reads the answers."""
    nobody = _NOBODY.in_language(language)
    if not row.path.startswith(DESK):
        nobody += f" {_MESSAGES.in_language(language)}"
    if row.topic:
        nobody += f"\n{_NO_MORE.in_language(language)} {off_address(row.user_id, row.topic, language=language)}"
    go_on = f"{_GO_ON.in_language(language)}:\n{site}{prefix_of(language)}{row.path}"
    where = f"\n{go_on}\n" if row.path else ""
    return f"{row.body.in_language(language)}\n{where}\n-- \n{nobody}\n"


def headers_of(row: Notice) -> dict[str, str]:
    """Of a reminder, how a mail reader switches it off with one click (RFC 2369, RFC 8058)."""
    if not row.topic:
        return {}
    return {
        "List-Unsubscribe": f"<{off_address(row.user_id, row.topic)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


#: After this many failures a mail is given up and shown as failed; the notice stays in the portal.
MAIL_TRIES = 5
