"""COR and CUP of an award that the office writes by hand."""

from levante.aid.api import RnaRegistration, read_codes
from levante.grants import states
from levante.grants.codes import set_codes
from levante.grants.cup_given import go_on_with_cup
from levante.grants.models import Award
from levante.grants.policies import may_work_act
from levante.grants.services import SUBJECT, locked_act
from levante.kernel.api import Actor, note, refuse, require, service, unchanged


@service("grants.record_cor_cup")
def record_cor_cup(*, actor: Actor, award: Award, cor: str, cup: str) -> Award:
    """Write the two codes of an award, or correct them; empty when not there yet.

    On a draft they go in the text of the act (DM 115/2017, art. 9; L. 3/2003, art. 11); once the award has effect they are
    those of its aid, so that the line of the RNA is the same aid. A CUP that the RNA waited for starts the registration.
    """
    act = locked_act(award.act_id)
    require(may_work_act(actor, act))
    held = Award.objects.select_for_update(of=("self",)).select_related("aid").get(pk=award.pk)
    if held.state not in states.STANDING:
        refuse("La concessione non c’è più: non ha codici.", "The award is no more: it has no codes.")
    cor, cup = read_codes(cor, cup)
    _require_not_of_the_rna(held, cor)
    before = held.codes
    if before == (cor, cup) == (held.cor, held.cup):
        return unchanged(held)
    set_codes(actor, act, held, cor, cup)
    note(cor=cor, cup=cup, before=list(before))
    if cup and not before[1]:
        go_on_with_cup(held.pk)
        held.refresh_from_db(fields=["cor", "cor_on", "reservation"])
    return held


def _require_not_of_the_rna(held: Award, cor: str) -> None:
    """While the RNA holds the registration of the award, its code is that."""
    live = RnaRegistration.objects.live().of_subject(SUBJECT, str(held.pk)).first()
    if live is not None and live.cor and cor != live.cor:
        refuse(
            f"Il RNA ha registrato questo aiuto con il COR {live.cor}: non si scrive un altro codice.",
            f"The RNA registered this aid with COR {live.cor}: no other code is written.",
            field="cor",
        )
