"""The lives of an acceptance and of a variation as tables, and who may make each step."""

from collections.abc import Iterable

from levante.applications.api import may_examine, may_read
from levante.claims import carrying_states as states
from levante.claims.models_carrying import Acceptance, Variation
from levante.grants.api import Award
from levante.identity.api import roles
from levante.kernel.api import Actor, Missing, Transition, Workflow
from levante.kernel.pure import Bilingual, Decision

Of = Acceptance | Variation


def days_to_accept(award: Award) -> int | None:
    """The days that the call of an award gives to accept it; none where it wants no acceptance."""
    told = (award.application.opening.call.terms or {}).get("acceptance_days")
    return int(told) if told else None


def acceptance_of(award: Award) -> Acceptance | None:
    found: Acceptance | None = getattr(award, "acceptance", None)
    return found


def awaits_acceptance(award: Award) -> bool:
    """Is nothing claimed of it yet, because it is to be accepted first?"""
    if days_to_accept(award) is None:
        return False
    held = acceptance_of(award)
    return held is None or held.state != states.ACCEPTED


def may_act_for(actor: Actor, award: Award) -> Decision:
    """Act for the enterprise of an award: who may send."""
    if actor.enterprise_id == award.enterprise_id and "submit" in actor.scopes:
        return Decision.yes()
    return Decision.no(
        "Lo fa il legale rappresentante dell’impresa, o chi ha una delega per l’invio.",
        "The legal representative of the enterprise does it, or who holds a mandate for sending.",
    )


def may_write_for(actor: Actor, award: Award) -> Decision:
    """Prepare for the enterprise of an award: who may apply."""
    if actor.enterprise_id == award.enterprise_id and "apply" in actor.scopes:
        return Decision.yes()
    return Decision.no("La tua delega non comprende queste richieste.", "Your mandate does not cover these requests.")


def may_vary(actor: Actor, award: Award) -> Decision:
    """Begin a variation: on an award in force, which is not suspended."""
    decision = may_write_for(actor, award)
    if not decision:
        return decision
    if not award.is_in_force or award.is_stopped:
        return Decision.no(
            "La concessione non ha effetto, o è sospesa: non si può variare.",
            "The award has no effect, or is suspended: it cannot be varied.",
        )
    return Decision.yes()


def _acts(actor: Actor, of: Of) -> Decision:
    return may_act_for(actor, of.award)


def _writes(actor: Actor, of: Of) -> Decision:
    return may_write_for(actor, of.award)


def may_decide(actor: Actor, of: Of) -> Decision:
    return may_decide_on(actor, of.award)


def may_decide_on(actor: Actor, award: Award) -> Decision:
    """Decide for the office: who examines the applications of the call, with no conflict of interest about this one."""
    application = award.application
    decision = may_examine(actor, application)
    return decision and may_read(actor, application) if decision else decision


def may_keep(actor: Actor, award: Award, *, back: bool) -> Decision:
    """Leave an award as it is though less was earned: who decides on it; where money is to be given back (``back``) the director, whose
    reason the request cites."""
    decision = may_decide_on(actor, award)
    if not decision or not back or directs(actor, award):
        return decision
    return Decision.no(
        "Ci sono somme da restituire: che la concessione resti com’è lo decide il dirigente.",
        "Money is to be given back: that the award stays as it is is for the director to decide.",
    )


def directs(actor: Actor, award: Award) -> bool:
    """Is the director of the Section, or of the office that manages the call."""
    return actor.in_section(roles.DIRECTOR) or actor.has_role(roles.DIRECTOR, office=award.act.call.office.code)


def _system(actor: Actor, _of: Of) -> Decision:
    if actor.is_system:
        return Decision.yes()
    return Decision.no("Lo fa il sistema, quando il termine è passato.", "The system does it, once the term is over.")


def _of_above(actor: Actor, _of: Of) -> Decision:
    if actor.is_system:
        return Decision.yes()
    return Decision.no(
        "Decisa la decadenza, la concessione si accetta di nuovo con un atto del dirigente, o se il procedimento di revoca si chiude.",
        "Once forfeited, the award is accepted again by an act of the director, or if the procedure of revocation is closed.",
    )


ACCEPTANCES: Workflow[Acceptance] = Workflow(
    states.ACCEPTANCE_STATES,
    [
        Transition("accept", frozenset({states.WAITING}), states.ACCEPTED, Bilingual("Accetta", "Accept"), _acts),
        Transition("expire", frozenset({states.WAITING}), states.OVER, Bilingual("Termine scaduto", "Term over"), _system),
        Transition(
            "prolong",
            frozenset({states.WAITING, states.OVER}),
            states.WAITING,
            Bilingual("Dai più tempo", "Give more time"),
            may_decide,
        ),
        Transition("lapse", frozenset({states.OVER}), states.LAPSED, Bilingual("Disponi la decadenza", "Forfeit"), may_decide),
        Transition(
            "give_back",
            frozenset({states.LAPSED}),
            states.WAITING,
            Bilingual("Si può di nuovo accettare", "It can be accepted again"),
            _of_above,
        ),
    ],
)  # fmt: skip


def _revoked(actor: Actor, _of: Of) -> Decision:
    if actor.is_system:
        return Decision.yes()
    return Decision.no(
        "Lo fa l’atto di revoca, o quello che la annulla.", "The act of revocation does it, or the one that annuls it."
    )


def _to_send(variation: Variation) -> Iterable[Missing]:
    if not variation.reason.strip():
        yield Missing(Bilingual("perché la chiedi", "why you ask for it"), "reason")
    if not variation.asked or variation.asked == variation.before:
        yield Missing(Bilingual("che cosa cambia", "what changes"), "asked")


VARIATIONS: Workflow[Variation] = Workflow(
    states.VARIATION_STATES,
    [
        Transition(
            "discard", frozenset({states.DRAFT}), states.DISCARDED, Bilingual("Elimina la bozza", "Discard"), _writes
        ),
        Transition("send", frozenset({states.DRAFT}), states.SENT, Bilingual("Invia", "Send"), _acts, (_to_send,)),
        Transition(
            "withdraw",
            frozenset({states.SENT, states.REVIEW}),
            states.WITHDRAWN,
            Bilingual("Ritira la richiesta", "Withdraw it"),
            _acts,
        ),
        Transition("take", frozenset({states.SENT}), states.REVIEW, Bilingual("Prendi in carico", "Take it"), may_decide),
        Transition("approve", frozenset({states.REVIEW}), states.APPROVED, Bilingual("Approva", "Approve"), may_decide),
        Transition(
            "approve_partly",
            frozenset({states.REVIEW}),
            states.PARTLY,
            Bilingual("Approva in parte", "Approve in part"),
            may_decide,
        ),
        Transition("refuse", frozenset({states.REVIEW}), states.REFUSED, Bilingual("Non approvare", "Refuse"), may_decide),
        Transition(
            "end", frozenset({states.SENT, states.REVIEW}), states.REFUSED, Bilingual("Concessione revocata", "Award revoked"), _revoked
        ),
        Transition("drop", frozenset({states.DRAFT}), states.DISCARDED, Bilingual("Concessione revocata", "Award revoked"), _revoked),
        *(
            Transition(name, frozenset({closed}), again, Bilingual("Revoca annullata", "Revocation annulled"), _revoked)
            for name, closed, again in (
                ("revive", states.REFUSED, states.REVIEW),
                ("revive_sent", states.REFUSED, states.SENT),
                ("revive_draft", states.DISCARDED, states.DRAFT),
            )
        ),
    ],
)  # fmt: skip
