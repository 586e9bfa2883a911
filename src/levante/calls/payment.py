"""How a grant is paid: in which parts, with what withheld, to the cent; and the same in words.

Pure. ``payment`` is that of a call (``calls.schema.money.Payment``, as JSON).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from levante.calls.money_items import capital_items
from levante.calls.money_parts import short
from levante.kernel.pure import ZERO, Bilingual, apportion, round_euro, the_percent

LABELS = {
    "advance": Bilingual("anticipo", "advance"),
    "sal": Bilingual("stato di avanzamento (SAL)", "progress payment (SAL)"),
    "balance": Bilingual("saldo", "balance"),
    "single": Bilingual("unica soluzione", "one payment"),
}


@dataclass(frozen=True, slots=True)
class Instalment:
    """A part of a grant. ``amount`` is ``None`` where the call leaves it to what is spent; ``withheld`` is kept from it, and
    ``net`` is what is paid. ``guarantee`` it takes one; ``days`` from the request."""

    code: str
    amount: Decimal | None
    withheld: Decimal
    net: Decimal | None
    guarantee: bool
    days: int | None

    @property
    def label(self) -> Bilingual:
        return LABELS[self.code]


def withholds_on_a_part(payment: Mapping[str, Any], money: Mapping[str, Any]) -> bool:
    """Whether something is withheld, but not on what pays for the capital goods among the items of ``money``."""
    return bool(payment.get("withholding") and capital_items(money))


def instalments(
    payment: Mapping[str, Any], amount: Decimal, *, money: Mapping[str, Any] | None = None
) -> list[Instalment]:
    """An amount in the parts of the call, in its order. They add up to it, and so does what is withheld to its rate of it; where
    ``money`` has items for capital goods nothing is withheld here, for how much is known once they are bought.

    One part of which the call says no percentage takes what the others leave; of two or more the amounts are not known before
    something is spent. Nothing when the call does not say how it pays.
    """
    modes = payment.get("modes") or []
    if not modes:
        return []
    told = [Decimal(mode["percent"]) if mode.get("percent") else None for mode in modes]
    rest = max(Decimal(100) - sum((one for one in told if one is not None), Decimal(0)), Decimal(0))
    missing = told.count(None)
    weights = [one if one is not None else rest / missing for one in told]
    parts = apportion(amount, weights) if any(weights) else [ZERO for _ in modes]
    rate = Decimal((payment.get("withholding") or {}).get("rate", "0"))
    if withholds_on_a_part(payment, money or {}):
        rate = Decimal(0)
    kept = round_euro(amount * rate / 100)
    withheld = apportion(kept, parts) if kept and any(parts) else [ZERO for _ in modes]
    found = []
    for mode, one, part, less in zip(modes, told, parts, withheld, strict=True):
        known = one is not None or missing == 1
        found.append(
            Instalment(
                mode["code"],
                part if known else None,
                less if known else ZERO,
                part - less if known else None,
                bool(mode.get("guarantee")),
                mode.get("days"),
            )
        )
    return found


def claim_term_words(term: Mapping[str, Any]) -> Bilingual:
    """By when a payment is claimed, and what follows late (``calls.schema.money.ClaimTerm``, as JSON)."""
    ends = term.get("since", "project_end") == "project_end"
    it = f"Si chiede entro {term['days']} giorni {'dalla fine del progetto' if ends else 'dalla concessione'}"
    en = f"It is claimed within {term['days']} days of the {'end of the project' if ends else 'award'}"
    more = term.get("extension") or 0
    if more:
        it += f", prorogabili di {more} al massimo"
        en += f", and {more} more at most if the office gives them"
    if term.get("late") == "refused":
        return Bilingual(f"{it}: dopo non si può più inviare.", f"{en}: later it can no longer be sent.")
    return Bilingual(
        f"{it}: dopo l’ufficio può ridurre o revocare il contributo.",
        f"{en}: later the office may reduce or revoke the grant.",
    )


def withheld_words(payment: Mapping[str, Any], money: Mapping[str, Any]) -> Bilingual | None:
    """What is withheld from each payment, in a sentence; none where nothing is."""
    withheld = payment.get("withholding")
    if not withheld:
        return None
    rate = short(Decimal(withheld["rate"]))
    norm = f" ({withheld['reference']})" if withheld.get("reference") else ""
    but = Bilingual("", "")
    if withholds_on_a_part(payment, money):
        but = Bilingual(", ma non sulla parte per beni strumentali", ", but not on the part for capital goods")
    return Bilingual(
        f"Su ogni pagamento si trattiene {the_percent(rate.replace('.', ','))}{but.it}{norm}.",
        f"{rate} % is withheld from each payment{but.en}{norm}.",
    )


def payment_words(payment: Mapping[str, Any], money: Mapping[str, Any] | None = None) -> list[Bilingual]:
    """How the call pays, a sentence for each part and one for what is withheld."""
    said = []
    for mode in payment.get("modes") or []:
        label = LABELS[mode["code"]]
        it, en = [label.it.capitalize()], [label.en.capitalize()]
        if mode.get("percent"):
            rate = short(Decimal(mode["percent"]))
            it.append(f"{the_percent(rate.replace('.', ','))} del contributo")
            en.append(f"{rate} % of the grant")
        if mode.get("guarantee"):
            it.append("con fideiussione")
            en.append("with a guarantee")
        if mode.get("days"):
            it.append(f"entro {mode['days']} giorni dalla richiesta")
            en.append(f"within {mode['days']} days of the request")
        said.append(Bilingual(f"{', '.join(it)}.", f"{', '.join(en)}."))
        if mode.get("claim"):
            said.append(claim_term_words(mode["claim"]))
    if payment.get("spending_from"):
        day = date.fromisoformat(payment["spending_from"])
        said.append(
            Bilingual(
                f"Sono ammesse le spese dal {day:%d/%m/%Y}, anche se precedono la domanda.",
                f"Spending is admitted from {day:%d/%m/%Y} on, even if it comes before the application.",
            )
        )
        named = ", ".join(payment.get("identifiers") or ())
        said.append(
            Bilingual(
                f"Le fatture più vecchie del CUP, e le causali dei loro pagamenti, riportano {named or 'il numero della domanda'}.",
                f"Invoices older than the CUP, and the reasons of their payments, bear {named or 'the number of the application'}.",
            )
        )
    withheld = withheld_words(payment, money or {})
    if withheld is not None:
        said.append(withheld)
    return said
