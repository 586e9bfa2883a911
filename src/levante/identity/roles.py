"""The roles an office gives. Labels are for people; the codes are the keys."""

from levante.kernel.pure import Bilingual

DIRECTOR = "director"
CASE_OFFICER = "case_officer"
CALL_DESIGNER = "call_designer"
FINANCE = "finance"
COMMUNICATION = "communication"
FRONT_DESK = "front_desk"
SYSTEM = "system"
AGENCY_STAFF = "agency_staff"
EVALUATOR = "evaluator"
AUDITOR = "auditor"

LABELS: dict[str, Bilingual] = {
    DIRECTOR: Bilingual("Dirigente", "Director"),
    CASE_OFFICER: Bilingual("Responsabile del procedimento", "Case officer"),
    CALL_DESIGNER: Bilingual("Progettista di bandi", "Call designer"),
    FINANCE: Bilingual("Ragioneria e pagamenti", "Finance"),
    COMMUNICATION: Bilingual("Comunicazione", "Communication"),
    FRONT_DESK: Bilingual("Sportello", "Front desk"),
    SYSTEM: Bilingual("Amministrazione del sistema", "System administration"),
    AGENCY_STAFF: Bilingual("Personale dell’agenzia", "Agency staff"),
    EVALUATOR: Bilingual("Valutatore", "Evaluator"),
    AUDITOR: Bilingual("Revisore", "Auditor"),
}

#: Roles that see and work on the desk of the Section.
SECTION_ROLES = (DIRECTOR, CASE_OFFICER, CALL_DESIGNER, FINANCE, COMMUNICATION, FRONT_DESK, SYSTEM)
EVERY_ROLE = tuple(LABELS)

#: Which roles are held in which kind of office; in a part, those of the body it is a part of. An agency manages what is its
#: own: it has no desk for everybody, no word for the programme, and nobody who sees or administers the whole.
HELD_IN: dict[str, tuple[str, ...]] = {
    "section": (*SECTION_ROLES, EVALUATOR, AUDITOR),
    "agency": (DIRECTOR, CASE_OFFICER, CALL_DESIGNER, FINANCE, AGENCY_STAFF, EVALUATOR),
}
