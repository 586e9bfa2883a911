"""The initiative is cancelled: everybody is let go. Once it is under way: who came, who did not."""

from collections.abc import Mapping

from levante.initiatives.api import Initiative
from levante.kernel.api import Actor, note, note_object, refuse, require, service, today, unchanged
from levante.kernel.pure import Bilingual
from levante.participations import policies, states
from levante.participations.answering import give_back
from levante.participations.holding import locked_selection
from levante.participations.models import Selection


def call_off(*, actor: Actor, initiative: Initiative) -> None:
    """Called by initiatives in the transaction that cancels one: places are no more, what was paid is given back whole,
    aid is taken back."""
    if not Selection.objects.filter(initiative=initiative).exists():
        return
    selection = locked_selection(initiative.pk)
    why = Bilingual(
        f"Iniziativa annullata: {initiative.cancelled_reason}", f"Initiative cancelled: {initiative.cancelled_reason}"
    )
    rows = selection.participations.select_for_update(of=("self",)).filter(state__in=states.STANDING)
    for row in rows.select_related("enterprise", "due", "reservation", "aid").order_by("pk"):
        row.selection = selection
        give_back(actor, row, states.CALLED_OFF, why, percent=100)


@service("participations.record_presence")
def record_presence(*, actor: Actor, initiative: Initiative, present: Mapping[int, bool]) -> Selection:
    """Who came and who did not, by the number of its row, from the first day on: an absence counts in later selections. It may be put
    right until the initiative is concluded."""
    selection = locked_selection(initiative.pk)
    require(policies.may_keep(actor, selection.initiative))
    if today() < selection.initiative.starts_on:
        refuse("L’iniziativa non è ancora cominciata.", "The initiative has not begun yet.")
    rows = selection.participations.select_for_update().filter(
        pk__in=list(present), state__in=[states.CONFIRMED, states.ATTENDED, states.ABSENT]
    )
    changed = {}
    for row in rows.order_by("pk"):
        after = states.ATTENDED if present[row.pk] else states.ABSENT
        if row.state != after:
            row.state = after
            row.save(update_fields=["state"])
            changed[str(row.pk)] = after
    if not changed:
        return unchanged(selection)
    note(presence=changed)
    note_object(selection)
    return selection
