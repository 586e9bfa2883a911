"""What meetings have to say in “Today” of an enterprise."""

from collections.abc import Iterable

from levante.kernel.api import Actor
from levante.web.components.meetings_today import turns
from levante.web.worklist import Item


def my_turn(actor: Actor) -> Iterable[Item]:
    return turns(actor, "portal")
