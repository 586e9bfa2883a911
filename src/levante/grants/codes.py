"""COR and CUP of an award: as the RNA and the CUP system give them (``registers``, ``cup_given``), or by the office (``by_hand``)."""

from levante.aid.api import AidRecord, read_codes, record_codes
from levante.grants import states
from levante.grants.models import Award, AwardAct
from levante.grants.services import SUBJECT, tell_application, write_document
from levante.kernel.api import Actor, note, refuse, service, system, today, unchanged
from levante.kernel.pure import Bilingual
from levante.messages.api import notify
from levante.parties.api import people_acting_for


@service("grants.write_codes")
def write_codes(*, actor: Actor, award: Award, cor: str, cup: str) -> Award:
    """The codes as a register gave them, or took them back. The act is locked by who calls."""
    held = Award.objects.select_for_update(of=("self",)).select_related("aid", "act__call__office").get(pk=award.pk)
    cor, cup = read_codes(cor, cup)
    if held.codes == (cor, cup) == (held.cor, held.cup):
        return unchanged(held)
    note(cor=cor, cup=cup, before=list(held.codes))
    set_codes(actor, held.act, held, cor, cup)
    return held


def set_codes(actor: Actor, act: AwardAct, held: Award, cor: str, cup: str) -> None:
    """For who holds the act, and the award under it."""
    before = held.codes
    _require_free(held, cor)
    if held.aid is not None:
        # The RNA may know the CUP already: the award says what its aid says.
        held.aid = record_codes(actor=system("grants.record_cor_cup"), aid=held.aid, cor=cor, cup=cup)
        cor, cup = held.aid.cor, held.aid.cup
    if cor != held.cor:
        held.cor_on = today() if cor else None
    held.cor, held.cup = cor, cup
    held.save(update_fields=["cor", "cup", "cor_on"])
    if held.is_in_force and not before[0]:
        _tell_in_force(actor, held)
    if act.state == states.DRAFT_ACT:
        write_document(actor, act)


def _tell_in_force(actor: Actor, award: Award) -> None:
    """The act was complete and waited for its COR: now the award has effect."""
    it = f"L’aiuto è registrato nel RNA (COR {award.cor}): la concessione ha effetto."
    en = f"The aid is registered in the RNA (COR {award.cor}): the award has effect."
    number = award.application.number
    tell_application(award.application, actor, "award_in_force", Bilingual(it, en))
    notify(
        actor=system("grants.record_cor_cup"),
        users=people_acting_for(award.enterprise_id, today()),
        kind="award-in-force",
        title=Bilingual("La concessione ha effetto", "The award has effect"),
        body=Bilingual(f"{number}: {it}", f"{number}: {en}"),
        path="/impresa/aiuti/",
        enterprise_id=award.enterprise_id,
        subject_type=SUBJECT,
        subject_id=str(award.pk),
    )


def _require_free(held: Award, cor: str) -> None:
    """A COR is of one aid."""
    others = Award.objects.filter(cor=cor, state__in=states.TAKEN).exclude(pk=held.pk)
    aids = AidRecord.objects.filter(cor=cor, source=AidRecord.OWN).exclude(pk=held.aid_id or 0)
    if cor and (others.exists() or aids.exists()):
        refuse(
            f"Il COR {cor} è già di un’altra concessione.", f"COR {cor} is of another award already.", field="cor"
        )  # fmt: skip
