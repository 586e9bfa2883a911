"""What requests have to say in “Today” of a buyer or an investor."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext

from levante.cases.api import states
from levante.kernel.api import Actor
from levante.web.components.requests import requests_of
from levante.web.worklist import Item


def my_turn(actor: Actor) -> Iterable[Item]:
    """Answers that came and that nobody has closed: to be read, and if they do not answer, asked again."""
    for case in requests_of(actor).filter(state=states.ANSWERED)[:10]:
        yield Item(
            f"{case.number} · {case.subject}",
            reverse("partner:request", args=[case.pk]),
            gettext("answer"),
            gettext("Read the answer; if it is not enough, write in the request."),
            at=case.answered_at,
            tone="done",
            rank=10,
        )
