"""A place that waits for the office: its codes or its regime are put right, its COR is asked again, or it is not admitted."""

from typing import Any

from levante.initiatives.api import Initiative
from levante.kernel.api import Actor, note, refuse, require, service, today, unchanged
from levante.kernel.pure import Bilingual
from levante.participations import aid, policies, states
from levante.participations.aid_deciding import checked_codes
from levante.participations.answering import give_back
from levante.participations.deciding import fill_places
from levante.participations.holding import locked_row, locked_selection
from levante.participations.models import Participation, Selection
from levante.participations.telling import tell_firm


@service("participations.correct_aid_codes")
def correct_aid_codes(*, actor: Actor, initiative: Initiative, codes: dict[str, Any]) -> Selection:
    """Correct what the RNA calls the measure (``calls.schema.registers.RnaEntry``), also once places are given: a wrong code is the
    office's, and what was decided by act (whether it is aid, its value) stays as it is. The places that wait ask again one by one."""
    selection = locked_selection(initiative.pk)
    require(policies.may_keep(actor, selection.initiative))
    if not selection.is_aid:
        refuse("I posti non sono un aiuto.", "The places are no aid.")
    if not codes:
        refuse("Scrivi i codici del RNA.", "Write the codes of the RNA.", field="notice")
    before, after = selection.aid_codes, checked_codes(codes)
    if before == after:
        return unchanged(selection)
    selection.aid_codes = after
    selection.save(update_fields=["aid_codes"])
    note(before=before, after=after)
    return selection


@service("participations.ask_again")
def ask_again(*, actor: Actor, row: Participation) -> Participation:
    """Hold the headroom of a place that has no code yet and ask for its COR, with the data and the codes as they are now. What is refused
    again is kept as the reason for which it waits (``problem_it``, ``problem_en``). Of who was passed over on the waiting list: whether it
    can have a free place now."""
    held = locked_row(row.pk)
    require(policies.may_keep(actor, held.selection.initiative))
    if held.state == states.LISTED and held.problem_it:
        fill_places(actor, held.selection)
        held.refresh_from_db(fields=["state", "seat", "problem_it", "problem_en"])
        note(problem=held.problem_it)
        return held
    if held.state != states.REGISTERING or held.cor:
        refuse("Non aspetta il COR.", "It does not wait for a COR.")
    if today() >= held.selection.initiative.starts_on:
        refuse("L’iniziativa è già cominciata.", "The initiative has already begun.")
    aid.ask_for_code(actor, held)
    note(problem=held.problem_it)
    return held


@service("participations.decide_regime")
def decide_regime(*, actor: Actor, row: Participation, regime: str, reason: str) -> Participation:
    """The office decides the de minimis regime of a place being registered, with its reason: that of its sector is not that of the activity
    which the place is for, kept apart from the others (Reg. (EU) 2023/2831 art. 1(2)). What was held or registered in another is let go,
    and asked anew."""
    held = locked_row(row.pk)
    require(policies.may_keep(actor, held.selection.initiative))
    if held.state != states.REGISTERING:
        refuse("Il posto non aspetta di essere concesso.", "The place does not wait to be granted.")
    if regime not in states.REGIMES:
        refuse("Scegli il regime.", "Choose the regime.", field="regime")
    why = reason.replace("\0", "").strip()[:500]
    if not why:
        refuse("Scrivi perché.", "Say why.", field="reason")
    if (held.regime, held.regime_reason) == (regime, why):
        return unchanged(held)
    before = aid.regime_of(held)
    held.regime, held.regime_reason = regime, why
    held.save(update_fields=["regime", "regime_reason"])
    if before != regime:
        words = states.REGIMES[regime]
        aid.let_go(held, Bilingual(f"Ora è {words.it}: {why}"[:300], f"It is {words.en} now: {why}"[:300]))
    if held.reservation is None and today() < held.selection.initiative.starts_on:
        aid.ask_for_code(actor, held)
    note(before=before, after=regime, problem=held.problem_it)
    return held


@service("participations.exclude_place")
def exclude_place(*, actor: Actor, row: Participation, reason: str, reason_en: str = "") -> Participation:
    """The director does not admit, after the list is decided, who is on the waiting list or waits for the act that grants its place; the
    reason is told to the enterprise and the place goes to the next one."""
    held = locked_row(row.pk)
    selection = held.selection
    require(policies.may_decide(actor, selection.initiative))
    if held.state == states.EXCLUDED:
        return unchanged(held)
    if selection.decided_at is None or held.state not in {states.LISTED, states.REGISTERING}:
        refuse(
            "Si esclude chi è in lista d’attesa o aspetta la concessione.",
            "Who is on the waiting list, or waits for its grant, can be left out.",
        )
    if not reason.strip():
        refuse("Scrivi perché.", "Say why.", field="reason")
    words = Bilingual(reason.strip()[:2000], (reason_en.strip() or reason.strip())[:2000])
    give_back(actor, held, states.EXCLUDED, words, percent=100)
    tell_firm(
        actor, held, "excluded", Bilingual("Non sei tra i partecipanti", "You are not among the participants"), words
    )
    note(enterprise=held.enterprise_id)
    fill_places(actor, selection)
    return held
