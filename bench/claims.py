"""The desk's list of claims at ``size``, and its files, whole: CSV and XLSX.

The rows are made straight in the bench's database, ``size`` progress payments spread over some awards; pages go through the ordinary
view by Django's test client. The baseline of a page is its own query, bare; that of a file, its rows read bare.
"""

import resource
import statistics
import tempfile
import time
import zipfile
from datetime import timedelta
from decimal import Decimal
from typing import Any

RUNS = 15
#: Claims of one award, whose number is a small integer.
EACH = 10_000


def run(size: int = 100_000) -> list[dict[str, Any]]:
    """Rows ``{name, value, unit, baseline, baseline_value, ratio}``: milliseconds of a page, rows a second of the files."""
    from django.conf import settings

    from bench.parties import _officer

    settings.STAFF_NEEDS_SECOND_FACTOR = False  # the test client has no telephone
    client = _officer()
    _fill(size)
    return [*_pages(client, size), *_files(client, size)]


def _fill(size: int) -> None:
    from django.db import connection

    from levante.claims.api import Claim
    from levante.identity.api import User
    from levante.kernel.api import now

    officer = User.objects.get(email="bench.parties@example.org").pk
    first = now() - timedelta(days=900)
    awards = _awards(-(-size // EACH))
    for place, award in enumerate(awards):
        count = min(EACH, size - place * EACH)
        rows = [
            Claim(
                award_id=award, number=n + 1, mode="sal", state="assessed" if n % 3 else "paid", asked=Decimal(100), due=Decimal(100),
                register_number=f"PAG-B/{place:03d}{n:05d}", sent_at=first + timedelta(seconds=40 * (place * EACH + n)),
                frozen={"documents": ["x" * 200] * 20}, frozen_sha256="0" * 64, officer_id=officer, decided_at=now(), created_at=now(),
                steps=[{"text": "x" * 100}] * 5,
            )
            for n in range(count)
        ]  # fmt: skip
        Claim.objects.bulk_create(rows, batch_size=1000)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE claims_claim")


def _awards(count: int) -> list[int]:
    from bench.applications import _prepare
    from levante.applications.api import Application
    from levante.grants.api import Award, AwardAct
    from levante.kernel.api import now
    from levante.programme.api import BudgetLine, Triennium

    ids = [pk for pk, _session in _prepare(count)][:count]
    rows = list(Application.objects.filter(pk__in=ids).select_related("opening__call__programme").order_by("pk"))
    call = rows[0].opening.call
    triennium, _ = Triennium.objects.get_or_create(
        code="2023-2029", programme=call.programme,
        defaults={"name_it": "T", "name_en": "T", "first_year": 2023, "last_year": 2029, "confidence": "to_confirm"},
    )  # fmt: skip
    line, _ = BudgetLine.objects.get_or_create(
        code="bench", programme=call.programme,
        defaults={"triennium": triennium, "name_it": "L", "name_en": "L", "confidence": "to_confirm"},
    )  # fmt: skip
    act = AwardAct.objects.create(call=call, line=line, title="B", created_at=now())
    return [
        Award.objects.create(
            act=act, application=row, enterprise_id=row.enterprise_id, amount=Decimal(6000), gge=Decimal(6000), regime="de_minimis",
            checks={}, created_at=now(),
        ).pk
        for row in rows
    ]  # fmt: skip


def _pages(client: Any, size: int) -> list[dict[str, Any]]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    from levante.claims.api import Claim

    middle = Claim.objects.order_by("sent_at", "pk")[size // 2].pk
    found = []
    for name, query, bare in (
        ("claims that wait", "", {"state__in": ["sent", "under_review", "integration", "assessed"]}),
        ("all claims, from the middle", f"state=all&after={middle}", {}),
        ("claims paid", "state=paid", {"state": "paid"}),
        ("a claim by its number", "q=PAG-B/00000777", {"register_number": "PAG-B/00000777"}),
    ):
        address = f"{reverse('desk:claims')}?{query}"
        client.get(address)
        times, bares = [], []
        for _ in range(RUNS):
            start = time.perf_counter()
            with CaptureQueriesContext(connection) as asked:
                answer = client.get(address)
            times.append(1000 * (time.perf_counter() - start))
            if answer.status_code != 200:
                raise RuntimeError(f"{address}: {answer.status_code}")
            start = time.perf_counter()
            list(Claim.objects.filter(**bare).order_by("sent_at", "pk").values("pk", "register_number")[:51])
            bares.append(1000 * (time.perf_counter() - start))
        found.append(_row(f"{name}, of {size:,} ({len(asked)} queries): p50", times, "ms", "its rows, bare", bares))
    return found


def _row(name: str, times: list[float], unit: str, baseline: str, bares: list[float]) -> dict[str, Any]:
    value, bare = statistics.median(times), statistics.median(bares)
    return {
        "name": name, "value": round(value, 1), "unit": unit, "baseline": baseline, "baseline_value": round(bare, 2),
        "ratio": round(value / bare, 1),
    }  # fmt: skip


def _files(client: Any, size: int) -> list[dict[str, Any]]:
    """The whole list as each file: rows a second, and the memory it added to what the process had held at most."""
    from django.urls import reverse

    from levante.claims.api import Claim

    names = (
        "register_number",
        "award__enterprise__name",
        "award__application__number",
        "mode",
        "sent_at",
        "asked",
        "due",
        "state",
    )
    start = time.perf_counter()
    for _one in Claim.objects.order_by("sent_at", "pk").values_list(*names).iterator(chunk_size=1000):
        pass
    bare = size / (time.perf_counter() - start)
    found = []
    for kind in ("csv", "xlsx"):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        start = time.perf_counter()
        answer = client.get(f"{reverse('desk:claims')}?state=all&export={kind}")
        with tempfile.TemporaryFile() as kept:
            for piece in answer.streaming_content:
                kept.write(piece)
            rate = size / (time.perf_counter() - start)
            grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
            weight = kept.tell() / 1e6
            lines = _rows_in(kept, kind)
        if lines != size + 1:
            raise RuntimeError(f"the {kind} has {lines} lines, of {size} and a heading")
        found.append(
            {
                "name": f"the whole list as {kind.upper()}, {size:,} rows, {weight:,.1f} MB, memory grown by {grown:,.0f} MB",
                "value": round(rate), "unit": "rows/s", "baseline": "the rows read bare", "baseline_value": round(bare),
                "ratio": round(rate / bare, 3),
            }
        )  # fmt: skip
    return found


def _rows_in(file: Any, kind: str) -> int:
    """How many rows a file that was kept has, read piece by piece."""
    file.seek(0)
    if kind == "csv":
        return sum(1 for _line in file)
    with zipfile.ZipFile(file) as book, book.open("xl/worksheets/sheet1.xml") as sheet:
        mark, count, rest = b"<row ", 0, b""
        while piece := sheet.read(1 << 20):
            count += (rest + piece).count(mark)
            rest = piece[-len(mark) + 1 :]
        return count
