"""What an agreement and a commitment may be, as people read it."""

from levante.kernel.pure import Bilingual

DRAFT, SIGNED, IN_FORCE, EXPIRED, ENDED = "draft", "signed", "in_force", "expired", "ended"
ABANDONED = "abandoned"
STATES: dict[str, Bilingual] = {
    DRAFT: Bilingual("in preparazione", "in preparation"),
    SIGNED: Bilingual("firmato", "signed"),
    IN_FORCE: Bilingual("in vigore", "in force"),
    EXPIRED: Bilingual("scaduto", "expired"),
    ENDED: Bilingual("concluso prima del termine", "ended early"),
    ABANDONED: Bilingual("abbandonato senza firma", "abandoned before signature"),
}
TONES = {
    DRAFT: "draft",
    SIGNED: "waiting",
    IN_FORCE: "done",
    EXPIRED: "neutral",
    ENDED: "neutral",
    ABANDONED: "refused",
}
#: What the public register shows.
PUBLIC = (SIGNED, IN_FORCE, EXPIRED, ENDED)

KINDS: dict[str, Bilingual] = {
    "protocol": Bilingual("Protocollo d’intesa", "Protocol of understanding"),
    "memorandum": Bilingual("Memorandum d’intesa", "Memorandum of understanding"),
    "convention": Bilingual("Convenzione", "Convention"),
    "trade_agreement": Bilingual("Accordo commerciale", "Trade agreement"),
}
RENEWALS: dict[str, Bilingual] = {
    "none": Bilingual("non si rinnova", "does not renew"),
    "tacit": Bilingual("rinnovo tacito", "tacit renewal"),
    "express": Bilingual("rinnovo con atto espresso", "renewal by an express act"),
    "unknown": Bilingual("da verificare sul testo", "to be checked in the text"),
}
#: L. 131/2003 art. 6: what regions agree with foreign bodies is told to the government first.
CLEARANCES: dict[str, Bilingual] = {
    "not_needed": Bilingual("non necessaria (parti italiane)", "not needed (Italian parties)"),
    "asked": Bilingual("chiesta al Governo", "asked of the government"),
    "given": Bilingual("ottenuta", "given"),
    "unknown": Bilingual("da verificare", "to be checked"),
}

OPEN, MET, MISSED, DROPPED = "open", "met", "missed", "dropped"
COMMITMENT_STATES: dict[str, Bilingual] = {
    OPEN: Bilingual("da attuare", "to be met"),
    MET: Bilingual("attuato", "met"),
    MISSED: Bilingual("non attuato", "not met"),
    DROPPED: Bilingual("superato", "dropped"),
}
COMMITMENT_TONES = {OPEN: "waiting", MET: "done", MISSED: "refused", DROPPED: "neutral"}


def choices(table: dict[str, Bilingual]) -> list[tuple[str, str]]:
    return [(code, label.en) for code, label in table.items()]
