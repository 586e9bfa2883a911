"""The files of enterprises at the desk: list, file, duplicates, changes."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext

from levante.identity.api import roles
from levante.kernel.api import Refused, today
from levante.parties.api import (
    KEEPERS,
    MERGE_CHOICES,
    MERGERS,
    SEES_PEOPLE,
    Correction,
    Enterprise,
    Mandate,
    create_enterprise,
    filtered,
    merge_enterprises,
    merge_preview,
    move_legal_seat,
    possible_duplicates,
    record_account,
    size_of,
    ties_of,
    undertaking_of,
    update_enterprise,
    window,
    with_names,
    with_place,
)
from levante.web.access import for_desk, may_open
from levante.web.components.forms import done, say
from levante.web.components.listing import Column, Listing
from levante.web.desk.enterprises.differences import differences_of
from levante.web.desk.enterprises.forms import (
    AccountForm,
    FactsForm,
    FilterForm,
    MergeSearchForm,
    NewEnterpriseForm,
    sector_choices,
)
from levante.web.desk.enterprises.present import facts_of, field_label, holders_of, relation_label, shown, told
from levante.web.desk.enterprises.timeline import whole_timeline

READERS = tuple(role for role in roles.EVERY_ROLE if role != roles.EVALUATOR)


@for_desk(*READERS)
def enterprises(request: HttpRequest) -> HttpResponse:
    """The list: filters, order, columns and views, all in the address; the same rows as a file."""
    form = FilterForm(request.GET or {})
    chosen = form.chosen()
    found = filtered(Enterprise.objects.visible_to(request.actor), chosen)
    sectors = dict(form.fields["sector"].choices)
    listing = Listing(request, "desk:enterprises", gettext("enterprises"), columns(sectors))
    if listing.wants_file:
        rows = with_place(found).order_by("search_name", "id")
        return listing.file(rows.iterator(chunk_size=2000))
    sort = "rank" if chosen.get("q") and "sort" not in request.GET else request.GET.get("sort", "name")
    piece = window(found, sort=sort, after=request.GET.get("after"))
    for row in piece.rows:
        row.sector_names = sector_names(row, sectors)
    return render(
        request,
        "desk/enterprises/list.html",
        {
            "form": form,
            "window": piece,
            "listing": listing,
            "may_create": request.actor.in_section(*KEEPERS),
            "may_import": request.actor.in_section(*MERGERS),
        },
    )


def sector_names(row: Enterprise, sectors: dict[str, Any]) -> str:
    return ", ".join(str(sectors.get(code, code)) for code in row.sectors)


def columns(sectors: dict[str, Any]) -> tuple[Column, ...]:
    return (
        Column("name", gettext("Name"), lambda row: row.name, fixed=True),
        Column("code", gettext("Tax code"), lambda row: row.tax_code),
        Column("vat", gettext("VAT number"), lambda row: row.vat_number, shown=False),
        Column("form", gettext("Legal form"), lambda row: row.legal_form, shown=False),
        Column("place", gettext("Legal seat"), lambda row: row.comune_name),
        Column("province", gettext("Province"), lambda row: row.province, shown=False),
        Column("ateco", "ATECO", lambda row: row.ateco),
        Column("sectors", gettext("Sectors"), lambda row: sector_names(row, sectors)),
        Column("size", gettext("Size"), lambda row: row.get_size_display()),
        Column("status", gettext("Status"), lambda row: row.get_status_display()),
        Column("pec", "PEC", lambda row: row.pec, shown=False),
        Column(
            "demo",
            gettext("Demonstration"),
            lambda row: gettext("demonstration data") if row.is_demo else "",
            shown=False,
        ),
    )


@for_desk(*READERS)
def enterprise(request: HttpRequest, pk: int) -> HttpResponse:
    """The file: facts, seats, accounts, holders, size and single undertaking with their reasons, one timeline."""
    one = get_object_or_404(Enterprise.objects.visible_to(request.actor).select_related("merged_into"), pk=pk)
    ties = ties_of(one)
    network = ties.network
    size = size_of(one, on=today(), ties=ties)
    undertaking = undertaking_of(one, on=today(), ties=ties)
    names = {other.tax_code: other for other in network}
    sees_people = request.actor.in_section(*SEES_PEOPLE)
    holders = holders_of(one, sees_people=sees_people)
    return render(
        request,
        "desk/enterprises/file.html",
        {
            "enterprise": one,
            "facts": facts_of(one, dict(sector_choices())),
            "seats": one.seats.select_related("comune", "province").order_by("until", "kind", "-since", "id"),
            "accounts": one.accounts.order_by("-year"),
            "holders": holders,
            "holdings": one.holdings.select_related("owned").order_by("-capital", "id"),
            "districts": one.district_memberships.select_related("district").order_by("district__code"),
            "chains": one.chain_memberships.select_related("chain").order_by("chain__code"),
            "contacts": one.contacts.filter(until__isnull=True).select_related("person").order_by("id")
            if sees_people
            else [],
            "mandates": Mandate.objects.visible_to(request.actor)
            .filter(enterprise=one)
            .select_related("user")
            .order_by("-requested_at", "-id")[:20],
            "sees_people": sees_people,
            "corrections": one.corrections.filter(state=Correction.PROPOSED).count(),
            "differences": differences_of(one),
            "size": size,
            "size_steps": with_names(size["steps"], network, actor=request.actor),
            "undertaking": [names[code] for code in undertaking["undertaking"] if code in names],
            "decisions": with_names(undertaking["decision_required"], actor=request.actor),
            "undertaking_steps": with_names(undertaking["steps"], network, actor=request.actor),
            "timeline": told(whole_timeline(request.actor, one)),
            "may_edit": request.actor.in_section(*KEEPERS) and one.status != Enterprise.MERGED,
            "may_fill_in": may_open(request.actor, "desk:filling_start") and one.status != Enterprise.MERGED,
            "may_merge": request.actor.in_section(*MERGERS) and one.status != Enterprise.MERGED,
        },
    )


@for_desk(*KEEPERS, section=True)
def create(request: HttpRequest) -> HttpResponse:
    """Open a file, told while typing of those it may be."""
    form = NewEnterpriseForm(request.POST or None, initial={"ateco_edition": "2025"})
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        tax_code, name = values.pop("tax_code"), values.pop("name")
        comune, address = values.pop("comune"), values.pop("address")
        if not values["ateco"]:
            values.pop("ateco_edition")
        try:
            with transaction.atomic():
                made = create_enterprise(actor=request.actor, tax_code=tax_code, name=name, **values)
                if comune is not None:
                    move_legal_seat(actor=request.actor, enterprise=made, comune=comune, address=address)
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("The file is open."))
            return redirect("desk:enterprise", made.pk)
    return render(request, "desk/enterprises/new.html", {"form": form})


@for_desk(*KEEPERS, section=True)
def duplicates(request: HttpRequest) -> HttpResponse:
    """While typing: the files that may be the enterprise being written (HTMX)."""
    given = {name: request.GET.get(name, "")[:300] for name in ("tax_code", "vat_number", "name")}
    comune = ""
    form = NewEnterpriseForm({"comune": request.GET.get("comune", "")})
    form.is_valid()
    if form.cleaned_data.get("comune"):
        comune = form.cleaned_data["comune"].pk
    found = possible_duplicates(**given, comune=comune)
    seen = set(
        Enterprise.objects.visible_to(request.actor)
        .filter(pk__in=[one.pk for one in found])
        .values_list("pk", flat=True)
    )
    return render(request, "desk/enterprises/duplicates.html", {"found": [one for one in found if one.pk in seen]})


@for_desk(*KEEPERS, section=True)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Enterprise.objects.visible_to(request.actor), pk=pk)
    form = FactsForm(request.POST or None, initial=FactsForm.values_of(one))
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        if not values["ateco"]:
            values["ateco_edition"] = ""
        try:
            update_enterprise(actor=request.actor, enterprise=one, changes=values)
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("The file has been updated."))
            return redirect("desk:enterprise", one.pk)
    return render(
        request, "desk/enterprises/form.html", {"form": form, "enterprise": one, "title": gettext("Change the facts")}
    )


@for_desk(*KEEPERS, section=True)
def account(request: HttpRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Enterprise.objects.visible_to(request.actor), pk=pk)
    form = AccountForm(request.POST or None, initial={"year": today().year - 1})
    if done(request, form, record_account, enterprise=one, source="verified"):
        messages.success(request, gettext("The accounts have been recorded and the size derived anew."))
        return redirect("desk:enterprise", one.pk)
    return render(
        request, "desk/enterprises/form.html", {"form": form, "enterprise": one, "title": gettext("Accounts of a year")}
    )


@for_desk(*MERGERS, section=True)
def merge(request: HttpRequest, pk: int, other: int | None = None) -> HttpResponse:
    """Choose the other file, see what a merge does, choose field by field, do it."""
    visible = Enterprise.objects.visible_to(request.actor).current()
    one = get_object_or_404(visible, pk=pk)
    if other is None:
        form = MergeSearchForm(request.GET or None)
        if form.is_valid():
            candidates = list(visible.search(form.cleaned_data["q"]).exclude(pk=pk).order_by("rank", "id")[:10])
        else:
            candidates = (
                [] if request.GET else possible_duplicates(name=one.name, vat_number=one.vat_number, excluding=pk)
            )
        return render(
            request,
            "desk/enterprises/merge_choose.html",
            {"enterprise": one, "form": form, "candidates": candidates, "asked": bool(request.GET)},
        )
    absorbed = get_object_or_404(visible, pk=other)
    if absorbed == one:
        messages.error(request, gettext("They are the same file: choose the other one."))
        return redirect("desk:enterprise_merge", one.pk)
    error = ""
    if request.method == "POST":
        sides = {name: request.POST[f"side-{name}"] for name in MERGE_CHOICES if f"side-{name}" in request.POST}
        try:
            merge_enterprises(
                actor=request.actor,
                survivor=one,
                absorbed=absorbed,
                chosen=sides,
                reason=request.POST.get("reason", ""),
            )
        except Refused as refusal:
            error = refusal.reason.in_language(get_language())
        else:
            messages.success(request, gettext("The two files are one."))
            return redirect("desk:enterprise", one.pk)
    preview = merge_preview(one, absorbed)
    labels: dict[str, Any] = dict(sector_choices())
    for row in preview["fields"]:
        row["label"] = field_label(row["name"])
        row["survivor"], row["absorbed"] = shown(row["survivor"], labels), shown(row["absorbed"], labels)
    for row in preview["rows"]:
        row["label"] = relation_label(row["relation"])
    return render(
        request,
        "desk/enterprises/merge.html",
        {"enterprise": one, "absorbed": absorbed, "preview": preview, "error": error},
        status=403 if error and preview["unknown"] else 200,
    )
