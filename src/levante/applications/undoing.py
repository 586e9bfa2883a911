"""Taking a decision back before anybody was told: until its letter left, a list was published or an act was drafted."""

from collections.abc import Callable

from levante.applications.drafts import locked
from levante.applications.models import Application, RankingRow
from levante.applications.moving import move, ready
from levante.applications.policies import may_work
from levante.applications.states import DECIDED, NOTICE
from levante.kernel.api import Actor, note_object, refuse, require, service, system, unchanged
from levante.kernel.pure import Bilingual, Decision
from levante.letters.api import Letter, cancel_letter, finish_draft

#: What rooms above hold against taking a decision back: each says why, or nothing.
_holding: list[Callable[[Application], Bilingual | None]] = []


def holds_decisions(why: Callable[[Application], Bilingual | None]) -> None:
    """A room above says what keeps a decision from being taken back (an act that was drafted)."""
    _holding.append(why)


def decision_letter(application: Application) -> Letter | None:
    """The letter that tells the decision in force, or would."""
    letters = Letter.objects.about(application).filter(kind__in=["admitted", "rejected"])
    found: Letter | None = letters.exclude(state="cancelled").order_by("-pk").first()
    return found


def may_undo(actor: Actor, application: Application) -> Decision:
    """Take back an admission or a rejection that nobody was told of."""
    decision = may_work(actor, application)
    if not decision:
        return decision
    letter = decision_letter(application)
    if letter is None or letter.state != "draft":
        return Decision.no(
            "La decisione è già stata comunicata all’impresa.", "The enterprise was already told of the decision."
        )
    if RankingRow.objects.filter(application=application, ranking__state="published").exists():
        return Decision.no("La domanda è in una graduatoria pubblicata.", "The application is in a published ranking.")
    for why in _holding:
        reason = why(application)
        if reason is not None:
            return Decision(False, reason)
    return Decision.yes()


def drop_held(current: Application, *, reason: str, actor: Actor | None = None) -> None:
    """The decision is none any more (not saved); its letter, which waited, never leaves."""
    letter = decision_letter(current)
    if letter is not None and letter.state == "draft":
        cancel_letter(actor=actor or system("applications.drop_held"), letter=letter, reason=reason)
    current.held_from, current.decision_reason = "", ""
    current.decided_at = current.decided_by = current.admitted_amount = None


@service("applications.undo_decision")
def undo_decision(*, actor: Actor, application: Application, reason: str) -> Application:
    """Take an admission or a rejection back: its letter never leaves, the file is where it was, under examination or in the
    notice of rejection (art. 10-bis L. 241/1990): observations and their days are those there were."""
    current = ready(application, "undo", actor)
    if not reason.strip():
        refuse("Scrivi perché la decisione si ritira.", "Write why the decision is taken back.", field="reason")
    step = "undo_to_notice" if current.held_from == NOTICE else "undo"
    drop_held(current, reason=reason, actor=actor)
    move(current, step, actor, text=Bilingual(reason.strip(), reason.strip()), internal=True)
    current.save(update_fields=["state", "held_from", "decided_at", "decided_by", "decision_reason", "admitted_amount"])
    note_object(current)
    return current


@service("applications.tell_decision")
def tell_decision(*, actor: Actor, application: Application) -> Application:
    """Let a decision that was held be told: its letter leaves, the people of the enterprise are told. From here on it is not
    taken back."""
    if application.state not in DECIDED:
        refuse("Su questa domanda non c’è una decisione.", "There is no decision on this application.")
    current = locked(application.pk)
    require(may_work(actor, current))
    letter = decision_letter(current)
    if letter is None or letter.state != "draft":
        return unchanged(current)
    finish_draft(actor=actor, letter=letter)  # which tells the enterprise: ``letters.let_go``
    note_object(current)
    return current
