"""Two enterprises that are one and both come to the same agenda."""

from collections.abc import Iterable

from levante.kernel.pure import Bilingual
from levante.meetings.models import Attendee
from levante.parties.api import Enterprise, MergePair


def both_come(*, survivor: Enterprise, absorbed: Enterprise) -> Iterable[MergePair]:
    """The one that left stays with the file that is no more. Both coming, or only the other one: told before. Two queries."""
    own = {row.agenda_id: row for row in Attendee.objects.filter(enterprise=survivor).order_by("pk")}
    rows = Attendee.objects.filter(enterprise=absorbed, agenda_id__in=list(own)).select_related("agenda__initiative")
    for other in rows.order_by("pk"):
        mine, initiative = own[other.agenda_id], other.agenda.initiative
        against = None
        if other.withdrawn_at is None and mine.withdrawn_at is None:
            against = Bilingual(
                f"Tutte e due vengono agli incontri di “{initiative.title_it}”: una delle due si toglie prima di unire le schede.",
                f"Both come to the meetings of “{initiative.title_en}”: one of the two is taken off before the files are merged.",
            )
        elif other.withdrawn_at is None:
            against = Bilingual(
                f"Agli incontri di “{initiative.title_it}” viene {absorbed.name} e non {survivor.name}: "
                "unisci le schede nell’altro verso.",
                f"{absorbed.name} comes to the meetings of “{initiative.title_en}”, {survivor.name} does not: "
                "merge the files the other way.",
            )
        yield MergePair(mine.pk, other.pk, against=against)
