"""HTTP/1.1 as far as the lane speaks it: one request out of the bytes of a connection, one answer into bytes. Pure.

What is ambiguous is refused and the connection closed, so that no proxy and we read the same bytes as different requests
(RFC 9112, 11.2): a length twice, a transfer coding, a header folded or with white space before its colon.
"""

import re
from email.utils import formatdate
from http import HTTPStatus
from typing import NamedTuple

from levante.intake.lane import problems
from levante.intake.lane.problems import Problem

#: The largest request line with its headers, in bytes.
MOST_HEAD = 16_384

_HEAD = re.compile(
    rb"([A-Z]{1,16}) (/[!-~]*) HTTP/(1\.[0-9])\r\n"
    rb"((?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t -~\x80-\xff]*\r\n)*)\r\n"
)
_MATTERS = re.compile(
    rb"(?:\A|\n)(host|content-length|transfer-encoding|connection|expect):[\t ]*([^\r]*?)[\t ]*\r", re.IGNORECASE
)
_LENGTH = re.compile(rb"[0-9]{1,15}")


class Request(NamedTuple):
    """``size`` is what it takes of the buffer; ``keeps`` whether the connection serves another after it."""

    method: bytes
    path: bytes
    body: bytes
    keeps: bool
    size: int


class Expected(NamedTuple):
    """The head is whole and its sender waits for ``100 Continue`` before the body."""


EXPECTED = Expected()


def read(buffer: bytes | bytearray, most_body: int) -> "Request | Problem | Expected | None":
    """The first request of a buffer; ``None`` while it is not whole. A problem ends the connection."""
    head_ends = buffer.find(b"\r\n\r\n", 0, MOST_HEAD + 4)
    if head_ends < 0:
        return problems.HEAD_TOO_LARGE if len(buffer) > MOST_HEAD else None
    found = _HEAD.match(buffer)
    if found is None or found.end() != head_ends + 4:
        return problems.BAD_REQUEST
    method, target, version, headers = found.groups()
    length, hosts, expects, connection = -1, 0, False, b""
    for name, value in _MATTERS.findall(headers):
        name = name.lower()
        if name == b"content-length":
            if length >= 0 or not _LENGTH.fullmatch(value):
                return problems.BAD_REQUEST
            length = int(value)
        elif name == b"host":
            hosts += 1
        elif name == b"connection":
            connection += b"," + value.lower()
        elif name == b"expect":
            expects = True
        else:
            return problems.LENGTH_REQUIRED
    if hosts > 1 or (version != b"1.0" and not hosts):
        return problems.BAD_REQUEST
    if length > most_body:
        return problems.TOO_LARGE
    ends = head_ends + 4 + max(length, 0)
    if len(buffer) < ends:
        return EXPECTED if expects and len(buffer) == head_ends + 4 else None
    # The answer to HEAD has no body: the connection that asked for one is of no more use.
    keeps = version != b"1.0" and method != b"HEAD"
    if connection:
        wishes = {wish.strip() for wish in connection.split(b",")}
        keeps = (keeps or (version == b"1.0" and b"keep-alive" in wishes)) and b"close" not in wishes
    return Request(method, target.partition(b"?")[0], bytes(buffer[head_ends + 4 : ends]), keeps, ends)


CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Shown(NamedTuple):
    """An answer that tells something and took nothing: 200."""

    body: bytes


#: What an answer is made of: the body of a 201, what is only shown, or why it was not taken.
Outcome = bytes | Shown | Problem


class Writer:
    """Answers as bytes. What they have in common in the same second is written once."""

    def __init__(self) -> None:
        self._second = -1
        self._date = self._taken = b""

    def at(self, second: int) -> None:
        """Answers are dated from here on; called as often as wanted."""
        if second != self._second:
            self._second, self._date = second, formatdate(second, usegmt=True).encode()
            self._taken = (
                b"HTTP/1.1 201 Created\r\ncontent-type: application/json\r\ncache-control: no-store\r\ndate: %b\r\n"
                b"content-length: " % self._date
            )

    def taken(self, body: bytes) -> bytes:
        """The answer to what was taken, on a connection that is kept."""
        return b"%b%d\r\n\r\n%b" % (self._taken, len(body), body)

    def answer(self, outcome: Outcome, *, keeps: bool) -> bytes:
        """Any answer."""
        if isinstance(outcome, Problem):
            status, body, headers = outcome.status, outcome.body(), outcome.headers()
        else:
            status, body = (200, outcome.body) if isinstance(outcome, Shown) else (201, outcome)
            headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
        if not keeps and (b"connection", b"close") not in headers:
            headers.append((b"connection", b"close"))
        lines = b"".join(b"%b: %b\r\n" % pair for pair in headers)
        phrase = HTTPStatus(status).phrase.encode()
        return b"HTTP/1.1 %d %b\r\n%bdate: %b\r\ncontent-length: %d\r\n\r\n%b" % (
            status, phrase, lines, self._date, len(body), body,
        )  # fmt: skip
