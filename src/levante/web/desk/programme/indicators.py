"""The enterprises that an indicator counts, by name: by which grants and which initiatives; the same rows as a file."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language, gettext

from levante.claims.api import Supported, awards_counted, enterprises_counted
from levante.grants.api import Award
from levante.identity.api import roles
from levante.initiatives.api import Initiative
from levante.kernel.api import today
from levante.kernel.pure import Bilingual, reads_english
from levante.parties.api import Enterprise
from levante.programme.api import Indicator, vocabulary
from levante.web.access import for_desk
from levante.web.components.listing import Column, Listing
from levante.web.desk.programme.views import shown_programme

#: Who reads every award of the Section.
READERS = (
    roles.DIRECTOR,
    roles.CASE_OFFICER,
    roles.FINANCE,
    roles.FRONT_DESK,
    roles.AUDITOR,
    roles.SYSTEM,
)
PER_PAGE = 50
_DONE, _PLANNED = Bilingual("realizzato", "achieved"), Bilingual("previsto", "planned")
SIZES = dict(Enterprise.SIZES)


@for_desk(*READERS, section=True)
def enterprises(request: HttpRequest, pk: int) -> HttpResponse:
    """An award that its reader abstains from, having declared a conflict of interest, is counted and not shown."""
    row = get_object_or_404(Indicator.objects.of(shown_programme()).select_related("fund", "action"), pk=pk)
    if not row.counts or row.counts == vocabulary.MATCHING:
        raise Http404("it counts no enterprises")
    found = enterprises_counted([row])[row.pk]
    initiatives = Initiative.objects.in_bulk(sorted({each for one in found.values() for each in one.initiatives}))
    firms = Enterprise.objects.filter(pk__in=found).order_by("search_name", "pk")
    listing = Listing(request, "desk:programme_indicator", row.number, _columns())
    if listing.wants_file:
        return listing.file(_shown(request, row, firms, found, initiatives))
    page = Paginator(firms, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "desk/programme/indicator.html",
        {
            "row": row, "what": vocabulary.INDICATOR_COUNTS[row.counts], "on": today(), "page": page, "listing": listing,
            "rows": _shown(request, row, list(page), found, initiatives), "planned": len(found),
            "achieved": sum(one.achieved for one in found.values()),
            "initiatives": [vocabulary.INITIATIVE_KINDS[kind] for kind in row.initiative_kinds],
        },
    )  # fmt: skip


def _shown(
    request: HttpRequest,
    row: Indicator,
    firms: Iterable[Enterprise],
    found: dict[int, Supported],
    initiatives: dict[int, Initiative],
) -> list[dict[str, Any]]:
    """Each enterprise with what supports it. One query."""
    here = list(firms)
    awards: dict[int, list[Award]] = defaultdict(list)
    if row.counts != vocabulary.NON_FINANCIAL:
        seen = awards_counted(row).filter(enterprise__in=here).visible_to(request.actor)  # type: ignore[attr-defined]
        for award in seen.select_related("act").order_by("effective_on", "pk"):
            awards[award.enterprise_id].append(award)
    return [
        {
            "firm": firm,
            "size": SIZES.get(found[firm.pk].size, ""),
            "awards": awards[firm.pk],
            "initiatives": [initiatives[each] for each in found[firm.pk].initiatives],
            "achieved": found[firm.pk].achieved,
            "word": _DONE if found[firm.pk].achieved else _PLANNED,
        }
        for firm in here
    ]


def _title(one: Initiative) -> str:
    return one.title_en if reads_english(get_language()) and one.title_en else one.title_it


def _columns() -> tuple[Column, ...]:
    language = get_language() or "it"
    return (
        Column("enterprise", gettext("Enterprise"), lambda row: row["firm"].name, fixed=True),
        Column("tax_code", gettext("Tax code"), lambda row: row["firm"].tax_code),
        Column("size", gettext("Size"), lambda row: str(row["size"])),
        Column("grants", gettext("Grants in force"), lambda row: ", ".join(str(one.act) for one in row["awards"])),
        Column("initiatives", gettext("Initiatives"), lambda row: ", ".join(map(_title, row["initiatives"]))),
        Column("state", gettext("State"), lambda row: row["word"].in_language(language)),
    )
