"""The aid of an award that was reduced, varied in the RNA (COVAR), with the act that reduced it (DM 115/2017)."""

from levante.aid.api import RnaRegistration, RnaVariation, transmit_variation, vary_in_rna
from levante.grants.models import Award
from levante.grants.models_task import REDUCED
from levante.grants.registers import concession_of
from levante.grants.services import SUBJECT
from levante.grants.tasks import by_act, to_tell_rna
from levante.kernel.api import Actor, system
from levante.kernel.pure import Bilingual


def vary_aid(actor: Actor, award: Award, reason: str) -> None:
    """An award that was reduced: its aid is varied in the RNA, where it is confirmed from here. For a service at work; where it cannot be
    it is a task of the office."""
    row = (
        RnaRegistration.objects.live()
        .of_subject(SUBJECT, str(award.pk))
        .filter(state=RnaRegistration.CONFIRMED)
        .first()
    )
    codes = (award.act.call.registers or {}).get("rna")
    if row is None and codes and RnaRegistration.objects.live().of_subject(SUBJECT, str(award.pk)).exists():
        return  # once it is confirmed the office asks for it from here (``mending``)
    if row is None or not codes:
        by = by_act(award.reduced_by.number, award.reduced_on) if award.reduced_by and award.reduced_on else None
        to_tell_rna(actor, award, REDUCED, by or Bilingual(reason, reason))
        return
    if row.variations.filter(state__in=[RnaVariation.ASKED, RnaVariation.TO_CONFIRM]).exclude(gge=award.gge).exists():
        return  # one at a time: this amount is asked when the RNA has confirmed that one
    why = f"{reason}, atto n. {award.reduced_by.number} del {award.reduced_on:%d/%m/%Y}" if award.reduced_by else reason
    vary_in_rna(actor=actor, registration=row, components=concession_of(award, codes).components, reason=why)


def tell_variation(award: Award, variation: RnaVariation) -> None:
    """The RNA gave the COVAR: the act that reduced the award is told to it."""
    act = award.reduced_by
    if act is None or award.reduced_on is None:
        return
    transmit_variation(
        actor=system("grants.registers"), variation=variation, act=f"n. {act.number} del {award.reduced_on:%d/%m/%Y}"[:255],
        day=award.reduced_on,
    )  # fmt: skip
