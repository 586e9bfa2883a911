"""What places in initiatives have to say in “Today” of the offices."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext

from levante.directory.api import may_qualify
from levante.identity.api import roles
from levante.kernel.api import Actor, today
from levante.kernel.pure import reads_english
from levante.participations.api import Awaited, awaited_from_office, buyers_waiting, may_keep, tasks_open_for
from levante.web.desk.participants.access import KEEPERS
from levante.web.worklist import LIMIT, Item, first_of, others


def my_turn(actor: Actor) -> Iterable[Item]:
    """Aid and lists to decide, places to admit by an act, places that cannot go on by themselves, increases of what one is worth that wait,
    who came once it is over, buyers that wait, what this person has to arrange. Four queries."""
    english = reads_english(get_language())
    decides = actor.has_role(roles.DIRECTOR)
    if any(actor.has_role(role) for role in KEEPERS):
        for row in awaited_from_office(actor, decides=decides, most=LIMIT):
            if decides or may_keep(actor, row.initiative):
                yield Item(
                    row.initiative.title_en if english else row.initiative.title_it,
                    reverse("desk:place_value", args=[row.more_of])
                    if _is_of_an_increase(row, decides)
                    else reverse("desk:places", args=[row.initiative.code]),
                    gettext("initiative"),
                    _what(row, decides),
                    due=row.by,
                    tone="late" if row.by < today() else "waiting",
                    shared=not (decides and (row.undecided or row.to_admit or row.to_add or row.more_to_grant)),
                )
    yield from _buyers(actor, english)
    if actor.user_id is not None and actor.is_staff:
        tasks, left = first_of(tasks_open_for(actor.user_id))
        for task in tasks:
            tone = "late" if task.due_on < today() else "waiting"
            title = task.initiative.title_en if english else task.initiative.title_it
            url = reverse("desk:preparation", args=[task.initiative.code])
            yield Item(task.what, url, gettext("task"), title, due=task.due_on, tone=tone)
        yield from others(left, reverse("desk:initiatives"), gettext("task"))


def _buyers(actor: Actor, english: bool) -> Iterable[Item]:
    """Buyers that ask to come from outside, for who keeps the initiative; those to be qualified, for who qualifies too."""
    keeps, qualifies = any(actor.has_role(role) for role in KEEPERS), bool(may_qualify(actor))
    if not keeps and not qualifies:
        return
    for row in buyers_waiting(actor):
        asking = row.asking if keeps and may_keep(actor, row.initiative) else 0
        unqualified = row.unqualified if qualifies else 0
        if not asking and not unqualified:
            continue
        yield Item(
            row.initiative.title_en if english else row.initiative.title_it,
            reverse("desk:invited", args=[row.initiative.code]),
            gettext("initiative"),
            "; ".join(_of_buyers(asking, unqualified)),
            due=row.by,
            shared=True,
            count=asking + unqualified,
        )


def _of_buyers(asking: int, unqualified: int) -> Iterable[str]:
    if asking:
        said = ngettext(
            "%(n)d buyer asks to come: admit it or say no", "%(n)d buyers ask to come: admit them or say no", asking
        )
        yield said % {"n": asking}
    if unqualified:
        said = ngettext(
            "%(n)d buyer that asked is not qualified: look at it",
            "%(n)d buyers that asked are not qualified: look at them",
            unqualified,
        )
        yield said % {"n": unqualified}


def _is_of_an_increase(row: Awaited, decides: bool) -> bool:
    """Nothing of the list itself comes first."""
    first = decides and (row.aid_again or row.undecided or row.to_admit or row.to_add)
    return row.more_of is not None and not (first or row.held or row.without_code)


def _what(row: Awaited, decides: bool) -> str:
    if _is_of_an_increase(row, decides):
        if row.more_to_grant:
            return gettext("the increase of a place has its COR: grant it by an act")
        return gettext("the increase of a place waits for its COR: write it")
    if decides and row.aid_again:
        return gettext("the quota changed: decide again whether a place is aid")
    if decides and row.undecided:
        return gettext("the call is closed: decide who takes part")
    if decides and row.to_add:
        return gettext("enterprises asked for the free places: add them by an act")
    if decides and row.to_admit:
        return gettext("the aid is registered: admit by an act")
    if row.without_code and not row.held:
        return gettext("places wait for their COR: write it, or ask for it")
    if row.untold and not row.held:
        return gettext("it is over: say who came")
    return gettext("places wait for the office: see why")
