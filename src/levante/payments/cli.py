"""``levante payments redraw < sample.json``: a sample of controls drawn again by whoever holds its seed; no database."""

import json
import sys

from levante.law.doors import LARGEST_CASE, run_door
from levante.payments.pure.sample import door

USAGE = "usage: levante payments redraw < sample.json"


def main(argv: list[str]) -> int:
    """0 the sample, 1 it is not the one that is told, 2 the case cannot be read."""
    if argv != ["redraw"]:
        print(USAGE, file=sys.stderr)
        return 2
    code, text = run_door(door, sys.stdin.buffer.read(LARGEST_CASE + 1))
    print(text)
    return 1 if json.loads(text).get("same") is False else code
