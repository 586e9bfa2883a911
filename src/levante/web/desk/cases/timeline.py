"""Requests in the timeline of an enterprise: opened and closed."""

from django.urls import reverse

from levante.cases.api import Case
from levante.kernel.api import Actor
from levante.kernel.pure import Bilingual
from levante.parties.api import Enterprise, Happening
from levante.web.desk.enterprises.timeline import LIMIT


def happenings(actor: Actor, enterprise: Enterprise) -> list[Happening]:
    found = []
    for row in Case.objects.visible_to(actor).filter(enterprise=enterprise).order_by("-opened_at", "-pk")[:LIMIT]:
        url = reverse("desk:case", args=[row.pk])
        opened = Bilingual(f"Richiesta {row.number}: {row.subject}", f"Request {row.number}: {row.subject}")
        found.append(Happening(row.opened_at, opened, url=url, kind="case"))
        if row.closed_at is not None:
            closed = Bilingual(f"Richiesta {row.number} chiusa", f"Request {row.number} closed")
            found.append(Happening(row.closed_at, closed, url=url, kind="case"))
    return found
