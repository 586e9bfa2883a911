"""The door of grants: awards and the acts that make them."""

from levante.grants.antimafia import answers_of as antimafia_answers
from levante.grants.antimafia import antimafia_told_by, whole_benefits
from levante.grants.arrival import arrival_places, follow_arrivals
from levante.grants.by_hand import record_award_visura, record_cor_cup
from levante.grants.cancelling import cancel_award, cancel_award_act, give_up_place, withdraw_from_acts
from levante.grants.checks import checks_of, lapsed_of, regime_of_call
from levante.grants.cup import has_projects, reaches_cup
from levante.grants.cup_batch import cup_batch_of, load_cup_batch, rejected_in
from levante.grants.cup_given import ask_another_cup, confirm_similar_cup, use_given_cup
from levante.grants.drafted import read_awards
from levante.grants.drafting import (
    MOST_IN_AN_ACT,
    ActProgress,
    draft_on,
    order_award_act,
    prepare_award_act,
    progress_of_act,
)
from levante.grants.durc import answers_of as durc_answers
from levante.grants.durc import durc_told_by
from levante.grants.effects import effect_on, receive_award_act, refuse_award_act, retry_award_act
from levante.grants.ending import reduce_award, resume_award, suspend_award
from levante.grants.firms import firm_of
from levante.grants.mending import WORDS as MENDS
from levante.grants.mending import mend_in_rna, to_mend, with_mend
from levante.grants.models import ArrivalPlace, Award, AwardAct, RegisterTask, RehearsalRun
from levante.grants.models_rehearsal import RUN_STATES as REHEARSAL_STATES
from levante.grants.models_succession import APPROVED as SUCCESSION_APPROVED
from levante.grants.models_succession import STOPPING, SUCCESSION_STATES, Succession
from levante.grants.places import amount_of, award_places
from levante.grants.policies import (
    closed_reservations,
    ever_in_act,
    files_of_act,
    may_prepare,
    may_read_trail,
    may_send,
    may_work_act,
    of_conflict,
)
from levante.grants.preview import Preview, act_preview
from levante.grants.publication import (
    BELOW,
    HARDSHIP,
    UNNAMED,
    naming,
    publication_of,
    published_awards,
    unnamed,
    with_naming,
)
from levante.grants.registers import Standing, reaches_rna, register_awards, standing_of
from levante.grants.rehearsal.asking import BROKEN_OFF as REHEARSAL_BROKEN_OFF
from levante.grants.rehearsal.asking import ask_rehearsal, was_broken_off
from levante.grants.rehearsal.report import OUTCOMES as REHEARSED_OUTCOMES
from levante.grants.rehearsal.report import STAGES as REHEARSAL_STAGES
from levante.grants.rehearsal.report import FirmShare, Rehearsal, Rehearsed, RehearsedAct, RehearsedLetter, Stage
from levante.grants.rehearsal.run import MOST as MOST_REHEARSED
from levante.grants.rehearsal.run import rehearse_call
from levante.grants.restoring import restore_award
from levante.grants.services import draft_award_act, rewrite_award_act, send_act_again, send_award_act
from levante.grants.states import ACT_STATES, STATES
from levante.grants.succeeding import (
    Holder,
    approve_succession,
    holders_of,
    may_decide_succession,
    place_given_back,
    place_taken,
    refuse_succession,
)
from levante.grants.tasks import close_register_task
from levante.grants.trail import export_trail, name_of, trail_of
from levante.grants.trail_parts import TrailFile, TrailPart, row_of, rows_of, trail_told_by
from levante.grants.visure import last_visure, others_of, takes_visure, to_explain
from levante.grants.workflow import ACTS

__all__ = [
    "ACTS",
    "ACT_STATES",
    "BELOW",
    "HARDSHIP",
    "MENDS",
    "MOST_IN_AN_ACT",
    "MOST_REHEARSED",
    "REHEARSAL_BROKEN_OFF",
    "REHEARSAL_STAGES",
    "REHEARSAL_STATES",
    "REHEARSED_OUTCOMES",
    "STATES",
    "STOPPING",
    "SUCCESSION_APPROVED",
    "SUCCESSION_STATES",
    "UNNAMED",
    "ActProgress",
    "ArrivalPlace",
    "Award",
    "AwardAct",
    "FirmShare",
    "Holder",
    "Preview",
    "RegisterTask",
    "Rehearsal",
    "RehearsalRun",
    "Rehearsed",
    "RehearsedAct",
    "RehearsedLetter",
    "Stage",
    "Standing",
    "Succession",
    "TrailFile",
    "TrailPart",
    "act_preview",
    "amount_of",
    "antimafia_answers",
    "antimafia_told_by",
    "approve_succession",
    "arrival_places",
    "ask_another_cup",
    "ask_rehearsal",
    "award_places",
    "cancel_award",
    "cancel_award_act",
    "checks_of",
    "close_register_task",
    "closed_reservations",
    "confirm_similar_cup",
    "cup_batch_of",
    "draft_award_act",
    "draft_on",
    "durc_answers",
    "durc_told_by",
    "effect_on",
    "ever_in_act",
    "export_trail",
    "files_of_act",
    "firm_of",
    "follow_arrivals",
    "give_up_place",
    "has_projects",
    "holders_of",
    "lapsed_of",
    "last_visure",
    "load_cup_batch",
    "may_decide_succession",
    "may_prepare",
    "may_read_trail",
    "may_send",
    "may_work_act",
    "mend_in_rna",
    "name_of",
    "naming",
    "of_conflict",
    "order_award_act",
    "others_of",
    "place_given_back",
    "place_taken",
    "prepare_award_act",
    "progress_of_act",
    "publication_of",
    "published_awards",
    "reaches_cup",
    "reaches_rna",
    "read_awards",
    "receive_award_act",
    "record_award_visura",
    "record_cor_cup",
    "reduce_award",
    "refuse_award_act",
    "refuse_succession",
    "regime_of_call",
    "register_awards",
    "rehearse_call",
    "rejected_in",
    "restore_award",
    "resume_award",
    "retry_award_act",
    "rewrite_award_act",
    "row_of",
    "rows_of",
    "send_act_again",
    "send_award_act",
    "standing_of",
    "suspend_award",
    "takes_visure",
    "to_explain",
    "to_mend",
    "trail_of",
    "trail_told_by",
    "unnamed",
    "use_given_cup",
    "was_broken_off",
    "whole_benefits",
    "with_mend",
    "with_naming",
    "withdraw_from_acts",
]
