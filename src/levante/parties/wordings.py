"""The texts people read when they consent, by version: data, kept for as long as a consent refers to them."""

import functools
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from levante.kernel.pure import Bilingual
from levante.parties.reference import DATA


@dataclass(frozen=True, slots=True)
class Wording:
    """A version of the consents: since when it is shown, what comes first, what each purpose says."""

    version: str
    since: date
    intro: Bilingual
    purposes: dict[str, Bilingual]

    def text_of(self, purpose: str) -> Bilingual:
        """The whole text that was read for a purpose."""
        said = self.purposes[purpose]
        return Bilingual(f"{self.intro.it} {said.it}", f"{self.intro.en} {said.en}")


@functools.cache
def consent_wordings() -> dict[str, Wording]:
    """Every version, oldest first."""
    rows: list[dict[str, Any]] = yaml.safe_load((DATA / "consent-wordings.yaml").read_text(encoding="utf-8"))
    found = [
        Wording(
            row["version"],
            row["since"],
            Bilingual(**row["intro"]),
            {purpose: Bilingual(**text) for purpose, text in row["purposes"].items()},
        )
        for row in rows
    ]
    return {one.version: one for one in sorted(found, key=lambda one: one.since)}


def wording_on(day: date) -> Wording:
    """The version shown on a day: the last one begun by then (the first, before any)."""
    known = list(consent_wordings().values())
    return next((one for one in reversed(known) if one.since <= day), known[0])
