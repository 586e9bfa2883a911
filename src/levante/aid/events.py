"""Mergers and splits of enterprises: recorded with their deed; whose is the aid before and after, to the cent."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q

from levante.aid.event_hooks import tell_succession, tell_undoing
from levante.aid.models import AidRecord, UndertakingEvent
from levante.aid.policies import may_reserve, may_undo_event
from levante.aid.positions import OLDEST_YEARS, case_of, keys_of
from levante.kernel.api import Actor, note, now, refuse, require, service, today, unchanged
from levante.kernel.pure import ZERO, euro, money_text
from levante.law import parameters
from levante.law.aid_events import NoEquity, Timeline
from levante.law.codes import check_tax_code
from levante.law.parameters import add_years
from levante.parties.api import Enterprise


@service("aid.record_merger")
def record_merger(*, actor: Actor, on: date, parties: list[str], into: str, deed: str) -> UndertakingEvent:
    """Enterprises merged: the histories of all are the history of the one that came out, which takes over all that they had under way
    (art. 2504-bis c.c.): each room above says what passes."""
    require(may_reserve(actor))
    merged = [_code(code, "parties") for code in parties]
    successor = _code(into, "into")
    _check(on, deed)
    if not set(merged) - {successor} or len(set(merged)) != len(merged):
        refuse("Indica le imprese che si fondono, una volta ciascuna.", "Name the merging firms once.", field="parties")
    _once(UndertakingEvent.MERGER, on, merged)
    note(enterprises=_numbers([*merged, successor]))
    event = UndertakingEvent.objects.create(
        kind=UndertakingEvent.MERGER,
        on=on,
        parties=merged,
        into=successor,
        involved=list(dict.fromkeys([*merged, successor])),
        deed=deed.strip(),
    )
    for code in merged:
        _pass_on(actor, event, code, successor, None)
    return event


@service("aid.record_split")
def record_split(*, actor: Actor, on: date, party: str, shares: list[dict[str, Any]], deed: str) -> UndertakingEvent:
    """An enterprise divided. ``shares``: ``[{"enterprise", "equity", "takes"}]``, equity at book value that day.

    ``takes`` are ids as a position writes them today; what is kept are their lasting keys.
    """
    require(may_reserve(actor))
    divided = _code(party, "party")
    _check(on, deed)
    kept = [
        {
            "enterprise": _code(item["enterprise"], "shares"),
            "equity": money_text(euro(item["equity"])),
            "takes": list(item.get("takes", [])),
        }
        for item in shares
    ]
    names = [item["enterprise"] for item in kept]
    if not set(names) - {divided} or len(set(names)) != len(names):
        refuse("Indica le imprese che ne escono, una volta ciascuna.", "Name the firms that come out.", field="shares")
    if any(Decimal(str(item["equity"])) < 0 for item in kept) or not any(
        Decimal(str(item["equity"])) > 0 for item in kept
    ):
        refuse(
            "Serve il patrimonio netto contabile di almeno un’impresa: divide gli aiuti che nessuna prende per intero.",
            "The equity at book value of one firm at least is needed: it divides the aid that none takes whole.",
            field="shares",
        )
    taken = [aid for item in kept for aid in item["takes"]]
    if len(set(taken)) != len(taken):
        refuse("Un aiuto passa a una sola impresa.", "An aid goes to one firm only.", field="shares")
    strange = sorted(set(taken) - {row.id for row in aid_of_party(divided, before=on)})
    if strange:
        refuse(
            f"Questo aiuto non è dell’impresa che si divide: {strange[0]}.",
            f"This aid is not of the firm that splits: {strange[0]}.",
            field="shares",
        )
    _once(UndertakingEvent.SPLIT, on, [divided])
    keys = keys_of(divided, on=today()) if taken else {}
    for item in kept:
        item["takes"] = [keys[aid] for aid in item["takes"]]
    note(enterprises=_numbers([divided, *map(str, names)]))
    event = UndertakingEvent.objects.create(
        kind=UndertakingEvent.SPLIT,
        on=on,
        parties=[divided],
        shares=kept,
        involved=list(dict.fromkeys([divided, *names])),
        deed=deed.strip(),
    )
    for item in kept:
        if item["takes"]:
            _pass_on(actor, event, divided, str(item["enterprise"]), lines_of(item["takes"]))
    return event


@service("aid.record_transfer")
def record_transfer(
    *, actor: Actor, kind: str, on: date, party: str, into: str, takes: list[str], deed: str
) -> UndertakingEvent:
    """A business, or a branch of it, transferred (``kind`` transfer) or leased (lease) by ``party`` to ``into`` (artt. 2556-2562 c.c.).
    ``takes`` are the aids, as a position writes them today, whose activity passes: the office decides on each award of theirs, as after a
    split; all the rest stays where it was. Whether the de minimis aid itself counts for who takes is ``de_minimis.branch_transfer``."""
    require(may_reserve(actor))
    if kind not in (UndertakingEvent.TRANSFER, UndertakingEvent.LEASE):
        refuse("È una cessione o un affitto.", "It is a transfer or a lease.", field="kind")
    giver, taker = _code(party, "party"), _code(into, "into")
    _check(on, deed)
    if giver == taker:
        refuse("Chi cede e chi prende sono due imprese.", "Who gives and who takes are two firms.", field="into")
    if not takes:
        refuse("Scegli che cosa passa con l’azienda.", "Choose what passes with the business.", field="into")
    strange = sorted(set(takes) - {row.id for row in aid_of_party(giver, before=on)})
    if strange:
        refuse(
            f"Questo aiuto non è di chi cede: {strange[0]}.",
            f"This aid is not of who gives: {strange[0]}.",
            field="into",
        )
    _once(kind, on, [giver])
    keys = keys_of(giver, on=today())
    named = [keys[aid] for aid in dict.fromkeys(takes)]
    counts = parameters.value("de_minimis.branch_transfer", on=on).value[kind]
    note(enterprises=_numbers([giver, taker]))
    event = UndertakingEvent.objects.create(
        kind=kind, on=on, parties=[giver], involved=[giver, taker], deed=deed.strip(),
        shares=[
            {"enterprise": giver, "equity": money_text(_WHOLE), "takes": []},
            {"enterprise": taker, "equity": money_text(ZERO), "takes": named if counts else []},
        ],
    )  # fmt: skip
    _pass_on(actor, event, giver, taker, lines_of(named))
    return event


#: What is not chosen is not divided: all the equity that counts is of who gives.
_WHOLE = Decimal("1.00")


def _pass_on(actor: Actor, event: UndertakingEvent, code: str, into: str, aids: list[int] | None) -> None:
    """What a firm of ours has under way passes to the other: the rooms above say what. Of one without a file nothing is under way."""
    firm, heir = _file_of(code), _file_of(into)
    if firm is None or firm == heir:
        return
    if heir is None:
        if AidRecord.objects.filter(enterprise=firm, source=AidRecord.OWN, annulled_on__isnull=True).exists():
            refuse(
                f"Prima apri la scheda dell’impresa {into}: prende il posto di {firm.name}, che ha contributi nostri.",
                f"First open the file of enterprise {into}: it takes the place of {firm.name}, which has grants of ours.",
                field="shares" if event.kind == UndertakingEvent.SPLIT else "into",
            )
        return
    passed = [one.as_json() for one in tell_succession(actor, event, firm, heir, aids)]
    if passed:
        event.passed = [*event.passed, *passed]
        event.save(update_fields=["passed", "moved"])


def _file_of(code: str) -> Enterprise | None:
    found = Enterprise.objects.filter(tax_code=code).select_related("merged_into").first()
    return found and (found.merged_into or found)


def lines_of(keys: Iterable[str]) -> list[int]:
    """The lines of aid that lasting keys of a position name."""
    told = [key.partition(":") for key in keys]
    cors = [value for kind, _, value in told if kind == "COR"]
    ids = [int(value) for kind, _, value in told if kind == "AID"]
    return sorted(AidRecord.objects.filter(Q(pk__in=ids) | Q(cor__in=cors)).order_by().values_list("pk", flat=True))


def _numbers(codes: list[str]) -> list[int]:
    """Of the enterprises the portal knows, their numbers: the tax code of a sole trader is a person's, and the audit keeps none."""
    return sorted(Enterprise.objects.filter(tax_code__in=codes).values_list("pk", flat=True))


def _code(text: str, field: str) -> str:
    """A tax code of an enterprise; one that the portal has never seen is as good."""
    code = str(text).strip().upper().removeprefix("IT")
    if not check_tax_code(code):
        refuse(f"{code or '–'} non è un codice fiscale.", f"{code or '–'} is not a tax code.", field=field)
    return code


def _check(on: date, deed: str) -> None:
    if on > today():
        refuse("La data è nel futuro.", "The date is in the future.", field="on")
    if not deed.strip():
        refuse("Indica l’atto: notaio, repertorio, data.", "Name the deed: notary, number, date.", field="deed")


def _once(kind: str, on: date, parties: list[str]) -> None:
    if UndertakingEvent.objects.standing().filter(kind=kind, on=on, parties__overlap=parties).exists():
        refuse("Questa operazione è già registrata.", "This event is already recorded.", field="on")


@service("aid.undo_event")
def undo_event(*, actor: Actor, event: UndertakingEvent, act: str, reason: str) -> UndertakingEvent:
    """An event that was recorded by mistake is undone by ``act`` (its number and day), with the reason: the aid is whose it was, and each
    room above gives back what had passed with it, or refuses what cannot go back any more (money paid to the heir, acts signed since). Not
    while a later event stands on it. The second click changes nothing."""
    require(may_undo_event(actor))
    held = UndertakingEvent.objects.select_for_update().get(pk=event.pk)
    if held.undone_at is not None:
        return unchanged(held)
    if not act.strip():
        refuse("Scrivi numero e data dell’atto.", "Write the number and the day of the act.", field="act")
    if not reason.strip():
        refuse("Scrivi perché era un errore.", "Write why it was a mistake.", field="reason")
    later = UndertakingEvent.objects.standing().filter(pk__gt=held.pk, involved__overlap=held.involved).order_by("-pk")
    above = later.first()
    if above is not None:
        refuse(
            f"Prima si annulla l’operazione registrata dopo sulle stesse imprese: {above.deed} ({above.on:%d/%m/%Y}).",
            f"First undo the event recorded later on the same firms: {above.deed} ({above.on:%d/%m/%Y}).",
        )
    held.undone_at, held.undone_by_id = now(), actor.user_id
    held.undone_act, held.undone_reason = act.strip()[:200], reason.strip()
    held.save(update_fields=["undone_at", "undone_by", "undone_act", "undone_reason"])
    held.returned = [one.as_json() for one in tell_undoing(actor, held)]
    held.save(update_fields=["returned"])
    note(enterprises=_numbers(held.involved), act=held.undone_act)
    return held


@dataclass(frozen=True, slots=True)
class Taken:
    """An aid that a firm had before it split, with the part of it that was the firm's."""

    id: str
    granted_on: date
    amount: Decimal
    title: str


def aid_of_party(code: str, *, before: date) -> list[Taken]:
    """What a firm had the day before an event, aid by aid: what a split divides or gives to somebody by name."""
    case = case_of(code, on=today())
    timeline = Timeline(case.events, until=before - timedelta(days=1))
    titles = dict(
        AidRecord.objects.filter(tax_code__in=_codes(case)).exclude(cor="").values_list("cor", "measure_title")
    )
    found = []
    for aid in case.aids:
        amount = aid.amount_on(case.on, None)
        if aid.id.startswith("RES-") or aid.granted_on >= before or amount is None:
            continue
        part = dict(timeline.attribute(aid.id, aid.beneficiary, aid.granted_on, amount).parts).get(code, ZERO)
        if part:
            found.append(Taken(aid.id, aid.granted_on, part, titles.get(aid.id.partition("/")[0], "")))
    return found


def attributed(codes: Iterable[str], *, on: date) -> dict[str, Decimal]:
    """Whose is the aid of these firms on a day, of any regime, granted in the years that can matter; annulled aid and
    reservations are left out. The sum is the same whatever happened to the firms."""
    oldest = add_years(on, -OLDEST_YEARS)
    wanted = list(dict.fromkeys(codes))
    totals: dict[str, Decimal] = dict.fromkeys(wanted, ZERO)
    seen: set[str] = set()
    for code in wanted:
        case = case_of(code, on=on)
        timeline = Timeline(case.events, until=on)
        for aid in case.aids:
            amount = aid.amount_on(on, None)
            if aid.id in seen or aid.id.startswith("RES-") or amount is None or aid.granted_on < oldest:
                continue
            try:
                parts = timeline.attribute(aid.id, aid.beneficiary, aid.granted_on, amount).parts
            except NoEquity:
                refuse(
                    "Serve il patrimonio netto di almeno un’impresa: ci sono aiuti da ripartire.",
                    "The equity of at least one firm is needed: there is aid to divide.",
                    field="shares",
                )
            if aid.beneficiary in totals or any(name in totals for name, _ in parts):
                seen.add(aid.id)
                for name, part in parts:
                    totals[name] = totals.get(name, ZERO) + part
    return totals


def _codes(case: Any) -> list[str]:
    return list({aid.beneficiary for aid in case.aids})
