"""The door of initiatives: fairs, editions, initiatives, expressions of interest."""

from levante.initiatives import states
from levante.initiatives.buyers import (
    admit_buyer_interest,
    buyer_asked_again,
    buyer_withdrew,
    decline_buyer_interest,
    express_buyer_interest,
    withdraw_buyer_interest,
)
from levante.initiatives.cities import city_in
from levante.initiatives.fairs import cancel_edition, code_of, record_edition, record_fair
from levante.initiatives.importing import import_editions
from levante.initiatives.interests import (
    asked_for_ways,
    express_interest,
    interest_changed,
    ways_offered,
    withdraw_interest,
)
from levante.initiatives.models import (
    BuyerInterest,
    ExpressionOfInterest,
    Fair,
    FairEdition,
    Initiative,
    InitiativeStep,
)
from levante.initiatives.money import SUBJECT, balances_of
from levante.initiatives.moving import keep_the_days, move_initiative, told_of_step
from levante.initiatives.plan import GROUPINGS, Plan, PlanLine, Sums, plan_of, years_of_plan
from levante.initiatives.policies import (
    asked_of_withdrawal,
    may_approve,
    may_express,
    may_plan,
    may_read_interests,
    may_take_part,
    may_withdraw,
    may_withdraw_part,
)
from levante.initiatives.pure.calendar_file import Unreadable, read_calendar
from levante.initiatives.queries import (
    begun_before,
    calendar,
    closed_early,
    list_editions,
    list_initiatives,
    one_before,
    open_to_buyers,
    open_to_interest,
    opened_again,
    receipt_for,
)
from levante.initiatives.services import (
    FIXED,
    Whereabouts,
    act_of,
    correct_initiative,
    kept_elsewhere,
    plan_initiative,
    told_of_moves,
    vary_cost,
    whereabouts,
)
from levante.initiatives.telling import asked_who_takes_part
from levante.initiatives.workflow import INITIATIVES, asked_before

__all__ = [
    "FIXED",
    "GROUPINGS",
    "INITIATIVES",
    "SUBJECT",
    "BuyerInterest",
    "ExpressionOfInterest",
    "Fair",
    "FairEdition",
    "Initiative",
    "InitiativeStep",
    "Plan",
    "PlanLine",
    "Sums",
    "Unreadable",
    "Whereabouts",
    "act_of",
    "admit_buyer_interest",
    "asked_before",
    "asked_for_ways",
    "asked_of_withdrawal",
    "asked_who_takes_part",
    "balances_of",
    "begun_before",
    "buyer_asked_again",
    "buyer_withdrew",
    "calendar",
    "cancel_edition",
    "city_in",
    "closed_early",
    "code_of",
    "correct_initiative",
    "decline_buyer_interest",
    "express_buyer_interest",
    "express_interest",
    "import_editions",
    "interest_changed",
    "keep_the_days",
    "kept_elsewhere",
    "list_editions",
    "list_initiatives",
    "may_approve",
    "may_express",
    "may_plan",
    "may_read_interests",
    "may_take_part",
    "may_withdraw",
    "may_withdraw_part",
    "move_initiative",
    "one_before",
    "open_to_buyers",
    "open_to_interest",
    "opened_again",
    "plan_initiative",
    "plan_of",
    "read_calendar",
    "receipt_for",
    "record_edition",
    "record_fair",
    "states",
    "told_of_moves",
    "told_of_step",
    "vary_cost",
    "ways_offered",
    "whereabouts",
    "withdraw_buyer_interest",
    "withdraw_interest",
    "years_of_plan",
]
