"""What the demonstration tells: the files of its folder, each read once."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

#: libyaml's, ten times faster, where the package has it.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def _read(place: Path, changed: int) -> Any:
    return yaml.load(place.read_text(encoding="utf-8"), _Loader)  # noqa: S506 - a safe loader, whichever it is


def read(folder: Path, name: str) -> Any:
    """The content of a file of the folder (``parties`` for ``parties.yaml``). Read again only if it has changed; nobody writes in what is
    given."""
    place = folder / f"{name}.yaml"
    return _read(place, place.stat().st_mtime_ns)
