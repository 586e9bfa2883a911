"""The states, kinds and channels of a case, as people read them. The codes are the keys."""

from levante.kernel.pure import Bilingual

RECEIVED, ASSIGNED, REFERRED = "received", "assigned", "referred"
ACCEPTED, REFUSED, ANSWERED, CLOSED, REOPENED = "accepted", "refused", "answered", "closed", "reopened"

STATES: dict[str, Bilingual] = {
    RECEIVED: Bilingual("ricevuta", "received"),
    ASSIGNED: Bilingual("assegnata", "assigned"),
    REFERRED: Bilingual("inviata a un’agenzia", "referred to an agency"),
    ACCEPTED: Bilingual("accettata dall’agenzia", "accepted by the agency"),
    REFUSED: Bilingual("non accettata dall’agenzia", "refused by the agency"),
    ANSWERED: Bilingual("con risposta", "answered"),
    CLOSED: Bilingual("chiusa", "closed"),
    REOPENED: Bilingual("riaperta", "reopened"),
}

#: How a state looks in a list: tones of ``{% status %}``.
TONES = {
    RECEIVED: "attention",
    ASSIGNED: "active",
    REFERRED: "waiting",
    ACCEPTED: "active",
    REFUSED: "refused",
    ANSWERED: "done",
    CLOSED: "neutral",
    REOPENED: "attention",
}

#: The clock of the service level runs in these; an answer or the closing stops it.
RUNNING = (RECEIVED, ASSIGNED, REFERRED, ACCEPTED, REFUSED, REOPENED)
#: Nobody is answerable yet in these.
WITHOUT_OWNER = (RECEIVED,)

QUESTION, ADVICE, FAIR, INVESTMENT, AGREEMENT, AFTERCARE, SUPPLIER, OTHER = (
    "question",
    "advice",
    "fair",
    "investment",
    "agreement",
    "aftercare",
    "supplier",
    "other",
)
KINDS: dict[str, Bilingual] = {
    QUESTION: Bilingual("Informazione", "Information"),
    ADVICE: Bilingual("Consulenza per l’export", "Export advice"),
    FAIR: Bilingual("Fiere e missioni", "Fairs and missions"),
    INVESTMENT: Bilingual("Investire in regione", "Investing in the region"),
    AGREEMENT: Bilingual("Accordi e collaborazioni", "Agreements and cooperation"),
    AFTERCARE: Bilingual("Assistenza a un investitore insediato", "Aftercare of an investor"),
    SUPPLIER: Bilingual("A un’impresa della vetrina", "To an enterprise of the directory"),
    OTHER: Bilingual("Altro", "Other"),
}

CHANNELS: dict[str, Bilingual] = {
    "portal": Bilingual("portale dell’impresa", "enterprise portal"),
    "web": Bilingual("pagina pubblica", "public page"),
    "email": Bilingual("posta elettronica", "e-mail"),
    "pec": Bilingual("PEC", "PEC"),
    "phone": Bilingual("telefono", "telephone"),
    "desk": Bilingual("sportello", "front desk"),
    "event": Bilingual("evento", "event"),
}

REQUESTERS: dict[str, Bilingual] = {
    "person": Bilingual("persona", "person"),
    "enterprise": Bilingual("impresa", "enterprise"),
    "buyer": Bilingual("buyer", "buyer"),
    "investor": Bilingual("investitore", "investor"),
    "external": Bilingual("contatto esterno", "external contact"),
}

PENDING, REFERRAL_ACCEPTED, REFERRAL_REFUSED = "pending", "accepted", "refused"
REFERRAL_STATES: dict[str, Bilingual] = {
    PENDING: Bilingual("in attesa dell’agenzia", "waiting for the agency"),
    REFERRAL_ACCEPTED: Bilingual("accettata", "accepted"),
    REFERRAL_REFUSED: Bilingual("non accettata", "refused"),
}

#: What a message of a case is.
REQUEST, ANSWER, NOTE = "request", "answer", "note"
MESSAGE_KINDS: dict[str, Bilingual] = {
    REQUEST: Bilingual("richiesta", "request"),
    ANSWER: Bilingual("risposta", "answer"),
    NOTE: Bilingual("nota interna", "internal note"),
}


def choices(table: dict[str, Bilingual]) -> list[tuple[str, str]]:
    return [(code, label.en) for code, label in table.items()]
