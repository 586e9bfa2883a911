"""The steps of an initiative's life, by people and by its days; what a room above has to do or to say at each."""

from datetime import date, datetime
from typing import Any

from django.db.models import Q

from levante.exchange.api import named
from levante.initiatives import money, states
from levante.initiatives.checks import check_window, reason_of
from levante.initiatives.models import Initiative, InitiativeStep
from levante.initiatives.services import act_of, locked
from levante.initiatives.telling import in_italy, tell_interested, tell_open_until
from levante.initiatives.workflow import INITIATIVES
from levante.kernel.api import Actor, day_of, note, now, refuse, require, service, today, unchanged
from levante.kernel.pure import Bilingual, filled
from levante.programme.api import Act

_told: list[tuple[str, str]] = []


def told_of_step(step: str, function: str) -> None:
    """Say what a step has as its consequence in a room above: ``"package.module:function"``, called as ``f(actor=, initiative=)`` in the
    transaction of the step, with the initiative held."""
    if (step, function) not in _told:
        _told.append((step, function))


@service("initiatives.move_initiative")
def move_initiative(
    *,
    actor: Actor,
    initiative: Initiative,
    step: str,
    act: Act | None = None,
    number: str = "",
    adopted_on: date | None = None,
    reason: str = "",
    reason_en: str = "",
    back: int | None = None,
    closes_at: datetime | None = None,
) -> Initiative:
    """One step of its life, kept with who made it and why: approve, call, close, prepare, begin, follow, conclude, cancel.

    To approve, an act already known (``act``) or a new one by its ``number`` and day; without, the one written in the plan.
    The approval commits the cost. A call for interest is closed before its published end only by an act, saying why: who asked to take
    part is told, and the end that was published is kept with the step. One that was closed opens again until a new end (``closes_at``), to
    come and before the initiative begins, saying why: it is told too, and the end is kept with the step. It is
    concluded with nothing left to do, or saying why all the same. A cancellation says why (``reason_en`` in English, for buyers: else they
    read the other) and frees what was not verified as due, citing its act (the one given, else the act of the approval or of the plan);
    before the first day quotas are given back whole, once on site ``back`` per cent of them, as the act says.
    """
    current = locked(initiative.pk)
    if step not in INITIATIVES.transitions:
        refuse("Questo passo non esiste.", "There is no such step.")
    row = INITIATIVES.transitions[step]
    require(row.allowed(actor, current))
    chosen = act_of(current, act, number, adopted_on)
    if step == "approve" and chosen is not None:
        current.act = chosen
    why = reason.replace("\0", "").strip()[:2000]
    left = _left(current, step) if why else []
    if not left:
        _require(step, actor, current)
    published = _closed_early(current, chosen, why) if step == "close" else None
    again = _opened_again(current, closes_at, why) if step == "call" and current.state in states.CALLS_AGAIN else None
    if step == "cancel":
        why = reason_of(reason, 2000)
        current.cancelled_reason_en = reason_en.replace("\0", "").strip()[:2000]
        current.cancelled_reason, current.cancelled_on, current.cancelled_back = why, today(), _back(current, back)
    before, current.state = current.state, row.target
    current.save(
        update_fields=[
            "state",
            "act",
            "closes_at",
            "cancelled_reason",
            "cancelled_reason_en",
            "cancelled_on",
            "cancelled_back",
        ]
    )
    if step == "approve" and current.act is not None:
        money.commit_money(current, act=current.act, reason="Approvazione")
    if step == "cancel":
        money.free_money(current, act=chosen or current.act or current.planning_act, reason="Annullamento")
        body = filled("Motivo: {why}", "Reason: {why}", why=current.cancelled_words)
        tell_interested(actor, current, kind="initiative-cancelled", event="", body=body)
    if published is not None:
        body = Bilingual(f"Motivo: {why}", f"Reason: {why}")
        tell_interested(actor, current, kind="initiative-closed-early", event=now().isoformat(), body=body)
    if again is not None:
        tell_open_until(actor, current, Bilingual(f" Motivo: {why}", f" Reason: {why}"))
    InitiativeStep.objects.create(
        initiative=current, name=step, before=before, after=current.state, at=now(), by_id=actor.user_id,
        act=current.act if step == "approve" else chosen, reason=why, left=[{"it": one.it, "en": one.en} for one in left],
        published_until=published, open_until=again,
    )  # fmt: skip
    for told, function in _told:
        if told == step:
            named(function)(actor=actor, initiative=current)
    note(code=current.code, before=before, after=current.state)
    return current


def _closed_early(initiative: Initiative, act: Act | None, why: str) -> datetime | None:
    """The published end of a call that is closed before it; none when it has come. What is asked for is there, or it is refused. The call
    ends now, for who reads its window."""
    published = initiative.closes_at
    if published is None or published <= now():
        return None
    end = in_italy(published)
    if not why:
        refuse(
            f"La raccolta è pubblicata fino al {end.it}: scrivi perché si chiude prima.",
            f"The call is published until {end.en}: say why it is closed before.",
            field="reason",
        )
    if act is None or not act.number or act.adopted_on is None or act.adopted_on > today():
        refuse(
            f"La raccolta è pubblicata fino al {end.it}: prima la chiude un atto adottato, con numero e data.",
            f"The call is published until {end.en}: before, an adopted act closes it, with its number and day.",
            field="act",
        )
    if initiative.opens_at is not None and initiative.opens_at < now():
        initiative.closes_at = now()
    return published


def _opened_again(initiative: Initiative, closes_at: datetime | None, why: str) -> datetime:
    """The new end of a call that was closed and opens again; what is asked for is there, or it is refused."""
    if closes_at is None or closes_at <= now():
        refuse(
            "Scrivi fino a quando la raccolta è di nuovo aperta: un istante nel futuro.",
            "Write until when the call is open again: an instant in the future.",
            field="closes_at",
        )
    if day_of(closes_at) >= initiative.starts_on:
        refuse(
            "La raccolta chiude prima che l’iniziativa cominci.",
            "The call closes before the initiative begins.",
            field="closes_at",
        )
    if not why:
        refuse("Scrivi perché la raccolta si riapre.", "Say why the call opens again.", field="reason")
    check_window(initiative.opens_at, closes_at)
    initiative.closes_at = closes_at
    return closes_at


def _left(initiative: Initiative, step: str) -> list[Bilingual]:
    """What is left to do of an initiative that is concluded all the same; nothing in any other state."""
    if step != "conclude" or initiative.state not in INITIATIVES.transitions[step].sources:
        return []
    return [item.text for item in INITIATIVES.missing(step, initiative)]


def _require(step: str, actor: Actor, initiative: Initiative) -> None:
    decision = INITIATIVES.may(step, actor, initiative, state=initiative.state)
    if not decision and step == "conclude" and initiative.state == states.FOLLOWING:
        words = decision.reason
        refuse(
            f"{words.it} Scrivi perché si conclude lo stesso.",
            f"{words.en} Say why it is concluded all the same.",
            field="reason",
        )
    require(decision)


def _back(initiative: Initiative, back: int | None) -> int:
    """Per cent of quotas given back by a cancellation: all of them before it begins; once on site what the act says."""
    if initiative.state != states.ON_SITE:
        return 100
    if initiative.ends_on < today():
        refuse("È già finita: non si annulla.", "It is over already: it is not cancelled.")
    if back is None or not 0 <= back <= 100:
        refuse(
            "È cominciata: scrivi quanta parte delle quote si rende, da 0 a 100.",
            "It has begun: write which part of the quotas is given back, from 0 to 100.",
            field="back",
        )
    return back


@service("initiatives.keep_the_days")
def keep_the_days(*, actor: Actor) -> int:
    """Every morning: who nobody moved is on site from its first day, and followed up after its last. How many steps."""
    day = today()
    begins = Q(state__in=states.TO_COME, starts_on__lte=day)
    rows = Initiative.objects.filter(begins | Q(state=states.ON_SITE, ends_on__lt=day))
    made: list[Any] = []
    for pk in rows.order_by("starts_on", "pk").values_list("pk", flat=True)[:500]:
        current = locked(pk)  # held, so that nobody moves it between the look and the step
        if current.state in states.TO_COME and current.starts_on <= day:
            current = move_initiative(actor=actor, initiative=current, step="begin")
            made.append([current.code, "begin"])
        if current.state == states.ON_SITE and current.ends_on < day:
            current = move_initiative(actor=actor, initiative=current, step="follow")
            made.append([current.code, "follow"])
    if not made:
        return unchanged(0)
    note(steps=made)
    return len(made)
