"""The office moves an initiative (days, city, market): who has a place may give it up for nothing, and terms stay before the first day."""

from datetime import timedelta

from levante.controls.api import move_due
from levante.initiatives.api import Initiative, Whereabouts, city_in, whereabouts
from levante.kernel.api import Actor, now, today
from levante.kernel.pure import Bilingual
from levante.participations import states
from levante.participations.answering import QUOTA
from levante.participations.holding import locked_selection
from levante.participations.models import Participation, Selection
from levante.participations.telling import tell_firm

#: Days in which who has a place may give it up with its whole quota back, after the initiative was moved. Ours, no norm.
FREE_DAYS = 10


def initiative_moved(*, actor: Actor, initiative: Initiative, before: Whereabouts) -> None:
    """Called by initiatives in the transaction that moves days, city or market. Of a list that is decided: until a day, which is told, all
    of the quota is given back to who gives up; a term to answer that would come after the new first day ends the day before it, and the
    quota is to be paid by that same day. Once it has begun nobody gives up: then it changes nothing here."""
    if not Selection.objects.filter(initiative=initiative, decided_at__isnull=False).exists():
        return
    if initiative.starts_on == before.starts_on <= today():
        return
    selection = locked_selection(initiative.pk)
    selection.initiative = initiative
    eve = initiative.starts_on - timedelta(days=1)
    free = min(today() + timedelta(days=FREE_DAYS), eve)
    words = _what_changes(before, whereabouts(initiative))
    if free >= today():
        selection.free_until = free
        selection.save(update_fields=["free_until"])
        words = Bilingual(
            f"{words.it} Se rinunci entro il {free:%d/%m/%Y} la quota ti si rende tutta.",
            f"{words.en} If you give up by {free:%d/%m/%Y} your whole quota is given back.",
        )
    rows = selection.participations.select_for_update(of=("self",)).filter(state__in=[states.OFFERED, states.CONFIRMED])
    event = f"moved-{now():%Y%m%d%H%M%S}"
    for row in rows.select_related("enterprise", "due").order_by("pk"):
        row.selection = selection
        said = words
        if row.state == states.OFFERED and row.answer_by is not None and row.answer_by > eve:
            _bring_forward(row)
            last = f"{row.answer_by:%d/%m/%Y}"
            said = Bilingual(f"{said.it} Rispondi, e paga, entro il {last}.", f"{said.en} Answer, and pay, by {last}.")
        tell_firm(actor, row, event, Bilingual("Cambiano date o luogo", "Dates or place change"), said)


def _bring_forward(row: Participation) -> None:
    """The term ends the day before the new first day (today, where that is past), and so does that of its quota: one last day."""
    row.answer_by = max(row.selection.initiative.starts_on - timedelta(days=1), today())
    row.reminded_at = None
    row.save(update_fields=["answer_by", "reminded_at"])
    if row.due is not None and row.due.state == "due":
        move_due(actor=QUOTA, due=row.due, due_on=row.answer_by)


def _what_changes(before: Whereabouts, after: Whereabouts) -> Bilingual:
    told = []
    if before.starts_on != after.starts_on:
        old, new = f"{before.starts_on:%d/%m/%Y}", f"{after.starts_on:%d/%m/%Y}"
        told.append(
            Bilingual(f"Non è più il {old}: comincia il {new}.", f"It is no longer on {old}: it begins on {new}.")
        )
    if before.ends_on != after.ends_on:
        last = f"{after.ends_on:%d/%m/%Y}"
        told.append(Bilingual(f"Finisce il {last}.", f"It ends on {last}."))
    if before.is_another_place(after):
        there, left = (Bilingual(city_in(one.city, "it"), city_in(one.city, "en")) for one in (after, before))
        here = Bilingual(f": è a {there.it}", f": it is in {there.en}") if after.city else Bilingual("", "")
        told.append(Bilingual(f"Non è più a {left.it}{here.it}.", f"It is no longer in {left.en}{here.en}."))
    if before.market != after.market:
        one, two = before.market, after.market
        told.append(
            Bilingual(
                f"Il mercato non è più {one.name_it}: è {two.name_it}.",
                f"The market is no longer {one.name_en}: it is {two.name_en}.",
            )
        )
    return Bilingual(" ".join(one.it for one in told), " ".join(one.en for one in told))
