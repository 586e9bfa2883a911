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
#: The procedure is open: one at a time for each award.
OPEN = (DRAFTED, NOTICED, HEARD, PROPOSED, SENT, RETURNED)
#: The enterprise knows of it.
TOLD = (NOTICED, HEARD, PROPOSED, SENT, RETURNED, EFFECTIVE, ARCHIVED, ANNULLED)
#: The act exists.
ACTED = (RETURNED, EFFECTIVE, ANNULLED)

# -- what the enterprise sends in it
MEMO, EXTENSION, ACCESS = "memo", "extension", "access"
PAPERS = {
    MEMO: Bilingual("memoria e documenti", "memorandum and documents"),
    EXTENSION: Bilingual("richiesta di più tempo", "request of more time"),
    ACCESS: Bilingual("richiesta di accesso agli atti", "request of access to the file"),
}
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
CLOSED, CANCELLED = "closed", "cancelled"
RECOVERIES = {
    TO_ASK: Bilingual("da chiedere", "to be asked"),
    OWED: Bilingual("chiesto", "asked"),
    IN_INSTALMENTS: Bilingual("a rate", "in instalments"),
    IN_DEFAULT: Bilingual("rate saltate: dovuto tutto insieme", "instalments missed: the whole is due"),
    COLLECTION: Bilingual("alla riscossione coattiva", "in compulsory collection"),
    CLOSED: Bilingual("chiuso: tutto rientrato", "closed: all came back"),
    CANCELLED: Bilingual("annullato", "cancelled"),
}
#: Money is still owed.
OWING = (TO_ASK, OWED, IN_INSTALMENTS, IN_DEFAULT, COLLECTION)
#: It was asked for, and money may come.
PAYABLE = (OWED, IN_INSTALMENTS, IN_DEFAULT, COLLECTION)

# -- an instalment
DUE, PAID, REPLACED = "due", "paid", "replaced"
INSTALMENTS = {
    DUE: Bilingual("da pagare", "due"),
    PAID: Bilingual("pagata", "paid"),
    REPLACED: Bilingual("sostituita", "replaced"),
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
