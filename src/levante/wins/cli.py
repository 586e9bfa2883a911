"""``levante wins returned``: mails that came back, one as the mail server hands it to a program, or those of a mailbox."""

import json
import sys
from dataclasses import asdict

from levante.exchange.api import NoUsableAnswer
from levante.kernel.api import system
from levante.wins.pure.returned import read_returned
from levante.wins.returning import read_returns
from levante.wins.returns_folder import returns_mailbox
from levante.wins.writing import customer_letter_returned

USAGE = "usage: levante wins returned < mail | levante wins returned --mailbox"
LARGEST = 10 * 1024 * 1024


def main(argv: list[str]) -> int:
    """0 a letter of ours came back and is told so, 1 it is about nothing of ours, 2 it cannot be read. ``--mailbox``: all that came to the
    mailbox of ``LEVANTE_RETURNS`` since the last time, as ``{read, returned, unread, problem}``; 2 when it could not be read to its end."""
    if argv == ["returned", "--mailbox"]:
        return _mailbox()
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


def _mailbox() -> int:
    try:
        mailbox = returns_mailbox()
    except NoUsableAnswer as error:
        print(json.dumps({"error": {"field": "LEVANTE_RETURNS", "message": str(error), "message_en": str(error)}}))
        return 2
    if mailbox is None:
        print("LEVANTE_RETURNS is not set: there is no mailbox to read", file=sys.stderr)
        return 2
    found = read_returns(actor=system("wins.returned"), mailbox=mailbox)
    print(json.dumps(asdict(found), ensure_ascii=False))
    return 2 if found.problem else 0
