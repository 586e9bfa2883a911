"""What payments have to say in “Today” of an enterprise: without an account nothing can be paid."""

from collections.abc import Iterable

from django.db.models import Exists
from django.urls import reverse
from django.utils.translation import gettext

from levante.claims.api import Claim
from levante.claims.api import states as claim_states
from levante.kernel.api import Actor
from levante.payments.api import BankAccount
from levante.web.worklist import Item


def my_turn(actor: Actor) -> Iterable[Item]:
    """An account to name, when a claim goes on and there is none that can be used. One query."""
    if actor.enterprise_id is None or "submit" not in actor.scopes:
        return
    going = [*claim_states.OPEN, claim_states.ASSESSED, claim_states.LIQUIDATED]
    usable = BankAccount.objects.usable().filter(enterprise=actor.enterprise_id)
    claims = Claim.objects.visible_to(actor).filter(award__enterprise=actor.enterprise_id, state__in=going)
    if claims.filter(~Exists(usable)).exists():
        yield Item(
            gettext("Name the account"),
            reverse("portal:account_declare"),
            gettext("payment"),
            gettext("Without an account of the enterprise nothing can be paid."),
            rank=20,
        )
