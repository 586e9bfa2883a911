"""Places that are free with nobody waiting: the call opens again for them, and who asks is added to the list by another act."""

from django.db.models import Count, Q

from levante.initiatives.api import Initiative
from levante.kernel.api import Actor, note, refuse, require, service, today, unchanged
from levante.kernel.pure import Decision
from levante.participations import policies, states
from levante.participations.acts import require_adopted
from levante.participations.aid_deciding import OTHER_QUOTAS, of_other_quotas
from levante.participations.deciding import ORDER_CHANGED, READY, fill_places, keep_turn, tell_who_waits
from levante.participations.holding import locked_selection
from levante.participations.models import Participation, Selection
from levante.participations.selecting import mark_of_order, order_of
from levante.programme.api import Act


def may_ask(*, initiative: Initiative, enterprise_id: int) -> Decision:
    """May an enterprise ask for a place of a list that is decided? Who is in it, or was, has had its turn. One query."""
    rows = Participation.objects.filter(selection__initiative=initiative, selection__decided_at__isnull=False)
    state = rows.filter(enterprise=enterprise_id).values_list("state", flat=True).first()
    if state is None:
        return Decision.yes()
    words = states.STATES[state]
    return Decision.no(
        f"Hai già un turno in questa iniziativa: {words.it}.",
        f"You have a turn in this initiative already: {words.en}.",
    )


def opens_again(selection: Selection) -> bool:
    """May the call open again though the list is decided? Places are free, nobody waits, and no ranking gives them. One query."""
    if selection.method == states.RANKING:
        return False
    counted = selection.participations.aggregate(
        seated=Count("pk", filter=Q(state__in=states.SEATED)), waiting=Count("pk", filter=Q(state=states.LISTED))
    )
    return counted["seated"] < selection.places and not counted["waiting"]


@service("participations.add_to_list")
def add_to_list(*, actor: Actor, initiative: Initiative, act: Act, read: str | None = None) -> Selection:
    """The director adds to the list, by another act, who asked once it was decided: after who is in it, in the order that its rules give,
    with the reason of who is not admitted; free places are given at once. ``read``: the mark of the order that the act approves. Again
    with the same act: unchanged."""
    selection = locked_selection(initiative.pk)
    require(policies.may_decide(actor, selection.initiative))
    if selection.decided_at is None:
        refuse("La lista non è ancora decisa.", "The list is not decided yet.")
    if selection.initiative.state not in READY:
        refuse("Prima si chiude la raccolta di adesioni.", "First the call for interest is closed.")
    if today() >= selection.initiative.starts_on:
        refuse("L’iniziativa è già cominciata.", "The initiative has already begun.")
    if of_other_quotas(selection):
        refuse(OTHER_QUOTAS.it, OTHER_QUOTAS.en, field="is_aid")
    require_adopted(act)
    turns = order_of(selection)
    if not turns:
        if selection.participations.filter(added_act=act).exists():
            return unchanged(selection)
        refuse("Non c’è nessuno da aggiungere.", "There is nobody to add.")
    if act.pk == selection.act_id:
        refuse(
            "È l’atto che ha approvato la lista: chi ha chiesto dopo non c’è.",
            "It is the act that approved the list: who asked after it is not there.",
            field="act",
        )
    mark = mark_of_order(turns)
    if read is not None and read != mark:
        refuse(ORDER_CHANGED.it, ORDER_CHANGED.en)
    for turn in turns:
        row = Participation(selection=selection, enterprise=turn.request.enterprise, added_act=act)
        keep_turn(row, turn)
    fill_places(actor, selection, quiet=True)
    tell_who_waits(actor, selection, selection.participations.filter(added_act=act))
    note(initiative=selection.initiative.code, added=len(turns), act=act.code, order=mark)
    return selection
