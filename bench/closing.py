"""The numbers at the closing of a click day: sealed applications, all received, get number, instant and order.

Tickets and places are written straight in the bench's database, as the lane leaves them; what runs is the job of the
worker, whole: the numbers, the jobs that will tell each enterprise, and the case of the day hashed into the register. The
baseline is a tenth of the day in the same run: the time of each does not follow how many they are.
"""

import secrets
import time
from datetime import timedelta
from decimal import Decimal
from typing import Any

_PLACES = """
INSERT INTO intake_entry (id, log_id, sequence, ticket_id, received_at, leaf_hash)
SELECT log_id * 1099511627776 + place, log_id, place, id, now() - interval '1 hour' + place * interval '1 ms', '\\x00'
  FROM (SELECT id, log_id, row_number() OVER (ORDER BY md5(id::text)) AS place FROM intake_ticket WHERE log_id = %s) AS sent
"""


def run(size: int = 25_000) -> list[dict[str, Any]]:
    """Rows ``{name, value, unit, baseline, baseline_value, ratio}``: milliseconds for each application."""
    small = max(size // 10, 500)
    few, many = _day(small), _day(size)
    return [
        {
            "name": f"numbers at the closing of a click day of {size:,}, each", "value": round(many, 3), "unit": "ms",
            "baseline": f"in a day of {small:,}", "baseline_value": round(few, 3), "ratio": round(many / few, 2),
        }
    ]  # fmt: skip


def _day(count: int) -> float:
    """Milliseconds for each application of a day."""
    from levante.applications.api import Application, finish_click_day
    from levante.intake.api import IntakeLog
    from levante.kernel.api import system

    log = _closed_day(count)
    start = time.perf_counter()
    done = finish_click_day(actor=system("bench"), log=IntakeLog.objects.select_related("opening__call").get(pk=log.pk))
    seconds = time.perf_counter() - start
    received = Application.objects.filter(opening=log.opening, state="submitted", sequence__isnull=False).count()
    if (done, received) != (count, count):
        raise RuntimeError(f"{received} of {count} received")
    return 1000 * seconds / count


def _closed_day(count: int) -> Any:
    from django.db import connection

    from bench.applications import ANSWERS, _prepare
    from levante.applications.api import Application
    from levante.applications.submission import subject_of
    from levante.intake.api import IntakeLog, ToSeal, issue_within
    from levante.kernel.api import now
    from levante.parties.api import Enterprise

    (first, _), *_ = _prepare(1)
    one = Application.objects.select_related("opening__call").get(pk=first)
    call, opening = one.opening.call, one.opening
    type(call).objects.filter(pk=call.pk).update(procedure="click_day", delivery={**call.delivery, "sealed": True})
    start = 20_000_000_000 + secrets.randbelow(70_000) * 1_000_000
    firms = Enterprise.objects.bulk_create(
        [Enterprise(name=f"Impresa {n}", tax_code=f"{start + n}") for n in range(count)], batch_size=2000
    )
    sealed = [
        Application(
            opening=opening, form_id=one.form_id, enterprise=firm, created_at=now(), state="sealed", sealed_at=now(),
            answers=ANSWERS, frozen_sha256="0" * 64, requested_amount=Decimal(3200),
            frozen={"answers": ANSWERS, "enterprise": {"tax_code": firm.tax_code}, "facts": {"note": "x" * 1500}},
        )
        for firm in firms
    ]  # fmt: skip
    rows = Application.objects.bulk_create(sealed, batch_size=1000)
    log = IntakeLog.objects.create(code=f"bench.{secrets.token_hex(4)}", opening=opening, created_at=now())
    issue_within(log, [ToSeal(subject_of(row), "TEST", Decimal(3200), {"n": row.pk}) for row in rows])
    with connection.cursor() as cursor:
        cursor.execute(_PLACES, [log.pk])
        cursor.execute("ANALYZE")
    type(opening).objects.filter(pk=opening.pk).update(state="closed", closes_at=now() - timedelta(minutes=5))
    log.size, log.last_instant, log.closed_at, log.register_number = count, now(), now(), "bench"
    log.save()
    return log
