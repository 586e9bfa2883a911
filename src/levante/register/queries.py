"""What the register answers: entries, receipts, heads, proofs."""

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

from levante.register.models import PLACES, Anchor, Entry, Head, Log
from levante.register.pure import heads, tree
from levante.register.pure.commitment import sequence_of
from levante.register.pure.receipts import Receipt
from levante.register.storage import head_of, receipt_from, stored_nodes


def find_entry(number: str, log: str = "register") -> Entry | None:
    """The entry with a register number, or ``None`` (also when the text is not a number)."""
    try:
        sequence = sequence_of(number)
    except ValueError:
        return None
    return Entry.objects.filter(log__name=log, sequence=sequence, number=number).first()


def holds(entry: Entry, entry_hash: str) -> bool:
    """Whether an entry commits to this hash (hexadecimal): what the QR of a printed receipt asks."""
    return bytes(entry.entry_hash).hex() == entry_hash


def entries_about(subject: str) -> list[Entry]:
    """The entries about one thing, the oldest first; what was erased is no longer about anything."""
    return list(Entry.objects.filter(subject=subject).select_related("log").order_by("id")) if subject else []


def receipt_of(entry: Entry) -> Receipt:
    """The receipt of an entry, byte for byte the one first handed out. ``ValueError`` when its content was erased."""
    return receipts_of([entry])[0]


def receipts_of(entries: Sequence[Entry]) -> list[Receipt]:
    """The receipts of stored entries of one log or more, in the order given."""
    names = dict(Log.objects.filter(pk__in={entry.log_id for entry in entries}).values_list("pk", "name"))
    nodes = {log_id: stored_nodes(log_id) for log_id in names}
    covering: dict[int, list[Head]] = {}  # of each log, the heads that may be the first to hold an entry
    for log_id in names:
        places = [entry.sequence for entry in entries if entry.log_id == log_id]
        first = Head.objects.filter(log_id=log_id, size__gte=max(places)).order_by("size")[:1]
        low = log_id * PLACES + min(places)
        covering[log_id] = list(Head.objects.filter(pk__gte=low, pk__lte=first.get().pk).order_by("size"))
    receipts = []
    for entry in entries:
        rows = covering[entry.log_id]
        row = rows[bisect_left(rows, entry.sequence, key=lambda head: head.size)]
        head = head_of(row, names[entry.log_id])
        path = tree.inclusion_path(entry.sequence - 1, head.size, nodes[entry.log_id])
        receipts.append(receipt_from(entry, names[entry.log_id], head, path))
    return receipts


def log_names() -> list[str]:
    return list(Log.objects.order_by("name").values_list("name", flat=True))


def find_head(log: str, size: int | None = None) -> heads.Head | None:
    """The signed head of a log at a size (the last one when none is given), or ``None``."""
    rows = Head.objects.filter(log__name=log)
    row = (rows.order_by("-id") if size is None else rows.filter(size=size)).first()
    return head_of(row, log) if row else None


def recent_heads(log: str, count: int = 20) -> list[Head]:
    """The last heads of a log with the stamps of the authorities, the newest first."""
    return list(Head.objects.filter(log__name=log).prefetch_related("anchors").order_by("-id")[:count])


def consistency_path(log: str, first: int, second: int) -> list[bytes]:
    """The proof that the log of ``second`` entries continues the one of ``first``. ``LookupError`` without that log."""
    row = Log.objects.filter(name=log).first()
    if row is None or second > row.size:
        raise LookupError(f"the log {log} does not hold {second} entries")
    return tree.consistency_path(first, second, stored_nodes(row.pk))


def head_document(log: str, size: int | None = None, since: int | None = None) -> dict[str, Any] | None:
    """A head as it is published: ``{format, head, consistency?}``, with the proof from an earlier size when asked."""
    head = find_head(log, size)
    if head is None:
        return None
    if since is None:
        return head.as_json()
    path = consistency_path(log, since, head.size)
    return {
        "format": "levante.register.consistency/1",
        "from_size": since,
        "head": head.as_json(),
        "path": [item.hex() for item in path],
    }


def anchors_of(log: str, count: int = 20) -> list[Anchor]:
    """The last calls to time-stamping authorities about a log, the newest first."""
    return list(Anchor.objects.filter(head__log__name=log).select_related("head").order_by("-id")[:count])
