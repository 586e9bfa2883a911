"""What mandates have to say in “Today” of the enterprise: who asks to act for it and waits for an answer."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext

from levante.kernel.api import Actor
from levante.parties.api import Mandate
from levante.web.worklist import LIMIT, Item


def my_turn(actor: Actor) -> Iterable[Item]:
    """Requests to act for the enterprise, for who keeps its people. One query."""
    if actor.enterprise_id is None or "people" not in actor.scopes:
        return
    rows = Mandate.objects.filter(enterprise_id=actor.enterprise_id, state=Mandate.REQUESTED)
    for mandate in rows.select_related("user").order_by("requested_at", "pk")[:LIMIT]:
        yield Item(
            gettext("%(person)s asks to act for the enterprise") % {"person": mandate.user},
            reverse("portal:people"),
            gettext("mandate"),
            gettext("Confirm it if you know who it is; otherwise refuse it, with the reason."),
            rank=15,
        )
