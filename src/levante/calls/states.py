"""The states of a call and of an opening, in words. What time alone decides is in ``phases``."""

from levante.kernel.pure import Bilingual

CALL_STATES = {
    "draft": Bilingual("in preparazione", "being prepared"),
    "approved": Bilingual("approvato", "approved"),
    "published": Bilingual("pubblicato", "published"),
    "closed_out": Bilingual("concluso", "closed out"),
}

OPENING_STATES = {
    "scheduled": Bilingual("secondo le date", "by its dates"),
    "suspended": Bilingual("sospeso", "suspended"),
    "exhausted": Bilingual("risorse esaurite", "funds exhausted"),
    "closed": Bilingual("chiuso in anticipo", "closed early"),
}

#: What happens to the openings of a published call, and is decided by an act.
BY_ACT = (
    "suspend", "exhaust", "reopen", "close", "seed_written", "opening_added", "opening_changed", "extended", "funded",
)  # fmt: skip

#: What happens to a call and to its openings, as its public history tells it.
EVENTS = {
    "created": Bilingual("Bozza iniziata", "Draft begun"),
    "loaded": Bilingual("Inserito nel portale", "Entered in the portal"),
    "approve": Bilingual("Approvato", "Approved"),
    "take_back": Bilingual("Tornato alla bozza", "Taken back to draft"),
    "publish": Bilingual("Pubblicato", "Published"),
    "close_out": Bilingual("Concluso", "Closed out"),
    "changed": Bilingual("Modificato", "Amended"),
    "form_published": Bilingual("Nuova versione del modulo", "New version of the form"),
    "seed_written": Bilingual("Pubblicato il seme del sorteggio", "Seed of the draw published"),
    "opening_added": Bilingual("Nuova finestra", "New opening"),
    "opening_changed": Bilingual("Finestra modificata", "Opening changed"),
    "extended": Bilingual("Chiusura spostata in avanti", "Closing moved on"),
    "funded": Bilingual("Dotazione aumentata", "More money"),
    "suspend": Bilingual("Sospeso", "Suspended"),
    "exhaust": Bilingual("Risorse esaurite", "Funds exhausted"),
    "reopen": Bilingual("Riaperto", "Reopened"),
    "close": Bilingual("Chiuso in anticipo", "Closed early"),
}
