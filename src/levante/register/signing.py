"""The key that signs, wherever this installation keeps its ring.

``settings.REGISTER_KEYS``, or ``LEVANTE_REGISTER_KEYS`` in the environment, or the folder ``keys`` under ``var``.
"""

import os
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings

from levante.kernel.api import now
from levante.register.models import Head
from levante.register.pure.keys import KeyProblem, KeyRing, SigningKey


class Opened(NamedTuple):
    """What was read of a ring, with the state of the file that names it."""

    stamp: tuple[int, int]
    key: SigningKey
    successions: list[dict[str, Any]]


#: The last ring opened: reading it at every append would cost as much as signing.
_open: dict[Path, Opened] = {}


def key_ring() -> KeyRing:
    """The ring of this installation; the passphrase of its private keys comes from ``LEVANTE_REGISTER_PASSPHRASE``."""
    chosen = getattr(settings, "REGISTER_KEYS", None) or os.environ.get("LEVANTE_REGISTER_KEYS")
    return KeyRing(Path(chosen or Path(settings.VAR) / "keys"), os.environ.get("LEVANTE_REGISTER_PASSPHRASE"))


def signing_key() -> SigningKey:
    """The key that signs now. The first key of a register that never signed anything is made on the spot.

    Once something is signed a missing ring is an error (``KeyProblem``), never a reason to start another one.
    """
    return _opened().key


def successions() -> list[dict[str, Any]]:
    """The statements by which each key of the ring named the next one, oldest first."""
    return _opened().successions


def _opened() -> Opened:
    ring = key_ring()
    if not ring.exists():
        _make_first(ring)
    state = (ring.folder / "ring.json").stat()
    stamp = (state.st_mtime_ns, state.st_ino)
    known = _open.get(ring.folder)
    if known is None or known.stamp != stamp:
        known = _open[ring.folder] = Opened(stamp, ring.current(), ring.description()["successions"])
    return known


def signing_problem() -> str:
    """Why nothing could be registered now, in words that name no path; empty when the key opens, or when the first is
    still to be made. Nothing is written."""
    ring = key_ring()
    if not ring.exists():
        return "missing, and the register is signed: restore its backup" if Head.objects.exists() else ""
    try:
        ring.current()
    except (KeyProblem, KeyError):
        return "it is there and does not open"
    return ""


def _make_first(ring: KeyRing) -> None:
    if Head.objects.exists():
        raise KeyProblem(f"the register has signed heads but its keys are not in {ring.folder}: restore their backup")
    try:
        ring.create(now())
    except KeyProblem:
        if not ring.exists():  # otherwise another process was quicker
            raise
