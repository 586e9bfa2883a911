"""The days of a project: an expense dated outside them is not of the project, unless the officer says why it is."""

from dataclasses import dataclass
from datetime import date

from levante.claims.in_force import days_in_force
from levante.claims.spending import earliest_spending, spending_from
from levante.grants.api import Award
from levante.kernel.pure import Bilingual


@dataclass(frozen=True, slots=True)
class Period:
    """The first and the last day, both included; none where nothing says it."""

    first: date | None = None
    last: date | None = None

    def why_not(self, day: date) -> Bilingual | None:
        """Why a day is outside; nothing when it is inside."""
        if self.first is not None and day < self.first:
            return Bilingual(
                f"del {day:%d/%m/%Y}: il progetto comincia il {self.first:%d/%m/%Y}",
                f"of {day:%d/%m/%Y}: the project begins on {self.first:%d/%m/%Y}",
            )
        if self.last is not None and day > self.last:
            return Bilingual(
                f"del {day:%d/%m/%Y}: il progetto finisce il {self.last:%d/%m/%Y}",
                f"of {day:%d/%m/%Y}: the project ends on {self.last:%d/%m/%Y}",
            )
        return None


def period_of(award: Award) -> Period:
    """The days told with the acceptance, or as a variation moved them. Where nobody told them, from the day the application was
    sent: aid for what was begun before has no incentive effect (Reg. (UE) 651/2014, art. 6). Where the call admits earlier spending, from
    the day it says, whatever the days of the project."""
    told, admitted = days_in_force(award), spending_from(award)
    if told["starts_on"] and told["ends_on"]:
        first = date.fromisoformat(told["starts_on"])
        return Period(min(admitted or first, first), date.fromisoformat(told["ends_on"]))
    return Period(earliest_spending(award))
