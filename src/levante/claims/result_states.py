"""The life of a report of the results reached, in words."""

from levante.kernel.pure import Bilingual

PLANNED, OPEN, SENT, CHECKED, DROPPED = "planned", "open", "sent", "checked", "dropped"
STATES = {
    PLANNED: Bilingual("non ancora dovuti", "not yet due"),
    OPEN: Bilingual("da dire", "to be told"),
    SENT: Bilingual("da verificare", "to be checked"),
    CHECKED: Bilingual("verificati", "checked"),
    DROPPED: Bilingual("non più attesi", "no longer expected"),
}
#: Those of a project that goes on.
STANDING = (PLANNED, OPEN, SENT, CHECKED)
#: Those that were told.
TOLD = (SENT, CHECKED)


def choices(labels: dict[str, Bilingual]) -> list[tuple[str, str]]:
    return [(code, label.en) for code, label in labels.items()]
