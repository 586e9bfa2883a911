"""The message catalogues: every room keeps its Italian in its own ``locale`` folder, every other language is one file of ``locale/xx`` of
the whole; they are compiled when a ``.po`` is newer."""

import os
from pathlib import Path

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

SOURCE = Path(__file__).resolve().parent


def languages() -> list[tuple[str, str]]:
    """The languages of the screens, each by its own name: Italian and English, then those that have a folder in ``locale``."""
    others = sorted(path.parents[1].name for path in (SOURCE / "locale").glob("*/LC_MESSAGES/django.po"))
    named = [(code, str(Locale(code).get_display_name(code))) for code in others]
    return [("it", "Italiano"), ("en", "English"), *((code, name[:1].upper() + name[1:]) for code, name in named)]


def said_in_catalogue(code: str) -> dict[str, list[str]]:
    """What the catalogue of a language says: the English (a plural by its singular) and each of its forms; what is not sure is left out."""
    found = {}
    with (SOURCE / "locale" / code / "LC_MESSAGES" / "django.po").open("rb") as source:
        for message in read_po(source, locale=code, abort_invalid=True):
            if message.id and "fuzzy" not in message.flags:
                forms = list(message.string) if isinstance(message.string, tuple) else [message.string]
                if all(forms):
                    found[message.id[0] if isinstance(message.id, tuple) else message.id] = forms
    return found


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
