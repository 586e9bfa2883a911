"""Training, temporary export managers and guidance among what the enterprise could get."""

from datetime import datetime, time
from typing import Any

from django.urls import reverse

from levante.calls.api import Check, Requirement
from levante.competences.api import EXPORT_CHECK_UP, SupportOffer, band_of, questionnaire_on, states, support_on
from levante.kernel.api import ROME, day_of
from levante.kernel.pure import Bilingual, format_euro
from levante.web.portal.opportunities.reasons import of_activity, of_sector, of_size, reason
from levante.web.portal.opportunities.sources import Headroom, Opportunity, headroom_of, headroom_requirement


def find(enterprise: Any, *, instant: datetime, headroom: Headroom | None = None) -> list[Opportunity]:
    """What can be asked for now, judged on sector, size and readiness; help that is aid in kind on the headroom too."""
    day = day_of(instant)
    rows = list(support_on(day)[:40])
    band = band_of(enterprise.pk) if any(row.bands for row in rows) else ""
    names = _bands(day)
    found = []
    for row in rows:
        checks = check_of(row, enterprise, band, names)
        if row.value is not None:
            headroom = headroom or headroom_of(enterprise, on=day)
            checks += (headroom_requirement(headroom, row.value),)
        address = reverse("portal:support", args=[row.code])
        found.append(
            Opportunity(
                kind=states.KINDS[row.kind],
                title=Bilingual(row.title_it, row.title_en),
                url=address,
                check=Check(checks),
                phase=Bilingual("si può chiedere", "it can be asked for"),
                is_open=True,
                until=datetime.combine(row.until, time.max, tzinfo=ROME) if row.until else None,
                is_demo=row.demonstration,
                start_url=address,
                action=Bilingual("Chiedi", "Ask for it"),
            )
        )
    return found


def check_of(row: SupportOffer, enterprise: Any, band: str, names: dict[str, Bilingual]) -> tuple[Requirement, ...]:
    """The reasons for yes, no and not known. The sectors of the offer are loaded."""
    checks = [of_activity(enterprise)]
    checks += [of_sector(row.sectors.all(), enterprise.sectors)] if row.sectors.all() else []
    checks += [of_size(row.sizes, enterprise.size, states.SIZES)] if row.sizes else []
    checks += [_of_band(row, band, names)] if row.bands else []
    return (*checks, _of_aid(row))


def _of_band(row: SupportOffer, band: str, names: dict[str, Bilingual]) -> Requirement:
    wanted = [names.get(code, Bilingual(code, code)) for code in row.bands]
    listed = Bilingual(", ".join(name.it for name in wanted), ", ".join(name.en for name in wanted))
    outcome = "yes" if band in row.bands else "no" if band else "unknown"
    why = {
        "yes": Bilingual("lo dice il tuo ultimo check-up", "your latest check-up says so"),
        "no": Bilingual(
            f"è per chi, nel check-up, risulta: {listed.it}", f"it is for those whose check-up says: {listed.en}"
        ),
        "unknown": Bilingual(
            f"è per chi, nel check-up, risulta: {listed.it}; non l’hai ancora fatto",
            f"it is for those whose check-up says: {listed.en}; you have not taken it yet",
        ),
    }
    return reason(outcome, "band", Bilingual("Preparazione all’export", "Export readiness"), why[outcome])


def _of_aid(row: SupportOffer) -> Requirement:
    if row.value is None:
        text = Bilingual("Non è un aiuto di Stato", "It is no State aid")
        return reason(
            "yes",
            "aid",
            text,
            Bilingual("è un’informazione o un corso per tutti", "it is information, or a course for all"),
            from_file=False,
        )
    text = Bilingual("È un aiuto in natura", "It is aid in kind")
    why = Bilingual(
        f"vale {format_euro(row.value)} e conta nel massimale de minimis",
        f"it is worth {format_euro(row.value, 'en')} and counts in the de minimis ceiling",
    )
    return reason("yes", "aid", text, why, from_file=False)


def _bands(day: Any) -> dict[str, Bilingual]:
    questionnaire = questionnaire_on(EXPORT_CHECK_UP, on=day)
    return {band.code: band.name for band in questionnaire.bands} if questionnaire is not None else {}
