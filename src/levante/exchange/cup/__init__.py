"""The CUP system of DIPE (L. 3/2003 art. 11): a code asked for a project, found again, listed; one by one or as a file.

Documented in ``docs/how-to/rna-and-cup.md``.
"""

from levante.exchange.cup.asking import FIND, GENERATE, GENERATED, SIMILAR, SYSTEM, ask, is_reachable
from levante.exchange.cup.batch import Rejected, batch_file, read_batch_answer
from levante.exchange.cup.project import (
    Activity,
    Description,
    Financing,
    Master,
    Place,
    Project,
    contributions_to_others,
    incentives_to_firms,
)
from levante.exchange.cup.writing import Unwritable, generation

__all__ = [
    "FIND",
    "GENERATE",
    "GENERATED",
    "SIMILAR",
    "SYSTEM",
    "Activity",
    "Description",
    "Financing",
    "Master",
    "Place",
    "Project",
    "Rejected",
    "Unwritable",
    "ask",
    "batch_file",
    "contributions_to_others",
    "generation",
    "incentives_to_firms",
    "is_reachable",
    "read_batch_answer",
]
