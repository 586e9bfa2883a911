"""Aid in the timeline of an enterprise: granted, annulled, and the mergers and splits it was part of."""

from datetime import date, datetime, time

from django.urls import reverse

from levante.aid.api import AidRecord, UndertakingEvent, may_see_all_aid
from levante.kernel.api import ROME, Actor
from levante.kernel.pure import Bilingual, format_euro
from levante.parties.api import Enterprise, Happening
from levante.web.desk.enterprises.timeline import LIMIT


def happenings(actor: Actor, enterprise: Enterprise) -> list[Happening]:
    """Our own awards are told by the awards."""
    rows = AidRecord.objects.visible_to(actor).filter(tax_code=enterprise.tax_code).exclude(source=AidRecord.OWN)
    found = []
    for row in rows.order_by("-granted_on", "-id")[:LIMIT]:
        url = reverse("desk:aid_line", args=[row.pk])
        what = f": {row.measure_title}" if row.measure_title else ""
        granted = Bilingual(f"Aiuto di {format_euro(row.gge)}{what}", f"Aid of {format_euro(row.gge, 'en')}{what}")
        found.append(Happening(_morning(row.granted_on), granted, row.granting_body, url))
        if row.annulled_on is not None:
            found.append(Happening(_morning(row.annulled_on), Bilingual("Aiuto annullato", "Aid annulled"), "", url))
    if may_see_all_aid(actor):
        for event in UndertakingEvent.objects.filter(involved__contains=[enterprise.tax_code]).order_by("-on")[:LIMIT]:
            text = event.kind_label
            if event.undone_at is not None:
                text = Bilingual(
                    f"{text.it}, registrata per errore e annullata", f"{text.en}, recorded by mistake and undone"
                )
            found.append(Happening(_morning(event.on), text, event.deed, reverse("desk:aid_events")))
    return found


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(0), tzinfo=ROME)
