"""What is checked of the days, the window and the words of fairs and initiatives."""

from datetime import date, datetime

from levante.initiatives.models import FairEdition, Initiative
from levante.initiatives.models_fair import EARLIEST, LATEST
from levante.kernel.api import refuse
from levante.programme.api import BudgetLine, Direction, Intervention

#: The longest text of who asks to take part.
LONGEST_TEXT = 4000


def words_of(text: str, field: str, longest: int) -> str:
    """The text without null bytes and blanks around; refused when nothing is left or it is too long."""
    clean = text.replace("\0", "").strip()
    if not clean:
        refuse("Scrivi qualcosa.", "Write something.", field=field)
    if len(clean) > longest:
        refuse(f"Al massimo {longest} caratteri.", f"At most {longest} characters.", field=field)
    return clean


def reason_of(text: str, longest: int) -> str:
    clean = text.replace("\0", "").strip()[:longest]
    if not clean:
        refuse("Scrivi perché.", "Say why.", field="reason")
    return clean


def check_edition(edition: FairEdition | None) -> None:
    if edition is not None and edition.cancelled_on is not None:
        refuse("Questa edizione è annullata.", "This edition is cancelled.", field="edition")


def check_follows(follows: Initiative | None, starts_on: date) -> None:
    """The one before it begins before it: so none follows itself, nor one that follows it."""
    if follows is not None and follows.starts_on >= starts_on:
        refuse(
            "Quella che viene prima deve cominciare prima di questa.",
            "The one before it must begin before it.",
            field="follows",
        )


def check_intervention(direction: Direction, intervention: Intervention | None) -> None:
    if intervention is not None and intervention.direction_id != direction.pk:
        refuse(
            f"Questo intervento non è della direttrice {direction.code}.",
            f"This intervention is not of direction {direction.code}.",
            field="intervention",
        )


def check_line(direction: Direction, line: BudgetLine | None) -> None:
    """The money of a direction is on its own lines, or on those of no direction: the budget adds up by direction too."""
    if line is not None and line.direction_id is not None and line.direction_id != direction.pk:
        refuse(
            f"La linea {line.code} non è della direttrice {direction.code}.",
            f"Line {line.code} is not of direction {direction.code}.",
            field="budget_line",
        )


def check_days(starts_on: date, ends_on: date) -> None:
    if ends_on < starts_on:
        refuse("Finisce prima di iniziare.", "It ends before it starts.", field="ends_on")
    for field, day in (("starts_on", starts_on), ("ends_on", ends_on)):
        if not EARLIEST <= day <= LATEST:
            refuse(
                "Scrivi l’anno con quattro cifre, tra il 2000 e il 2100.",
                "Write the year with four digits, between 2000 and 2100.",
                field=field,
            )


def check_window(opens_at: datetime | None, closes_at: datetime | None) -> None:
    if opens_at is not None and closes_at is not None and closes_at <= opens_at:
        refuse(
            "La raccolta chiude prima di aprire.", "The call for interest closes before it opens.", field="closes_at"
        )
