"""The models of the programme: its definitions (loaded from a folder of data) and the register of its money."""

from levante.programme.definitions import (
    Direction,
    DirectionAction,
    Figure,
    Indicator,
    Intervention,
    ParallelMeasure,
    PlannedInitiative,
    Sector,
    TieChange,
)
from levante.programme.frame import Act, Action, Fund, Programme, ProgrammingPeriod, Strategy, Triennium
from levante.programme.money import BudgetLine, Movement, Position
from levante.programme.values import ChosenValue

__all__ = [
    "Act",
    "Action",
    "BudgetLine",
    "ChosenValue",
    "Direction",
    "DirectionAction",
    "Figure",
    "Fund",
    "Indicator",
    "Intervention",
    "Movement",
    "ParallelMeasure",
    "PlannedInitiative",
    "Position",
    "Programme",
    "ProgrammingPeriod",
    "Sector",
    "Strategy",
    "TieChange",
    "Triennium",
]
