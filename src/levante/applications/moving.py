"""One step in the life of an application: the new state, its line in the timeline, its letter, and who is told."""

from typing import Any

from levante.applications.deadlines import keep_deadlines
from levante.applications.drafts import locked
from levante.applications.letters import write_for
from levante.applications.models import Application, ApplicationEvent
from levante.applications.telling import tell_enterprise
from levante.applications.workflow import APPLICATIONS
from levante.kernel.api import Actor, note, now, require
from levante.kernel.pure import Bilingual


def ready(application: Application, transition: str, actor: Actor) -> Application:
    """The application under its lock, once the transition is allowed. For who acts for an enterprise its state is what it was
    told."""
    current = locked(application.pk)
    state = current.state if actor.enterprise_id is None else current.state_told
    require(APPLICATIONS.may(transition, actor, current, state=state))
    return current


def move(
    application: Application,
    transition: str,
    actor: Actor,
    *,
    text: Bilingual | None = None,
    data: dict[str, Any] | None = None,
    hold: bool = False,
    internal: bool = False,
) -> None:
    """Make a transition that was already allowed: the new state (not saved), its line, the letter and the notice to the
    enterprise, its terms. Held, the letter waits as a draft, nobody is told and the enterprise sees the state there was
    (``told``); internal, the line is for the office alone."""
    before = application.state
    application.state = APPLICATIONS.transitions[transition].target
    application.held_from = before if hold else ""
    event = ApplicationEvent.objects.create(
        application=application,
        at=now(),
        kind=transition,
        from_state=before,
        to_state=application.state,
        text_it=text.it if text else "",
        text_en=text.en if text else "",
        user_id=actor.user_id,
        data=data or {},
        is_internal=internal or hold,
    )
    note(number=application.number, transition=transition, from_state=before, to_state=application.state)
    write_for(application, transition, actor=actor, event=event, draft=hold)
    if not hold:
        tell_enterprise(application, transition, event=event)
    keep_deadlines(application)
