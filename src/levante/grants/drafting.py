"""An act for many: asked in a moment, drafted by the worker, each application put in it or left out with the reason.

A few at a time are done in one transaction, under the locks of their opening and of the act: killed at any moment, whoever
comes next goes on from the first that waits; two workers on one act take turns. An error that nobody expected stops one
application and no other: it is tried again some minutes later, and left out after a few times.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Count, Exists, F, Min, OuterRef, Q

from levante.aid.api import lock_undertakings
from levante.applications.api import Application, firms_of, may_put_forward
from levante.grants import states
from levante.grants.cancelling import close_act
from levante.grants.models import AwardAct, AwardOrder
from levante.grants.models_order import IN_THE_ACT, LEFT_OUT, WAITING
from levante.grants.places import award_places, lock_openings
from levante.grants.policies import may_prepare
from levante.grants.services import (
    AT_ONCE,
    begin_act,
    draft_award_act,
    line_for,
    lock_applications,
    locked_act,
    put_in_act,
    require_one_call,
    write_document,
)
from levante.identity.api import powers_of
from levante.kernel.api import (
    Actor,
    Refused,
    note,
    note_object,
    now,
    refuse,
    require,
    service,
    system,
    today,
    unchanged,
)
from levante.kernel.pure import Bilingual
from levante.programme.api import BudgetLine

#: Applications looked at in one transaction.
BATCH = 20
#: An act silent for so long has lost its worker.
SILENT = timedelta(minutes=2)
#: So many times an application is tried that stops on an error nobody expected.
MOST_TRIES = 3
#: As many applications as one act awards: what comes after waits for the next.
MOST_IN_AN_ACT = 1000


log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ActProgress:
    """How far the worker is with an act: being drafted, or taking effect."""

    drafting: bool
    total: int
    done: int


def prepare_award_act(
    *, actor: Actor, applications: Iterable[Application], line: BudgetLine | None = None, title: str = ""
) -> AwardAct:
    """The draft of an act: of a few at once, all or none (``draft_award_act``); of many by the worker."""
    chosen = list(applications)
    make = draft_award_act if len(chosen) <= AT_ONCE else order_award_act
    made: AwardAct = make(actor=actor, applications=chosen, line=line, title=title)
    return made


@service("grants.order_award_act")
def order_award_act(
    *, actor: Actor, applications: Iterable[Application], line: BudgetLine | None = None, title: str = ""
) -> AwardAct:
    """Ask for an act of many applications of one call: the worker checks each and writes the text. Asked twice, it is one act."""
    wanted = {application.pk for application in applications}
    if len(wanted) > MOST_IN_AN_ACT:
        refuse(
            f"Un atto concede al massimo {MOST_IN_AN_ACT} domande.",
            f"An act awards {MOST_IN_AN_ACT} applications at most.",
        )
    lock_openings(wanted)
    going = AwardOrder.objects.filter(act__state=states.DRAFT_ACT, state=WAITING, application__in=wanted)
    known = going.select_related("act", "application").order_by("pk").first()
    if known is not None:
        if set(known.act.orders.values_list("application_id", flat=True)) == wanted:
            return unchanged(known.act)
        refuse(
            f"La domanda {known.application.number} è in un altro atto che si sta preparando.",
            f"Application {known.application.number} is in another act that is being drafted.",
        )
    rows = Application.objects.filter(pk__in=wanted).select_related("opening__call__office", "enterprise")
    rows = rows.prefetch_related("conflict_declarations").defer("answers", "frozen")
    chosen = list(rows.order_by(F("sequence").asc(nulls_first=True), "pk"))
    require_one_call(chosen)
    require(may_put_forward(actor, Application.objects.filter(pk__in=wanted)))
    for application in chosen:
        require(may_prepare(actor, application))
    act = begin_act(actor, chosen, line_for(chosen[0].opening.call, line), title)
    AwardOrder.objects.bulk_create(
        [AwardOrder(act=act, application=one, position=place) for place, one in enumerate(chosen, 1)], batch_size=500
    )
    AwardAct.objects.filter(pk=act.pk).update(moved_at=now())
    _to_work(act.pk)
    note(applications=len(chosen), line=act.line.code)
    return act


def _to_work(act_id: int) -> None:
    from levante.grants.jobs import draft_act

    draft_act.defer(act_id=act_id)


def draft_on(act_id: int, *, most: int | None = None) -> int:
    """Put in an act what waits for it, each tried once; returns in how many transactions (``most`` stops it there). What an
    unexpected error stopped waits for the next who comes (``acts_left``)."""
    turns = 0
    tries = AwardOrder.objects.filter(act=act_id, state=WAITING).aggregate(least=Min("tries"))["least"] or 0
    while most is None or turns < most:
        if draft_some_awards(actor=system("grants.drafting"), act_id=act_id, tries=tries) is None:
            return turns
        turns += 1
    return turns


@service("grants.draft_some_awards")
def draft_some_awards(*, actor: Actor, act_id: int, tries: int = 0) -> AwardAct | None:
    """The next applications of an act that is being drafted, of those an error stopped no more than so many times, as who asked
    for it with the powers of today; after the last one its text. None when there is nothing to do."""
    every = AwardOrder.objects.filter(act=act_id, state=WAITING)
    waiting = every.filter(tries__lte=tries).order_by("position")
    lock_openings(waiting.values_list("application_id", flat=True)[:BATCH])
    act = locked_act(act_id)
    orders = list(waiting[:BATCH])
    if act.state != states.DRAFT_ACT or not orders:
        return unchanged(None)
    person = _who_asked(act) or actor
    found = {one.pk: one for one in lock_applications([order.application_id for order in orders])}
    places = award_places(list(found.values()))
    lock_undertakings([firm for one in found.values() for firm in firms_of(one)], on=today())
    for order in orders:
        application = found[order.application_id]
        try:
            with transaction.atomic():
                put_in_act(person, act, application, places[application.pk])
            order.state = IN_THE_ACT
        except Refused as refusal:
            order.state, order.reason_it, order.reason_en = LEFT_OUT, refusal.reason.it, refusal.reason.en
        except (OperationalError, InterfaceError):
            raise  # the database is away: they wait as they were, for who comes next
        except Exception as error:
            log.exception("application %s could not be put in act %s", application.pk, act.pk)
            _stopped(order, error)
        order.save(update_fields=["state", "tries", "reason_it", "reason_en"])
    act.moved_at = now()
    act.save(update_fields=["moved_at"])
    if not every.exists():
        _finish(person, act)
    note_object(act)
    note(looked_at=len(orders), left_out=sum(order.state == LEFT_OUT for order in orders))
    return act


def _stopped(order: AwardOrder, error: Exception) -> None:
    """It waits to be tried again; after so many times it is left out, and the others have their act."""
    order.tries += 1
    if order.tries < MOST_TRIES:
        return
    order.state = LEFT_OUT
    order.reason_it = (
        f"Un errore del sistema ({type(error).__name__}) l’ha fermata {order.tries} volte: segnalalo a chi gestisce la "
        "piattaforma. Può entrare in un altro atto."
    )
    order.reason_en = (
        f"An error of the system ({type(error).__name__}) stopped it {order.tries} times: tell who runs the platform. "
        "It may enter another act."
    )


def _who_asked(act: AwardAct) -> Actor | None:
    user = act.prepared_by
    if user is None:
        return None
    return Actor(user_id=user.pk, label=user.get_full_name(), **powers_of(user.pk, today()))


def _finish(person: Actor, act: AwardAct) -> None:
    """The text of what could be put in it; an act that could have nothing is closed."""
    if act.awards.filter(state=states.DRAFT_ACT).exists():
        write_document(person, act)
    else:
        told = Bilingual(
            "Nessuna delle domande scelte può essere concessa: accanto a ciascuna c’è il motivo.",
            "None of the chosen applications can be awarded: the reason is beside each.",
        )
        close_act(act, states.CANCELLED, told)


def progress_of_act(act: AwardAct) -> ActProgress | None:
    """How far the worker is; None when it is at nothing. One query."""
    if act.state == states.DRAFT_ACT:
        counts = act.orders.aggregate(total=Count("pk"), left=Count("pk", filter=Q(state=WAITING)))
        return ActProgress(True, counts["total"], counts["total"] - counts["left"]) if counts["left"] else None
    if not act.effect_going:
        return None
    tried = Q(tried_pass=act.effect_pass)
    counts = act.awards.filter(tried | Q(state=states.RETURNED)).aggregate(
        total=Count("pk"), done=Count("pk", filter=tried)
    )
    return ActProgress(False, counts["total"], counts["done"])


def acts_left() -> list[tuple[int, bool]]:
    """Acts that a worker left half way: their ids, and whether they were being drafted."""
    still = Q(moved_at__lt=now() - SILENT)
    drafting = Q(state=states.DRAFT_ACT) & Q(Exists(AwardOrder.objects.filter(act=OuterRef("pk"), state=WAITING)))
    rows = AwardAct.objects.filter(still & (drafting | Q(effect_going=True))).order_by("pk")
    return [(pk, state == states.DRAFT_ACT) for pk, state in rows.values_list("pk", "state")]
