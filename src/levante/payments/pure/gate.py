"""The gate before a payment: one pure function, facts in, a list of checks out. No euro leaves unless each of them says yes.

What is not known blocks, and says what to do. Printed expiries are kept as printed. Nothing here asks anybody anything: the facts are
what the office holds on the day.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from levante.kernel.pure import ZERO, Bilingual, format_euro
from levante.payments.pure import gate_papers as papers
from levante.payments.pure import gate_taxes as taxes
from levante.payments.pure.gate_facts import (
    ACCOUNT,
    AWARD,
    CODES,
    NO,
    RECOVERIES,
    UNKNOWN,
    YES,
    Against,
    Check,
    Facts,
    days_of,
    value_on,
)


def checks_of(facts: Facts) -> list[Check]:
    """Every check, in the order in which they are told."""
    found = [_held_until(check(facts), facts.pay_on or facts.on) for check in _ALL]
    return [_unless_against(one, facts.against.get(one.code)) for one in found]


def _unless_against(check: Check, told: Against | None) -> Check:
    """A yes about one tax code does not undo a no about another of the same enterprise."""
    if told is None or check.outcome == NO:
        return check
    it, en = days_of(told.issued_on)
    return replace(
        check,
        outcome=NO,
        kept=ZERO,
        reason=Bilingual(
            f"è negativo con il codice fiscale {told.tax_code}, ora della stessa impresa ({told.number} del {it})",
            f"it is negative under tax code {told.tax_code}, now of the same enterprise ({told.number} of {en})",
        ),
        to_do=Bilingual(
            "chiedi di nuovo il documento, dopo l’unione, e registralo",
            "ask for the paper again, after the merge, and record it",
        ),
    )


def _held_until(check: Check, day: date) -> Check:
    """A yes that ends before the money leaves says nothing of the day on which it does."""
    if check.outcome != YES or check.until is None or check.until >= day:
        return check
    (until_it, until_en), (day_it, day_en) = days_of(check.until), days_of(day)
    return replace(
        check,
        outcome=UNKNOWN,
        reason=Bilingual(
            f"{check.reason.it}; vale fino al {until_it}, e si paga il {day_it}",
            f"{check.reason.en}; it holds until {until_en}, and the payment is on {day_en}",
        ),
        to_do=Bilingual(
            "chiedi alla banca un giorno prima, o registra un documento che valga fino a quel giorno",
            "ask the bank for an earlier day, or record a paper that holds until that day",
        ),
    )


def is_open(checks: Sequence[Check]) -> bool:
    """Whether the payment may leave: each check says yes."""
    return all(one.outcome == YES for one in checks)


def kept_of(checks: Sequence[Check]) -> Decimal:
    """What is kept from the payment and goes elsewhere: to INPS and INAIL, to the collector, to a recovery."""
    return sum((one.kept for one in checks), ZERO)


def _award(facts: Facts) -> Check:
    reference = "L. 234/2012, art. 52(3); DM 115/2017, art. 9"
    if facts.heir_awaited:
        return Check(
            AWARD,
            NO,
            Bilingual(
                f"una fusione o scissione dà a {facts.heir_awaited} il posto della beneficiaria: il subentro non è deciso",
                f"a deed gives {facts.heir_awaited} the place of the beneficiary: the office has not decided that it takes it",
            ),
            "art. 2504-bis c.c.",
            to_do=Bilingual("decidi il subentro", "decide who has its place"),
        )
    if facts.earlier_claim:
        return Check(
            AWARD,
            NO,
            Bilingual(
                f"è riaperta la verifica della domanda precedente {facts.earlier_claim}: l’importo si calcola di nuovo quando è chiusa",
                f"the review of the earlier claim {facts.earlier_claim} is open again: the amount is reckoned again once it is closed",
            ),
            "D.Lgs. 118/2011, art. 57",
            to_do=Bilingual("chiudi quella verifica", "close that review"),
        )
    if facts.beyond_plan is not None:
        return Check(
            AWARD,
            NO,
            facts.beyond_plan,
            "D.Lgs. 118/2011, art. 57",
            to_do=Bilingual(
                "riapri la verifica della domanda; se è liquidata, prima un atto annulla la liquidazione",
                "open the review of the claim again; if it is verified as due, first an act undoes that",
            ),
        )
    if facts.held is not None:
        return Check(
            AWARD,
            NO,
            facts.held,
            "D.Lgs. 118/2011, art. 57; Reg. (UE) 2021/1060, art. 74",
            to_do=Bilingual(
                "riapri la verifica con gli esiti del verbale; se la domanda è liquidata, prima un atto annulla la liquidazione",
                "open the review again with what the minutes found; if the claim is verified as due, first an act undoes that",
            ),
        )
    if facts.in_force:
        return Check(AWARD, YES, Bilingual("la concessione è efficace", "the award is in force"), reference)
    return Check(
        AWARD,
        NO,
        Bilingual("la concessione non è efficace, o è sospesa", "the award is not in force, or is suspended"),
        reference,
        to_do=Bilingual(
            "aspetta l’atto, il COR o la fine della sospensione",
            "wait for the act, the COR, or the end of the suspension",
        ),
    )


def _codes(facts: Facts) -> Check:
    reference = "L. 3/2003, art. 11; DM 115/2017, art. 9"
    missing = [name for name, code in (("CUP", facts.cup), ("COR", facts.cor)) if not code]
    if not missing:
        return Check(
            CODES, YES, Bilingual(f"CUP {facts.cup}, COR {facts.cor}", f"CUP {facts.cup}, COR {facts.cor}"), reference
        )
    it, en = " e ".join(missing), " and ".join(missing)
    return Check(
        CODES,
        NO,
        Bilingual(f"manca: {it}", f"missing: {en}"),
        reference,
        to_do=Bilingual(f"scrivi nella concessione: {it}", f"write in the award: {en}"),
    )


def _account(facts: Facts) -> Check:
    quarantine, doubt = value_on("payment.account.quarantine.days", facts.on)
    reference = "L. 136/2010, art. 3; Reg. (UE) 260/2012"
    found = facts.account
    verify = Bilingual(
        "verifica di chi è il conto, con la prova della banca", "verify whose account it is, with the bank’s proof"
    )
    if found is None:
        return Check(
            ACCOUNT,
            UNKNOWN,
            Bilingual("l’impresa non ha indicato un conto", "the enterprise has named no account"),
            reference,
            to_do=Bilingual("chiedi all’impresa l’IBAN", "ask the enterprise for its IBAN"),
        )
    if not found.iban_valid or found.in_name is False:
        it = "non è intestato all’impresa" if found.iban_valid else "ha un IBAN sbagliato"
        en = "is not in the enterprise’s name" if found.iban_valid else "has a wrong IBAN"
        return Check(
            ACCOUNT,
            NO,
            Bilingual(f"il conto {it}", f"the account {en}"),
            reference,
            to_do=Bilingual("chiedi all’impresa un altro conto", "ask the enterprise for another account"),
        )
    if found.verified_by is None or found.verified_on is None or found.in_name is None:
        return Check(
            ACCOUNT,
            UNKNOWN,
            Bilingual("il conto non è verificato", "the account is not verified"),
            reference,
            to_do=verify,
        )
    recent = found.replaces and facts.on < found.declared_on + timedelta(days=int(quarantine))
    if recent and found.second_by in (None, found.verified_by):
        it, en = days_of(found.declared_on)
        return Check(
            ACCOUNT,
            NO,
            Bilingual(f"il conto è cambiato il {it}, alla vigilia del pagamento", f"the account changed on {en}, on the eve of it"),
            reference,
            to_do=Bilingual("una seconda persona lo verifichi", "a second person must verify it"),
            to_confirm=doubt,
        )  # fmt: skip
    it, en = days_of(found.verified_on)
    return Check(
        ACCOUNT,
        YES,
        Bilingual(f"intestato all’impresa, verificato il {it}", f"in the enterprise’s name, verified on {en}"),
        reference,
        to_confirm=doubt and recent,
    )


def _recoveries(facts: Facts) -> Check:
    reference = "art. 1241 c.c.; D.Lgs. 123/1998, art. 9"
    if facts.recoveries is None:
        return Check(
            RECOVERIES,
            UNKNOWN,
            Bilingual(
                "nessuno ha guardato il registro dei debitori di recente",
                "nobody looked at the register of debtors lately",
            ),
            reference,
            to_do=Bilingual(
                "guarda se l’impresa deve restituire qualcosa e registralo",
                "look whether it owes anything, and record it",
            ),
            to_confirm=True,
        )
    owing = [one for one in facts.recoveries if one.owed > 0]
    if not owing:
        return Check(
            RECOVERIES,
            YES,
            Bilingual("nessun recupero aperto", "no recovery is open"),
            reference,
            condition=_set_off_already(facts.set_off),
            kept=facts.set_off,
        )
    # The institutes come first, then the collector: what they get cannot be an offset.
    room = max(facts.to_pay - papers.durc(facts).kept - taxes.collector_kept(facts), ZERO)
    owed = sum((one.owed for one in owing), ZERO)
    if any(one.offset is None for one in owing):
        proposed = min(sum((one.owed for one in owing if not one.elsewhere), ZERO), room)
        reason = Bilingual(
            f"l’impresa deve restituire {format_euro(owed)}", f"the enterprise owes {format_euro(owed, 'en')} back"
        )
        to_do = Bilingual(
            f"decidi la compensazione: se ne possono trattenere {format_euro(proposed)}",
            f"decide on the offset: {format_euro(proposed, 'en')} of it can be kept",
        )
        if any(one.to_ask for one in owing):
            numbers = ", ".join(one.number for one in owing if one.to_ask)
            to_do = Bilingual(
                f"prima chiedi la restituzione ({numbers}), poi decidi la compensazione",
                f"first ask for it back ({numbers}), then decide on the offset",
            )
        if all(one.elsewhere for one in owing):
            reason = Bilingual(f"{reason.it} a un altro ente", f"{reason.en} to another body")
            to_do = Bilingual(
                "non si compensa (i debiti sono tra enti diversi): decidi se pagare lo stesso, con 0,00 € trattenuti",
                "it cannot be set off (the debts are of different bodies): decide whether to pay all the same, with nothing kept",
            )
        return Check(
            RECOVERIES,
            NO,
            reason,
            reference,
            to_do=to_do,
        )
    kept = max(min(sum((one.offset or ZERO for one in owing), ZERO), room), facts.set_off)
    could = min(sum((one.owed if one.keepable is None else one.keepable for one in owing), ZERO), room)
    if kept < could and not all(one.agreed for one in owing):
        return Check(
            RECOVERIES,
            NO,
            Bilingual(
                f"si trattengono {format_euro(kept)}, e se ne potrebbero trattenere {format_euro(could)}",
                f"{format_euro(kept, 'en')} is kept, and {format_euro(could, 'en')} could be",
            ),
            reference,
            to_do=Bilingual(
                "un’altra persona confermi, con il motivo, che si trattiene di meno",
                "another person must confirm, with the reason, that less is kept",
            ),
        )
    return Check(
        RECOVERIES,
        YES,
        Bilingual(
            f"si trattengono {format_euro(kept)} in compensazione", f"{format_euro(kept, 'en')} is kept as an offset"
        ),
        reference,
        kept=kept,
    )


def _set_off_already(amount: Decimal) -> Bilingual:
    """What an earlier try of this payment wrote on recoveries is not paid to the enterprise."""
    if not amount:
        return Bilingual("", "")
    return Bilingual(
        f"{format_euro(amount)} sono già compensati con questo pagamento",
        f"{format_euro(amount, 'en')} was set off against this payment already",
    )


_ALL: tuple[Callable[[Facts], Check], ...] = (
    _award, _codes, papers.durc, papers.deggendorf, papers.antimafia, papers.guarantee, _account, _recoveries, taxes.tax_debts,
)  # fmt: skip
