"""A place that cannot go on by itself: why, and who is told."""

from zlib import crc32

from levante.kernel.api import Actor, today
from levante.kernel.pure import Bilingual
from levante.participations import states
from levante.participations.models import Participation
from levante.participations.telling import tell_office


def wait_for_office(actor: Actor, row: Participation, reason: Bilingual) -> None:
    """A turn or a registration that cannot go on by itself: its reason is kept and the office told, once for each reason (of a
    registration, which may be asked again, once a day)."""
    row.problem_it, row.problem_en = reason.it, reason.en
    row.save(update_fields=["problem_it", "problem_en"])
    since = f"{today():%Y%m%d}" if row.state == states.REGISTERING else "turn"
    tell_office(
        actor, row.selection, f"problem-{row.pk}-{since}-{crc32(reason.it.encode()):08x}",
        Bilingual("Un posto aspetta l’ufficio", "A place waits for the office"),
        Bilingual(f"{row.enterprise.name}: {reason.it}", f"{row.enterprise.name}: {reason.en}"),
    )  # fmt: skip


def clear_problem(row: Participation) -> None:
    """Nothing waits for the office any more; saved."""
    if row.problem_it:
        row.problem_it = row.problem_en = ""
        row.save(update_fields=["problem_it", "problem_en"])
