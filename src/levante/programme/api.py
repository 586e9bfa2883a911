"""The door of the programme: its definitions, its budget lines and the register of its money.

A room that moves money decides with its own policy, then calls these with ``levante.kernel.api.system("grants.award")``: the
register accepts the system, and the director and finance officers of the office that manages the line.
"""

from levante.programme import vocabulary
from levante.programme.at_work import record_act
from levante.programme.balances import AMOUNTS, Balances
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
from levante.programme.folder import LARGEST_FILE, Document, Problem, Unreadable, document_in, read_document
from levante.programme.frame import Act, Action, Fund, Programme, ProgrammingPeriod, Strategy, Triennium
from levante.programme.loading import KnownRows, load_folder, record_entry
from levante.programme.money import BudgetLine, Movement, Position
from levante.programme.policies import may_map_ties, may_record_movement
from levante.programme.queries import availability, main_programme, main_trienniums, present_triennium
from levante.programme.reading import read_movements, read_programme
from levante.programme.reports import (
    FIGURES,
    Piece,
    Report,
    Share,
    Total,
    budget_report,
    by_comune,
    by_sector,
    late_lines,
    mark,
    of_sector,
)
from levante.programme.services import (
    allocate,
    commit,
    liquidate,
    pay,
    record_movement,
    recover,
    release,
    reprogramme,
    reserve,
    unliquidate,
    unpay,
)
from levante.programme.signed import (
    Returned,
    missing_document,
    print_act,
    print_returned,
    reason_of,
    record_returned,
    returned,
    send_act,
    was_adopted,
)
from levante.programme.ties import held_at_desk, record_tie, remove_tie
from levante.programme.values import ChosenValue, Values, chosen_values

__all__ = [
    "AMOUNTS",
    "FIGURES",
    "LARGEST_FILE",
    "Act",
    "Action",
    "Balances",
    "BudgetLine",
    "ChosenValue",
    "Direction",
    "DirectionAction",
    "Document",
    "Figure",
    "Fund",
    "Indicator",
    "Intervention",
    "KnownRows",
    "Movement",
    "ParallelMeasure",
    "Piece",
    "PlannedInitiative",
    "Position",
    "Problem",
    "Programme",
    "ProgrammingPeriod",
    "Report",
    "Returned",
    "Sector",
    "Share",
    "Strategy",
    "TieChange",
    "Total",
    "Triennium",
    "Unreadable",
    "Values",
    "allocate",
    "availability",
    "budget_report",
    "by_comune",
    "by_sector",
    "chosen_values",
    "commit",
    "document_in",
    "held_at_desk",
    "late_lines",
    "liquidate",
    "load_folder",
    "main_programme",
    "main_trienniums",
    "mark",
    "may_map_ties",
    "may_record_movement",
    "missing_document",
    "of_sector",
    "pay",
    "present_triennium",
    "print_act",
    "print_returned",
    "read_document",
    "read_movements",
    "read_programme",
    "reason_of",
    "record_act",
    "record_entry",
    "record_movement",
    "record_returned",
    "record_tie",
    "recover",
    "release",
    "remove_tie",
    "reprogramme",
    "reserve",
    "returned",
    "send_act",
    "unliquidate",
    "unpay",
    "vocabulary",
    "was_adopted",
]
