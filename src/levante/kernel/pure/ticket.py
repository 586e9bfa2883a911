"""The ticket of a draw: who holds the seed can draw again and find the same."""

import hashlib


def drawn(seed: str, id_: str) -> str:
    """The ticket of something in a draw: SHA-256 of ``seed:id`` in UTF-8, hexadecimal. The lower comes first."""
    return hashlib.sha256(f"{seed}:{id_}".encode()).hexdigest()
