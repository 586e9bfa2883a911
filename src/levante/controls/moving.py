"""One step of a revocation or of a recovery: the row locked, the table asked, the moment written, the enterprise told."""

from typing import Any

from levante.applications.api import tell_people
from levante.controls.models import ControlEvent, Recovery, Revocation
from levante.controls.workflow import RECOVERIES, REVOCATIONS
from levante.grants.api import Award
from levante.kernel.api import Actor, note, now, require
from levante.kernel.pure import Bilingual

_AWARD = (
    "award__act__call__office",
    "award__act__line__triennium__programme",
    "award__application__opening__call__office",
    "award__application__form",
    "award__application__enterprise",
    "award__enterprise",
    "award__aid",
)


def locked_revocation(pk: int) -> Revocation:
    rows = Revocation.objects.select_for_update(of=("self",)).select_related(*_AWARD, "document", "request")
    return rows.get(pk=pk)


def locked_recovery(pk: int) -> Recovery:
    return Recovery.objects.select_for_update(of=("self",)).select_related(*_AWARD, "act", "collected_by").get(pk=pk)


def step(revocation: Revocation, name: str, actor: Actor, text: Bilingual | None = None, **values: Any) -> Revocation:
    """Make a transition of the table on a locked revocation, with what it writes beside the state."""
    require(REVOCATIONS.may(name, actor, revocation, state=revocation.state))
    row = REVOCATIONS.transitions[name]
    _write(revocation, row.target, values)
    write_event(revocation, actor, text or row.label)
    note(transition=name)
    return revocation


def move(recovery: Recovery, name: str, actor: Actor, text: Bilingual | None = None, **values: Any) -> Recovery:
    """The same for a recovery."""
    require(RECOVERIES.may(name, actor, recovery, state=recovery.state))
    row = RECOVERIES.transitions[name]
    _write(recovery, row.target, values)
    write_event(recovery, actor, text or row.label)
    note(transition=name)
    return recovery


def _write(thing: Revocation | Recovery, state: str, values: dict[str, Any]) -> None:
    thing.state = state
    for field, value in values.items():
        setattr(thing, field, value)
    thing.save(update_fields=["state", *values])


def write_event(thing: Revocation | Recovery, actor: Actor, text: Bilingual, *, internal: bool = False) -> None:
    of = {"revocation": thing} if isinstance(thing, Revocation) else {"recovery": thing}
    ControlEvent.objects.create(
        at=now(), text_it=text.it, text_en=text.en, is_internal=internal, user_id=actor.user_id, **of
    )


def tell(actor: Actor, award: Award, kind: str, title: Bilingual, body: Bilingual, *, path: str, once: str) -> None:
    """Tell the people of the enterprise; once for each ``once``."""
    tell_people(
        actor, award.application, kind=kind, title=title, body=body, subject=f"{kind}:{once}", enterprise_id=award.enterprise_id,
        path=path,
    )  # fmt: skip
