"""The files every page asks for, each with its content in its name and compressed once.

A browser keeps such a file for ten years without asking again, because a new version has a new name. They are collected in
``var/static`` by ``levante manage collectpages`` (``levante demo serve`` does it by itself) and used when
``LEVANTE_STATIC_COLLECTED`` says so; what was not collected is served as it is, under its own name.
"""

import functools
import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from whitenoise.storage import CompressedManifestStaticFilesStorage

#: Beside the house's own folder: the components' script and icons, and htmx.
PAGE_FILES = ("js/bootstrap-italia.bundle.min.js", "svg/sprites.svg", "django_htmx/htmx-2.min.js")


class PageFiles(CompressedManifestStaticFilesStorage):
    """Names with the content's hash for what was collected, plain names for the rest (the technical admin, for one)."""

    manifest_strict = False

    def hashed_name(self, name: str, content: Any = None, filename: str | None = None) -> str:
        try:
            return str(super().hashed_name(name, content, filename))
        except ValueError:  # not collected
            return name


def collect() -> int:
    """Bring the files of the pages up to date in ``STATIC_ROOT``; how many there are. Nothing is done when nothing changed."""
    sources = _sources()
    stamp = {name: [path.stat().st_mtime_ns, path.stat().st_size] for name, path in sources.items()}
    root = Path(settings.STATIC_ROOT)
    told = root / "collected.json"
    if told.exists() and json.loads(told.read_text(encoding="utf-8")) == stamp:
        return len(sources)
    storage = PageFiles()
    for name, path in sources.items():
        target = root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    for _name, _hashed, outcome in storage.post_process({name: (storage, name) for name in sources}):
        if isinstance(outcome, Exception):
            raise outcome
    told.write_text(json.dumps(stamp), encoding="utf-8")
    return len(sources)


@functools.cache
def release() -> str:
    """Sixteen hexadecimal digits that change with any of the pages' files, name or content. Read once in a process."""
    digest = hashlib.sha256()
    for name, path in sorted(_sources().items()):
        digest.update(name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _sources() -> dict[str, Path]:
    found = {name: Path(path) for name in PAGE_FILES if (path := finders.find(name))}
    own = Path(__file__).parent / "static"
    for path in sorted(own.rglob("*")):
        if path.is_file():
            found[str(path.relative_to(own))] = path
    return found
