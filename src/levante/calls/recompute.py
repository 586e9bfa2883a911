"""A published ranking recomputed by whoever downloads it: its hash, its receipt, its order and its money.

No Django and no database: ``levante calls recompute RANKING.json`` and the public page run this alone.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from levante.calls.ranking import BELOW, FUNDED, NOT_FUNDED, PARTIAL, RENOUNCED, VOID, Outcome, rank_snapshot
from levante.kernel.pure import Bilingual, euro, format_euro, money_text, problems_as_json
from levante.register.pure.canonical import CanonicalError, canonical_bytes
from levante.register.pure.numbers import public_number
from levante.register.pure.receipts import verify_receipt

#: The kind of the register's entry about a ranking that was published.
KIND = "ranking.published"
FORMAT = "levante.ranking.published/1"
FORMATS = ("levante.ranking/1", "levante.ranking/2", "levante.ranking/3", "levante.ranking/4")
MOST_PROBLEMS = 100
_OUTCOMES = {
    FUNDED: Bilingual("finanziata", "funded"),
    PARTIAL: Bilingual("finanziata in parte", "partly funded"),
    NOT_FUNDED: Bilingual("risorse esaurite", "the money being over"),
    BELOW: Bilingual("sotto il punteggio minimo", "below the threshold"),
    VOID: Bilingual("non conta", "does not count"),
    RENOUNCED: Bilingual("rinunciata", "given up"),
}
#: What a document says of itself, in Italian.
_SAID = {
    "call": "bando",
    "opening": "sportello",
    "line": "linea",
    "version": "versione",
    "act": "atto",
    "number": "numero",
}
#: The largest file that is read: some 300,000 applications.
LARGEST_RANKING = 256 * 1024 * 1024


class NotARanking(ValueError):
    """The document is not a published ranking."""


def published(snapshot: Mapping[str, Any], outcome: Outcome, **more: Any) -> dict[str, Any]:
    """The document that is published: the snapshot, what came of it place by place, and whatever else proves it."""
    return {
        "format": FORMAT,
        **more,
        "snapshot": snapshot,
        "places": places_of(outcome),
        "left": money_text(outcome.left),
    }


def places_of(outcome: Outcome) -> list[dict[str, Any]]:
    """What a list says of each place, as JSON."""
    return [
        {
            "position": row.position,
            "id": row.id,
            "score": str(row.score),
            "outcome": row.outcome,
            "amount": money_text(row.amount),
            "decided_by": row.decided_by,
        }
        for row in outcome.placed
    ]


def digest(snapshot: Any) -> str:
    """SHA-256 of the canonical JSON (RFC 8785) of a snapshot."""
    return hashlib.sha256(canonical_bytes(snapshot)).hexdigest()


def recompute_ranking(document: Any, keys: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """``{ok, sha256, hash, receipt, unsigned, places, funded, spent, left, steps, problems, problems_it,
    problem_count}``.

    ``hash`` is whether the snapshot has the hash that was published; ``receipt`` ``valid``, ``invalid``, ``missing`` (the
    file has none) or ``not_checked`` (without keys). What the file says and the receipt says otherwise is a problem, and so is
    a place that differs; with keys, also a receipt or places that are missing: the hash alone anyone can make.
    ``unsigned`` is what the file says and nobody signed: ``act``, where the receipt was made before it held it.
    """
    if not isinstance(document, dict) or not isinstance(document.get("snapshot"), dict):
        raise NotARanking(f"the document is not a {FORMAT}")
    snapshot = document["snapshot"]
    if snapshot.get("format") not in FORMATS:
        raise NotARanking(f"the snapshot is not of a known format ({', '.join(FORMATS)})")
    problems: list[Bilingual] = []
    try:
        found = digest(snapshot)
        outcome = rank_snapshot(snapshot)
    except (KeyError, TypeError, ValueError, ArithmeticError, AttributeError, CanonicalError) as error:
        raise NotARanking(f"the snapshot cannot be read: {type(error).__name__} {error}") from error
    if found != document.get("sha256"):
        problems.append(
            Bilingual(
                "l’impronta dei dati non è quella pubblicata", "the hash of the snapshot is not the one published"
            )
        )
    places = places_of(outcome)
    if "places" in document:
        _compare(places, document["places"], problems)
    elif keys is not None:
        problems.append(
            Bilingual("mancano i posti che sono stati pubblicati", "the places that were published are missing")
        )
    left = money_text(outcome.left)
    if "left" in document and document["left"] != left:
        problems.append(
            Bilingual(
                f"importo che resta: ricalcolato {_amount(left, 'it')}; pubblicato {_amount(document['left'], 'it')}",
                f"money left: recomputed {_amount(left, 'en')}; published {_amount(document['left'], 'en')}",
            )
        )
    receipt, unsigned = _receipt(document, found, keys, problems)
    return {
        "ok": not problems,
        "sha256": found,
        "hash": found == document.get("sha256"),
        "receipt": receipt,
        "unsigned": unsigned,
        "places": len(places),
        "funded": sum(row.amount > 0 for row in outcome.placed),
        "spent": money_text(outcome.spent),
        "left": left,
        "steps": [line.as_json() for line in outcome.steps],
        **problems_as_json(problems, MOST_PROBLEMS),
    }


def _compare(found: list[dict[str, Any]], told: Any, problems: list[Bilingual]) -> None:
    if not isinstance(told, list):
        problems.append(Bilingual("i posti non si leggono", "the places cannot be read"))
        return
    if len(found) != len(told):
        problems.append(
            Bilingual(
                f"posti pubblicati: {len(told)}; ricalcolati: {len(found)}",
                f"places published: {len(told)}; recomputed: {len(found)}",
            )
        )
    for mine, theirs in zip(found, told, strict=False):
        if mine != theirs:
            name = theirs.get("id") if isinstance(theirs, dict) else theirs
            outcome, given = _OUTCOMES[mine["outcome"]], mine["amount"]
            problems.append(
                Bilingual(
                    f"posto {mine['position']}: ricalcolato {mine['id']}, {outcome.it}, {_amount(given, 'it')}; "
                    f"pubblicato {_text(name)}",
                    f"place {mine['position']}: {mine['id']} comes out, {outcome.en}, {_amount(given, 'en')}; "
                    f"published {_text(name)}",
                )
            )


def _receipt(
    document: Mapping[str, Any], found: str, keys: Mapping[str, Any] | None, problems: list[Bilingual]
) -> tuple[str, list[str]]:
    """What the receipt is worth, and what the document says that it does not hold."""
    told = document.get("receipt")
    if told is None:
        if keys is None:
            return "not_checked", []
        problems.append(
            Bilingual(
                "manca la ricevuta del registro: nulla prova che sia ciò che è stato pubblicato",
                "the receipt of the register is missing: nothing proves that this is what was published",
            )
        )
        return "missing", []
    entry = told.get("entry") if isinstance(told, dict) else None
    kind, payload = (entry.get("kind"), entry.get("payload")) if isinstance(entry, dict) else (None, None)
    if not isinstance(payload, dict) or kind != KIND or payload.get("sha256") != found:
        problems.append(
            Bilingual(
                "la ricevuta del registro non è di questa graduatoria",
                "the receipt of the register is not of this ranking",
            )
        )
        return "invalid", []
    _agrees(document, told, payload, problems)
    unsigned = ["act"] if "act" not in payload and document.get("act") is not None else []
    if keys is None:
        return "not_checked", unsigned
    verdict = verify_receipt(canonical_bytes(told), keys)
    if not verdict:
        problems.append(
            Bilingual(
                f"la ricevuta del registro non regge: {verdict.reason.it}",
                f"the receipt of the register does not hold: {verdict.reason.en}",
            )
        )
    return "valid" if verdict else "invalid", unsigned


def _agrees(
    document: Mapping[str, Any], told: Mapping[str, Any], payload: Mapping[str, Any], problems: list[Bilingual]
) -> None:
    """What the document says of itself is what was signed: whose list it is, which version, which number, by which act."""
    snapshot = document["snapshot"]
    said = {name: snapshot[name] for name in ("call", "opening", "line") if name in snapshot}
    said |= {"version": document.get("version")} | ({"act": document.get("act")} if "act" in payload else {})
    for name, value in said.items():
        if payload.get(name) != value:
            problems.append(_differs(name, value, payload.get(name)))
    bare = str(told.get("number"))
    # Those numbered before numbers had letters keep theirs.
    if document.get("number") not in (public_number(KIND, bare, str(told.get("log"))), bare):
        problems.append(_differs("number", document.get("number"), bare))


def _differs(name: str, value: Any, signed: Any) -> Bilingual:
    return Bilingual(
        f"{_SAID[name]}: il file dice {_text(value)}, la ricevuta firmata {_text(signed)}",
        f"the {name} is not the one of the receipt: {_text(value)}, signed {_text(signed)}",
    )


def _amount(text: Any, language: str) -> str:
    """An amount as people read it; what is not one, as the document says it."""
    try:
        return format_euro(euro(text), language)
    except (TypeError, ValueError, ArithmeticError):
        return _text(text)


def _text(value: Any) -> str:
    """What a document says, as it says it: a text as it is, nothing as a dash."""
    if value is None:
        return "–"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
