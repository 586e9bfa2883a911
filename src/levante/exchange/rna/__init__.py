"""The *Registro nazionale degli aiuti di Stato* (L. 234/2012 art. 52; DM 115/2017): aid registered before it is granted, the
act's date transmitted, variations, cancellations, and the *visure* that must come before.

Documented in ``docs/how-to/rna-and-cup.md``.
"""

from levante.exchange.rna.asking import (
    CANCEL,
    CONFIRM,
    CONFIRM_VARIATION,
    REGISTER,
    REPORT,
    SYSTEM,
    VARY,
    ask,
    is_reachable,
)
from levante.exchange.rna.grant import (
    Address,
    Beneficiary,
    Component,
    Concession,
    Cost,
    Instrument,
    Member,
    Place,
)
from levante.exchange.rna.writing import AMOUNT_RECALCULATED, Unwritable, written, written_variation

__all__ = [
    "AMOUNT_RECALCULATED",
    "CANCEL",
    "CONFIRM",
    "CONFIRM_VARIATION",
    "REGISTER",
    "REPORT",
    "SYSTEM",
    "VARY",
    "Address",
    "Beneficiary",
    "Component",
    "Concession",
    "Cost",
    "Instrument",
    "Member",
    "Place",
    "Unwritable",
    "ask",
    "is_reachable",
    "written",
    "written_variation",
]
