"""The codes of an award of ours: COR of the RNA (DM 115/2017, art. 9) and CUP (L. 3/2003, art. 11), written by the office.

With its COR an award and the line of the RNA are one aid, whichever of the two came first.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from levante.aid.models import AidRecord
from levante.aid.one_aid import absorb, alone_on_aids, look_again, same_act
from levante.aid.policies import may_reserve
from levante.kernel.api import Actor, note, refuse, require, service, today, unchanged
from levante.kernel.pure import ZERO, format_euro
from levante.law.codes import Checked, check_cor, check_cup


def read_codes(cor: str, cup: str) -> tuple[str, str]:
    """The two codes as registers write them, empty when not there yet; refuses one that has not the form."""
    return _read(cor, check_cor(cor), "cor"), _read(cup, check_cup(cup), "cup")


def _read(text: str, checked: Checked, field: str) -> str:
    if not text.strip():
        return ""
    if not checked:
        refuse(f"{checked.reason.it}.", f"{checked.reason.en}.", field=field)
    return checked.normalised


class Seen(NamedTuple):
    """What the RNA wrote of an award before it was one of ours: the rows, which are the same aid, and its codes."""

    rows: list[AidRecord]
    cor: str = ""
    car: str = ""
    regulation: str = ""
    regulation_text: str = ""
    cup: str = ""


def seen_of_cor(cor: str, *, tax_code: str, regime: str, amounts: Sequence[Decimal], but: int | None = None) -> Seen:
    """The rows of a COR that an award of ours takes over. Refuses a COR that is of something else."""
    if not cor:
        return Seen([])
    rows = list(AidRecord.objects.select_for_update().filter(cor=cor).exclude(pk=but or 0).order_by("pk"))
    if any(row.source == AidRecord.OWN or row.tax_code != tax_code for row in rows):
        refuse(
            f"Il COR {cor} è già di un altro aiuto.", f"COR {cor} is of another aid already.", field="cor"
        )  # fmt: skip
    lines = [row for row in rows if row.source == AidRecord.RNA and row.annulled_on is None]
    total = sum((row.gge for row in lines), ZERO)
    if lines and (total not in amounts or {row.regime for row in lines} != {regime}):
        refuse(
            f"Nell’RNA il COR {cor} è di {format_euro(total)} o di un altro regime: controlla il COR, o correggi prima "
            "l’aiuto o l’RNA.",
            f"In the RNA COR {cor} is of {format_euro(total, 'en')} or under another regime: check the COR, or mend the "
            "aid or the RNA first.",
            field="cor",
        )
    first = next((row for row in lines if row.regime == regime), None)
    if first is None:
        return Seen(rows, cor)
    return Seen(rows, cor, first.car, first.regulation, first.regulation_text, first.cup)


def seen_before(*, tax_code: str, regime: str, amount: Decimal, day: date, act: str) -> Seen:
    """The line of the RNA that surely tells an award taking effect: one only, with its day, amount and act."""
    rows = AidRecord.objects.select_for_update().filter(
        source=AidRecord.RNA, tax_code=tax_code, regime=regime, gge=amount, granted_on=day, annulled_on__isnull=True
    )
    found = [row for row in rows.order_by("pk") if same_act(act, row.act) is True]
    if len(found) != 1 or AidRecord.objects.filter(cor=found[0].cor).count() > 1:
        return Seen([])
    return seen_of_cor(found[0].cor, tax_code=tax_code, regime=regime, amounts=[amount])


@service("aid.record_codes")
def record_codes(*, actor: Actor, aid: AidRecord, cor: str, cup: str) -> AidRecord:
    """Write COR and CUP of an award of ours, or correct them. The lines of the RNA kept aside for it are looked at again."""
    require(may_reserve(actor))
    cor, cup = read_codes(cor, cup)
    alone_on_aids()
    held = AidRecord.objects.select_for_update().get(pk=aid.pk)
    if held.source != AidRecord.OWN:
        refuse("COR e CUP si scrivono sulle nostre concessioni.", "COR and CUP are written on awards of ours.")
    if (held.cor, held.cup) == (cor, cup):
        return unchanged(held)
    seen = seen_of_cor(
        cor, tax_code=held.tax_code, regime=held.regime, amounts=[held.gge, held.granted_gge], but=held.pk
    )
    before = (held.cor, held.cup)
    absorbed = absorb(held, seen.rows)
    if cor != held.cor:
        held.regulation, held.regulation_text = seen.regulation, seen.regulation_text
        held.car = seen.car or held.car
    held.cor, held.cup = cor, cup
    held.save(update_fields=["cor", "cup", "car", "regulation", "regulation_text"])
    look_again(tax_code=held.tax_code, former_cor=before[0], known_on=today())
    held.refresh_from_db()
    note(cor=cor, cup=cup, before=list(before), absorbed=absorbed)
    return held
