"""Certified mail (*posta elettronica certificata*, DPR 68/2005, DM 2/11/2005): the mailboxes of the offices and the way out.

A message is submitted by SMTP to the office's provider; what became of it comes back as mails in the mailbox
(``pec_mailbox`` reads them, ``pec_receipts`` understands them). SMTP has no key: who submits must know what it means when
the line falls, so every failure says whether the message certainly did not go (:class:`NotSent`) or may have gone
(:class:`MaybeSent`). Documented in ``docs/how-to/send-letters.md``.
"""

import ipaddress
import json
import os
import smtplib
import ssl
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from levante.exchange.client import NoUsableAnswer

SYSTEM = "pec"
#: Seconds for each wait on the socket: providers look for viruses before they say yes.
SUBMISSION_TIMEOUT = 60.0
#: Thirty megabytes are the least a provider must take (DM 2/11/2005, allegato, 8.3); encoded, a third more.
LARGEST_MESSAGE = 30 * 1024 * 1024


class NotConfigured(Exception):
    """``LEVANTE_PEC`` says something that cannot be: the message names what."""


class NotSent(NoUsableAnswer):
    """The message certainly did not go: it can be submitted again."""


class MaybeSent(NoUsableAnswer):
    """The line fell after the message had been given: only a receipt can say whether it went."""


class NeverAccepted(Exception):
    """The provider said no for good, with its reason: submitting again would be refused again."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A PEC mailbox: its address, how one sends through it (``submission``) and reads it (``inbox``), as whom."""

    address: str
    submission: str
    inbox: str
    user: str
    password: str = field(repr=False)
    office: str = ""
    #: Receipts are taken off the provider's server once they are kept here.
    delete: bool = False

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


def mailboxes() -> tuple[Mailbox, ...]:
    """Those of ``settings.PEC`` or of ``LEVANTE_PEC``, a JSON list; none is a fine answer. ``NotConfigured`` names what is wrong."""
    given = getattr(settings, "PEC", None)
    if given is None:
        text = os.environ.get("LEVANTE_PEC", "").strip()
        try:
            given = json.loads(text) if text else []
        except ValueError as error:
            raise NotConfigured("LEVANTE_PEC is not JSON") from error
    if not isinstance(given, list):
        raise NotConfigured("LEVANTE_PEC is not a list")
    return tuple(_mailbox(row) for row in given)


def mailbox_of(offices: Sequence[str]) -> Mailbox | None:
    """The mailbox of the first of these offices (codes, the nearest first) that has one, or the one for everybody."""
    found = {mailbox.office: mailbox for mailbox in mailboxes()}
    return next((found[code] for code in (*offices, "") if code in found), None)


def mailbox_at(address: str) -> Mailbox | None:
    """The mailbox with that address, if it is still ours."""
    return next((mailbox for mailbox in mailboxes() if mailbox.address == address), None)


def _mailbox(row: Any) -> Mailbox:
    if not isinstance(row, dict):
        raise NotConfigured("an entry of LEVANTE_PEC is not an object")
    missing = [name for name in ("address", "submission", "inbox") if not row.get(name)]
    if missing:
        raise NotConfigured(f"an entry of LEVANTE_PEC lacks {', '.join(missing)}")
    for name, schemes in (
        ("submission", ("smtps", "smtp+starttls", "smtp")),
        ("inbox", ("pop3s", "pop3")),
    ):
        parts = urlsplit(str(row[name]))
        if parts.scheme not in schemes or not parts.hostname:
            raise NotConfigured(f"{name} of {row['address']} is not {' or '.join(f'{one}://HOST' for one in schemes)}")
        if parts.scheme in {"smtp", "pop3"} and not _is_this_machine(parts.hostname):
            raise NotConfigured(f"{name} of {row['address']} would send the password in the clear")
    password = str(row.get("password", ""))
    if row.get("password_file"):
        try:
            with open(row["password_file"], encoding="utf-8") as file:
                password = file.read().strip()
        except OSError as error:
            raise NotConfigured(f"password_file of {row['address']} cannot be read") from error
    return Mailbox(
        address=str(row["address"]),
        submission=str(row["submission"]),
        inbox=str(row["inbox"]),
        user=str(row.get("user") or row["address"]),
        password=password,
        office=str(row.get("office", "")),
        delete=bool(row.get("delete", False)),
    )


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@dataclass(frozen=True, slots=True)
class Attached:
    """A file of a message: the name it goes by, its kind (``application/pdf``) and its bytes."""

    name: str
    content_type: str
    content: bytes


def write_message(
    *,
    mailbox: Mailbox,
    sender_name: str,
    to: str,
    subject: str,
    text: str,
    message_id: str,
    at: datetime,
    attached: Sequence[Attached] = (),
) -> bytes:
    """The message as it will go, once for all: submitted again, it is the same bytes and the same Message-ID."""
    message = EmailMessage(policy=SMTP)
    local, _, domain = mailbox.address.rpartition("@")
    message["From"] = Address(display_name=_one_line(sender_name), username=local, domain=domain)
    message["To"] = to
    message["Subject"] = _one_line(subject)
    message["Date"] = at
    message["Message-ID"] = message_id
    message["X-TipoRicevuta"] = "completa"  # the receipt of delivery brings the message back, whole
    message.set_content(text)
    for item in attached:
        main, _, kind = item.content_type.partition("/")
        message.add_attachment(item.content, maintype=main, subtype=kind, filename=item.name)
    return message.as_bytes()


def _one_line(text: str) -> str:
    return " ".join(text.split())


def submit(mailbox: Mailbox, to: str, message: bytes, *, timeout: float | None = None) -> str:
    """Give a message to the provider; its answer, in its words.

    ``NotSent`` and ``MaybeSent`` say what can be said when it fails; ``NeverAccepted`` is a refusal for good. That the
    provider took it is not yet its acceptance: that is a receipt.
    """
    if len(message) > LARGEST_MESSAGE * 4 // 3:
        raise NeverAccepted("the message is larger than the 30 MB that a provider must take")
    try:
        server = _connected(mailbox, SUBMISSION_TIMEOUT if timeout is None else timeout)
    except smtplib.SMTPAuthenticationError as error:
        raise NotSent(f"the provider refused the credentials: {_words(error)}", error.smtp_code) from error
    except (OSError, smtplib.SMTPException) as error:
        raise NotSent(f"{type(error).__name__}: {error}"[:400]) from error
    try:
        return _hand_over(server, mailbox.address, to, message)
    finally:
        server.close()


def _connected(mailbox: Mailbox, timeout: float) -> smtplib.SMTP:
    parts = urlsplit(mailbox.submission)
    host = parts.hostname or ""
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, parts.port or 465, timeout=timeout, context=ssl.create_default_context()
        )
    else:
        server = smtplib.SMTP(host, parts.port or 587, timeout=timeout)
        if parts.scheme == "smtp+starttls":
            server.starttls(context=ssl.create_default_context())
    try:
        server.login(mailbox.user, mailbox.password)
    except BaseException:
        server.close()
        raise
    return server


def _hand_over(server: smtplib.SMTP, sender: str, to: str, message: bytes) -> str:
    given = False
    try:
        for code, said in (server.mail(sender), server.rcpt(to)):
            if code >= 500:
                raise NeverAccepted(_text(said))
            if code >= 400:
                raise NotSent(_text(said), code)
        code, said = server.docmd("DATA")
        if code != 354:
            raise NotSent(_text(said), code)
        given = True  # from here on, if the line falls, only they know
        server.send(_dotted(message))
        code, said = server.getreply()
    except (OSError, smtplib.SMTPException) as error:
        kind = MaybeSent if given else NotSent
        raise kind(f"{type(error).__name__}: {error}"[:400]) from error
    if code >= 500:
        raise NeverAccepted(_text(said))
    if code != 250:
        raise NotSent(_text(said), code)
    with suppress(OSError, smtplib.SMTPException):  # it said yes: how it leaves does not matter
        server.quit()
    return _text(said)


def _dotted(message: bytes) -> bytes:
    """The message as it goes on the wire (RFC 5321, 4.5.2)."""
    body = b"\r\n".join(b"." + line if line.startswith(b".") else line for line in message.splitlines())
    return body + b"\r\n.\r\n"


def _text(said: bytes) -> str:
    return said.decode("utf-8", "replace")[:400]


def _words(error: smtplib.SMTPResponseException) -> str:
    found = error.smtp_error
    return _text(found) if isinstance(found, bytes) else str(found)[:400]
