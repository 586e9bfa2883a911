"""The public directory: its search page at two sizes a hundred times apart, every facet counted.

The page goes through the ordinary view, with every middleware, by Django's test client; the baseline is the same page over a hundredth
of the profiles in the same run, so that what is compared is the work that depends on how many there are.
"""

import random
import statistics
import time
from collections import Counter
from typing import Any

PAGE_RUNS = 15
GOODS = [
    ("1509", "Olio extravergine d’oliva", "Extra virgin olive oil"),
    ("2204", "Vino rosso", "Red wine"),
    ("1902", "Pasta artigianale", "Artisan pasta"),
    ("6403", "Scarpe da donna", "Women’s shoes"),
    ("9401", "Divani", "Sofas"),
    ("8903", "Barche a vela", "Sailing boats"),
    ("6802", "Pietra lavorata", "Worked stone"),
    ("3304", "Cosmetici", "Cosmetics"),
]
PROVINCES = ["BA", "BT", "BR", "FG", "LE", "TA"]
MARKETS = ["DE", "FR", "US", "JP", "AE", "GB", "CH", "ES"]
SCHEMES = ["iso-9001", "organic-eu", "ifs", "fsc", "gots", "msc"]
ASKED = {
    "first page": "",
    "one word, English": "q=shoes",
    "two words, a synonym": "q=olive+oil",
    "a word and two facets": "q=vino&market=DE&certification=iso-9001",
    "a facet alone": "chapter=64",
    "a mistake": "q=scrpe",
}


def run(size: int = 10_000) -> list[dict[str, Any]]:
    """Rows ``{name, value, unit, baseline, baseline_value, ratio}``: each question at ``size`` and at a hundredth."""
    from levante.parties.api import load_places

    load_places()
    small = max(size // 100, 10)
    _fill(0, small)
    few = _pages()
    _fill(small, size)
    return [
        {
            "name": f"{name}: p50 at {size:,} ({queries} queries)", "value": round(p50, 1), "unit": "ms",
            "baseline": f"the same at {small:,}", "baseline_value": round(few[name][0], 1), "ratio": round(p50 / few[name][0], 2),
        }
        for name, (p50, queries) in _pages().items()
    ]  # fmt: skip


def _fill(first: int, last: int) -> None:
    """Enterprises with their profiles, as the services leave them, in a few statements."""
    from django.db import connection

    from bench.parties import tax_code
    from levante.directory.api import Certification, Product, Profile
    from levante.directory.pure.words import fold, stemmed
    from levante.kernel.api import now
    from levante.parties.api import Enterprise

    chance, moment = random.Random(first), now()
    firms = Enterprise.objects.bulk_create(
        Enterprise(name=f"Impresa {number}", tax_code=tax_code(number + 1)) for number in range(first, last)
    )
    profiles, goods = [], {}
    for firm in firms:
        chosen = chance.sample(GOODS, 2)
        words = fold(" ".join(word for row in chosen for word in row))
        goods[firm.pk] = chosen
        profiles.append(
            Profile(
                enterprise=firm, slug=f"impresa-{firm.pk}", state="published", summary_it="x", summary_en="x", published_at=moment,
                changed_at=moment, indexed_at=moment, sectors=[chance.choice(["ict", "tac", "nautica"])], languages=["it", "en"],
                markets=chance.sample(MARKETS, 3), chapters=sorted({row[0][:2] for row in chosen}),
                price_band=chance.choice(["middle", "upper"]),
                province_id=chance.choice(PROVINCES), search_name=f"impresa {words}",
            )
        )  # fmt: skip
    made = Profile.objects.bulk_create(profiles, batch_size=2000)
    Product.objects.bulk_create(
        (
            Product(profile=row, hs=hs, name_it=it, name_en=en)
            for row in made
            for hs, it, en in goods[row.enterprise_id]
        ),
        batch_size=5000,
    )
    Certification.objects.bulk_create(
        (Certification(profile=row, kind=kind, issuer="x") for row in made for kind in chance.sample(SCHEMES, 2)),
        batch_size=5000,
    )
    with connection.cursor() as cursor:
        # The words are few: what is found by each text is reckoned once.
        for text in set(Profile.objects.filter(document=None).values_list("search_name", flat=True)):
            cursor.execute(
                "UPDATE directory_profile SET document = setweight(to_tsvector('simple', %s), 'A') WHERE search_name = %s",
                [stemmed(text), text],
            )
        cursor.execute(
            "VACUUM ANALYZE directory_profile, directory_product, directory_certification, parties_enterprise"
        )


def _pages() -> dict[str, tuple[float, int]]:
    """Of each question, the median in milliseconds and how many queries it costs."""
    from django.db import connection
    from django.test import Client

    client, found = Client(), {}
    for name, query in ASKED.items():
        address = f"/imprese/?{query}"
        assert client.get(address).status_code == 200
        with connection.execute_wrapper(_counted(count := Counter())):
            client.get(address)
        times = []
        for _ in range(PAGE_RUNS):
            begun = time.perf_counter()
            client.get(address)
            times.append((time.perf_counter() - begun) * 1000)
        found[name] = (statistics.median(times), count["asked"])
    return found


def _counted(count: "Counter[str]") -> Any:
    def run(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        count["asked"] += sql.lstrip("( ").upper().startswith(("SELECT", "WITH"))
        return execute(sql, params, many, context)

    return run
