"""An allocation told line by line, in both languages."""

from decimal import Decimal

from levante.calls.allocation_terms import (
    EARLY,
    EVER,
    LATE,
    OVER_LIMIT,
    REFUSED,
    REPEATED,
    REPLACED,
    ZERO,
    Allocation,
    Terms,
)
from levante.kernel.pure import money_text, step

#: Why a submission is void, told of many.
_REASONS = {
    EARLY: ("Arrivate prima dell’apertura", "Received before the opening"),
    LATE: ("Arrivate dopo la chiusura", "Received after the closing"),
    OVER_LIMIT: ("Oltre un limite del bando", "Beyond a limit of the call"),
    REPEATED: ("Ripetute: conta la prima", "Repeated: the first one counts"),
    REFUSED: ("Ripetute: non ammesse", "Repeated: not admitted"),
    REPLACED: ("Sostituite da una successiva della stessa impresa", "Replaced by a later one of the same enterprise"),
}


def explained(outcome: Allocation, terms: Terms, received: int, below: int, freed: Decimal) -> Allocation:
    steps = [step("Domande ricevute", "Submissions received", "", received)]
    if terms.opens_at != EVER:  # of a list that is settled, who came in when was looked at before
        steps.append(step("Apertura", "Opening", "", terms.opens_at.isoformat()))
    if terms.closes_at is not None:
        steps.append(step("Chiusura (esclusa)", "Closing (excluded)", "", terms.closes_at.isoformat()))
    for reason, (it, en) in _REASONS.items():
        count = sum(1 for one in outcome.void if one.reason == reason)
        if count:
            steps.append(step(it, en, "", count))
    words = terms.rule.order_words
    steps.append(step(words.it, words.en, "", terms.seed if terms.rule.uses_seed else len(outcome.order)))
    if below and terms.threshold is None:
        steps.append(step("Sotto il punteggio minimo", "Below the minimum points", "", below))
    elif below:
        steps.append(
            step(f"Sotto la soglia di {terms.threshold}", f"Below the threshold of {terms.threshold}", "", below)
        )
    steps.append(step("Dotazione", "Budget", "", money_text(terms.budget)))
    for reserve in terms.reserves:
        paid = sum((one.reserved for one in outcome.funded if one.from_reserve == reserve.id), ZERO)
        steps.append(
            step(
                f"Riserva {reserve.id}: usati {money_text(paid)}; quel che resta "
                + ("torna a tutti" if reserve.flows_back else "non torna"),
                f"Reserve {reserve.id}: {money_text(paid)} used; what is left "
                + ("flows back" if reserve.flows_back else "stays"),
                "",
                money_text(reserve.amount),
            )
        )
    if freed:
        steps.append(step("Liberati dalle rinunce", "Freed by renunciations", "", money_text(freed)))
    steps.append(step("Finanziate", "Funded", "", len(outcome.funded)))
    if outcome.queue:
        steps.append(step("In attesa, in quest’ordine", "Waiting, in this order", "", len(outcome.queue)))
    if outcome.not_funded:
        steps.append(step("Non finanziate", "Not funded", "", len(outcome.not_funded)))
    steps.append(step("Restano", "Left", "", money_text(outcome.left)))
    return Allocation(
        outcome.order, outcome.void, outcome.funded, outcome.queue, outcome.not_funded, outcome.left, tuple(steps)
    )
