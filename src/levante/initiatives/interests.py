"""Every write on expressions of interest."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from levante.exchange.api import named
from levante.initiatives import policies, states
from levante.initiatives.checks import LONGEST_TEXT, words_of
from levante.initiatives.models import ExpressionOfInterest, Initiative
from levante.initiatives.services import locked
from levante.kernel.api import Actor, NotYours, note, now, refuse, require, service, today, unchanged
from levante.parties.api import Enterprise, freeze_enterprise
from levante.register.api import append_entry
from levante.register.pure.canonical import Json

#: The log of the register where expressions of interest go, and the kinds of their entries.
LOG = "interests"
EXPRESSED_KIND, WITHDRAWN_KIND = "interest.expressed", "interest.withdrawn"

_ways: list[str] = []


def asked_for_ways(function: str) -> None:
    """Say which room above knows in which ways one may take part: ``"package.module:function"``, called as ``f(initiative=)``, gives
    codes of ``states.WAYS``; of more rooms, those that all offer."""
    if function not in _ways:
        _ways.append(function)


def ways_offered(initiative: Initiative) -> list[str]:
    """In which ways one may ask to take part, in the order of ``states.WAYS``."""
    found = set(states.WAYS)
    for function in _ways:
        found &= set(named(function)(initiative=initiative))
    return [way for way in states.WAYS if way in found]


_told: list[str] = []


def interest_changed(function: str) -> None:
    """Say who is told that an expression of interest is withdrawn, or made again: ``"package.module:function"``, called as
    ``f(actor=, interest=)`` in the same transaction."""
    if function not in _told:
        _told.append(function)


@service("initiatives.express_interest")
def express_interest(
    *,
    actor: Actor,
    initiative: Initiative,
    products: str,
    way: str = "stand",
    expectations: str = "",
    replace: bool = False,
) -> ExpressionOfInterest:
    """Ask to take part: one per enterprise. The same again while it stands gives back the same, with the same number; with other words it
    is refused, unless it is to ``replace`` the one that stands: the later counts, and loses the turn of the earlier.

    It can be expressed again within the window, after a withdrawal too: a new turn, with a new number and its own instant.
    """
    current = locked(initiative.pk)
    require(policies.may_express(actor, current))
    if way not in ways_offered(current):
        refuse("Scegli come partecipare.", "Choose how to take part.", field="way")
    products = words_of(products, "products", LONGEST_TEXT)
    expectations = expectations.replace("\0", "").strip()[:LONGEST_TEXT]
    if actor.enterprise_id is None:
        raise NotYours
    enterprise = Enterprise.objects.filter(pk=actor.enterprise_id).first()  # the policy has checked the mandate
    if enterprise is None:
        raise NotYours
    interest = _row(current, enterprise)
    if interest.number and interest.state == states.EXPRESSED:
        if (interest.way, interest.products, interest.expectations) == (way, products, expectations):
            return unchanged(interest)
        if not replace:
            refuse(
                f"Ne hai già presentata una, n. {interest.number}, con altre parole: conferma se questa la sostituisce.",
                f"You have one already, no. {interest.number}, in other words: confirm if this one replaces it.",
            )
        require(policies.may_withdraw(actor, interest))
    again = bool(interest.number)
    replaced = interest.number if interest.state == states.EXPRESSED else ""
    interest.turn += 1 if interest.number else 0
    interest.state, interest.withdrawn_at = states.EXPRESSED, None
    interest.way, interest.products, interest.expectations = way, products, expectations
    interest.frozen = freeze_enterprise(enterprise, on=today())
    interest.by_id = actor.user_id
    payload: dict[str, Json] = {
        "enterprise": enterprise.tax_code, "initiative": current.code, "turn": interest.turn, "way": way,
    }  # fmt: skip
    if replaced:
        payload["replaces"] = replaced
    receipt = append_entry(
        actor=actor,
        log=LOG,
        kind=EXPRESSED_KIND,
        subject=f"interest:{interest.pk}",
        payload=payload,
        idempotency_key=f"interest:{interest.pk}:{interest.turn}",
    )
    interest.number = receipt.public_number
    interest.registered_at = datetime.fromisoformat(receipt.received_at)
    interest.save()
    if again:
        _tell_above(actor, interest)
    note(initiative=current.code, number=interest.number, replaced=replaced)
    return interest


@service("initiatives.withdraw_interest")
def withdraw_interest(*, actor: Actor, interest: ExpressionOfInterest) -> ExpressionOfInterest:
    """Take it back; the register keeps both entries."""
    locked(interest.initiative_id)  # first, as who decides the list does: a place is not given to who is withdrawing
    current = (
        ExpressionOfInterest.objects.select_for_update(of=("self",)).select_related("initiative").get(pk=interest.pk)
    )
    if current.state == states.WITHDRAWN:
        return unchanged(current)
    require(policies.may_withdraw(actor, current))
    append_entry(
        actor=actor,
        log=LOG,
        kind=WITHDRAWN_KIND,
        subject=f"interest:{current.pk}",
        payload={"initiative": current.initiative.code, "turn": current.turn, "number": current.number},
        idempotency_key=f"interest:{current.pk}:{current.turn}:withdrawn",
    )
    current.state, current.withdrawn_at = states.WITHDRAWN, now()
    current.save(update_fields=["state", "withdrawn_at"])
    _tell_above(actor, current)
    note(initiative=current.initiative.code, number=current.number)
    return current


def _tell_above(actor: Actor, interest: ExpressionOfInterest) -> None:
    for function in _told:
        named(function)(actor=actor, interest=interest)


def _row(initiative: Initiative, enterprise: Enterprise) -> ExpressionOfInterest:
    """The one row of the enterprise, held until the end of the transaction; made empty when there is none."""
    rows = ExpressionOfInterest.objects.select_for_update().filter(initiative=initiative, enterprise=enterprise)
    found = rows.first()
    if found is not None:
        return found
    empty: dict[str, Any] = {"initiative": initiative, "enterprise": enterprise, "products": "", "frozen": {}}
    try:
        with transaction.atomic():
            return ExpressionOfInterest.objects.create(**empty)
    except IntegrityError:
        return rows.get()
