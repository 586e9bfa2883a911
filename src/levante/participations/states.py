"""States and words of who takes part in an initiative, as people read them."""

from levante.kernel.pure import Bilingual

#: How the places are given.
CHRONOLOGICAL, CRITERIA, RANKING = "chronological", "criteria", "ranking"
METHODS: dict[str, Bilingual] = {
    CHRONOLOGICAL: Bilingual(
        "in ordine di arrivo: conta l’ultima manifestazione presentata",
        "in order of arrival: the last expression counts",
    ),
    CRITERIA: Bilingual(
        "a punti, su quello che già sappiamo dell’impresa", "by points, on what is already known of the enterprise"
    ),
    RANKING: Bilingual(
        "con la graduatoria di un avviso, con modulo e criteri suoi",
        "by the ranking of a call with its form and criteria",
    ),
}

#: What gives points, in the order in which the screens show them.
SECTOR, READINESS, ROTATION, TERRITORY, RELIABILITY = "sector", "readiness", "rotation", "territory", "reliability"
CRITERIA_WORDS: dict[str, Bilingual] = {
    SECTOR: Bilingual("settore dell’iniziativa", "sector of the initiative"),
    READINESS: Bilingual(
        "preparazione all’export (check-up fatto entro la fine della raccolta)",
        "export readiness (check-up taken by the end of the call)",
    ),
    ROTATION: Bilingual("rotazione: chi ha partecipato meno di recente", "rotation: who took part less lately"),
    TERRITORY: Bilingual("equilibrio tra le province", "balance among the provinces"),
    RELIABILITY: Bilingual("presenza quando ammessa", "presence when admitted"),
}

LISTED, REGISTERING, OFFERED, CONFIRMED = "listed", "registering", "offered", "confirmed"
ATTENDED, ABSENT = "attended", "absent"
RENOUNCED, LAPSED, EXCLUDED, CALLED_OFF = "renounced", "lapsed", "excluded", "called_off"
STATES: dict[str, Bilingual] = {
    LISTED: Bilingual("in lista d’attesa", "on the waiting list"),
    REGISTERING: Bilingual("aiuto in registrazione", "aid being registered"),
    OFFERED: Bilingual("posto offerto", "place offered"),
    CONFIRMED: Bilingual("posto confermato", "place confirmed"),
    ATTENDED: Bilingual("ha partecipato", "took part"),
    ABSENT: Bilingual("assente", "did not come"),
    RENOUNCED: Bilingual("ha rinunciato", "gave it up"),
    LAPSED: Bilingual("decaduta: il termine è passato", "lapsed: the term passed"),
    EXCLUDED: Bilingual("non ammessa", "not admitted"),
    CALLED_OFF: Bilingual("iniziativa annullata", "initiative cancelled"),
}
TONES = {
    LISTED: "waiting", REGISTERING: "waiting", OFFERED: "active", CONFIRMED: "done", ATTENDED: "done", ABSENT: "late",
    RENOUNCED: "neutral", LAPSED: "neutral", EXCLUDED: "refused", CALLED_OFF: "neutral",
}  # fmt: skip
#: Who has one of the places.
SEATED = (REGISTERING, OFFERED, CONFIRMED, ATTENDED, ABSENT)
#: Who has left the list, or was never in.
GONE = (RENOUNCED, LAPSED, EXCLUDED, CALLED_OFF)
#: Who may still give up.
STANDING = (LISTED, REGISTERING, OFFERED, CONFIRMED)

#: The value of a place that is aid, decided again.
IN_FORCE, GIVEN_UP = "in_force", "given_up"
#: The de minimis regime of a place: it follows the sector of who has it (Reg. (EU) 2023/2831 art. 1(1)).
REGIMES: dict[str, Bilingual] = {
    "general_de_minimis": Bilingual("de minimis generale", "general de minimis"),
    "agriculture": Bilingual("de minimis agricolo", "agricultural de minimis"),
    "fishery": Bilingual("de minimis della pesca", "fishery de minimis"),
}
#: What a person does in the RNA for a code that was written by hand.
BY_HAND: dict[str, Bilingual] = {
    "cancel": Bilingual("da annullare nel RNA", "to be cancelled in the RNA"),
    "vary": Bilingual("da ridurre nel RNA a", "to be reduced in the RNA to"),
}
#: Said to who is passed over because it owes something, after what that is.
PAY_FIRST = Bilingual(
    "Il turno resta tuo: appena risulta pagato, il primo posto libero è tuo.",
    "You keep your turn: as soon as it is recorded as paid, the first free place is yours.",
)
#: Said where a decision by act has none.
CHOOSE_ACT = Bilingual("Scegli l’atto, o scrivine uno nuovo.", "Choose the act, or write a new one.")
CHANGE_STATES: dict[str, Bilingual] = {
    REGISTERING: Bilingual("in registrazione", "being registered"),
    IN_FORCE: Bilingual("in vigore", "in force"),
    GIVEN_UP: Bilingual("non ha più effetto", "no longer in effect"),
}

#: Parts of the drawing of a stand.
MODULE, SHARED, AISLE = "module", "shared", "aisle"
ELEMENTS: dict[str, Bilingual] = {
    MODULE: Bilingual("modulo", "module"),
    SHARED: Bilingual("area comune", "shared area"),
    AISLE: Bilingual("passaggio", "aisle"),
}

#: What a stand may need: technical needs that the office arranges with the organiser.
NEEDS: dict[str, Bilingual] = {
    "power": Bilingual("corrente oltre i 3 kW", "power above 3 kW"),
    "water": Bilingual("acqua e scarico", "water and drain"),
    "cold": Bilingual("frigorifero", "refrigerator"),
    "display": Bilingual("vetrina", "display case"),
    "screen": Bilingual("schermo", "screen"),
    "storage": Bilingual("ripostiglio", "storage"),
    "heavy": Bilingual("oggetti pesanti o ingombranti", "heavy or bulky objects"),
}

#: What is arranged, by whom.
TASKS: dict[str, Bilingual] = {
    "samples": Bilingual("campioni e spedizioni", "samples and shipping"),
    "travel": Bilingual("viaggi", "travel"),
    "hotel": Bilingual("alberghi e ospitalità", "hotels and hospitality"),
    "visa": Bilingual("visti", "visas"),
    "interpreter": Bilingual("interpreti", "interpreters"),
    "stand": Bilingual("allestimento", "stand building"),
    "catalogue": Bilingual("catalogo e comunicazione", "catalogue and communication"),
    "other": Bilingual("altro", "other"),
}


#: What is arranged with its own record: for whom, when, at which cost.
ARRANGEMENTS: dict[str, Bilingual] = {
    "travel": Bilingual("viaggio", "travel"),
    "hotel": Bilingual("albergo", "hotel"),
    "visa": Bilingual("visto", "visa"),
    "samples": Bilingual("campioni", "samples"),
    "interpreter": Bilingual("interprete", "interpreter"),
}
A_ASKED, A_BOOKED, A_DONE, A_CANCELLED = "asked", "booked", "done", "cancelled"
ARRANGEMENT_STATES: dict[str, Bilingual] = {
    A_ASKED: Bilingual("da organizzare", "to be arranged"),
    A_BOOKED: Bilingual("prenotato", "booked"),
    A_DONE: Bilingual("fatto", "done"),
    A_CANCELLED: Bilingual("annullato", "cancelled"),
}
ARRANGEMENT_TONES = {A_ASKED: "waiting", A_BOOKED: "active", A_DONE: "done", A_CANCELLED: "neutral"}

#: A buyer invited to an initiative, or asking from outside to come.
I_DRAFT, I_ASKED, I_REFUSED = "draft", "asked", "refused"
I_SENT, I_ACCEPTED, I_DECLINED, I_WITHDRAWN = "sent", "accepted", "declined", "withdrawn"
INVITATIONS: dict[str, Bilingual] = {
    I_DRAFT: Bilingual("e-mail da confermare", "e-mail to be confirmed"),
    I_ASKED: Bilingual("chiede di venire: da decidere", "asks to come: to be decided"),
    I_REFUSED: Bilingual("l’ufficio ha detto di no", "the office said no"),
    I_SENT: Bilingual("invitato, in attesa di risposta", "invited, waiting for an answer"),
    I_ACCEPTED: Bilingual("ha accettato", "accepted"),
    I_DECLINED: Bilingual("ha declinato", "declined"),
    I_WITHDRAWN: Bilingual("invito ritirato", "invitation withdrawn"),
}
INVITATION_TONES = {
    I_DRAFT: "draft", I_ASKED: "attention", I_REFUSED: "refused", I_SENT: "waiting", I_ACCEPTED: "done", I_DECLINED: "neutral",
    I_WITHDRAWN: "neutral",
}  # fmt: skip
ORIGINS: dict[str, Bilingual] = {
    "office": Bilingual("invitato dall’ufficio", "invited by the office"),
    "outside": Bilingual("ha chiesto da fuori", "asked from outside"),
}


def choices(table: dict[str, Bilingual]) -> list[tuple[str, str]]:
    return [(code, label.en) for code, label in table.items()]
