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
