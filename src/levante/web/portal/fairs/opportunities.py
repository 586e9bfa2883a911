"""Fairs and missions among what the enterprise could get."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from levante.calls.api import Check, Requirement
from levante.initiatives.api import open_to_interest
from levante.kernel.pure import Bilingual
from levante.web.portal.opportunities.sources import Opportunity


def find(enterprise: Any, *, instant: datetime) -> list[Opportunity]:
    """The initiatives that take interest now, judged on the sectors of the enterprise's file. Two queries."""
    return [
        Opportunity(
            group="fair",
            action=Bilingual("Esprimi interesse", "Express interest"),
            kind=Bilingual("Fiera o missione", "Fair or mission"),
            title=Bilingual(row.title_it, row.title_en),
            url=reverse("portal:fair", args=[row.code]),
            check=Check((_sector(row, set(enterprise.sectors)),)),
            phase=Bilingual("raccolta di adesioni aperta", "call for interest open"),
            is_open=True,
            until=row.closes_at,
            is_demo=row.demonstration,
            start_url=reverse("portal:fair", args=[row.code]),
        )
        for row in open_to_interest(instant=instant)[:40]
    ]


def _sector(row: Any, mine: set[str]) -> Requirement:
    """Sector fit: unknown when the file has no sector, since the office can add it."""
    wanted = {sector.code: sector for sector in row.sectors.all()}
    names_it = ", ".join(sector.name_it for sector in wanted.values())
    names_en = ", ".join(sector.name_en for sector in wanted.values())
    outcome = "yes" if not wanted or mine & set(wanted) else "no" if mine else "unknown"
    reasons = {
        "yes": Bilingual(
            "Il settore dell’impresa è tra quelli dell’iniziativa.",
            "The enterprise’s sector is among the initiative’s.",
        ),
        "no": Bilingual(f"L’iniziativa è per: {names_it}.", f"The initiative is for: {names_en}."),
        "unknown": Bilingual(
            f"L’iniziativa è per: {names_it}. La tua scheda non indica un settore.",
            f"The initiative is for: {names_en}. Your file names no sector.",
        ),
    }
    return Requirement(
        code="sector",
        outcome=outcome,
        text=Bilingual("Settore", "Sector"),
        reason=reasons[outcome],
        question=None,
        reference="",
        known_from="file" if outcome != "unknown" else "",
    )
