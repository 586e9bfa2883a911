"""Awards in the timeline of an enterprise: those that took effect."""

from datetime import datetime, time

from django.urls import reverse

from levante.grants.api import Award
from levante.kernel.api import ROME, Actor
from levante.kernel.pure import Bilingual, format_euro
from levante.parties.api import Enterprise, Happening
from levante.web.desk.enterprises.timeline import LIMIT


def happenings(actor: Actor, enterprise: Enterprise) -> list[Happening]:
    rows = Award.objects.visible_to(actor).filter(enterprise=enterprise).effective().select_related("act__call", "aid")
    found = []
    for row in rows.order_by("-effective_on", "-id")[:LIMIT]:
        if row.effective_on is None:
            continue
        call = row.act.call
        text = Bilingual(
            f"Concessi {format_euro(row.amount)}: {call.title_it}, atto {row.act}",
            f"{format_euro(row.amount, 'en')} awarded: {call.title_en or call.title_it}, act {row.act}",
        )
        if not row.is_in_force:
            text = Bilingual(f"{text.it} (l’efficacia attende il COR)", f"{text.en} (its effect awaits the COR)")
        at = datetime.combine(row.effective_on, time(0), tzinfo=ROME)
        found.append(Happening(at, text, url=reverse("desk:award", args=[row.act_id]), kind="fact"))
    return found
