"""The days to accept an award run only while it can be accepted; what was left of them is given back from the day it can be again.

Suspended, without its COR (the award has no effect for the firm: art. 52(3) L. 234/2012), or while the office decides who has its firm's
place, an award is not accepted: nobody loses it for days on which they could not.
"""

from datetime import date, timedelta

from django.db.models import QuerySet

from levante.claims import carrying_states as states
from levante.claims.accepting_steps import acceptance_step, locked_acceptance, tell_acceptance
from levante.claims.carrying import days_to_accept
from levante.claims.models_carrying import Acceptance
from levante.grants.api import Award
from levante.kernel.api import Actor, day_of, note, now, refuse, service, today, unchanged
from levante.kernel.pure import Bilingual, steps_as_json
from levante.law.terms import Term, end_of_term
from levante.programme.api import Act


def may_be_accepted(award: Award) -> bool:
    """Is it in force, and nothing stops it?"""
    return award.is_in_force and not award.is_stopped


def resumed(due_on: date, stopped_on: date, on: date) -> Term:
    """The term from the day ``on`` which an award can be accepted again: as many days as were left when it was stopped, one at least, moved
    on from a day of rest."""
    return end_of_term(on, max((due_on - stopped_on).days, 1), kind="calendar", roll=True)


def accept_by(held: Acceptance) -> date | None:
    """The last day to accept an award that waits, as it is today; none while its days do not run. Its award is read, with its aid."""
    if not may_be_accepted(held.award):
        return None
    return (
        held.due_on if held.stopped_on is None else max(resumed(held.due_on, held.stopped_on, today()).due, held.due_on)
    )


def acceptable() -> "QuerySet[Award]":
    """The awards that can be accepted, as a question to the database."""
    return Award.objects.in_force().filter(suspended_on__isnull=True, awaits__isnull=True)


def follow_days(actor: Actor, most: int) -> list[int]:
    """For the job of every day: stop the days of awards that cannot be accepted, and let those run again of awards that can. Which."""
    waiting = Acceptance.objects.filter(state=states.WAITING).order_by("pk")
    running = waiting.filter(stopped_on__isnull=True).exclude(award__in=acceptable())
    stopped = waiting.filter(stopped_on__isnull=False, award__in=acceptable())
    found = [*running.values_list("pk", flat=True)[:most], *stopped.values_list("pk", flat=True)[:most]]
    return [pk for pk in found if _follow(locked_acceptance(pk), actor)]


def _follow(held: Acceptance, actor: Actor) -> bool:
    if held.state != states.WAITING:
        return False
    if may_be_accepted(held.award):
        return let_run(held, actor)
    since = _since(held)
    if held.stopped_on is not None or since > held.due_on:  # what was over already is over
        return False
    held.stopped_on = since
    held.save(update_fields=["stopped_on"])
    return True


def _since(held: Acceptance) -> date:
    """The day on which its award could no longer be accepted: that of the suspension, or of the act that ended it; else the day before the
    job found it so, never before it was asked."""
    award = held.award
    if award.suspended_on is not None:
        told = award.suspended_on
    elif award.closed_at is not None:
        told = day_of(award.closed_at)
    else:
        told = today() - timedelta(days=1)
    return max(told, held.asked_on)


def let_run(held: Acceptance, actor: Actor, *, tells: bool = True) -> bool:
    """Let the days of a locked acceptance run again, if they were stopped; the enterprise is told the new day."""
    if held.stopped_on is None:
        return False
    term = resumed(held.due_on, held.stopped_on, today())
    held.due_on, held.steps = max(term.due, held.due_on), steps_as_json(term.steps)
    held.stopped_on = held.reminded_on = None
    held.save(update_fields=["due_on", "steps", "stopped_on", "reminded_on"])
    if not tells:
        return True
    tell_acceptance(
        held,
        actor,
        "resumed",
        Bilingual(
            f"Puoi accettare la concessione fino al {held.due_on:%d/%m/%Y}",
            f"You can accept the award until {held.due_on:%d/%m/%Y}",
        ),
        Bilingual(
            "I giorni in cui non si poteva accettare non contano.", "The days on which it could not be accepted do not count."
        ),
        once=held.due_on.isoformat(),
    )  # fmt: skip
    return True


def is_forfeited(award: Award) -> bool:
    """Was it decided that it is forfeited, not being accepted in time?"""
    return Acceptance.objects.filter(award=award, state=states.LAPSED).exists()


@service("claims.give_acceptance_back")
def give_acceptance_back(
    *, actor: Actor, award: Award, reason: str, by: int | None, days: int | None = None, act: Act | None = None
) -> Acceptance | None:
    """An award whose forfeiture was decided can be accepted again: its revocation was closed without an act or annulled, or the director
    takes a late acceptance by an ``act``. From today it has ``days``, or those of its call; ``by`` is who decided. Nothing of an award
    that was not forfeited."""
    if not actor.is_system:
        refuse("Lo dispone chi chiude la revoca.", "Who closes the revocation does it.")
    found = (
        Acceptance.objects.filter(award=award, state=states.LAPSED).order_by("pk").values_list("pk", flat=True).first()
    )
    held = locked_acceptance(found) if found is not None else None
    if held is None or held.state != states.LAPSED:
        return unchanged(held)
    term = end_of_term(today(), days or days_to_accept(held.award) or 1, kind="calendar", roll=True)
    acceptance_step(
        held, "give_back", actor, due_on=term.due, steps=steps_as_json(term.steps), reminded_on=None,
        stopped_on=None if may_be_accepted(held.award) else today(), reason=reason.strip(), decided_at=now(), decided_by_id=by,
        late_act=act,
    )  # fmt: skip
    note(due=term.due.isoformat())
    tell_acceptance(
        held,
        actor,
        "given-back",
        Bilingual(
            f"Puoi di nuovo accettare la concessione, entro il {held.due_on:%d/%m/%Y}",
            f"You can accept the award again, by {held.due_on:%d/%m/%Y}",
        ),
        Bilingual(held.reason, held.reason),
        once=now().isoformat(),
    )
    return held
