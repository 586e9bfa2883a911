"""What the RNA would not do for an award, asked again by the office: its act told, its COR, its variation, its cancellation.

After the act a refusal takes the award out of force once its code lapses, or keeps later reductions waiting: what is to be asked is read
from what stands (``to_mend``), never kept, so that a page, Today and the service say the same (art. 52 L. 234/2012; art. 9 DM 115/2017).
"""

from typing import Any

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Cast

from levante.aid.api import RnaRegistration, RnaVariation, cancel_in_rna, set_aside_registration
from levante.grants import states
from levante.grants.models import Award
from levante.grants.policies import may_work_act
from levante.grants.registers import reaches_rna, register_award, tell_act
from levante.grants.services import SUBJECT, locked_act
from levante.grants.varying import tell_variation, vary_aid
from levante.kernel.api import Actor, note, refuse, require, service, system, unchanged
from levante.kernel.pure import Bilingual

TELL_ACT, REGISTER, VARY, TELL_VARIATION, CANCEL = "tell_act", "register", "vary", "tell_variation", "cancel"

#: What the button says, and what the office reads beside it.
WORDS = {
    TELL_ACT: Bilingual("Comunica di nuovo l’atto al RNA", "Tell the RNA the act again"),
    REGISTER: Bilingual("Chiedi di nuovo il COR al RNA", "Ask the RNA for the COR again"),
    VARY: Bilingual("Chiedi di nuovo la variazione al RNA", "Ask the RNA for the variation again"),
    TELL_VARIATION: Bilingual("Comunica di nuovo l’atto che varia l’aiuto", "Tell again the act that varies the aid"),
    CANCEL: Bilingual("Chiedi di nuovo l’annullamento al RNA", "Ask the RNA for the cancellation again"),
}
_ENDED = (states.REVOKED, states.CANCELLED, states.REFUSED)
_OPEN = (RnaVariation.ASKED, RnaVariation.TO_CONFIRM)


def with_mend(rows: "QuerySet[Award]") -> "QuerySet[Award]":
    """These awards, each with ``mend``: what is to be asked of the RNA again, empty when nothing is. In the query of the rows."""
    mine = RnaRegistration.objects.of_subject(SUBJECT, OuterRef("said")).order_by()  # type: ignore[arg-type]
    idle = mine.filter(reason="")
    confirmed = idle.filter(state=RnaRegistration.CONFIRMED)
    variations = RnaVariation.objects.filter(
        registration__subject_type=SUBJECT, registration__subject_id=OuterRef("said"), state__in=_OPEN,
        registration__state=RnaRegistration.CONFIRMED,
    ).order_by()  # fmt: skip
    without_code = Q(cor="") & (Q(aid__isnull=True) | Q(aid__cor=""))
    wrong_code = Exists(mine.filter(state=RnaRegistration.ASKED).exclude(problem=""))
    gone = Exists(mine) & ~Exists(mine.filter(state__in=RnaRegistration.LIVE))
    in_effect = Q(state=states.EFFECTIVE)
    return rows.annotate(said=Cast("pk", CharField())).annotate(
        mend=Case(
            When(Q(state__in=states.STANDING) & wrong_code, then=Value(REGISTER)),
            When(in_effect & Exists(idle.filter(state=RnaRegistration.TO_CONFIRM, confirm_request=None)), then=Value(TELL_ACT)),
            When(Q(state__in=[*states.IN_FLIGHT[1:], states.EFFECTIVE]) & without_code & gone, then=Value(REGISTER)),
            When(
                in_effect & Exists(variations.filter(state=RnaVariation.TO_CONFIRM, confirm_request=None)),
                then=Value(TELL_VARIATION),
            ),
            When(in_effect & Exists(confirmed.filter(gge__gt=OuterRef("gge"))) & ~Exists(variations), then=Value(VARY)),
            When(
                Q(state__in=_ENDED) & Exists(idle.filter(state__in=[RnaRegistration.TO_CONFIRM, RnaRegistration.CONFIRMED])),
                then=Value(CANCEL),
            ),
            default=Value(""),
            output_field=CharField(),
        )
    )  # fmt: skip


def to_mend(rows: "QuerySet[Award]") -> "QuerySet[Award]":
    """Of these awards those about which the RNA is to be asked again."""
    asked: Any = with_mend(rows)
    found: QuerySet[Award] = asked.exclude(mend="")
    return found


@service("grants.mend_in_rna")
def mend_in_rna(*, actor: Actor, award: Award) -> Award:
    """Ask the RNA again for what it would not do, by what stands now; nothing is left to ask, nothing more (two clicks are one).

    A COR that is no COR, or another's, is set aside, and another registration is asked: who presses has looked in the RNA.
    """
    act = locked_act(award.act_id)
    require(may_work_act(actor, act))
    held = Award.objects.select_for_update(of=("self",)).select_related(
        "act__call__office", "act__line", "aid", "application__opening__call", "enterprise", "reservation", "reduced_by", "restored_by"
    ).get(pk=award.pk)  # fmt: skip
    row: Any = to_mend(Award.objects.filter(pk=held.pk)).first()
    kind = row.mend if row is not None else ""
    if not kind:
        return unchanged(held)
    live = RnaRegistration.objects.live().of_subject(SUBJECT, str(held.pk)).first()
    machine = system("grants.mend_in_rna")
    if kind == REGISTER:
        if not reaches_rna(act):
            refuse(
                "Da qui non si arriva più al RNA: registra l’aiuto là e scrivi il COR a mano.",
                "The RNA is not reached from here any more: register the aid there and write the COR by hand.",
            )
        if live is not None:
            set_aside_registration(actor=actor, registration=live)
            held.refresh_from_db(fields=["reservation", "cor", "cup"])
        register_award(actor, act, held)
    elif kind == TELL_ACT:
        tell_act(act, held)
    elif kind == VARY:
        vary_aid(machine, held, "Riduzione della concessione")
    elif live is not None and kind == TELL_VARIATION:
        tell_variation(held, live.variations.get(state=RnaVariation.TO_CONFIRM))
    elif live is not None:
        cancel_in_rna(
            actor=actor, registration=live, reason=(held.closing_reason or "La concessione non c’è più")[:500]
        )
    note(asked=kind)
    return held
