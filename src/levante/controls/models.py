"""What the room of controls keeps."""

from levante.controls.models_annulment import Annulment
from levante.controls.models_due import Due, DueIncoming, ReceiptMatch
from levante.controls.models_notice import PaymentNotice, PaymentReceipt
from levante.controls.models_recovery import Incoming, Instalment, InstalmentPlan, Recovery
from levante.controls.models_refund import Refund
from levante.controls.models_revocation import Appeal, ControlEvent, Revocation, RevocationPaper
from levante.controls.models_sample import Sample, SampleRow
from levante.controls.models_told import ToldIncoming
from levante.controls.models_visit import (
    Visit,
    VisitAnswer,
    VisitFinding,
    VisitObservation,
    VisitPhotograph,
)

__all__ = [
    "Annulment",
    "Appeal",
    "ControlEvent",
    "Due",
    "DueIncoming",
    "Incoming",
    "Instalment",
    "InstalmentPlan",
    "PaymentNotice",
    "PaymentReceipt",
    "ReceiptMatch",
    "Recovery",
    "Refund",
    "Revocation",
    "RevocationPaper",
    "Sample",
    "SampleRow",
    "ToldIncoming",
    "Visit",
    "VisitAnswer",
    "VisitFinding",
    "VisitObservation",
    "VisitPhotograph",
]
