"""Fairs and missions in the timeline of an enterprise: its interest, and its withdrawal."""

from django.urls import reverse

from levante.initiatives.api import ExpressionOfInterest
from levante.kernel.api import Actor
from levante.kernel.pure import Bilingual
from levante.parties.api import Enterprise, Happening
from levante.web.desk.enterprises.timeline import LIMIT


def happenings(actor: Actor, enterprise: Enterprise) -> list[Happening]:
    rows = ExpressionOfInterest.objects.visible_to(actor).filter(enterprise=enterprise).select_related("initiative")
    found = []
    for row in rows.order_by("-registered_at", "-pk")[:LIMIT]:
        it, en = row.initiative.title_it, row.initiative.title_en or row.initiative.title_it
        url = reverse("desk:initiative", args=[row.initiative.code])
        if row.registered_at is not None:
            text = Bilingual(f"Interesse per “{it}”", f"Interest in “{en}”")
            found.append(Happening(row.registered_at, text, url=url, kind="initiative"))
        if row.withdrawn_at is not None:
            text = Bilingual(f"Interesse ritirato: “{it}”", f"Interest withdrawn: “{en}”")
            found.append(Happening(row.withdrawn_at, text, url=url, kind="initiative"))
    return found
