"""Whose turn it is to get a file: a pure function, so that the same files and people always give the same answer."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ToGive:
    """A file to give, and who cannot have it (a conflict of interest)."""

    id: int
    barred: Collection[int] = ()


def share_out(files: Sequence[ToGive], officers: Sequence[int], counts: Mapping[int, int]) -> dict[int, int | None]:
    """Give the files, in order, each to who has least among those who can have it; ``None`` when nobody can.

    ``counts`` are what each has already: the files of the same call for turns, all those open for loads. Among equals the
    order of ``officers`` decides, so with equal counts it is a round. Nobody who could have the file ends with more than
    one file above another who could: cost, files × officers.
    """
    have = {officer: counts.get(officer, 0) for officer in officers}
    place = {officer: number for number, officer in enumerate(officers)}
    given: dict[int, int | None] = {}
    for file in files:
        able = [officer for officer in have if officer not in file.barred]
        chosen = min(able, key=lambda officer: (have[officer], place[officer]), default=None)
        given[file.id] = chosen
        if chosen is not None:
            have[chosen] += 1
    return given
