"""What who has a place tells for the stand and the catalogue."""

from collections.abc import Iterable
from datetime import date, timedelta

from levante.kernel.api import Actor, day_of, note, now, refuse, require, service, today
from levante.participations import policies, states
from levante.participations.holding import locked_row
from levante.participations.models import Participation

#: The longest text of the catalogue, in a language.
LONGEST_TEXT = 1500
#: Days that who has its place after the day of the selection, or just before it, has to tell its details: ours, no norm.
OWN_DAYS = timedelta(days=5)


def details_until(row: Participation) -> date | None:
    """The last day on which the enterprise tells its details: that of the selection; five days from the confirmation of its place, where
    that is later, and never the first day of the initiative. None where the selection has no such day."""
    last = row.selection.details_by
    if last is None:
        return None
    confirmed = day_of(row.confirmed_at) if row.confirmed_at is not None else today()
    return max(last, min(confirmed + OWN_DAYS, row.selection.initiative.starts_on - timedelta(days=1)))


@service("participations.tell_details")
def tell_details(
    *, actor: Actor, row: Participation, graphic_name: str, needs: Iterable[str], needs_note: str, text_it: str, text_en: str
) -> Participation:  # fmt: skip
    """The name on the stand, what it needs, what the catalogue says in both languages. The enterprise until its last day
    (``details_until``), the office until the initiative begins."""
    held = locked_row(row.pk)
    require(policies.may_detail(actor, held))
    selection = held.selection
    by_office = policies.may_keep(actor, selection.initiative)
    last = details_until(held)
    if not by_office and last is not None and today() > last:
        refuse(
            f"Il termine era il {last:%d/%m/%Y}: scrivi all’ufficio.",
            f"The term was {last:%d/%m/%Y}: write to the office.",
        )
    if today() >= selection.initiative.starts_on:
        refuse("L’iniziativa è già cominciata.", "The initiative has already begun.")
    chosen = [code for code in states.NEEDS if code in set(needs)]
    given = {
        "graphic_name": (graphic_name, 60), "needs_note": (needs_note, 500), "text_it": (text_it, LONGEST_TEXT),
        "text_en": (text_en, LONGEST_TEXT),
    }  # fmt: skip
    for name, (text, longest) in given.items():
        clean = text.replace("\0", "").strip()
        if len(clean) > longest:
            refuse(f"Al massimo {longest} caratteri.", f"At most {longest} characters.", field=name)
        setattr(held, name, clean)
    held.needs, held.told_at = chosen, now()
    held.save(update_fields=[*given, "needs", "told_at"])
    note(needs=chosen)
    return held
