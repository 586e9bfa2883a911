"""Export wins with what they are worth, whose help they are attributed to and what the customer says; what is asked after an initiative."""

from levante.wins.models_change import WinChange, facts_in
from levante.wins.models_follow import FollowUp
from levante.wins.models_letter import CustomerLetter, ReturnsRead
from levante.wins.models_win import CustomerAsk, Win, WinRealised, WinShare, WinYear

__all__ = [
    "CustomerAsk",
    "CustomerLetter",
    "FollowUp",
    "ReturnsRead",
    "Win",
    "WinChange",
    "WinRealised",
    "WinShare",
    "WinYear",
    "facts_in",
]
