"""Whole files made damaged, and readers fed with them on every processor until the time is over.

Each input is made by a random generator of its own, ``random.Random(f"{seed}:{number}")``: the number of one that went wrong
is enough to make it again. ``LEVANTE_BENCH_SEED`` chooses another seed.
"""

import base64
import os
import random
import re
import resource
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any

from levante.documents.pure.apart import MOST_MEMORY, MOST_SECONDS

SEED = int(os.environ.get("LEVANTE_BENCH_SEED", "20260302"))


@dataclass(frozen=True)
class Damage:
    """Whole files, and pieces of bytes that readers of their formats must bear."""

    corpus: Callable[[], tuple[bytes, ...]]
    nasty: tuple[bytes, ...]

    def made(self, number: int) -> bytes:
        """The input with this number: one of the corpus, changed in one to eight ways."""
        chance = random.Random(f"{SEED}:{number}")
        data = chance.choice(self.corpus())
        for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
            data = chance.choice(_WAYS)(self, data, chance)
        return data[: 4 * len(max(self.corpus(), key=len))]


def _flip(damage: Damage, data: bytes, chance: random.Random) -> bytes:
    return _put(data, chance, lambda place: bytes([data[place] ^ (1 << chance.randrange(8))]) if data else b"")


def _byte(damage: Damage, data: bytes, chance: random.Random) -> bytes:
    return _put(data, chance, lambda _: bytes([chance.choice((0, 1, 0x7F, 0x80, 0x84, 0xFF, chance.randrange(256)))]))


def _nasty(damage: Damage, data: bytes, chance: random.Random) -> bytes:
    return _put(data, chance, lambda _: chance.choice(damage.nasty))


def _put(data: bytes, chance: random.Random, make: Callable[[int], bytes]) -> bytes:
    place = chance.randrange(len(data)) if data else 0
    new = make(place)
    return data[:place] + new + data[place + len(new) :]


def _insert(damage: Damage, data: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(data) + 1)
    return (
        data[:place]
        + chance.choice((chance.choice(damage.nasty), chance.randbytes(chance.randrange(1, 40))))
        + data[place:]
    )


def _drop(damage: Damage, data: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(data) + 1)
    return data[:place] + data[place + chance.choice((1, 2, 16, chance.randrange(1, len(data) + 2))) :]


def _repeat(damage: Damage, data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data) + 1)
    piece = data[start : start + chance.randrange(1, 2000)]
    return data[:start] + piece * chance.choice((2, 3, 20)) + data[start + len(piece) :]


def _number(damage: Damage, data: bytes, chance: random.Random) -> bytes:
    """Another number where the text has one: offsets, lengths, generations, references."""
    found = [match.span() for match in re.finditer(rb"\d+", data[: 1 << 20])]
    if not found:
        return _byte(damage, data, chance)
    start, end = chance.choice(found)
    value = chance.choice((b"0", b"-1", b"1", b"65535", b"4294967296", b"9" * 30, str(chance.randrange(20)).encode()))
    return data[:start] + value + data[end:]


def _splice(damage: Damage, data: bytes, chance: random.Random) -> bytes:
    other = chance.choice(damage.corpus())
    return data[: chance.randrange(len(data) + 1)] + other[chance.randrange(len(other)) :]


def _wrap(damage: Damage, data: bytes, chance: random.Random) -> bytes:
    """In an octet string, in base64, or with something before."""
    length = len(data).to_bytes(4, "big")
    return chance.choice((b"\x04\x84" + length + data, base64.b64encode(data), b"\r\n" + data, data + b"\n" * 3000))


_WAYS = (_flip, _flip, _byte, _byte, _nasty, _insert, _drop, _repeat, _number, _number, _splice, _wrap)


# -- feeding


class TooLong(BaseException):
    """An input took longer than the verification has: no handler of the readers may take it for a damaged file."""


def _ring(*_: Any) -> None:
    raise TooLong


def _work(
    damaged: Callable[[int], bytes], judge: Callable[[bytes], str], first: int, step: int, seconds: float
) -> dict[str, Any]:
    """Every ``step``-th input from ``first`` on, until the time is over."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    signal.signal(signal.SIGALRM, _ring)
    said: Counter[str] = Counter()
    wrong: list[str] = []
    slowest, until, number = (0.0, -1), time.monotonic() + seconds, first
    while time.monotonic() < until:
        data, started = damaged(number), time.process_time()
        signal.setitimer(signal.ITIMER_REAL, MOST_SECONDS)
        try:
            said[judge(data)] += 1
        except MemoryError:
            said["exhaust the memory of their process"] += 1
        except TooLong:
            said["exhaust the time of their process"] += 1
        except Exception as error:
            wrong.append(f"input {number} of seed {SEED}: {type(error).__name__}: {error}")
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        slowest = max(slowest, (time.process_time() - started, number))
        number += step
    return {"said": said, "wrong": wrong, "slowest": slowest}


def feed(
    damaged: Callable[[int], bytes], judge: Callable[[bytes], str], seconds: float, what: str, wrong_ones: str
) -> list[dict[str, Any]]:
    """Rows of how many were fed and what was said of them; ``AssertionError`` naming the inputs that went wrong."""
    workers = max(1, os.cpu_count() or 1)
    with get_context("fork").Pool(workers) as pool:
        told = pool.starmap(_work, [(damaged, judge, first, workers, float(seconds)) for first in range(workers)])
    said: Counter[str] = sum((one["said"] for one in told), Counter())
    wrong = [line for one in told for line in one["wrong"]]
    assert not wrong, "\n".join(wrong[:20])
    slowest, number = max(one["slowest"] for one in told)
    return [
        {"name": f"damaged {what} read (seed {SEED})", "value": said.total(), "unit": "inputs"},
        {"name": f"damaged files that {wrong_ones}", "value": len(wrong), "unit": "inputs"},
        *({"name": f"damaged files: {what}", "value": count, "unit": "inputs"} for what, count in sorted(said.items())),
        {"name": f"slowest damaged file (input {number})", "value": 1000 * slowest, "unit": "ms of processor"},
    ]
