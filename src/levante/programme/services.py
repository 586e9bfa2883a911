"""Every write on the programme's money. The loading of definitions is in ``loading``, an act out of an office's work in ``at_work``."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from levante.kernel.api import Actor, note, now, refuse, require, service, today, unchanged
from levante.kernel.pure import ZERO, euro, format_euro, money_text
from levante.programme import vocabulary as words
from levante.programme.balances import Balances, change_of, first_problem_in_time, problem_of_line, problem_of_walk
from levante.programme.definitions import Sector
from levante.programme.frame import Act
from levante.programme.money import BudgetLine, Movement, Position
from levante.programme.policies import may_record_movement
from levante.programme.queries import changes_by_day

SUBJECT_KINDS = (
    words.RESERVATION,
    words.COMMITMENT,
    words.RELEASE,
    words.LIQUIDAZIONE,
    words.UNDONE,
    words.PAYMENT,
    words.RETURNED,
    words.RECOVERY,
)


@service("programme.record_movement")
def record_movement(
    *,
    actor: Actor,
    line: BudgetLine,
    kind: str,
    amount: Decimal,
    act: Act,
    exercise: int,
    on: date | None = None,
    chapter: str = "",
    commitment_number: str = "",
    subject_type: str = "",
    subject_id: str = "",
    subject_label: str = "",
    sectors: Iterable[Sector] | None = None,
    comune: str = "",
    release_of: str = "",
    reason: str = "",
    idempotency_key: str | None = None,
    demonstration: bool = False,
) -> Movement:
    """Record one movement on a line (not a reprogramming: see :func:`reprogramme`), or refuse with the reason.

    ``amount`` in euro, positive. ``on`` is the day from which it counts (today unless given; never in the future). The
    subject (``subject_type`` is a model's label, ``grants.Award``) is who holds the money; empty, the line itself. A
    commitment consumes what its own subject had reserved, then what is available. ``release_of`` says what a release gives
    back, ``"reserved"`` or ``"committed"``; it may be left out when the subject has only one of the two. ``sectors`` and
    ``comune`` (ISTAT code) are kept at the subject's first movement. A repeated ``idempotency_key`` returns the movement
    already recorded, and refuses if it was another one.
    """
    require(may_record_movement(actor, line))
    if kind not in words.MOVEMENT_KINDS or kind == words.REPROGRAMMING:
        raise ValueError(f"record_movement does not record {kind!r}")
    amount = _positive(amount)
    on = _day(on, act)
    locked = _lock(line.pk)[line.pk]
    known = _already(idempotency_key, line.pk, kind, amount)
    if known is not None:
        return unchanged(known)
    _same_triennium(locked, act)
    position = (
        _position(locked, subject_type, subject_id, subject_label, sectors, comune) if kind in SUBJECT_KINDS else None
    )
    from_reserved = _from_reserved(kind, amount, position, release_of)
    movement = Movement(
        line=locked,
        position=position,
        kind=kind,
        amount=amount,
        from_reserved=from_reserved,
        act=act,
        on=on,
        exercise=exercise,
        chapter=chapter or locked.chapter,
        commitment_number=commitment_number,
        subject_type=subject_type if position else "",
        subject_id=subject_id if position else "",
        reason=reason,
        demonstration=demonstration,
        idempotency_key=idempotency_key,
    )
    _apply(actor, movement)
    note(
        line=locked.code,
        kind=kind,
        amount=money_text(amount),
        act=act.code,
        exercise=exercise,
        subject=f"{subject_type}:{subject_id}" if position and subject_type else "",
    )
    return movement


@service("programme.reprogramme")
def reprogramme(
    *,
    actor: Actor,
    source: BudgetLine,
    target: BudgetLine,
    amount: Decimal,
    act: Act,
    exercise: int,
    target_act: Act | None = None,
    on: date | None = None,
    reason: str = "",
    idempotency_key: str | None = None,
    demonstration: bool = False,
) -> Movement:
    """Move available money from one line to another: two halves, one transaction, the sum preserved. Returns the incoming half.

    Lines of different triennia need an act each (``act`` takes it away, ``target_act`` gives it): a movement belongs to the
    triennium of its act.
    """
    require(may_record_movement(actor, source))
    require(may_record_movement(actor, target))
    if source.pk == target.pk:
        refuse(
            "La linea di partenza e quella di arrivo sono la stessa.",
            "The line it leaves and the line it reaches are the same.",
            field="target",
        )
    amount = _positive(amount)
    incoming_act = target_act or act
    on = max(_day(on, act), _day(on, incoming_act))
    lines = _lock(source.pk, target.pk)
    known = _already(idempotency_key, target.pk, words.REPROGRAMMING, amount)
    if known is not None:
        return unchanged(known)
    _same_triennium(lines[source.pk], act)
    _same_triennium(lines[target.pk], incoming_act)
    outgoing = Movement(
        line=lines[source.pk], kind=words.REPROGRAMMING, amount=-amount, act=act, on=on, exercise=exercise,
        chapter=lines[source.pk].chapter, reason=reason, demonstration=demonstration,
    )  # fmt: skip
    _apply(actor, outgoing)
    incoming = Movement(
        line=lines[target.pk], kind=words.REPROGRAMMING, amount=amount, act=incoming_act, on=on, exercise=exercise,
        chapter=lines[target.pk].chapter, reason=reason, demonstration=demonstration, counterpart=outgoing,
        idempotency_key=idempotency_key,
    )  # fmt: skip
    _apply(actor, incoming)
    note(source=source.code, target=target.code, amount=money_text(amount), act=act.code, target_act=incoming_act.code)
    return incoming


def allocate(*, actor: Actor, line: BudgetLine, amount: Decimal, act: Act, exercise: int, **more: object) -> Movement:
    """Stanziamento: the act gives the line its money."""
    return _record(words.ALLOCATION, actor=actor, line=line, amount=amount, act=act, exercise=exercise, **more)


def reserve(*, actor: Actor, line: BudgetLine, amount: Decimal, act: Act, exercise: int, **more: object) -> Movement:
    """Prenotazione: set aside for a subject; it is no longer available to others."""
    return _record(words.RESERVATION, actor=actor, line=line, amount=amount, act=act, exercise=exercise, **more)


def commit(*, actor: Actor, line: BudgetLine, amount: Decimal, act: Act, exercise: int, **more: object) -> Movement:
    """Impegno (art. 56 D.Lgs. 118/2011): bound to a creditor; it consumes its own reservation."""
    return _record(words.COMMITMENT, actor=actor, line=line, amount=amount, act=act, exercise=exercise, **more)


def release(*, actor: Actor, line: BudgetLine, amount: Decimal, act: Act, exercise: int, **more: object) -> Movement:
    """Economia or disimpegno: give back what a subject had reserved or committed and not yet verified as due."""
    return _record(words.RELEASE, actor=actor, line=line, amount=amount, act=act, exercise=exercise, **more)


def liquidate(*, actor: Actor, line: BudgetLine, amount: Decimal, act: Act, exercise: int, **more: object) -> Movement:
    """Liquidazione (art. 57 D.Lgs. 118/2011): the debt is verified, within what is committed to the subject."""
    return _record(words.LIQUIDAZIONE, actor=actor, line=line, amount=amount, act=act, exercise=exercise, **more)


def unliquidate(
    *, actor: Actor, line: BudgetLine, amount: Decimal, act: Act, exercise: int, **more: object
) -> Movement:
    """Liquidazione annullata: by an act, what was verified as due and not paid is only committed again."""
    return _record(words.UNDONE, actor=actor, line=line, amount=amount, act=act, exercise=exercise, **more)


def pay(*, actor: Actor, line: BudgetLine, amount: Decimal, act: Act, exercise: int, **more: object) -> Movement:
    """Pagamento: within what was verified as due to the subject."""
    return _record(words.PAYMENT, actor=actor, line=line, amount=amount, act=act, exercise=exercise, **more)


def unpay(*, actor: Actor, line: BudgetLine, amount: Decimal, act: Act, exercise: int, **more: object) -> Movement:
    """Pagamento tornato indietro: the bank gave it back; it is due, and not paid, until it is paid again."""
    return _record(words.RETURNED, actor=actor, line=line, amount=amount, act=act, exercise=exercise, **more)


def recover(*, actor: Actor, line: BudgetLine, amount: Decimal, act: Act, exercise: int, **more: object) -> Movement:
    """Recupero: money paid to the subject comes back; an act must allocate it before it is available again."""
    return _record(words.RECOVERY, actor=actor, line=line, amount=amount, act=act, exercise=exercise, **more)


def _record(kind: str, **arguments: object) -> Movement:
    return record_movement(kind=kind, **arguments)  # type: ignore[arg-type]


def _positive(amount: Decimal) -> Decimal:
    try:
        exact = euro(amount)
    except ValueError:
        refuse("L’importo non è valido.", "The amount is not valid.", field="amount")
    if exact <= 0:
        refuse("L’importo deve essere maggiore di zero.", "The amount must be above zero.", field="amount")
    return exact


def _day(on: date | None, act: Act) -> date:
    day = on or today()
    if day > today():
        refuse("La data non può essere nel futuro.", "The date cannot be in the future.", field="on")
    if act.adopted_on is not None and day < act.adopted_on:
        refuse(
            f"Il movimento non può precedere il suo atto, del {act.adopted_on:%d/%m/%Y}.",
            f"The movement cannot come before its act, of {act.adopted_on:%d/%m/%Y}.",
            field="on",
        )
    return day


def _lock(*keys: int) -> dict[int, BudgetLine]:
    """The lines under a lock, taken in the order of their keys so that two reprogrammings never wait for each other."""
    rows = BudgetLine.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")
    return {row.pk: row for row in rows}


def _already(key: str | None, line_id: int, kind: str, amount: Decimal) -> Movement | None:
    """The movement already recorded under a key (looked for under the lock of the line)."""
    if key is None:
        return None
    known = Movement.objects.filter(idempotency_key=key).first()
    if known is not None and (known.line_id, known.kind, known.amount) != (line_id, kind, amount):
        refuse(
            f"Con la chiave “{key}” è già registrato un altro movimento.",
            f"Another movement is already recorded under the key “{key}”.",
        )
    return known


def _same_triennium(line: BudgetLine, act: Act) -> None:
    if act.triennium_id != line.triennium_id:
        refuse(
            f"L’atto “{act.code}” non è del triennio della linea “{line.code}”: un movimento appartiene al triennio "
            "del suo atto.",
            f"The act “{act.code}” is not of the triennium of line “{line.code}”: a movement belongs to the triennium of "
            "its act.",
            field="act",
        )


def _position(
    line: BudgetLine,
    subject_type: str,
    subject_id: str,
    label: str,
    sectors: Iterable[Sector] | None,
    comune: str,
) -> Position:
    """The position of the subject on the line, made at its first movement. The line's lock keeps it from being made twice."""
    if bool(subject_type) != bool(subject_id):
        raise ValueError("a subject has a type and an identifier")
    position, created = Position.objects.select_related(None).get_or_create(
        line=line,
        subject_type=subject_type,
        subject_id=subject_id,
        defaults={"label": label, "comune": comune},
    )
    if created:
        chosen = list(sectors) if sectors is not None else _sectors_of_line(line)
        if chosen:
            position.sectors.set(chosen)
    return position


def _sectors_of_line(line: BudgetLine) -> list[Sector]:
    if line.initiative is not None:
        own = list(line.initiative.sectors.all())
        return own or list(line.initiative.intervention.sectors.all())
    return list(line.intervention.sectors.all()) if line.intervention is not None else []


def _from_reserved(kind: str, amount: Decimal, position: Position | None, release_of: str) -> Decimal:
    """How much of a commitment or a release comes out of what the subject had reserved."""
    if position is None or kind not in (words.COMMITMENT, words.RELEASE):
        return ZERO
    if kind == words.COMMITMENT:
        return min(amount, position.reserved)
    if release_of not in ("", "reserved", "committed"):
        raise ValueError(f"a release is of what is reserved or committed, not of {release_of!r}")
    if release_of:
        return amount if release_of == "reserved" else ZERO
    releasable = position.committed - position.liquidated
    if position.reserved > 0 and releasable > 0:
        refuse(
            "Di’ se si libera la prenotazione o l’impegno: il soggetto ha entrambi.",
            "Say whether the reservation or the commitment is released: the subject has both.",
            field="release_of",
        )
    return amount if position.reserved > 0 else ZERO


def _apply(actor: Actor, movement: Movement) -> None:
    """Check the balances after the movement, on its day and on every later one, then write it with them."""
    line, position = movement.line, movement.position
    change = change_of(movement.kind, movement.amount, movement.from_reserved)
    after_subject = Balances.of(position).plus(change) if position is not None else Balances()
    after_line = Balances.of(line).plus(change)
    problem = (problem_of_walk(after_subject) if position is not None else None) or problem_of_line(after_line)
    if problem is not None:
        available = format_euro(line.available), format_euro(line.available, "en")
        name = f"“{line.code}”"
        refuse(
            f"{problem.it} Sulla linea {name} sono disponibili {available[0]}.",
            f"{problem.en} On line {name} {available[1]} are available.",
            field="amount",
        )
    _check_later_days(movement, change)
    for name, value in after_line.as_dict().items():
        setattr(line, name, value)
    line.save(update_fields=list(after_line.as_dict()))
    if position is not None:
        amounts = {name: value for name, value in after_subject.as_dict().items() if name != "allocated"}
        for name, value in amounts.items():
            setattr(position, name, value)
        position.save(update_fields=list(amounts))
    movement.recorded_at = now()
    movement.recorded_by_id = actor.user_id
    movement.recorded_label = actor.label[:200]
    movement.save(force_insert=True)


def _check_later_days(movement: Movement, change: Balances) -> None:
    """A movement dated before others must leave every later day possible too, or the past would have spent money not there."""
    for rows, of_line in (
        (Movement.objects.filter(line=movement.line), True),
        (Movement.objects.filter(position=movement.position), False),
    ):
        if not of_line and movement.position is None:
            continue
        if not rows.filter(on__gt=movement.on).exists():
            continue
        opening, later = changes_by_day(rows, movement.on)
        found = first_problem_in_time(opening.plus(change), later, of_line=of_line)
        problem = problem_of_line(opening.plus(change)) if of_line else problem_of_walk(opening.plus(change))
        day, reason = found if found is not None else (movement.on, problem)
        if problem is not None:
            day, reason = movement.on, problem
        if reason is not None:
            refuse(
                f"Con questa data i conti non tornano al {day:%d/%m/%Y}. {reason.it}",
                f"With this date the accounts do not hold on {day:%d/%m/%Y}. {reason.en}",
                field="on",
            )
