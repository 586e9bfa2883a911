"""Who came: told by the office, or by itself where an arrival or a meeting of who has a place was registered."""

from collections.abc import Mapping

from levante.initiatives.api import Initiative
from levante.initiatives.api import states as initiative_states
from levante.kernel.api import Actor, note, note_object, refuse, require, service, today, unchanged
from levante.participations import policies, states
from levante.participations.holding import locked_selection
from levante.participations.models import Participation, Selection
from levante.participations.taking_part import CAME, seen_at_meetings

_OVER = (initiative_states.DONE, initiative_states.CANCELLED)


@service("participations.record_presence")
def record_presence(*, actor: Actor, initiative: Initiative, present: Mapping[int, bool]) -> Selection:
    """Who came and who did not, by the number of its row, from the first day on: an absence counts in later selections. It may be put
    right until the initiative is concluded."""
    selection = locked_selection(initiative.pk)
    require(policies.may_keep(actor, selection.initiative))
    if today() < selection.initiative.starts_on:
        refuse("L’iniziativa non è ancora cominciata.", "The initiative has not begun yet.")
    if selection.initiative.state in _OVER:
        refuse("L’iniziativa è conclusa o annullata.", "The initiative is over or cancelled.")
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


def presence_to_keep() -> list[Initiative]:
    """The initiatives that are over of which it is not told whether somebody with a place came. One query."""
    untold = Participation.objects.filter(state=states.CONFIRMED).values("selection__initiative_id")
    over = Initiative.objects.filter(pk__in=untold, ends_on__lt=today()).exclude(state__in=_OVER)
    return list(over.order_by("pk"))


@service("participations.keep_who_came")
def keep_who_came(*, actor: Actor, initiative: Initiative) -> int:
    """Every night: who has a place and was registered at the meetings (its arrival, or a meeting held) came; how many. Who was not stays
    for the office to tell: an absence counts in later selections, and is never inferred of a place."""
    selection = locked_selection(initiative.pk)
    came = {one.enterprise for one in seen_at_meetings(initiatives=[initiative.pk]) if one.how == CAME}
    rows = selection.participations.select_for_update().filter(state=states.CONFIRMED, enterprise__in=came)
    kept = list(rows.order_by("pk").values_list("pk", flat=True))
    if not kept or selection.initiative.state in _OVER:
        return unchanged(0)
    selection.participations.filter(pk__in=kept).update(state=states.ATTENDED)
    note(came=kept)
    note_object(selection)
    return len(kept)
