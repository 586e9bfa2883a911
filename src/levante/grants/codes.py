"""COR and CUP of an award, written by the office until the RNA and the CUP system are reached from here."""

from levante.aid.api import AidRecord, read_codes, record_codes
from levante.grants import states
from levante.grants.models import Award
from levante.grants.policies import may_work_act
from levante.grants.services import locked_act, write_document
from levante.kernel.api import Actor, note, refuse, require, service, system, unchanged


@service("grants.record_cor_cup")
def record_cor_cup(*, actor: Actor, award: Award, cor: str, cup: str) -> Award:
    """Write the two codes of an award, or correct them; empty when not there yet.

    On a draft they go in the text of the act (DM 115/2017, art. 9; L. 3/2003, art. 11); once the award has effect they are
    those of its aid, so that the line of the RNA is the same aid.
    """
    act = locked_act(award.act_id)
    require(may_work_act(actor, act))
    held = Award.objects.select_for_update(of=("self",)).select_related("aid").get(pk=award.pk)
    if held.state not in states.STANDING:
        refuse("La concessione non c’è più: non ha codici.", "The award is no more: it has no codes.")
    cor, cup = read_codes(cor, cup)
    before = held.codes
    if before == (cor, cup) == (held.cor, held.cup):
        return unchanged(held)
    _require_free(held, cor)
    if held.aid is not None:
        # The RNA may know the CUP already: the award says what its aid says.
        held.aid = record_codes(actor=system("grants.record_cor_cup"), aid=held.aid, cor=cor, cup=cup)
        cor, cup = held.aid.cor, held.aid.cup
    held.cor, held.cup = cor, cup
    held.save(update_fields=["cor", "cup"])
    if act.state == states.DRAFT_ACT:
        write_document(actor, act)
    note(cor=cor, cup=cup, before=list(before))
    return held


def _require_free(held: Award, cor: str) -> None:
    """A COR is of one aid."""
    others = Award.objects.filter(cor=cor, state__in=states.STANDING).exclude(pk=held.pk)
    aids = AidRecord.objects.filter(cor=cor, source=AidRecord.OWN).exclude(pk=held.aid_id or 0)
    if cor and (others.exists() or aids.exists()):
        refuse(
            f"Il COR {cor} è già di un’altra concessione.", f"COR {cor} is of another award already.", field="cor"
        )  # fmt: skip
