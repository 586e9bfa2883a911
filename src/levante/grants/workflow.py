"""The life of an award act as a table; an award follows its act, and may be stopped or cancelled by itself."""

from collections.abc import Iterable

from levante.grants import policies, states
from levante.grants.antimafia import missing_antimafia
from levante.grants.drafted import drafted_awards
from levante.grants.durc import missing_durc
from levante.grants.models import AwardAct
from levante.grants.models_order import WAITING
from levante.grants.states import CANCELLED, DRAFT_ACT, EFFECTIVE, REFUSED, RETURNED, SENT
from levante.grants.visure import missing_visure
from levante.kernel.api import Actor, Missing, Transition, Workflow, today
from levante.kernel.pure import Bilingual, Decision
from levante.programme.api import missing_document


def _system(actor: Actor, _act: AwardAct) -> Decision:
    if actor.is_system:
        return Decision.yes()
    return Decision.no("Lo dice il sistema degli atti.", "The system of acts says so.")


def _document_needed(act: AwardAct) -> Iterable[Missing]:
    left = act.orders.filter(state=WAITING).count()
    if left:
        yield Missing(
            Bilingual(
                f"il controllo delle domande, in corso (ne restano: {left})",
                f"the check of the applications, under way (left: {left})",
            )
        )
    else:
        yield from missing_document(act.document)


def _codes_needed(act: AwardAct) -> Iterable[Missing]:
    """Where they are asked from here, each award has its COR (art. 9 DM 115/2017) and CUP (art. 11 L. 3/2003) before it is signed."""
    from levante.grants.cup import reaches_cup
    from levante.grants.registers import reaches_rna

    awards = drafted_awards(act)
    without_cup = sum(not one.cup for one in awards) if reaches_cup(act) else 0
    if without_cup:
        yield Missing(Bilingual(f"il CUP di {without_cup} concessioni", f"the CUP of {without_cup} awards"))
    left = sum(not one.cor for one in awards) if reaches_rna(act) else 0
    if left:
        yield Missing(
            Bilingual(
                f"la registrazione nel RNA (COR) di {left} concessioni",
                f"the registration in the RNA (COR) of {left} awards",
            )
        )


def _antimafia_needed(act: AwardAct) -> Iterable[Missing]:
    """The information of the prefecture, where all that a firm gets wants it (artt. 91 and 92 D.Lgs. 159/2011)."""
    yield from missing_antimafia(act, on=today())


def _durc_needed(act: AwardAct) -> Iterable[Missing]:
    """A regular DURC on the day, where the call's checks for the award want it (D.L. 69/2013, art. 31)."""
    yield from missing_durc(act, on=today())


def _visure_needed(act: AwardAct) -> Iterable[Missing]:
    """The answers of the RNA, and none of them that forbids it (DM 115/2017 artt. 13-15; L. 234/2012 art. 46)."""
    yield from missing_visure(act)


def _awards_needed(act: AwardAct) -> Iterable[Missing]:
    if not drafted_awards(act):
        yield Missing(Bilingual("almeno una domanda da concedere", "at least one application to award"))


ACTS: Workflow[AwardAct] = Workflow(
    states.STATES,
    [
        Transition(
            "send",
            frozenset({DRAFT_ACT}),
            SENT,
            Bilingual("Firma e invia al sistema degli atti", "Sign and send to the system of acts"),
            policies.may_send,
            (_document_needed, _awards_needed, _codes_needed, _antimafia_needed, _durc_needed, _visure_needed),
        ),
        Transition("return", frozenset({SENT}), RETURNED, Bilingual("L’atto è tornato", "The act came back"), _system),
        Transition("refuse", frozenset({SENT}), REFUSED, Bilingual("L’atto è stato rifiutato", "Refused"), _system),
        Transition(
            "take_effect",
            frozenset({RETURNED}),
            EFFECTIVE,
            Bilingual("Rendi efficaci le concessioni", "Let the awards take effect"),
            policies.may_work_act,
        ),
        Transition(
            "cancel",
            frozenset({DRAFT_ACT, RETURNED}),
            CANCELLED,
            Bilingual("Annulla", "Cancel"),
            policies.may_work_act,
        ),
    ],
)
