"""Another firm takes the place of one by a deed: what it owes for initiatives, and what is to be given back to it, pass with it."""

from collections.abc import Collection, Iterable

from django.db.models import Exists, OuterRef, Q

from levante.aid.api import UndertakingEvent
from levante.controls import states
from levante.controls.models import Due, Refund
from levante.grants.api import Award
from levante.kernel.api import Actor
from levante.kernel.pure import Bilingual
from levante.parties.api import Enterprise


def hear_succession(
    *, actor: Actor, event: UndertakingEvent, firm: Enterprise, heir: Enterprise, aids: Collection[int] | None
) -> Iterable[Bilingual]:
    """Of a merger: quotas still to be paid are the heir's to pay, but for one that it owes itself; sums of no award that are to be given
    back are given to it. What was paid or given stays as it was. A split moves neither."""
    if aids is not None:
        return
    own = Due.objects.filter(enterprise=heir, initiative=OuterRef("initiative"), reason=OuterRef("reason"))
    rows = Due.objects.filter(enterprise=firm, state=states.DUE_OPEN)
    twice = rows.filter(Exists(own.exclude(state=states.DUE_CANCELLED)))
    left = list(twice.select_related("initiative").order_by("pk"))
    moved = rows.exclude(pk__in=[one.pk for one in left]).update(enterprise=heir)
    if moved:
        yield Bilingual(
            f"Quote da pagare, ora di {heir.name}: {moved}.", f"Quotas to be paid, now by {heir.name}: {moved}."
        )
    for one in left:
        yield Bilingual(
            f"La quota di {firm.name} per «{one.initiative.title_it}» resta sua: {heir.name} ne ha una uguale. Annullane una.",
            f"The quota of {firm.name} for “{one.initiative.title_en}” stays its own: {heir.name} has one alike. Cancel one.",
        )
    of_award = Q(recovery__isnull=False) | Q(payment__isnull=False)
    refunds = Refund.objects.filter(enterprise=firm, state=states.REFUND_DUE).exclude(of_award)
    back = refunds.update(enterprise=heir)
    if back:
        yield Bilingual(
            f"Somme da rendere, ora a {heir.name}: {back}.", f"Sums to be given back, now to {heir.name}: {back}."
        )


def place_taken(*, actor: Actor, award: Award, firm: Enterprise, heir: Enterprise) -> None:
    """What of the award is to be given back is given to the heir; its recoveries are the award's, and follow it."""
    of_award = Q(recovery__award=award) | Q(payment__row__claim__award=award)
    Refund.objects.filter(of_award, state=states.REFUND_DUE).update(enterprise=heir)
