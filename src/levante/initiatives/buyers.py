"""Every write on buyers who ask to take part in an initiative."""

from levante.exchange.api import named
from levante.initiatives import policies, states
from levante.initiatives.checks import LONGEST_TEXT, words_of
from levante.initiatives.models import BuyerInterest, Initiative
from levante.initiatives.services import locked
from levante.kernel.api import Actor, NotYours, note, now, require, service, unchanged

_told: list[str] = []


def buyer_withdrew(function: str) -> None:
    """Say who is told that a buyer takes part no more: ``"package.module:function"``, called as ``f(actor=, interest=)`` in the
    transaction of the withdrawal."""
    if function not in _told:
        _told.append(function)


_back: list[str] = []


def buyer_asked_again(function: str) -> None:
    """Say who is told that a buyer that had withdrawn asks again: ``"package.module:function"``, called as ``f(actor=, interest=, since=)``
    in the same transaction, ``since`` the instant in which it had withdrawn."""
    if function not in _back:
        _back.append(function)


@service("initiatives.express_buyer_interest")
def express_buyer_interest(*, actor: Actor, initiative: Initiative, looking_for: str) -> BuyerInterest:
    """Ask to take part: one per buyer. Asking again while it stands corrects what is looked for; after a withdrawal it
    stands anew."""
    current = locked(initiative.pk)
    require(policies.may_take_part(actor, current))
    if actor.buyer_id is None:
        raise NotYours
    text = words_of(looking_for, "looking_for", LONGEST_TEXT)
    found = BuyerInterest.objects.filter(initiative=current, buyer_id=actor.buyer_id).first()
    if found is not None and found.state == states.EXPRESSED and found.looking_for == text:
        return unchanged(found)
    interest = found or BuyerInterest(initiative=current, buyer_id=actor.buyer_id)
    since = interest.withdrawn_at
    if interest.pk is None or interest.state == states.WITHDRAWN:
        interest.state, interest.expressed_at, interest.withdrawn_at = states.EXPRESSED, now(), None
    interest.looking_for, interest.by_id = text, actor.user_id
    interest.save()
    if since is not None:
        for function in _back:
            named(function)(actor=actor, interest=interest, since=since)
    note(initiative=current.code, buyer=interest.buyer_id)
    return interest


@service("initiatives.withdraw_buyer_interest")
def withdraw_buyer_interest(*, actor: Actor, interest: BuyerInterest) -> BuyerInterest:
    """Take it back, until the initiative begins."""
    current = BuyerInterest.objects.select_for_update(of=("self",)).select_related("initiative").get(pk=interest.pk)
    if current.state == states.WITHDRAWN:
        return unchanged(current)
    require(policies.may_withdraw_part(actor, current))
    current.state, current.withdrawn_at = states.WITHDRAWN, now()
    current.save(update_fields=["state", "withdrawn_at"])
    for function in _told:
        named(function)(actor=actor, interest=current)
    note(initiative=current.initiative.code, buyer=current.buyer_id)
    return current
