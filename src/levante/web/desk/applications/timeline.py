"""Applications in the timeline of an enterprise: sent, decided, withdrawn."""

from django.urls import reverse

from levante.applications.api import STATES, Application, with_call
from levante.kernel.api import Actor
from levante.kernel.pure import Bilingual
from levante.parties.api import Enterprise, Happening
from levante.web.desk.enterprises.timeline import LIMIT


def happenings(actor: Actor, enterprise: Enterprise) -> list[Happening]:
    rows = with_call(Application.objects.visible_to(actor)).filter(enterprise=enterprise, submitted_at__isnull=False)
    found = []
    for row in rows.order_by("-submitted_at", "-pk")[:LIMIT]:
        call, url = row.opening.call, reverse("desk:application", args=[row.pk])
        titles = (call.title_it, call.title_en or call.title_it)
        assert row.submitted_at is not None
        sent = Bilingual(f"Domanda {row.number} inviata: {titles[0]}", f"Application {row.number} sent: {titles[1]}")
        found.append(Happening(row.submitted_at, sent, url=url, kind="application"))
        if row.decided_at is not None:
            state = STATES[row.state]
            told = Bilingual(f"Domanda {row.number}: {state.it}", f"Application {row.number}: {state.en}")
            found.append(Happening(row.decided_at, told, url=url, kind="application"))
    return found
