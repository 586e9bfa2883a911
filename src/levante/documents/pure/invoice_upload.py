"""Reading the e-invoices somebody sends us, so that no file can hold the process that serves people.

Small files are read here: they end in milliseconds whatever they hold (``make bench`` reads damaged ones for minutes). Larger ones
are read by one child for all of them, with a ceiling to its memory and time; if it ends before its answer, each is given to
a child of its own, and only that which exhausts it is refused.

Of a signed one (.p7m) it is asked whether the signature is of what is inside; who signed is not: it needs a trust list, and no
number of the invoice depends on it.
"""

import base64
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from levante.documents.pure.apart import EXHAUSTED, run_apart, serve
from levante.documents.pure.invoice import ReadInvoices, Remark, UnreadableInvoice
from levante.documents.pure.invoice_json import invoices_from, whole_json
from levante.documents.pure.invoices import LARGEST_INVOICE_FILE, read_invoices
from levante.documents.pure.signature_outcome import Unreadable
from levante.documents.pure.signatures import verify
from levante.kernel.pure import Bilingual

#: Bytes of a file read here; a common invoice has some thousands.
MOST_HERE = 64_000

#: The code of the remark on an invoice whose envelope was signed with something else inside, or cannot be verified.
SIGNATURE_BROKEN = "signature_broken"
#: Whether a signature is of what it envelops is the same at any instant; the verification wants one.
_ANY_INSTANT = datetime(9000, 1, 1, tzinfo=UTC)

Outcome = ReadInvoices | UnreadableInvoice


def read_uploads(files: Sequence[bytes], *, most_here: int = MOST_HERE) -> list[Outcome]:
    """Of each file its invoices, or why it cannot be read."""
    found: dict[int, Outcome] = {}
    apart: list[int] = []
    for place, data in enumerate(files):
        if len(data) <= most_here or len(data) > LARGEST_INVOICE_FILE:
            found[place] = _read(data)
        else:
            apart.append(place)
    for place, outcome in zip(apart, _apart([files[place] for place in apart]), strict=True):
        found[place] = outcome
    return [found[place] for place in range(len(files))]


def _read(data: bytes) -> Outcome:
    try:
        found = read_invoices(data)
    except UnreadableInvoice as error:
        return error
    broken = _broken(data) if found.envelopes else None
    if broken is None:
        return found
    return replace(found, invoices=tuple(replace(one, remarks=(broken, *one.remarks)) for one in found.invoices))


def _broken(data: bytes) -> Remark | None:
    """That a signature around the invoice does not hold, and why."""
    try:
        outcome = verify(data, at=_ANY_INSTANT)
    except Unreadable as error:
        why = error.reason
    else:
        if outcome.intact:
            return None
        faults = [*outcome.faults, *(one for signer in outcome.signers if not signer.intact for one in signer.faults)]
        why = faults[0]
    return Remark(
        SIGNATURE_BROKEN,
        Bilingual(f"la firma della busta (.p7m) non regge: {why.it}", f"the signature of the envelope (.p7m) does not hold: {why.en}"),
    )  # fmt: skip


def _apart(files: list[bytes]) -> list[Outcome]:
    if not files:
        return []
    done = run_apart(__name__, {"files": [base64.b64encode(data).decode() for data in files]})
    if done is not None and done[0] == 0:
        return [_outcome(told) for told in done[1]["files"]]
    if len(files) == 1:
        return [UnreadableInvoice(EXHAUSTED)]
    return [outcome for data in files for outcome in _apart([data])]


def _outcome(told: dict[str, Any]) -> Outcome:
    if "error" not in told:
        return invoices_from(told)
    error = told["error"]
    return UnreadableInvoice(Bilingual(error["message"], error["message_en"]), error["field"], error.get("line"))


def _answer(request: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    try:
        outcomes = [_read(base64.b64decode(text)) for text in request["files"]]
        told = [one.as_json() if isinstance(one, UnreadableInvoice) else whole_json(one) for one in outcomes]
    except MemoryError:
        return 2, {}
    return 0, {"files": told}


if __name__ == "__main__":
    serve(_answer)
