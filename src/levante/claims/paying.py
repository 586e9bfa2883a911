"""What was paid of an award, shared among its costs (``claims.sharing``): told again whenever what is paid or admitted changes."""

from django.db import connection

from levante.claims import states
from levante.claims.models import Charge, Claim, SimplifiedCost
from levante.claims.reading import charge_ref, cost_ref, reckon
from levante.claims.sharing import Admitted, earned_of_each, paid_of_each
from levante.kernel.pure import ZERO


def share_payments(award_id: int) -> None:
    """Write what is paid of each charge and simplified cost of an award: of the claims that were paid, or to which nothing more is due. An
    advance goes to what is admitted after it. One at a time for an award; for a service at work, once the step is written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('claims.share_payments'), %s)", [award_id % 2**31])
    claims = list(
        Claim.objects.filter(award=award_id)
        .select_related("award__application__opening__call", "award__application__form", "award__enterprise")
        .order_by("number")
    )
    closed = [
        one
        for one in claims
        if one.mode != "advance" and (one.state == states.PAID or (one.state in states.WITH_DUE and not one.due))
    ]
    for model in (Charge, SimplifiedCost):
        model.objects.filter(claim__award=award_id).exclude(claim__in=closed).exclude(paid=0).update(paid=ZERO)
    if not closed:
        return
    made = reckon(closed[-1], kept=True).earned
    assert made is not None  # of an advance alone nothing is earned, and it is none of these
    charges = list(Charge.objects.filter(claim__in=closed, admitted__isnull=False).order_by("pk"))
    costs = list(SimplifiedCost.objects.filter(claim__in=closed, admitted__isnull=False).order_by("pk"))
    rows = [Admitted(one.item, one.admitted or ZERO, one.paid) for one in charges]
    for cost in costs:  # what later costs let count of earlier units
        cost.admitted = max(made.counts.get(cost_ref(cost.pk), ZERO), cost.admitted or ZERO)
        rows.append(Admitted(cost.item, cost.admitted, cost.paid))
    theirs = {charge_ref(one.pk) for one in charges} | {cost_ref(one.pk) for one in costs}
    others = Charge.objects.filter(claim__award=award_id, claim__state__in=states.WITH_DUE, admitted__isnull=False)
    besides = [
        Admitted(item, admitted)
        for pk, item, admitted in others.order_by("pk").values_list("pk", "item", "admitted")
        if charge_ref(pk) not in theirs and charge_ref(pk) in made.counts
    ]
    earned = earned_of_each(made.grant, made.eligible, [*rows, *besides])[: len(rows)]
    paid = paid_of_each(sum((one.paid for one in claims), ZERO), earned, rows)
    for one, part in zip([*charges, *costs], paid, strict=True):
        one.paid = part
    Charge.objects.bulk_update(charges, ["paid"], batch_size=500)
    SimplifiedCost.objects.bulk_update(costs, ["admitted", "paid"], batch_size=500)
