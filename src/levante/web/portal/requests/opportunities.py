"""Help among what the enterprise could get: the check-up, and the advice of the Section."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from levante.calls.api import Check, Requirement
from levante.kernel.pure import Bilingual
from levante.web.portal.opportunities.reasons import of_activity, reason
from levante.web.portal.opportunities.sources import Headroom, Opportunity


def find(enterprise: Any, *, instant: datetime, headroom: Headroom | None = None) -> list[Opportunity]:
    """What is always open to every enterprise that works; no query."""
    kind, phase = Bilingual("Aiuto", "Help"), Bilingual("sempre aperto", "always open")
    advice = f"{reverse('portal:request_new')}?kind=advice"
    works = of_activity(enterprise)
    return [
        Opportunity(
            kind=kind,
            title=Bilingual("Check-up per l’export", "Export check-up"),
            url=reverse("portal:checkup"),
            check=Check((works, _free("otto domande, tre azioni da fare", "eight questions, three things to do"))),
            phase=phase,
            is_open=True,
            start_url=reverse("portal:checkup_take"),
            action=Bilingual("Comincia", "Begin"),
        ),
        Opportunity(
            kind=kind,
            title=Bilingual("Consulenza della Sezione per l’export", "Export advice from the Section"),
            url=advice,
            check=Check(
                (works, _free("la richiesta ha un numero e un termine", "the request has a number and a term"))
            ),
            phase=phase,
            is_open=True,
            start_url=advice,
            action=Bilingual("Chiedi", "Ask"),
        ),
    ]


def _free(it: str, en: str) -> Requirement:
    text = Bilingual("È gratuito e non è un aiuto di Stato in denaro", "It is free, and no aid in money")
    return reason("yes", "free", text, Bilingual(it, en), from_file=False)
