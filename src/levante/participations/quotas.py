"""What a place costs and what giving it up costs, before it is accepted; fewer modules of one that is not paid yet."""

from datetime import timedelta
from decimal import Decimal

from levante.controls.api import cancel_due
from levante.kernel.api import Actor, note, refuse, require, service, today, unchanged
from levante.kernel.pure import ZERO, Bilingual, format_euro
from levante.participations import policies, states
from levante.participations.answering import QUOTA, accepted_within, ask_quota
from levante.participations.holding import locked_row
from levante.participations.models import Participation, Selection
from levante.participations.pure.refunds import Back, back_by_day
from levante.participations.pure.sums import quota_for


def quota_of(selection: Selection, modules: int) -> Decimal:
    """Euro of a place with so many modules."""
    return quota_for(selection.quota, selection.extra_quota, modules)


def backs_of(selection: Selection) -> list[Back]:
    """Until which day how much of a quota that was paid is given back to who gives up, from today on."""
    return back_by_day(
        selection.refunds, starts_on=selection.initiative.starts_on, on=today(), free_until=selection.free_until
    )


def costs_in_words(selection: Selection, *, more: bool) -> Bilingual:
    """What a place costs and what giving it up costs, for who is offered one; ``more``: further modules may be had."""
    quota, extra = selection.quota, selection.extra_quota
    words = Bilingual("Il posto è gratuito.", "The place is free.")
    if quota:
        words = Bilingual(f"Il posto costa {format_euro(quota)}.", f"The place costs {format_euro(quota, 'en')}.")
    if not quota and not (more and extra):
        return words
    if more and extra is not None:
        words = Bilingual(
            f"{words.it} Ogni modulo in più {format_euro(extra)}.",
            f"{words.en} Each further module {format_euro(extra, 'en')}.",
        )
    lines = backs_of(selection)
    if not lines:
        return Bilingual(
            f"{words.it} Se rinunci dopo aver pagato non ti si rende nulla.",
            f"{words.en} If you give up after paying nothing is given back.",
        )
    it = ", ".join(f"il {line.percent} % fino al {line.last:%d/%m/%Y}" for line in lines)
    en = ", ".join(f"{line.percent}% until {line.last:%d/%m/%Y}" for line in lines)
    return Bilingual(
        f"{words.it} Se rinunci dopo aver pagato ti si rende {it}; poi nulla.",
        f"{words.en} If you give up after paying, you are given back {en}; then nothing.",
    )


@service("participations.take_fewer_modules")
def take_fewer_modules(*, actor: Actor, row: Participation, modules: int) -> Participation:
    """A place that is accepted and not paid keeps fewer modules: registered. Its quota is asked anew, by the same day. Not once something
    was paid, nor once the term is over. The same number again: unchanged."""
    held = locked_row(row.pk)
    require(policies.may_answer(actor, held))
    due = held.due
    if held.state != states.OFFERED or held.accepted_at is None or held.answer_by is None or due is None:
        refuse("Il posto non è da pagare.", "The place is not to be paid.")
    if modules == held.modules:
        return unchanged(held)
    if not 1 <= modules < held.modules:
        refuse("Si possono solo ridurre.", "They can only be fewer.", field="modules")
    if held.answer_by < today():
        refuse("Il termine per pagare è passato.", "The term to pay has passed.")
    if due.state != "due" or due.received > ZERO:
        refuse(
            "Una parte della quota è già pagata: scrivi all’ufficio.",
            "A part of the quota is paid already: write to the office.",
        )
    kept = list(held.modules_held.order_by("code").values_list("pk", flat=True)[:modules])
    held.modules_held.exclude(pk__in=kept).update(holder=None)
    note(before=held.modules, modules=modules)
    held.modules, held.due = modules, None
    held.save(update_fields=["modules", "due"])
    accepted_within(held)
    words = Bilingual(f"Moduli ridotti a {modules}", f"Modules reduced to {modules}")
    cancel_due(actor=QUOTA, due=due, reason=words)
    ask_quota(held, by=max(held.answer_by, today() + timedelta(days=1)))
    return held
