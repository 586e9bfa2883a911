"""The days and months of wins, and of what is asked after initiatives: those the programme chose, else the default of the law's data."""

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from levante.grants.api import Award
from levante.initiatives.api import Initiative
from levante.kernel.api import today
from levante.programme.api import Values, chosen_values, vocabulary
from levante.wins import states
from levante.wins.models import FollowUp, Win, WinShare

CONFIRMATION, LINK = vocabulary.CONFIRMATION_MONTHS, vocabulary.LINK_DAYS
ROUNDS, REMIND, CLOSE = vocabulary.FOLLOW_UP_MONTHS, vocabulary.FOLLOW_UP_REMIND_DAYS, vocabulary.FOLLOW_UP_CLOSE_DAYS
LETTERS_A_WIN, LETTERS_A_DAY = vocabulary.LETTERS_A_WIN, vocabulary.LETTERS_A_DAY


def programme_of(*, initiative_id: int | None = None, award_id: int | None = None) -> int:
    """The programme, by its id, of the initiative or of the award that a win comes from. One query."""
    if initiative_id is not None:
        return int(Initiative.objects.values_list("direction__programme_id", flat=True).get(pk=initiative_id))
    found = Award.objects.filter(pk=award_id).values_list("application__opening__call__programme_id", flat=True)
    return int(found.get())


def of_win(win: Win, parameter: str, *, on: date) -> int:
    """A number of the programme of a win on a day: of the first of its shares. Three queries."""
    first = WinShare.objects.filter(win=win).order_by("pk").values_list("initiative_id", "award_id")[0]
    programme = programme_of(initiative_id=first[0], award_id=first[1])
    return chosen_values().number(parameter, programme=programme, on=on)


def confirm_by(won_on: date, programme: int) -> date:
    """The last day on which the customer can confirm: the term of the programme in force on the day it was won."""
    return won_on + relativedelta(months=chosen_values().number(CONFIRMATION, programme=programme, on=won_on))


def rounds_of(initiative: Initiative, values: Values) -> tuple[int, ...]:
    """The months after the last day of an initiative at which who came is asked: those of its programme in force on that day."""
    return values.all_of(ROUNDS, programme=initiative.direction.programme_id, on=initiative.ends_on)


def days_of(initiative: Initiative, parameter: str, values: Values) -> timedelta:
    """So many days, of the programme of an initiative, today."""
    return timedelta(days=values.number(parameter, programme=initiative.direction.programme_id, on=today()))


def rounds() -> tuple[int, ...]:
    """Every number of months after which anybody is, or was, asked. One query."""
    return tuple(sorted({months for one in chosen_values().ever(ROUNDS) for months in one}))


def followed_at_least(values: Values) -> relativedelta:
    """How long after its last day no initiative is waited for less, whatever its programme chose."""
    return relativedelta(months=min(max(one) for one in values.ever(ROUNDS)))


def followed_until(initiative: Initiative, values: Values | None = None) -> date:
    """The last day on which who came may answer the last of its questions: after it nothing more is awaited. One query, none where
    ``values`` were read."""
    values = values or chosen_values()
    months = max(rounds_of(initiative, values))
    return initiative.ends_on + relativedelta(months=months) + days_of(initiative, CLOSE, values)


def next_reminder(row: FollowUp, values: Values) -> date | None:
    """The day on which the enterprise will be reminded; none when it was, or nothing is awaited."""
    if row.state != states.F_OPEN or row.reminded_on is not None:
        return None
    day = max(row.made_on + days_of(row.initiative, REMIND, values), today())
    return day if day <= row.answer_by else None
