"""Enterprises: import of a business register against plain ``COPY``, search and lists at two sizes a hundred times apart.

Pages go through the ordinary view, with every middleware, by Django's test client; the baseline of a page is the page of
a list of one enterprise in the same run, so that what is compared is the work that depends on the size.
"""

import csv
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

TRADES = [
    "Cantieri", "Calzaturificio", "Oleificio", "Officine", "Mobilificio", "Tessitura", "Salumificio", "Pastificio", "Studio",
    "Impianti", "Costruzioni", "Trasporti", "Agricola", "Cantina", "Marmi", "Ceramiche", "Software", "Logistica", "Arredi",
    "Elettronica", "Meccanica", "Panificio", "Gioielli", "Confezioni",
]  # fmt: skip
SURNAMES = [
    "Rossi", "Greco", "Lorusso", "De Santis", "Semeraro", "Caputo", "Colucci", "D’Amico", "Ferrara", "Lopez", "Marino", "Nitti",
    "Palmisano", "Quaranta", "Rizzo", "Sforza", "Tundo", "Urso", "Vitale", "Zaccaria", "Schirone", "Loconsole", "Manisco",
]  # fmt: skip
PLACES = [
    "Bari",
    "Lecce",
    "Taranto",
    "Brindisi",
    "Foggia",
    "Andria",
    "Barletta",
    "Altamura",
    "Monopoli",
    "Martina Franca",
]
TAILS = [
    "del Salento",
    "della Murgia",
    "di Puglia",
    "Adriatica",
    "Ionica",
    "Mediterranea",
    "del Gargano",
    "Dauna",
    "Levante",
]
FORMS = [("S.r.l.", "SR"), ("S.p.A.", "SP"), ("S.n.c.", "SN"), ("", "DI"), ("S.a.s.", "AS")]
ACTIVITIES = [
    "30.12.00",
    "13.92.10",
    "15.20.10",
    "31.00.34",
    "62.10.00",
    "25.11.00",
    "23.70.10",
    "14.21.10",
    "55.10.00",
]
HEADER = [
    "codice_fiscale", "denominazione", "partita_iva", "forma_giuridica", "ateco", "artigiana", "data_costituzione", "stato",
    "pec", "sede_comune", "sede_indirizzo", "anno_bilancio", "addetti", "fatturato", "attivo",
]  # fmt: skip
PAGE_RUNS = 40


def run(size: int = 400_000) -> list[dict[str, Any]]:
    """Rows ``{name, value, unit, baseline, baseline_value, ratio}``: import, lists and search at ``size`` and a hundredth."""
    from django.conf import settings

    from levante.parties.api import load_places

    small = max(size // 100, 40)
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        settings.MEDIA_ROOT = Path(folder) / "files"
        settings.STAFF_NEEDS_SECOND_FACTOR = False  # the test client has no telephone
        load_places()
        whole, part = Path(folder) / "whole.csv", Path(folder) / "part.csv"
        _write(whole, size)
        _write(part, small)
        copied = _plain_copy(whole, size)
        client = _officer()
        _import(part)
        _vacuum()
        few = _pages(client)
        taken = _import(whole)
        rows.append(
            _row("import: rows/s, new enterprises with seat and accounts", size / taken, "rows/s", copied, size)
        )
        again = _import(whole)
        rows.append(_row("import: rows/s, the same file again (nothing changes)", size / again, "rows/s", copied, size))
        _vacuum()
        many = _pages(client)
    for name, (p50, p95, queries) in many.items():
        base = few[name]
        rows.append(
            {
                "name": f"{name}: p50 at {size:,} ({queries} queries, p95 {p95:.0f} ms)",
                "value": round(p50, 1),
                "unit": "ms",
                "baseline": f"the same at {small:,}",
                "baseline_value": round(base[0], 1),
                "ratio": round(p50 / base[0], 2),
            }
        )
    return rows


def _row(name: str, rate: float, unit: str, copied: float, size: int) -> dict[str, Any]:
    return {
        "name": name,
        "value": round(rate),
        "unit": unit,
        "baseline": "plain COPY of the same file",
        "baseline_value": round(size / copied),
        "ratio": round(rate / (size / copied), 3),
    }


def _pages(client: Any) -> dict[str, tuple[float, float, int]]:
    """The pages an officer opens all day: p50 and p95 in milliseconds, and how many queries each costs."""
    asked: dict[str, Callable[[random.Random], str]] = {
        "list": lambda _: "",
        "list of a province": lambda r: f"province={r.choice(['BA', 'LE', 'TA', 'FG', 'BR', 'BT'])}",
        "list of an activity, last first": lambda r: f"ateco={r.choice(ACTIVITIES)[:5]}&sort=-name",
        "list of a province, an activity and a size": lambda r: f"province=LE&ateco={r.choice(ACTIVITIES)}&size=small",
        "search by name": lambda r: f"q={r.choice(SURNAMES)}+{r.choice(TRADES)}",
        "search by one common word": lambda r: f"q={r.choice(TRADES)}",
        "search with a mistake": lambda r: f"q={_mistake(r, r.choice(SURNAMES))}+{_mistake(r, r.choice(TRADES))}",
        "search by tax code": lambda r: f"q={tax_code(r.randrange(1, 40))}",
    }
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    figures = {}
    for name, query in asked.items():
        chance = random.Random(7)
        address = reverse("desk:enterprises")
        client.get(f"{address}?{query(chance)}")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"{address}?{query(chance)}")
        counted = sum(1 for q in queries if q["sql"].split(" ", 1)[0] in ("SELECT", "WITH"))
        times = []
        for _ in range(PAGE_RUNS):
            target = f"{address}?{query(chance)}"
            start = time.perf_counter()
            answer = client.get(target)
            times.append((time.perf_counter() - start) * 1000)
            if answer.status_code != 200:
                raise RuntimeError(f"{target}: {answer.status_code}")
        figures[name] = (statistics.median(times), statistics.quantiles(times, n=20)[-1], counted)
    return figures


def _mistake(chance: random.Random, word: str) -> str:
    """The word with two letters that follow each other exchanged, as fingers do."""
    at = chance.randrange(1, max(2, len(word) - 2))
    return word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :]


def _import(path: Path) -> float:
    from levante.kernel.api import system
    from levante.parties.register_import.run import import_file

    start = time.perf_counter()
    run = import_file(path, actor=system("bench"))
    if run.rejected:
        raise RuntimeError(f"{run.rejected} rows rejected: {run.rejects_path}")
    return time.perf_counter() - start


def _plain_copy(path: Path, size: int) -> float:
    """The least a database can do with these rows: the file as it is into a table without indexes."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE bench_copy ({', '.join(f'{name} text' for name in HEADER)}) ON COMMIT DROP")
        start = time.perf_counter()
        with (
            path.open("rb") as file,
            cursor.copy("COPY bench_copy FROM STDIN (FORMAT csv, DELIMITER ';', HEADER)") as copy,
        ):
            while block := file.read(256 * 1024):
                copy.write(block)
        taken = time.perf_counter() - start
        cursor.execute("SELECT count(*) FROM bench_copy")
        if cursor.fetchone()[0] != size:
            raise RuntimeError("the plain copy lost rows")
    return taken


def _vacuum() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        for table in ("parties_enterprise", "parties_seat", "parties_account"):
            cursor.execute(f"VACUUM ANALYZE {table}")


def _officer() -> Any:
    from django.conf import settings
    from django.test import Client

    from levante.identity.api import Office, RoleGrant, User

    user = User.objects.filter(email="bench.parties@example.org").first() or User.objects.create_user(
        "bench.parties@example.org", None, given_name="Bench", family_name="Officer"
    )
    office, _ = Office.objects.get_or_create(
        code="sezione", defaults={"kind": "section", "name_it": "S", "name_en": "S"}
    )
    RoleGrant.objects.get_or_create(user=user, office=office, role="case_officer", since=date(2024, 1, 1))
    settings.AXES_ENABLED = False  # attempts are counted by address, and this sign-in has none
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def _write(path: Path, size: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, delimiter=";")
        out.writerow(HEADER)
        out.writerows(_rows(size))


def _rows(size: int) -> Iterator[list[str]]:
    chance = random.Random(2023)
    for n in range(1, size + 1):
        code = tax_code(n)
        word, form = chance.choice(FORMS)
        name = f"{chance.choice(TRADES)} {chance.choice(SURNAMES)} {chance.choice(TAILS)} {n % 977} {word}".strip()
        staff = max(1, int(chance.paretovariate(1.2)))
        yield [
            code, name, code, form, chance.choice(ACTIVITIES), "N", f"{chance.randrange(1970, 2025)}-05-10", "ATTIVA",
            f"pec{n}@pec.example.it", chance.choice(PLACES), f"via Roma, {n % 300 + 1}", "2024", str(min(staff, 900)),
            f"{staff * 90_000},00", f"{staff * 70_000},00",
        ]  # fmt: skip


def tax_code(n: int) -> str:
    """The n-th of a series of valid codes of no province."""
    digits = f"{n:07d}999"
    total = sum(int(d) if i % 2 == 0 else sum(divmod(2 * int(d), 10)) for i, d in enumerate(digits))
    return digits + str(-total % 10)
