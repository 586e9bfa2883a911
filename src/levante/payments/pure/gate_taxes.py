"""The check of tax debts (DPR 602/1973, art. 48-bis): asked over the threshold; in default, the payment waits.

The order (art. 72-bis) is kept from what is paid, after the institutes of an irregular DURC and before an offset, once however many
payments there are. Without an order within the days a decision opens the gate. What an order in force asks binds a payment whatever the
last answer says, also up to the threshold.
"""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from levante.kernel.pure import ZERO, Bilingual, format_euro
from levante.payments.pure.gate_facts import NO, TAX_DEBTS, UNKNOWN, YES, Certificate, Check, Facts, days_of, value_on
from levante.payments.pure.gate_papers import durc, of_age

REFERENCE = "DPR 602/1973, art. 48-bis; DM 40/2008"
ORDERED = "DPR 602/1973, artt. 48-bis e 72-bis; DM 40/2008"


def tax_debts(facts: Facts) -> Check:
    found = _answer(facts)
    kept = collector_kept(facts)
    if found.outcome != YES or not kept:
        return found
    told = Bilingual(
        f"{format_euro(kept)} vanno all’Agenzia delle entrate-Riscossione, come dice il suo ordine",
        f"{format_euro(kept, 'en')} goes to the collection agency, as its order says",
    )
    return replace(found, kept=kept, condition=told, reference=ORDERED, to_confirm=True)


def collector_kept(facts: Facts) -> Decimal:
    """What of this payment goes to the collector: what is left of its orders, as far as the net reaches once the institutes have theirs;
    never less than what it got of it already."""
    left = max(facts.ordered - facts.ordered_kept, ZERO)
    room = max(facts.to_pay - durc(facts).kept - facts.set_off, ZERO)
    return max(min(left, room), facts.collector_gone)


def _answer(facts: Facts) -> Check:
    threshold = Decimal(value_on("tax_debts.threshold", facts.on)[0])
    funds, doubt = value_on("tax_debts.funds", facts.on)
    if not funds.get(facts.fund_kind, True):
        return Check(
            TAX_DEBTS,
            YES,
            Bilingual("non si chiede per il denaro di questo fondo", "not asked for the money of this fund"),
            REFERENCE,
            to_confirm=doubt,
        )
    if facts.amount <= threshold:
        return Check(
            TAX_DEBTS,
            YES,
            Bilingual(f"non serve fino a {format_euro(threshold)}", f"not needed up to {format_euro(threshold, 'en')}"),
            REFERENCE,
        )
    paper = facts.tax_debts
    ask = Bilingual(
        "fai la verifica all’Agenzia delle entrate-Riscossione", "make the check with the collection agency"
    )
    if paper is None:
        return Check(
            TAX_DEBTS, UNKNOWN, Bilingual("la verifica non c’è", "the check was not made"), REFERENCE, to_do=ask
        )
    days, _ = value_on("payment.tax_debts.days", facts.on)
    if paper.clear:
        return of_age(TAX_DEBTS, paper, int(days), facts.on, REFERENCE, ask, doubt=True)
    return _in_default(facts, paper, int(days), ask)


def last_day(answered_on: date, on: date) -> date:
    """The last day within which an order of the collector is waited for, after an answer of a day."""
    days, _ = value_on("tax_debts.suspension.days", on)
    return answered_on + timedelta(days=int(days))


def _in_default(facts: Facts, paper: Certificate, days: int, ask: Bilingual) -> Check:
    followed = facts.followed
    if followed is not None and followed.confirmed:
        return _followed(facts, paper, days, ask)
    if paper.debt is None:
        return _no(
            Bilingual(
                f"la verifica {paper.number} dice: inadempiente, senza l’importo",
                f"check {paper.number} says: in default, without the amount",
            ),
            Bilingual("registra la verifica con l’importo del debito", "record the check with the amount of the debt"),
        )
    owed, owed_en = format_euro(paper.debt), format_euro(paper.debt, "en")
    if followed is not None:
        return _no(
            Bilingual(
                f"la verifica {paper.number} dice: inadempiente per {owed}; ciò che ne è seguito è da confermare",
                f"check {paper.number} says: in default for {owed_en}; what followed is to be confirmed",
            ),
            Bilingual("un’altra persona lo guardi e lo confermi", "another person must look at it and confirm it"),
        )
    last = last_day(paper.issued_on, facts.on)
    it, en = days_of(last)
    if facts.on <= last:
        return _no(
            Bilingual(
                f"la verifica {paper.number} dice: inadempiente per {owed}; il pagamento è sospeso fino al {it}",
                f"check {paper.number} says: in default for {owed_en}; the payment is suspended until {en}",
            ),
            Bilingual(
                f"aspetta fino al {it} l’ordine di versamento, e se arriva registralo",
                f"wait until {en} for the order to pay the collector, and record it if it comes",
            ),
            until=last,
        )
    return _no(
        Bilingual(
            f"la verifica {paper.number} dice: inadempiente per {owed}; entro il {it} non risulta un ordine di versamento",
            f"check {paper.number} says: in default for {owed_en}; no order to pay the collector is recorded by {en}",
        ),
        Bilingual(
            "se l’ordine è arrivato registralo; altrimenti registra la decisione di pagare, con il motivo",
            "if the order came record it; otherwise record the decision to pay, with the reason",
        ),
    )


def _followed(facts: Facts, paper: Certificate, days: int, ask: Bilingual) -> Check:
    """An order, or the decision that none came: it holds as long as an answer does, then the check is made again."""
    followed = facts.followed
    assert followed is not None
    it, en = days_of(followed.on)
    until = followed.on + timedelta(days=days)
    if until < facts.on:
        return Check(
            TAX_DEBTS,
            UNKNOWN,
            Bilingual(
                f"ciò che è seguito alla verifica {paper.number} è del {it}: è troppo vecchio",
                f"what followed check {paper.number} is of {en}: it is too old",
            ),
            REFERENCE,
            to_do=ask,
            to_confirm=True,
        )
    if followed.amount is None:
        told = Bilingual(
            f"inadempiente, n. {paper.number}: nessun ordine nei giorni, si paga per decisione del {it}",
            f"in default, no. {paper.number}: no order within the days, paid by a decision of {en}",
        )
        return Check(TAX_DEBTS, YES, told, REFERENCE, until=until, to_confirm=True)
    owed, owed_en = format_euro(followed.amount), format_euro(followed.amount, "en")
    told = Bilingual(
        f"inadempiente, n. {paper.number}: ordine di versamento n. {followed.number} del {it} per {owed}",
        f"in default, no. {paper.number}: order no. {followed.number} of {en} to pay {owed_en} to the collector",
    )
    if facts.ordered <= facts.ordered_kept:
        told = Bilingual(
            f"{told.it}; altri pagamenti lo trattengono già tutto", f"{told.en}; other payments keep all of it already"
        )
    return Check(TAX_DEBTS, YES, told, ORDERED, until=until, to_confirm=True)


def _no(reason: Bilingual, to_do: Bilingual, until: date | None = None) -> Check:
    return Check(TAX_DEBTS, NO, reason, REFERENCE, until=until, to_do=to_do, to_confirm=True)
