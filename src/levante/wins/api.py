"""The door of wins: what enterprises win abroad, what customers confirm, what is asked after an initiative, what came of it."""

from levante.wins import states
from levante.wins.asking import answer_as_customer, ask_customer, ask_of, is_alive, lapse_wins
from levante.wins.following import answer_follow_up, followed_until, make_follow_ups, remind_of_follow_ups
from levante.wins.models import CustomerAsk, FollowUp, Win, WinShare
from levante.wins.policies import may_answer, may_follow, may_read_results, may_share, may_tell
from levante.wins.pure.sharing import WHOLE, is_whole, parts_of, with_help
from levante.wins.queries import (
    Confirmed,
    Expected,
    Realised,
    Report,
    UnitCosts,
    confirmed_by,
    confirmed_of,
    edition_before,
    expected_of,
    look_alike,
    made_by_the_firm,
    realised_of,
    report_of,
    unit_costs_of,
    waiting_for_firm,
)
from levante.wins.telling import Share, confirm_by, origins_of, record_realised, share_win, tell_win

__all__ = [
    "WHOLE",
    "Confirmed",
    "CustomerAsk",
    "Expected",
    "FollowUp",
    "Realised",
    "Report",
    "Share",
    "UnitCosts",
    "Win",
    "WinShare",
    "answer_as_customer",
    "answer_follow_up",
    "ask_customer",
    "ask_of",
    "confirm_by",
    "confirmed_by",
    "confirmed_of",
    "edition_before",
    "expected_of",
    "followed_until",
    "is_alive",
    "is_whole",
    "lapse_wins",
    "look_alike",
    "made_by_the_firm",
    "make_follow_ups",
    "may_answer",
    "may_follow",
    "may_read_results",
    "may_share",
    "may_tell",
    "origins_of",
    "parts_of",
    "realised_of",
    "record_realised",
    "remind_of_follow_ups",
    "report_of",
    "share_win",
    "states",
    "tell_win",
    "unit_costs_of",
    "waiting_for_firm",
    "with_help",
]
