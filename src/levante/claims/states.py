"""The states of a claim in words."""

from levante.claims.carrying_states import REDUCTION_EVENTS
from levante.kernel.pure import Bilingual

DRAFT, SENT, REVIEW, INTEGRATION = "draft", "sent", "under_review", "integration"
ASSESSED, REFUSED, DISCARDED = "assessed", "refused", "discarded"
LIQUIDATED, PAID = "liquidated", "paid"

STATES = {
    DRAFT: Bilingual("in compilazione", "being filled in"),
    SENT: Bilingual("inviata", "sent"),
    REVIEW: Bilingual("in verifica", "under review"),
    INTEGRATION: Bilingual("attende documenti", "documents asked"),
    ASSESSED: Bilingual("verificata", "assessed"),
    LIQUIDATED: Bilingual("liquidata", "verified as due"),
    PAID: Bilingual("pagata", "paid"),
    REFUSED: Bilingual("non accolta", "not granted"),
    DISCARDED: Bilingual("eliminata", "discarded"),
}

#: States in which a claim is the office's to read.
OPEN = (SENT, REVIEW, INTEGRATION)
#: Those of a claim that gives something, and therefore has an amount due.
WITH_DUE = (ASSESSED, LIQUIDATED, PAID)
#: Of them, those that change no more: an act verified them as due.
FIXED = (LIQUIDATED, PAID)
#: A claim that counts against those after it: what it takes of the grant is taken.
STANDING = (DRAFT, *OPEN, *WITH_DUE)
#: Those that came to nothing.
CLOSED = (REFUSED, DISCARDED)

#: What is said of each thing of a claim that is looked at.
COMPLETE, TO_INTEGRATE, INCOMPLETE = "complete", "integrate", "incomplete"
OUTCOMES = {
    COMPLETE: Bilingual("completo", "complete"),
    TO_INTEGRATE: Bilingual("da integrare", "to be integrated"),
    INCOMPLETE: Bilingual("incompleto", "incomplete"),
}

#: Payments after which nothing is claimed.
LAST_MODES = ("balance", "single")
MODES = {
    "advance": Bilingual("anticipo", "advance"),
    "sal": Bilingual("stato di avanzamento", "progress payment"),
    "balance": Bilingual("saldo", "balance"),
    "single": Bilingual("unica soluzione", "one payment"),
}

#: What each step is called on the page of a claim.
EVENTS = {
    "send": Bilingual("Domanda di pagamento inviata", "Claim sent"),
    "take": Bilingual("Presa in carico", "Taken in charge"),
    "ask": Bilingual("Chiesti documenti", "Documents asked for"),
    "answer": Bilingual("Risposta inviata", "Answer sent"),
    "expire": Bilingual("Termine per rispondere scaduto", "Term to answer over"),
    "assess": Bilingual("Verifica conclusa", "Review closed"),
    "refuse": Bilingual("Domanda non accolta", "Claim not granted"),
    "reopen": Bilingual("Verifica riaperta", "Review opened again"),
    "wait": Bilingual("Aspetta la domanda precedente", "It waits for the earlier claim"),
    "reckon_again": Bilingual("Importo calcolato di nuovo", "Amount reckoned again"),
    "liquidate": Bilingual("Liquidata con atto", "Verified as due by act"),
    "unliquidate": Bilingual("Liquidazione annullata", "No longer verified as due"),
    "pay": Bilingual("Pagata", "Paid"),
    "unpay": Bilingual("Pagamento tornato indietro", "The payment came back"),
    "discard": Bilingual("Bozza eliminata", "Draft discarded"),
    "drop": Bilingual("Bozza eliminata: concessione revocata", "Draft discarded: the award was revoked"),
    "end": Bilingual("Chiusa: concessione revocata", "Closed: the award was revoked"),
    "revive": Bilingual("Riaperta: revoca annullata", "Open again: the revocation was annulled"),
    "revive_assessed": Bilingual(
        "Di nuovo verificata: revoca annullata", "Assessed again: the revocation was annulled"
    ),
    "keep_award": Bilingual("La concessione resta com’è", "The award stays as it is"),
    **REDUCTION_EVENTS,
}


def choices(labels: dict[str, Bilingual]) -> list[tuple[str, str]]:
    return [(code, label.en) for code, label in labels.items()]
