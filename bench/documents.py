"""The readers of what people upload, fed for minutes with damaged files: signed PDFs, .p7m, one inside the other.

``size`` is how many seconds it lasts. Each input is a signed file made again by a random generator of its own,
``random.Random(f"{seed}:{number}")``: the number of one that went wrong is enough to make it again
(``python -m bench.documents NUMBER``; ``LEVANTE_BENCH_SEED`` chooses another seed). A reader may answer that the file holds
no signature that counts, or that it cannot be read. What it may not do: trip, exhaust the memory or the time that the
verification has in its own process, or say of other bytes than the signed ones that they are signed.
"""

import re
import sys
from functools import cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.documents.signing import CONTENT, NOW, p7m, plain_pdf, revised_pdf, signed_pdf, stamped_pdf, world

from bench.damage import Damage, feed
from levante.documents.kinds import KINDS
from levante.documents.pure.signature_original import fault_of_copy
from levante.documents.pure.signature_outcome import Unreadable
from levante.documents.pure.signatures import verify

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


DAMAGE = Damage(corpus, _NASTY)


def damaged(number: int) -> bytes:
    return DAMAGE.made(number)


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


def run(size: int = 180) -> list[dict[str, Any]]:
    """Rows of what was fed and what was said. ``size`` in seconds. ``AssertionError`` naming the inputs that went wrong."""
    for data in corpus():
        judge(data)  # the modules are loaded, and what is whole is not wrong
    return feed(damaged, judge, size, "PDF and .p7m files", "trip a reader, or hold unsigned")


if __name__ == "__main__":
    print(judge(damaged(int(sys.argv[1]))))
