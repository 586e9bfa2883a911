"""Help among what the enterprise could get: advice of the Section, and the check-up."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from levante.calls.api import Check
from levante.kernel.pure import Bilingual
from levante.web.portal.opportunities.sources import Opportunity


def find(enterprise: Any, *, instant: datetime) -> list[Opportunity]:
    """What is always open to every enterprise."""
    kind, phase = Bilingual("aiuto", "help"), Bilingual("sempre aperto", "always open")
    advice = f"{reverse('portal:request_new')}?kind=advice"
    return [
        Opportunity(
            kind=kind,
            title=Bilingual("Consulenza della Sezione per l’export", "Export advice from the Section"),
            url=advice,
            check=Check(()),
            phase=phase,
            is_open=True,
            start_url=advice,
        ),
        Opportunity(
            kind=kind,
            title=Bilingual("Check-up per l’export", "Export check-up"),
            url=reverse("portal:checkup"),
            check=Check(()),
            phase=phase,
            is_open=True,
            start_url=reverse("portal:checkup_take"),
        ),
    ]
