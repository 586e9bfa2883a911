"""What requests to outside systems have to say in “Today”: how many are stuck."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from levante.exchange.api import ExternalRequest, may_handle
from levante.kernel.api import Actor
from levante.web.worklist import Item


def my_turn(actor: Actor) -> Iterable[Item]:
    """To who may send them again. One query."""
    if not may_handle(actor):
        return
    count = ExternalRequest.objects.visible_to(actor).stuck().count()
    if count:
        text = ngettext("%(count)d stuck request", "%(count)d stuck requests", count) % {"count": count}
        told = gettext(
            "an outside system did not answer, or its answer could not be recorded or is to be confirmed: look, then try again"
        )
        yield Item(
            text,
            reverse("desk:stuck_requests"),
            gettext("outside system"),
            told,
            tone="late",
            rank=20,
            shared=True,
            count=count,
        )
