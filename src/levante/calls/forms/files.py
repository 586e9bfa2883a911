"""What is wrong with the documents of an answer: promised where they may not be, without their last day, expired, unsigned.

An entry is ``{id, name, size, sha256, kind}``; ``expires_on`` is its last day as who gave it wrote it, ``signature`` what its
verification found (``{holds, reason: {it, en}, signers}``). Instead of entries there may be the promise of them: ``kinds.LATER``.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from levante.calls import conditions
from levante.calls.forms import kinds
from levante.calls.forms.model import Field
from levante.kernel.pure import Bilingual

MISSING = Bilingual("manca il documento", "the document is missing")


def problems(
    item: Field, value: Any, variables: Mapping[str, Any], *, on: date | None
) -> Iterator[tuple[str, Bilingual]]:
    """``missing`` or ``wrong`` with what to do, for each document; ``on`` is the day on which a document must hold."""
    if kinds.is_later(value):
        if item.deferrable is None:
            yield "missing", MISSING
        return
    signed = bool(item.signed) and conditions.holds(item.signed, variables) is True
    for entry in value:
        name = entry["name"]
        if item.expires:
            last = entry.get("expires_on")
            if not last:
                yield "missing", Bilingual(f"scrivi fino a quando vale «{name}»", f"write until when “{name}” holds")
            elif on is not None and last < on.isoformat():
                day = f"{date.fromisoformat(last):%d/%m/%Y}"
                yield "wrong", Bilingual(f"«{name}» è scaduto il {day}", f"“{name}” expired on {day}")
        if signed:
            found = entry.get("signature")
            if not found:
                yield (
                    "wrong",
                    Bilingual(f"«{name}» non è firmato digitalmente", f"“{name}” carries no digital signature"),
                )
            elif not found["holds"]:
                yield (
                    "wrong",
                    Bilingual(
                        f"la firma di «{name}» non vale: {found['reason']['it']}",
                        f"the signature of “{name}” does not hold: {found['reason']['en']}",
                    ),
                )


def must_be_signed(item: Field, variables: Mapping[str, Any]) -> bool:
    """Must the documents of this field be signed, with these answers? Not known yet counts as yes: the signature is read."""
    return bool(item.signed) and conditions.holds(item.signed, variables) is not False
