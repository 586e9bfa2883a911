"""States and words of export wins and of what is asked after an initiative, as people read them."""

from collections.abc import Mapping

from levante.kernel.pure import Bilingual

TOLD, ASKED, CONFIRMED, DENIED, LAPSED = "told", "asked", "confirmed", "denied", "lapsed"
WITHDRAWN = "withdrawn"
STATES: dict[str, Bilingual] = {
    TOLD: Bilingual("comunicato", "told"),
    ASKED: Bilingual("conferma chiesta al cliente", "customer asked"),
    CONFIRMED: Bilingual("confermato dal cliente", "confirmed by the customer"),
    DENIED: Bilingual("non confermato dal cliente", "not confirmed by the customer"),
    LAPSED: Bilingual("non confermato nel termine", "not confirmed in time"),
    WITHDRAWN: Bilingual("ritirato", "withdrawn"),
}
TONES = {
    TOLD: "draft", ASKED: "waiting", CONFIRMED: "done", DENIED: "refused", LAPSED: "neutral", WITHDRAWN: "neutral"
}  # fmt: skip
#: Those the customer may still confirm.
OPEN = (TOLD, ASKED)
#: Those in no figure: they were not won.
NOT_WON = (DENIED, WITHDRAWN)

KINDS: dict[str, Bilingual] = {
    "export": Bilingual("esportazione", "export"),
    "non_export": Bilingual("vendita non di esportazione", "sale other than an export"),
    "outward": Bilingual("accordo di investimento all’estero", "agreement to invest abroad"),
}
MATTERS: dict[str, Bilingual] = {
    "goods": Bilingual("beni", "goods"),
    "services": Bilingual("servizi", "services"),
    "both": Bilingual("beni e servizi", "goods and services"),
}
#: Would it have happened without help? Sooner or later? As the enterprise says.
YES, NO, UNKNOWN = "yes", "no", "unknown"
ANSWERS: dict[str, Bilingual] = {
    YES: Bilingual("sì", "yes"),
    NO: Bilingual("no", "no"),
    UNKNOWN: Bilingual("non si sa", "not known"),
}
#: The years of the breakdown: the first is the one that begins when it was won.
YEARS = (1, 2, 3, 4, 5)

F_OPEN, F_ANSWERED, F_CLOSED = "open", "answered", "closed"
FOLLOW_UPS: dict[str, Bilingual] = {
    F_OPEN: Bilingual("da rispondere", "to be answered"),
    F_ANSWERED: Bilingual("con risposta", "answered"),
    F_CLOSED: Bilingual("chiuso senza risposta", "closed without an answer"),
}
FOLLOW_UP_TONES = {F_OPEN: "waiting", F_ANSWERED: "done", F_CLOSED: "neutral"}

L_WAITING, L_SENT, L_RETURNED, L_DROPPED = "waiting", "sent", "returned", "dropped"
LETTERS: dict[str, Bilingual] = {
    L_WAITING: Bilingual("in partenza", "about to leave"),
    L_SENT: Bilingual("inviata al cliente", "sent to the customer"),
    L_RETURNED: Bilingual("non recapitata", "not delivered"),
    L_DROPPED: Bilingual("non più inviata", "not sent any more"),
}
LETTER_TONES = {L_WAITING: "waiting", L_SENT: "active", L_RETURNED: "refused", L_DROPPED: "neutral"}


def choices(table: Mapping[str, Bilingual]) -> list[tuple[str, str]]:
    return [(code, words.en) for code, words in table.items()]
