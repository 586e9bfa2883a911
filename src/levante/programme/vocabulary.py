"""The codes of the programme's fields and how people read them. The codes are the keys; labels are for people."""

from dataclasses import dataclass

from levante.kernel.pure import Bilingual

# What an act is.
DGR, DETERMINATION, LAW, DECREE, REGULATION, OTHER_ACT = "dgr", "determination", "law", "decree", "regulation", "other"
ACT_KINDS: dict[str, Bilingual] = {
    DGR: Bilingual("Deliberazione di Giunta regionale", "Resolution of the Regional Government"),
    DETERMINATION: Bilingual("Determinazione dirigenziale", "Director's determination"),
    LAW: Bilingual("Legge", "Law"),
    DECREE: Bilingual("Decreto", "Decree"),
    REGULATION: Bilingual("Regolamento", "Regulation"),
    OTHER_ACT: Bilingual("Altro atto", "Other act"),
}
# As people call them when they name one.
ACT_SHORT: dict[str, Bilingual] = {
    DGR: Bilingual("DGR", "DGR"),
    DETERMINATION: Bilingual("DD", "DD"),
    LAW: Bilingual("Legge", "Law"),
    DECREE: Bilingual("Decreto", "Decree"),
    REGULATION: Bilingual("Regolamento", "Regulation"),
    OTHER_ACT: Bilingual("Atto", "Act"),
}

# How the codes begin of acts that came out of the work and not from the folder.
AT_WORK = "atto/"
# How the code of an act that awards goes on: the number of the award act follows.
AWARDING = "concessione-"

# What an act does to its triennium.
APPROVAL, AMENDMENT, IMPLEMENTING, REFERENCE = "approval", "amendment", "implementing", "reference"
ACT_ROLES: dict[str, Bilingual] = {
    APPROVAL: Bilingual("approva", "approves"),
    AMENDMENT: Bilingual("modifica", "amends"),
    IMPLEMENTING: Bilingual("attua", "implements"),
    REFERENCE: Bilingual("è di riferimento", "is referred to"),
}

# How sure a fact is.
SOURCED, TO_CONFIRM, ASSUMPTION, INVENTED = "sourced", "to_confirm", "assumption", "invented"
CONFIDENCE: dict[str, Bilingual] = {
    SOURCED: Bilingual("Da fonte", "From a source"),
    TO_CONFIRM: Bilingual("Da confermare", "To be confirmed"),
    ASSUMPTION: Bilingual("Assunzione", "Assumption"),
    INVENTED: Bilingual("Inventato per la dimostrazione", "Invented for the demonstration"),
}

STRATEGIC, TRADITIONAL = "strategic", "traditional"
SECTOR_KINDS: dict[str, Bilingual] = {
    STRATEGIC: Bilingual("Area strategica", "Strategic area"),
    TRADITIONAL: Bilingual("Tradizionale e identitario", "Traditional, part of the region's identity"),
}

FUND_KINDS: dict[str, Bilingual] = {
    "erdf": Bilingual("Fondo europeo di sviluppo regionale (FESR)", "European Regional Development Fund (ERDF)"),
    "national_cohesion": Bilingual("Fondo nazionale per lo sviluppo e la coesione", "National cohesion fund"),
    "regional": Bilingual("Bilancio regionale", "Regional budget"),
    "other": Bilingual("Altra fonte", "Other source"),
}

INDICATOR_KINDS: dict[str, Bilingual] = {
    "output": Bilingual("Realizzazione", "Output"),
    "result": Bilingual("Risultato", "Result"),
    "context": Bilingual("Contesto", "Context"),
}
INDICATOR_SCOPES: dict[str, Bilingual] = {
    "common": Bilingual("Comune dell’Unione", "Common to the Union"),
    "operational_programme": Bilingual("Del programma operativo", "Of the operational programme"),
    "programme": Bilingual("Proprio del programma", "Of this programme"),
}

GRANTED, MATCHING, SUPPORTED, NON_FINANCIAL = "granted", "matching", "supported", "non_financial"
#: What the platform counts for an indicator by itself (``claims.counted``); the others have the figures that are told.
INDICATOR_COUNTS: dict[str, Bilingual] = {
    GRANTED: Bilingual("Imprese con un contributo in vigore", "Enterprises with a grant in force"),
    MATCHING: Bilingual(
        "Spesa ammessa meno contributo pagato, dei progetti conclusi",
        "Cost admitted less grant paid, of finished projects",
    ),
    SUPPORTED: Bilingual(
        "Imprese con un contributo in vigore o che partecipano a iniziative",
        "Enterprises with a grant in force, or that take part in initiatives",
    ),
    NON_FINANCIAL: Bilingual("Imprese che partecipano a iniziative", "Enterprises that take part in initiatives"),
}
#: Those that say which kinds of initiative are support.
COUNT_INITIATIVES = (SUPPORTED, NON_FINANCIAL)

FIGURE_KINDS: dict[str, Bilingual] = {
    "baseline": Bilingual("Valore di partenza", "Baseline"),
    "target": Bilingual("Valore obiettivo", "Target"),
    "achieved": Bilingual("Valore raggiunto", "Achieved"),
    "context": Bilingual("Dato di contesto", "Context figure"),
}

TOURISM_TIES: dict[str, Bilingual] = {
    "none": Bilingual("Nessun legame", "No tie"),
    "indirect": Bilingual("Legame indiretto", "Indirect tie"),
    "direct": Bilingual("Legame diretto", "Direct tie"),
}

INITIATIVE_KINDS: dict[str, Bilingual] = {
    "call": Bilingual("Bando o avviso", "Call"),
    "fair": Bilingual("Fiera", "Fair"),
    "mission": Bilingual("Missione all’estero", "Outgoing mission"),
    "incoming": Bilingual("Incontri con operatori esteri", "Incoming buyers"),
    "press": Bilingual("Visita della stampa estera", "Incoming press"),
    "b2b": Bilingual("Incontri B2B", "B2B meetings"),
    "workshop": Bilingual("Workshop", "Workshop"),
    "showroom": Bilingual("Showroom", "Showroom"),
    "retail": Bilingual("Promozione nella grande distribuzione", "Promotion in large retail"),
    "virtual": Bilingual("Iniziativa virtuale o ibrida", "Virtual or hybrid initiative"),
    "campaign": Bilingual("Campagna di comunicazione", "Campaign"),
    "agreement": Bilingual("Accordo", "Agreement"),
    "investor_event": Bilingual("Incontro con investitori", "Investor event"),
    "training": Bilingual("Formazione e competenze", "Training and skills"),
    "service": Bilingual("Servizio", "Service"),
}
INITIATIVE_STATES: dict[str, Bilingual] = {
    "planned": Bilingual("Programmata", "Planned"),
    "under_way": Bilingual("In corso", "Under way"),
    "done": Bilingual("Conclusa", "Done"),
    "dropped": Bilingual("Non realizzata", "Dropped"),
}

# What became of an intervention from one triennium to the next.
CONSOLIDATED, DEVELOPED, NEW, DROPPED = "consolidated", "developed", "new", "dropped"
CONTINUITY: dict[str, Bilingual] = {
    CONSOLIDATED: Bilingual("Consolidato", "Consolidated"),
    DEVELOPED: Bilingual("Sviluppato", "Developed"),
    NEW: Bilingual("Nuovo", "New"),
    DROPPED: Bilingual("Non proseguito", "Not continued"),
}

MEASURE_STATES: dict[str, Bilingual] = {
    "planned": Bilingual("In programma", "Planned"),
    "open": Bilingual("Aperta", "Open"),
    "suspended": Bilingual("Sospesa", "Suspended"),
    "exhausted": Bilingual("Fondi esauriti", "Funds exhausted"),
    "closed": Bilingual("Chiusa", "Closed"),
}

ALLOCATION, REPROGRAMMING, RESERVATION, COMMITMENT = "allocation", "reprogramming", "reservation", "commitment"
RELEASE, LIQUIDAZIONE, PAYMENT, RECOVERY = "release", "liquidazione", "payment", "recovery"
UNDONE, RETURNED = "undone", "returned"
MOVEMENT_KINDS: dict[str, Bilingual] = {
    ALLOCATION: Bilingual("Stanziamento", "Allocation"),
    REPROGRAMMING: Bilingual("Riprogrammazione", "Reprogramming"),
    RESERVATION: Bilingual("Prenotazione", "Reservation"),
    COMMITMENT: Bilingual("Impegno", "Commitment"),
    RELEASE: Bilingual("Economia o disimpegno", "Release"),
    LIQUIDAZIONE: Bilingual("Liquidazione", "Verified as due (liquidazione)"),
    UNDONE: Bilingual("Liquidazione annullata", "No longer verified as due"),
    PAYMENT: Bilingual("Pagamento", "Payment"),
    RETURNED: Bilingual("Pagamento tornato indietro", "Payment that came back"),
    RECOVERY: Bilingual("Recupero", "Recovery"),
}

#: The amounts a line and a subject keep, in the order in which money walks through them.
BALANCES: dict[str, Bilingual] = {
    "allocated": Bilingual("Stanziato", "Allocated"),
    "available": Bilingual("Disponibile", "Available"),
    "reserved": Bilingual("Prenotato", "Reserved"),
    "committed": Bilingual("Impegnato", "Committed"),
    "liquidated": Bilingual("Liquidato", "Verified as due"),
    "paid": Bilingual("Pagato", "Paid"),
    "recovered": Bilingual("Recuperato", "Recovered"),
}


@dataclass(frozen=True, slots=True)
class Choosable:
    """A parameter that a programme may choose: its words, the least and the most it can be, whether it is a list."""

    words: Bilingual
    least: int
    most: int
    many: bool = False


#: What a programme may choose in place of the default of the law's data: no norm gives these.
CONFIRMATION_MONTHS, LINK_DAYS, FOLLOW_UP_MONTHS, FOLLOW_UP_REMIND_DAYS, FOLLOW_UP_CLOSE_DAYS, LETTERS_A_WIN, LETTERS_A_DAY = (
    f"export_win.{name}"
    for name in (
        "confirmation_months", "link_days", "follow_up_months", "follow_up_remind_days", "follow_up_close_days", "letters_a_win",
        "letters_a_day",
    )
)  # fmt: skip
VALUES: dict[str, Choosable] = {
    CONFIRMATION_MONTHS: Choosable(
        Bilingual("Mesi entro cui il cliente conferma un affare", "Months in which the customer confirms a win"), 1, 60
    ),
    LINK_DAYS: Choosable(
        Bilingual("Giorni in cui il collegamento del cliente risponde", "Days in which the customer’s link answers"), 1, 365
    ),
    FOLLOW_UP_MONTHS: Choosable(
        Bilingual("Mesi dopo un’iniziativa in cui si chiede com’è andata", "Months after an initiative at which who came is asked"),
        0, 60, many=True,
    ),
    FOLLOW_UP_REMIND_DAYS: Choosable(
        Bilingual("Giorni senza risposta dopo cui si sollecita", "Days without an answer after which who is asked is reminded"), 1, 365
    ),
    FOLLOW_UP_CLOSE_DAYS: Choosable(
        Bilingual("Giorni per rispondere", "Days in which to answer"), 1, 365
    ),
    LETTERS_A_WIN: Choosable(
        Bilingual("Lettere al cliente di un affare, al più", "Letters to the customer of one win, at most"), 1, 20
    ),
    LETTERS_A_DAY: Choosable(
        Bilingual("Lettere ai clienti di un’impresa in un giorno, al più", "Letters to the customers of one enterprise in a day, at most"),
        1, 1000,
    ),
}  # fmt: skip


def choices(labels: dict[str, Bilingual]) -> list[tuple[str, str]]:
    return [(code, label.en) for code, label in labels.items()]
