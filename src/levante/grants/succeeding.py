"""A firm that was awarded is merged into another by a deed, or another takes its branch: who has its place in the award.

The survivor of a merger takes over all rights and duties of the others (art. 2504-bis c.c.); whether it goes on with what was awarded, the
office of the call says by its act. Until it does nothing is claimed or paid (``Award.is_stopped``); from then on claims, papers, account,
guarantees and recoveries are those of the heir. What is left of an award that was revoked are debts, and they pass at once.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from levante.aid.api import UndertakingEvent
from levante.applications.api import may_examine, may_read, tell_people
from levante.exchange.api import named
from levante.grants import states
from levante.grants.models import Award
from levante.grants.models_succession import (
    APPROVED,
    REFUSED,
    STOPPING,
    TO_DECIDE,
    UNDONE,
    UNFOUNDED,
    Succession,
)
from levante.grants.models_task import HEIR
from levante.grants.services import locked_act, tell_application
from levante.grants.tasks import to_tell_cup, to_tell_rna
from levante.grants.telling import tell_office
from levante.kernel.api import Actor, note, now, refuse, require, service, unchanged
from levante.kernel.pure import Bilingual, Decision
from levante.parties.api import Enterprise

BY_LAW = "art. 2504-bis c.c."
_taken_by: list[str] = []
_given_back_by: list[str] = []


def place_taken(function: str) -> None:
    """Say what follows in a room above when another firm takes the place of one in an award: ``f(actor=, award=, firm=, heir=)``, in the
    transaction that approves it; what refuses stops it, with the reason."""
    if function not in _taken_by:
        _taken_by.append(function)


def place_given_back(function: str) -> None:
    """Say what goes back in a room above when the event by which a firm took the place of another is undone: ``f(actor=, award=, firm=,
    heir=, since=)``, ``since`` being when it took it; what refuses stops the whole."""
    if function not in _given_back_by:
        _given_back_by.append(function)


@dataclass(frozen=True, slots=True)
class Holder:
    """A firm that has or had the place of an award: from the day of the deed that gave it (None: since the award) to that of the deed that
    took it (None: to date), both included."""

    firm: Enterprise
    since: date | None
    until: date | None


def holders_of(award: Award) -> list[Holder]:
    """The firms that had the place of an award, one after the other, the last its own. A query."""
    found: list[Holder] = []
    since: date | None = None
    rows = Succession.objects.filter(award=award, state=APPROVED).select_related("firm").order_by("pk")
    for row in rows:
        found.append(Holder(row.firm, since, row.on))
        since = row.on
    return [*found, Holder(award.enterprise, since, None)]


def may_decide_succession(actor: Actor, succession: Succession) -> Decision:
    """Say who takes the place of a firm: who examines the applications of the call, with no conflict of interest about this one."""
    application = succession.award.application
    decision = may_examine(actor, application)
    return decision and may_read(actor, application) if decision else decision


def hear_succession(
    *, actor: Actor, event: UndertakingEvent, firm: Enterprise, heir: Enterprise, aids: Collection[int] | None
) -> Iterable[Bilingual]:
    """A deed was recorded: each award of the firm (of a split, each whose aid the heir takes) waits for its office."""
    rows = Award.objects.filter(enterprise=firm, state__in=states.TAKEN)
    if aids is not None:
        rows = rows.filter(aid__in=list(aids))
    for pk, act in rows.order_by("act", "pk").values_list("pk", "act"):
        award = _locked(pk, act)
        made = _propose(actor, award, event, heir)
        if made is None:
            continue
        number = award.application.number
        if made.state == TO_DECIDE:
            yield Bilingual(
                f"Da {firm.name} a {heir.name}: contributo della domanda {number}, fermo finché l’ufficio non decide il subentro.",
                f"From {firm.name} to {heir.name}: grant of application {number}, stopped until the office decides.",
            )
        else:
            yield Bilingual(
                f"Da {firm.name} a {heir.name}: ciò che resta da restituire del contributo revocato della domanda {number}.",
                f"From {firm.name} to {heir.name}: what is still to be given back of the revoked grant of application {number}.",
            )


def _locked(pk: int, act_id: int) -> Award:
    locked_act(act_id)
    rows = Award.objects.select_for_update(of=("self",)).select_related(
        "act__call__office", "aid", "enterprise", "application__opening__call__office", "application__form", "awaits"
    )
    return rows.get(pk=pk)


def _propose(actor: Actor, award: Award, event: UndertakingEvent, heir: Enterprise) -> Succession | None:
    """None where an earlier deed about it waits still: once that is decided, this one is looked at again."""
    if award.awaits_id is not None:
        return None
    made = Succession.objects.create(
        award=award, event=event, firm=award.enterprise, heir=heir, on=event.on, deed=event.deed, created_at=now()
    )
    if award.state == states.REVOKED:
        return _take_place(actor, award, made, BY_LAW)
    award.awaits = made
    award.save(update_fields=["awaits"])
    firm = award.enterprise
    tell_office(actor, award, "to_succeed", f"{firm.name} → {heir.name}, {event.deed} ({event.on:%d/%m/%Y}).")
    _tell(
        actor, award, heir, "heir-awaited",
        Bilingual("Subentro in un contributo: da decidere", "Taking a firm’s place in a grant: to be decided"),
        Bilingual(
            f"{award.application.number}: {heir.name} prende il posto di {firm.name} per l’atto {event.deed}. "
            "Finché l’ufficio decide non si chiede e non si paga nulla.",
            f"{award.application.number}: {heir.name} takes the place of {firm.name} by the deed {event.deed}. "
            "Until the office decides nothing is claimed or paid.",
        ),
    )  # fmt: skip
    return made


def _take_place(actor: Actor, award: Award, made: Succession, act: str, reason: str = "") -> Succession:
    firm, heir = award.enterprise, made.heir
    for function in _taken_by:
        named(function)(actor=actor, award=award, firm=firm, heir=heir)
    award.awarded_to = award.awarded_to or firm
    award.enterprise, award.awaits = heir, None
    award.save(update_fields=["awarded_to", "enterprise", "awaits"])
    made.state, made.act, made.reason = APPROVED, act, reason
    made.decided_at, made.decided_by_id = now(), actor.user_id
    made.save(update_fields=["state", "act", "reason", "decided_at", "decided_by"])
    text = Bilingual(
        f"{heir.name} ha preso il posto di {firm.name} ({made.deed}; {act}).",
        f"{heir.name} took the place of {firm.name} ({made.deed}; {act}).",
    )
    tell_application(award.application, actor, "award_heir", text)
    if award.state != states.REVOKED:
        by = Bilingual(f"{made.deed}; {act}", f"{made.deed}; {act}")
        to_tell_rna(actor, award, HEIR, by)
        to_tell_cup(actor, award, HEIR, by)
    _tell(actor, award, heir, "heir-taken", Bilingual("Subentro in un contributo", "A firm’s place in a grant"), text)
    return made


def _tell(actor: Actor, award: Award, heir: Enterprise, kind: str, title: Bilingual, body: Bilingual) -> None:
    """The people of both firms, of an award that they were told of: while its act is on its way they know of none."""
    if award.state not in states.TOOK_EFFECT:
        return
    for firm in {award.enterprise_id, heir.pk}:
        tell_people(
            actor, award.application, kind=kind, title=title, body=body, subject=f"award:{award.pk}:{kind}:{heir.pk}:{firm}",
            enterprise_id=firm, path="/impresa/rendicontazioni/",
        )  # fmt: skip


def _held(actor: Actor, succession: Succession) -> tuple[Award, Succession]:
    """The award and its row, under locks: act, award, row."""
    act = Award.objects.values_list("act", flat=True).get(pk=succession.award_id)
    award = _locked(succession.award_id, act)
    held = (
        Succession.objects.select_for_update(of=("self",)).select_related("event", "firm", "heir").get(pk=succession.pk)
    )
    held.award = award
    require(may_decide_succession(actor, held))
    return award, held


@service("grants.approve_succession")
def approve_succession(*, actor: Actor, succession: Succession, act: str, reason: str = "") -> Succession:
    """The heir takes the place of the firm, by ``act`` of the office (its number and day): from now on the award, its claims, its
    guarantees and what is owed back are the heir's. One that was refused can still be approved. Money on its way stops it. Of an act that
    is back and has no effect yet, because the firm is no more, its effect is judged on the heir from then on."""
    award, held = _held(actor, succession)
    if held.state == APPROVED:
        return unchanged(held)
    if held.state not in STOPPING:
        refuse("È già stato deciso altrimenti.", "It was decided otherwise already.")
    if award.state not in (states.RETURNED, *states.TOOK_EFFECT):
        refuse(
            "L’atto di concessione non è ancora adottato: decidi quando torna, o togli la concessione dall’atto.",
            "The act of the award is not adopted yet: decide when it is back, or take the award out of the act.",
        )
    if not act.strip():
        refuse("Scrivi numero e data dell’atto.", "Write the number and the day of the act.", field="act")
    note(award=award.pk, heir=held.heir_id)
    made = _take_place(actor, award, held, act.strip()[:200], reason.strip())
    _next(actor, award, held)
    return made


def _next(actor: Actor, award: Award, after: Succession) -> None:
    """The heir itself was merged by a later deed, recorded while this one waited."""
    heir = award.enterprise
    later = UndertakingEvent.objects.standing().filter(
        kind=UndertakingEvent.MERGER, parties__contains=[heir.tax_code], on__gte=after.on
    )
    known = Succession.objects.filter(award=award).values("event")
    event = later.exclude(into=heir.tax_code).exclude(pk__in=known).order_by("on", "pk").first()
    if event is None:
        return
    found = Enterprise.objects.filter(tax_code=event.into).select_related("merged_into").first()
    if found is not None and (found.merged_into or found) != heir:
        _propose(actor, award, event, found.merged_into or found)


@service("grants.refuse_succession")
def refuse_succession(*, actor: Actor, succession: Succession, reason: str, unfounded: bool = False) -> Succession:
    """The heir does not take the place, with the reasons: nothing is paid, and the award is to be revoked. ``unfounded``: the deed does not
    concern the award, which goes on as it was."""
    award, held = _held(actor, succession)
    wanted = UNFOUNDED if unfounded else REFUSED
    if held.state == wanted:
        return unchanged(held)
    if held.state not in STOPPING:
        refuse("È già stato deciso altrimenti.", "It was decided otherwise already.")
    if not reason.strip():
        refuse("Scrivi i motivi.", "Write the reasons.", field="reason")
    if unfounded:
        award.awaits = None
        award.save(update_fields=["awaits"])
    held.state, held.reason = wanted, reason.strip()
    held.decided_at, held.decided_by_id = now(), actor.user_id
    held.save(update_fields=["state", "reason", "decided_at", "decided_by"])
    text = Bilingual(
        f"{held.heir.name} non prende il posto di {held.firm.name}: {held.reason}",
        f"{held.heir.name} does not take the place of {held.firm.name}: {held.reason}",
    )
    note(award=award.pk, state=wanted)
    tell_application(award.application, actor, "award_heir", text)
    title = Bilingual("Subentro in un contributo: deciso", "A firm’s place in a grant: decided")
    _tell(actor, award, held.heir, f"heir-{wanted}", title, text)
    return held


def undo_succession(*, actor: Actor, event: UndertakingEvent) -> Iterable[Bilingual]:
    """The event was recorded by mistake: awards that waited for it go on as they were, and those whose place was taken are the firm's
    again, with what had followed. What the office wrote stays written."""
    rows = (
        Succession.objects.filter(event=event)
        .exclude(state__in=[UNFOUNDED, UNDONE])
        .order_by("award__act", "award", "pk")
    )
    for pk, award_id, act in list(rows.values_list("pk", "award", "award__act")):
        award = _locked(award_id, act)
        held = Succession.objects.select_for_update(of=("self",)).select_related("event", "firm", "heir").get(pk=pk)
        took = held.state == APPROVED
        if took:
            _give_back(actor, award, held)
        else:
            award.awaits = None
            award.save(update_fields=["awaits"])
        held.state = UNDONE
        held.save(update_fields=["state"])
        number = award.application.number
        text = Bilingual(
            f"Domanda {number}: il contributo è di {held.firm.name}: l’operazione «{held.deed}» era registrata per errore "
            f"({event.undone_act}: {event.undone_reason}).",
            f"Application {number}: the grant is of {held.firm.name}: the event “{held.deed}” was recorded by mistake "
            f"({event.undone_act}: {event.undone_reason}).",
        )
        tell_application(award.application, actor, "award_heir", text)
        title = Bilingual("Subentro annullato", "A firm’s place in a grant: undone")
        _tell(actor, award, held.heir, "heir-undone", title, text)
        if took and award.state != states.REVOKED:
            by = Bilingual(f"{event.undone_act}: {event.undone_reason}", f"{event.undone_act}: {event.undone_reason}")
            to_tell_rna(actor, award, HEIR, by)
            to_tell_cup(actor, award, HEIR, by)
        yield text


def _give_back(actor: Actor, award: Award, held: Succession) -> None:
    if award.enterprise_id != held.heir_id:
        refuse(
            f"Il contributo della domanda {award.application.number} è passato ad altri dopo: prima si annulla quel passaggio.",
            f"The grant of application {award.application.number} went on to others since: undo that first.",
        )
    assert held.decided_at is not None
    for function in _given_back_by:
        named(function)(actor=actor, award=award, firm=held.firm, heir=held.heir, since=held.decided_at)
    before = Succession.objects.filter(award=award, state=APPROVED, pk__lt=held.pk).exists()
    award.enterprise, award.awarded_to = held.firm, award.awarded_to if before else None
    award.save(update_fields=["enterprise", "awarded_to"])
