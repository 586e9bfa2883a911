"""The door of participations: how places of an initiative are given, who has one, the stand, what is bought and arranged."""

from levante.participations import states
from levante.participations.aid import (
    confirm_cor_cancelled,
    cor_to_cancel,
    decide_aid,
    reaches_rna,
    value_in_words,
    write_cor,
)
from levante.participations.aid_changing import (
    booked_of,
    change_place_aid,
    give_up_more,
    grant_more,
    value_of,
    write_more_cor,
)
from levante.participations.answering import accept_place, more_modules, place_ended, renounce_place
from levante.participations.conduct import add_task, do_task, record_contract, record_cost, remind_of_tasks
from levante.participations.deciding import (
    admit_with_act,
    decide_list,
    exclude_request,
    lapse_offers,
    readmit_request,
    remind_of_offers,
)
from levante.participations.details import tell_details
from levante.participations.ending import record_presence
from levante.participations.hosting import follow_arrangement, record_arrangement, set_hospitality
from levante.participations.models import (
    AidChange,
    Arrangement,
    Contract,
    Hospitality,
    Participation,
    Selection,
    StandElement,
    Task,
)
from levante.participations.policies import may_answer, may_decide, may_detail, may_keep, may_read_list
from levante.participations.pure.hospitality import over_ceiling, owed
from levante.participations.pure.refunds import percent_back
from levante.participations.queries import (
    Costs,
    catalogue_of,
    costs_of,
    for_the_director,
    has_catalogue,
    list_of,
    place_of,
    ranked_by,
    selection_of,
    tasks_open_for,
    waiting_for_firm,
)
from levante.participations.selecting import Turn, order_of, requests_of, set_selection
from levante.participations.stand import Drawn, assign_module, draw_stand, exchange_modules, first_drawing

__all__ = [
    "AidChange",
    "Arrangement",
    "Contract",
    "Costs",
    "Drawn",
    "Hospitality",
    "Participation",
    "Selection",
    "StandElement",
    "Task",
    "Turn",
    "accept_place",
    "add_task",
    "admit_with_act",
    "assign_module",
    "booked_of",
    "catalogue_of",
    "change_place_aid",
    "confirm_cor_cancelled",
    "cor_to_cancel",
    "costs_of",
    "decide_aid",
    "decide_list",
    "do_task",
    "draw_stand",
    "exchange_modules",
    "exclude_request",
    "first_drawing",
    "follow_arrangement",
    "for_the_director",
    "give_up_more",
    "grant_more",
    "has_catalogue",
    "lapse_offers",
    "list_of",
    "may_answer",
    "may_decide",
    "may_detail",
    "may_keep",
    "may_read_list",
    "more_modules",
    "order_of",
    "over_ceiling",
    "owed",
    "percent_back",
    "place_ended",
    "place_of",
    "ranked_by",
    "reaches_rna",
    "readmit_request",
    "record_arrangement",
    "record_contract",
    "record_cost",
    "record_presence",
    "remind_of_offers",
    "remind_of_tasks",
    "renounce_place",
    "requests_of",
    "selection_of",
    "set_hospitality",
    "set_selection",
    "states",
    "tasks_open_for",
    "tell_details",
    "value_in_words",
    "value_of",
    "waiting_for_firm",
    "write_cor",
    "write_more_cor",
]
