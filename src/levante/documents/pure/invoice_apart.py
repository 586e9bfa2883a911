"""The reading of a file of e-invoices in a process of its own, with what the verification says of its envelope."""

from datetime import datetime
from typing import Any

from levante.documents.pure.apart import EXHAUSTED, read_file, run_apart, serve
from levante.documents.pure.invoice import UnreadableInvoice
from levante.documents.pure.invoices import LARGEST_INVOICE_FILE, read_invoices
from levante.documents.pure.signature_apart import told
from levante.documents.pure.signature_outcome import Unreadable
from levante.documents.pure.signature_trust import read_trust_list


def read_apart(
    file: str, *, at: datetime, trust: str | None = None, language: str = "it"
) -> tuple[int, dict[str, Any]]:
    """The exit code of the command and its answer: 0 the invoices, 2 ``{"error": {field, line?, message, message_en}}``.

    ``signature`` is there when the file is in an envelope: what the verification says of it at the instant ``at``; an invoice
    whose signature does not hold is read all the same.
    """
    request = {"file": file, "at": at.isoformat(), "trust": trust, "language": language}
    return run_apart("levante.documents.pure.invoice_apart", request) or (2, UnreadableInvoice(EXHAUSTED).as_json())


def _answer(request: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    try:
        data = read_file(request["file"], "file", largest=LARGEST_INVOICE_FILE)
        roots = read_trust_list(request["trust"]) if request["trust"] else None
        found = read_invoices(data)
        answer = found.as_json()
        if found.envelopes:
            from levante.documents.pure.signatures import verify

            at = datetime.fromisoformat(request["at"])
            try:
                answer["signature"] = told(verify(data, at=at, roots=roots), request["language"])
            except Unreadable as error:
                answer["signature"] = told(error, request["language"])
    except UnreadableInvoice as error:
        return 2, error.as_json()
    except Unreadable as error:
        return 2, UnreadableInvoice(error.reason, error.field).as_json()
    except MemoryError:
        return 2, UnreadableInvoice(EXHAUSTED).as_json()
    return 0, answer


if __name__ == "__main__":
    serve(_answer)
