"""The desk's list of applications at a million of them, and at a hundredth: p50 and p95 through the ordinary view, queries.

The rows are made by SQL in the bench's database, copies of one application that was really written, spread over
enterprises, days, states and officers; the pages go through the whole portal by Django's test client.
"""

import random
import statistics
import time
from collections.abc import Callable
from typing import Any

from bench.parties import _officer, tax_code

RUNS = 20
ENTERPRISES_EACH = 25  # applications of one enterprise

_ENTERPRISES = """
INSERT INTO parties_enterprise (tax_code, name, vat_number, legal_form, rea, ateco, ateco_edition, artisan, status, pec, email,
  phone, website, sectors, verified_facts, size, is_demo, created_at, updated_at)
SELECT code, 'Officine ' || place || ' di prova', '', '', '', '', '', false, 'active', '', '', '', '', '{}', '{}', '', false, now(), now()
  FROM unnest(%s::text[], %s::int[]) AS given (code, place)
    ON CONFLICT DO NOTHING
"""
_APPLICATIONS = """
INSERT INTO applications_application (opening_id, form_id, line_id, enterprise_id, slot, applicant_kind, said, by_office, held_from,
  state, answers, prefilled, revision,
  requested_amount, admitted_amount, created_at, created_by_id, saved_at, submitted_at, submitted_by_id, number, sequence,
  frozen, frozen_sha256, protocol_number, case_officer_id, taken_at, decided_at, decided_by_id, decision_reason)
SELECT one.opening_id, one.form_id, one.line_id, firm.id, 100 + n %% %s, one.applicant_kind, one.said, one.by_office, one.held_from,
  given.state, one.answers, one.prefilled, 1, 6000,
  CASE WHEN given.state = 'admitted' THEN 6000 END, given.at, one.created_by_id, given.at, given.at, one.created_by_id,
  'B/' || lpad(n::text, 9, '0'), n, '{}'::jsonb, repeat('0', 64), '',
  CASE WHEN given.state <> 'submitted' THEN %s::bigint END, CASE WHEN given.state <> 'submitted' THEN given.at END,
  CASE WHEN given.state IN ('admitted', 'rejected') THEN given.at END,
  CASE WHEN given.state IN ('admitted', 'rejected') THEN %s::bigint END,
  CASE WHEN given.state IN ('admitted', 'rejected') THEN 'Bench' ELSE '' END
  FROM generate_series(%s::bigint, %s::bigint) AS n
 CROSS JOIN LATERAL (SELECT timestamptz '2024-01-01 09:00+01' + n * interval '41 seconds' AS at,
   CASE WHEN n %% 200 = 0 THEN 'submitted' WHEN n %% 200 < 3 THEN 'under_check' WHEN n %% 3 = 0 THEN 'rejected' ELSE 'admitted' END
   AS state) AS given
  JOIN parties_enterprise firm ON firm.tax_code = (%s::text[])[1 + (n / %s) %% cardinality(%s::text[])]
 CROSS JOIN (SELECT * FROM applications_application WHERE id = %s) AS one
"""


def run(size: int = 1_000_000) -> list[dict[str, Any]]:
    """Rows ``{name, value, unit, baseline, baseline_value, ratio}``: the pages at ``size`` against a hundredth of it."""
    from django.conf import settings

    from bench.applications import _prepare

    settings.STAFF_NEEDS_SECOND_FACTOR = False  # the test client has no telephone
    _prepare(2)
    client = _officer()
    small = max(size // 100, 1000)
    _fill(1, small)
    few = _pages(client, small)
    _fill(small + 1, size)
    many = _pages(client, size)
    return [
        _export(client, size),
        *[
            {
                "name": f"{name}: p50 at {size:,} ({queries} queries, p95 {p95:.0f} ms)",
                "value": round(p50, 1),
                "unit": "ms",
                "baseline": f"the same at {small:,}",
                "baseline_value": round(few[name][0], 1),
                "ratio": round(p50 / few[name][0], 2),
            }
            for name, (p50, p95, queries) in many.items()
        ],
    ]


def _export(client: Any, size: int) -> dict[str, Any]:
    """The whole list as a file: how many rows a second, and how much memory it added."""
    import resource

    from django.urls import reverse

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    answer = client.get(f"{reverse('desk:applications')}?export=csv")
    lines = sum(piece.count(b"\n") for piece in answer.streaming_content)
    seconds = time.perf_counter() - start
    if lines <= size:
        raise RuntimeError(f"the file has {lines} lines of {size}")
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return {
        "name": f"the whole list as CSV: {lines - 1:,} rows, memory grown by {grown:,.0f} MB",
        "value": round((lines - 1) / seconds), "unit": "rows/s", "baseline": "", "baseline_value": 0, "ratio": None,
    }  # fmt: skip


def _fill(first: int, last: int) -> None:
    """Applications numbered from ``first`` to ``last``, and the enterprises that send them."""
    from django.db import connection

    from levante.applications.api import Application
    from levante.identity.api import User

    officer = User.objects.get(email="bench.parties@example.org").pk
    model = Application.objects.order_by("id").values_list("pk", flat=True)[0]
    step = 50_000
    with connection.cursor() as cursor:
        for start in range(first, last + 1, step):
            end = min(start + step - 1, last)
            places = list(range(start // ENTERPRISES_EACH, end // ENTERPRISES_EACH + 1))
            codes = [tax_code(2_000_000 + place) for place in places]
            cursor.execute(_ENTERPRISES, [codes, places])
            # The place in this block's list: the first of the block has the first code.
            table = (
                codes[-(places[0] % len(codes)) :] + codes[: -(places[0] % len(codes))]
                if places[0] % len(codes)
                else codes
            )
            cursor.execute(
                _APPLICATIONS,
                [ENTERPRISES_EACH, officer, officer, start, end, table, ENTERPRISES_EACH, table, model],
            )
        for name in ("applications_application", "parties_enterprise"):
            cursor.execute(f"VACUUM ANALYZE {name}")


def _pages(client: Any, size: int) -> dict[str, tuple[float, float, int]]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    def deep(chance: random.Random) -> str:
        from levante.applications.api import Application

        row = Application.objects.filter(number=f"B/{chance.randrange(size // 2, size):09d}").get()
        return f"after={row.submitted_at.isoformat()}~{row.pk}".replace("+", "%2B")

    asked: dict[str, Callable[[random.Random], str]] = {
        "applications": lambda _: "",
        "applications, far into the list": deep,
        "applications still open": lambda _: "state=open",
        "applications admitted": lambda _: "state=admitted",
        "applications of an officer still open": lambda _: "officer=mine&state=open",
        "applications nobody has": lambda _: "officer=nobody",
        "applications by number": lambda r: f"q=B/{r.randrange(1, size):09d}",
        "applications by name of the enterprise": lambda r: f"q=officine {r.randrange(1, size // ENTERPRISES_EACH)} di",
        "applications late": lambda _: "term=late",
    }
    figures = {}
    for name, query in asked.items():
        chance = random.Random(11)
        address = reverse("desk:applications")
        client.get(f"{address}?{query(chance)}")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"{address}?{query(chance)}")
        counted = sum(1 for one in queries if one["sql"].split(" ", 1)[0] in ("SELECT", "WITH"))
        times = []
        for _ in range(RUNS):
            target = f"{address}?{query(chance)}"
            start = time.perf_counter()
            answer = client.get(target)
            times.append((time.perf_counter() - start) * 1000)
            if answer.status_code != 200:
                raise RuntimeError(f"{target}: {answer.status_code}")
        figures[name] = (statistics.median(times), statistics.quantiles(times, n=20)[-1], counted)
    return figures
