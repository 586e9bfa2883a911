"""How an enterprise stands for the law on a day, and how a change to its file would move it."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from levante.aid.api import position
from levante.grants.api import closed_reservations
from levante.kernel.api import Actor
from levante.parties.api import Enterprise, size_of, ties_of, undertaking_of, with_names
from levante.web.components.rehearsal import rehearse


@dataclass(frozen=True, slots=True)
class Standing:
    """Size, single undertaking and de minimis headroom of an enterprise, with the steps that make them."""

    size: str | None
    size_label: str
    missing: dict[str, str]
    steps: list[dict[str, Any]]
    members: dict[str, str]
    questions: tuple[dict[str, Any], ...]
    undertaking_steps: list[dict[str, Any]]
    residual: Decimal


@dataclass(frozen=True, slots=True)
class Effect:
    """What moves between two standings."""

    before: Standing
    after: Standing

    @property
    def joined(self) -> list[str]:
        return [name for code, name in self.after.members.items() if code not in self.before.members]

    @property
    def left(self) -> list[str]:
        return [name for code, name in self.before.members.items() if code not in self.after.members]

    @property
    def size_moves(self) -> bool:
        return self.before.size != self.after.size

    @property
    def residual_moves(self) -> bool:
        return self.before.residual != self.after.residual

    @property
    def nothing(self) -> bool:
        doubts = len(self.before.questions) != len(self.after.questions)
        return not (self.size_moves or self.residual_moves or self.joined or self.left or doubts)


def standing_of(actor: Actor, enterprise: Enterprise, *, on: date) -> Standing:
    """Size, undertaking and headroom on a day; what is reserved for files that do not open to ``actor`` is not there."""
    ties = ties_of(enterprise)
    network = ties.network
    names = {one.tax_code: one.name for one in network}
    size, undertaking = size_of(enterprise, on=on, ties=ties), undertaking_of(enterprise, on=on, ties=ties)
    labels = {code: str(label) for code, label in Enterprise.SIZES}
    return Standing(
        size=size["size"],
        size_label=labels.get(size["size"] or "", ""),
        missing=size.get("missing", {}),
        steps=with_names(size["steps"], network, actor=actor),
        members={code: names.get(code, code) for code in undertaking["undertaking"]},
        questions=tuple(with_names(undertaking["decision_required"], actor=actor)),
        undertaking_steps=with_names(undertaking["steps"], network, actor=actor),
        residual=Decimal(position(enterprise, on=on, ties=ties, hides=partial(closed_reservations, actor))["residual"]),
    )


def effect_of(change: Callable[[], Any], enterprise: Enterprise, *, actor: Actor, on: date) -> Effect:
    """What a change would do to an enterprise's standing; it is undone."""
    return Effect(*rehearse(change, lambda: standing_of(actor, enterprise, on=on)))


def stamp_of(values: Any) -> str:
    """A short stamp of what a form says: what is saved is what was shown."""
    return hashlib.sha256(repr(values).encode()).hexdigest()[:20]
