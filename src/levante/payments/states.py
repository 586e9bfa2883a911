"""The states of liquidations, orders and payments, in words."""

from levante.kernel.pure import Bilingual

# -- the act of liquidation
DRAFT, SENT, EFFECTIVE, REFUSED, CANCELLED = "draft_act", "sent_to_act_system", "effective", "refused", "cancelled"
TAKEN_BACK = "taken_back"
ACTS = {
    DRAFT: Bilingual("atto in bozza", "act drafted"),
    SENT: Bilingual("atto alla firma", "act being signed"),
    EFFECTIVE: Bilingual("esecutivo", "executed"),
    REFUSED: Bilingual("atto rifiutato", "act refused"),
    CANCELLED: Bilingual("annullato", "cancelled"),
    TAKEN_BACK: Bilingual("annullato con un altro atto", "taken back by another act"),
}
#: The act that takes it back has the same life, and is not taken back itself.
UNDOINGS = {code: label for code, label in ACTS.items() if code != TAKEN_BACK}
ON_ITS_WAY = (DRAFT, SENT)

# -- a row of it: one claim
IN_ACT, DUE, ORDERED, PAID, STOPPED, DROPPED = "in_act", "due", "ordered", "paid", "stopped", "dropped"
HELD, UNDONE = "held", "undone"
ROWS = {
    IN_ACT: Bilingual("nell’atto", "in the act"),
    DUE: Bilingual("da pagare", "to be paid"),
    HELD: Bilingual("ferma: annullamento in corso", "held: it is being taken back"),
    ORDERED: Bilingual("in un ordine alla banca", "in an order to the bank"),
    PAID: Bilingual("pagata", "paid"),
    STOPPED: Bilingual("fermata", "stopped"),
    DROPPED: Bilingual("tolta", "taken out"),
    UNDONE: Bilingual("liquidazione annullata", "no longer verified as due"),
}
#: A claim in one of these is taken: no other act can have it.
STANDING = (IN_ACT, DUE, HELD, ORDERED, PAID)
#: Its debt is verified: what it is counts in what was withheld before.
VERIFIED = (DUE, HELD, ORDERED, PAID)

# -- the order to the bank
PREPARING, READY, CHECKING, IN_BANK = "preparing", "ready", "checking", "in_bank"
DONE, RECALLED = "done", "recalled"
ORDERS = {
    PREPARING: Bilingual("in preparazione", "being prepared"),
    READY: Bilingual("pronto da inviare", "ready to be sent"),
    CHECKING: Bilingual("si guardano i controlli", "being checked"),
    IN_BANK: Bilingual("in banca", "in the bank"),
    DONE: Bilingual("concluso", "over"),
    CANCELLED: Bilingual("annullato", "cancelled"),
    RECALLED: Bilingual("richiamato, la banca non l’aveva", "called back, the bank did not have it"),
}

# -- a file of the bank that came by hand
FILE_WAITING, FILE_CONFIRMED, FILE_DROPPED = "waiting", "confirmed", "dropped"
FILES = {
    FILE_WAITING: Bilingual("da confermare", "to be confirmed"),
    FILE_CONFIRMED: Bilingual("confermato", "confirmed"),
    FILE_DROPPED: Bilingual("scartato", "dropped"),
}

# -- a row that an order in preparation was asked to pay
WAITS, TAKEN, LEFT_OUT = "waiting", "in_the_order", "left_out"
WISHES = {
    WAITS: Bilingual("da guardare", "to be looked at"),
    TAKEN: Bilingual("nell’ordine", "in the order"),
    LEFT_OUT: Bilingual("lasciata fuori", "left out"),
}

# -- a payment in it
ISSUED, ACCEPTED, EXECUTED, REJECTED, RETURNED, WITHDRAWN = (
    "ordered",
    "accepted",
    "executed",
    "rejected",
    "returned",
    "withdrawn",
)
PAYMENTS = {
    ISSUED: Bilingual("ordinato", "ordered"),
    ACCEPTED: Bilingual("preso in carico dalla banca", "accepted by the bank"),
    EXECUTED: Bilingual("eseguito", "executed"),
    REJECTED: Bilingual("respinto", "rejected"),
    RETURNED: Bilingual("tornato indietro", "returned"),
    WITHDRAWN: Bilingual("ritirato", "withdrawn"),
}
#: The money is going, or went: the same row is in no other.
LIVE = (ISSUED, ACCEPTED, EXECUTED)
GOING = (ISSUED, ACCEPTED)
FAILED = (REJECTED, RETURNED)

# -- what of it goes to an institute, or to the collection agency, in the enterprise's stead
INSTITUTES = {
    "inps": Bilingual("INPS", "INPS"),
    "inail": Bilingual("INAIL", "INAIL"),
    "building_funds": Bilingual("Casse edili", "building workers’ funds"),
}
COLLECTOR = "collector"
PAYEES = INSTITUTES | {COLLECTOR: Bilingual("Agenzia delle entrate-Riscossione", "collection agency")}
SENT_INSTEAD, CAME_BACK = "paid", "came_back"
INSTEAD = {
    SENT_INSTEAD: Bilingual("versato", "paid"),
    CAME_BACK: Bilingual("tornato indietro", "came back"),
}

# -- papers about an enterprise
DURC, DEGGENDORF, ANTIMAFIA, GUARANTEE, TAX_DEBTS = "durc", "deggendorf", "antimafia", "guarantee", "tax_debts"
RECOVERIES = "recoveries"
PAPERS = {
    DURC: Bilingual("DURC", "DURC"),
    DEGGENDORF: Bilingual("visura Deggendorf", "Deggendorf visura"),
    ANTIMAFIA: Bilingual("informazione antimafia", "anti-mafia information"),
    GUARANTEE: Bilingual("fideiussione", "guarantee"),
    TAX_DEBTS: Bilingual("verifica art. 48-bis", "check of art. 48-bis"),
    RECOVERIES: Bilingual("verifica dei recuperi aperti", "check of open recoveries"),
}

# -- what followed an answer "in default"
ORDER_SERVED, RELEASED = "order", "released"
DEFAULTS = {
    ORDER_SERVED: Bilingual("ordine di versamento", "order to pay the collector"),
    RELEASED: Bilingual("si paga: nessun ordine nei giorni", "to be paid: no order within the days"),
}
STANDS, ENDED = "standing", "ended"
DEFAULT_STATES = {
    STANDS: Bilingual("in vigore", "standing"),
    ENDED: Bilingual("non vale più", "over"),
}

# -- what a paper says
CLEAR, NOT_CLEAR, WAITING = "clear", "not_clear", "waiting"
OUTCOMES = {
    CLEAR: Bilingual("niente da segnalare", "nothing to tell"),
    NOT_CLEAR: Bilingual("negativo", "negative"),
    WAITING: Bilingual("in attesa di risposta", "waiting for an answer"),
}


def choices(labels: dict[str, Bilingual]) -> list[tuple[str, str]]:
    return [(code, label.en) for code, label in labels.items()]
