"""The initiative is cancelled: everybody is let go. What is to be done before it is cancelled, prepared, concluded."""

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from levante.controls.api import Due
from levante.initiatives.api import ExpressionOfInterest, Initiative
from levante.initiatives.api import states as initiative_states
from levante.kernel.api import Actor, Missing, refuse, system
from levante.kernel.pure import Bilingual, round_euro
from levante.participations import states
from levante.participations.adding import opens_again
from levante.participations.aid import cor_to_cancel
from levante.participations.aid_changing import change_place_aid, drop_waiting, value_of
from levante.participations.answering import give_back, give_quota_back
from levante.participations.apart import MEETINGS
from levante.participations.holding import locked_selection
from levante.participations.models import AidChange, Arrangement, ByHand, Contract, Participation, Selection, Task
from levante.participations.quota_back import with_other_quotas
from levante.participations.selecting import asked_since

if TYPE_CHECKING:
    from django.db.models import QuerySet


def call_off(*, actor: Actor, initiative: Initiative) -> None:
    """Called by initiatives in the transaction that cancels one. Before its first day places are no more, what was paid is given back
    whole, aid is taken back. Once on site: who had no sure place is let go the same way; to who was there the part of the quota that the
    act says is given back, and the value of its place as aid is reduced by the same part; who did not come is given back nothing."""
    if not Selection.objects.filter(initiative=initiative).exists():
        return
    selection = locked_selection(initiative.pk)
    why = Bilingual(
        f"Iniziativa annullata: {initiative.cancelled_words.it}",
        f"Initiative cancelled: {initiative.cancelled_words.en}",
    )
    back = initiative.cancelled_back if initiative.cancelled_back is not None else 100
    touched = [*states.STANDING, states.ATTENDED]
    rows = selection.participations.select_for_update(of=("self",)).filter(state__in=touched)
    for row in rows.select_related("enterprise", "due", "reservation", "aid").order_by("pk"):
        row.selection = selection
        if row.state == states.ATTENDED:
            give_quota_back(row, why, percent=back)
            _reduce_aid(row, back, why)
        else:
            give_back(actor, row, states.CALLED_OFF, why, percent=100)


def _reduce_aid(row: Participation, back: int, why: Bilingual) -> None:
    """What was not had is no aid: as much of its value as the act gives back of the quota. An increase that
    waits is not granted any more."""
    drop_waiting(row, why)
    before = value_of(row)
    after = round_euro(before * (100 - back) / 100)
    if after == before:
        return
    act = row.selection.initiative.steps.get(name="cancel").act
    if act is None:
        refuse(
            "Indica l’atto: riduce l’aiuto di chi c’era.",
            "Give the act: it reduces the aid of who was there.",
            field="act",
        )
    change_place_aid(actor=system("participations.aid"), row=row, value=after, act=act, reason=why.it)


def presence_untold(*, initiative: Initiative) -> Iterable[Missing]:
    """An initiative that has begun is cancelled once it is told who was there."""
    if initiative.state != initiative_states.ON_SITE:
        return
    untold = Participation.objects.filter(selection__initiative=initiative, state=states.CONFIRMED).count()
    if untold:
        yield Missing(Bilingual(f"dire chi è venuto: {untold}", f"who came, to be told: {untold}"))


def list_undecided(*, initiative: Initiative) -> Iterable[Missing]:
    """Before the preparation: who asked for a place, or is in a ranking, has a list that is decided."""
    selection = Selection.objects.filter(initiative=initiative).first()
    if (selection is None or selection.decided_at is None) and _asked(initiative, selection):
        yield Missing(Bilingual("la lista di chi partecipa", "the list of who takes part"))
    elif selection is not None and asked_since(selection).exists():
        yield Missing(
            Bilingual(
                "l’atto che aggiunge alla lista chi ha chiesto dopo", "the act that adds to the list who asked since"
            )
        )


def _asked(initiative: Initiative, selection: Selection | None) -> bool:
    """Does somebody wait for the list? Who asked for meetings only does not, where it comes to them without one (``apart``)."""
    if selection is not None and selection.method == states.RANKING:
        return True
    rows = ExpressionOfInterest.objects.filter(initiative=initiative).standing()
    return (rows.exclude(way=MEETINGS) if selection is None or selection.meetings_apart else rows).exists()


def list_decided(*, initiative: Initiative) -> Iterable[Missing]:
    """The call is opened again once its list is decided only for places that are free with nobody waiting."""
    selection = Selection.objects.filter(initiative=initiative, decided_at__isnull=False).first()
    if selection is not None and not opens_again(selection):
        yield Missing(
            Bilingual(
                "posti liberi senza nessuno in attesa (la lista è decisa)",
                "free places and nobody waiting (the list is decided)",
            )
        )


def left_to_settle(*, initiative: Initiative) -> Iterable[Missing]:
    """Before it is concluded: who came is told, places are settled, quotas are paid, tasks are done, the aid is decided, CORs of
    places that are no more are cancelled, the value of places whose quotas changed is decided again, increases that wait are
    granted or given up, what was to be done by hand in the RNA is done, what was arranged has its cost. Eight queries."""
    selection = Selection.objects.filter(initiative=initiative).first()
    if selection is not None:
        if selection.is_aid is None and _asked(initiative, selection):
            yield Missing(Bilingual("decidere se un posto è aiuto", "the decision whether a place is aid"))
        waits = Exists(AidChange.objects.filter(participation=OuterRef("pk"), state=states.REGISTERING))
        places = selection.participations.annotate(more=waits).order_by("pk")
        rows = list(
            places.only("selection", "state", "cor", "cor_cancelled_on")
        )  # the tie to what they are asked of too
        counts = Counter(row.state for row in rows)
        waiting = counts[states.REGISTERING] + counts[states.OFFERED]
        if waiting:
            yield Missing(Bilingual(f"posti ancora aperti: {waiting}", f"places still open: {waiting}"))
        unsaid = counts[states.CONFIRMED]
        if unsaid:
            yield Missing(Bilingual(f"dire chi è venuto: {unsaid}", f"who came, to be told: {unsaid}"))
        gone = len(cor_to_cancel(rows))
        if gone:
            yield Missing(Bilingual(f"COR da annullare nel RNA: {gone}", f"CORs to be cancelled in the RNA: {gone}"))
        by_hand = ByHand.objects.filter(participation__selection=selection).to_do().count() if selection.is_aid else 0
        if by_hand:
            yield Missing(Bilingual(f"da fare a mano nel RNA: {by_hand}", f"to be done by hand in the RNA: {by_hand}"))
        more = sum(row.more for row in rows)
        if more:
            yield Missing(
                Bilingual(
                    f"aumenti dell’aiuto da concedere o lasciare: {more}",
                    f"increases of aid to grant or give up: {more}",
                )
            )
        again = len(with_other_quotas(initiative.pk)) if selection.is_aid else 0
        if again:
            yield Missing(
                Bilingual(
                    f"valore dell’aiuto da decidere di nuovo, quota resa o chiesta: {again}",
                    f"value of the aid to be decided again, quota given back or asked: {again}",
                )
            )
    unpaid = Due.objects.filter(initiative=initiative, state="due").count()
    if unpaid:
        yield Missing(Bilingual(f"quote non pagate: {unpaid}", f"quotas not paid: {unpaid}"))
    tasks, unknown, unarranged = _left_of_conduct(initiative)
    if tasks:
        yield Missing(Bilingual(f"compiti da fare: {tasks}", f"tasks to do: {tasks}"))
    if unknown:
        yield Missing(
            Bilingual(f"contratti senza il costo finale: {unknown}", f"contracts without their final cost: {unknown}")
        )
    if unarranged:
        yield Missing(
            Bilingual(
                f"viaggi, ospitalità, visti o campioni da organizzare o senza costo: {unarranged}",
                f"travel, hospitality, visas or samples to arrange or without their cost: {unarranged}",
            )
        )


def _left_of_conduct(initiative: Initiative) -> tuple[int, int, int]:
    """How many tasks are to be done, contracts have no final cost, arrangements are still to be made or have no cost. One query."""

    def counted(rows: "QuerySet[Any]") -> Any:
        mine = rows.filter(initiative=OuterRef("pk")).order_by().values("initiative")
        return Coalesce(Subquery(mine.annotate(number=Count("pk")).values("number")), 0)

    arranged = Arrangement.objects.standing().filter(Q(state=states.A_ASKED) | Q(cost__isnull=True))
    found: tuple[int, int, int] = (
        Initiative.objects.filter(pk=initiative.pk)
        .values_list(
            counted(Task.objects.filter(done_at__isnull=True)),
            counted(Contract.objects.filter(cost__isnull=True)),
            counted(arranged),
        )
        .get()
    )
    return found
