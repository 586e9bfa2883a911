"""Who takes part in an initiative: how places are given, who has one, the stand, what is bought and arranged."""

from levante.participations.models_aid import AidChange, ByHand
from levante.participations.models_conduct import Contract, Task
from levante.participations.models_hosting import AcceptedTerms, Arrangement, Hospitality
from levante.participations.models_invited import BuyerInvitation
from levante.participations.models_place import Participation, ParticipationQuerySet
from levante.participations.models_selection import Selection
from levante.participations.models_stand import StandElement

__all__ = [
    "AcceptedTerms",
    "AidChange",
    "Arrangement",
    "BuyerInvitation",
    "ByHand",
    "Contract",
    "Hospitality",
    "Participation",
    "ParticipationQuerySet",
    "Selection",
    "StandElement",
    "Task",
]
