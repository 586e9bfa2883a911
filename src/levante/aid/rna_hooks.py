"""Who is told of what the RNA answered: the room above whose decision an aid or a *visura* is for."""

from typing import Any

from levante.aid.models import RnaRegistration, RnaVariation, Visura
from levante.exchange.api import named
from levante.kernel.api import Actor

#: What can happen to a registration.
REGISTERED, REFUSED, CONFIRMED, LAPSED, CANCELLED = "registered", "refused", "confirmed", "lapsed", "cancelled"
#: The RNA would not do what was asked last (``problem`` says why): the registration stays as it was.
ACT_REFUSED, CANCEL_REFUSED = "act_refused", "cancel_refused"
#: What it gave as a COR is none, or is another aid's: the registration waits, with its ``problem``, until somebody sets it aside.
WRONG_COR = "wrong_cor"
#: The last day for the act is near and nobody in person asked for the code: the room above tells who must know.
ACT_DUE = "act_due"
#: What can happen to a variation of it.
VARIED, VARIATION_CONFIRMED = "varied", "variation_confirmed"
VARIATION_REFUSED, VARIATION_ACT_REFUSED = "variation_refused", "variation_act_refused"

_registrations: dict[str, str] = {}
_locks: dict[str, str] = {}
_visure: dict[str, str] = {}
_every_visura: list[str] = []


def on_registration(subject_type: str, function: str, *, lock: str = "") -> None:
    """Say what happens when the RNA answers about an aid for such a subject (``grants.Award``).

    ``"package.module:function"``, called as ``f(actor=, registration=, event=, variation=)`` in the transaction that records
    the answer, once for each event; ``variation`` is None but for the events of a variation. ``lock`` is called as
    ``f(subject_id=)`` before a registration is locked, by every service that does: a room that locks its act first and then
    asks something of the RNA never waits for an answer that waits for it.
    """
    _registrations[subject_type] = function
    if lock:
        _locks[subject_type] = lock


def lock_first(registration: RnaRegistration) -> None:
    """What the room above wants locked before one of its registrations."""
    _call(_locks.get(registration.subject_type), subject_id=registration.subject_id)


def on_visura(subject_type: str, function: str) -> None:
    """The same for a *visura* that came (or was refused): ``f(actor=, visura=)``."""
    _visure[subject_type] = function


def on_every_visura(function: str) -> None:
    """The same, of whatever it was asked for: for a room to which what it says of the enterprise matters."""
    if function not in _every_visura:
        _every_visura.append(function)


def tell(actor: Actor, registration: RnaRegistration, event: str, variation: RnaVariation | None = None) -> None:
    _call(
        _registrations.get(registration.subject_type), actor=actor, registration=registration, event=event,
        variation=variation,
    )  # fmt: skip


def tell_visura(actor: Actor, visura: Visura) -> None:
    for function in (_visure.get(visura.subject_type), *_every_visura):
        _call(function, actor=actor, visura=visura)


def _call(function: str | None, **given: Any) -> None:
    if function is not None:
        named(function)(**given)
