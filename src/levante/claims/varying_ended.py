"""A revocation closes the variation that is under way; the act that annuls it opens it again as it was.

The days between do not count against the office (``revocation.annul.stops_terms``: nobody could decide on what was no more).
"""

from levante.applications.api import tell_people
from levante.claims import carrying_states as states
from levante.claims.models_carrying import Variation
from levante.claims.varying import locked_variation, step_variation, tell_decided
from levante.grants.api import Award
from levante.kernel.api import Actor, now, today
from levante.kernel.pure import Bilingual
from levante.law import parameters

#: How each of them is opened again.
AGAIN = {states.DRAFT: "revive_draft", states.SENT: "revive_sent", states.REVIEW: "revive"}


def end_variations(actor: Actor, award: Award, reason: Bilingual, officer_id: int | None) -> int:
    """The award is no more: of its variations a draft is discarded, one that was sent is closed with the reason, by who has it or
    ``officer_id``; what each was is kept with it. For a service at work; how many."""
    rows = Variation.objects.filter(award=award, state__in=states.UNDER_WAY).order_by("pk").values_list("pk", flat=True)
    for pk in (found := list(rows)):
        held = locked_variation(pk)
        was = {"closed_from": held.state, "closed_on": today()}
        if held.state == states.DRAFT:
            step_variation(held, "drop", actor, text=reason.it, text_en=reason.en, **was)
            continue
        step_variation(
            held, "end", actor, text=reason.it, text_en=reason.en, officer_id=held.officer_id or officer_id,
            decision_reason=reason.it, decided_at=now(), decided_by_id=None, **was,
        )  # fmt: skip
        tell_decided(held, actor)
    return len(found)


def revive_variations(actor: Actor, award: Award, reason: Bilingual) -> list[int]:
    """The revocation that closed it was annulled: what was asked is being filled in, sent or under review again, with its officer, and the
    term to decide it is moved by the days between. For a service at work; which."""
    rows = Variation.objects.filter(award=award).exclude(closed_from="").order_by("pk").values_list("pk", flat=True)
    for pk in (found := list(rows)):
        _revive(actor, locked_variation(pk), reason)
    return found


def _revive(actor: Actor, held: Variation, reason: Bilingual) -> None:
    was, closed_on = held.closed_from, held.closed_on
    assert closed_on is not None
    more = (today() - closed_on).days if parameters.value("revocation.annul.stops_terms", on=today()).value else 0
    back = {"closed_from": "", "closed_on": None}
    if was == states.DRAFT:
        step_variation(held, AGAIN[was], actor, text=reason.it, text_en=reason.en, **back)
    else:
        step_variation(
            held, AGAIN[was], actor, text=reason.it, text_en=reason.en, decision_reason="", decided_at=None,
            officer_id=held.officer_id if was == states.REVIEW else None, stopped_days=held.stopped_days + more, **back,
        )  # fmt: skip
    name = Bilingual(held.register_number or "in bozza", held.register_number or "being filled in")
    tell_people(
        actor,
        held.award.application,
        kind="variation-revived",
        title=Bilingual(f"Variazione {name.it}: di nuovo aperta", f"Variation {name.en}: open again"),
        body=Bilingual(f"La revoca è stata annullata. {reason.it}", f"The revocation was annulled. {reason.en}"),
        subject=f"variation:{held.pk}:{now().isoformat()}",
        enterprise_id=held.award.enterprise_id,
        path=f"/impresa/variazioni/{held.pk}/",
    )
