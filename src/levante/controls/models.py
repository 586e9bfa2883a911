"""What the room of controls keeps."""

from levante.controls.models_recovery import Incoming, Instalment, InstalmentPlan, Recovery
from levante.controls.models_revocation import Appeal, ControlEvent, Revocation, RevocationPaper

__all__ = [
    "Appeal",
    "ControlEvent",
    "Incoming",
    "Instalment",
    "InstalmentPlan",
    "Recovery",
    "Revocation",
    "RevocationPaper",
]
