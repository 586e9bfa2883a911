"""The states of an acceptance and of a variation in words."""

from levante.kernel.pure import Bilingual

WAITING, ACCEPTED, OVER, LAPSED = "waiting", "accepted", "over", "lapsed"
ACCEPTANCE_STATES = {
    WAITING: Bilingual("da accettare", "to be accepted"),
    ACCEPTED: Bilingual("accettata", "accepted"),
    OVER: Bilingual("non accettata in tempo", "not accepted in time"),
    LAPSED: Bilingual("decadenza da disporre", "to be revoked"),
}

DRAFT, SENT, REVIEW = "draft", "sent", "under_review"
APPROVED, PARTLY, REFUSED, WITHDRAWN, DISCARDED = "approved", "partly", "refused", "withdrawn", "discarded"
VARIATION_STATES = {
    DRAFT: Bilingual("in compilazione", "being filled in"),
    SENT: Bilingual("inviata", "sent"),
    REVIEW: Bilingual("in esame", "under review"),
    APPROVED: Bilingual("approvata", "approved"),
    PARTLY: Bilingual("approvata in parte", "approved in part"),
    REFUSED: Bilingual("non approvata", "not approved"),
    WITHDRAWN: Bilingual("ritirata", "withdrawn"),
    DISCARDED: Bilingual("eliminata", "discarded"),
}
#: One at a time: those under way.
UNDER_WAY = (DRAFT, SENT, REVIEW)
#: Those that changed the award.
GRANTED = (APPROVED, PARTLY)
DECIDED = (*GRANTED, REFUSED)
#: Those that never reached the office.
UNSENT = (DRAFT, DISCARDED)

COSTS, DATES, SEAT, OTHER = "costs", "dates", "seat", "other"
KINDS = {
    COSTS: Bilingual("piano dei costi", "costs plan"),
    DATES: Bilingual("proroga, date del progetto", "extension, dates of the project"),
    SEAT: Bilingual("sede", "seat"),
    OTHER: Bilingual("altra variazione", "other variation"),
}

DRAFTED, AT_SIGNATURE, RETURNED, EFFECTIVE, GIVEN_UP = "drafted", "sent", "returned", "effective", "given_up"
REDUCTIONS = {
    DRAFTED: Bilingual("in bozza", "drafted"),
    AT_SIGNATURE: Bilingual("nel sistema degli atti", "in the system of acts"),
    RETURNED: Bilingual("adottata, senza effetto", "adopted, without effect"),
    EFFECTIVE: Bilingual("efficace", "in effect"),
    GIVEN_UP: Bilingual("abbandonata", "given up"),
}

#: Acts of reduction that are being made.
REDUCING = (DRAFTED, AT_SIGNATURE, RETURNED)

#: What each step of an act of reduction is called, on the page of what it stands on.
REDUCTION_EVENTS = {
    "reduce_draft": Bilingual("Atto di riduzione in bozza", "Act of reduction drafted"),
    "reduce_send": Bilingual("Atto di riduzione firmato e inviato", "Act of reduction signed and sent"),
    "reduce_refused": Bilingual(
        "Atto di riduzione rifiutato dal sistema degli atti", "Act of reduction refused by the system of acts"
    ),
    "reduce_give_up": Bilingual("Atto di riduzione abbandonato", "Act of reduction given up"),
    "reduce_effect": Bilingual("La concessione è ridotta", "The award is reduced"),
}

#: What each step of a variation is called on its page.
EVENTS = {
    "send": Bilingual("Richiesta inviata", "Request sent"),
    "take": Bilingual("Presa in carico", "Taken in charge"),
    "approve": Bilingual("Approvata", "Approved"),
    "approve_partly": Bilingual("Approvata in parte", "Approved in part"),
    "refuse": Bilingual("Non approvata", "Not approved"),
    "withdraw": Bilingual("Ritirata dall’impresa", "Withdrawn by the enterprise"),
    "discard": Bilingual("Bozza eliminata", "Draft discarded"),
    "end": Bilingual("Chiusa: la concessione è revocata", "Closed: the award was revoked"),
    "drop": Bilingual("Bozza eliminata: la concessione è revocata", "Draft discarded: the award was revoked"),
    "revive": Bilingual("Di nuovo in esame: revoca annullata", "Under review again: the revocation was annulled"),
    "revive_sent": Bilingual("Di nuovo inviata: revoca annullata", "Sent again: the revocation was annulled"),
    "revive_draft": Bilingual(
        "Di nuovo in compilazione: revoca annullata", "Being filled in again: the revocation was annulled"
    ),
    **REDUCTION_EVENTS,
}


def choices(labels: dict[str, Bilingual]) -> list[tuple[str, str]]:
    return [(code, label.en) for code, label in labels.items()]
