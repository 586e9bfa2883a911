"""Agendas of meetings: when and where one may meet, who comes, who asks for whom, who meets whom, what came of it."""

from levante.meetings.models_agenda import Agenda, AgendaRun, Slot
from levante.meetings.models_edits import AgendaEdit
from levante.meetings.models_interpreters import Interpreter, Shift
from levante.meetings.models_meeting import Feedback, Meeting
from levante.meetings.models_people import Arrival, Attendee, BlockedPair, MeetingRequest

__all__ = [
    "Agenda",
    "AgendaEdit",
    "AgendaRun",
    "Arrival",
    "Attendee",
    "BlockedPair",
    "Feedback",
    "Interpreter",
    "Meeting",
    "MeetingRequest",
    "Shift",
    "Slot",
]
