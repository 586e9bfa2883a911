"""A folder of mail read by IMAP (RFC 9051, RFC 3501): what came after a number. Opened to be read only: nothing is marked or moved."""

import imaplib
import ipaddress
import json
import os
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings

from levante.exchange.api import NoUsableAnswer

#: Seconds for each wait on the socket.
TIMEOUT = 30.0
#: Bytes of a message that is read; a larger one is no notice, or brings back more than its headers.
LARGEST = 10 * 1024 * 1024
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where what comes back is: ``imaps`` (or ``imap`` to this machine alone), host, port, folder, as whom."""

    scheme: str
    host: str
    port: int
    folder: str
    user: str
    password: str = field(repr=False)

    @property
    def name(self) -> str:
        """As it is kept, without the password."""
        return f"{self.user}@{self.host}:{self.port}/{self.folder}"


def returns_mailbox() -> Mailbox | None:
    """That of ``settings.RETURNS`` or ``LEVANTE_RETURNS``, JSON: ``{"inbox": "imaps://imap.provider.it/INBOX", "user": "…",
    "password_file": "…"}`` (or ``password``); none where it is not set. ``NoUsableAnswer`` says what is wrong with it."""
    given: Any = getattr(settings, "RETURNS", None)
    text = os.environ.get("LEVANTE_RETURNS", "").strip()
    if given is None and text:
        try:
            given = json.loads(text)
        except ValueError as error:
            raise NoUsableAnswer("LEVANTE_RETURNS is not JSON") from error
    if given is None:
        return None
    if not isinstance(given, dict):
        raise NoUsableAnswer("LEVANTE_RETURNS is not an object")
    parts = urlsplit(str(given.get("inbox", "")))
    if parts.scheme not in {"imap", "imaps"} or not parts.hostname:
        raise NoUsableAnswer("the inbox of LEVANTE_RETURNS is not imaps://HOST/FOLDER")
    if parts.scheme == "imap" and not _is_this_machine(parts.hostname):
        raise NoUsableAnswer(f"LEVANTE_RETURNS would send the password in the clear to {parts.hostname}")
    folder = unquote(parts.path.strip("/")) or "INBOX"
    if not folder.isascii() or not folder.isprintable():
        raise NoUsableAnswer("the folder of LEVANTE_RETURNS is to be written in ASCII letters")
    password = str(given.get("password", ""))
    if given.get("password_file"):
        try:
            with open(given["password_file"], encoding="utf-8") as file:
                password = file.read().strip()
        except OSError as error:
            raise NoUsableAnswer("the password_file of LEVANTE_RETURNS cannot be read") from error
    port = parts.port or (993 if parts.scheme == "imaps" else 143)
    return Mailbox(parts.scheme, parts.hostname, port, folder, str(given.get("user", "")), password)


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Folder:
    """A folder that is open. ``validity``: while it is the same, a message has the same number (UIDVALIDITY)."""

    def __init__(self, server: imaplib.IMAP4, validity: int) -> None:
        self._server, self.validity = server, validity

    def numbers_after(self, last: int) -> list[int]:
        """The numbers (UID) of the messages that came after one, in their order."""
        # “n:*” names the last message too when its number is less than n.
        data = self._asked("SEARCH", f"UID {last + 1}:*")
        found = {int(word) for line in data if isinstance(line, bytes) for word in line.split() if word.isdigit()}
        return sorted(number for number in found if number > last)

    def content(self, number: int) -> bytes | None:
        """A message as it came; none when it is not there any more, or is larger than is read."""
        size = _SIZE.search(b" ".join(_flat(self._asked("FETCH", str(number), "(RFC822.SIZE)"))))
        if size is None or int(size[1]) > LARGEST:
            return None
        parts = [one[1] for one in self._asked("FETCH", str(number), "(BODY.PEEK[])") if isinstance(one, tuple)]
        return bytes(parts[0]) if parts else None

    def _asked(self, command: str, *words: str) -> list[Any]:
        answer, data = self._server.uid(command, *words)
        if answer != "OK":
            raise NoUsableAnswer(f"the mailbox answers: {_said(data)}"[:400])
        return data


def _flat(data: list[Any]) -> list[bytes]:
    """The words of an answer, without its literals."""
    return [one[0] if isinstance(one, tuple) else one for one in data if one is not None]


@contextmanager
def opened(mailbox: Mailbox, *, timeout: float | None = None) -> Iterator[Folder]:
    """The folder, open for a while. ``NoUsableAnswer`` when it cannot be read, also half-way."""
    server: imaplib.IMAP4 | None = None
    wait = TIMEOUT if timeout is None else timeout
    try:
        server = _connected(mailbox, wait)
        _sign_in(server, mailbox)
        name = mailbox.folder.replace("\\", "\\\\").replace('"', '\\"')
        answer, data = server.select(f'"{name}"', readonly=True)
        if answer != "OK":
            raise NoUsableAnswer(f"the folder {mailbox.folder} cannot be read: {_said(data)}"[:400])
        told = server.response("UIDVALIDITY")[1]
        validity = int(told[0]) if told and told[0] else 0
        if not validity:
            raise NoUsableAnswer("the mailbox does not say for how long its numbers hold (UIDVALIDITY)")
        yield Folder(server, validity)
    except imaplib.IMAP4.error as error:  # its abort too: the connection is over
        raise NoUsableAnswer(f"the mailbox answers: {error}"[:400]) from error
    except (OSError, EOFError) as error:
        raise NoUsableAnswer(f"{type(error).__name__}: {error}"[:400]) from error
    finally:
        if server is not None:
            _leave(server)


def _connected(mailbox: Mailbox, wait: float) -> imaplib.IMAP4:
    if mailbox.scheme == "imaps":
        secure = ssl.create_default_context()
        return imaplib.IMAP4_SSL(mailbox.host, mailbox.port, ssl_context=secure, timeout=wait)
    return imaplib.IMAP4(mailbox.host, mailbox.port, timeout=wait)


def _sign_in(server: imaplib.IMAP4, mailbox: Mailbox) -> None:
    """By AUTHENTICATE PLAIN (RFC 4616), which takes every letter; by LOGIN where the server has not that."""
    if "AUTH=PLAIN" in server.capabilities:
        server.authenticate("PLAIN", lambda _: f"\0{mailbox.user}\0{mailbox.password}".encode())
        return
    try:
        server.login(mailbox.user, mailbox.password)
    except UnicodeError as error:
        raise NoUsableAnswer("the mailbox takes a password of ASCII letters only") from error


def _leave(server: imaplib.IMAP4) -> None:
    try:
        server.logout()
    except (imaplib.IMAP4.error, OSError, EOFError):
        server.shutdown()


def _said(data: list[Any]) -> str:
    return b" ".join(_flat(data)).decode("utf-8", "replace")
