"""Fairs and missions among what the enterprise could get."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from levante.calls.api import Check
from levante.initiatives.api import open_to_interest
from levante.kernel.pure import Bilingual
from levante.web.portal.opportunities.reasons import of_sector
from levante.web.portal.opportunities.sources import Headroom, Opportunity


def find(enterprise: Any, *, instant: datetime, headroom: Headroom | None = None) -> list[Opportunity]:
    """The initiatives that take interest now, judged on the sectors of the enterprise's file. Two queries."""
    return [
        Opportunity(
            group="fair",
            action=Bilingual("Esprimi interesse", "Express interest"),
            kind=Bilingual("Fiera o missione", "Fair or mission"),
            title=Bilingual(row.title_it, row.title_en),
            url=reverse("portal:fair", args=[row.code]),
            check=Check((of_sector(row.sectors.all(), enterprise.sectors),)),
            phase=Bilingual("raccolta di adesioni aperta", "call for interest open"),
            is_open=True,
            until=row.closes_at,
            is_demo=row.demonstration,
            start_url=reverse("portal:fair", args=[row.code]),
        )
        for row in open_to_interest(instant=instant)[:40]
    ]
