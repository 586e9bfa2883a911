"""The door of wins: what enterprises win abroad, what customers confirm, what is asked after an initiative, what came of it."""

from levante.wins import states
from levante.wins.asking import answer_as_customer, ask_customer, ask_of, is_alive, lapse_wins
from levante.wins.correcting import CONFIRMED_FACTS, correct_win, withdraw_win
from levante.wins.facts import Facts, facts_of
from levante.wins.following import answer_follow_up, make_follow_ups, remind_of_follow_ups
from levante.wins.forgetting import forget_customers
from levante.wins.models import CustomerAsk, CustomerLetter, FollowUp, Win, WinChange, WinShare
from levante.wins.personal import forget_old_words, told_after
from levante.wins.policies import (
    corrects_its_own,
    may_answer,
    may_correct,
    may_follow,
    may_read_results,
    may_share,
    may_tell,
    may_withdraw,
)
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
    to_ask_anew,
    unit_costs_of,
    waiting_for_firm,
)
from levante.wins.queries_follow import (
    Answers,
    Silent,
    about_to_close,
    answers_of,
    asked_about,
)
from levante.wins.telling import Share, origins_of, record_realised, share_win, tell_win
from levante.wins.terms import followed_at_least, followed_until, next_reminder, rounds
from levante.wins.wordings import letter_wording_on
from levante.wins.writing import customer_letter_returned, letter_preview, send_customer_letter

__all__ = [
    "CONFIRMED_FACTS",
    "WHOLE",
    "Answers",
    "Confirmed",
    "CustomerAsk",
    "CustomerLetter",
    "Expected",
    "Facts",
    "FollowUp",
    "Realised",
    "Report",
    "Share",
    "Silent",
    "UnitCosts",
    "Win",
    "WinChange",
    "WinShare",
    "about_to_close",
    "answer_as_customer",
    "answer_follow_up",
    "answers_of",
    "ask_customer",
    "ask_of",
    "asked_about",
    "confirmed_by",
    "confirmed_of",
    "correct_win",
    "corrects_its_own",
    "customer_letter_returned",
    "edition_before",
    "expected_of",
    "facts_of",
    "followed_at_least",
    "followed_until",
    "forget_customers",
    "forget_old_words",
    "is_alive",
    "is_whole",
    "lapse_wins",
    "letter_preview",
    "letter_wording_on",
    "look_alike",
    "made_by_the_firm",
    "make_follow_ups",
    "may_answer",
    "may_correct",
    "may_follow",
    "may_read_results",
    "may_share",
    "may_tell",
    "may_withdraw",
    "next_reminder",
    "origins_of",
    "parts_of",
    "realised_of",
    "record_realised",
    "remind_of_follow_ups",
    "report_of",
    "rounds",
    "send_customer_letter",
    "share_win",
    "states",
    "tell_win",
    "to_ask_anew",
    "told_after",
    "unit_costs_of",
    "waiting_for_firm",
    "with_help",
    "withdraw_win",
]
