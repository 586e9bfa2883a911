"""What the screens ask about who takes part."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from levante.aid.api import RnaRegistration
from levante.applications.api import Ranking as PublishedRanking
from levante.initiatives.api import Initiative
from levante.initiatives.api import states as initiative_states
from levante.kernel.api import ROME, Actor, today
from levante.kernel.pure import ZERO, round_euro
from levante.law import parameters
from levante.participations import states
from levante.participations.aid_deciding import of_other_quotas
from levante.participations.details import OWN_DAYS
from levante.participations.models import AidChange, Arrangement, ByHand, Contract, Participation, Selection, Task
from levante.participations.selecting import late_interests
from levante.participations.taking_part import taking_part

#: Days after the last one within which the office tells who came: ours, no norm.
TELL_WITHIN = timedelta(days=7)


def selection_of(initiative: Initiative) -> Selection | None:
    rows = Selection.objects.select_related("initiative__lead_office", "act", "aid_act", "opening__call")
    return rows.filter(initiative=initiative).first()


def list_of(actor: Actor, selection: Selection) -> "QuerySet[Participation]":
    """The list as the actor sees it, in order, who is not admitted last."""
    rows = (
        Participation.objects.visible_to(actor)
        .filter(selection=selection)
        .select_related(
            "enterprise", "due", "interest", "application", "added_act", "selection__initiative__lead_office"
        )
    )
    return rows.order_by(F("position").asc(nulls_last=True), "pk")


def ready_for_act(selection: Selection) -> list[Participation]:
    """The places with their COR that wait for the act that cites it, in order. One query."""
    rows = selection.participations.filter(state=states.REGISTERING).exclude(cor="")
    return list(rows.select_related("enterprise", "reservation").order_by("position"))


def place_of(actor: Actor, initiative: Initiative, enterprise_id: int) -> Participation | None:
    """The place of the enterprise acted for, if its list is decided or it was left out."""
    rows = Participation.objects.visible_to(actor).filter(selection__initiative=initiative, enterprise_id=enterprise_id)
    found = rows.select_related("selection__initiative__lead_office", "due", "enterprise").first()
    return found if found is not None and found.selection.decided_at is not None else None


def places_of(actor: Actor) -> list[Participation]:
    """The places of the enterprise acted for, in every list that is decided, the last initiative first. One query."""
    rows = Participation.objects.visible_to(actor).filter(
        enterprise=actor.enterprise_id or 0, selection__decided_at__isnull=False
    )
    related = ("selection__initiative__market", "interest", "application")
    return list(rows.select_related(*related).order_by("-selection__initiative__starts_on", "pk"))


def ranked_by(initiative: Initiative) -> Any:
    """The opening whose ranking gives the places, with its call; none where there is no such selection."""
    rows = Selection.objects.select_related("opening__call").filter(initiative=initiative, opening__isnull=False)
    found = rows.first()
    return found.opening if found is not None else None


def has_catalogue(initiative: Initiative) -> bool:
    """Is the list decided, and the initiative not called off?"""
    return (
        initiative.state != "cancelled"
        and Selection.objects.filter(initiative=initiative, decided_at__isnull=False).exists()
    )


def catalogue_of(initiative: Initiative) -> "QuerySet[Participation]":
    """Who is sure to be there, by name: what the public catalogue shows."""
    rows = Participation.objects.filter(selection__initiative=initiative).taking_part()
    return rows.select_related("enterprise").prefetch_related("modules_held").order_by("enterprise__name", "pk")


@dataclass(frozen=True, slots=True)
class Costs:
    """What an initiative came to, VAT included where it is known: contracts and what was arranged outside of them; and for each
    enterprise that takes part, with a place or at its meetings; None where there is nothing to divide by."""

    total: Decimal
    contracts: int
    arranged: Decimal
    enterprises: int
    each: Decimal | None


def costs_of(initiative: Initiative, *, enterprises: int | None = None) -> Costs:
    """``enterprises``: how many take part, where it is known: then one query, else three."""
    bought = Contract.objects.filter(initiative=OuterRef("pk")).order_by().values("initiative")
    paid = Arrangement.objects.filter(initiative=OuterRef("pk")).standing().order_by().values("initiative")
    of_contracts, contracts, arranged = (
        Initiative.objects.filter(pk=initiative.pk)
        .values_list(
            Coalesce(Subquery(bought.annotate(total=Sum(Coalesce("cost", "amount"))).values("total")), ZERO),
            Coalesce(Subquery(bought.annotate(all=Count("pk")).values("all")), 0),
            Coalesce(Subquery(paid.annotate(total=Sum("cost")).values("total")), ZERO),
        )
        .get()
    )
    firms = enterprises
    if firms is None:
        firms = sum(1 for one in taking_part(initiatives=[initiative.pk]) if one.takes_part)
    total = of_contracts + arranged
    each = round_euro(total / firms) if firms else None
    return Costs(total, contracts, arranged, firms, each)


def costs_of_each(initiatives: Sequence[int]) -> dict[int, Decimal]:
    """What each of some initiatives came to, as in :class:`Costs`, by its id; those with nothing are not there. Two queries."""
    bought = Contract.objects.filter(initiative__in=initiatives).order_by().values_list("initiative")
    arranged = Arrangement.objects.filter(initiative__in=initiatives, cost__isnull=False).standing().order_by()
    found: dict[int, Decimal] = defaultdict(Decimal)
    for rows in (
        bought.annotate(total=Sum(Coalesce("cost", "amount"))),
        arranged.values_list("initiative").annotate(total=Sum("cost")),
    ):
        for initiative, total in rows:
            found[initiative] += total
    return dict(found)


#: Days before its first one by which something is to be arranged: ours, no norm.
ARRANGE_BEFORE = timedelta(days=7)


def to_arrange_soon() -> "QuerySet[Arrangement]":
    """Travel, hotels, visas, samples and interpreters that are still to be arranged a week before, or later, the first first: to be put
    within another query."""
    rows = Arrangement.objects.filter(state=states.A_ASKED, starts_on__lte=today() + ARRANGE_BEFORE)
    return rows.order_by("starts_on", "pk")


def tasks_open_for(user_id: int) -> "QuerySet[Task]":
    """What a person has to arrange, the nearest first."""
    rows = Task.objects.filter(owner_id=user_id, done_at__isnull=True).exclude(
        initiative__state__in=["done", "cancelled"]
    )
    return rows.select_related("initiative").order_by("due_on", "pk")


def waiting_for_firm(actor: Actor) -> "QuerySet[Participation]":
    """The places that wait for an answer, a quota or details (until ``details_until``) of the enterprise acted for."""
    rows = Participation.objects.visible_to(actor).filter(enterprise=actor.enterprise_id or 0)
    lately = datetime.combine(today() - OWN_DAYS, time.min, ROME)
    open_yet = Q(selection__details_by__gte=today()) | Q(
        confirmed_at__gte=lately, selection__details_by__isnull=False, selection__initiative__starts_on__gt=today()
    )
    asks = Q(state=states.OFFERED) | Q(state=states.CONFIRMED, told_at__isnull=True) & open_yet
    return rows.filter(asks).select_related("selection__initiative", "due").order_by("answer_by", "pk")


@dataclass(frozen=True, slots=True)
class Awaited:
    """What a selection waits for from the office: whether a place is aid, decided upon another quota (``aid_again``), the list
    (``undecided``), the act that grants (``to_admit``), somebody who looks at the
    places that cannot go on (``held``: how many), who writes the codes that are written by hand, or asks for those that nobody asked
    (``without_code``: of how many places), or says who came once it is over (``untold``: how many). Of an increase of what a place is worth
    that waits, ``more_of`` is the place (its id) and ``more_to_grant`` whether it has its code, so that an act grants it. ``to_add``:
    enterprises asked since the list was decided. ``by`` is the last day for the act, where one is wanted; a week after the initiative's
    last to say who came; else its first."""

    initiative: Initiative
    aid_again: bool
    undecided: bool
    to_admit: bool
    held: int
    without_code: int
    untold: int
    by: date
    more_of: int | None = None
    more_to_grant: bool = False
    to_add: bool = False


def awaited_from_office(actor: Actor, *, decides: bool, most: int) -> list[Awaited]:
    """Selections that wait for who ``decides`` by an act, and for who keeps them. An act that grants goes to the RNA within its days
    from the COR (DM 115/2017 art. 9), or the code lapses. One query."""
    registering, held = Q(participations__state=states.REGISTERING), ~Q(participations__problem_it="")
    rows = Selection.objects.visible_to(actor).select_related("initiative__lead_office")
    over = Q(participations__state=states.CONFIRMED, initiative__ends_on__lt=today())
    over_or_off = Q(initiative__state__in=["done", "cancelled"])
    over &= ~over_or_off
    of_its_quotas = Q(aid_quota=F("quota")) & (
        Q(aid_extra_quota=F("extra_quota"), aid_extra_quota__isnull=False, extra_quota__isnull=False)
        | Q(aid_extra_quota__isnull=True, extra_quota__isnull=True)
    )
    asked = RnaRegistration.objects.filter(
        reservation=OuterRef("participations__reservation"), state__in=RnaRegistration.LIVE
    )
    bare = registering & ~held & Q(participations__cor="", participations__reservation__isnull=False) & ~Exists(asked)
    counted = rows.annotate(
        first_cor=Min("participations__cor_on", filter=registering), held=Count("participations", filter=held),
        without_code=Count("participations", filter=bare), untold=Count("participations", filter=over),
    )  # fmt: skip
    asked_of_more = RnaRegistration.objects.filter(reservation=OuterRef("reservation"), state__in=RnaRegistration.LIVE)
    more = AidChange.objects.filter(participation__selection=OuterRef("pk"), state=states.REGISTERING)
    # With its code it waits for who decides; without, and asked by nobody, for who keeps places.
    to_code = Q(cor="") & ~Exists(asked_of_more)
    more = more.filter(to_code | ~Q(cor="") if decides else to_code).order_by("cor_on", "pk")
    counted = counted.annotate(
        more_of=Subquery(more.values("participation")[:1]), more_cor=Subquery(more.values("cor_on")[:1])
    )
    wanted = Q(held__gt=0) | Q(without_code__gt=0) | Q(untold__gt=0) | Q(more_of__isnull=False)
    if decides:
        ranked = Q(method=states.RANKING, initiative__state="approved") & Exists(
            PublishedRanking.objects.filter(opening=OuterRef("opening"), line=None, state="published")
        )
        to_decide = (
            Q(initiative__state__in=["closed", "preparing"])
            | ranked
            | ~of_its_quotas & Q(is_aid__isnull=False) & ~over_or_off
        )
        # Its call was open again for places that were free: who asked is added by another act.
        counted = counted.annotate(to_add=Exists(late_interests().filter(initiative=OuterRef("initiative"))))
        since = Q(
            to_add=True, initiative__state__in=list(initiative_states.CALLS_AGAIN), initiative__starts_on__gt=today()
        )
        wanted |= Q(decided_at__isnull=True) & to_decide | Q(first_cor__isnull=False) | since
    found = counted.filter(wanted).order_by("initiative__starts_on", "pk")
    return [
        Awaited(
            row.initiative, of_other_quotas(row), row.decided_at is None, row.first_cor is not None, row.held,
            row.without_code, row.untold,
            row.initiative.ends_on + TELL_WITHIN if row.untold
            else min(last_day_of_act(row.first_cor), row.initiative.starts_on) if row.first_cor is not None
            else last_day_of_act(row.more_cor) if row.more_cor is not None
            else row.initiative.starts_on,
            row.more_of, row.more_cor is not None, decides and row.to_add,
        )
        for row in found[:most]
    ]  # fmt: skip


def to_do_by_hand(selection: Selection) -> "QuerySet[ByHand]":
    """What a person has still to do in the RNA for the places of a selection, the oldest first."""
    rows = ByHand.objects.filter(participation__selection=selection).to_do().select_related("participation__enterprise")
    return rows.order_by("asked_at", "pk")


def last_day_of_act(cor_on: date) -> date:
    """The last day on which the act that grants what was registered that day can be told to the RNA."""
    return cor_on + timedelta(days=int(parameters.value("rna.act_date.days", on=cor_on).value))
