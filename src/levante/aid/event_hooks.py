"""Who is told that an enterprise took another's place by a deed: the rooms above whose rows pass with it."""

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import BigIntegerField, Case, QuerySet, Value, When

from levante.aid.models import UndertakingEvent
from levante.exchange.api import named
from levante.kernel.api import Actor
from levante.kernel.pure import Bilingual
from levante.parties.api import Enterprise

_told: list[str] = []
_undo: list[str] = []


def on_succession(function: str) -> None:
    """Say what passes when a merger or a split is recorded: ``"package.module:function"``, called as ``f(actor=, event=, firm=, heir=,
    aids=)`` in the transaction that records it, for each firm that is no more, or that gave something. ``aids`` are the lines of aid that
    the heir takes (art. 3(9) Reg. (EU) 2023/2831); none: everything (art. 2504-bis c.c.). What it gives back, in words, is kept with the
    event; which rows changed hands it writes in ``event.moved``."""
    if function not in _told:
        _told.append(function)


def tell_succession(
    actor: Actor, event: UndertakingEvent, firm: Enterprise, heir: Enterprise, aids: Collection[int] | None
) -> list[Bilingual]:
    return [
        words
        for function in _told
        for words in named(function)(actor=actor, event=event, firm=firm, heir=heir, aids=aids)
    ]


def on_undoing(function: str) -> None:
    """Say what goes back when an event is undone: called as ``f(actor=, event=)`` in the transaction that undoes it. What it gives back, in
    words, is kept with the event; what it refuses (money paid to the heir, an act signed since) stops the whole."""
    if function not in _undo:
        _undo.append(function)


def tell_undoing(actor: Actor, event: UndertakingEvent) -> list[Bilingual]:
    return [words for function in _undo for words in named(function)(actor=actor, event=event)]


def merged_into(heir: Enterprise) -> list[tuple[UndertakingEvent, Enterprise]]:
    """The firms that by standing mergers are the heir's, one after the other too (A into B into the heir), each with the event by which
    it is no more; the events are held until the transaction ends. Two queries for each step."""
    found: list[tuple[UndertakingEvent, Enterprise]] = []
    seen, codes = {heir.tax_code}, {heir.tax_code}
    while codes:
        rows = UndertakingEvent.objects.standing().filter(kind=UndertakingEvent.MERGER, into__in=codes)
        ended = {
            code: event
            for event in rows.select_for_update().order_by("pk")
            for code in event.parties
            if code not in seen
        }
        seen |= ended.keys()
        firms = Enterprise.objects.filter(tax_code__in=ended.keys()).order_by("pk")
        found += [(ended[firm.tax_code], firm) for firm in firms]
        codes = set(ended)
    return found


def pass_later(event: UndertakingEvent, words: Iterable[Bilingual]) -> None:
    """What of a firm is the heir's after the event was recorded, since what stood in its way is no more: kept with the event as the rest
    (``moved`` is written while the words are made)."""
    told = [one.as_json() for one in words]
    if told:
        event.passed = [*event.passed, *told]
        event.save(update_fields=["passed", "moved"])


def hand_over(rows: "QuerySet[Any]", pk: int, *, of: int, to: int, instead: int | None = None) -> None:
    """The row ``pk`` of the enterprise ``of`` is the enterprise ``to``'s. ``instead``: a row of hers that has ended, where each may have
    one only: it stays with the file that is no more. In one statement, with constraints that are looked at when it ends."""
    whose = Case(When(pk=pk, then=Value(to)), default=Value(of), output_field=BigIntegerField())
    rows.filter(pk__in=[pk, instead or pk]).update(enterprise=whose)
