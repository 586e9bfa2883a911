"""What the room of controls keeps."""

from levante.controls.models_recovery import Incoming, Instalment, InstalmentPlan, Recovery
from levante.controls.models_revocation import Appeal, ControlEvent, Revocation, RevocationPaper
from levante.controls.models_sample import Sample, SampleRow, Visit, VisitFinding, VisitPhotograph

__all__ = [
    "Appeal",
    "ControlEvent",
    "Incoming",
    "Instalment",
    "InstalmentPlan",
    "Recovery",
    "Revocation",
    "RevocationPaper",
    "Sample",
    "SampleRow",
    "Visit",
    "VisitFinding",
    "VisitPhotograph",
]
