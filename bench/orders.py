"""An order of ``size`` payments through the real database: asked for, each gate asked, the file written, by the worker's own functions.

The rows are made straight in the bench's database (two constraints that speak of the budget are dropped there: it is thrown away). Times
are of processor, of Python and of PostgreSQL's process together, for each payment; the baseline is an order of a tenth: what it costs
must not grow with how many there are. The memory is what the process grew by.
"""

import resource
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from bench.letters import _seconds, against_a_part

IBAN = "IT60X0542811101000000123456"
#: Claims of one award.
EACH = 100


def run(size: int = 10_000) -> list[dict[str, Any]]:
    """Rows ``{name, value, unit, baseline, baseline_value, ratio}``."""
    from django.conf import settings
    from django.db import connection

    from bench.parties import _officer

    _officer()
    settings.PAYER = {"name": "Regione d’Esempio", "iban": IBAN}
    with connection.cursor() as cursor:
        for table, name in (
            ("grants_award", "award_effect_is_whole"),
            ("payments_liquidationrow", "liquidation_row_verified_is_on_the_budget"),
        ):
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    small = max(size // 10, 4 * EACH)
    return against_a_part(_of, size, small, f"an order of {size:,}", f"of {small:,}")


def _of(size: int) -> dict[str, tuple[float, str]]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from levante.identity.api import User
    from levante.kernel.api import Actor
    from levante.payments.api import PaymentOrder, order_payments, prepare_on

    rows = _due(size)
    user = User.objects.get(email="bench.parties@example.org")
    finance = Actor(
        user_id=user.pk, label="Bench", grants=frozenset({("sezione", "finance")}), sections=frozenset({"sezione"})
    )
    before = _memory()
    order, asking = _seconds(lambda: order_payments(actor=finance, rows=rows))
    with CaptureQueriesContext(connection) as asked:
        prepare_on(order.pk, most=1)
    _, preparing = _seconds(lambda: prepare_on(order.pk))
    held = PaymentOrder.objects.get(pk=order.pk)
    if (held.state, held.count) != ("ready", size):
        raise RuntimeError(f"{held.state}, {held.count} of {size}: {held.wishes.exclude(reason_it='').first()}")
    assert held.file is not None
    return {
        "asked at the desk": (1000 * asking / size, "ms a payment"),
        "prepared, gates asked and file written": (1000 * preparing / (size - 200), "ms a payment"),
        "queries of a turn of two hundred": (len(asked), "queries"),
        "memory grown": (_memory() - before, "MB"),
        "bytes of the file": (held.file.size / size, "B a payment"),
    }


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _due(size: int) -> list[Any]:
    """Rows of an act in effect, to be paid: claims of as many awards as it takes, each of a firm with an account and its papers."""
    from bench.claims import _awards
    from levante.claims.api import Claim
    from levante.grants.api import Award
    from levante.kernel.api import now, today
    from levante.payments.api import BankAccount, Check, Liquidation, LiquidationRow

    awards = list(
        Award.objects.filter(pk__in=_awards(-(-size // EACH))).select_related("act", "enterprise").order_by("pk")
    )
    for award in awards:
        Award.objects.filter(pk=award.pk).update(
            state="effective", effective_on=date(2026, 1, 1), cor=f"{award.pk}", cup="B31B25000010009", final_checks={}
        )
        BankAccount.objects.create(
            enterprise_id=award.enterprise_id, iban=IBAN, holder=f"Impresa d’Esempio {award.pk}", declared_at=now(), in_name=True,
            verified_at=now(), verified_by_id=_person(), verified_how="Bench",
        )  # fmt: skip
        for kind in ("durc", "deggendorf", "tax_debts", "recoveries"):
            Check.objects.create(
                enterprise_id=award.enterprise_id, tax_code=award.enterprise.tax_code, kind=kind, outcome="clear", number="1",
                issued_on=today(), recorded_at=now(), valid_until=today() + timedelta(days=90),
            )  # fmt: skip
    act = awards[0].act
    liquidation = Liquidation.objects.create(call_id=act.call_id, line_id=act.line_id, title="B", created_at=now())
    claims = Claim.objects.bulk_create(
        [
            Claim(
                award=awards[n // EACH], number=n % EACH + 1, mode="sal", state="liquidated", asked=Decimal(10), due=Decimal(10),
                register_number=f"ORD/{awards[0].pk}/{n:06d}", sent_at=now(), frozen={}, frozen_sha256="0" * 64, decided_at=now(),
                created_at=now(), officer_id=_person(),
            )
            for n in range(size)
        ],
        batch_size=1000,
    )  # fmt: skip
    gate = {"on": today().isoformat(), "checks": [], "parameters": []}
    return LiquidationRow.objects.bulk_create(
        [
            LiquidationRow(
                liquidation=liquidation, claim=one, state="due", gross=Decimal(10), subject=Decimal(10), rate=Decimal(4),
                withheld=Decimal("0.40"), net=Decimal("9.60"), gate=gate,
            )
            for one in claims
        ],
        batch_size=1000,
    )  # fmt: skip


def _person() -> int:
    from levante.identity.api import User

    return User.objects.get(email="bench.parties@example.org").pk
