"""The audit: everything the register holds is computed again from its entries and compared, bit by bit.

It trusts nothing in the database: numbers, instants, contents against their commitments, leaves, subtrees, heads, counter.
Only the public keys (from the ring, or given) are taken as true.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.x509 import Certificate
from django.db import connection, transaction

from levante.register.anchoring import ANCHORING, anchor_subject, row_digest
from levante.register.models import PLACES, Anchor, Entry
from levante.register.pure import commitment, heads, tree
from levante.register.pure.canonical import CanonicalError, canonical_bytes, parse_json
from levante.register.pure.timestamps import TimestampError, build_request, verify_response
from levante.register.services import ANCHORED, ERASED

#: After so many findings the rest adds nothing: the count goes on, the list stops.
MOST_PROBLEMS = 200


@dataclass(slots=True)
class Audit:
    """What was found: ``logs`` with their figures, ``problems`` (the first ones) and how many there are; how many stamps
    of outside authorities were checked, and how many could not be because nobody said which authorities are trusted."""

    logs: list[dict[str, Any]] = field(default_factory=list)
    problems: list[dict[str, str]] = field(default_factory=list)
    count: int = 0
    stamps: int = 0
    unchecked: int = 0

    def found(self, log: str, where: str, what: str) -> None:
        self.count += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append({"log": log, "where": where, "what": what})

    def as_json(self) -> dict[str, Any]:
        return {
            "ok": not self.count,
            "logs": self.logs,
            "anchors": {"checked": self.stamps, "unchecked": self.unchecked},
            "problems": self.problems,
            "problem_count": self.count,
        }


#: After so many entries an audit says how far it is.
STEP = 5000


def audit_register(
    keys: Mapping[str, Ed25519PublicKey],
    roots: Sequence[Certificate] = (),
    progress: Callable[[int, int], None] | None = None,
    known: Sequence[heads.Head] = (),
) -> Audit:
    """Go through every log once, in one consistent snapshot of the database, while others may go on appending.

    ``keys`` are the trusted public keys by id; ``roots`` the certificates of the time-stamping authorities, without which
    stamps are only counted (``unchecked``). ``progress`` is told how many entries were gone through, of how many. ``known``
    are signed heads kept outside the database (receipts carry one): what the register holds must continue each of them, so
    that a log cut short coherently, or gone, is found.
    """
    audit = Audit()
    seen = 0
    with transaction.atomic():
        with connection.cursor() as cursor:
            if not _inside_a_transaction():
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute(
                f"SELECT id, name, size, {_instant('last_instant')}, frontier FROM register_log ORDER BY id"  # noqa: S608
            )
            logs = cursor.fetchall()
        total = sum(row[2] for row in logs)

        def told(count: int) -> None:
            if progress is not None:
                progress(seen + count, total)

        for row in logs:
            _audit_log(audit, row, keys, told, [head for head in known if head.log == row[1]])
            seen += audit.logs[-1]["size"]
        for head in known:
            if head.log not in {row[1] for row in logs}:
                audit.found(head.log, f"head {head.size}", "was given out, and its log is not there")
        _audit_orphans(audit, [row[0] for row in logs])
        _audit_anchors(audit, {row[0]: row[1] for row in logs}, roots)
    return audit


def _inside_a_transaction() -> bool:
    return len(connection.savepoint_ids) > 0


def _rows(name: str, statement: str, parameters: list[Any]) -> Iterator[tuple[Any, ...]]:
    """The rows of a statement, a few thousand at a time whatever their number."""
    assert connection.connection is not None
    with connection.connection.cursor(name=name) as cursor:
        cursor.itersize = STEP
        cursor.execute(statement, parameters)
        yield from cursor


def _instant(column: str) -> str:
    """A column of instants as Python can read it: what no calendar of four figures holds comes as nothing, and is found."""
    return f"CASE WHEN {column} >= '0001-01-02' AND {column} < '9999-12-31' THEN {column} END"


def _audit_log(
    audit: Audit,
    row: tuple[Any, ...],
    keys: Mapping[str, Ed25519PublicKey],
    told: Callable[[int], None],
    known: Sequence[heads.Head],
) -> None:
    log_id, name, size, last_instant, frontier = row
    entries = _rows(
        f"entries_{log_id}",
        f"SELECT id, sequence, number, {_instant('received_at')}, kind, subject, request, entry_hash, leaf_hash, salt,"  # noqa: S608
        " content FROM register_entry WHERE log_id = %s ORDER BY sequence",
        [log_id],
    )
    walk = _Walk(audit, log_id, name, keys, known)
    for count, entry in enumerate(entries, 1):
        walk.entry(entry)
        if count % STEP == 0:
            told(count)
    told(walk.builder.size)
    walk.finish()
    if size != walk.builder.size:
        audit.found(name, "counter", f"the counter says {size} entries, there are {walk.builder.size}")
    if bytes(frontier) != tree.pack(walk.builder.frontier):
        audit.found(name, "counter", "the frontier is not the one of the entries")
    if last_instant != walk.last_instant:
        audit.found(name, "counter", "the last instant is not the one of the last entry")
    if walk.last_head != walk.builder.size:
        audit.found(name, "head", "the last head does not cover the last entry")
    audit.logs.append(
        {
            "log": name,
            "size": walk.builder.size,
            "root": walk.builder.root().hex(),
            "heads": walk.heads,
            "erased": len(walk.erased),
        }
    )


class _Walk:
    """The state of going through one log: the tree so far and the heads and subtrees still to be met."""

    def __init__(
        self, audit: Audit, log_id: int, name: str, keys: Mapping[str, Ed25519PublicKey], known: Sequence[heads.Head]
    ) -> None:
        self.audit, self.log_id, self.name, self.keys = audit, log_id, name, keys
        self.builder = tree.Builder()
        self.last_instant: datetime | None = None
        self.heads = 0
        self.last_head = 0
        self.erased: set[int] = set()
        self._explained: set[int] = set()
        self._known = sorted(known, key=lambda head: head.size, reverse=True)
        self._heads = _rows(
            f"heads_{log_id}",
            f"SELECT id, size, previous, root, {_instant('instant')}, key_id, signature FROM register_head"  # noqa: S608
            " WHERE log_id = %s ORDER BY size, id",
            [log_id],
        )
        self._next_head = next(self._heads, None)
        with connection.cursor() as cursor:
            cursor.execute("SELECT level, index, root FROM register_subtree WHERE log_id = %s", [log_id])
            self._subtrees = {(level, index): bytes(root) for level, index, root in cursor.fetchall()}

    def entry(self, row: tuple[Any, ...]) -> None:
        identity, sequence, number, received_at, kind, subject, request, digest, leaf, salt, content = row
        place = self.builder.size + 1
        where = f"entry {place}"
        if sequence != place or identity != self.log_id * PLACES + sequence:
            self.audit.found(self.name, where, f"its place says {sequence} (id {identity})")
        if received_at is None:
            self.audit.found(self.name, where, "its instant is in no calendar")
            received_at = self.last_instant or datetime.min.replace(year=2, tzinfo=UTC)
        if self.last_instant is not None and received_at < self.last_instant:
            self.audit.found(self.name, where, "its instant precedes the one before")
        self.last_instant = received_at
        if number != commitment.number_text(int(number[:4]) if number[:4].isdecimal() else 0, place):
            self.audit.found(self.name, where, f"its number {number} is not the one of its place")
        self._content(where, place, kind, subject, bytes(digest), salt, content)
        computed = commitment.Leaf(
            self.name, number, commitment.instant_text(received_at), kind, bytes(request), bytes(digest)
        ).hash()
        if computed != bytes(leaf):
            self.audit.found(self.name, where, "its leaf is not the hash of what it says")
        # The tree goes on with what the row says: a changed leaf column shows above, a changed field in every head after.
        for level, index, root in self.builder.add(computed):
            stored = self._subtrees.pop((level // tree.STORED_EVERY, index), None)
            if stored != root:
                self.audit.found(
                    self.name, f"subtree {level // tree.STORED_EVERY}:{index}", "is not the root of its leaves"
                )
        while self._known and self._known[-1].size <= self.builder.size:
            self._given_out(self._known.pop())
        while self._next_head is not None and self._next_head[1] <= self.builder.size:
            self._head(self._next_head)
            self._next_head = next(self._heads, None)

    def _content(
        self, where: str, place: int, kind: str, subject: str, digest: bytes, salt: Any, content: str | None
    ) -> None:
        if salt is None or content is None:
            self.erased.add(place)
            if salt is not None or content is not None or subject:
                self.audit.found(self.name, where, "is neither whole nor erased")
            return
        try:
            if commitment.entry_hash(bytes(salt), content.encode("utf-8")) != digest:
                self.audit.found(self.name, where, "its content or salt is not the one committed to")
                return
            value = parse_json(content)
            if canonical_bytes(value) != content.encode("utf-8"):
                self.audit.found(self.name, where, "its content is not canonical")
            if (value["kind"], value["subject"]) != (kind, subject):
                self.audit.found(self.name, where, "its kind or subject is not the one of its content")
            if kind == ERASED:
                self._explained.add(int(value["payload"]["sequence"]))
        except (CanonicalError, ValueError, KeyError, TypeError) as error:
            self.audit.found(self.name, where, f"its content cannot be read: {error}")

    def _head(self, row: tuple[Any, ...]) -> None:
        identity, size, previous, root, instant, key_id, signature = row
        where = f"head {size}"
        self.heads += 1
        if size <= self.last_head or identity != self.log_id * PLACES + size:
            self.audit.found(self.name, where, f"is out of its place (id {identity})")
        if previous != self.last_head:
            self.audit.found(self.name, where, f"follows a head of {previous} entries, which is not there")
        self.last_head = max(size, self.last_head)
        if size != self.builder.size or bytes(root) != self.builder.root():
            self.audit.found(self.name, where, "its root is not the one of the entries before it")
        if instant is None or instant != self.last_instant:
            self.audit.found(self.name, where, "its instant is not the one of its last entry")
            instant = self.last_instant or datetime.min.replace(year=2, tzinfo=UTC)
        head = heads.Head(
            self.name, size, previous, bytes(root), commitment.instant_text(instant), key_id, bytes(signature)
        )
        key = self.keys.get(key_id)
        if key is None:
            self.audit.found(self.name, where, f"is signed with a key that is not trusted: {key_id}")
        elif not head.is_signed_by(key):
            self.audit.found(self.name, where, "its signature is not valid")

    def _given_out(self, head: heads.Head) -> None:
        """A head that is known from outside: signed with a trusted key, it says what the log held then."""
        key = self.keys.get(head.key_id)
        if key is None or not head.is_signed_by(key):
            self.audit.found(
                self.name, f"head {head.size}", "was given from outside and is not signed with a trusted key"
            )
        elif head.root != self.builder.root():
            self.audit.found(self.name, f"head {head.size}", "was given out for other entries than these")

    def finish(self) -> None:
        for head in self._known:
            self.audit.found(
                self.name, f"head {head.size}", f"was given out, and the log has {self.builder.size} entries"
            )
        while self._next_head is not None:
            self.audit.found(self.name, f"head {self._next_head[1]}", "covers entries that are not there")
            self._next_head = next(self._heads, None)
        for level, index in self._subtrees:
            self.audit.found(self.name, f"subtree {level}:{index}", "covers entries that are not there")
        for place in sorted(self.erased - self._explained):
            self.audit.found(self.name, f"entry {place}", "its content is missing and no entry tells of its erasure")
        for place in sorted(self._explained - self.erased):
            self.audit.found(self.name, f"entry {place}", "is told to be erased and its content is there")


def _audit_orphans(audit: Audit, known: list[int]) -> None:
    with connection.cursor() as cursor:
        for table in ("register_entry", "register_head", "register_subtree"):
            cursor.execute(f"SELECT count(*) FROM {table} WHERE NOT log_id = ANY(%s)", [known])  # noqa: S608 - constants
            (count,) = cursor.fetchone()
            if count:
                audit.found("", table, f"{count} rows of logs that do not exist")


#: Calls whose row, or whose head's, Python cannot read: they are found as such, and read no further.
_UNREADABLE = f"""
SELECT anchor.id FROM register_anchor anchor JOIN register_head head ON head.id = anchor.head_id
 WHERE anchor.nonce::text IN ('NaN', 'Infinity', '-Infinity') OR {_instant("anchor.asked_at")} IS NULL
    OR (anchor.instant IS NOT NULL AND {_instant("anchor.instant")} IS NULL) OR {_instant("head.instant")} IS NULL
 ORDER BY anchor.id
"""  # noqa: S608 - the columns are named here


def _calls_told(audit: Audit) -> dict[str, str]:
    """The digest of each call's row, by subject, as the entries of the log of the calls commit to them."""
    told: dict[str, str] = {}
    rows = Entry.objects.filter(log__name=ANCHORING).order_by("sequence")
    for sequence, kind, subject, content in rows.values_list("sequence", "kind", "subject", "content").iterator(STEP):
        try:
            digest = str(parse_json(content or "")["payload"]["row"])  # type: ignore[call-overload, index]
        except (CanonicalError, ValueError, KeyError, TypeError):
            digest = ""
        if kind != ANCHORED or subject in told or not digest:
            audit.found(ANCHORING, f"entry {sequence}", "does not tell of a call to an authority")
        told[subject] = digest
    return told


def _audit_anchors(audit: Audit, names: dict[int, str], roots: Sequence[Certificate]) -> None:
    told = _calls_told(audit)
    with connection.cursor() as cursor:
        cursor.execute(_UNREADABLE)
        unreadable = [row[0] for row in cursor.fetchall()]
    for pk in unreadable:
        audit.found(ANCHORING, f"anchor {pk}", "holds an instant or a nonce that is none")
    for anchor in Anchor.objects.exclude(pk__in=unreadable).select_related("head").iterator(chunk_size=500):
        head = anchor.head
        name = names.get(head.log_id, "")
        if told.pop(anchor_subject(anchor), None) != row_digest(anchor):
            audit.found(name, f"anchor of head {head.size}", "is not the call that its entry commits to")
        claims = anchor.instant is not None or bool(anchor.serial)
        if anchor.outcome not in dict(Anchor.OUTCOMES) or (anchor.outcome == Anchor.GRANTED) == bool(anchor.reason):
            audit.found(name, f"anchor of head {head.size}", "its outcome and its reason do not agree")
        signed = heads.head_bytes(
            log=name,
            size=head.size,
            previous=head.previous,
            root=bytes(head.root),
            instant=commitment.instant_text(head.instant),
            key_id=head.key_id,
        )
        if bytes(anchor.request) != build_request(signed, int(anchor.nonce)):
            audit.found(name, f"anchor of head {head.size}", "asked something else than a stamp of this head")
        if not claims and anchor.outcome != Anchor.GRANTED:
            continue
        if not roots:
            audit.unchecked += 1
            continue
        audit.stamps += 1
        try:
            stamp = verify_response(bytes(anchor.response or b""), signed, roots=roots, nonce=int(anchor.nonce))
        except TimestampError as error:
            audit.found(name, f"anchor of head {head.size}", str(error))
            continue
        stated = anchor.instant.astimezone(UTC) if anchor.instant else None
        if (stamp.instant, str(stamp.serial)) != (stated, anchor.serial):
            audit.found(name, f"anchor of head {head.size}", "states another instant or serial than its stamp")
    for subject in told:
        audit.found(ANCHORING, subject, "is told by an entry and is not there")
