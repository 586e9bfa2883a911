"""Whose portal this is: region, Section, agencies, contacts. Data of the programme (``programmes/<name>/site.yaml``)."""

import functools
import os
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings


def programme_folder() -> Path | None:
    """The folder of the programme that this portal shows: the last, by name, that has a ``site.yaml``."""
    # Asked more than once by every page: plain os calls, because a glob of pathlib costs ten times as much.
    if not os.path.isdir(settings.PROGRAMMES):
        return None
    with os.scandir(settings.PROGRAMMES) as found:
        folders = [entry.path for entry in found if os.path.exists(os.path.join(entry.path, "site.yaml"))]
    return Path(max(folders)) if folders else None


def site_identity() -> dict[str, Any]:
    """The content of ``site.yaml``; empty when there is no programme yet."""
    folder = programme_folder()
    if folder is None:
        return {}
    path = folder / "site.yaml"
    return _read(path, path.stat().st_mtime_ns)


@functools.lru_cache(maxsize=4)
def _read(path: Path, _changed: int) -> dict[str, Any]:
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))
