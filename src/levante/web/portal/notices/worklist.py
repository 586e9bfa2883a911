"""What letters have to say in “Today” of an enterprise: those to read in the portal, those that came."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import get_language, gettext

from levante.kernel.api import Actor
from levante.letters.api import KINDS
from levante.web.portal.notices.letters import letters_to
from levante.web.worklist import LIMIT, Item


def my_turn(actor: Actor) -> Iterable[Item]:
    """Letters that came in the portal alone and nobody has read. One query."""
    if actor.enterprise_id is None:
        return
    rows = letters_to(actor).filter(state="sent", channel="portal").defer("body", "courtesy_body")
    for letter in rows[:LIMIT]:
        yield Item(
            _title(letter), reverse("portal:letter", args=[letter.pk]), gettext("letter"), gettext("a letter to read")
        )


def moved(actor: Actor, since: datetime) -> Iterable[Item]:
    """Letters that left for the enterprise. One query."""
    if actor.enterprise_id is None:
        return
    rows = letters_to(actor).filter(queued_at__gt=since).defer("body", "courtesy_body")
    for letter in rows[:LIMIT]:
        yield Item(
            _title(letter), reverse("portal:letter", args=[letter.pk]), gettext("letter"), gettext("an office wrote to you"),
            at=letter.queued_at,
        )  # fmt: skip


def _title(letter: object) -> str:
    kind = KINDS[letter.kind].label.in_language(get_language() or "it")  # type: ignore[attr-defined]
    return f"{letter.reference} · {kind}"  # type: ignore[attr-defined]
