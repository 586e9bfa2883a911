"""States and words of agendas and meetings, as people read them."""

from levante.kernel.pure import Bilingual

PREPARING, ASKING, ARRANGING, PUBLISHED, CLOSED = "preparing", "asking", "arranging", "published", "closed"
AGENDAS: dict[str, Bilingual] = {
    PREPARING: Bilingual("in preparazione", "being prepared"),
    ASKING: Bilingual("richieste aperte", "requests open"),
    ARRANGING: Bilingual("agenda in lavorazione", "agenda being made"),
    PUBLISHED: Bilingual("agenda pubblicata", "agenda published"),
    CLOSED: Bilingual("conclusa", "closed"),
}
AGENDA_TONES = {PREPARING: "draft", ASKING: "active", ARRANGING: "waiting", PUBLISHED: "done", CLOSED: "neutral"}
#: The steps between them: name → (from, to, words).
STEPS: dict[str, tuple[frozenset[str], str, Bilingual]] = {
    "open_requests": (frozenset({PREPARING, ARRANGING}), ASKING, Bilingual("Apri le richieste", "Open requests")),
    "close_requests": (frozenset({ASKING}), ARRANGING, Bilingual("Chiudi le richieste", "Close requests")),
    "publish": (frozenset({ARRANGING}), PUBLISHED, Bilingual("Pubblica l’agenda", "Publish the agenda")),
    "close": (frozenset({PUBLISHED}), CLOSED, Bilingual("Concludi", "Close")),
    "reopen": (frozenset({CLOSED}), PUBLISHED, Bilingual("Riapri l’agenda", "Open the agenda again")),
}

IN_PRESENCE, ONLINE = "presence", "online"
MODES: dict[str, Bilingual] = {
    IN_PRESENCE: Bilingual("in presenza", "in presence"),
    ONLINE: Bilingual("online", "online"),
}

#: Those who sell and those who buy.
SELLER, BUYER = "a", "b"
SIDES: dict[str, Bilingual] = {
    SELLER: Bilingual("impresa pugliese", "enterprise of the region"),
    BUYER: Bilingual("buyer", "buyer"),
}

#: Where time zones are, as the IANA names begin.
CONTINENTS: dict[str, Bilingual] = {
    "Africa": Bilingual("Africa", "Africa"),
    "America": Bilingual("America", "America"),
    "Antarctica": Bilingual("Antartide", "Antarctica"),
    "Arctic": Bilingual("Artico", "Arctic"),
    "Asia": Bilingual("Asia", "Asia"),
    "Atlantic": Bilingual("Atlantico", "Atlantic"),
    "Australia": Bilingual("Australia", "Australia"),
    "Europe": Bilingual("Europa", "Europe"),
    "Indian": Bilingual("Oceano Indiano", "Indian Ocean"),
    "Pacific": Bilingual("Pacifico", "Pacific"),
}

OPEN, ACCEPTED, DECLINED, WITHDRAWN = "open", "accepted", "declined", "withdrawn"
REQUESTS: dict[str, Bilingual] = {
    OPEN: Bilingual("in attesa di risposta", "waiting for an answer"),
    ACCEPTED: Bilingual("accettata", "accepted"),
    DECLINED: Bilingual("declinata", "declined"),
    WITHDRAWN: Bilingual("ritirata", "withdrawn"),
}
REQUEST_TONES = {OPEN: "waiting", ACCEPTED: "done", DECLINED: "refused", WITHDRAWN: "neutral"}
#: How much a meeting is wanted.
PRIORITIES: dict[int, Bilingual] = {
    1: Bilingual("mi interessa", "I would like it"),
    2: Bilingual("mi interessa molto", "I would like it a lot"),
    3: Bilingual("è il motivo per cui vengo", "it is what I come for"),
}

PLANNED, HELD, MISSED, CANCELLED = "planned", "held", "missed", "cancelled"
MEETINGS: dict[str, Bilingual] = {
    PLANNED: Bilingual("fissato", "arranged"),
    HELD: Bilingual("tenuto", "held"),
    MISSED: Bilingual("non tenuto", "not held"),
    CANCELLED: Bilingual("annullato", "cancelled"),
}
#: By whose fault a meeting was not held; ``none``: nobody’s of the two.
MISSED_BY: dict[str, Bilingual] = {
    SELLER: Bilingual("non è venuta l’impresa", "the enterprise did not come"),
    BUYER: Bilingual("non è venuto il buyer", "the buyer did not come"),
    "both": Bilingual("non è venuto nessuno dei due", "neither came"),
    "none": Bilingual("non tenuto per un altro motivo", "not held for another reason"),
}
MEETING_TONES = {PLANNED: "active", HELD: "done", MISSED: "late", CANCELLED: "neutral"}

WAITING, RUNNING, DONE, FAILED, STOPPED = "waiting", "running", "done", "failed", "stopped"
RUNS: dict[str, Bilingual] = {
    WAITING: Bilingual("in coda", "queued"),
    RUNNING: Bilingual("in corso", "running"),
    DONE: Bilingual("pronta", "ready"),
    FAILED: Bilingual("non riuscita", "failed"),
    STOPPED: Bilingual("fermata", "stopped"),
}
#: What the solver is doing, as its library names it.
STAGES: dict[str, Bilingual] = {
    "bound": Bilingual("cerca il limite", "looking for the bound"),
    "slots": Bilingual("mette gli incontri nelle ore", "putting meetings into hours"),
    "search": Bilingual("cerca di meglio", "looking for better"),
    "settle": Bilingual("rifinisce", "finishing"),
    "shelter": Bilingual("ripara gli incontri che contano di più", "sheltering what matters most"),
}
OBJECTIVES: dict[str, Bilingual] = {
    "weighted": Bilingual("più interesse in tutto", "most interest in all"),
    "mutual": Bilingual("prima l’interesse reciproco", "mutual interest first"),
    "fair": Bilingual("il più possibile a ciascuno", "as much as possible to each"),
}

#: What is done to a meeting by hand.
EDITS: dict[str, Bilingual] = {
    "add": Bilingual("aggiunto", "added"),
    "remove": Bilingual("annullato", "cancelled"),
    "move": Bilingual("spostato", "moved"),
    "swap": Bilingual("scambiato di posto con un altro", "changed places with another"),
    "lock": Bilingual("bloccato", "locked"),
    "unlock": Bilingual("sbloccato", "unlocked"),
    "undo": Bilingual("riportato com’era", "put back as it was"),
}

#: What a meeting leads to, as whoever was there says it.
NEXT_STEPS: dict[str, Bilingual] = {
    "none": Bilingual("niente, per ora", "nothing, for now"),
    "info": Bilingual("mandare informazioni", "send information"),
    "samples": Bilingual("mandare campioni", "send samples"),
    "quote": Bilingual("fare un’offerta", "make an offer"),
    "visit": Bilingual("una visita", "a visit"),
    "order": Bilingual("un ordine", "an order"),
}


def choices(table: dict[str, Bilingual]) -> list[tuple[str, str]]:
    return [(code, label.en) for code, label in table.items()]
