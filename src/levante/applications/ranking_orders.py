"""Lists asked for at the desk, computed and published by the worker: a hundred thousand applications do not wait in a request.

A list, and its publication, is one transaction: a worker that is killed leaves nothing, and the next one begins again. While it is
at it the order's row is locked, so that two workers never do the same; how far it is it says in the name of its session, which
others read at once.
"""

from typing import Any

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.utils import IntegrityError

from levante.applications import policies
from levante.applications.models import Ranking, RankingOrder
from levante.applications.ranking_services import (
    compute_ranking,
    publish_ranking,
    require_computable,
    require_publishable,
    to_be_ordered,
)
from levante.applications.scrolling import require_in_force, scroll_ranking
from levante.calls.api import Opening, OpeningLine
from levante.identity.api import powers_of
from levante.kernel.api import Actor, Refused, note, now, refuse, require, service, today, unchanged
from levante.kernel.pure import Bilingual
from levante.programme.api import Act

UNPUBLISHED = Bilingual(
    "La pubblicazione si è interrotta per un errore nostro, e nulla è pubblicato: avvisa l’assistenza.",
    "The publication broke for an error of ours, and nothing is published: tell the help desk.",
)
_SESSION = "levante ranking"
BROKE = Bilingual(
    "Il calcolo si è interrotto per un errore nostro: avvisa l’assistenza.",
    "The computation broke for an error of ours: tell the help desk.",
)


@service("applications.ask_ranking")
def ask_ranking(
    *, actor: Actor, opening: Opening, line: OpeningLine | None = None, scrolls: Ranking | None = None
) -> RankingOrder:
    """Ask the worker for the list of an opening (of one of its lines), or for the version that goes on from the one in force.
    One that is still to be done is the same one. Refused at once with what the worker would refuse of it."""
    from levante.applications.jobs import compute_order

    held = Opening.objects.select_related("call__office").get(pk=opening.pk)
    if scrolls is not None:
        line = scrolls.line
        require_in_force(actor, held, scrolls)
    else:
        require_computable(actor, held, line)
    total = to_be_ordered(held, line).count()
    made, known = _order(actor, held, line, scrolls=scrolls, total=total)
    if known is not None:
        return unchanged(known)
    assert made is not None
    compute_order.defer(order_id=made.pk)
    note(opening=held.code, line=line.code if line else None, applications=total)
    return made


@service("applications.ask_publication")
def ask_publication(*, actor: Actor, ranking: Ranking, act: Act | None, why: str = "") -> RankingOrder | None:
    """Ask the worker to publish a draft with the act that approves it. Refused at once with what the worker would refuse of
    it; asked again while it is under way it is the same order, and None once it is published."""
    from levante.applications.jobs import compute_order

    found = Ranking.objects.defer("snapshot").select_related("opening__call__office", "line").get(pk=ranking.pk)
    require(policies.may_publish_ranking(actor, found.opening))
    if found.state == Ranking.PUBLISHED:
        return unchanged(None)
    act, why = require_publishable(actor, found, act, why), why.strip()[:300]
    total = found.rows.count()
    made, known = _order(actor, found.opening, found.line, publishes=found, act=act, why=why, total=total)
    if known is not None and known.publishes_id == found.pk:
        return unchanged(known)
    if made is None:
        refuse(
            "Si sta calcolando una nuova bozza di questa graduatoria: si pubblica quella.",
            "A new draft of this list is being computed: that one is published.",
        )
    compute_order.defer(order_id=made.pk)
    note(
        opening=found.opening.code,
        version=found.version,
        sha256=found.sha256,
        applications=total,
        act=act.pk,
        reason=why,
    )
    return made


def _order(
    actor: Actor, opening: Opening, line: OpeningLine | None, **asked: Any
) -> tuple[RankingOrder | None, RankingOrder | None]:
    """A new order, or the one that is still to be done of the same list."""
    if actor.user_id is None:
        refuse("La chiede una persona.", "A person asks for it.")
    going = RankingOrder.objects.filter(opening=opening, line=line, ended_at__isnull=True)
    known = going.first()
    if known is None:
        try:
            with transaction.atomic():
                made = RankingOrder.objects.create(
                    opening=opening, line=line, asked_at=now(), asked_by_id=actor.user_id, **asked
                )
        except IntegrityError:  # the other click came first
            known = going.get()
        else:
            return made, None
    return None, known


def compute_on(order_id: int) -> RankingOrder | None:
    """The worker's part: the list or its publication, or why there is none; None when it is done already, or another worker
    is at it."""
    try:
        return _compute(order_id)
    except (OperationalError, InterfaceError):
        raise  # the database is away: the order is as it was, for who comes next
    except Exception:
        with transaction.atomic():
            order = RankingOrder.objects.select_for_update(of=("self",)).filter(pk=order_id, ended_at=None).first()
            if order is not None:
                _end(order, reason=BROKE if order.publishes_id is None else UNPUBLISHED)
        raise


@transaction.atomic
def _compute(order_id: int) -> RankingOrder | None:
    rows = RankingOrder.objects.select_for_update(of=("self",), skip_locked=True)
    rows = rows.select_related("opening", "line", "scrolls__line", "publishes", "act", "asked_by")
    order: RankingOrder | None = rows.filter(pk=order_id, ended_at__isnull=True).first()
    if order is None:
        return None
    user = order.asked_by
    person = Actor(user_id=user.pk, label=user.get_full_name(), **powers_of(user.pk, today()))
    try:
        with transaction.atomic():
            if order.publishes is not None:
                made = publish_ranking(
                    actor=person,
                    ranking=order.publishes,
                    act=order.act,
                    why=order.why,
                    so_far=lambda told: _say(order, told),
                )
            elif order.scrolls is not None:
                made = scroll_ranking(actor=person, ranking=order.scrolls)
            else:
                made = compute_ranking(
                    actor=person, opening=order.opening, line=order.line, so_far=lambda read: _say(order, read)
                )
    except Refused as refusal:
        _end(order, reason=refusal.reason)
    else:
        _end(order, made=made)
    return order


def _end(order: RankingOrder, *, made: Ranking | None = None, reason: Bilingual | None = None) -> None:
    order.ranking, order.ended_at = made, now()
    if reason is not None:
        order.reason_it, order.reason_en = reason.it, reason.en
    order.save(update_fields=["ranking", "ended_at", "reason_it", "reason_en"])


def _say(order: RankingOrder, read: int) -> None:
    """How far it is: the session is called so until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('application_name', %s, true)", [f"{_SESSION} {order.pk} {read}"])


def counted_so_far(order: RankingOrder) -> int | None:
    """How many applications the worker has been through for an order; None while nobody has begun to say. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT application_name FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name LIKE %s LIMIT 1",
            [f"{_SESSION} {order.pk} %"],
        )
        row = cursor.fetchone()
    said = row[0].rsplit(" ", 1)[1] if row else ""
    return int(said) if said.isdigit() else None
