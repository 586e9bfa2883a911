"""Who may do what with a case. Who may *see* it is ``Case.objects.visible_to``."""

from levante.cases import states
from levante.cases.models import Case
from levante.identity.api import roles
from levante.kernel.api import BUYER, ENTERPRISE, INVESTOR, Actor
from levante.kernel.pure import Decision

#: Roles of the Section that answer requests.
WORKERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.FRONT_DESK, roles.COMMUNICATION)
#: Roles that answer in an agency what was referred to it.
AGENCY_WORKERS = (roles.AGENCY_STAFF, roles.DIRECTOR, roles.CASE_OFFICER, roles.FRONT_DESK)
SECTION = "section"
#: The scope of the mandate that lets one write for a party.
WRITES = {ENTERPRISE: "apply", BUYER: "ask", INVESTOR: "ask"}


def workers_of(kind: str) -> tuple[str, ...]:
    """The roles that work on cases in an office of that kind."""
    return WORKERS if kind == SECTION else AGENCY_WORKERS


def works_in_charge(actor: Actor, case: Case) -> bool:
    """Does the actor work on cases in the office in charge?"""
    return actor.has_role(*workers_of(case.office.kind), office=case.office.code)


def may_open_case(actor: Actor, *, requester: str, channel: str) -> Decision:
    """The party and the person for themselves; from outside through the public page; an office on behalf of who calls."""
    if actor.is_system or actor.has_role(*WORKERS, roles.AGENCY_STAFF):
        return Decision.yes()
    if requester == "external" and channel == "web":
        return Decision.yes()
    if actor.party is not None and actor.party.kind == requester and WRITES[requester] in actor.scopes:
        return Decision.yes()
    if requester == "person" and actor.is_signed_in:
        return Decision.yes()
    return Decision.no(
        "Una richiesta per conto di altri la apre chi ha la loro delega a scrivere, oppure un ufficio.",
        "A request on behalf of others is opened by who has their mandate to write, or by an office.",
    )


def may_assign(actor: Actor, case: Case) -> Decision:
    """Who works in the office in charge takes a free case; to move a taken one, its owner or the director."""
    if not works_in_charge(actor, case):
        return Decision.no(
            "La richiesta è assegnata da chi lavora alle richieste nell’ufficio che l’ha in carico.",
            "A request is assigned by who works on requests in the office in charge.",
        )
    if case.state in {states.ASSIGNED, states.ACCEPTED}:
        mine = case.owner_id == actor.user_id
        if not (mine or actor.is_system or actor.has_role(roles.DIRECTOR, office=case.office.code)):
            return Decision.no(
                f"È già presa in carico da {case.owner}: la può passare chi ce l’ha o il dirigente.",
                f"It has already been taken by {case.owner}: its owner or the director can pass it on.",
            )
    return Decision.yes()


def may_work(actor: Actor, case: Case) -> Decision:
    """Refer, answer, close: the owner, or the director of the office in charge."""
    if actor.is_system or (works_in_charge(actor, case) and case.owner_id == actor.user_id):
        return Decision.yes()
    if actor.has_role(roles.DIRECTOR, office=case.office.code):
        return Decision.yes()
    if works_in_charge(actor, case):
        return Decision.no(
            "La lavora chi l’ha in carico: prima prendila tu, o chiedi al dirigente di passartela.",
            "Its owner works on it: take it first, or ask the director to pass it to you.",
        )
    return Decision.no("La lavora l’ufficio che l’ha in carico.", "The office in charge works on it.")


def may_refer(actor: Actor, case: Case) -> Decision:
    """Only the Section refers: an agency that is not competent refuses, and the Section chooses again."""
    if case.office.kind != SECTION:
        return Decision.no(
            "È già in carico a un’agenzia: la invia altrove solo la Sezione.",
            "An agency already has it: only the Section sends it elsewhere.",
        )
    return may_work(actor, case)


def may_decide_referral(actor: Actor, case: Case) -> Decision:
    """Who works on cases in the agency to which it was referred."""
    waiting = next((row for row in case.referrals.all() if row.state == states.PENDING), None)
    if waiting is not None and actor.has_role(*AGENCY_WORKERS, office=waiting.office.code):
        return Decision.yes()
    return Decision.no(
        "Decide chi lavora nell’agenzia a cui è stata inviata.", "Who works in the agency it was referred to decides."
    )


def may_close(actor: Actor, case: Case) -> Decision:
    """Who works on it; a case nobody has taken is closed by who could take it (spam, a mistake)."""
    if case.state == states.RECEIVED:
        return may_assign(actor, case)
    return may_work(actor, case)


def is_requester(actor: Actor, case: Case) -> bool:
    """Does the actor ask here: the person, or somebody who acts for the party with the power to write?"""
    if case.requester == "person":
        return actor.user_id is not None and case.requested_by_id == actor.user_id
    return case.party is not None and actor.acts_for(case.party, WRITES[case.party.kind])


def may_tie(actor: Actor, case: Case) -> Decision:
    """Say which buyer or investor is behind who wrote from outside: who works in the office in charge."""
    if case.contact_id is None:
        return Decision.no("Si sa già chi l’ha fatta.", "Who asked is known already.")
    if works_in_charge(actor, case) or actor.is_system:
        return Decision.yes()
    return Decision.no("Lo registra l’ufficio che ha in carico la richiesta.", "The office in charge records it.")


def may_reopen(actor: Actor, case: Case) -> Decision:
    """Who asked, when the answer does not answer; and who works in the office in charge."""
    if is_requester(actor, case) or works_in_charge(actor, case):
        return Decision.yes()
    return Decision.no(
        "La riapre chi l’ha fatta o l’ufficio che l’ha in carico.", "Who asked or the office in charge reopens it."
    )


def may_write(actor: Actor, case: Case) -> Decision:
    """Add to the request: who asked, until it is closed."""
    if case.state == states.CLOSED:
        return Decision.no("È chiusa: si può riaprire.", "It is closed: it can be reopened.")
    if is_requester(actor, case):
        return Decision.yes()
    return Decision.no("Aggiunge informazioni chi ha fatto la richiesta.", "Who asked adds information.")


def may_note(actor: Actor, case: Case) -> Decision:
    """An internal note: any office that sees the case and works on requests."""
    if actor.is_system or actor.has_role(*WORKERS, *AGENCY_WORKERS):
        return Decision.yes()
    return Decision.no("Le note sono degli uffici.", "Notes are written by the offices.")
