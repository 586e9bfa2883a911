"""The money out: accounts, papers, acts of liquidation, orders to the bank, payments."""

from levante.payments.models_account import BankAccount as BankAccount
from levante.payments.models_account import Check as Check
from levante.payments.models_bank_file import BankFile as BankFile
from levante.payments.models_certificate import WithholdingCertificate as WithholdingCertificate
from levante.payments.models_default import DefaultOutcome as DefaultOutcome
from levante.payments.models_guarantee import GuaranteeRelease as GuaranteeRelease
from levante.payments.models_instead import InsteadPayment as InsteadPayment
from levante.payments.models_liquidation import Liquidation as Liquidation
from levante.payments.models_liquidation import LiquidationRow as LiquidationRow
from levante.payments.models_order import BankAnswer as BankAnswer
from levante.payments.models_order import Payment as Payment
from levante.payments.models_order import PaymentOrder as PaymentOrder
from levante.payments.models_order_rows import OrderStop as OrderStop
from levante.payments.models_order_rows import OrderWish as OrderWish
from levante.payments.models_undoing import Undoing as Undoing
