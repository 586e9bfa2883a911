"""What an office said of a meeting, as forms carry it."""

from levante.meetings.api import Meeting, states

#: It was held.
YES = "yes"


def said_of(one: Meeting) -> str:
    """What is said of a meeting, as the forms carry it; empty when nothing is, or not by whose fault it was not held."""
    return YES if one.state == states.HELD else one.missed_by if one.state == states.MISSED else ""
