"""What an act would give an application today, before anybody drafts it: the same reckoning, nothing written."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from levante.applications.api import Application, is_group
from levante.grants.antimafia import answer_for, decision_of
from levante.grants.checks import checks_of
from levante.grants.firms import firms_to_award
from levante.grants.places import award_places
from levante.grants.trimming import trimmed
from levante.kernel.pure import ZERO, Bilingual, format_euro


@dataclass(frozen=True, slots=True)
class Preview:
    """``amount`` is what the act would award, nothing when the order of the call gives nothing; ``why`` says on what it rests:
    the place, the money left there, the headroom of the undertaking."""

    amount: Decimal | None
    why: tuple[Bilingual, ...]


def act_preview(application: Application, *, on: date) -> Preview:
    """As ``draft_award_act`` would reckon it on a day, for this application alone. The opening and the call are loaded."""
    wanted = application.admitted_amount or application.requested_amount or ZERO
    place = award_places([application])[application.pk]
    if place.awaits_ranking and application.opening.call.rule.makes_list:
        return Preview(
            wanted,
            (
                Bilingual(
                    "Se la graduatoria, non ancora pubblicata, la finanzia per intero.",
                    "If the ranking, not published yet, funds it in full.",
                ),
            ),
        )
    why = Bilingual(_sentence(place.reason.it), _sentence(place.reason.en))
    if not place.is_funded:
        return Preview(None, (why,))
    amount = min(wanted, place.amount)
    if is_group(application):
        parts = firms_to_award(application, amount)
        told = [f"{firm.enterprise.name}, {format_euro(firm.amount)}" for firm in parts]
        told_en = [f"{firm.enterprise.name}, {format_euro(firm.amount, 'en')}" for firm in parts]
        each = Bilingual("A ciascuna impresa: " + "; ".join(told) + ".", "To each firm: " + "; ".join(told_en) + ".")
        wants = [_antimafia(application, firm.enterprise.pk, firm.amount, on) for firm in parts]
        return Preview(sum((firm.amount for firm in parts), ZERO), (why, each, *dict.fromkeys(sum(wants, ()))))
    wants = _antimafia(application, application.enterprise_id, amount, on)
    if not application.opening.call.trim_to_headroom:
        return Preview(amount, (why, *wants))
    amount, found = trimmed(application, amount, checks_of(application, amount=amount, on=on), on=on)
    step = found["trimmed"]["steps"][0] if "trimmed" in found else None
    trimmed_why = (Bilingual(step["text"], step["text_en"]),) if step else ()
    return Preview(amount, (why, *trimmed_why, *_antimafia(application, application.enterprise_id, amount, on)))


def _antimafia(application: Application, enterprise: int, amount: Decimal, on: date) -> tuple[Bilingual, ...]:
    """What the anti-mafia information still wants before the act is signed; nothing when it lets it be."""
    found = decision_of(answer_for(application.opening.call_id, enterprise, amount, on=on))
    return () if found else (found.reason,)


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."
