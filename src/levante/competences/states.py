"""What an offer of help may be, as people read it."""

from levante.kernel.pure import Bilingual

DRAFT, PUBLISHED, WITHDRAWN = "draft", "published", "withdrawn"
STATES: dict[str, Bilingual] = {
    DRAFT: Bilingual("bozza", "draft"),
    PUBLISHED: Bilingual("pubblicata", "published"),
    WITHDRAWN: Bilingual("ritirata", "withdrawn"),
}
TONES = {DRAFT: "draft", PUBLISHED: "done", WITHDRAWN: "neutral"}

TRAINING, MANAGER, GUIDANCE = "training", "manager", "guidance"
KINDS: dict[str, Bilingual] = {
    TRAINING: Bilingual("Formazione", "Training"),
    MANAGER: Bilingual("Temporary export manager", "Temporary export manager"),
    GUIDANCE: Bilingual("Accompagnamento", "Guidance"),
}

#: The sizes an offer may be for; the large ones are outside the programme.
SIZES: dict[str, Bilingual] = {
    "micro": Bilingual("micro", "micro"),
    "small": Bilingual("piccole", "small"),
    "medium": Bilingual("medie", "medium"),
}


def choices(table: dict[str, Bilingual]) -> list[tuple[str, str]]:
    return [(code, label.en) for code, label in table.items()]
