"""The message catalogues: every room keeps its own ``locale`` folder; they are compiled when a ``.po`` is newer."""

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

SOURCE = Path(__file__).resolve().parent


def catalogue_folders() -> list[str]:
    """Every ``locale`` folder of the house, with its catalogues compiled."""
    folders = sorted(SOURCE.glob("**/locale"))
    for folder in folders:
        for catalogue in sorted(folder.glob("*/LC_MESSAGES/django.po")):
            _compile(catalogue)
    return [str(folder) for folder in folders]


def _compile(catalogue: Path) -> None:
    target = catalogue.with_suffix(".mo")
    if target.exists() and target.stat().st_mtime >= catalogue.stat().st_mtime:
        return
    with catalogue.open("rb") as source:
        messages = read_po(source, locale=catalogue.parents[1].name, abort_invalid=True)
    # Put in place whole: several processes start at once, and none may read what another is still writing.
    written = target.with_suffix(f".{os.getpid()}")
    try:
        with written.open("wb") as out:
            write_mo(out, messages, use_fuzzy=False)
        written.replace(target)
    except PermissionError:
        # An installed package may be read-only: its catalogues were compiled when it was built.
        if not target.exists():
            raise
