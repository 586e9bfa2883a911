"""What places in initiatives have to say in “Today” of the offices."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import get_language, gettext

from levante.identity.api import roles
from levante.kernel.api import Actor, today
from levante.participations.api import for_the_director, tasks_open_for
from levante.web.worklist import LIMIT, Item


def my_turn(actor: Actor) -> Iterable[Item]:
    """Lists to decide, places to admit by an act, and what this person has to arrange. Two queries."""
    english = (get_language() or "it").startswith("en")
    if actor.has_role(roles.DIRECTOR):
        for row in for_the_director(actor)[:LIMIT]:
            undecided = row.decided_at is None
            yield Item(
                row.initiative.title_en if english else row.initiative.title_it,
                reverse("desk:places", args=[row.initiative.code]),
                gettext("initiative"),
                gettext("the call is closed: decide who takes part")
                if undecided
                else gettext("the aid is registered: admit by an act"),
                due=row.initiative.starts_on,
            )
    if actor.user_id is not None and actor.is_staff:
        for task in tasks_open_for(actor.user_id)[:LIMIT]:
            tone = "late" if task.due_on < today() else "waiting"
            title = task.initiative.title_en if english else task.initiative.title_it
            url = reverse("desk:preparation", args=[task.initiative.code])
            yield Item(task.what, url, gettext("task"), title, due=task.due_on, tone=tone)
