"""What the check-up has to say in “Today” of the enterprise."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext

from levante.competences.api import assessments_of
from levante.kernel.api import Actor
from levante.web.worklist import Item


def suggestions(actor: Actor) -> Iterable[Item]:
    if "apply" in actor.scopes and not assessments_of(actor).filter(enterprise_id=actor.enterprise_id).exists():
        yield Item(
            gettext("Export check-up"),
            reverse("portal:checkup_take"),
            gettext("check-up"),
            gettext("eight questions, three things to do now"),
            rank=45,
        )
