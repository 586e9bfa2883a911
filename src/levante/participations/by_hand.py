"""What is to be done by hand in the RNA for codes that were written by hand: told, listed, ticked."""

from datetime import date
from decimal import Decimal

from levante.kernel.api import Actor, day_of, note, now, refuse, require, service, system, today, unchanged
from levante.kernel.pure import Bilingual, format_euro
from levante.participations import policies, states
from levante.participations.holding import locked_row
from levante.participations.models import ByHand, Participation
from levante.participations.telling import tell_office


def ask_by_hand(row: Participation, cor: str, reason: str, value: Decimal | None = None) -> None:
    """A code is to be cancelled, or its aid reduced to ``value``, by a person; the office is told. For a service at work that holds the
    place. Asked again of the same code before it is done: what is wanted last."""
    what = "cancel" if value is None else "vary"
    wanted = {"participation": row, "what": what, "value": value, "reason": reason[:500], "asked_at": now()}
    work, _ = ByHand.objects.update_or_create(cor=cor, done_on=None, defaults=wanted)
    to = Bilingual("", "") if value is None else Bilingual(f" {format_euro(value)}", f" {format_euro(value, 'en')}")
    tell_office(
        system("participations.aid"), row.selection, f"by-hand-{work.pk}-{work.asked_at:%Y%m%d%H%M%S}",
        Bilingual("Da fare a mano nel RNA", "To be done by hand in the RNA"),
        Bilingual(
            f"{row.enterprise.name}: COR {cor} {states.BY_HAND[what].it}{to.it}. {reason}",
            f"{row.enterprise.name}: COR {cor} {states.BY_HAND[what].en}{to.en}. {reason}",
        ),
    )  # fmt: skip


@service("participations.confirm_by_hand")
def confirm_by_hand(*, actor: Actor, work: ByHand, on: date) -> ByHand:
    """A person did it in the RNA, on a day from that on which it was asked to today."""
    row = locked_row(work.participation_id)
    held = ByHand.objects.select_for_update(of=("self",)).get(pk=work.pk)
    require(policies.may_keep(actor, row.selection.initiative))
    if held.done_on is not None:
        return unchanged(held)
    if not day_of(held.asked_at) <= on <= today():
        refuse(
            "Il giorno va da quando è stato chiesto a oggi.",
            "The day is between that on which it was asked and today.",
            field="on",
        )
    held.done_on, held.done_by_id = on, actor.user_id
    held.save(update_fields=["done_on", "done_by"])
    note(cor=held.cor, what=held.what, on=on.isoformat())
    return held
