"""Check-ups in the timeline of an enterprise: when they were taken, and what they gave."""

from levante.competences.api import assessments_of
from levante.kernel.api import Actor
from levante.kernel.pure import Bilingual
from levante.parties.api import Enterprise, Happening
from levante.web.desk.enterprises.timeline import LIMIT


def happenings(actor: Actor, enterprise: Enterprise) -> list[Happening]:
    found = []
    for row in assessments_of(actor).filter(enterprise=enterprise)[:LIMIT]:
        told = Bilingual(
            f"Check-up per l’export fatto: {row.points} punti su {row.most}",
            f"Export check-up taken: {row.points} points of {row.most}",
        )
        found.append(Happening(row.taken_at, told, kind="checkup", user_id=row.taken_by_id))
    return found
