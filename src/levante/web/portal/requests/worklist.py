"""What requests have to say in “Today” of the enterprise."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext

from levante.cases.api import Case, states
from levante.kernel.api import Actor
from levante.kernel.api import now as present
from levante.web.worklist import Item


def moved(actor: Actor, since: datetime) -> Iterable[Item]:
    """Answers that came."""
    rows = Case.objects.visible_to(actor).filter(
        enterprise_id=actor.enterprise_id, state=states.ANSWERED, answered_at__gt=since, answered_at__lte=present()
    )
    for case in rows.order_by("-answered_at")[:20]:
        yield Item(
            f"{case.number} · {case.subject}",
            reverse("portal:request", args=[case.pk]),
            gettext("request"),
            gettext("there is an answer"),
            at=case.answered_at,
            tone="done",
        )
