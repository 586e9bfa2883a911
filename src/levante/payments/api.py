"""The door of payments. The money out, and back: accounts, the gate, liquidation, payment orders, recoveries."""

from levante.payments import states
from levante.payments.accounts import account_of, declare_account, refuse_account, verify_account
from levante.payments.certifying import give_by, issue_certificates, months_of, pay_by, to_issue
from levante.payments.gates import Gate, checks_in, gate_of, gates_of
from levante.payments.instead import (
    instead_came_back,
    kept_for_institutes,
    kept_waiting,
    left_for_institutes,
    record_instead,
)
from levante.payments.liquidating import (
    MOST_IN_AN_ACT,
    cancel_liquidation,
    draft_liquidation,
    drop_row,
    receive_liquidation,
    refuse_liquidation,
    send_liquidation,
)
from levante.payments.models import (
    BankAccount,
    BankAnswer,
    Check,
    InsteadPayment,
    Liquidation,
    LiquidationRow,
    OrderWish,
    Payment,
    PaymentOrder,
    Undoing,
    WithholdingCertificate,
)
from levante.payments.ordering import MOST_IN_AN_ORDER, cancel_order, prepare_order
from levante.payments.owing import owed_by, owing_told_by, set_off_told_to
from levante.payments.papers import record_check
from levante.payments.paying import holds, may_pay_for, own, own_body
from levante.payments.policies import (
    may_declare_account,
    may_liquidate,
    may_order,
    may_record_check,
    may_verify_account,
    may_work_liquidation,
)
from levante.payments.preparing import order_payments, prepare_on
from levante.payments.pure.sample import METHODS
from levante.payments.queries import (
    Progress,
    certificates_of,
    claims_to_liquidate,
    payments_of,
    progress_of_order,
    rows_to_pay,
)
from levante.payments.sending import send_order
from levante.payments.settling import ask_bank_again, load_bank_file, settle_on
from levante.payments.undoing import cancel_undoing, draft_undoing, send_undoing
from levante.payments.workflow import LIQUIDATIONS, ORDERS, UNDOINGS

__all__ = [
    "LIQUIDATIONS",
    "METHODS",
    "MOST_IN_AN_ACT",
    "MOST_IN_AN_ORDER",
    "ORDERS",
    "UNDOINGS",
    "BankAccount",
    "BankAnswer",
    "Check",
    "Gate",
    "InsteadPayment",
    "Liquidation",
    "LiquidationRow",
    "OrderWish",
    "Payment",
    "PaymentOrder",
    "Progress",
    "Undoing",
    "WithholdingCertificate",
    "account_of",
    "ask_bank_again",
    "cancel_liquidation",
    "cancel_order",
    "cancel_undoing",
    "certificates_of",
    "checks_in",
    "claims_to_liquidate",
    "declare_account",
    "draft_liquidation",
    "draft_undoing",
    "drop_row",
    "gate_of",
    "gates_of",
    "give_by",
    "holds",
    "instead_came_back",
    "issue_certificates",
    "kept_for_institutes",
    "kept_waiting",
    "left_for_institutes",
    "load_bank_file",
    "may_declare_account",
    "may_liquidate",
    "may_order",
    "may_pay_for",
    "may_record_check",
    "may_verify_account",
    "may_work_liquidation",
    "months_of",
    "order_payments",
    "owed_by",
    "owing_told_by",
    "own",
    "own_body",
    "pay_by",
    "payments_of",
    "prepare_on",
    "prepare_order",
    "progress_of_order",
    "receive_liquidation",
    "record_check",
    "record_instead",
    "refuse_account",
    "refuse_liquidation",
    "rows_to_pay",
    "send_liquidation",
    "send_order",
    "send_undoing",
    "set_off_told_to",
    "settle_on",
    "states",
    "to_issue",
    "verify_account",
]
