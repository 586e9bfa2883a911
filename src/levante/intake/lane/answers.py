"""The bytes of leaves, receipts and answers, made as fast as Python makes texts.

They are those of ``register.pure`` (``Leaf.data``, ``Receipt.to_bytes``): here the canonical JSON is written in place,
because no text in it needs an escape (the database holds codes and subjects to that). A test holds the two together.
"""

from datetime import datetime
from hashlib import sha256
from typing import NamedTuple
from zoneinfo import ZoneInfo

from levante.register.pure.canonical import canonical_bytes
from levante.register.pure.commitment import number_text
from levante.register.pure.heads import Head
from levante.register.pure.tree import Growth

#: The kind of every entry of an opening's log.
KIND = "intake.received"
ROME = ZoneInfo("Europe/Rome")


def log_name(code: str) -> str:
    """The name of an opening's log in leaves, heads and receipts."""
    return f"intake.{code}"


def token_digest(token: str) -> bytes:
    """What is kept of a token, and the ``request`` of its leaf: who holds the token recognises it, nobody can read it."""
    return sha256(token.encode()).digest()


def entry_content(code: str, subject: str, seal: bytes) -> str:
    """The canonical content that an entry commits to: ``commitment.content_bytes`` of kind, payload and subject."""
    return f'{{"kind":"{KIND}","payload":{{"opening":"{code}","seal":"{seal.hex()}"}},"subject":"{subject}"}}'


def text_of(instant: datetime) -> str:
    """``commitment.instant_text`` of an instant that is already in UTC."""
    return f"{instant.isoformat(timespec='microseconds')[:26]}Z"


def number_of(instant: datetime, sequence: int) -> str:
    """The register's number of an entry. Only in the last day of the year may the year in Rome be another than in UTC."""
    year = instant.astimezone(ROME).year if instant.month == 12 and instant.day == 31 else instant.year
    return number_text(year, sequence)


def leaf_hash_of(log: str, number: str, received_at: str, request: bytes, entry_hash: bytes) -> bytes:
    """The leaf of an entry, hashed (RFC 9162, 2.1.1)."""
    data = (
        f'\0{{"entry_hash":"{entry_hash.hex()}","kind":"{KIND}","log":"{log}","number":"{number}",'
        f'"received_at":"{received_at}","request":"{request.hex()}"}}'
    )
    return sha256(data.encode()).digest()


class Sealed(NamedTuple):
    """A ticket as the lane knows it: what was sealed, what its entry commits to, and its place if it was received."""

    id: int
    subject: str
    seal: bytes
    salt: bytes
    entry_hash: bytes
    sequence: int | None = None


class Entry(NamedTuple):
    """A ticket in its place; ``number`` and ``text`` (of the instant) as they are in the leaf."""

    sequence: int
    ticket: Sealed
    request: bytes
    instant: datetime
    number: str
    text: str
    leaf: bytes


class Pen:
    """Writes the answers of one batch: what they have in common is written once."""

    def __init__(self, code: str, head: Head, growth: Growth) -> None:
        self._first = growth.size_before + 1
        self._proofs = proof_texts(growth)
        written = canonical_bytes(head.as_json()).decode()
        self._entry = f'"kind":"{KIND}","payload":{{"opening":"{code}","seal":"'
        self._head = f'"format":"levante.register.receipt/1","head":{written},"inclusion_proof":['
        self._key = f'],"key_id":"{head.key_id}","leaf_index":'
        self._log = f'"log":"{log_name(code)}","number":"'

    def answer(self, sequence: int, ticket: Sealed, request: bytes, number: str, text: str) -> bytes:
        """``{"position", "receipt", "received_at"}``: the same bytes each time they are asked for."""
        return (
            f'{{"position":{sequence},"receipt":{{"entry":{{{self._entry}{ticket.seal.hex()}"}},"subject":"{ticket.subject}"}},'
            f'"entry_hash":"{ticket.entry_hash.hex()}",{self._head}{self._proofs[sequence - self._first]}{self._key}'
            f'{sequence - 1},{self._log}{number}","received_at":"{text}","request":"{request.hex()}",'
            f'"salt":"{ticket.salt.hex()}"}},"received_at":"{text}"}}'
        ).encode()


def proof_texts(growth: Growth) -> list[str]:
    """The inclusion proof of each new leaf (``Growth.inclusion_path``) as the inside of a JSON array.

    From the root down: the path of a node is its sibling and then the path of their parent, which both share.
    """
    if len(growth.levels) < 2:
        return [""]  # a tree of one leaf
    above, above_start = [""], 0
    for start, nodes in reversed(growth.levels[:-1]):
        here: list[str] = []
        for place in range(0, len(nodes) - 1, 2):
            parent = above[((start + place) >> 1) - above_start]
            here.append(f',"{nodes[place + 1].hex()}"{parent}')
            here.append(f',"{nodes[place].hex()}"{parent}')
        if len(nodes) & 1:  # the last one has no sibling: it was carried upwards as it is
            here.append(above[((start + len(nodes) - 1) >> 1) - above_start])
        above, above_start = here, start
    return [text[1:] for text in above[growth.size_before - above_start :]]
