"""Meetings edited by hand, one step at a time: what a step would break and cost, the step, and its undoing."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, NoReturn

from django.db.models import Q

from levante.kernel.api import Actor, note, note_object, now, refuse, require, service, unchanged
from levante.kernel.pure import Bilingual, filled
from levante.matching.api import Agenda as Solved
from levante.matching.api import Cost, Edit, Instance, NoSuchEdit, Violation, cost_between, edit_cost, edited
from levante.matching.api import Meeting as SolvedMeeting
from levante.meetings import policies, states
from levante.meetings.building import instance_of, solved_of, with_pair
from levante.meetings.holding import changed, locked_agenda, require_revision
from levante.meetings.models import Agenda, AgendaEdit, Attendee, Meeting, Slot
from levante.meetings.sound import in_words

#: So many of the last steps are told.
STEPS_TOLD = 8

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Told:
    """What an edit would cost, for people: the conflicts in words (none: it can be done), the change of the agenda's
    points."""

    conflicts: tuple[Bilingual, ...]
    change: float
    shortfall: int
    unmet_mutual: int

    @property
    def allowed(self) -> bool:
        return not self.conflicts


def cost_of(agenda: Agenda, edit: Edit) -> Told:
    """What an edit would break and cost, without making it."""
    try:
        found = edit_cost(_instance_for(agenda, edit), solved_of(agenda), edit)
        return _told(agenda, found, _slots_of(agenda, edit), _pairs_of(edit))
    except NoSuchEdit as error:
        _refuse_missing(edit, error)


def _pairs_of(edit: Edit) -> set[Pair]:
    return {(edit.a, edit.b), *([edit.other] if edit.other is not None else [])}


def _instance_for(agenda: Agenda, edit: Edit) -> Instance:
    """The event as it stands, with the pair that an edit adds."""
    instance = instance_of(agenda, as_it_stands=True)
    return with_pair(agenda, instance, int(edit.a), int(edit.b)) if edit.kind == "add" else instance


def _slots_of(agenda: Agenda, edit: Edit) -> set[int]:
    """Where meetings would be moved to."""
    if edit.kind in {"move", "add"}:
        return {int(edit.slot or 0)}
    if edit.kind == "swap" and edit.other is not None:
        pairs = ((edit.a, edit.b), edit.other)
        rows = agenda.meetings.standing()
        return {slot for a, b in pairs for slot in rows.filter(a=int(a), b=int(b)).values_list("slot", flat=True)}
    return set()


def _refuse_missing(edit: Edit, error: NoSuchEdit) -> NoReturn:
    if error.code in {"locked", "own_table", "already_held"}:
        refuse(f"{error.message_it.capitalize()}.", f"{error.message_en.capitalize()}.")
    if edit.kind == "add":
        refuse(
            "Questi due non si fanno incontrare: uno ha detto di no o non viene, o sono tenuti separati.",
            "These two are not brought together: one said no or does not come, or they are kept apart.",
        )
    refuse("L’incontro non c’è più: ricarica la pagina.", "The meeting is no longer there: load the page again.")


def _told(agenda: Agenda, found: Cost, into: set[int], pairs: set[Pair]) -> Told:
    """In words, with whom each conflict is of, when, and which other meeting is in the way; ``into``: the slots that the meetings of
    ``pairs`` would go to, which must not have begun."""
    words = [said for rule in found.conflicts for said in _conflict(agenda, rule, pairs)]
    if into and agenda.slots.filter(pk__in=into, starts_at__lte=now()).exists():
        words.append(Bilingual("la fascia oraria è già cominciata", "the slot has begun already"))
    return Told(tuple(dict.fromkeys(words)), found.change, found.shortfall, found.unmet_mutual)


def _conflict(agenda: Agenda, rule: Violation, pairs: set[Pair]) -> list[Bilingual]:
    words = in_words(agenda, [rule])
    if rule.kind not in {"two_at_once", "no_rest"} or rule.slot is None or len(rule.who) != 1:
        return words
    who = int(rule.who[0])
    rows = agenda.meetings.standing().filter(Q(a=who) | Q(b=who), slot=int(rule.slot)).exclude(_any_of(pairs))
    others = [one.b.name if one.a_id == who else one.a.name for one in rows.select_related("a__enterprise", "b__buyer")]
    return (
        [filled("{what} (con {who})", "{what} (with {who})", what=one, who=others[0]) for one in words]
        if others
        else words
    )


def _held_for_edit(actor: Actor, agenda: Agenda, revision: int | None) -> Agenda:
    held = locked_agenda(agenda.pk)
    require(policies.may_arrange(actor, held.initiative))
    if held.state == states.CLOSED:
        refuse("L’agenda è conclusa.", "The agenda is closed.")
    require_revision(held, revision)
    return held


#: Edits after which no agenda is better than was proved before.
_ONLY_PLACES = {"move", "swap", "remove"}


@service("meetings.edit_meeting")
def edit_meeting(*, actor: Actor, agenda: Agenda, edit: Edit, revision: int | None = None) -> Agenda:
    """One edit by hand: add, remove, move, swap, lock, unlock; kept as a step (``AgendaEdit``) that can be undone. What
    would break a rule is refused with its words; where the meeting is already, nothing is done.
    ``revision``: the agenda that was read; another is refused, since what it cost is no longer so. Once published, those whose
    meeting changes are told."""
    held = _held_for_edit(actor, agenda, revision)
    instance, before = _instance_for(held, edit), solved_of(held)
    try:
        cost = _told(held, edit_cost(instance, before, edit), _slots_of(held, edit), _pairs_of(edit))
        _, after = edited(instance, before, edit)
    except NoSuchEdit as error:
        _refuse_missing(edit, error)
    if set(after.meetings) == set(before.meetings) and edit.kind in {"move", "swap"}:
        return unchanged(held)
    _require_whole(cost)
    pairs = _pairs_of(edit)
    was = _as_they_are(held, pairs)
    if edit.kind in {"lock", "unlock"}:
        _lock(held, (edit.a, edit.b), edit.kind == "lock")
        touched = []
    else:
        touched = write_meetings(held, before, after)
    after_it = _as_they_are(held, pairs)
    if after_it == was:  # it was locked, or unlocked, already
        return unchanged(held)
    changed(held, event=edit.kind not in _ONLY_PLACES)
    AgendaEdit.objects.create(
        agenda=held, kind=edit.kind, a_id=int(edit.a), b_id=int(edit.b), before=was, after=after_it, change=cost.change, at=now(),
        by_id=actor.user_id,
    )  # fmt: skip
    note(edit=edit.kind, a=edit.a, b=edit.b, slot=edit.slot or "", change=cost.change)
    note_object(held)
    _tell(actor, held, touched)
    return held


def last_edits(agenda: Agenda) -> list[AgendaEdit]:
    """The last steps by hand, the last first. One query."""
    rows = agenda.edits.select_related("a__enterprise", "b__buyer", "by", "undone", "undoes").order_by("-pk")
    return list(rows[:STEPS_TOLD])


@service("meetings.undo_edit")
def undo_edit(*, actor: Actor, agenda: Agenda, revision: int | None = None) -> Agenda:
    """Put back what the last step by hand changed, which is a step too; again, the one before. Not where its meetings have
    changed since, by whatever else, or where putting them back would break a rule. Who is touched is told, once it is published."""
    held = _held_for_edit(actor, agenda, revision)
    step = held.edits.undoable().order_by("-pk").first()
    if step is None:
        refuse("Non ci sono passi da annullare.", "There are no steps to undo.")
    pairs = {(str(one["a"]), str(one["b"])) for one in [*step.before, *step.after]}
    told = held.meetings.standing().filter(_any_of(pairs), state__in=_TOLD)
    if _as_they_are(held, pairs) != step.after or told.exists():
        refuse(
            "L’incontro è cambiato anche in altro modo: questo passo non si annulla più.",
            "The meeting has changed in another way too: this step is undone no more.",
        )
    before = solved_of(held)
    back = tuple(
        SolvedMeeting(str(one["a"]), str(one["b"]), str(one["slot"]), one["table"], one["interpreter"] or None)
        for one in step.before
    )
    after = replace(before, meetings=(*(one for one in before.meetings if (one.a, one.b) not in pairs), *back))
    cost = Cost((), 0.0, 0, 0)
    touched: list[Meeting] = []
    if set(after.meetings) == set(before.meetings):
        for one in step.before:
            _lock(held, (str(one["a"]), str(one["b"])), one["locked"])
    else:
        instance = instance_of(held, as_it_stands=True)
        for a, b in sorted(pairs):
            instance = with_pair(held, instance, int(a), int(b))
        cost = cost_between((instance, before), (instance, after), {one for pair in pairs for one in pair})
        moved = {int(one.slot) for one in back if one not in set(before.meetings)}
        _require_whole(_told(held, cost, moved, pairs))
        touched = write_meetings(held, before, after)
    changed(held, event=step.kind not in _ONLY_PLACES)
    AgendaEdit.objects.create(
        agenda=held, kind="undo", a_id=step.a_id, b_id=step.b_id, before=step.after, after=_as_they_are(held, pairs),
        change=cost.change, undoes=step, at=now(), by_id=actor.user_id,
    )  # fmt: skip
    note(undone=step.pk, edit=step.kind, a=step.a_id, b=step.b_id, change=cost.change)
    note_object(held)
    _tell(actor, held, touched)
    return held


def _require_whole(cost: Told) -> None:
    if not cost.allowed:
        refuse(" ".join(f"{one.it}." for one in cost.conflicts), " ".join(f"{one.en}." for one in cost.conflicts))


#: What nobody undoes: it was said how the meeting went.
_TOLD = (states.HELD, states.MISSED)


def _any_of(pairs: Iterable[Pair]) -> Any:
    found = Q(pk__in=[])
    for a, b in pairs:
        found |= Q(a=int(a), b=int(b))
    return found


def _as_they_are(agenda: Agenda, pairs: Iterable[Pair]) -> list[dict[str, Any]]:
    """The standing meetings of some pairs, in the order of the pairs, as a step keeps them."""
    rows = agenda.meetings.standing().filter(_any_of(pairs)).order_by("a", "b")
    return [
        {"a": one.a_id, "b": one.b_id, "slot": one.slot_id, "table": one.table, "interpreter": one.interpreter, "locked": one.locked}
        for one in rows
    ]  # fmt: skip


def _lock(agenda: Agenda, pair: Pair, locked: bool) -> None:
    agenda.meetings.standing().filter(a_id=int(pair[0]), b_id=int(pair[1])).update(locked=locked)


def _tell(actor: Actor, agenda: Agenda, touched: list[Meeting]) -> None:
    from levante.meetings.publishing import tell_changes  # which tells what is edited here

    if agenda.state == states.PUBLISHED:
        tell_changes(actor, agenda, touched)


def write_meetings(agenda: Agenda, before: Solved, after: Solved) -> list[Meeting]:
    """Write the difference between two agendas: those that changed, as they are now. What is held stays. For a
    service that holds the agenda."""
    was = {(one.a, one.b): one for one in before.meetings}
    now_ = {(one.a, one.b): one for one in after.meetings}
    moment = now()
    rows = {(str(row.a_id), str(row.b_id)): row for row in agenda.meetings.standing().select_related("slot")}
    touched: list[Meeting] = []
    moved = [key for key in was.keys() & now_.keys() if was[key] != now_[key]]
    gone = sorted(was.keys() - now_.keys())
    for key in [*gone, *moved]:  # first everybody leaves, so that nobody is in two places in between
        rows[key].state, rows[key].changed_at = states.CANCELLED, moment
        rows[key].save(update_fields=["state", "changed_at"])
    touched += [rows[key] for key in gone]
    for key in moved:
        row, there = rows[key], now_[key]
        row.was_at = row.slot.starts_at if str(row.slot_id) != there.slot else None
        row.slot_id, row.table, row.interpreter, row.state = (
            int(there.slot),
            there.table,
            there.interpreter or "",
            states.PLANNED,
        )
        row.interpreted_by_id = None  # of another hour: who is there then is found when all is written
        row.save(update_fields=["slot", "table", "interpreter", "interpreted_by", "state"])
        touched.append(row)
    for key in sorted(now_.keys() - was.keys()):
        touched.append(_made(agenda, now_[key], moment))
    return touched


def _made(agenda: Agenda, one: SolvedMeeting, moment: Any) -> Meeting:
    made = Meeting.objects.create(
        agenda=agenda, a=Attendee.objects.get(pk=int(one.a)), b=Attendee.objects.get(pk=int(one.b)), table=one.table,
        slot=Slot.objects.get(pk=int(one.slot)), interpreter=one.interpreter or "", changed_at=moment,
    )  # fmt: skip
    made.is_new = True
    return made
