"""A ranking of a hundred thousand applications: order with ties, a reserve, the money going down it, a renunciation, the hash.

Pure functions of a published snapshot, as ``levante calls recompute`` runs them; no database. The baseline is the sorting of
the same rows by their score alone, in the same run.
"""

import random
import time
from collections.abc import Callable
from typing import Any


def run(size: int = 100_000) -> list[dict[str, Any]]:
    """Rows ``{name, value, unit, baseline, baseline_value, ratio}``, in seconds of processor."""
    from levante.calls.api import rank_snapshot, recompute_ranking
    from levante.calls.recompute import digest, published

    snapshot = made_up(size)
    sort = _seconds(lambda: sorted(snapshot["entries"], key=lambda row: -sum(map(float, row["points"].values()))))
    outcome = rank_snapshot(snapshot)
    document = published(snapshot, outcome, sha256=digest(snapshot))
    first = outcome.placed[0].id
    measured: dict[str, Callable[[], Any]] = {
        f"ranking of {size:,} applications": lambda: rank_snapshot(snapshot),
        "the same after a renunciation": lambda: rank_snapshot(snapshot, renounced=[first]),
        "the same recomputed from what is published": lambda: recompute_ranking(document),
    }
    rows = []
    for name, act in measured.items():
        value = _seconds(act)
        rows.append(
            {
                "name": name, "value": round(value, 2), "unit": "s of processor", "baseline": "sorting the rows",
                "baseline_value": round(sort, 2), "ratio": round(value / max(sort, 0.001), 2),
            }
        )  # fmt: skip
    return rows


def _seconds(act: Callable[[], Any]) -> float:
    start = time.process_time()
    act()
    return time.process_time() - start


def made_up(size: int) -> dict[str, Any]:
    """A snapshot with many ties; the money is enough for about half."""
    chance = random.Random(7)
    entries = [
        {
            "id": f"2026/{place}", "enterprise": "", "copy_sha256": "0" * 64,
            "points": {"a": f"{chance.randint(0, 40)}.00", "b": f"{chance.randint(0, 30)}.50", "c": f"{chance.randint(0, 30)}.00"},
            "amount": f"{chance.randint(1000, 6000)}.00",
            "received_at": f"2026-01-01T10:{place // 1_000_000 % 60:02d}:{place // 20_000 % 60:02d}.{place % 1_000_000:06d}+00:00",
            "sequence": place + 1, "tie_breaks": [str(chance.randint(0, 9))], "reaches_minimums": chance.random() > 0.05,
        }
        for place in range(size)
    ]  # fmt: skip
    return {
        "format": "levante.ranking/3", "procedure": "ranking", "budget": f"{size * 1750}.00", "threshold": "40",
        "when_short": "partial", "repeat": "first_counts", "each": 1, "seed": "", "awarded": None, "renounced": [],
        "reserves": [{"code": "micro", "it": "Micro", "en": "Micro", "amount": f"{size * 100}.00", "flows_back": True,
                      "members": [row["id"] for row in entries[::7]]}],
        "entries": entries,
    }  # fmt: skip
