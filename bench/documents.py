"""The readers of what people upload, fed for minutes with damaged files: signed PDFs, .p7m, one inside the other.

``size`` is how many seconds it lasts. Each input is a signed file made again by a random generator of its own,
``random.Random(f"{seed}:{number}")``: the number of one that went wrong is enough to make it again
(``python -m bench.documents NUMBER``; ``LEVANTE_BENCH_SEED`` chooses another seed). A reader may answer that the file holds
no signature that counts, or that it cannot be read. What it may not do: trip, exhaust the memory or the time that the
verification has in its own process, or say of other bytes than the signed ones that they are signed.
"""

import os
import random
import re
import resource
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.documents.signing import CONTENT, NOW, p7m, plain_pdf, revised_pdf, signed_pdf, stamped_pdf, world

from levante.documents.kinds import KINDS
from levante.documents.pure.apart import MOST_MEMORY, MOST_SECONDS
from levante.documents.pure.signature_original import fault_of_copy
from levante.documents.pure.signature_outcome import Unreadable
from levante.documents.pure.signatures import verify

SEED = int(os.environ.get("LEVANTE_BENCH_SEED", "20260302"))

#: Pieces of bytes that readers of these formats must bear: lengths, references and nests that lie.
_NASTY = (
    b"\x30\x84\xff\xff\xff\xff", b"\x30\x80", b"\x24\x80\x04\x01", b"\xa0\x80" * 40, b"\x30\x83\x7f\xff\xff", b"\x00" * 64,
    b"\x02\x82\xff\xff", b"<<" * 200, b"[" * 500, b"(" * 300, b"/Length 99999999999 ", b"1 0 R", b"99999999 0 R",
    b"/Prev 0", b"/Prev 17 ", b"/ByteRange [0 0 0 0]", b"/ByteRange [0 99999999999 1 2]", b"/ByteRange [-1 5 9 9]",
    b"/Kids [1 0 R 1 0 R]", b"/Filter [/FlateDecode /FlateDecode]", b"/Filter /ASCIIHexDecode", b"/W [1 9 9]",
    b"/Size 2147483647", b"xref\n0 999999999\n", b"startxref\n0\n%%EOF", b"endobj", b"stream\r\n", b"\xff\xfe", b"%PDF-1.7\n",
)  # fmt: skip


@cache
def corpus() -> tuple[bytes, ...]:
    """Signed files of every shape that the verification knows."""
    one, two = world().anna, world().bruno
    pdf = signed_pdf(plain_pdf(), one)
    twice = signed_pdf(pdf, two, field="Firma2")
    return (
        p7m(CONTENT, one), p7m(CONTENT, one, two), p7m(p7m(CONTENT, one), two), p7m(pdf, two), p7m(CONTENT, two, detached=True),
        pdf, twice, stamped_pdf(pdf), revised_pdf(pdf), signed_pdf(plain_pdf(), two, locked=True), plain_pdf(),
    )  # fmt: skip


def damaged(number: int, seed: int = SEED) -> bytes:
    """The input with this number: one of the corpus, changed in one to eight ways."""
    chance = random.Random(f"{seed}:{number}")
    data = chance.choice(corpus())
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
        data = chance.choice(_WAYS)(data, chance)
    return data[: 4 * len(max(corpus(), key=len))]


def _flip(data: bytes, chance: random.Random) -> bytes:
    return _put(data, chance, lambda place: bytes([data[place] ^ (1 << chance.randrange(8))]) if data else b"")


def _byte(data: bytes, chance: random.Random) -> bytes:
    return _put(data, chance, lambda _: bytes([chance.choice((0, 1, 0x7F, 0x80, 0x84, 0xFF, chance.randrange(256)))]))


def _nasty(data: bytes, chance: random.Random) -> bytes:
    return _put(data, chance, lambda _: chance.choice(_NASTY))


def _put(data: bytes, chance: random.Random, make: Callable[[int], bytes]) -> bytes:
    place = chance.randrange(len(data)) if data else 0
    new = make(place)
    return data[:place] + new + data[place + len(new) :]


def _insert(data: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(data) + 1)
    return (
        data[:place] + chance.choice((chance.choice(_NASTY), chance.randbytes(chance.randrange(1, 40)))) + data[place:]
    )


def _drop(data: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(data) + 1)
    return data[:place] + data[place + chance.choice((1, 2, 16, chance.randrange(1, len(data) + 2))) :]


def _repeat(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data) + 1)
    piece = data[start : start + chance.randrange(1, 2000)]
    return data[:start] + piece * chance.choice((2, 3, 20)) + data[start + len(piece) :]


def _number(data: bytes, chance: random.Random) -> bytes:
    """Another number where the text has one: offsets, lengths, generations, references."""
    found = [match.span() for match in re.finditer(rb"\d+", data[: 1 << 20])]
    if not found:
        return _byte(data, chance)
    start, end = chance.choice(found)
    value = chance.choice((b"0", b"-1", b"1", b"65535", b"4294967296", b"9" * 30, str(chance.randrange(20)).encode()))
    return data[:start] + value + data[end:]


def _splice(data: bytes, chance: random.Random) -> bytes:
    other = chance.choice(corpus())
    return data[: chance.randrange(len(data) + 1)] + other[chance.randrange(len(other)) :]


def _wrap(data: bytes, chance: random.Random) -> bytes:
    """In an octet string, in base64, or with something before."""
    import base64

    length = len(data).to_bytes(4, "big")
    return chance.choice((b"\x04\x84" + length + data, base64.b64encode(data), b"\r\n" + data, data + b"\n" * 3000))


_WAYS = (_flip, _flip, _byte, _byte, _nasty, _insert, _drop, _repeat, _number, _number, _splice, _wrap)


# -- judging


def _unsigned_part(pdf: bytes) -> bytes:
    """All of a PDF but the values of its signatures, in which some bytes are nobody's."""
    return re.sub(rb"/Contents <[^>]*>", b"/Contents <>", pdf)


@cache
def _signed() -> tuple[frozenset[str], frozenset[bytes]]:
    """What was signed: the contents of the envelopes, and the PDFs as they are."""
    pdfs = [data for data in corpus() if data.startswith(b"%PDF")]
    inside = [CONTENT, *pdfs]
    return frozenset(sha256(one).hexdigest() for one in inside), frozenset(_unsigned_part(pdf) for pdf in pdfs)


def _is_signed(pdf: bytes) -> bool:
    """One that was signed, alone or with a time stamp behind: a stamp that is damaged vouches for nothing and takes nothing."""
    own = _unsigned_part(pdf)
    return any(own == one or (own.startswith(one) and b"/DocTimeStamp" in own[len(one) :]) for one in _signed()[1])


def judge(data: bytes) -> str:
    """What the readers say of an input; ``AssertionError`` when they vouch for what nobody signed."""
    kind = KINDS["pdf" if data.startswith(b"%PDF-") else "p7m"]
    taken = bool(kind.inspect(BytesIO(data)))
    fault_of_copy(data, plain_pdf())
    try:
        outcome = verify(data, at=NOW, roots=world().roots)
    except Unreadable:
        return "cannot be read" if taken else "not taken in"
    if not outcome:
        return "signatures that do not hold"
    if outcome.format == "pades":
        assert _is_signed(data), "a PDF that nobody signed holds"
    else:
        assert outcome.content_sha256 in _signed()[0], "a content that nobody signed holds"
    return "hold: what was changed nobody signs"


class TooLong(BaseException):
    """An input took longer than the verification has: no handler of the readers may take it for a damaged file."""


def _ring(*_: Any) -> None:
    raise TooLong


def _work(first: int, step: int, seconds: float) -> dict[str, Any]:
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


def run(size: int = 180) -> list[dict[str, Any]]:
    """Rows of what was fed and what was said. ``size`` in seconds. ``AssertionError`` naming the inputs that went wrong."""
    workers = max(1, os.cpu_count() or 1)
    for data in corpus():
        judge(data)  # the modules are loaded, and what is whole is not wrong
    with get_context("fork").Pool(workers) as pool:
        told = pool.starmap(_work, [(first, workers, float(size)) for first in range(workers)])
    said: Counter[str] = sum((one["said"] for one in told), Counter())
    wrong = [line for one in told for line in one["wrong"]]
    assert not wrong, "\n".join(wrong[:20])
    slowest, number = max(one["slowest"] for one in told)
    return [
        {"name": f"damaged PDF and .p7m files read (seed {SEED})", "value": said.total(), "unit": "inputs"},
        {"name": "damaged files that trip a reader, or hold unsigned", "value": len(wrong), "unit": "inputs"},
        *({"name": f"damaged files: {what}", "value": count, "unit": "inputs"} for what, count in sorted(said.items())),
        {"name": f"slowest damaged file (input {number})", "value": 1000 * slowest, "unit": "ms of processor"},
    ]


if __name__ == "__main__":
    print(judge(damaged(int(sys.argv[1]))))
