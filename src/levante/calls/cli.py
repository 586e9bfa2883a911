"""``levante calls check|load FOLDER``: the calls of a programme folder; ``levante calls allocate``: the JSON door."""

import json
import os
import sys
from pathlib import Path

USAGE = "usage: levante calls check FOLDER | levante calls load FOLDER | levante calls allocate < case.json"


def main(argv: list[str]) -> int:
    """0 done, 1 the files are wrong, 2 the request could not be understood."""
    if argv == ["allocate"]:
        from levante.calls.allocation_case import LARGEST_CASE, run

        code, answer = run(sys.stdin.buffer.read(LARGEST_CASE + 1))
        print(answer)
        return code
    if len(argv) != 2 or argv[0] not in {"check", "load"}:
        print(USAGE, file=sys.stderr)
        return 2
    _prepare_django()
    from levante.calls.definition import read_calls
    from levante.calls.loading import load_calls
    from levante.programme.api import Unreadable

    folder = Path(argv[1])
    try:
        if argv[0] == "check":
            files = read_calls(folder)
            print(json.dumps({"calls": [file.entry.code for file in files]}, ensure_ascii=False))
        else:
            print(json.dumps(load_calls(folder).as_json(), ensure_ascii=False))
    except Unreadable as error:
        for problem in error.problems:
            print(problem.sentence("it"), file=sys.stderr)
        return 1
    except LookupError as error:
        print(f"levante calls: {error}", file=sys.stderr)
        return 1
    return 0


def _prepare_django() -> None:
    """The files are checked against the rooms; the allocation needs nothing of the sort."""
    import django
    from django.apps import apps

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "levante.settings")
    if not apps.ready:
        django.setup()
