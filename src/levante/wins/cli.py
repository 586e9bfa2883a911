"""``levante wins returned < mail``: a mail that came back, as the mail server hands it to a program."""

import json
import sys

from levante.kernel.api import system
from levante.wins.pure.returned import read_returned
from levante.wins.writing import customer_letter_returned

USAGE = "usage: levante wins returned < mail"
LARGEST = 10 * 1024 * 1024


def main(argv: list[str]) -> int:
    """0 a letter of ours came back and is told so, 1 it is about nothing of ours, 2 it cannot be read."""
    if argv != ["returned"]:
        print(USAGE, file=sys.stderr)
        return 2
    content = sys.stdin.buffer.read(LARGEST + 1)
    if len(content) > LARGEST:
        print(json.dumps({"error": {"field": "$", "message": "troppo grande", "message_en": "too large"}}))
        return 2
    found = read_returned(content)
    letter = (
        customer_letter_returned(actor=system("wins.returned"), message_id=found.message_id, problem=found.problem)
        if found is not None
        else None
    )
    print(json.dumps({"returned": letter is not None}))
    return 0 if letter is not None else 1
