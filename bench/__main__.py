"""Run every bench and print a table of ratios: ``python -m bench [--size real|small] [--database NAME] [ROOM ...]``.

Each room's bench is a module here with ``run(size) -> rows``; a row is ``{name, value, unit, baseline, baseline_value, ratio}``.
The ratio is value over baseline, both measured in this run on this machine: the figures travel, the seconds do not.
The database is made new at every run: two runs at once each name their own (``--database`` or ``LEVANTE_BENCH_DB``).
"""

import argparse
import importlib
import json
import os
import re
import sys
from pathlib import Path
from typing import Any

#: Rows of real size, and of a size that runs in a minute: {room: (real, small)}.
SIZES = {
    "register": (10_000_000, 20_000),
    "aid": (10_000, 2_000),
    "parties": (400_000, 8_000),
    "applications": (2_000, 100),
    "documents": (180, 5),
    "invoices": (180, 5),
    "claims": (100_000, 1_000),
    "payments": (10_000, 1_000),
    "orders": (10_000, 1_000),
    "intake": (60_000, 8_000),
    "closing": (25_000, 1_000),
    "ranking": (100_000, 2_000),
    "scale": (1_000_000, 5_000),
    "letters": (200_000, 3_000),
    "acts": (1000, 100),
    "matching": (3000, 50),
    "directory": (10_000, 1_000),
}
HERE = Path(__file__).parent


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--size", choices=["real", "small"], default="real")
    parser.add_argument("--json", type=Path, help="also write the rows here")
    parser.add_argument(
        "--database",
        default=os.environ.get("LEVANTE_BENCH_DB", "levante_bench"),
        help="the database dropped and made new for this run (starts with levante_bench; default: %(default)s)",
    )
    parser.add_argument("rooms", nargs="*", help=f"some of {', '.join(SIZES)}; all when none is named")
    chosen = parser.parse_args(argv)
    unknown = set(chosen.rooms) - SIZES.keys()
    if unknown:
        parser.error(f"no bench of {', '.join(sorted(unknown))}; there are {', '.join(SIZES)}")
    if not re.fullmatch(r"levante_bench[a-z0-9_]{0,40}", chosen.database):
        parser.error("the database's name starts with levante_bench, so that a bench never drops another")
    _own_database(chosen.database)
    rows: list[dict[str, Any]] = []
    for room in chosen.rooms or SIZES:
        if not (HERE / f"{room}.py").exists():
            continue
        size = SIZES[room][chosen.size == "small"]
        print(f"== {room}, size {size:,}", flush=True)
        for row in importlib.import_module(f"bench.{room}").run(size):
            rows.append({"room": room, **row})
            print(line_of(row), flush=True)
    if chosen.json:
        chosen.json.write_text(json.dumps(rows, indent=2, default=str))
    return 0


def line_of(row: dict[str, Any]) -> str:
    ratio = row.get("ratio")
    value = f"{row['value']:,.2f} {row.get('unit', '')}".strip()
    if "target" in row:
        value += f" ({'within' if row['met'] else 'NOT within'} {row['target']:,.2f})"
    if ratio is None:
        return f"  {row['name']:<76} {value:>28}"
    against = f"{row['baseline']} {row['baseline_value']:,.2f}"
    return f"  {row['name']:<76} {value:>28}   ×{ratio:,.3f} of {against}"


def _own_database(name: str) -> None:
    """A database of its own, made new: a bench never touches the portal's data."""
    from levante.embedded import database_url, ensure_database

    address = database_url()
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    head, _, tail = address.partition("?")
    own = head.rsplit("/", 1)[0] + f"/{name}" + (f"?{tail}" if tail else "")
    os.environ["DATABASE_URL"] = own
    ensure_database(own)
    from levante.cli import prepare_django

    prepare_django()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
