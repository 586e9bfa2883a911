"""Application journeys through the ordinary views: the form page and the transmission of a ten-field form.

Two gunicorn workers on this machine, mail off, every middleware and check of the portal at work. A journey is the form page
(GET), its ten answers saved with the page's button (POST), and the transmission (POST that answers with the receipt's
address); the empty drafts are there before the clock starts, one per enterprise. The shorter journey finds its answers
autosaved while they were typed, and has the page and the transmission only. Two baselines of the same run: a plain Django
view that inserts one row, behind the same workers and the same clients; and one row inserted and committed straight in SQL
by as many clients, which is the machine's own limit, since a journey ends with one durable transaction. The time of
processor that the workers used is told too: on a machine shared with others it says more than the clock.

Hypha's published figures on the same two cores, for reference only: 23 and 54 queries, 9.1 journeys/s, form page 147 ms.
"""

import functools
import http.client
import multiprocessing
import os
import secrets
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

WORKERS = 2
#: The budgets, transaction statements included; tests/applications/test_screens.py holds the pages to them.
PAGE_QUERIES, SENDING_QUERIES = 8, 15
CLIENTS = 2  # as many as the workers: the figures are of the work, not of the queue
ANSWERS = {
    "name": "Anna Greco", "email": "anna@example.org", "fair": "Boot", "city": "Düsseldorf", "country": "DE",
    "from_day": "2027-01-18", "costs": "4.000,00", "goal": "Incontrare importatori", "area": "eu", "true": "yes",
}  # fmt: skip


def run(size: int = 2000) -> list[dict[str, Any]]:
    """Rows ``{name, value, unit, baseline, baseline_value, ratio}``; ``size`` is the number of journeys."""
    from django.db import connection, connections

    drafts = _prepare(size)
    _, counts = (_query_counts(drafts.pop()) for _ in range(2))  # the first transmission opens the log
    connections.close_all()
    port = _free_port()
    server = _serve(port)
    try:
        _wait(port, server)
        _spread(port, drafts[: CLIENTS * 10], _warm)  # both workers warm
        straight = _spread(port, drafts, _straight)
        used = [_worker_seconds(server.pid)]
        plain = _spread(port, drafts, _plain)
        used.append(_worker_seconds(server.pid))
        half = len(drafts) // 2
        longer = _spread(port, drafts[half:], _longer_journey)
        for draft in drafts[:half]:
            _save(http.client.HTTPConnection("127.0.0.1", port, timeout=60), *draft)
        used.append(_worker_seconds(server.pid))
        journeys = _spread(port, drafts[:half], _journey)
        used.append(_worker_seconds(server.pid))
    finally:
        server.terminate()
        server.wait(timeout=20)
    connection.close()
    pages = [item[0] for item in journeys.steps]
    sendings = [item[1] for item in journeys.steps]
    longer_rate = len(longer.steps) / longer.seconds
    rate, plain_rate = len(journeys.steps) / journeys.seconds, len(plain.steps) / plain.seconds
    print("  (Hypha, published, same two cores: 23 and 54 queries, 9.1 journeys/s, form page 147 ms)")
    plain_p50 = statistics.median(item[0] for item in plain.steps) * 1000
    straight_rate = len(straight.steps) / straight.seconds
    plain_cpu = (used[1] - used[0]) / len(plain.steps) * 1000
    journey_cpu = (used[3] - used[2]) / len(journeys.steps) * 1000
    straight_baseline = ("durable INSERTs/s in SQL", straight_rate)
    plain_baseline = ("plain INSERT views/s", plain_rate)
    return [
        _row("journeys (form page, ten answers, transmission)", longer_rate, "journeys/s", *straight_baseline),
        _row("journeys (form page, ten answers, transmission)", longer_rate, "journeys/s", *plain_baseline),
        _row("shorter journeys (answers autosaved before)", rate, "journeys/s", *plain_baseline),
        _row("processor time of the workers, a shorter journey", journey_cpu, "ms", "plain INSERT view ms", plain_cpu),
        _row("form page p50", statistics.median(pages) * 1000, "ms", "plain INSERT view p50 ms", plain_p50),
        _row("transmission p50", statistics.median(sendings) * 1000, "ms", "plain INSERT view p50 ms", plain_p50),
        _row("queries of a form page (transaction statements too)", counts[0], "queries", "budget", PAGE_QUERIES),
        _row("queries of a transmission (transaction statements too)", counts[1], "queries", "budget", SENDING_QUERIES),
    ]


def _row(name: str, value: float, unit: str, baseline: str, baseline_value: float) -> dict[str, Any]:
    return {
        "name": name, "value": value, "unit": unit, "baseline": baseline, "baseline_value": baseline_value,
        "ratio": value / baseline_value,
    }  # fmt: skip


# -- the data


def _definition() -> dict[str, Any]:
    def ask(id_: str, kind: str, **more: Any) -> dict[str, Any]:
        return {"id": id_, "kind": kind, "label": {"it": id_, "en": id_}, **more}

    areas = [{"code": "eu", "it": "UE", "en": "EU"}, {"code": "far", "it": "extra UE", "en": "non-EU"}]
    fields = [
        ask("name", "text"), ask("email", "email"), ask("fair", "text"), ask("city", "text"), ask("country", "country"),
        ask("from_day", "date"), ask("costs", "money", min=1), ask("goal", "long_text"),
        ask("area", "choice", choices=areas), ask("true", "declaration"),
    ]  # fmt: skip
    return {"sections": [{"id": "all", "title": {"it": "Domanda", "en": "Application"}, "fields": fields}]}


def _prepare(size: int) -> list[tuple[int, str]]:
    """A call open now and ``size + 2`` drafts, each with the session of its own representative."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from levante.applications.api import Application
    from levante.calls.api import Call, FormVersion, Opening
    from levante.calls.forms.model import checksum
    from levante.identity.api import Office, User
    from levante.kernel.api import now
    from levante.parties.api import Account, Country, Enterprise, Mandate, Province, Seat
    from levante.programme.api import Act, Programme

    instant = now()
    programme, _ = Programme.objects.get_or_create(code="bench", defaults={"name_it": "B", "name_en": "B"})
    act, _ = Act.objects.get_or_create(
        programme=programme,
        code="bench",
        defaults={"kind": "determination", "title_it": "B", "title_en": "B", "confidence": "to_confirm"},
    )
    office, _ = Office.objects.get_or_create(
        code="sezione", defaults={"kind": "section", "name_it": "S", "name_en": "S"}
    )
    money = {"kind": "percentage", "rate": "80", "base": "costs", "cap": "5000.00"}
    call = Call.objects.create(
        code=f"bench-{secrets.token_hex(4)}", state="published", title_it="Prova", title_en="Trial", summary_it="-",
        summary_en="-", programme=programme, act=act, office=office, procedure="first_come", regime="de_minimis", money=money,
        published_at=instant, created_at=instant,
    )  # fmt: skip
    definition = _definition()
    form = FormVersion.objects.create(
        call=call, number=1, definition=definition, checksum=checksum(definition), locked_at=instant, created_at=instant
    )
    opening = Opening.objects.create(
        call=call, code="bench", form=form, opens_at=instant - timedelta(days=1), budget=Decimal("9000000000.00")
    )
    Country.objects.get_or_create(code="IT", defaults={"name_it": "Italia", "name_en": "Italy"})
    comune = _comune(Province)
    count, first = size + 2, 10_000_000_000 + secrets.randbelow(80_000) * 1_000_000
    firms = Enterprise.objects.bulk_create(
        [Enterprise(name=f"Impresa {n}", tax_code=f"{first + n}", founded_on=date(2010, 1, 1)) for n in range(count)]
    )
    users = User.objects.bulk_create(
        [
            User(email=f"bench{n}-{secrets.token_hex(3)}@example.org", given_name="B", family_name=str(n), password="!")
            for n in range(count)
        ]
    )
    Mandate.objects.bulk_create(
        [
            Mandate(user=user, enterprise=firm, kind="legal_representative", state="confirmed", since=date(2020, 1, 1),
                    requested_at=instant, decided_at=instant)
            for user, firm in zip(users, firms, strict=True)
        ]
    )  # fmt: skip
    Seat.objects.bulk_create(
        [Seat(enterprise=firm, kind="legal", comune=comune, province=comune.province) for firm in firms]
    )
    Account.objects.bulk_create(
        [
            Account(enterprise=firm, year=2025, headcount=5, turnover=Decimal("100000"), balance=Decimal("50000"))
            for firm in firms
        ]
    )
    drafts = Application.objects.bulk_create(
        [
            Application(opening=opening, form=form, enterprise=firm, created_at=instant, saved_at=instant)
            for firm in firms
        ]
    )
    rows = []
    for user, firm, draft in zip(users, firms, drafts, strict=True):
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session["acting_for"] = firm.pk
        session.create()
        rows.append((draft.pk, f"{settings.SESSION_COOKIE_NAME}={session.session_key}"))
    _analyze()
    return rows


def _comune(province_model: Any) -> Any:
    from levante.parties.api import Comune

    province, _ = province_model.objects.get_or_create(
        code="BA",
        defaults={"istat_code": "072", "name": "Bari", "region_code": "16", "region": "Puglia", "nuts3": "ITF47"},
    )
    comune, _ = Comune.objects.get_or_create(
        istat_code="072006",
        defaults={"name": "Bari", "cadastral_code": "A662", "province": province, "caps": ["70121"]},
    )
    return comune


def _analyze() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE IF NOT EXISTS bench_plain (id bigserial PRIMARY KEY, at timestamptz, text varchar(200))"
        )
        cursor.execute("ANALYZE")


def _query_counts(draft: tuple[int, str]) -> tuple[int, int]:
    """Queries of a form page and of a transmission, counted by Django on the ordinary views."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    pk, cookie = draft
    name, _, value = cookie.partition("=")
    client = Client()
    client.cookies[name] = value
    address = f"/impresa/domande/{pk}/sezioni/all/"
    client.get(address)
    with CaptureQueriesContext(connection) as page:
        assert client.get(address).status_code == 200
    assert client.post(address, {**ANSWERS, "revision": 0, "shown": " ".join(ANSWERS)}).status_code == 302
    with CaptureQueriesContext(connection) as sending:
        response = client.post(f"/impresa/domande/{pk}/invio/")
    assert response.status_code == 302, response.content[:500]
    return len(page), len(sending)


# -- the server and the clients


def application() -> Callable[..., Any]:
    """The portal with one more address: a view that inserts one row, with the same middleware."""
    from levante.cli import prepare_django

    prepare_django()

    from django.core.wsgi import get_wsgi_application
    from django.db import connection, transaction
    from django.http import HttpResponse
    from django.urls import path

    import levante.urls
    from levante.web.access import public

    @public
    def plain(request: Any) -> HttpResponse:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("INSERT INTO bench_plain (at, text) VALUES (now(), %s)", ["x" * 100])
        return HttpResponse("ok")

    levante.urls.urlpatterns.insert(0, path("bench/plain/", plain))
    return get_wsgi_application()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _serve(port: int) -> subprocess.Popen[bytes]:
    root = Path(__file__).resolve().parents[1]
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "levante.settings",
        "LEVANTE_MAIL": "django.core.mail.backends.dummy.EmailBackend",
        "PYTHONPATH": os.pathsep.join((str(root), str(root / "src"))),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--workers", str(WORKERS), "--bind", f"127.0.0.1:{port}", "--backlog", "8192",
         "--log-level", "error", "bench.applications:application()"],
        env=environment,
    )  # fmt: skip


def _worker_seconds(master: int) -> float:
    """Processor time, user and system, that the workers of a gunicorn master have used so far (Linux; zero elsewhere)."""
    total = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # a process that ended meanwhile
        if int(fields[1]) == master:
            total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("the server does not answer")


class Result:
    def __init__(self, steps: list[tuple[float, ...]], seconds: float) -> None:
        self.steps, self.seconds = steps, seconds


def _spread(port: int, drafts: list[tuple[int, str]], work: Callable[..., tuple[float, ...]]) -> Result:
    """The same work over every draft, by ``CLIENTS`` processes that keep their connections."""
    shares = [(port, drafts[place::CLIENTS], work) for place in range(CLIENTS)]
    with multiprocessing.get_context("fork").Pool(CLIENTS) as pool:
        start = time.perf_counter()
        found = pool.starmap(_client, shares)
        seconds = time.perf_counter() - start
    return Result([item for share in found for item in share], seconds)


def _client(
    port: int, drafts: list[tuple[int, str]], work: Callable[..., tuple[float, ...]]
) -> list[tuple[float, ...]]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    return [work(connection, *draft) for draft in drafts]


TOKEN = "b" * 32


def _ask(
    connection: http.client.HTTPConnection, method: str, path: str, cookie: str, body: dict[str, Any] | None = None
) -> float:
    headers = {"Cookie": f"{cookie}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN}
    if body is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    start = time.perf_counter()
    connection.request(method, path, urlencode(body) if body is not None else None, headers)
    response = connection.getresponse()
    content = response.read()
    seconds = time.perf_counter() - start
    if response.status not in {200, 302}:
        raise RuntimeError(f"{method} {path}: {response.status} {content[:300]!r}")
    return seconds


def _plain(connection: http.client.HTTPConnection, pk: int, cookie: str) -> tuple[float, ...]:
    return (_ask(connection, "POST", "/bench/plain/", cookie, {"x": "1"}),)


def _warm(connection: http.client.HTTPConnection, pk: int, cookie: str) -> tuple[float, ...]:
    return (*_plain(connection, pk, cookie), _page(connection, pk, cookie))


@functools.cache
def _database() -> Any:
    """A connection of this client's own process."""
    import psycopg

    return psycopg.connect(os.environ["DATABASE_URL"])


def _straight(connection: http.client.HTTPConnection, pk: int, cookie: str) -> tuple[float, ...]:
    start = time.perf_counter()
    with _database().transaction():
        _database().execute("INSERT INTO bench_plain (at, text) VALUES (now(), %s)", ["x" * 100])
    return (time.perf_counter() - start,)


def _page(connection: http.client.HTTPConnection, pk: int, cookie: str) -> float:
    return _ask(connection, "GET", f"/impresa/domande/{pk}/sezioni/all/", cookie)


def _save(connection: http.client.HTTPConnection, pk: int, cookie: str) -> float:
    body = {**ANSWERS, "revision": 0, "shown": " ".join(ANSWERS)}
    return _ask(connection, "POST", f"/impresa/domande/{pk}/sezioni/all/", cookie, body)


def _send(connection: http.client.HTTPConnection, pk: int, cookie: str) -> float:
    return _ask(connection, "POST", f"/impresa/domande/{pk}/invio/", cookie, {})


def _journey(connection: http.client.HTTPConnection, pk: int, cookie: str) -> tuple[float, ...]:
    return _page(connection, pk, cookie), _send(connection, pk, cookie)


def _longer_journey(connection: http.client.HTTPConnection, pk: int, cookie: str) -> tuple[float, ...]:
    return _page(connection, pk, cookie), _save(connection, pk, cookie), _send(connection, pk, cookie)
