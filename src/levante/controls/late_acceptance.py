"""The director takes a late acceptance by an act, once the forfeiture of an award was decided and while nobody is revoking it.

Whether a late acceptance may be taken is for the call and the act to say, with its reasons (art. 3 L. 241/1990).
"""

from datetime import date

from levante.claims.api import Acceptance, carrying_states, give_acceptance_back
from levante.controls import policies
from levante.controls.models import Revocation
from levante.grants.api import Award
from levante.kernel.api import Actor, day_of, note, note_object, refuse, require, service, system, today
from levante.programme.api import record_act

MOST_DAYS = 90


def not_accepted(award: Award) -> str:
    """The facts, as the procedure to revoke it may state them, of an award whose forfeiture was decided; empty of another. Italian: they go
    into an act."""
    held = Acceptance.objects.filter(award=award, state=carrying_states.LAPSED).order_by("pk").first()
    return (
        f"La concessione non è stata accettata entro il {held.due_on:%d/%m/%Y}. {held.reason}"
        if held is not None
        else ""
    )


@service("controls.admit_late_acceptance")
def admit_late_acceptance(
    *, actor: Actor, acceptance: Acceptance, days: int | None, reason: str, number: str, act_date: date | None
) -> Acceptance:
    """Give ``days`` to accept an award whose forfeiture was decided, from today, by an act of the director adopted since (``number``,
    ``act_date``), with the reason. A procedure of revocation that is open is closed first."""
    award = Award.objects.select_for_update(of=("self",)).select_related(
        "act__call__office", "act__line__triennium", "application"
    ).get(pk=acceptance.award_id)  # fmt: skip
    require(policies.may_admit_late(actor, award))
    held = Acceptance.objects.get(pk=acceptance.pk)
    if held.state != carrying_states.LAPSED or held.decided_at is None or award.state != "effective":
        refuse(
            "Un’accettazione tardiva si ammette quando è decisa la decadenza, e la concessione non è revocata.",
            "A late acceptance is taken once the forfeiture was decided, and the award is not revoked.",
        )
    if Revocation.objects.standing().filter(award=award).exists():
        refuse(
            "È aperto il procedimento di revoca: chiudilo senza revoca, e l’impresa può di nuovo accettare.",
            "The procedure of revocation is open: close it without a revocation, and the enterprise can accept again.",
        )
    if days is None or not 1 <= days <= MOST_DAYS:
        refuse(f"I giorni vanno da 1 a {MOST_DAYS}.", f"The days are 1 to {MOST_DAYS}.", field="days")
    if not reason.strip():
        refuse("Scrivi perché.", "Write why.", field="reason")
    text, first = number.strip(), day_of(held.decided_at)
    if not text:
        refuse("Scrivi il numero dell’atto.", "Write the number of the act.", field="number")
    if act_date is None or not first <= act_date <= today():
        refuse(
            f"Il giorno dell’atto va dalla decadenza ({first:%d/%m/%Y}) a oggi.",
            f"The day of the act is between the forfeiture ({first:%d/%m/%Y}) and today.",
            field="act_date",
        )
    machine, number_it = system("controls.admit_late_acceptance"), award.application.number
    act = record_act(
        actor=machine, triennium=award.act.line.triennium, code=f"accettazione-tardiva-{held.pk}-{text}"[:60], number=text,
        adopted_on=act_date, title_it=f"Accettazione tardiva della concessione: domanda {number_it}",
        title_en=f"Late acceptance of the award: application {number_it}", demonstration=award.act.is_demo,
    )  # fmt: skip
    note(act=act.code)
    note_object(held)
    given = give_acceptance_back(actor=machine, award=award, reason=reason, by=actor.user_id, days=days, act=act)
    assert given is not None
    return given
