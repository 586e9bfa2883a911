"""``levante parties``: import a business register, load the reference data of places."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from levante.kernel.api import system


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="levante parties", description=__doc__)
    words = parser.add_subparsers(dest="word", required=True)
    register = words.add_parser("import", help="import a business register (CSV or XLSX); goes on if it was cut off")
    register.add_argument("file", type=Path)
    register.add_argument("--restart", action="store_true", help="from the beginning, even if it was cut off")
    words.add_parser("places", help="load countries, provinces and comuni")
    arguments = parser.parse_args(argv)
    if arguments.word == "places":
        from levante.parties.reference import load_places

        return _print(load_places())
    return import_register(arguments.file, restart=arguments.restart)


def import_register(file: Path, *, restart: bool = False) -> int:
    """Import and print ``{read, created, updated, unchanged, rejected, rejects_file}``; an error of the file is 2."""
    from levante.parties.register_import.run import import_file
    from levante.parties.register_import.source import BadFile

    try:
        run = import_file(file, actor=system("levante parties import"), restart=restart)
    except BadFile as error:
        return _print({"error": {"field": "file", "message": error.reason.it, "message_en": error.reason.en}}, code=2)
    return _print(
        {
            "read": run.rows_read,
            "created": run.created,
            "updated": run.updated,
            "unchanged": run.unchanged,
            "rejected": run.rejected,
            "rejects_file": run.rejects_path if run.rejected else None,
        }
    )


def _print(answer: dict[str, Any], *, code: int = 0) -> int:
    sys.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2) + "\n")
    return code
