"""A published order recomputed by whoever downloads it: the tree, its signed head, the instants, and the case of the money.

No Django and no database: the file, the case and a public key are all it needs. Order and case may be a million places: given
as ``kernel.pure.pieces.large_object`` reads them, they are walked and never held.
"""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b, sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from levante.intake.lane.answers import KIND, leaf_hash_of
from levante.kernel.pure import Bilingual, problems_as_json, why_unreadable
from levante.kernel.pure.pieces import Listed
from levante.register.pure import tree
from levante.register.pure.canonical import CanonicalError, canonical_bytes
from levante.register.pure.commitment import parse_instant, sequence_of
from levante.register.pure.heads import HeadError, read_head
from levante.register.pure.receipts import verify_receipt

#: The kind of the register's entry about the case of a closed day.
CASE_KIND = "intake.case"
ORDER_FORMAT = "levante.intake.order/1"
MOST_PROBLEMS = 100


class NotAnOrder(ValueError):
    """The document is not a frozen order."""


def recompute(
    order: Any, keys: Mapping[str, Ed25519PublicKey] | None = None, cases: Sequence[Any] = ()
) -> dict[str, Any]:
    """``{ok, size, root, signature, case, problems, problems_it, problem_count}``; ``signature`` is ``not_checked`` without keys.

    ``cases`` is the case of the day; where the opening has lines, that of each: together they hold every place of the order,
    once. ``case`` is what they are worth: ``committed`` when the register holds the hash of each, ``invalid`` when it
    holds another or its receipt does not hold, ``missing`` when it holds none, ``not_checked`` without cases or keys.
    """
    if (
        not isinstance(order, dict)
        or order.get("format") != ORDER_FORMAT
        or not isinstance(order.get("entries"), list | Listed)
    ):
        raise NotAnOrder(f"the document is not a {ORDER_FORMAT}")
    problems: list[Bilingual] = []
    builder, places, last = tree.Builder(), _Places(), ""
    opens_at, closes_at = order.get("opens_at"), order.get("closes_at")
    stops = _stops(order)
    for place, row in enumerate(order["entries"], 1):
        try:
            number, at, request, entry = row["number"], row["received_at"], row["request"], row["entry_hash"]
            parse_instant(at)
            leaf = leaf_hash_of(order["log"], number, at, bytes.fromhex(request), bytes.fromhex(entry))
            if row["position"] != place or sequence_of(number) != place or row["kind"] != KIND:
                problems.append(
                    Bilingual(
                        f"posto {place}: dice di essere il {row['position']}, con il numero {number}",
                        f"place {place}: says it is {row['position']}, number {number}",
                    )
                )
        except (KeyError, TypeError, ValueError) as error:
            why = why_unreadable(error)
            problems.append(
                Bilingual(f"posto {place}: non si legge ({why.it})", f"place {place}: cannot be read ({why.en})")
            )
            places.add("", "")
            continue
        if leaf.hex() != row.get("leaf_hash"):
            problems.append(
                Bilingual(
                    f"posto {place}: la sua foglia non è l’impronta di ciò che dice",
                    f"place {place}: its leaf is not the hash of what it says",
                )
            )
        if at < last:
            problems.append(
                Bilingual(
                    f"posto {place}: il suo istante viene prima di quello precedente",
                    f"place {place}: its instant precedes the one before",
                )
            )
        if (opens_at and at < opens_at) or (closes_at and at >= closes_at):
            problems.append(
                Bilingual(
                    f"posto {place}: il suo istante è fuori dalla finestra",
                    f"place {place}: its instant is outside the window",
                )
            )
        if any(since <= at and (until is None or at < until) for since, until in stops):
            problems.append(
                Bilingual(
                    f"posto {place}: al suo istante lo sportello era sospeso",
                    f"place {place}: its instant is one at which the opening was stopped",
                )
            )
        last = at
        places.add(number, at)
        builder.add(leaf)
    root = builder.root().hex()
    signature = _head(order, root, builder.size, keys, problems)
    if cases:
        _covered(cases, places, problems)
    case = _commitments(order, root, builder.size, cases, keys, problems)
    return {
        "ok": not problems,
        "size": builder.size,
        "root": root,
        "signature": signature,
        "case": case,
        **problems_as_json(problems, MOST_PROBLEMS),
    }


def _stops(order: dict[str, Any]) -> list[tuple[str, str | None]]:
    try:
        found = [(one["from"], one["until"]) for one in order.get("stops") or ()]
        for since, until in found:
            parse_instant(since)
            parse_instant(until or since)
    except (KeyError, TypeError, ValueError) as error:
        raise NotAnOrder(f"its stops cannot be read ({why_unreadable(error).en})") from error
    return found


def _head(
    order: dict[str, Any], root: str, size: int, keys: Mapping[str, Ed25519PublicKey] | None, problems: list[Bilingual]
) -> str:
    if order.get("head") is None:
        if size:
            problems.append(Bilingual("manca la testa delle registrazioni", "there is no head over the entries"))
        return "not_checked"
    try:
        head = read_head(order["head"])
    except HeadError as error:
        problems.append(Bilingual(f"la testa non si legge: {error.it}", f"the head cannot be read: {error.en}"))
        return "not_checked"
    if (head.log, head.size, head.root.hex()) != (order["log"], size, root):
        problems.append(
            Bilingual(
                "la testa non è di queste registrazioni: registro, numero o radice sono diversi",
                "the head is not over these entries: log, size or root differ",
            )
        )
    if keys is None:
        return "not_checked"
    key = keys.get(head.key_id)
    if key is None or not head.is_signed_by(key):
        problems.append(
            Bilingual(
                "la firma della testa non regge con le chiavi date",
                "the signature of the head does not hold under the given keys",
            )
        )
        return "invalid"
    return "valid"


class _Places:
    """Number and instant of each place of an order, as sixteen bytes of a hash: a million of them are 17 MB."""

    _SIZE = 16

    def __init__(self) -> None:
        self._hashes, self._lengths, self._seen = bytearray(), bytearray(), bytearray()

    def add(self, number: str, at: str) -> None:
        self._hashes += self._hash(number, at)
        self._lengths.append(min(len(number), 255))
        self._seen.append(0)

    def holds(self, place: int, id_: str, at: str) -> bool:
        """Is the place that of a number with which ``id_`` ends, at this instant?"""
        if not 0 < place <= len(self._lengths) or not self._lengths[place - 1]:
            return False
        start = (place - 1) * self._SIZE
        ending = id_[-self._lengths[place - 1] :]
        return self._hashes[start : start + self._SIZE] == self._hash(ending, at)

    def see(self, place: int) -> bool:
        """Mark a place as found; false when it was already."""
        before, self._seen[place - 1] = self._seen[place - 1], 1
        return not before

    def unseen(self) -> Iterator[int]:
        return (place for place, seen in enumerate(self._seen, 1) if not seen and self._lengths[place - 1])

    def _hash(self, number: str, at: str) -> bytes:
        return blake2b(f"{number} {at}".encode(), digest_size=self._SIZE).digest()


def _covered(cases: Sequence[Any], places: _Places, problems: list[Bilingual]) -> None:
    """Each submission of the cases is an entry of the order, by its place, its instant, its number; and each entry of the order
    is a submission of one case, once: a case that leaves somebody out is of another day."""
    for case in cases:
        submissions = case.get("submissions") if isinstance(case, dict) else None
        if not isinstance(submissions, list | Listed):
            problems.append(Bilingual("il caso non ha domande", "the case has no submissions"))
            continue
        for one in submissions:
            try:
                place = one["seq"]
                same = type(place) is int and places.holds(place, str(one["id"]), one["received_at"])
            except (KeyError, TypeError):
                same = False
            name = one.get("id") if isinstance(one, dict) else one
            if not same:
                problems.append(
                    Bilingual(
                        f"il caso: la domanda {name} non è nell’ordine",
                        f"the case: submission {name} is not in the order",
                    )
                )
            elif not places.see(place):
                problems.append(
                    Bilingual(
                        f"il caso: la domanda {name} c’è due volte", f"the case: submission {name} is there twice"
                    )
                )
    problems += (
        Bilingual(f"il posto {place} dell’ordine non è nel caso", f"place {place} of the order is not in the case")
        for place in places.unseen()
    )


def _commitments(
    order: Mapping[str, Any],
    root: str,
    size: int,
    cases: Sequence[Any],
    keys: Mapping[str, Ed25519PublicKey] | None,
    problems: list[Bilingual],
) -> str:
    """What the register says of the cases: the receipts in the order's ``cases``, of which the last of each line holds."""
    if not cases:
        return "not_checked"
    told = order.get("cases") or []
    if not told:
        if keys is None:
            return "not_checked"
        problems.append(
            Bilingual(
                "il registro non ha l’impronta del caso: nulla prova i suoi importi e le sue condizioni",
                "the register holds no hash of the case: nothing proves its amounts and its terms",
            )
        )
        return "missing"
    before, holding = len(problems), dict[Any, str]()
    for receipt in told if isinstance(told, list) else [told]:
        _commitment(order, root, size, receipt, keys, holding, problems)
    for case in cases:
        try:
            found = _digest(case)
        except CanonicalError as error:
            problems.append(
                Bilingual(f"il caso non ha un’impronta: {error.it}", f"the case cannot be hashed: {error.en}")
            )
            continue
        if found not in holding.values():
            problems.append(
                Bilingual(
                    f"l’impronta del caso non è quella nel registro: {found}",
                    f"the hash of the case is not the one in the register: {found}",
                )
            )
    if len(problems) > before:
        return "invalid"
    return "committed" if keys is not None else "not_checked"


def _digest(case: Any) -> str:
    """SHA-256 of a case as canonical JSON (RFC 8785), its submissions one by one where they are not held."""
    if not isinstance(case, dict) or not any(isinstance(value, Listed) for value in case.values()):
        return sha256(canonical_bytes(case)).hexdigest()
    found, between = sha256(), b"{"
    for name in sorted(case, key=lambda name: name.encode("utf-16-be", "surrogatepass")):
        found.update(between + canonical_bytes(name) + b":")
        if isinstance(case[name], Listed):
            found.update(b"[")
            for place, item in enumerate(case[name]):
                found.update((b"," if place else b"") + canonical_bytes(item))
            found.update(b"]")
        else:
            found.update(canonical_bytes(case[name]))
        between = b","
    found.update(b"}")
    return found.hexdigest()


def _commitment(
    order: Mapping[str, Any],
    root: str,
    size: int,
    receipt: Any,
    keys: Mapping[str, Ed25519PublicKey] | None,
    holding: dict[Any, str],
    problems: list[Bilingual],
) -> None:
    try:
        kind, payload = receipt["entry"]["kind"], receipt["entry"]["payload"]
        line, digest = payload["line"], payload["sha256"]
        of_this = (payload["log"], payload["size"], payload["root"]) == (order["log"], size, root if size else None)
        of_this = of_this and kind == CASE_KIND and isinstance(line, str | None)
        document = canonical_bytes(receipt)
    except (KeyError, TypeError, CanonicalError) as error:
        why = why_unreadable(error)
        problems.append(
            Bilingual(
                f"una ricevuta del caso non si legge ({why.it})", f"a receipt of the case cannot be read ({why.en})"
            )
        )
        return
    if not of_this:
        problems.append(
            Bilingual("una ricevuta del caso non è di questo ordine", "a receipt of the case is not of this order")
        )
        return
    if keys is not None and not (verdict := verify_receipt(document, keys)):
        problems.append(
            Bilingual(
                f"una ricevuta del caso non regge: {verdict.reason.it}",
                f"a receipt of the case does not hold: {verdict.reason.en}",
            )
        )
        return
    holding[line] = str(digest)
