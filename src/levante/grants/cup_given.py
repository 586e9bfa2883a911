"""The CUP of an award is there: by the service, after a person looked at similar projects, or by hand (``by_hand``, ``cup_batch``).

Whichever way it came, the RNA that waited for it is asked then.
"""

from levante.exchange.api import ExternalRequest
from levante.grants import states
from levante.grants.codes import write_codes
from levante.grants.cup import GENERATED, SIMILAR, cups_asked
from levante.grants.models import Award
from levante.grants.policies import may_work_act
from levante.grants.registers import register_with_cup
from levante.grants.services import locked_act
from levante.grants.telling import tell_office
from levante.kernel.api import Actor, note, refuse, require, service, system, unchanged


def cup_answered(*, actor: Actor, request: ExternalRequest) -> None:
    """What the CUP system said of an award's project; called by exchange, again after a crash: then it does nothing."""
    award_id = int(request.key.split(":")[2])
    act_id = Award.objects.filter(pk=award_id).values_list("act", flat=True).first()
    if act_id is None:
        return
    locked_act(act_id)
    award = Award.objects.select_for_update(of=("self",)).select_related("act__call__office", "aid").get(pk=award_id)
    if award.codes[1] or award.state not in states.STANDING:
        return
    if request.outcome == GENERATED:
        write_codes(actor=actor, award=award, cor=award.codes[0], cup=(request.answer or {})["cup"])
        go_on_with_cup(award_id)
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
    similar = [one for one in cups_asked([held.pk]).get(held.pk, []) if one.outcome == SIMILAR]
    request = similar[-1] if similar else None
    if request is None or request.answer is None:
        refuse("Non c’è un CUP da confermare.", "There is no CUP to confirm.")
    if held.codes[1]:
        return unchanged(held)
    note(cup=request.answer["cup"])
    write_codes(actor=actor, award=held, cor=held.codes[0], cup=request.answer["cup"])
    go_on_with_cup(held.pk)
    return held


def go_on_with_cup(award_id: int) -> None:
    rows = Award.objects.select_related(
        "act__call__office", "aid", "application__opening__call", "enterprise", "reservation"
    )  # fmt: skip
    award = rows.get(pk=award_id)
    register_with_cup(system("grants.register_awards"), award.act, award)
