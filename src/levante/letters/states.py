"""The life of a letter, in the words of the office."""

from levante.kernel.pure import Bilingual

DRAFT, READY, QUEUED, SENT = "draft", "ready", "queued", "sent"
DELIVERED, NOT_DELIVERED, CANCELLED = "delivered", "not_delivered", "cancelled"

STATES = {
    DRAFT: Bilingual("bozza", "draft"),
    READY: Bilingual("pronta", "ready"),
    QUEUED: Bilingual("in invio", "being sent"),
    SENT: Bilingual("inviata", "sent"),
    DELIVERED: Bilingual("consegnata", "delivered"),
    NOT_DELIVERED: Bilingual("non consegnata", "not delivered"),
    CANCELLED: Bilingual("annullata", "cancelled"),
}
#: What left the office, and so is the addressee's to read.
LEFT = frozenset({QUEUED, SENT, DELIVERED, NOT_DELIVERED})
#: What is on its way: nothing for a person to do.
ON_THE_WAY = frozenset({READY, QUEUED, SENT})

PEC, PORTAL = "pec", "portal"
REGISTERED_LETTER, BY_HAND, DOMICILE = "registered_letter", "by_hand", "domicile"

#: By which way a letter goes: the machine's two, then those of a person.
CHANNELS = {
    PEC: Bilingual("PEC", "certified mail (PEC)"),
    PORTAL: Bilingual("portale", "portal"),
    REGISTERED_LETTER: Bilingual("raccomandata con avviso di ricevimento", "registered letter with return receipt"),
    BY_HAND: Bilingual("consegna a mano", "by hand"),
    DOMICILE: Bilingual("notifica al domicilio eletto", "served at the elected domicile"),
}
BY_PEOPLE = (REGISTERED_LETTER, BY_HAND, DOMICILE)

#: Why a letter that is ready cannot leave.
PROBLEMS = {
    "no_mailbox": Bilingual(
        "L’ufficio non ha una casella PEC configurata (LEVANTE_PEC): la lettera aspetta.",
        "The office has no PEC mailbox configured (LEVANTE_PEC): the letter waits.",
    ),
    "protocol_refused": Bilingual("Il protocollo ha rifiutato", "The protocol system refused"),
}

#: Why a letter was not delivered, and what to do about it.
FAILURES = {
    "no_address": Bilingual("l’impresa non ha un indirizzo PEC", "the enterprise has no PEC address"),
    "not_accepted": Bilingual("il gestore non l’ha accettata", "the provider did not accept it"),
    "refused": Bilingual("il gestore ha rifiutato l’indirizzo", "the provider refused the address"),
    "unknown_address": Bilingual("la casella PEC non esiste", "the PEC mailbox does not exist"),
    "unknown_domain": Bilingual("il dominio della PEC non esiste", "the domain of the PEC address does not exist"),
    "virus": Bilingual("il gestore vi ha rilevato un virus", "the provider found a virus in it"),
    "other": Bilingual("il gestore non l’ha consegnata", "the provider did not deliver it"),
    "returned": Bilingual("la raccomandata è tornata", "the registered letter came back"),
}
_OTHER_ADDRESS = Bilingual(
    "cerca l’indirizzo in vigore (INI-PEC, Registro imprese) e rinvia a quello",
    "look for the address in force (INI-PEC, business register) and send to it",
)
_PAPER = Bilingual(
    "se un indirizzo valido non c’è, spedisci una raccomandata e scrivi qui quando è arrivata",
    "if there is no valid address, send a registered letter and write here when it arrived",
)
WHAT_TO_DO = {
    "no_address": (_OTHER_ADDRESS, _PAPER),
    "unknown_address": (_OTHER_ADDRESS, _PAPER),
    "unknown_domain": (_OTHER_ADDRESS, _PAPER),
    "refused": (_OTHER_ADDRESS, _PAPER),
    "not_accepted": (
        Bilingual("leggi il motivo nella ricevuta e rinvia", "read the reason in the receipt and send again"),
        _PAPER,
    ),
    "virus": (
        Bilingual("controlla gli allegati e avvisa l’assistenza", "check the attachments and tell the help desk"),
        _PAPER,
    ),
    "other": (
        Bilingual("rinvia: una casella piena può liberarsi", "send again: a full mailbox may be emptied"),
        _OTHER_ADDRESS,
        _PAPER,
    ),
    "returned": (_OTHER_ADDRESS, _PAPER),
}
