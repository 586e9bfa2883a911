"""The office moves the days of an initiative: who has a place may give it up for nothing, and terms stay before the first day."""

from datetime import date, timedelta

from levante.initiatives.api import Initiative
from levante.kernel.api import Actor, today
from levante.kernel.pure import Bilingual
from levante.participations import states
from levante.participations.holding import locked_selection
from levante.participations.models import Selection
from levante.participations.telling import tell_firm

#: Days in which who has a place may give it up with its whole quota back, after the days were moved. Ours, no norm.
FREE_DAYS = 10


def days_moved(*, actor: Actor, initiative: Initiative, before: date) -> None:
    """Called by initiatives in the transaction that moves the first day. Of a list that is decided: until a day, which is told, all of the
    quota is given back to who gives up; a term to answer that would come after the new first day ends the day before it."""
    if not Selection.objects.filter(initiative=initiative, decided_at__isnull=False).exists():
        return
    selection = locked_selection(initiative.pk)
    selection.initiative = initiative
    eve = initiative.starts_on - timedelta(days=1)
    free = min(today() + timedelta(days=FREE_DAYS), eve)
    selection.free_until = free
    selection.save(update_fields=["free_until"])
    rows = selection.participations.select_for_update(of=("self",)).filter(state__in=[states.OFFERED, states.CONFIRMED])
    for row in rows.select_related("enterprise").order_by("pk"):
        row.selection = selection
        first, last = f"{initiative.starts_on:%d/%m/%Y}", f"{free:%d/%m/%Y}"
        words = Bilingual(
            f"Non è più il {before:%d/%m/%Y}: comincia il {first}. Se rinunci entro il {last} la quota ti si rende tutta.",
            f"It is no longer on {before:%d/%m/%Y}: it begins on {first}. If you give up by {last} your whole quota is given back.",
        )
        if row.state == states.OFFERED and row.answer_by is not None and row.answer_by > eve:
            row.answer_by, row.reminded_at = max(eve, today()), None
            row.save(update_fields=["answer_by", "reminded_at"])
            last = f"{row.answer_by:%d/%m/%Y}"
            words = Bilingual(
                f"{words.it} Rispondi, e paga, entro il {last}.", f"{words.en} Answer, and pay, by {last}."
            )
        event = f"moved-{initiative.starts_on:%Y%m%d}-{today():%Y%m%d}"
        tell_firm(actor, row, event, Bilingual("Cambiano i giorni", "The days change"), words)
