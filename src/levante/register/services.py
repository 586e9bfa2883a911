"""Every write of the register: appending, erasing a content, rotating the key."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial

from django.db import transaction

from levante.kernel.api import ROME, Actor, note, note_object, now, refuse, require, service, unchanged
from levante.register.models import Entry, Log
from levante.register.policies import may_erase_content
from levante.register.pure import commitment, heads, tree
from levante.register.pure.canonical import Json
from levante.register.pure.numbers import APART
from levante.register.pure.receipts import Receipt
from levante.register.queries import receipts_of
from levante.register.signing import key_ring, signing_key, successions
from levante.register.storage import Counter, NewEntry, lock_log, write_batch

#: The general register of the body; click days and other exercises open logs of their own.
REGISTER = "register"

#: Kinds the register writes about itself; nobody else may use them, and they are never erased.
OWN_KINDS = "register."
ERASED = "register.content_erased"
ROTATED = "register.key_rotated"
ANCHORED = "register.anchored"


_apart: ContextVar[str] = ContextVar("logs_apart", default="")


@contextmanager
def logs_apart() -> Iterator[None]:
    """Append to logs of another name (``prova-applications``) from here on: a rehearsal, whose transaction is undone, keeps
    no real log locked meanwhile, and its numbers are no others."""
    token = _apart.set(APART)
    try:
        yield
    finally:
        _apart.reset(token)


class IdempotencyConflict(ValueError):
    """The same idempotency key came back with another content: a mistake of the caller, never a second entry."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Something to register. ``subject`` is our own identifier of what it is about (``application:42``), never personal
    data; ``payload`` is JSON and may hold it, because it is only committed to and can be erased. ``idempotency_key``
    names the request, once per log: by our own identifiers too, since its SHA-256 stays in the leaf."""

    kind: str
    subject: str
    payload: Json
    idempotency_key: str


@service("register.append_entry")
def append_entry(
    *, actor: Actor, log: str = REGISTER, kind: str, subject: str, payload: Json, idempotency_key: str
) -> Receipt:
    """Register one thing and give its receipt; the same key again gives the same bytes.

    The log stays locked until the caller's transaction ends, and the receipt proves an entry only from then on: show it
    after the commit. ``IdempotencyConflict`` when the key was used for something else; ``CanonicalError`` when the
    payload is not JSON.
    """
    receipt, fresh = _append_one(log, Draft(kind, subject, payload, idempotency_key))
    if not fresh:
        return unchanged(receipt)
    note(log=log, number=receipt.number)
    return receipt


def append_within(*, log: str = REGISTER, kind: str, subject: str, payload: Json, idempotency_key: str) -> Receipt:
    """``append_entry`` for a service already at work: in its transaction, its audit entry naming log and number."""
    receipt, _ = _append_one(log, Draft(kind, subject, payload, idempotency_key))
    note(log=log, number=receipt.number)
    return receipt


def append_about_itself(*, log: str, draft: Draft) -> None:
    """An entry of the register's own kinds, for its own services, in their transaction."""
    _append(log, [draft])


def _append_one(log: str, draft: Draft) -> tuple[Receipt, int]:
    _check_kind(draft.kind)
    (receipt,), fresh = _append(log, [draft])
    return receipt, fresh


@service("register.append_batch")
def append_batch(*, actor: Actor, log: str = REGISTER, drafts: Sequence[Draft]) -> list[Receipt]:
    """Register many things in their order, under one signed head; receipts in the same order. See ``append_entry``."""
    for kind in {draft.kind for draft in drafts}:
        _check_kind(kind)
    receipts, fresh = _append(log, drafts)
    if not fresh:
        return unchanged(receipts)
    note(log=log, first=receipts[0].number, last=receipts[-1].number, count=len(receipts))
    return receipts


@service("register.erase_entry_content")
def erase_entry_content(*, actor: Actor, entry: Entry, reason: str) -> Receipt:
    """Erase the personal data of an entry (GDPR art. 17): content, salt and subject go, the commitment and proofs stay.

    The erasure is itself an entry of the same log, whose receipt is returned: without it an audit would take the missing
    content for a tampering. ``reason`` names the ground or the act, without personal data.
    """
    require(may_erase_content(actor))
    if not reason.strip():
        refuse("Indica il motivo della cancellazione.", "Say why the content is erased.", field="reason")
    counter = lock_log(Log.objects.get(pk=entry.log_id).name)
    current = Entry.objects.get(pk=entry.pk)
    if current.kind.startswith(OWN_KINDS):
        refuse(
            "Questa registrazione riguarda il registro stesso e non contiene dati personali.",
            "This entry is about the register itself and holds no personal data.",
        )
    payload: dict[str, Json] = {"number": current.number, "reason": reason, "sequence": current.sequence}
    draft = Draft(ERASED, f"entry:{current.number}", payload, f"erase {current.number}")
    if current.is_erased:
        done = Entry.objects.get(log_id=entry.log_id, request=commitment.request_digest(draft.idempotency_key))
        return receipts_of([done])[0]
    Entry.objects.filter(pk=current.pk).update(content=None, salt=None, subject="")
    (receipt,) = _append_locked(counter, [draft])
    note_object(current)
    note(log=counter.name, number=current.number, reason=reason)
    return receipt


@service("register.rotate_key")
def rotate_key(*, actor: Actor) -> Receipt:
    """Sign with a new key from now on, and register the old key's statement about it. Old receipts keep their key.

    The ring is a file and does not follow the transaction: should this one fail, the new key signs all the same, and the
    statement is registered with the next entry (``_owed``).
    """
    signing_key()
    counter = lock_log(REGISTER)
    key = key_ring().rotate(now())
    owed = _owed()
    receipt = _append_drafts(counter, owed)[-1]
    note(key_id=key.key_id, number=receipt.number)
    return receipt


#: Keys whose succession is known to be registered, for good: asked once a process.
_registered: set[str] = set()


def _owed() -> list[Draft]:
    """The statements of succession of the ring that the register does not hold yet."""
    drafts = [
        Draft(ROTATED, f"key:{statement['to']}", statement, f"rotate to {statement['to']}")
        for statement in successions()
        if statement["to"] not in _registered
    ]
    if not drafts:
        return []
    requests = {commitment.request_digest(draft.idempotency_key): draft for draft in drafts}
    held = Entry.objects.filter(log__name=REGISTER, request__in=list(requests)).values_list("request", flat=True)
    for request in map(bytes, held):
        key_id = requests.pop(request).payload["to"]  # type: ignore[index,call-overload]
        transaction.on_commit(partial(_registered.add, str(key_id)))
    return list(requests.values())


def _check_kind(kind: str) -> None:
    if not commitment.is_name(kind) or kind.startswith(OWN_KINDS):
        raise ValueError(f"not a kind of entry: {kind!r}")


def _append(log: str, drafts: Sequence[Draft]) -> tuple[list[Receipt], int]:
    """The receipts, and how many of them are new."""
    if not commitment.is_name(log):
        raise ValueError(f"not the name of a log: {log!r}")
    counter = lock_log(f"{_apart.get()}{log}")
    size = counter.size
    receipts = _append_locked(counter, drafts)
    return receipts, len({receipt.leaf_index for receipt in receipts if receipt.leaf_index >= size})


def _append_locked(counter: Counter, drafts: Sequence[Draft]) -> list[Receipt]:
    """Append to a locked log; before anything else, in the general register, a succession of keys that it still lacks."""
    owed = _owed() if counter.name == REGISTER else []
    return _append_drafts(counter, [*owed, *drafts])[len(owed) :]


def _append_drafts(counter: Counter, drafts: Sequence[Draft]) -> list[Receipt]:
    """Append what is new and find what is not; the log is locked, so nobody else does the same meanwhile."""
    requests = [commitment.request_digest(draft.idempotency_key) for draft in drafts]
    contents = [commitment.content_bytes(draft.kind, draft.subject, draft.payload) for draft in drafts]
    for draft in drafts:
        if len(draft.subject) > 200 or not draft.subject.isprintable():
            raise ValueError("a subject is an identifier of at most 200 printable characters")
    known = {
        bytes(entry.request): entry
        for entry in Entry.objects.filter(log_id=counter.log_id, request__in=list(set(requests)))
    }
    fresh: dict[bytes, int] = {}
    for place, request in enumerate(requests):
        if request in known:
            _check_same(known[request].content, contents[place])
        elif request in fresh:
            _check_same(contents[fresh[request]].decode("utf-8"), contents[place])
        else:
            fresh[request] = place
    receipts: dict[bytes, Receipt] = {}
    if fresh:
        receipts = _write(counter, drafts, contents, fresh)
    if known:
        receipts.update(zip(known, receipts_of(list(known.values())), strict=True))
    return [receipts[request] for request in requests]


def _check_same(before: str | None, content: bytes) -> None:
    if before is None:
        raise IdempotencyConflict(
            "this was registered and its content was then erased: there is no receipt to give again"
        )
    if before.encode("utf-8") != content:
        raise IdempotencyConflict("this idempotency key was already used for another content")


def _write(
    counter: Counter, drafts: Sequence[Draft], contents: Sequence[bytes], fresh: dict[bytes, int]
) -> dict[bytes, Receipt]:
    # The clock may be set back; the log never is: sequence is the order, and instants follow it.
    instant = max(filter(None, (now(), counter.last_instant)))
    text, year = commitment.instant_text(instant), instant.astimezone(ROME).year
    entries = []
    for sequence, ((request, place), salt) in enumerate(
        zip(fresh.items(), commitment.new_salts(len(fresh)), strict=True), counter.size + 1
    ):
        leaf = commitment.Leaf(
            log=counter.name,
            number=commitment.number_text(year, sequence),
            received_at=text,
            kind=drafts[place].kind,
            request=request,
            entry_hash=commitment.entry_hash(salt, contents[place]),
        )
        entries.append(NewEntry(leaf, leaf.hash(), drafts[place].subject, salt, contents[place].decode("utf-8")))
    growth = tree.grow(counter.size, counter.frontier, [entry.leaf_hash for entry in entries])
    head = heads.sign_head(
        signing_key(), log=counter.name, size=growth.size, previous=counter.size, root=growth.root, instant=text
    )
    write_batch(counter, entries, growth, head, instant)
    return {
        request: Receipt(
            log=counter.name,
            number=entry.leaf.number,
            received_at=text,
            kind=drafts[place].kind,
            subject=drafts[place].subject,
            payload=drafts[place].payload,
            salt=entry.salt,
            request=request,
            leaf_index=index,
            inclusion_proof=tuple(growth.inclusion_path(index)),
            head=head,
        )
        for index, ((request, place), entry) in enumerate(zip(fresh.items(), entries, strict=True), counter.size)
    }
