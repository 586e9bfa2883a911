"""Load the programme and, upon it, the demonstration: room by room, each step changing nothing the second time."""

import importlib
import importlib.util
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

PROGRAMME = "puglia-2023-2025"

#: The rooms that have a story to tell, from the ground up.
ROOMS = (
    "programme",
    "identity",
    "parties",
    "aid",
    "calls",
    "applications",
    "intake",
    "evaluation",
    "letters",
    "grants",
    "claims",
    "payments",
    "controls",
    "cases",
    "initiatives",
    "participations",
    "hosting",
    "meetings",
    "wins",
    "plan",
    "promotion",
    "investment",
    "competences",
    "directory",
)


def load_demonstration(folder: Path | None = None) -> Iterator[str]:
    """Do it, telling each step before it starts."""
    place = folder or settings.PROGRAMMES / PROGRAMME
    yield f"Programme: {place.name}"
    load_programme(place)
    for room in ROOMS:
        name = f"levante.demo.{room}"
        if importlib.util.find_spec(name) is None:
            continue
        yield f"Demonstration: {room}"
        importlib.import_module(name).load(place / "demo")
    # Rooms above that of applications make some too (a click day's): the terms are written when all are there.
    from levante.applications.api import sweep_deadlines

    sweep_deadlines()


def demo_folder() -> Path:
    """Where the invented things are told."""
    return Path(settings.PROGRAMMES) / PROGRAMME / "demo"


def load_programme(place: Path) -> None:
    """The programme's folder, as ``levante programme load`` does it."""
    from levante.kernel.api import system
    from levante.programme.api import load_folder

    load_folder(place, actor=system("programme"))
