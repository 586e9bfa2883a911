"""The checks that look at a paper: DURC, visura Deggendorf, anti-mafia information, guarantee."""

from datetime import date, timedelta
from decimal import Decimal

from levante.kernel.pure import ZERO, Bilingual, format_euro
from levante.law import antimafia as rule
from levante.payments.pure.gate_facts import (
    ANTIMAFIA,
    DEGGENDORF,
    DURC,
    GUARANTEE,
    NO,
    UNKNOWN,
    YES,
    Certificate,
    Check,
    Facts,
    days_of,
    value_on,
)


def durc(facts: Facts) -> Check:
    reference = "D.L. 69/2013, art. 31; DM 30/1/2015"
    paper = facts.durc
    ask = Bilingual(
        "chiedi il DURC online e registralo con la scadenza stampata", "ask for the DURC and record its printed expiry"
    )
    if paper is None:
        return Check(DURC, UNKNOWN, Bilingual("non c’è un DURC", "there is no DURC"), reference, to_do=ask)
    if paper.valid_until is None or paper.valid_until < facts.on:
        it, en = days_of(paper.valid_until)
        return Check(
            DURC,
            UNKNOWN,
            Bilingual(f"il DURC {paper.number} non vale più (scadenza: {it})", f"DURC {paper.number} is over (printed expiry: {en})"),
            reference,
            to_do=ask,
        )  # fmt: skip
    it, en = days_of(paper.valid_until)
    gone = facts.gone_before + facts.gone_since
    if paper.clear:
        return Check(
            DURC,
            YES,
            Bilingual(
                f"regolare, n. {paper.number}, scadenza stampata {it}",
                f"regular, no. {paper.number}, printed expiry {en}",
            ),
            reference,
            until=paper.valid_until,
            condition=_gone_already(gone),
            kept=gone,
        )
    if paper.debt is None or paper.debt <= 0:
        return Check(
            DURC,
            NO,
            Bilingual(
                f"irregolare, n. {paper.number}, senza l’importo del debito",
                f"irregular, no. {paper.number}, without the debt",
            ),
            reference,
            to_do=Bilingual(
                "registra il debito con INPS e INAIL: lo si paga al posto dell’impresa, e il resto va a lei",
                "record the debt to INPS and INAIL: it is paid in the enterprise’s stead, and the rest goes to it",
            ),
        )
    left = max(paper.debt - facts.durc_kept, ZERO)
    if not left:  # the debt is one: it is paid once, whatever the number of payments (art. 31(3))
        return Check(
            DURC,
            YES,
            Bilingual(
                f"irregolare, n. {paper.number}: tutto il debito è già trattenuto da altri pagamenti",
                f"irregular, no. {paper.number}: other payments keep the whole debt already",
            ),
            "D.L. 69/2013, art. 31(3), (8-bis)",
            until=paper.valid_until,
            condition=_gone_already(gone),
            kept=gone,
        )
    # What reached the institutes before the paper is no part of its debt; what did since, or goes now, is.
    room = max(facts.to_pay - facts.gone_before - facts.set_off - facts.collector_gone, ZERO)
    kept = facts.gone_before + max(min(left, room), facts.gone_since)
    return Check(
        DURC,
        YES,
        Bilingual(
            f"irregolare, n. {paper.number}: intervento sostitutivo per {format_euro(kept)}",
            f"irregular, no. {paper.number}: {format_euro(kept, 'en')} is paid in its stead",
        ),
        "D.L. 69/2013, art. 31(3), (8-bis)",
        until=paper.valid_until,
        condition=Bilingual("si paga a INPS e INAIL ciò che è loro", "what is theirs is paid to INPS and INAIL"),
        kept=kept,
    )


def _gone_already(gone: Decimal) -> Bilingual:
    """Money that the institutes have is not paid to the enterprise."""
    if not gone:
        return Bilingual("", "")
    return Bilingual(
        f"{format_euro(gone)} sono già andati a INPS e INAIL per questo pagamento",
        f"{format_euro(gone, 'en')} went to INPS and INAIL already for this payment",
    )


def deggendorf(facts: Facts) -> Check:
    days, doubt = value_on("payment.deggendorf.days", facts.on)
    reference = "L. 234/2012, art. 46; DM 115/2017, art. 15"
    paper = facts.deggendorf
    ask = Bilingual("chiedi la visura Deggendorf al RNA", "ask the RNA for the Deggendorf visura")
    if paper is None:
        return Check(DEGGENDORF, UNKNOWN, Bilingual("non c’è una visura", "there is no visura"), reference, to_do=ask)
    if not paper.clear:
        return Check(
            DEGGENDORF,
            NO,
            Bilingual(
                f"la visura {paper.number} dice che c’è un aiuto illegale da restituire",
                f"visura {paper.number} says that unlawful aid is to be given back",
            ),
            reference,
            to_do=Bilingual(
                "sospendi finché l’impresa non l’ha restituito", "suspend until the enterprise has given it back"
            ),
        )
    return of_age(DEGGENDORF, paper, int(days), facts.on, reference, ask, doubt)


def antimafia(facts: Facts) -> Check:
    """The same rule as at the award (``law.antimafia``)."""
    found = rule.judge(whole=facts.whole, paper=facts.antimafia, on=facts.on)
    return Check(
        ANTIMAFIA, found.outcome, found.reason, rule.REFERENCE, found.until, found.to_do, found.condition, to_confirm=found.to_confirm,
    )  # fmt: skip


def guarantee(facts: Facts) -> Check:
    reference = "D.Lgs. 123/1998, art. 7(2)"
    if not facts.guarantee_needed:
        return Check(
            GUARANTEE, YES, Bilingual("questo pagamento non la chiede", "this payment asks for none"), reference
        )
    paper = facts.guarantee
    if paper is None:
        return Check(
            GUARANTEE,
            UNKNOWN,
            Bilingual(
                "l’anticipo si paga con una fideiussione, e non c’è", "an advance takes a guarantee, and there is none"
            ),
            reference,
            to_do=Bilingual(
                "registra la fideiussione: importo, scadenza, garante", "record it: amount, expiry, guarantor"
            ),
        )
    it, en = days_of(paper.valid_until)
    if paper.amount < facts.amount or paper.valid_until < facts.on:
        return Check(
            GUARANTEE,
            NO,
            Bilingual(
                f"n. {paper.number}: copre {format_euro(paper.amount)} fino al {it}, e servono {format_euro(facts.amount)}",
                f"no. {paper.number}: it covers {format_euro(paper.amount, 'en')} until {en}; {format_euro(facts.amount, 'en')} is needed",
            ),
            reference,
            to_do=Bilingual("chiedi all’impresa di adeguarla", "ask the enterprise to adjust it"),
        )
    if not paper.verified:
        return Check(
            GUARANTEE,
            UNKNOWN,
            Bilingual(f"il garante ({paper.guarantor}) non l’ha confermata", f"the guarantor ({paper.guarantor}) has not confirmed it"),
            reference,
            to_do=Bilingual("chiedi conferma al garante e registrala", "ask the guarantor and record the answer"),
        )  # fmt: skip
    return Check(
        GUARANTEE,
        YES,
        Bilingual(
            f"n. {paper.number} di {paper.guarantor}: {format_euro(paper.amount)} fino al {it}",
            f"no. {paper.number} of {paper.guarantor}: {format_euro(paper.amount, 'en')} until {en}",
        ),
        reference,
        until=paper.valid_until,
    )


def of_age(code: str, paper: Certificate, days: int, on: date, reference: str, ask: Bilingual, doubt: bool) -> Check:
    """A paper that says yes, unless it is too old or from after the day."""
    until = paper.valid_until or paper.issued_on + timedelta(days=days)
    it, en = days_of(paper.issued_on)
    if until < on:
        return Check(
            code,
            UNKNOWN,
            Bilingual(f"n. {paper.number} del {it}: è troppo vecchia", f"no. {paper.number} of {en}: it is too old"),
            reference,
            to_do=ask,
            to_confirm=doubt,
        )
    return Check(
        code,
        YES,
        Bilingual(f"n. {paper.number} del {it}: niente da segnalare", f"no. {paper.number} of {en}: nothing to tell"),
        reference,
        until=until,
        to_confirm=doubt,
    )
