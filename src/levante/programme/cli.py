"""``levante programme check|load|diff FOLDER``: check a programme's folder, load it, say what loading would change."""

import argparse
import json
import sys
from pathlib import Path

from django.db import DatabaseError
from django.utils import translation

from levante.kernel.api import Refused, system
from levante.kernel.pure import Bilingual
from levante.parties.api import load_places
from levante.programme.changes import Changes, changes_of, kept_beside
from levante.programme.folder import Unreadable
from levante.programme.loading import load_programme, what_stops
from levante.programme.reading import read_programme
from levante.programme.remarks import remarks

KINDS = ("removed", "changed", "added")


def main(argv: list[str]) -> int:
    """0 done; 1 refused (nothing was changed); 2 the folder cannot be used, with file, line and field of every problem."""
    parser = argparse.ArgumentParser(prog="levante programme", description=__doc__)
    parser.add_argument("word", choices=["check", "load", "diff"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--language", choices=["it", "en"], default="it", help="language of what is said")
    parser.add_argument(
        "--ties-from-folder", action="store_true", help="take again from the folder the ties that the desk has changed"
    )
    try:
        chosen = parser.parse_args(argv)
    except SystemExit as stop:
        return int(stop.code or 0)
    with translation.override(chosen.language):
        try:
            folder = read_programme(chosen.folder)
        except Unreadable as error:
            for problem in error.problems:
                print(problem.sentence(chosen.language), file=sys.stderr)
            return 2
        for remark in remarks(folder) if chosen.word != "load" else ():
            print(f"{_NOTE.in_language(chosen.language)}: {remark.sentence(chosen.language)}", file=sys.stderr)
        if chosen.word == "check":
            rows = {section: len(found) for section, found in folder.rows.items() if found}
            print(json.dumps({"programme": folder.programme.code, "rows": rows}, ensure_ascii=False))
            return 0
        try:
            if chosen.word == "diff":
                from_folder = chosen.ties_from_folder
                changes = changes_of(folder, ties_from_folder=from_folder)
                stopped = what_stops(
                    actor=system("levante programme diff"), folder=folder, ties_from_folder=from_folder
                )
                _print_changes(changes, stopped, chosen.language)
                for sentence in kept_beside(folder):
                    print(sentence.in_language(chosen.language))
                return 0
            counts = load_programme(
                actor=system("levante programme load"), folder=folder, ties_from_folder=chosen.ties_from_folder
            )
            load_places()  # the pages of the programme and every address name comuni and countries
        except Refused as refused:
            print(refused.reason.in_language(chosen.language), file=sys.stderr)
            return 1
        except DatabaseError as error:
            print(f"{chosen.folder}: {str(error).strip().splitlines()[0]}", file=sys.stderr)
            return 1
    print(json.dumps(counts))
    return 0


def _print_changes(changes: Changes, stopped: list[Bilingual], language: str) -> None:
    """The differences in sentences, what goes first."""
    for change in changes.kept:
        print(change.sentence(language))
    if not changes and not stopped and not changes.kept:
        print(_NOTHING.in_language(language))
        return
    if stopped:
        print(_STOPPED.in_language(language))
    for sentence in stopped:
        print(f"- {sentence.in_language(language)}")
    for kind in KINDS:
        for change in changes.of(kind):
            print(change.sentence(language))
    added, changed, removed = (len(changes.of(kind)) for kind in ("added", "changed", "removed"))
    whole = Bilingual(
        f"In tutto: aggiunte {added}, modifiche {changed}, rimozioni {removed}; righe che restano uguali: {changes.unchanged}.",
        f"In all: {added} added, {changed} changed, {removed} removed; rows that stay as they are: {changes.unchanged}.",
    )
    print(whole.in_language(language))


_NOTE = Bilingual("Da vedere", "To look at")
_STOPPED = Bilingual("Caricare la cartella sarebbe rifiutato:", "Loading the folder would be refused:")
_NOTHING = Bilingual(
    "Nessuna differenza: il programma caricato è uguale alla cartella.",
    "No difference: the programme that is loaded is as the folder says.",
)
