"""What the register answers: entries, receipts, heads, proofs."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Subquery

from levante.register.models import PLACES, Anchor, AuditRun, Entry, Head, Log, RegisterQuerySet
from levante.register.pure import heads, tree
from levante.register.pure.numbers import Quoted, quoted
from levante.register.pure.receipts import Receipt
from levante.register.storage import head_of, receipt_from, stored_nodes


def find_entry(number: str, log: str = "register") -> Entry | None:
    """The entry with a register number, letters and zeros or not; ``None`` when there is none, or the letters are of another
    kind of entry."""
    asked = quoted(number)
    if asked is None or not 0 < asked.place < PLACES:
        return None
    # Through the primary key, which says log and place; the log's own id is found in the same question.
    place = Log.objects.filter(name=log).order_by().values_list(F("id") * PLACES + asked.place)
    found = Entry.objects.filter(pk=Subquery(place), number=asked.bare).first()
    return found if found is not None and asked.written(found.kind) else None


def entries_numbered(asked: Quoted) -> list[Entry]:
    """The entries with a register number, one a log at most. A question for each log would be many: one for all."""
    if not 0 < asked.place < PLACES:
        return []
    places = [pk * PLACES + asked.place for pk in Log.objects.values_list("pk", flat=True)]
    rows = Entry.objects.filter(pk__in=places, number=asked.bare).select_related("log")
    return [row for row in rows.defer("content", "salt").order_by("log__name") if asked.written(row.kind)]


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
        low, high = log_id * PLACES + min(places), log_id * PLACES + max(places)
        first = Head.objects.of_log(log_id).filter(pk__gte=high).order_by("id")[:1]
        covering[log_id] = list(Head.objects.filter(pk__gte=low, pk__lte=first.get().pk).order_by("id"))
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
    log_id = Log.objects.filter(name=log).values_list("pk", flat=True).first()
    if log_id is None or (size is not None and not 0 < size < PLACES):
        return None
    rows = Head.objects.of_log(log_id)
    row = (rows.order_by("-id") if size is None else rows.filter(pk=log_id * PLACES + size)).first()
    return head_of(row, log) if row else None


def recent_heads(log: str, count: int = 20) -> list[Head]:
    """The last heads of a log with the stamps of the authorities, the newest first."""
    log_id = Log.objects.filter(name=log).values_list("pk", flat=True).first()
    if log_id is None:
        return []
    return list(Head.objects.of_log(log_id).prefetch_related("anchors").order_by("-id")[:count])


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


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows of a log, the newest first, and where the next piece begins (``None`` at the end of the log)."""

    rows: list[Any]
    cursor: int | None


def entries_before(log: Log, *, before: int | None = None, count: int = 50) -> Piece:
    """The entries that precede a place of a log (its last ones, without any). A walk on the primary key, never a count."""
    rows = Entry.objects.of_log(log.pk).defer("content", "salt")
    return _piece(rows, log, before, count, lambda row: row.sequence)


def heads_before(log: Log, *, before: int | None = None, count: int = 50) -> Piece:
    """The signed heads of fewer entries than ``before``, with the stamps of the authorities."""
    return _piece(Head.objects.of_log(log.pk).prefetch_related("anchors"), log, before, count, lambda row: row.size)


def _piece(rows: RegisterQuerySet, log: Log, before: int | None, count: int, place: Callable[[Any], int]) -> Piece:
    if before is not None:
        rows = rows.filter(pk__lt=log.pk * PLACES + max(0, min(before, PLACES - 1)))
    found = list(rows.order_by("-pk")[: count + 1])
    return Piece(found[:count], place(found[count - 1]) if len(found) > count else None)


def head_over(entry: Entry) -> Head | None:
    """The head an entry was committed with: the first that covers it."""
    rows = Head.objects.of_log(entry.log_id).filter(pk__gte=entry.pk).prefetch_related("anchors")
    return rows.order_by("pk").first()


def last_heads(logs: Sequence[Log]) -> dict[int, Head]:
    """The last head of each log, with its stamps: a log's counter says its size, and so its id. Two queries."""
    ids = [log.pk * PLACES + log.size for log in logs if log.size]
    return {head.log_id: head for head in Head.objects.filter(pk__in=ids).prefetch_related("anchors")}


def last_anchors(count: int = 10) -> list[Anchor]:
    """The last calls to time-stamping authorities about any log, the newest first."""
    return list(Anchor.objects.select_related("head__log").order_by("-id")[:count])


def last_audit() -> AuditRun | None:
    """The last audit that came to its end."""
    return AuditRun.objects.filter(state=AuditRun.ENDED).order_by("-id").first()
