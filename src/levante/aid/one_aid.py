"""One aid, one row: an award of ours, what an enterprise declared and the line of the RNA that tell the same aid count once.

The RNA gives a COR to every aid that is granted (DM 115/2017, art. 9), ours too. The COR alone says which aid it is: the
regulation beside it is how the RNA writes it. Our own award stands, and the line of the RNA is kept with it; what was
declared gives its place to the line. What may be ours and is not surely so is kept aside for an officer, with the reason.
"""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db import connection
from django.db.models import Q

from levante.aid.models import AidRecord, QuarantinedAid, RnaImport, UndertakingEvent
from levante.aid.rna_parser import Line, Unusable
from levante.aid.rna_sets import COLUMNS, upsert
from levante.kernel.pure import ZERO, euro

#: Why a line that could be read is not counted by itself: it tells an award of ours, differs from it, or may tell one.
SAME, DIFFERS, MAYBE = "own_award", "own_award_differs", "own_award_maybe"
OF_OWN = (SAME, DIFFERS, MAYBE)

_LOCK = 0x4C45_5641_4F4E  # "LEVAON"


def alone_on_aids(*, shared: bool = False) -> None:
    """Until the transaction ends nobody else writes a line of the RNA or a declaration: what was looked for stays true."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock{'_shared' if shared else ''}(%s)", [_LOCK])


@dataclass(slots=True)
class Apart:
    """A batch sorted out: lines to be written, aids kept aside, and what our own awards learnt from the others."""

    lines: list[Line] = field(default_factory=list)
    unusable: list[Unusable] = field(default_factory=list)
    same: list[Unusable] = field(default_factory=list)
    updated: int = 0
    unchanged: int = 0


def set_apart(lines: Sequence[Line], known_on: date) -> Apart:
    """Before a batch is written: take out what tells our own awards, make room where something was declared."""
    known = _known(lines)
    apart = Apart()
    if not known:
        apart.lines = list(lines)
        return apart
    of_cor: dict[str, list[AidRecord]] = defaultdict(list)
    of_code: dict[str, list[AidRecord]] = defaultdict(list)
    for row in known:
        (of_cor[row.cor] if row.cor else of_code[row.tax_code]).append(row)
    groups = [list(group) for _, group in groupby(lines, key=lambda line: line.cor)]
    sure = _sure(groups, of_cor, of_code)
    for group in groups:
        cor = group[0].cor
        own = next((row for row in of_cor[cor] if row.source == AidRecord.OWN), None) or sure.get(cor)
        if own is not None and agrees(own, group):
            changed = adopt(own, group)
            apart.same.append(_aside(group, SAME))
            apart.updated += len(group) if changed else 0
            apart.unchanged += 0 if changed else len(group)
        elif own is not None:
            apart.unusable.append(_aside(group, DIFFERS))
        elif any(_alike(row, group) for row in of_code[group[0].tax_code] if row.source == AidRecord.OWN):
            apart.unusable.append(_aside(group, MAYBE))
        else:
            _make_room(group, [row for row in of_cor[cor] if row.source == AidRecord.DECLARED], of_code)
            apart.lines += group
    if apart.same:
        told = [one.cor for one in apart.same]
        QuarantinedAid.objects.filter(
            cor__in=told, resolved_on__isnull=True, reasons__overlap=[DIFFERS, MAYBE]
        ).update(resolved_on=known_on)  # fmt: skip
    return apart


def _known(lines: Sequence[Line]) -> list[AidRecord]:
    """Our awards and the declarations that these lines may tell: by COR, or by beneficiary where there is no COR."""
    if not lines:
        return []
    table = AidRecord._meta.db_table
    return list(
        AidRecord.objects.raw(
            f"SELECT * FROM {table} WHERE source <> 'rna' AND cor <> '' AND cor = ANY(%s)"  # noqa: S608 - a constant
            f" UNION ALL SELECT * FROM {table} WHERE source <> 'rna' AND cor = '' AND tax_code = ANY(%s) ORDER BY id",
            [list({line.cor for line in lines}), list({line.tax_code for line in lines})],
        )
    )


def agrees(own: AidRecord, group: Sequence[Line]) -> bool:
    """Do the lines of a COR tell this aid: same beneficiary, same regime, the amount of the grant or that of now?

    An award of ours that was annulled agrees with whatever the RNA still writes of it.
    """
    if own.annulled_on is not None:
        return own.tax_code == group[0].tax_code
    return (
        {line.tax_code for line in group} == {own.tax_code}
        and {line.regime for line in group} == {own.regime}
        and _total(group) in (own.gge, own.granted_gge)
    )


def _total(group: Sequence[Line]) -> Decimal:
    return sum((line.gge for line in group), ZERO)


def _sure(
    groups: Sequence[list[Line]], of_cor: dict[str, list[AidRecord]], of_code: dict[str, list[AidRecord]]
) -> dict[str, AidRecord]:
    """COR → our award without COR that it surely tells: one line for one award, and nothing else like either."""
    pairs = [
        (group[0].cor, row)
        for group in groups
        if not any(row.source == AidRecord.OWN for row in of_cor.get(group[0].cor, []))
        for row in of_code.get(group[0].tax_code, [])
        if row.source == AidRecord.OWN and _alike(row, group)
    ]
    return {
        cor: row
        for cor, row in pairs
        if sum(other == cor for other, _ in pairs) == 1
        and sum(other.pk == row.pk for _, other in pairs) == 1
        and _certain(row, next(group for group in groups if group[0].cor == cor))
    }


def _alike(own: AidRecord, group: Sequence[Line]) -> bool:
    """Two of day, amount and act are the same: it may be this award."""
    day = group[0].granted_on == own.granted_on
    amount = _total(group) in (own.gge, own.granted_gge)
    act = same_act(own.act, group[0].act) is True
    return own.annulled_on is None and day + amount + act >= 2


def _certain(own: AidRecord, group: Sequence[Line]) -> bool:
    """Beneficiary, regime, day and amount are the same, and no other act is named: another body may grant as much."""
    return agrees(own, group) and group[0].granted_on == own.granted_on and same_act(own.act, group[0].act) is not False


def same_act(ours_named: str, named: str) -> bool | None:
    """Is the act that the RNA names ours? It is free text: one of its numbers is. ``None`` when it names none."""
    theirs = {int(number) for number in re.findall(r"\d{1,18}", named)}
    ours = {int(number) for number in re.findall(r"\d{1,18}", ours_named.partition(" del ")[0])}
    return bool(theirs & ours) if theirs and ours else None


def adopt(own: AidRecord, group: Sequence[Line]) -> bool:
    """Write in our award what the RNA says of it; every other row of the same COR is the same aid and goes."""
    changed = absorb(own, AidRecord.objects.filter(cor=group[0].cor).exclude(pk=own.pk)) > 0
    line = next((one for one in group if one.regime == own.regime), group[0])
    facts = {
        "cor": line.cor,
        "regulation": line.regulation,
        "regulation_text": line.regulation_text,
        "car": own.car or line.car,
        "cup": own.cup or line.cup,
    }
    changed |= any(getattr(own, name) != value for name, value in facts.items())
    if changed:
        AidRecord.objects.filter(pk=own.pk).update(**facts)
        for name, value in facts.items():
            setattr(own, name, value)
    return changed


def absorb(kept: AidRecord, rows: Iterable[AidRecord]) -> int:
    """The same aid told again by other rows: they go, and what named them names the row that stays. How many."""
    gone = [row.pk for row in rows]
    if gone:
        AidRecord.objects.filter(pk__in=gone).delete()
        rename_takes(gone, kept.pk)
    return len(gone)


def rename_takes(gone: Iterable[int], kept: int) -> None:
    """What a split gave to somebody stays given when its row becomes another."""
    names = {f"AID:{pk}" for pk in gone}
    for event in UndertakingEvent.objects.exclude(shares=[]).order_by("pk"):
        if names & {take for share in event.shares for take in share.get("takes", [])}:
            for share in event.shares:
                takes = [f"AID:{kept}" if take in names else take for take in share.get("takes", [])]
                share["takes"] = list(dict.fromkeys(takes))
            event.save(update_fields=["shares"])


def _make_room(group: Sequence[Line], same_cor: list[AidRecord], of_code: dict[str, list[AidRecord]]) -> None:
    """What was declared becomes the line of the RNA that tells it, so that the line is written in its place."""
    cor, free = group[0].cor, list(group)
    for row in sorted(same_cor, key=lambda row: all(row.regulation != line.regulation for line in group)):
        line = next((one for one in free if one.regulation == row.regulation), None) or next(
            (one for one in free if one.regime == row.regime), free[0] if free else None
        )
        if line is None or AidRecord.objects.filter(cor=cor, regulation=line.regulation).exclude(pk=row.pk).exists():
            row.delete()
            continue
        free.remove(line)
        AidRecord.objects.filter(pk=row.pk).update(regulation=line.regulation)
    if same_cor or len(group) > 1 or AidRecord.objects.filter(cor=cor).exists():
        return
    line, declared = group[0], of_code.get(group[0].tax_code, [])
    for row in declared:
        told = (row.granted_on, row.regime, row.granted_gge) == (line.granted_on, line.regime, line.gge)
        if row.source == AidRecord.DECLARED and row.annulled_on is None and told:
            AidRecord.objects.filter(pk=row.pk).update(cor=cor, regulation=line.regulation)
            declared.remove(row)
            return


# -- what is kept aside, and looked at again


def _aside(group: Sequence[Line], reason: str) -> Unusable:
    first = group[0]
    return Unusable(first.cor, first.tax_code, (reason,), {"lines": [line_as_json(line) for line in group]})


def line_as_json(line: Line) -> dict[str, str]:
    return {name: str(getattr(line, name)) for name in ("cor", "regulation", *COLUMNS)}


def _line_from_json(row: dict[str, str]) -> Line:
    more: dict[str, Any] = {
        "granted_on": date.fromisoformat(row["granted_on"]),
        "gge": euro(row["gge"]),
        "nominal": None if row["nominal"] == "None" else euro(row["nominal"]),
    }
    return Line(**{**row, **more})


def fingerprint_of(item: Unusable) -> str:
    content = json.dumps([item.content, item.reasons], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(content.encode("utf-8")).hexdigest()


def keep_aside(run: RnaImport | None, found: Sequence[tuple[int, Unusable]], known_on: date) -> None:
    """Write what is not counted by itself. What differs from an award of ours is to be looked at again when it comes again."""
    rows = [
        QuarantinedAid(
            first_seen_in=run,
            fingerprint=fingerprint_of(item),
            element=number,
            cor=item.cor,
            tax_code=item.tax_code,
            reasons=list(item.reasons),
            content=item.content,
            seen_on=known_on,
            resolved_on=known_on if SAME in item.reasons else None,
        )
        for number, item in found
    ]
    QuarantinedAid.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    again = [row.fingerprint for row in rows if {DIFFERS, MAYBE} & set(row.reasons)]
    if again:
        QuarantinedAid.objects.filter(fingerprint__in=again, resolved_on__isnull=False).update(resolved_on=None)


def said_already(group: Sequence[Line]) -> bool:
    """A COR that comes twice in a file and tells an award of ours, or what may be one: the same words again?"""
    prints = [fingerprint_of(_aside(group, reason)) for reason in OF_OWN]
    return QuarantinedAid.objects.filter(fingerprint__in=prints).exists()


def look_again(*, tax_code: str, former_cor: str, known_on: date) -> None:
    """An award of ours has a COR now, or another one: the lines kept aside for it are sorted out again."""
    waiting = Q(tax_code=tax_code, resolved_on__isnull=True, reasons__overlap=[DIFFERS, MAYBE])
    if former_cor:
        waiting |= Q(cor=former_cor, reasons__overlap=list(OF_OWN))
    rows = list(QuarantinedAid.objects.select_for_update().filter(waiting).order_by("pk"))
    seen: dict[str, list[Line]] = {}
    for row in rows:
        seen[row.cor] = [_line_from_json(line) for line in row.content["lines"]]
    apart = set_apart([line for group in seen.values() for line in group], known_on)
    upsert(apart.lines, known_on, at_grant=True)
    still = {fingerprint_of(item) for item in apart.unusable}
    for row in rows:
        row.resolved_on = None if row.fingerprint in still else (row.resolved_on or known_on)
        row.save(update_fields=["resolved_on"])
    keep_aside(None, [(0, item) for item in [*apart.unusable, *apart.same]], known_on)
