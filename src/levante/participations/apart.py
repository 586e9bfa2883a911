"""In which ways one may ask to take part in an initiative, and who comes to its meetings without a place."""

from typing import TYPE_CHECKING

from levante.initiatives.api import ExpressionOfInterest, Initiative
from levante.initiatives.api import states as initiative_states
from levante.participations import states
from levante.participations.models import Participation, Selection

if TYPE_CHECKING:
    from django.db.models import QuerySet

#: The way of who asks for meetings only.
MEETINGS = "meetings"


def ways_of(*, initiative: Initiative) -> list[str]:
    """The ways of the places, and meetings where who asks for these alone comes without one; where no places are announced, meetings; all
    of them where the rules say nothing, or were not asked for yet when the call opened."""
    selection = Selection.objects.filter(initiative=initiative).first()
    if selection is None and initiative.places is None:
        return [MEETINGS]
    if selection is None or not selection.ways:
        return list(initiative_states.WAYS)
    return [
        way for way in initiative_states.WAYS if way in selection.ways or (way == MEETINGS and selection.meetings_apart)
    ]


def without_place(initiative: Initiative) -> "QuerySet[ExpressionOfInterest]":
    """The expressions of interest that bring to the meetings with no seat, quota or aid: of who asked for meetings only where the rules
    say so; all that stand where there is no list. Not of who was left out of the list with a reason, or has a place. One query, and
    another when it is read."""
    rows = ExpressionOfInterest.objects.filter(initiative=initiative).standing().exclude(number="")
    rows = rows.select_related("enterprise").order_by("registered_at", "number")
    selection = Selection.objects.filter(initiative=initiative).first()
    if selection is None:
        return rows
    if not selection.meetings_apart:
        return rows.none()
    listed = Participation.objects.filter(selection=selection, state__in=[*states.SEATED, states.EXCLUDED])
    return rows.filter(way=MEETINGS).exclude(enterprise__in=listed.values("enterprise"))
