"""The reasons that several opportunities share: of an enterprise's sectors, of its size, of its being active."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from levante.calls.api import Requirement
from levante.kernel.pure import Bilingual


def reason(outcome: str, code: str, text: Bilingual, why: Bilingual, *, from_file: bool = True) -> Requirement:
    """A requirement with its outcome and why."""
    return Requirement(
        code=code,
        outcome=outcome,
        text=text,
        reason=why,
        question=None,
        reference="",
        known_from="file" if from_file and outcome != "unknown" else "",
    )


def of_sector(wanted: Iterable[Any], mine: Collection[str]) -> Requirement:
    """Sector fit: unknown when the file has no sector, since the office can add it. ``wanted`` empty: every sector."""
    rows = list(wanted)
    names = Bilingual(", ".join(row.name_it for row in rows), ", ".join(row.name_en for row in rows))
    outcome = "yes" if not rows or set(mine) & {row.code for row in rows} else "no" if mine else "unknown"
    why = {
        "yes": Bilingual("è aperta a tutti i settori", "it is open to every sector")
        if not rows
        else Bilingual("il tuo settore è tra quelli a cui è rivolta", "your sector is among those it is for"),
        "no": Bilingual(f"è per: {names.it}", f"it is for: {names.en}"),
        "unknown": Bilingual(
            f"è per: {names.it}; la tua scheda non indica un settore",
            f"it is for: {names.en}; your file names no sector",
        ),
    }
    return reason(outcome, "sector", Bilingual("Settore", "Sector"), why[outcome])


def of_size(wanted: Collection[str], size: str, names: Mapping[str, Bilingual]) -> Requirement:
    """Size fit: unknown while the size cannot be derived. ``wanted`` empty: any size."""
    listed = Bilingual(
        ", ".join(names[code].it for code in wanted if code in names),
        ", ".join(names[code].en for code in wanted if code in names),
    )
    outcome = "yes" if not wanted or size in wanted else "no" if size else "unknown"
    why = {
        "yes": Bilingual("la dimensione della tua impresa va bene", "the size of your enterprise suits"),
        "no": Bilingual(f"è per imprese {listed.it}", f"it is for enterprises that are {listed.en}"),
        "unknown": Bilingual(
            f"è per imprese {listed.it}; la tua dimensione non si può ancora calcolare",
            f"it is for enterprises that are {listed.en}; your size cannot be derived yet",
        ),
    }
    return reason(outcome, "size", Bilingual("Dimensione", "Size"), why[outcome])


def of_activity(enterprise: Any) -> Requirement:
    active = enterprise.status == "active"
    why = (
        Bilingual("risulta dalla tua scheda", "your file says so")
        if active
        else Bilingual("l’impresa risulta cessata", "the enterprise has ceased")
    )
    return reason("yes" if active else "no", "active", Bilingual("Essere attiva", "Be active"), why)
