"""What the bank said of an order and was not believed is looked into by a person: until then it is in Today of finance."""

from levante.kernel.api import Actor, note, refuse, require, service, unchanged
from levante.payments.models import PaymentOrder
from levante.payments.ordering import locked_order
from levante.payments.policies import may_work_order


@service("payments.clear_problem")
def clear_problem(*, actor: Actor, order: PaymentOrder, reason: str) -> PaymentOrder:
    """Say what came of what the bank had said and was not believed. What it said stays on the page; where it says it again it is told
    again. The second click changes nothing."""
    held = locked_order(order.pk)
    require(may_work_order(actor, held))
    if not held.problem_it:
        return unchanged(held)
    if not reason.strip():
        refuse("Scrivi che cosa hai chiarito con la banca.", "Write what you cleared up with the bank.", field="reason")
    note(message=held.message_id, problem=held.problem_it[:300], reason=reason.strip()[:500])
    held.problem_it = held.problem_en = ""
    held.save(update_fields=["problem_it", "problem_en"])
    return held
