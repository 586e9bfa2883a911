"""The list is decided by an act; its places are given in order, the waiting list fills what comes free."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import TYPE_CHECKING
from zlib import crc32

from django.db import transaction

from levante.aid.api import NoHeadroom
from levante.initiatives.api import Initiative
from levante.initiatives.api import states as initiative_states
from levante.kernel.api import Actor, Refused, note, note_object, now, refuse, require, service, today, unchanged
from levante.kernel.pure import Bilingual
from levante.participations import aid, policies, states
from levante.participations.acts import require_adopted
from levante.participations.aid_deciding import OTHER_QUOTAS, of_other_quotas
from levante.participations.answering import more_modules
from levante.participations.holding import locked_selection
from levante.participations.models import Participation, Selection
from levante.participations.quotas import costs_in_words
from levante.participations.selecting import Turn, barred_now, mark_of_order, order_of, requests_of
from levante.participations.telling import tell_firm, tell_office
from levante.participations.visure import others_of, visure_of, what_lacks
from levante.participations.waiting import clear_problem, wait_for_office
from levante.programme.api import Act

if TYPE_CHECKING:
    from django.db.models import QuerySet

#: States of an initiative in which its list can be decided: the window is over.
READY = (initiative_states.CLOSED, initiative_states.APPROVED, initiative_states.PREPARING)
#: Said to who decides upon another order than the one that it read.
ORDER_CHANGED = Bilingual(
    "L’ordine è cambiato da quando l’hai letto: qualcuno si è ritirato, ha pagato, ha un debito o punti diversi. Rileggilo.",
    "The order is another since you read it: somebody withdrew, paid, owes something or has other points. Read it again.",
)


@service("participations.exclude_request")
def exclude_request(
    *, actor: Actor, initiative: Initiative, enterprise_id: int, reason: str, reason_en: str = ""
) -> Participation:
    """A request is not admitted, with the reason of the office, before the list is decided. Again: the reason is replaced."""
    selection = locked_selection(initiative.pk)
    require(policies.may_keep(actor, selection.initiative))
    _require_undecided(selection)
    if not reason.strip():
        refuse("Scrivi perché.", "Say why.", field="reason")
    request = next((one for one in requests_of(selection) if one.enterprise.pk == enterprise_id), None)
    if request is None:
        refuse("Questa impresa non ha chiesto di partecipare.", "This enterprise has not asked to take part.")
    row = _row(selection, enterprise_id)
    row.interest, row.application = request.interest, request.application
    row.state, row.reason_it, row.reason_en = states.EXCLUDED, reason.strip(), (reason_en or reason).strip()
    row.save()
    note(enterprise=enterprise_id)
    return row


@service("participations.readmit_request")
def readmit_request(*, actor: Actor, row: Participation) -> Participation:
    """What the office had excluded is in the order again, before the list is decided."""
    selection = locked_selection(row.selection.initiative_id)
    held = Participation.objects.select_for_update().get(pk=row.pk)
    require(policies.may_keep(actor, selection.initiative))
    _require_undecided(selection)
    if held.state != states.EXCLUDED:
        return unchanged(held)
    held.state, held.reason_it, held.reason_en = states.LISTED, "", ""
    held.save(update_fields=["state", "reason_it", "reason_en"])
    note(enterprise=held.enterprise_id)
    return held


@service("participations.decide_list")
def decide_list(*, actor: Actor, initiative: Initiative, act: Act, read: str | None = None) -> Selection:
    """The director approves the list by an act: the order, its points and who is not admitted are kept as they are now, and the places
    are given from the first; where nobody can be admitted they stay free, and who asked is told why. ``read``: the mark of the order that
    the act approves (``mark_of_order``); refused when it is another by now. Where a place is aid each is registered before it is offered
    (DM 115/2017 art. 9). Once decided, the same."""
    selection = locked_selection(initiative.pk)
    require(policies.may_decide(actor, selection.initiative))
    if selection.decided_at is not None:
        if selection.act_id == act.pk:
            return unchanged(selection)
        refuse("La lista è già decisa.", "The list is decided already.")
    if selection.initiative.state not in READY:
        refuse("Prima si chiude la raccolta di adesioni.", "First the call for interest is closed.")
    if selection.is_aid is None:
        refuse(
            "Prima si decide se un posto è aiuto, e quanto vale.",
            "First decide whether a place is aid, and its value.",
            field="is_aid",
        )
    if of_other_quotas(selection):
        refuse(OTHER_QUOTAS.it, OTHER_QUOTAS.en, field="is_aid")
    require_adopted(act)
    turns = order_of(selection)
    mark = mark_of_order(turns)
    if read is not None and read != mark:
        refuse(ORDER_CHANGED.it, ORDER_CHANGED.en)
    if not turns:
        refuse("Nessuno ha chiesto di partecipare.", "Nobody asked to take part.")
    selection.act, selection.decided_at, selection.decided_by_id = act, now(), actor.user_id
    selection.order_mark = mark
    selection.save(update_fields=["act", "decided_at", "decided_by", "order_mark"])
    for turn in turns:
        keep_turn(_row(selection, turn.request.enterprise.pk), turn)
    _close_withdrawn(selection, {turn.request.enterprise.pk for turn in turns})
    fill_places(actor, selection, quiet=True)
    listed = sum(1 for turn in turns if turn.placed)
    note(initiative=selection.initiative.code, listed=listed, act=act.code, order=mark)
    tell_who_waits(actor, selection, selection.participations.all())
    return selection


def keep_turn(row: Participation, turn: Turn) -> None:
    """A line of the order as it is decided: its place and points, or why it is not admitted."""
    row.interest, row.application = turn.request.interest, turn.request.application
    if turn.placed is None and turn.request.barred is not None:
        row.state, row.position = states.EXCLUDED, None
        row.reason_it, row.reason_en = turn.request.barred.it, turn.request.barred.en
    elif turn.placed is not None:
        row.state, row.position = states.LISTED, turn.placed.position
        row.total, row.points = turn.placed.total, turn.points
    row.save()


def _close_withdrawn(selection: Selection, asking: set[int]) -> None:
    """Who was left out or readmitted, and withdrew before the decision, is in the list no more."""
    gone = selection.participations.filter(state__in=[states.LISTED, states.EXCLUDED]).exclude(enterprise__in=asking)
    gone.update(
        state=states.RENOUNCED, position=None, closed_at=now(), reason_it="Adesione ritirata", reason_en="Interest withdrawn"
    )  # fmt: skip


def fill_places(actor: Actor, selection: Selection, *, quiet: bool = False) -> int:
    """Give every free place to the first of the waiting list, until the initiative begins; how many were given. For a service at work that
    holds the selection. Who cannot be admitted any more, or has no headroom for the aid, is not, and the next one is tried; who owes
    something is passed over and keeps its turn. It and the office are told of that, and the office, unless ``quiet``, of places left when
    nobody waits. Who was passed over and has paid since is so no more, also where no place is free."""
    if selection.decided_at is None or today() >= selection.initiative.starts_on or selection.initiative.state in _OVER:
        return 0
    taken = set(selection.participations.seated().values_list("seat", flat=True))
    free = [seat for seat in range(1, selection.places + 1) if seat not in taken]
    given = 0
    waiting = selection.participations.select_for_update(of=("self",)).filter(
        state=states.LISTED, position__isnull=False
    )
    waiting = waiting if free else waiting.exclude(problem_it="")
    rows = list(waiting.select_related("enterprise").order_by("position"))
    barred = barred_now([row.enterprise for row in rows]) if rows else {}
    for row in rows:
        row.selection = selection
        bar = barred.get(row.enterprise_id)
        if not free:
            if bar is None:
                clear_problem(row)
            continue
        if bar is not None:
            if bar.lifts:
                _pass_over(actor, row, bar.reason)
            else:
                exclude_for(actor, row, bar.reason)
            continue
        if selection.is_aid:
            if not _may_fit(actor, row):
                continue
            row.state, row.seat = states.REGISTERING, free.pop(0)
            row.save(update_fields=["state", "seat", "reservation"])
            aid.ask_for_code(actor, row)
        else:
            row.seat = free.pop(0)
            offer(actor, row)
        given += 1
    if free and not quiet:
        tell_seats_free(actor, selection, len(free))
    return given


def _pass_over(actor: Actor, row: Participation, reason: Bilingual) -> None:
    """Who owes something is not given the place of its turn, which it keeps. It is the one who can pay: it is told, once for each reason,
    as the office is."""
    wait_for_office(actor, row, reason)
    tell_firm(
        actor, row, f"owes-{crc32(reason.it.encode()):08x}",
        Bilingual("Tocca a te, ma c’è da pagare", "It is your turn, but something is to be paid"),
        Bilingual(f"{reason.it} {states.PAY_FIRST.it}", f"{reason.en} {states.PAY_FIRST.en}"),
    )  # fmt: skip


_OVER = (initiative_states.DONE, initiative_states.CANCELLED)


def _may_fit(actor: Actor, row: Participation) -> bool:
    """Is there headroom for the place, or may there be: held if so? Who has none before the initiative begins is not admitted. What the
    office has still to decide, or a ceiling that frees itself before that day, is no reason to lose a turn."""
    try:
        aid.hold_aid(row)
    except NoHeadroom as full:
        if full.room_on is None or full.room_on >= row.selection.initiative.starts_on:
            exclude_for(actor, row, full.reason)
            return False
    except Refused:
        pass  # asked again with the place, which keeps the reason and tells the office
    return True


def exclude_for(actor: Actor, row: Participation, reason: Bilingual) -> None:
    """Not admitted after all, with its reason: told, and its turn is over."""
    row.state, row.position, row.seat, row.closed_at = states.EXCLUDED, None, None, now()
    row.reason_it, row.reason_en, row.problem_it, row.problem_en = reason.it, reason.en, "", ""
    row.save(
        update_fields=["state", "position", "seat", "closed_at", "reason_it", "reason_en", "problem_it", "problem_en"]
    )
    tell_firm(
        actor, row, "excluded", Bilingual("Non sei tra i partecipanti", "You are not among the participants"), reason
    )


def offer(actor: Actor, row: Participation) -> None:
    """Offer the place: it is answered, and paid, within the days of the selection, and before the initiative begins."""
    selection = row.selection
    last = min(today() + timedelta(days=selection.answer_days), selection.initiative.starts_on - timedelta(days=1))
    row.state, row.offered_at, row.answer_by, row.problem_it, row.problem_en = states.OFFERED, now(), last, "", ""
    row.save(update_fields=["state", "seat", "offered_at", "answer_by", "problem_it", "problem_en"])
    costs = costs_in_words(selection, more=more_modules(selection))
    body = Bilingual(f"Rispondi entro il {last:%d/%m/%Y}. {costs.it}", f"Answer by {last:%d/%m/%Y}. {costs.en}")
    tell_firm(actor, row, "offered", Bilingual("Hai un posto", "You have a place"), body)


@service("participations.admit_with_act")
def admit_with_act(*, actor: Actor, initiative: Initiative, act: Act, cors: Collection[str]) -> Selection:
    """Places that are aid are granted by the act that cites their COR, hence not adopted before it, and their three visure, and offered:
    the aid is in force from the act's day and the RNA is told of it (DM 115/2017 artt. 9, 13-15, 17). ``cors`` are those that the act
    cites: one that no place waits with is refused, the others wait for another act, and so do those that cannot be granted now (a visura
    is missing, or tells of the list of Deggendorf; no headroom): they keep their place with the reason, and the office is told."""
    selection = locked_selection(initiative.pk)
    require(policies.may_decide(actor, selection.initiative))
    adopted_on = require_adopted(act)
    if selection.initiative.state in _OVER or today() >= selection.initiative.starts_on:
        refuse("L’iniziativa è già cominciata, o è finita.", "The initiative has already begun, or is over.")
    if act.pk == selection.act_id:
        refuse(
            "È l’atto che ha approvato la lista: non può citare COR venuti dopo.",
            "It is the act that approved the list: it cannot cite CORs that came after it.",
            field="act",
        )
    ready = _cited(selection, adopted_on, set(cors))
    aid.hold_undertakings([row.enterprise for row in ready], adopted_on)
    kept: list[tuple[Participation, Bilingual]] = []
    known, others = visure_of(ready), others_of(ready)
    for row in ready:
        row.selection = selection
        lack = what_lacks(row, known[row.pk], others[row.pk], by=adopted_on)
        if lack is not None:
            kept.append((row, lack))
            continue
        try:
            with transaction.atomic():
                aid.grant(actor, row, act)
        except Refused as refusal:
            kept.append((row, refusal.reason))
        else:
            offer(actor, row)
    if len(kept) == len(ready):
        row, why = kept[0]
        refuse(f"{row.enterprise.name}: {why.it}", f"{row.enterprise.name}: {why.en}")
    for row, why in kept:
        wait_for_office(actor, row, why)
    vercors = {row.cor: [one.vercor for one in known[row.pk].values()] for row in ready}
    note(act=act.code, cors=[row.cor for row in ready], vercors=vercors, kept=[row.pk for row, _ in kept])
    note_object(selection)
    return selection


def _cited(selection: Selection, adopted_on: date, cors: set[str]) -> list[Participation]:
    """The places that wait with the codes that an act cites, in order; refused where one is not there, or is younger than the act."""
    if not cors:
        refuse(
            "Scegli i posti che l’atto cita, con il loro COR.", "Choose the places that the act cites.", field="cors"
        )
    waiting = selection.participations.select_for_update(of=("self",)).filter(state=states.REGISTERING, cor__in=cors)
    rows = list(waiting.select_related("enterprise", "reservation").order_by("position"))
    unknown = ", ".join(sorted(cors - {row.cor for row in rows}))
    if unknown:
        refuse(
            f"Nessun posto in attesa ha questo COR: {unknown}.",
            f"No place that waits has this COR: {unknown}.",
            field="cors",
        )
    for row in rows:
        if row.cor_on is None or row.cor_on > adopted_on:
            refuse(
                f"L’atto è di prima del COR {row.cor} ({row.enterprise.name}): non può citarlo.",
                f"The act is older than COR {row.cor} ({row.enterprise.name}): it cannot cite it.",
                field="cors",
            )
    return rows


def _row(selection: Selection, enterprise_id: int) -> Participation:
    found = Participation.objects.select_for_update().filter(selection=selection, enterprise_id=enterprise_id).first()
    return found or Participation(selection=selection, enterprise_id=enterprise_id)


def _require_undecided(selection: Selection) -> None:
    if selection.decided_at is not None:
        refuse("La lista è già decisa.", "The list is decided already.")


def tell_who_waits(actor: Actor, selection: Selection, rows: "QuerySet[Participation]") -> None:
    """Of these rows who is on the waiting list and who is not admitted is told once, when they are decided; who was passed over has been
    told."""
    for row in rows.filter(state__in=[states.LISTED, states.EXCLUDED], closed_at=None, problem_it="").select_related(
        "enterprise"
    ):
        row.selection = selection
        if row.state == states.LISTED:
            place = row.position
            body = Bilingual(f"Sei al posto {place} dell’ordine.", f"You are number {place} in the order.")
            tell_firm(actor, row, "listed", Bilingual("Sei in lista d’attesa", "You are on the waiting list"), body)
        else:
            reason = Bilingual(row.reason_it, row.reason_en)
            tell_firm(
                actor,
                row,
                "excluded",
                Bilingual("Non sei tra i partecipanti", "You are not among the participants"),
                reason,
            )


def tell_seats_free(actor: Actor, selection: Selection, free: int) -> None:
    """Nobody waits any more and places are free: the office is told, once a day for each number of them."""
    tell_office(
        actor, selection, f"free-{today():%Y%m%d}-{free}",
        Bilingual("Posti liberi senza nessuno in attesa", "Places free and nobody waiting"),
        Bilingual(f"{selection.initiative.title_it}: {free}", f"{selection.initiative.title_en}: {free}"),
    )  # fmt: skip
