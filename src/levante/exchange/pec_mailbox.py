"""Reading a mailbox by POP3: what is there, the headers of one, the whole of one. Nothing is taken away unless it is asked."""

import poplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from levante.exchange.client import NoUsableAnswer
from levante.exchange.pec import Mailbox

#: Seconds for each wait on the socket.
TIMEOUT = 30.0
# A receipt brings the message back in lines of base64; servers that do not fold them exist.
poplib._MAXLINE = 64 * 1024  # type: ignore[attr-defined]


class Inbox:
    """A mailbox that is open: ``uids()`` tells what there is, by the provider's own lasting names (UIDL)."""

    def __init__(self, server: poplib.POP3) -> None:
        self._server = server
        self._places: dict[str, int] = {}

    def uids(self) -> list[str]:
        """In the order in which they came."""
        for line in self._server.uidl()[1]:
            place, _, uid = line.decode("ascii", "replace").partition(" ")
            if place.isdigit() and uid.strip():
                self._places[uid.strip()] = int(place)
        return list(self._places)

    def headers(self, uid: str) -> bytes:
        return self._joined(self._server.top(self._places[uid], 0)[1])

    def whole(self, uid: str) -> bytes:
        return self._joined(self._server.retr(self._places[uid])[1])

    def take_away(self, uid: str) -> None:
        """Marked now, gone once the session ends well."""
        self._server.dele(self._places[uid])

    @staticmethod
    def _joined(lines: list[bytes]) -> bytes:
        return b"\r\n".join(lines) + b"\r\n"


def _connect(kind: type[poplib.POP3], *where: Any, **how: Any) -> poplib.POP3:
    """Connected, or nothing left open: the library forgets its socket when the greeting does not come."""

    class Server(kind):  # type: ignore[misc,valid-type]
        def __init__(self) -> None:
            try:
                super().__init__(*where, **how)
            except BaseException:
                if getattr(self, "sock", None) is not None:
                    self.close()
                raise

    return Server()


@contextmanager
def opened(mailbox: Mailbox, *, timeout: float | None = None) -> Iterator[Inbox]:
    """The mailbox, open for a while. ``NoUsableAnswer`` when it cannot be read, also half-way."""
    parts = urlsplit(mailbox.inbox)
    host, wait = parts.hostname or "", TIMEOUT if timeout is None else timeout
    server: poplib.POP3 | None = None
    try:
        if parts.scheme == "pop3s":
            secure = ssl.create_default_context()
            server = _connect(poplib.POP3_SSL, host, parts.port or 995, timeout=wait, context=secure)
        else:
            server = _connect(poplib.POP3, host, parts.port or 110, timeout=wait)
        server.user(mailbox.user)
        server.pass_(mailbox.password)
        yield Inbox(server)
        server.quit()
        server = None
    except poplib.error_proto as error:
        raise NoUsableAnswer(f"the mailbox answers: {_said(error)}"[:400]) from error
    except (OSError, EOFError) as error:
        raise NoUsableAnswer(f"{type(error).__name__}: {error}"[:400]) from error
    finally:
        if server is not None:
            server.close()


def _said(error: poplib.error_proto) -> str:
    said = error.args[0] if error.args else b""
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
