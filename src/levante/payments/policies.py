"""Who may declare and verify an account, record papers, liquidate, sign and pay. Nobody verifies an account and sends the money to it."""

from django.db.models import QuerySet

from levante.applications.api import Application, may_put_forward, without_conflict
from levante.identity.api import roles
from levante.kernel.api import Actor
from levante.kernel.pure import Decision
from levante.parties.api import Enterprise
from levante.payments import states
from levante.payments.models import (
    BankAccount,
    Check,
    DefaultOutcome,
    InsteadPayment,
    Liquidation,
    LiquidationRow,
    PaymentOrder,
    Undoing,
)
from levante.payments.paying import bodies_of, holds, managed_by, may_pay_for, paying_office

EXAMINERS = (roles.CASE_OFFICER, roles.FINANCE, roles.DIRECTOR)


def may_declare_account(actor: Actor, enterprise: Enterprise) -> Decision:
    """Say on which account to be paid: who acts for the enterprise and may send for it."""
    if actor.enterprise_id == enterprise.pk and "submit" in actor.scopes:
        return Decision.yes()
    return Decision.no(
        "Il conto lo indica chi può inviare domande per l’impresa: il legale rappresentante o chi ha una delega per l’invio.",
        "The account is named by who may send for the enterprise: its legal representative, or who holds a mandate for it.",
    )


def _no_conflict_about(actor: Actor, enterprise_id: int) -> Decision:
    """Whoever declared a conflict about a file of an enterprise that was awarded neither opens nor closes its gate (art. 6-bis
    L. 241/1990)."""
    return without_conflict(actor, Application.objects.filter(awards__enterprise=enterprise_id).distinct())


def may_verify_account(actor: Actor, account: BankAccount) -> Decision:
    """Say whose an account is: who examines or pays, for the Section or an agency that pays it, with no conflict about the enterprise; the
    second time another person."""
    if actor.user_id is None or not examines(actor, account.enterprise):
        return Decision.no(
            "I conti li verifica chi istruisce o paga.", "Accounts are verified by who examines or pays."
        )
    if account.refused_at is not None or account.failed_at is not None:
        return Decision.no("Questo conto non si usa più.", "This account is no longer used.")
    if account.second_by_id is not None:
        return Decision.no("Il conto è già verificato da due persone.", "Two persons verified the account already.")
    if account.verified_by_id == actor.user_id:
        return Decision.no(
            "Lo hai già verificato tu: la seconda verifica è di un’altra persona.",
            "You verified it already: the second time it takes another person.",
        )
    return _no_conflict_about(actor, account.enterprise_id)


def examines(actor: Actor, enterprise: Enterprise) -> bool:
    """Examines or pays for the Section, or for an agency that pays something to this enterprise."""
    return _handles(actor, enterprise, *EXAMINERS)


def _handles(actor: Actor, enterprise: Enterprise, *wanted: str) -> bool:
    """Holds one of these roles in the Section, or in an agency that pays something to this enterprise."""
    if actor.in_section(*wanted):
        return True
    bodies = managed_by(bodies_of(actor, *wanted))
    return enterprise.awards.filter(act__call__office__in=bodies.order_by().values("pk")).exists()


def may_record_check(actor: Actor, enterprise: Enterprise) -> Decision:
    if examines(actor, enterprise):
        return _no_conflict_about(actor, enterprise.pk)
    return Decision.no(
        "I controlli prima del pagamento li registra chi istruisce o paga.",
        "The checks before a payment are recorded by who examines or pays.",
    )


def may_agree_to_less(actor: Actor, paper: Check) -> Decision:
    """Confirm that less is kept as an offset than can be: who may record it, and did not."""
    decision = may_record_check(actor, paper.enterprise)
    if decision and (actor.user_id is None or actor.user_id == paper.recorded_by_id):
        return Decision.no(
            "Lo hai registrato tu: lo conferma un’altra persona.", "You recorded it: another person confirms it."
        )
    return decision


def may_declare_urgency(actor: Actor, enterprise: Enterprise) -> Decision:
    """Go on without the anti-mafia answer, in urgency (art. 92(3) D.Lgs. 159/2011): the director, of who pays this enterprise."""
    if _handles(actor, enterprise, roles.DIRECTOR):
        return _no_conflict_about(actor, enterprise.pk)
    return Decision.no("L’urgenza la dichiara il dirigente.", "The director declares the urgency.")


def may_release_guarantee(actor: Actor, guarantee: Check) -> Decision:
    """Give a guarantee back: finance or the director of who pays its award."""
    if guarantee.award is None or not holds(actor, roles.FINANCE, roles.DIRECTOR):
        return Decision.no("Le fideiussioni le svincola la ragioneria.", "Guarantees are released by finance.")
    body = paying_office(guarantee.award.act.call.office)
    decision = may_pay_for(actor, body)
    decision = decision or may_pay_for(actor, body, roles.DIRECTOR)
    return decision and _no_conflict_about(actor, guarantee.enterprise_id)


def may_record_default(actor: Actor, enterprise: Enterprise) -> Decision:
    """Record what followed an answer in default: finance or the director, of who pays something to this enterprise."""
    if _handles(actor, enterprise, roles.FINANCE, roles.DIRECTOR):
        return _no_conflict_about(actor, enterprise.pk)
    return Decision.no(
        "Lo registra la ragioneria, o il dirigente, di chi paga.", "It is recorded by finance, or the director, of who pays."
    )  # fmt: skip


def may_confirm_default(actor: Actor, outcome: DefaultOutcome) -> Decision:
    """Confirm it: a person who did not record it. The decision to pay is of the director, who did not record the answer either."""
    paper = outcome.check_paper
    if outcome.kind == states.RELEASED and not _handles(actor, paper.enterprise, roles.DIRECTOR):
        return Decision.no(
            "La decisione di pagare la conferma il dirigente.", "The director confirms the decision to pay."
        )
    decision = may_record_default(actor, paper.enterprise)
    if not decision:
        return decision
    mine = {outcome.recorded_by_id} | ({paper.recorded_by_id} if outcome.kind == states.RELEASED else set())
    if actor.user_id is None or actor.user_id in mine:
        return Decision.no(
            "Lo hai registrato tu: lo conferma un’altra persona.", "You recorded it: another person confirms it."
        )
    return Decision.yes()


def may_liquidate(actor: Actor) -> Decision:
    """Prepare an act of liquidation of something: what, ``may_pay_for`` says."""
    if holds(actor, roles.FINANCE):
        return Decision.yes()
    return Decision.no("Le liquidazioni le prepara la ragioneria.", "Liquidations are prepared by finance.")


def may_work_liquidation(actor: Actor, act: Liquidation) -> Decision:
    decision = may_liquidate(actor) and may_pay_for(actor, act.paid_by)
    return decision and without_conflict(actor, files_of(act))


def _directs(actor: Actor, act: Liquidation) -> Decision:
    """The director of who pays: of the Section, or of the agency."""
    if not holds(actor, roles.DIRECTOR):
        return Decision.no("L’atto lo firma e lo invia il dirigente.", "The director signs the act and sends it.")
    return may_pay_for(actor, act.paid_by, roles.DIRECTOR)


def may_sign(actor: Actor, act: Liquidation) -> Decision:
    """Sign the act and send it to be numbered: the director (D.Lgs. 165/2001, artt. 4(2) and 17), who did not prepare it."""
    decision = _directs(actor, act)
    if not decision:
        return decision
    if actor.user_id is not None and actor.user_id == act.prepared_by_id:
        return Decision.no("Chi prepara l’atto non lo firma.", "Who prepares the act does not sign it.")
    return may_put_forward(actor, files_of(act))


def may_work_undoing(actor: Actor, undoing: Undoing) -> Decision:
    return may_work_liquidation(actor, undoing.liquidation)


def may_sign_undoing(actor: Actor, undoing: Undoing) -> Decision:
    """As for the act that it takes back: the director, who did not prepare it."""
    decision = _directs(actor, undoing.liquidation)
    if not decision:
        return decision
    if actor.user_id is not None and actor.user_id == undoing.prepared_by_id:
        return Decision.no("Chi prepara l’atto non lo firma.", "Who prepares the act does not sign it.")
    return may_put_forward(actor, files_of(undoing.liquidation))


def may_order(actor: Actor) -> Decision:
    """Prepare an order to the bank, of something: of what, ``may_pay_for`` says."""
    if holds(actor, roles.FINANCE):
        return Decision.yes()
    return Decision.no("I pagamenti li ordina la ragioneria.", "Payments are ordered by finance.")


def may_work_order(actor: Actor, order: PaymentOrder) -> Decision:
    decision = may_order(actor) and may_pay_for(actor, order.paid_by)
    return decision and without_conflict(actor, files_ordered(LiquidationRow.objects.filter(payments__order=order)))


def files_ordered(rows: "QuerySet[LiquidationRow]") -> "QuerySet[Application]":
    """The applications that these rows of acts are of."""
    return Application.objects.filter(awards__claims__liquidation_rows__in=rows.order_by().values("pk")).distinct()


def may_confirm_instead(actor: Actor, instead: InsteadPayment, order: PaymentOrder) -> Decision:
    """Confirm what was paid in an enterprise's stead: finance, and not who recorded it."""
    decision = may_work_order(actor, order)
    if decision and (actor.user_id is None or actor.user_id == instead.recorded_by_id):
        return Decision.no(
            "Lo hai registrato tu: lo conferma un’altra persona.", "You recorded it: another person confirms it."
        )
    return decision


def may_send_order(actor: Actor, order: PaymentOrder) -> Decision:
    """Send it: finance, but nobody who prepared it, or verified one of its accounts (ADR 0028)."""
    decision = may_work_order(actor, order)
    if not decision or actor.user_id is None:
        return decision
    accounts = BankAccount.objects.filter(payments__order=order).exclude(payments__state=states.WITHDRAWN)
    if accounts.filter(verified_by_id=actor.user_id).exists() or accounts.filter(second_by_id=actor.user_id).exists():
        return Decision.no(
            "Hai verificato tu un conto di questo ordine: lo invia un’altra persona.",
            "You verified an account of this order: another person sends it.",
        )
    if order.prepared_by_id == actor.user_id:
        return Decision.no(
            "L’hai preparato tu: lo controlla e lo invia un’altra persona della ragioneria.",
            "You prepared it: another person of finance checks and sends it.",
        )
    return Decision.yes()


def files_of(act: Liquidation) -> "QuerySet[Application]":
    """The applications whose claims an act verifies."""
    return Application.objects.filter(
        awards__claims__liquidation_rows__liquidation=act, awards__claims__liquidation_rows__state__in=states.STANDING
    ).distinct()
