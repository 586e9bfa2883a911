"""The states of revocations, recoveries, instalments and appeals, in words."""

from levante.kernel.pure import Bilingual

# -- a revocation
DRAFTED, NOTICED, HEARD, PROPOSED = "drafted", "noticed", "heard", "proposed"
SENT, RETURNED, EFFECTIVE = "sent_to_act_system", "act_returned", "effective"
ARCHIVED, ANNULLED = "archived", "annulled"
REVOCATIONS = {
    DRAFTED: Bilingual("in preparazione", "being prepared"),
    NOTICED: Bilingual("avvio comunicato: l’impresa può rispondere", "notice given: the enterprise may answer"),
    HEARD: Bilingual("da decidere", "to be decided"),
    PROPOSED: Bilingual("atto in bozza", "act drafted"),
    SENT: Bilingual("atto alla firma", "act being signed"),
    RETURNED: Bilingual("atto tornato, effetto fermo", "act returned, its effect stopped"),
    EFFECTIVE: Bilingual("efficace", "in effect"),
    ARCHIVED: Bilingual("archiviata: nessuna revoca", "closed without revocation"),
    ANNULLED: Bilingual("annullata in autotutela", "annulled in self-protection"),
}
# -- its annulment in self-protection
GIVEN_UP = "given_up"
ANNULMENTS = {
    PROPOSED: Bilingual("atto di annullamento in bozza", "act of annulment drafted"),
    SENT: Bilingual("atto di annullamento alla firma", "act of annulment being signed"),
    RETURNED: Bilingual("atto di annullamento tornato, effetto fermo", "act of annulment returned, its effect stopped"),
    EFFECTIVE: Bilingual("annullamento efficace", "annulment in effect"),
    GIVEN_UP: Bilingual("annullamento lasciato", "annulment given up"),
}
ANNULMENTS_OPEN = (PROPOSED, SENT, RETURNED)
UNLAWFUL, UNTRUE, JUDGMENT = "unlawful", "untrue", "judgment"
BASES = {
    UNLAWFUL: Bilingual("l’atto è illegittimo", "the act is unlawful"),
    UNTRUE: Bilingual(
        "si fondava su fatti falsi, accertati con sentenza definitiva",
        "it stood on false facts, found by a final judgment",
    ),
    JUDGMENT: Bilingual("lo impone la decisione su un ricorso", "the decision on an appeal demands it"),
}
#: The procedure is open: one at a time for each award.
OPEN = (DRAFTED, NOTICED, HEARD, PROPOSED, SENT, RETURNED)
#: The enterprise knows of it.
TOLD = (NOTICED, HEARD, PROPOSED, SENT, RETURNED, EFFECTIVE, ARCHIVED, ANNULLED)
#: The act exists.
ACTED = (RETURNED, EFFECTIVE, ANNULLED)

# -- what the enterprise sends in it
MEMO, EXTENSION, ACCESS, RENUNCIATION = "memo", "extension", "access", "given_up"
PAPERS = {
    MEMO: Bilingual("memoria e documenti", "memorandum and documents"),
    EXTENSION: Bilingual("richiesta di più tempo", "request of more time"),
    ACCESS: Bilingual("richiesta di accesso agli atti", "request of access to the file"),
    RENUNCIATION: Bilingual("rinuncia al contributo", "renunciation of the grant"),
}
#: What the office answers with a yes or a no; the others are statements.
REQUESTS = (EXTENSION, ACCESS)
ASKED, GRANTED, REFUSED = "asked", "granted", "refused"
ANSWERS = {
    ASKED: Bilingual("da decidere", "to be decided"),
    GRANTED: Bilingual("accolta", "granted"),
    REFUSED: Bilingual("non accolta", "not granted"),
}

# -- an appeal against it
PENDING, UPHELD, REJECTED, ENDED = "pending", "upheld", "rejected", "ended"
APPEALS = {
    PENDING: Bilingual("in corso", "pending"),
    UPHELD: Bilingual("accolto", "upheld"),
    REJECTED: Bilingual("respinto", "rejected"),
    ENDED: Bilingual("estinto", "ended without a judgment"),
}
COURTS = {
    "tar": Bilingual("TAR", "administrative court"),
    "council": Bilingual("Consiglio di Stato", "Council of State"),
    "ordinary": Bilingual("giudice ordinario", "ordinary court"),
    "president": Bilingual(
        "ricorso straordinario al Presidente della Repubblica", "extraordinary appeal to the President"
    ),
}

# -- a recovery
TO_ASK, OWED, IN_INSTALMENTS, IN_DEFAULT, COLLECTION = "to_ask", "owed", "in_instalments", "in_default", "collection"
UNCOLLECTABLE, CLOSED, CANCELLED = "uncollectable", "closed", "cancelled"
RECOVERIES = {
    TO_ASK: Bilingual("da chiedere", "to be asked"),
    OWED: Bilingual("chiesto", "asked"),
    IN_INSTALMENTS: Bilingual("a rate", "in instalments"),
    IN_DEFAULT: Bilingual("rate saltate: dovuto tutto insieme", "instalments missed: the whole is due"),
    COLLECTION: Bilingual("alla riscossione coattiva", "in compulsory collection"),
    UNCOLLECTABLE: Bilingual("inesigibile: resta dovuto", "uncollectable: still owed"),
    CLOSED: Bilingual("chiuso: tutto rientrato", "closed: all came back"),
    CANCELLED: Bilingual("annullato", "cancelled"),
}
#: Money is still owed.
OWING = (TO_ASK, OWED, IN_INSTALMENTS, IN_DEFAULT, COLLECTION, UNCOLLECTABLE)
#: It was asked for, and money may come.
PAYABLE = (OWED, IN_INSTALMENTS, IN_DEFAULT, COLLECTION, UNCOLLECTABLE)
#: Missed instalments are told; of what nobody expects any more they are not.
CHASED = (OWED, IN_INSTALMENTS, IN_DEFAULT, COLLECTION)
NOT_DUE, WAIVED = "not_due", "waived"
CANCELLINGS = {
    NOT_DUE: Bilingual("non era dovuto: ciò che è rientrato si rende", "it was never due: what came in is given back"),
    WAIVED: Bilingual("non è più dovuto da oggi: ciò che è rientrato resta", "it is due no longer: what came in stays"),
}

# -- an instalment
DUE, PAID, REPLACED, DROPPED = "due", "paid", "replaced", "dropped"
INSTALMENTS = {
    DUE: Bilingual("da pagare", "due"),
    PAID: Bilingual("pagata", "paid"),
    REPLACED: Bilingual("sostituita", "replaced"),
    DROPPED: Bilingual("non più dovuta", "no longer due"),
}
ORDINARY, LATE = "ordinary", "late"
INSTALMENT_KINDS = {
    ORDINARY: Bilingual("capitale e interessi", "capital and interest"),
    LATE: Bilingual("interessi per il ritardo", "interest for delay"),
}

# -- money that came in
TREASURY, PAGOPA, SET_OFF = "treasury", "pagopa", "set_off"
SOURCES = {
    TREASURY: Bilingual("versamento in tesoreria", "payment to the treasury"),
    PAGOPA: Bilingual("pagoPA", "pagoPA"),
    SET_OFF: Bilingual("compensazione con un altro pagamento", "set-off against another payment"),
}

# -- money that a person says came in
TOLD_WAITING, TOLD_CONFIRMED, TOLD_GIVEN_UP = "waiting", "confirmed", "given_up"
TOLD_STATES = {
    TOLD_WAITING: Bilingual("da confermare", "to be confirmed"),
    TOLD_CONFIRMED: Bilingual("confermato", "confirmed"),
    TOLD_GIVEN_UP: Bilingual("abbandonato", "given up"),
}

# -- what is due for something else than a grant: the quota of an initiative
DUE_OPEN, DUE_PAID, DUE_CANCELLED = "due", "paid", "cancelled"
DUES = {
    DUE_OPEN: Bilingual("da pagare", "due"),
    DUE_PAID: Bilingual("pagata", "paid"),
    DUE_CANCELLED: Bilingual("annullata", "cancelled"),
}

# -- money that we must give back
REFUND_DUE, REFUND_DONE = "to_refund", "refunded"
REFUNDS = {
    REFUND_DUE: Bilingual("da rendere", "to be refunded"),
    REFUND_DONE: Bilingual("resa", "refunded"),
}
EXCESS, UNMATCHED, NOT_OFFSET = "excess", "unmatched", "not_offset"
REFUND_KINDS = {
    EXCESS: Bilingual("pagato più del dovuto", "more was paid than was owed"),
    NOT_DUE: Bilingual("entrata una somma che non era dovuta", "money came in that was not due"),
    UNMATCHED: Bilingual("versamento senza motivo", "money paid for nothing of ours"),
    NOT_OFFSET: Bilingual("trattenuto da un pagamento, e non più dovuto", "kept from a payment, and owed no more"),
}

# -- a sample, and the visits on the spot
FROZEN, DRAWN = "frozen", "drawn"
SAMPLES = {
    FROZEN: Bilingual("elenco fissato, da estrarre", "list fixed, to be drawn"),
    DRAWN: Bilingual("estratto", "drawn"),
}
PLANNED, DONE, SIGNED, CALLED_OFF = "planned", "done", "signed", "called_off"
VISITS = {
    PLANNED: Bilingual("programmata", "planned"),
    DONE: Bilingual("fatta, verbale da firmare", "done, minutes to be signed"),
    SIGNED: Bilingual("verbale firmato", "minutes signed"),
    CALLED_OFF: Bilingual("annullata", "called off"),
}
CONFIRMED, REEVALUATED, NOT_ELIGIBLE = "confirmed", "reevaluated", "not_eligible"
FINDINGS = {
    CONFIRMED: Bilingual("confermato", "confirmed"),
    REEVALUATED: Bilingual("rivalutato", "re-evaluated"),
    NOT_ELIGIBLE: Bilingual("non ammissibile", "not eligible"),
}

# -- a notice of pagoPA
NOTICE_ASKED, NOTICE_OPEN, NOTICE_PAID = "asked", "open", "paid"
NOTICE_REFUSED, NOTICE_CANCELLED = "refused", "cancelled"
NOTICES = {
    NOTICE_ASKED: Bilingual("in preparazione", "being made"),
    NOTICE_OPEN: Bilingual("da pagare", "to be paid"),
    NOTICE_PAID: Bilingual("pagato", "paid"),
    NOTICE_REFUSED: Bilingual("rifiutato da pagoPA", "refused by pagoPA"),
    NOTICE_CANCELLED: Bilingual("annullato", "cancelled"),
}
STANDING_NOTICES = (NOTICE_ASKED, NOTICE_OPEN)


def choices(labels: dict[str, Bilingual]) -> list[tuple[str, str]]:
    return [(code, label.en) for code, label in labels.items()]
