"""The CUP of an award is there: by the service, after a person looked at similar projects, or by hand (``by_hand``, ``cup_batch``).

Whichever way it came, the RNA that waited for it is asked then.
"""

from levante.exchange.api import ExternalRequest
from levante.grants import states
from levante.grants.codes import write_codes
from levante.grants.cup import GENERATED, SIMILAR, ask_cup, projects_of, reaches_cup
from levante.grants.models import Award
from levante.grants.policies import may_work_act
from levante.grants.registers import register_with_cup
from levante.grants.services import locked_act
from levante.grants.telling import tell_office
from levante.kernel.api import Actor, note, refuse, require, service, system, unchanged


def cup_answered(*, actor: Actor, request: ExternalRequest) -> None:
    """What the CUP system said of an award's project; called by exchange, again after a crash: then it does nothing."""
    asked_by = int(request.key.split(":")[2])
    told = projects_of([asked_by]).get(asked_by)
    if told is None:
        return
    # The act may have fallen since it was asked: the code is of who has the project now, or is kept for who has it next.
    award_id = told.last
    locked_act(Award.objects.values_list("act", flat=True).get(pk=award_id))
    award = Award.objects.select_for_update(of=("self",)).select_related("act__call__office", "aid").get(pk=award_id)
    if award.codes[1] or award.state not in (*states.STANDING, *states.FELL):
        return
    if request.outcome == GENERATED:
        write_codes(actor=actor, award=award, cor=award.codes[0], cup=(request.answer or {})["cup"])
        go_on_with_cup(award_id)
    elif award.state in states.FELL:
        return
    elif request.outcome == SIMILAR:
        tell_office(actor, award, SIMILAR, "")
    else:
        tell_office(actor, award, "cup_refused", str((request.answer or {}).get("reason", "")))


@service("grants.confirm_similar_cup")
def confirm_similar_cup(*, actor: Actor, award: Award) -> Award:
    """A person looked at the projects like this one and says that the code that was made is right."""
    act = locked_act(award.act_id)
    require(may_work_act(actor, act))
    held = Award.objects.select_for_update(of=("self",)).select_related("aid").get(pk=award.pk)
    similar = [one for one in projects_of([held.pk])[held.pk].asked if one.outcome == SIMILAR]
    request = similar[-1] if similar else None
    if request is None or request.answer is None:
        refuse("Non c’è un CUP da confermare.", "There is no CUP to confirm.")
    if held.codes[1]:
        return unchanged(held)
    note(cup=request.answer["cup"])
    write_codes(actor=actor, award=held, cor=held.codes[0], cup=request.answer["cup"])
    go_on_with_cup(held.pk)
    return held


@service("grants.use_given_cup")
def use_given_cup(*, actor: Actor, award: Award, cup: str) -> Award:
    """A project has one code (L. 3/2003 art. 11): the one that this had before is that of the award again."""
    held = _draft_without_cup(actor, award)
    if cup not in projects_of([held.pk])[held.pk].given:
        refuse("Questo CUP non è del progetto.", "This CUP is not of the project.")
    note(cup=cup)
    write_codes(actor=actor, award=held, cor=held.codes[0], cup=cup)
    go_on_with_cup(held.pk)
    return held


@service("grants.ask_another_cup")
def ask_another_cup(*, actor: Actor, award: Award, reason: str) -> Award:
    """A person says why the code that the project had is not right, and asks another: the first is to be closed in the CUP system."""
    held = _draft_without_cup(actor, award)
    if not reaches_cup(held.act):
        refuse("Da qui non si arriva al sistema CUP.", "The CUP system is not reached from here.")
    if not reason.strip():
        refuse("Scrivi perché serve un altro CUP.", "Write why another CUP is needed.", field="reason")
    if not ask_cup(actor, held.act, held, another=True):
        refuse("Il CUP è già stato chiesto: aspetta la risposta.", "The CUP was asked already: wait for the answer.")
    note(reason=reason.strip()[:200], before=projects_of([held.pk])[held.pk].given)
    return held


def _draft_without_cup(actor: Actor, award: Award) -> Award:
    """The award under its lock, of a draft and with no code."""
    act = locked_act(award.act_id)
    require(may_work_act(actor, act))
    rows = Award.objects.select_for_update(of=("self",)).select_related(
        "act__call__office", "aid", "application__opening__call", "enterprise"
    )
    held = rows.get(pk=award.pk)
    if held.state != states.DRAFT_ACT:
        refuse("L’atto è già partito.", "The act has gone already.")
    if held.codes[1]:
        refuse("La concessione ha già un CUP: prima toglilo.", "The award has a CUP already: take it off first.")
    return held


def go_on_with_cup(award_id: int) -> None:
    rows = Award.objects.select_related(
        "act__call__office", "aid", "application__opening__call", "enterprise", "reservation"
    )  # fmt: skip
    award = rows.get(pk=award_id)
    register_with_cup(system("grants.register_awards"), award.act, award)
