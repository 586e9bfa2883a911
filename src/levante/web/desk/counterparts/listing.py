"""The lists of buyers, investors and institutions: filtered, their columns chosen, the same rows as a file."""

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, gettext_lazy

from levante.directory.api import by_qualification, with_qualification
from levante.kernel.api import today
from levante.parties.api import Buyer, Institution, forgiving
from levante.web.access import for_desk, may_open
from levante.web.components import choices
from levante.web.components.listing import Column, Listing
from levante.web.desk.counterparts.kinds import KINDS, READERS, Kind
from levante.web.templatetags.levante import in_language

PER_PAGE = 50


class CounterpartFilters(forms.Form):
    """Which of them: those that a kind has no field for are not asked."""

    q = forms.CharField(
        label=gettext_lazy("Name"), required=False, max_length=100, widget=forms.TextInput({"type": "search"})
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    country = forms.ChoiceField(label=gettext_lazy("Country"), required=False)
    sector = forms.ChoiceField(label=gettext_lazy("Sector"), required=False)
    qualified = forms.ChoiceField(label=gettext_lazy("Qualification"), required=False)

    def __init__(self, *args: Any, of: type[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["kind"].choices = [("", gettext("All kinds")), *of.KINDS]
        fields["country"].choices = choices.countries(empty=gettext("All"))
        fields["sector"].choices = choices.sectors(empty=gettext("All sectors"))
        fields["qualified"].choices = [
            ("", gettext("All")), ("yes", gettext("Qualified")), ("no", gettext("Not qualified")),
        ]  # fmt: skip
        if of is not Buyer:
            del fields["qualified"]
        if of is Institution:
            del fields["sector"]

    def chosen(self) -> dict[str, str]:
        """The values that are valid; the others count as not given."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "").strip() for name in self.fields}


@for_desk(*READERS)
def many(request: HttpRequest, kind: str) -> HttpResponse:
    one = KINDS[kind]
    filters = CounterpartFilters(request.GET, of=one.model)
    rows = _chosen(one.model.objects.visible_to(request.actor), filters.chosen())  # type: ignore[attr-defined]
    rows = rows.select_related("country").order_by("search_name", "id")
    listing = Listing(request, one.listing, str(one.many), _columns(one))
    if listing.wants_file:
        return listing.file(rows.iterator(chunk_size=1000))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    names = dict(choices.sectors()) if "sector" in filters.fields else {}
    context = {
        "kind": one, "kinds": KINDS.values(), "page": page, "filters": filters, "listing": listing,
        "filtered": any(filters.chosen().values()), "rows": [_shown(row, names) for row in page],
        "sectors": "sector" in filters.fields, "buys": one.model is Buyer,
        "may_keep": may_open(request.actor, f"{one.page}_new"),  # type: ignore[attr-defined]
    }  # fmt: skip
    return render(request, "desk/counterparts/list.html", context)


def _shown(row: Any, names: dict[str, str]) -> dict[str, Any]:
    sectors = [names.get(code, code) for code in getattr(row, "sectors", [])]
    return {"row": row, "sectors": sectors, "languages": getattr(row, "languages", []), "until": _until(row)}


def _chosen(rows: Any, chosen: dict[str, str]) -> "QuerySet[Any]":
    if rows.model is Buyer:
        rows = with_qualification(rows, on=today())
    for name, field in (("kind", "kind"), ("country", "country")):
        if chosen[name]:
            rows = rows.filter(**{field: chosen[name]})
    if chosen.get("sector"):
        rows = rows.filter(sectors__contains=[chosen["sector"]])
    if chosen.get("qualified"):
        rows = by_qualification(rows, on=today(), qualified=chosen["qualified"] == "yes")
    found: QuerySet[Any] = forgiving(lambda loose: rows.search(chosen["q"], loose=loose)) if chosen["q"] else rows
    return found


def _until(row: Any) -> Any:
    """The last day on which a buyer is qualified, where it is today."""
    until = getattr(row, "qualified_until", None)
    return until if until is not None and until >= today() else None


def _columns(kind: Kind) -> tuple[Column, ...]:
    found = [
        Column("name", gettext("Name"), lambda row: row.name, fixed=True),
        Column("kind", gettext("Kind"), lambda row: row.get_kind_display()),
        Column("country", gettext("Country"), lambda row: in_language(row.country, "name")),
    ]
    if kind.model is not Institution:
        names = dict(choices.sectors())
        found.append(
            Column("sectors", gettext("Sectors"), lambda row: ", ".join(names.get(code, code) for code in row.sectors))
        )
    if kind.model is Buyer:
        found += [
            Column("languages", gettext("Languages"), lambda row: ", ".join(row.languages)),
            Column("until", gettext("Qualified until"), _until),
        ]
    if kind.model is not Institution:
        found.append(Column("looking", gettext("What it looks for"), lambda row: row.looking_for, shown=False))
    return tuple(found)
