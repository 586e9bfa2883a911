"""The ordinary view in a crowd: applications transmitted through the portal by as many connections as the lane has.

Two gunicorn workers with every middleware and check, mail off (``bench.applications``); the drafts are complete before the
clock starts. A connection sends one application: the workers close it after the answer, as they do behind a proxy.
"""

import asyncio
import resource
import time
from collections import Counter
from typing import Any
from urllib.parse import urlencode

from bench import applications

#: The longest that one waits, in seconds, before the bench says that it is not served.
PATIENCE = 900.0
#: How often one whose connection was cut sends again: the kernel forgets who waited too long to be let in.
AGAIN = 5


def crowd(sizes: list[tuple[int, int]]) -> list[dict[str, Any]]:
    """For each ``(connections, applications)``: ``{connections, rate, p50_ms, p99_ms}``, one after the other."""
    from django.db import connections as databases

    from levante.applications.api import Application

    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    drafts = applications._prepare(sum(count for _, count in sizes))
    spare = drafts.pop()
    databases.close_all()
    port = applications._free_port()
    server = applications._serve(port)
    try:
        applications._wait(port, server)
        _fill(port, spare, [pk for pk, _ in drafts], Application)
        told = []
        for connections, count in sizes:
            mine, drafts = drafts[:count], drafts[count:]
            told.append({"connections": connections, **asyncio.run(_crowd(port, mine, connections))})
    finally:
        server.terminate()
        server.wait(timeout=20)
    return told


def _fill(port: int, spare: tuple[int, str], others: list[int], model: Any) -> None:
    """One draft is filled in by its page, the others have its answers."""
    import http.client

    client = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for _ in range(applications.WORKERS * 4):  # warm
        applications._page(client, *spare)
    applications._save(client, *spare)
    client.close()
    values = model.objects.filter(pk=spare[0]).values("answers", "revision").get()
    model.objects.filter(pk__in=others).update(**values)


async def _crowd(port: int, drafts: list[tuple[int, str]], connections: int) -> dict[str, Any]:
    """All the drafts, by so many at once."""
    left, times, statuses = list(reversed(drafts)), list[float](), Counter[int]()

    async def one() -> None:
        while left:
            started = time.perf_counter()
            statuses[await asyncio.wait_for(_sent(port, *left.pop()), PATIENCE)] += 1
            times.append(time.perf_counter() - started)

    started = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(connections)))
    seconds = time.perf_counter() - started
    assert set(statuses) == {302}, f"not every application was taken: {dict(statuses)}"
    times.sort()
    return {
        "rate": len(times) / seconds,
        "p50_ms": 1000 * times[len(times) // 2],
        "p99_ms": 1000 * times[int(len(times) * 0.99)],
    }


async def _sent(port: int, pk: int, cookie: str) -> int:
    """The status of a transmission, sent again when the connection is cut: the second time gives the same."""
    for _ in range(AGAIN):
        try:
            return await _send(port, pk, cookie)
        except (ConnectionError, ValueError):  # cut before the answer, or without one
            continue
    return await _send(port, pk, cookie)


async def _send(port: int, pk: int, cookie: str) -> int:
    """The status of a transmission, read to its end."""
    token = applications.TOKEN
    body = urlencode({"csrfmiddlewaretoken": token})
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(
            f"POST /impresa/domande/{pk}/invio/ HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}; csrftoken={token}\r\n"
            f"X-CSRFToken: {token}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
            f"Connection: close\r\n\r\n{body}".encode()
        )
        answer = await reader.read()
        return int(answer[9:12])
    finally:
        writer.close()
