"""``levante law NAME < case.json``: the JSON doors on the command line, without Django and without a database."""

import sys
from collections.abc import Sequence

from levante.law import doors

USAGE = """\
levante law NAME < case.json     answer a case (JSON on standard output; exit 2 when the case is bad)
levante law --list               the names of the doors
"""


def main(argv: Sequence[str]) -> int:
    """0 for an answer, 2 for a bad case, an unknown door or a wrong command line."""
    if len(argv) == 1 and argv[0] in ("-h", "--help"):
        return _write(0, USAGE)
    if len(argv) == 1 and argv[0] == "--list":
        return _write(0, "".join(f"{name}\n" for name in doors.DOORS))
    if len(argv) != 1:
        wrong = doors.BadCase(
            doors.WHOLE_CASE,
            "serve il nome di una sola porta: levante law NOME < caso.json",
            "the name of one door is needed: levante law NAME < case.json",
        )
        return _write(2, doors.as_text(wrong.as_json()) + "\n")
    # An unknown door answers at once: nobody should have to type a case to learn of a misspelt name.
    known = argv[0] in doors.DOORS
    try:
        case = sys.stdin.buffer.read(doors.LARGEST_CASE + 1) if known and sys.stdin else b""
    except OSError as error:  # a folder, a device that answers no
        wrong = doors.BadCase(doors.WHOLE_CASE, f"il caso non si legge: {error}", f"the case cannot be read: {error}")
        return _write(2, doors.as_text(wrong.as_json()) + "\n")
    code, text = doors.run(argv[0], case)
    return _write(code, text + "\n")


def _write(code: int, text: str) -> int:
    # Always UTF-8, whatever the terminal's locale: other programs read this.
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    sys.stdout.buffer.flush()
    return code
