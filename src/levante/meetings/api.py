"""The door of meetings: agendas, who comes, requests, the solver's runs, the day itself, what came of it."""

from levante.matching.api import Edit
from levante.meetings import states
from levante.meetings.admitting import Barred, LeftOut, admitted, coming_apart
from levante.meetings.again import Offer, arrange_again, left_to_arrange, times_for
from levante.meetings.arranging import apply_run, ask_run, in_place, make_agenda_now, stop_run
from levante.meetings.asking import answer_by_token, answer_request, ask_meeting, withdraw_request
from levante.meetings.attendance import (
    UNSAID,
    Begun,
    Said,
    begun_of,
    meetings_unsaid,
    record_attendance,
    record_held,
)
from levante.meetings.behaviour import Behaviour, behaviour_of, buyers_met
from levante.meetings.board import live_board
from levante.meetings.booking import book_interpreter, free_interpreter, sheet_of
from levante.meetings.coming import arrivals_untold, checked_in, is_published
from levante.meetings.editing import Told, cost_of, edit_meeting, last_edits, undo_edit
from levante.meetings.hosted import Account, accounts_of, ask_back_of_buyer, asked_of_buyers
from levante.meetings.leaving import bring_back, withdraw_attendee
from levante.meetings.marks import mark_of_attendee, mark_of_settings
from levante.meetings.mending import Mended, preview_absence, record_absence
from levante.meetings.models import (
    Agenda,
    AgendaEdit,
    AgendaRun,
    Arrival,
    Attendee,
    BlockedPair,
    Feedback,
    Interpreter,
    Meeting,
    MeetingRequest,
    Shift,
    Slot,
)
from levante.meetings.nights import hours_unknown, is_elsewhere, met_at_night
from levante.meetings.onsite import Seen, check_in, tell_feedback, undo_check_in
from levante.meetings.opinions import Opinion, opinions_of
from levante.meetings.people import bring_attendees, set_attendee
from levante.meetings.personal import forget_old_words, said_in_meetings
from levante.meetings.policies import is_theirs, may_answer_by_token, may_arrange, may_ask, may_tell
from levante.meetings.publishing import may_reopen, move_agenda
from levante.meetings.pure.calendar import feed
from levante.meetings.pure.hours import at_night, city_of, zones
from levante.meetings.pure.weights import Reason
from levante.meetings.queries import (
    Candidate,
    Outcome,
    Score,
    agenda_of,
    can_talk,
    candidates_for,
    events_of,
    meetings_of,
    mine,
    outcome_of,
    reasons_between,
    runs_of,
    score_of,
    speechless,
    to_answer,
)
from levante.meetings.setting import (
    add_slots,
    block_pair,
    limit_slots,
    move_slots,
    open_agenda,
    remove_slot,
    set_agenda,
    unblock_pair,
)
from levante.meetings.sound import slots_outside
from levante.meetings.voices import Cover, cover_of

__all__ = [
    "UNSAID",
    "Account",
    "Agenda",
    "AgendaEdit",
    "AgendaRun",
    "Arrival",
    "Attendee",
    "Barred",
    "Begun",
    "Behaviour",
    "BlockedPair",
    "Candidate",
    "Cover",
    "Edit",
    "Feedback",
    "Interpreter",
    "LeftOut",
    "Meeting",
    "MeetingRequest",
    "Mended",
    "Offer",
    "Opinion",
    "Outcome",
    "Reason",
    "Said",
    "Score",
    "Seen",
    "Shift",
    "Slot",
    "Told",
    "accounts_of",
    "add_slots",
    "admitted",
    "agenda_of",
    "answer_by_token",
    "answer_request",
    "apply_run",
    "arrange_again",
    "arrivals_untold",
    "ask_back_of_buyer",
    "ask_meeting",
    "ask_run",
    "asked_of_buyers",
    "at_night",
    "begun_of",
    "behaviour_of",
    "block_pair",
    "book_interpreter",
    "bring_attendees",
    "bring_back",
    "buyers_met",
    "can_talk",
    "candidates_for",
    "check_in",
    "checked_in",
    "city_of",
    "coming_apart",
    "cost_of",
    "cover_of",
    "edit_meeting",
    "events_of",
    "feed",
    "forget_old_words",
    "free_interpreter",
    "hours_unknown",
    "in_place",
    "is_elsewhere",
    "is_published",
    "is_theirs",
    "last_edits",
    "left_to_arrange",
    "limit_slots",
    "live_board",
    "make_agenda_now",
    "mark_of_attendee",
    "mark_of_settings",
    "may_answer_by_token",
    "may_arrange",
    "may_ask",
    "may_reopen",
    "may_tell",
    "meetings_of",
    "meetings_unsaid",
    "met_at_night",
    "mine",
    "move_agenda",
    "move_slots",
    "open_agenda",
    "opinions_of",
    "outcome_of",
    "preview_absence",
    "reasons_between",
    "record_absence",
    "record_attendance",
    "record_held",
    "remove_slot",
    "runs_of",
    "said_in_meetings",
    "score_of",
    "set_agenda",
    "set_attendee",
    "sheet_of",
    "slots_outside",
    "speechless",
    "states",
    "stop_run",
    "tell_feedback",
    "times_for",
    "to_answer",
    "unblock_pair",
    "undo_check_in",
    "undo_edit",
    "withdraw_attendee",
    "withdraw_request",
    "zones",
]
