"""Another firm takes the place of one by a deed: what it owes for initiatives, and what is to be given back to it, pass with it."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from levante.aid.api import UndertakingEvent
from levante.controls import states
from levante.controls.models import Due, Incoming, Refund, Revocation
from levante.grants.api import Award
from levante.kernel.api import Actor, refuse
from levante.kernel.pure import Bilingual
from levante.parties.api import Enterprise

#: How an event calls the rows that changed hands with it.
DUES, REFUNDS = Due._meta.label, Refund._meta.label


def _move(event: UndertakingEvent, model: str, rows: "QuerySet[Any]", firm: Enterprise, heir: Enterprise) -> int:
    """The rows are the heir's; which they were is kept with the event. How many."""
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    if ids:
        event.moved = {**event.moved, model: [*event.moved.get(model, []), *([pk, firm.pk] for pk in ids)]}
    return int(rows.model.objects.filter(pk__in=ids).update(enterprise=heir))


def hear_succession(
    *, actor: Actor, event: UndertakingEvent, firm: Enterprise, heir: Enterprise, aids: Collection[int] | None
) -> Iterable[Bilingual]:
    """Of a merger: quotas still to be paid are the heir's to pay, but for one that it owes itself; sums of no award that are to be given
    back are given to it. What was paid or given stays as it was. A split moves neither."""
    if aids is not None:
        return
    yield from pass_quotas(event, firm, heir, Due.objects.all())
    of_award = Q(recovery__isnull=False) | Q(payment__isnull=False)
    refunds = Refund.objects.filter(enterprise=firm, state=states.REFUND_DUE).exclude(of_award)
    back = _move(event, REFUNDS, refunds, firm, heir)
    if back:
        yield Bilingual(
            f"Somme da rendere, ora a {heir.name}: {back}.", f"Sums to be given back, now to {heir.name}: {back}."
        )


def pass_quotas(
    event: UndertakingEvent, firm: Enterprise, heir: Enterprise, dues: "QuerySet[Due]"
) -> Iterable[Bilingual]:
    """Of these quotas those that the firm has still to pay are the heir's, but for one that it owes itself."""
    own = Due.objects.filter(enterprise=heir, initiative=OuterRef("initiative"), reason=OuterRef("reason"))
    rows = dues.filter(enterprise=firm, state=states.DUE_OPEN)
    twice = rows.filter(Exists(own.exclude(state=states.DUE_CANCELLED)))
    left = list(twice.select_related("initiative").order_by("pk"))
    moved = _move(event, DUES, rows.exclude(pk__in=[one.pk for one in left]), firm, heir)
    if moved:
        yield Bilingual(
            f"Quote da pagare, ora di {heir.name}: {moved}.", f"Quotas to be paid, now by {heir.name}: {moved}."
        )
    for one in left:
        yield Bilingual(
            f"La quota di {firm.name} per «{one.initiative.title_it}» resta sua: {heir.name} ne ha una uguale. Annullane una.",
            f"The quota of {firm.name} for “{one.initiative.title_en}” stays its own: {heir.name} has one alike. Cancel one.",
        )


def place_taken(*, actor: Actor, award: Award, firm: Enterprise, heir: Enterprise) -> None:
    """What of the award is to be given back is given to the heir; its recoveries are the award's, and follow it."""
    of_award = Q(recovery__award=award) | Q(payment__row__claim__award=award)
    Refund.objects.filter(of_award, state=states.REFUND_DUE).update(enterprise=heir)


def place_given_back(*, actor: Actor, award: Award, firm: Enterprise, heir: Enterprise, since: datetime) -> None:
    """What of the award is to be given back is the firm's again. Refused once the heir paid something back or was given it back, or while a
    revocation that was begun since stands or has effect."""
    if Incoming.objects.filter(recovery__award=award, recorded_at__gte=since).exists():
        refuse(
            "Dopo il subentro è rientrato denaro di questo contributo: non si annulla più.",
            "Money of this award came back since the place was taken: it is not undone any more.",
        )
    begun = Revocation.objects.filter(award=award, opened_at__gte=since)
    if begun.filter(state__in=[*states.OPEN, states.EFFECTIVE]).exists():
        refuse(
            "Dopo il subentro è iniziata una revoca: prima si chiude.",
            "A revocation was begun since the place was taken: close it first.",
        )
    of_award = Q(recovery__award=award) | Q(payment__row__claim__award=award)
    _back(Refund.objects.filter(of_award, enterprise=heir), firm)


def undo_succession(*, actor: Actor, event: UndertakingEvent) -> Iterable[Bilingual]:
    """Quotas and sums that changed hands with the event are whose they were. Refused where one was paid since."""
    for pk, firm in event.moved.get(DUES, []):
        due = Due.objects.select_for_update(of=("self",)).select_related("initiative").get(pk=pk)
        if due.state != states.DUE_OPEN or due.incomings.exists():
            refuse(
                f"La quota per «{due.initiative.title_it}» è stata pagata, o chiusa, dopo l’operazione: non si annulla più.",
                f"The quota for “{due.initiative.title_en}” was paid, or closed, since: it is not undone any more.",
            )
        Due.objects.filter(pk=pk).update(enterprise=firm)
        yield Bilingual(
            f"Torna la quota per «{due.initiative.title_it}».", f"The quota for “{due.initiative.title_en}” goes back."
        )
    for pk, firm in event.moved.get(REFUNDS, []):
        _back(Refund.objects.filter(pk=pk), Enterprise.objects.get(pk=firm))
        yield Bilingual("Torna una somma da rendere.", "A sum to be given back goes back.")


def _back(refunds: "QuerySet[Refund]", firm: Enterprise) -> None:
    """These sums are the firm's again, while nobody decided to pay them."""
    held = list(refunds.select_for_update(of=("self",)).order_by("pk"))
    if any(one.state != states.REFUND_DUE or one.disposed_at is not None for one in held):
        refuse(
            "Una somma è già stata resa, o si è già disposto di renderla: non si annulla più.",
            "A sum was given back already, or it was decided: it is not undone any more.",
        )
    Refund.objects.filter(pk__in=[one.pk for one in held]).update(enterprise=firm)
