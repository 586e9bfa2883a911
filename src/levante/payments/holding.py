"""Claims that a control holds, as the rooms above say it: none is verified as due or paid until what was found is on its charges."""

from collections.abc import Iterable

from levante.claims.api import Claim
from levante.exchange.api import named
from levante.kernel.api import refuse
from levante.kernel.pure import Bilingual

_told_by: list[str] = []


def holding_told_by(function: str) -> None:
    """Say which function knows the claims that are held: ``"package.module:function"``, called as ``f(claim ids)`` and answering
    ``{claim id: why}``, in one query."""
    if function not in _told_by:
        _told_by.append(function)


def held_claims(claims: Iterable[int]) -> dict[int, Bilingual]:
    """Those of these claims that are held, each with why."""
    wanted, found = set(claims), {}
    for name in _told_by:
        found |= named(name)(wanted)
    return found


def require_none_held(claims: Iterable[Claim]) -> None:
    """For an act that is signed on them."""
    rows = list(claims)
    held = held_claims(row.pk for row in rows)
    for row in rows:
        if row.pk in held:
            why = held[row.pk]
            refuse(f"{row.register_number}: {why.it}.", f"{row.register_number}: {why.en}.")
