"""Who may begin a revocation, sign it, answer in it; ask for money back, grant instalments, say that it came in."""

from levante.applications.api import Application, may_examine, may_put_forward, may_read, no_conflict
from levante.controls import states
from levante.controls.models import Annulment, Recovery, Refund, Revocation, ToldIncoming, Visit
from levante.controls.paid import collector_of
from levante.grants.api import Award
from levante.identity.api import Office, roles
from levante.initiatives.api import Initiative
from levante.kernel.api import Actor, today
from levante.kernel.pure import Decision
from levante.payments.api import holds, paying_office


def may_open(actor: Actor, award: Award) -> Decision:
    """Begin the procedure to revoke an award: who examines the applications of its call, having declared about this one."""
    application = award.application
    decision = may_examine(actor, application)
    return may_read(actor, application) if decision else decision


def may_work(actor: Actor, revocation: Revocation) -> Decision:
    """Work on a procedure: who may begin one."""
    return may_open(actor, revocation.award)


def _directs(actor: Actor, award: Award) -> bool:
    return actor.in_section(roles.DIRECTOR) or actor.has_role(roles.DIRECTOR, office=award.act.call.office.code)


def may_sign(actor: Actor, revocation: Revocation) -> Decision:
    """Sign the act and send it: the director (D.Lgs. 165/2001, artt. 4(2) and 17), who did not propose it."""
    if not _directs(actor, revocation.award):
        return Decision.no("L’atto lo firma e lo invia il dirigente.", "The director signs the act and sends it.")
    if actor.user_id is not None and actor.user_id == revocation.proposed_by_id:
        return Decision.no("Chi propone la revoca non la firma.", "Who proposes the revocation does not sign it.")
    return may_put_forward(actor, Application.objects.filter(pk=revocation.award.application_id))


def may_archive(actor: Actor, revocation: Revocation) -> Decision:
    """Close without a revocation: before the enterprise knows, who works on it; afterwards the director."""
    if revocation.state == states.DRAFTED:
        return may_work(actor, revocation)
    if not _directs(actor, revocation.award):
        return Decision.no(
            "Comunicato l’avvio, l’archiviazione la decide il dirigente.",
            "Once the notice was given, the director decides to close it.",
        )
    return no_conflict(actor, revocation.award.application)


def may_admit_late(actor: Actor, award: Award) -> Decision:
    """Take a late acceptance of an award whose forfeiture was decided: the director, by an act."""
    if not _directs(actor, award):
        return Decision.no(
            "Un’accettazione tardiva la ammette il dirigente, con un atto.",
            "The director takes a late acceptance, by an act.",
        )
    return no_conflict(actor, award.application)


def may_work_annulment(actor: Actor, annulment: Annulment) -> Decision:
    """Propose to annul a revocation, or work on it: who may begin one, or the director; the system once the act is back."""
    if actor.is_system:
        return Decision.yes()
    return may_propose_annulment(actor, annulment.revocation)


def may_propose_annulment(actor: Actor, revocation: Revocation) -> Decision:
    if _directs(actor, revocation.award):
        return may_read(actor, revocation.award.application)
    return may_work(actor, revocation)


def may_sign_annulment(actor: Actor, annulment: Annulment) -> Decision:
    """Sign the act that annuls (art. 21-nonies L. 241/1990): the director, who did not propose it."""
    award = annulment.revocation.award
    if not _directs(actor, award):
        return Decision.no("L’annullamento lo dispone il dirigente.", "The director annuls it.")
    if actor.user_id is not None and actor.user_id == annulment.proposed_by_id:
        return Decision.no("Chi propone l’annullamento non lo firma.", "Who proposes the annulment does not sign it.")
    return may_put_forward(actor, Application.objects.filter(pk=award.application_id))


def may_answer(actor: Actor, revocation: Revocation) -> Decision:
    """Send memoranda, ask for time or for the file: who may send for the enterprise."""
    if actor.enterprise_id != revocation.award.enterprise_id or "submit" not in actor.scopes:
        return Decision.no(
            "La tua delega non comprende l’invio: può rispondere il legale rappresentante o chi ha una delega per l’invio.",
            "Your mandate does not cover sending: the legal representative can answer, or who holds a mandate for it.",
        )
    if revocation.state not in (states.NOTICED, states.HEARD, states.PROPOSED):
        return Decision.no("Il procedimento non è più aperto.", "The procedure is no longer open.")
    return Decision.yes()


def may_send_for(actor: Actor, award: Award) -> Decision:
    """Speak for the enterprise of an award: who may send for it."""
    if actor.enterprise_id == award.enterprise_id and "submit" in actor.scopes:
        return Decision.yes()
    return Decision.no(
        "La tua delega non comprende l’invio: può rinunciare il legale rappresentante o chi ha una delega per l’invio.",
        "Your mandate does not cover sending: the legal representative can give it up, or who holds a mandate for it.",
    )


def may_renounce(actor: Actor, award: Award) -> Decision:
    """Give an award up: who may send for its enterprise, while it is in effect and nobody is revoking it."""
    decision = may_send_for(actor, award)
    if not decision:
        return decision
    if award.state != "effective":
        return Decision.no("Si rinuncia a un contributo concesso.", "A grant in effect is given up.")
    if Revocation.objects.filter(award=award, state__in=states.OPEN[1:]).exists():
        return Decision.no(
            "C’è già un procedimento di revoca su questo contributo: scrivi lì all’ufficio.",
            "A procedure to revoke this grant is open already: write to the office there.",
        )
    return Decision.yes()


def _collects(actor: Actor, body: Office | None, *wanted: str) -> bool:
    """Holds one of these roles in the body that money is owed to (none: the Section), and in no other."""
    return actor.in_section(*wanted) if body is None else actor.has_role(*wanted, office=body.code)


def _of(body: Office | None) -> Decision:
    """Whose people it is for."""
    if body is None:
        return Decision.no("Lo segue la Sezione, con le sue persone.", "The Section follows it, with its people.")
    return Decision.no(f"Lo segue {body.name_it}, con le sue persone.", f"{body.name_en} follows it, with its people.")


def may_recover(actor: Actor, recovery: Recovery) -> Decision:
    """Ask for the money, grant instalments, say that it came in: finance, or the director, of who paid it."""
    if not holds(actor, roles.FINANCE, roles.DIRECTOR):
        return Decision.no("I recuperi li segue la ragioneria.", "Recoveries are followed by finance.")
    if not _collects(actor, recovery.collected_by, roles.FINANCE, roles.DIRECTOR):
        return _of(recovery.collected_by)
    return no_conflict(actor, recovery.award.application)


def may_ask_back(actor: Actor, award: Award) -> Decision:
    """Ask back what was paid of an award over what it earned: who would recover it."""
    return may_recover(actor, Recovery(award=award, collected_by=collector_of(award)))


def may_cancel(actor: Actor, recovery: Recovery) -> Decision:
    """Cancel a recovery, or say that it cannot be collected: the director, by an act; the system, for an annulment that took effect."""
    if actor.is_system:
        return Decision.yes()
    body = recovery.collected_by
    if not (_directs(actor, recovery.award) if body is None else _collects(actor, body, roles.DIRECTOR)):
        return Decision.no("Lo dispone il dirigente, con un atto.", "The director does it, by an act.")
    return no_conflict(actor, recovery.award.application)


def may_refund(actor: Actor, refund: Refund) -> Decision:
    """Give money back to who paid it: finance, or the director, of who has it."""
    if refund.recovery is not None:
        return may_recover(actor, refund.recovery)
    if not holds(actor, roles.FINANCE, roles.DIRECTOR):
        return Decision.no("Le somme le rende la ragioneria.", "Finance gives money back.")
    return may_take_in(actor, refund.collected_by)


def may_record_refund(actor: Actor, refund: Refund) -> Decision:
    """Record the payment that gives it back: once it was disposed, and another person."""
    decision = may_refund(actor, refund)
    if not decision:
        return decision
    if refund.disposed_at is None:
        return Decision.no("Prima una persona dispone che si renda.", "First a person decides that it is given back.")
    if actor.user_id is None or actor.user_id == refund.disposed_by_id:
        return Decision.no(
            "L’hai disposta tu: la registra un’altra persona.", "You decided it: another person records it."
        )
    return decision


def may_issue_due(actor: Actor, initiative: Initiative) -> Decision:
    """Ask an enterprise for the quota of an initiative: who plans for the Section, its finance, or the agency that leads it (and
    its finance and director, where it is paid to the agency)."""
    if actor.in_section(roles.DIRECTOR, roles.CASE_OFFICER, roles.FINANCE):
        return Decision.yes()
    if actor.has_role(roles.AGENCY_STAFF, office=initiative.lead_office.code):
        return Decision.yes()
    body = paying_office(initiative.lead_office)
    if body is not None and _collects(actor, body, roles.FINANCE, roles.DIRECTOR):
        return Decision.yes()
    return Decision.no("La quota la chiede chi segue l’iniziativa.", "Who follows the initiative asks for its quota.")


def may_take_in(actor: Actor, body: Office | None) -> Decision:
    """Say that money came in for a quota, what a receipt that matches nothing is for, that it is given back: finance, the director, of who
    it came to (``body``; none: the Section)."""
    if not holds(actor, roles.FINANCE, roles.DIRECTOR):
        return Decision.no("Gli incassi li segue la ragioneria.", "Money that comes in is followed by finance.")
    return Decision.yes() if _collects(actor, body, roles.FINANCE, roles.DIRECTOR) else _of(body)


def may_confirm_told(actor: Actor, told: ToldIncoming) -> Decision:
    """Confirm that money came in: another person than who said so, of those who may say it."""
    if actor.user_id is None or actor.user_id == told.told_by_id:
        return Decision.no("L’hai detto tu: lo conferma un’altra persona.", "You said so: another person confirms it.")
    return Decision.yes()


def may_count(actor: Actor, source: str, told: ToldIncoming | None) -> Decision:
    """Count money at once: the system, what a receipt of pagoPA says, what was told and confirmed."""
    if actor.is_system or source == states.PAGOPA or (told is not None and told.state == states.TOLD_CONFIRMED):
        return Decision.yes()
    return Decision.no(
        "Un versamento detto da una persona si conta quando un’altra lo conferma.",
        "Money that a person says came in counts once another confirms it.",
    )


def may_ask_plan(actor: Actor, recovery: Recovery) -> Decision:
    """Ask for instalments: who may send for the enterprise."""
    if actor.enterprise_id != recovery.award.enterprise_id or "submit" not in actor.scopes:
        return Decision.no(
            "La tua delega non comprende l’invio: può chiedere le rate il legale rappresentante o chi ha una delega per l’invio.",
            "Your mandate does not cover sending: the legal representative can ask for instalments, or who holds a mandate for it.",
        )
    if recovery.state != states.OWED:
        return Decision.no(
            "Le rate si chiedono quando l’importo è stato chiesto e non è già a rate.",
            "Instalments are asked for once the amount was asked and is not in instalments already.",
        )
    return Decision.yes()


def may_observe(actor: Actor, visit: Visit) -> Decision:
    """Send observations on the minutes of a visit: who may send for the enterprise, within its days."""
    if actor.enterprise_id != visit.award.enterprise_id or "submit" not in actor.scopes:
        return Decision.no(
            "La tua delega non comprende l’invio: può farlo il legale rappresentante o chi ha una delega per l’invio.",
            "Your mandate does not cover sending: the legal representative can, or who holds a mandate for it.",
        )
    if visit.state != states.SIGNED or visit.observe_by is None or today() > visit.observe_by:
        return Decision.no("Il tempo per le osservazioni è finito.", "The time for observations is over.")
    return Decision.yes()


def may_control(actor: Actor, visit: Visit) -> Decision:
    """Make a visit and write of it: who examines, and not who assessed the claim, unless the director gave it to them (separation of
    functions: Reg. (EU) 2021/1060, artt. 71(4) and 74)."""
    decision = may_open(actor, visit.award)
    if (
        decision
        and visit.entrusted_by_id is None
        and actor.user_id is not None
        and actor.user_id == visit.assessed_by_id
    ):
        return Decision.no(*ANOTHER_PERSON)
    return decision


#: Said to who would control what they assessed.
ANOTHER_PERSON = (
    "La domanda l’hai verificata tu: il controllo lo fa un’altra persona, o te lo affida il dirigente con un motivo.",
    "You assessed this claim: another person controls it, or the director gives it to you with a reason.",
)


def may_entrust(actor: Actor, award: Award) -> Decision:
    """Give a visit to who assessed the claim, with the reason: the director."""
    if not _directs(actor, award):
        return Decision.no(
            "Che controlli chi ha verificato lo decide il dirigente.",
            "That who assessed controls is for the director to decide.",
        )
    return may_open(actor, award)


def may_sample(actor: Actor) -> Decision:
    """Fix and draw samples: who examines, or audits, for the Section."""
    if actor.in_section(roles.DIRECTOR, roles.CASE_OFFICER, roles.AUDITOR):
        return Decision.yes()
    return Decision.no("I campioni li estrae chi controlla.", "Samples are drawn by those who control.")
