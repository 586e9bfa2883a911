"""COR, CUP and visure of an award that the office writes by hand."""

from datetime import date
from typing import Any

from levante.aid.api import RnaRegistration, Visura, read_codes, record_visura_by_hand
from levante.grants import states
from levante.grants.codes import set_codes
from levante.grants.cup_given import go_on_with_cup
from levante.grants.models import Award
from levante.grants.policies import may_work_act
from levante.grants.services import SUBJECT, locked_act
from levante.grants.visure import last_visure, others_of, takes_visure
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


@service("grants.record_award_visura")
def record_award_visura(
    *,
    actor: Actor,
    award: Award,
    kind: str,
    vercor: str,
    made_on: date | None,
    listed: bool | None = None,
    whole: bool = False,
    upload: Any = None,
) -> Award:
    """Write number and day of a visura that was asked on the Register's site for an award of a draft: the text of the act cites it (DM
    115/2017, artt. 13-15); or, the act being back, of who took the place of its firm since. ``whole``: a de minimis one is of every member
    of the single undertaking too; ``listed``: what a Deggendorf says, and who is listed is awarded nothing."""
    act = locked_act(award.act_id)
    require(may_work_act(actor, act))
    held = Award.objects.select_for_update(of=("self",)).select_related("enterprise").get(pk=award.pk)
    if not takes_visure(held):
        refuse("L’atto è già partito: le visure vengono prima.", "The act has gone already: visure come before it.")
    others = others_of([held])[held.pk] if kind == Visura.DE_MINIMIS else []
    if others and not whole:
        refuse(
            "La visura de minimis è di tutta l’impresa unica: chiedila anche per le altre imprese, poi confermalo.",
            "The de minimis visura is of the whole single undertaking: ask it for the other enterprises too, then confirm it.",
            field="whole",
        )
    known = last_visure([held])[held.pk].get(kind)
    made = record_visura_by_hand(
        actor=actor, office=act.call.office, kind=kind, enterprise=held.enterprise, subject_type=SUBJECT, subject_id=str(held.pk),
        vercor=vercor, made_on=made_on, listed=listed, members=others, upload=upload,
    )  # fmt: skip
    if made == known:
        return unchanged(held)
    note(visura=made.pk)
    return held
