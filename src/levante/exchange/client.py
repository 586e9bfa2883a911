"""HTTP towards an outside system, JSON or whatever bytes: one try, within limits of time and size, and a clear reason when it fails."""

import http.client
import json
import os
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

#: Seconds to connect and for each wait on the socket; seconds for the whole try, however slowly bytes drip in.
SOCKET_TIMEOUT = 5.0
WHOLE_TIMEOUT = 20.0
LARGEST_ANSWER = 1024 * 1024


class NoUsableAnswer(Exception):
    """The try failed: nobody there, too slow, too large, not JSON, an error of theirs. It can be tried again."""

    def __init__(self, problem: str, status: int | None = None) -> None:
        super().__init__(problem)
        self.status = status


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status and one JSON object."""

    status: int
    body: dict[str, Any]


def offices_in(body: dict[str, Any]) -> list[str]:
    """The offices a request is of, the nearest first: ``office``, and the ``body`` it is a part of."""
    return [str(body[name]) for name in ("office", "body") if body.get(name)]


def address_of(name: str, offices: Sequence[str]) -> str:
    """Where a system answers for offices (codes, the nearest first): for the first of them that has an address; empty without.

    ``name`` in the settings, or ``LEVANTE_name`` in the environment: one address for every body, or a JSON object of addresses
    by code of office, ``""`` for those that have none. ``NoUsableAnswer`` when it is neither.
    """
    given = str(getattr(settings, name, "") or os.environ.get(f"LEVANTE_{name}", "")).strip()
    if not given.startswith("{"):
        return given.rstrip("/")
    try:
        found = json.loads(given)
    except ValueError as error:
        raise NoUsableAnswer(f"LEVANTE_{name} is neither an address nor JSON") from error
    return str(next((found[code] for code in (*offices, "") if code in found), "")).rstrip("/")


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back on the wire, whatever it is."""

    status: int
    data: bytes


def post(
    address: str, payload: bytes, headers: dict[str, str], *, whole: float | None = None, largest: int | None = None
) -> Reply:
    """POST some bytes and read what comes back, within the limits of time and size. ``NoUsableAnswer`` when nothing does."""
    return _try("POST", address, payload, headers, whole=whole, largest=largest)


def put_json(address: str, body: dict[str, Any], *, timeout: float | None = None, whole: float | None = None) -> Answer:
    """PUT one JSON object and read one JSON object. ``NoUsableAnswer`` says what went wrong."""
    payload = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    reply = _try("PUT", address, payload, headers, timeout=timeout, whole=whole)
    return _understand(reply.status, reply.data)


def _try(
    method: str,
    address: str,
    payload: bytes,
    headers: dict[str, str],
    *,
    timeout: float | None = None,
    whole: float | None = None,
    largest: int | None = None,
) -> Reply:
    socket_timeout = SOCKET_TIMEOUT if timeout is None else timeout
    deadline = time.monotonic() + (WHOLE_TIMEOUT if whole is None else whole)
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise NoUsableAnswer(f"not an HTTP address: {address}")
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname, parts.port, timeout=socket_timeout)
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(method, path, payload, {**headers, "Connection": "close"})
        response = connection.getresponse()
        return Reply(response.status, _read(response, deadline, LARGEST_ANSWER if largest is None else largest))
    except (TimeoutError, socket.timeout) as error:  # noqa: UP041 - the older name is what some platforms raise
        raise NoUsableAnswer("no answer in time") from error
    except (OSError, http.client.HTTPException) as error:
        raise NoUsableAnswer(f"{type(error).__name__}: {error}"[:400]) from error
    finally:
        connection.close()


def _read(response: http.client.HTTPResponse, deadline: float, largest: int) -> bytes:
    pieces, size = [], 0
    while True:
        piece = response.read1(64 * 1024)
        if not piece:
            return b"".join(pieces)
        pieces.append(piece)
        size += len(piece)
        if size > largest:
            raise NoUsableAnswer("the answer is too large", response.status)
        if time.monotonic() > deadline:
            raise NoUsableAnswer("the answer comes in too slowly", response.status)


def _understand(status: int, data: bytes) -> Answer:
    if status >= 500 or status == 429:
        raise NoUsableAnswer(f"their error {status}", status)
    try:
        body = json.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise NoUsableAnswer(f"status {status}, and the answer is not JSON", status) from error
    if not isinstance(body, dict):
        raise NoUsableAnswer(f"status {status}, and the answer is not a JSON object", status)
    return Answer(status, body)
