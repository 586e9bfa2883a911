"""What an opportunity and an investment may be, as people read it."""

from levante.kernel.pure import Bilingual

DRAFT, PUBLISHED, WITHDRAWN = "draft", "published", "withdrawn"
STATES: dict[str, Bilingual] = {
    DRAFT: Bilingual("bozza", "draft"),
    PUBLISHED: Bilingual("pubblicata", "published"),
    WITHDRAWN: Bilingual("ritirata", "withdrawn"),
}
TONES = {DRAFT: "draft", PUBLISHED: "done", WITHDRAWN: "neutral"}

KINDS: dict[str, Bilingual] = {
    "site": Bilingual("Sito o area", "Site or area"),
    "sector": Bilingual("Settore", "Sector"),
    "project": Bilingual("Progetto", "Project"),
}

MODES: dict[str, Bilingual] = {
    "greenfield": Bilingual("nuovo insediamento", "new plant or office"),
    "brownfield": Bilingual("riuso di un sito esistente", "reuse of an existing site"),
    "partnership": Bilingual("alleanza con imprese locali", "partnership with local firms"),
    "acquisition": Bilingual("acquisizione", "acquisition"),
    "unknown": Bilingual("ancora da decidere", "not decided yet"),
}


def choices(table: dict[str, Bilingual]) -> list[tuple[str, str]]:
    return [(code, label.en) for code, label in table.items()]
