"""A published order recomputed by whoever downloads it: the tree, its signed head, the instants, and the case of the money.

No Django and no database: the file, the case and a public key are all it needs.
"""

from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from levante.intake.lane.answers import KIND, leaf_hash_of
from levante.register.pure import tree
from levante.register.pure.commitment import parse_instant, sequence_of
from levante.register.pure.heads import HeadError, read_head

ORDER_FORMAT = "levante.intake.order/1"
MOST_PROBLEMS = 100


class NotAnOrder(ValueError):
    """The document is not a frozen order."""


def recompute(order: Any, keys: Mapping[str, Ed25519PublicKey] | None = None, case: Any = None) -> dict[str, Any]:
    """``{ok, size, root, signature, problems, problem_count}``; ``signature`` is ``not_checked`` without keys."""
    if not isinstance(order, dict) or order.get("format") != ORDER_FORMAT or not isinstance(order.get("entries"), list):
        raise NotAnOrder(f"the document is not a {ORDER_FORMAT}")
    problems: list[str] = []
    builder, places, last = tree.Builder(), dict[int, tuple[str, str]](), ""
    opens_at, closes_at = order.get("opens_at"), order.get("closes_at")
    stops = _stops(order)
    for place, row in enumerate(order["entries"], 1):
        try:
            number, at, request, entry = row["number"], row["received_at"], row["request"], row["entry_hash"]
            parse_instant(at)
            leaf = leaf_hash_of(order["log"], number, at, bytes.fromhex(request), bytes.fromhex(entry))
            if row["position"] != place or sequence_of(number) != place or row["kind"] != KIND:
                problems.append(f"place {place}: says it is {row['position']}, number {number}")
        except (KeyError, TypeError, ValueError) as error:
            problems.append(f"place {place}: cannot be read ({error})")
            continue
        if leaf.hex() != row.get("leaf_hash"):
            problems.append(f"place {place}: its leaf is not the hash of what it says")
        if at < last:
            problems.append(f"place {place}: its instant precedes the one before")
        if (opens_at and at < opens_at) or (closes_at and at >= closes_at):
            problems.append(f"place {place}: its instant is outside the window")
        if any(since <= at and (until is None or at < until) for since, until in stops):
            problems.append(f"place {place}: its instant is one at which the opening was stopped")
        last = at
        places[place] = (number, at)
        builder.add(leaf)
    root = builder.root().hex()
    signature = _head(order, root, builder.size, keys, problems)
    if case is not None:
        _case(case, places, problems)
    return {
        "ok": not problems,
        "size": builder.size,
        "root": root,
        "signature": signature,
        "problems": problems[:MOST_PROBLEMS],
        "problem_count": len(problems),
    }


def _stops(order: dict[str, Any]) -> list[tuple[str, str | None]]:
    try:
        found = [(one["from"], one["until"]) for one in order.get("stops") or ()]
        for since, until in found:
            parse_instant(since)
            parse_instant(until or since)
    except (KeyError, TypeError, ValueError) as error:
        raise NotAnOrder(f"its stops cannot be read ({error})") from error
    return found


def _head(
    order: dict[str, Any], root: str, size: int, keys: Mapping[str, Ed25519PublicKey] | None, problems: list[str]
) -> str:
    if order.get("head") is None:
        if size:
            problems.append("there is no head over the entries")
        return "not_checked"
    try:
        head = read_head(order["head"])
    except HeadError as error:
        problems.append(f"the head cannot be read: {error}")
        return "not_checked"
    if (head.log, head.size, head.root.hex()) != (order["log"], size, root):
        problems.append("the head is not over these entries: log, size or root differ")
    if keys is None:
        return "not_checked"
    key = keys.get(head.key_id)
    if key is None or not head.is_signed_by(key):
        problems.append("the signature of the head does not hold under the given keys")
        return "invalid"
    return "valid"


def _case(case: Any, places: Mapping[int, tuple[str, str]], problems: list[str]) -> None:
    """Each submission of the case is an entry of the order: its place, its instant, its number."""
    submissions = case.get("submissions") if isinstance(case, dict) else None
    if not isinstance(submissions, list):
        problems.append("the case has no submissions")
        return
    for one in submissions:
        try:
            number, at = places[one["seq"]]
            same = one["received_at"] == at and str(one["id"]).endswith(number)
        except (KeyError, TypeError):
            same = False
        if not same:
            problems.append(
                f"the case: submission {one.get('id') if isinstance(one, dict) else one} is not in the order"
            )
