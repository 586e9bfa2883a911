"""Movements on the desk: the rows behind every figure, the page of a line, the forms that record."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from levante.grants.api import of_conflict
from levante.kernel.api import Actor, Refused
from levante.programme.api import (
    FIGURES,
    BudgetLine,
    Movement,
    availability,
    may_record_movement,
    record_movement,
    reprogramme,
    vocabulary,
)
from levante.web.access import for_desk
from levante.web.components import maps
from levante.web.components.exports import KINDS, table_file
from levante.web.desk.programme import drawings
from levante.web.desk.programme.forms import MoneyForm, MovementFilter, MovementForm, ReprogrammingForm
from levante.web.desk.programme.progress import lines_of_sectors
from levante.web.desk.programme.views import READERS, shown_programme

PAGE = 50


def chosen_movements(request: HttpRequest) -> tuple[MovementFilter, QuerySet[Movement]]:
    """The movements the actor sees that the filters ask for; none when a filter is not understood. By sector or place of the
    subject none is found whose subject is hidden: a filter that finds it would tell."""
    programme = shown_programme()
    form = MovementFilter(request.GET, programme=programme)
    actor: Actor = request.actor  # type: ignore[attr-defined]
    rows = (
        with_hidden(actor, Movement.objects.of(programme).visible_to(actor))
        .select_related("line__direction", "line__action", "line__triennium", "act", "position")
        .order_by("-on", "-pk")
    )
    if not form.is_valid():
        return form, rows.none()
    asked: dict[str, Any] = form.cleaned_data
    for name, path in (
        ("on", "on__lte"),
        ("triennium", "line__triennium"),
        ("direction", "line__direction"),
        ("action", "line__action"),
        ("kind", "kind"),
        ("exercise", "exercise"),
        ("year", "line__year"),
        ("line", "line"),
    ):
        if asked[name]:
            rows = rows.filter(**{path: asked[name]})
    if asked["sector"] and asked["figure"] == "allocated":  # money is given to a line, before there is a subject
        rows = rows.filter(line__in=lines_of_sectors(BudgetLine.objects.of(programme)).get(asked["sector"].pk, ()))
    elif asked["sector"]:
        rows = rows.filter(position__sectors=asked["sector"], hidden=False)
    if asked["comune"] or asked["province"]:
        rows = rows.filter(hidden=False)
    if asked["comune"] == "none":
        rows = rows.filter(Q(position__isnull=True) | Q(position__comune=""))
    elif asked["comune"]:
        rows = rows.filter(position__comune=asked["comune"])
    if asked["province"]:
        rows = rows.filter(position__comune__in=comuni_of_province(asked["province"]))
    if asked["figure"] in FIGURES:
        rows = rows.filter(kind__in=FIGURES[asked["figure"]])
    return form, rows


def comuni_of_province(code: str) -> list[str]:
    """The ISTAT codes of the comuni of a province of the map (``BA``)."""
    return [
        area.code for province in maps.puglia_map({}).provinces if province.code == code for area in province.comuni
    ]


def with_hidden(actor: Actor, rows: "QuerySet[Any]") -> "QuerySet[Any]":
    """With ``hidden``: whose money it is, and why, is not for who declared a conflict of interest about it (art. 6-bis
    L. 241/1990). No query of its own."""
    return rows.annotate(hidden=ExpressionWrapper(of_conflict(actor), BooleanField()))


def with_words(rows: Any) -> list[dict[str, Any]]:
    return [{"row": row, "kind": vocabulary.MOVEMENT_KINDS[row.kind]} for row in rows]


@for_desk(*READERS)
def movements(request: HttpRequest) -> HttpResponse:
    form, rows = chosen_movements(request)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    figure = request.GET.get("figure", "")
    return render(
        request,
        "desk/programme/movements.html",
        {
            "filters": form,
            "page": page,
            "rows": with_words(page.object_list),
            "figure": vocabulary.BALANCES.get(figure) if figure in FIGURES else None,
            "query": request.GET.urlencode(),
        },
    )


@for_desk(*READERS)
def export(request: HttpRequest, kind: str) -> HttpResponse:
    """The same rows as a file: ``csv`` or ``xlsx``."""
    if kind not in KINDS:
        raise Http404(kind)
    _, rows = chosen_movements(request)
    return table_file(kind, gettext("movements"), export_rows(rows))


def export_rows(rows: QuerySet[Movement]) -> Iterator[list[Any]]:
    """Headings and rows; amounts stay numbers, days stay days."""
    language = get_language() or "it"
    yield [
        gettext("Day"), gettext("Movement"), gettext("Amount"), gettext("From what was reserved"), gettext("Triennium"),
        gettext("Line"), gettext("Direction"), gettext("Action"), gettext("Year of the line"), gettext("Exercise"),
        gettext("Chapter"), gettext("Accounting number of the commitment"), gettext("Act"), gettext("Who holds the money"),
        gettext("Comune"), gettext("Reason"), gettext("Demonstration data"),
    ]  # fmt: skip
    for row in rows.iterator(chunk_size=2000):
        line = row.line
        yield [
            row.on,
            vocabulary.MOVEMENT_KINDS[row.kind].in_language(language),
            row.amount,
            row.from_reserved,
            line.triennium.code,
            line.code,
            line.direction.code if line.direction else "",
            line.action.code if line.action else "",
            line.year or "",
            row.exercise,
            row.chapter,
            row.commitment_number,
            row.act.name_en if language.startswith("en") else row.act.name_it,
            whose(row),
            row.position.comune if row.position and not row.hidden else "",
            "" if row.hidden else row.reason,
            gettext("yes") if row.demonstration else "",
        ]


def whose(row: Movement) -> str:
    """Who holds the money of a movement, in words."""
    if row.hidden:  # type: ignore[attr-defined]
        return gettext("you declared a conflict of interest")
    return (row.position.label or row.subject_id) if row.position else ""


def _line(request: HttpRequest, pk: int) -> BudgetLine:
    lines = BudgetLine.objects.visible_to(request.actor)  # type: ignore[attr-defined]
    related = ("triennium", "direction", "action", "fund", "intervention", "initiative", "office", "programme")
    line: BudgetLine = get_object_or_404(lines.select_related(*related), pk=pk)
    return line


@for_desk(*READERS)
def line(request: HttpRequest, pk: int) -> HttpResponse:
    return _show_line(request, _line(request, pk))


def _show_line(
    request: HttpRequest, row: BudgetLine, form: MoneyForm | None = None, reprogramming: MoneyForm | None = None
) -> HttpResponse:
    allowed = may_record_movement(request.actor, row)  # type: ignore[attr-defined]
    balances = availability(row)
    actor: Actor = request.actor  # type: ignore[attr-defined]
    moved = with_hidden(actor, row.movements.select_related("act", "position").order_by("-on", "-pk"))
    page = Paginator(moved, PAGE).get_page(request.GET.get("page"))
    positions = with_hidden(actor, row.positions.exclude(subject_type=""))
    return render(
        request,
        "desk/programme/line.html",
        {
            "line": row,
            "names": vocabulary.BALANCES,
            "balances": [
                {"label": label, "amount": getattr(balances, name)} for name, label in vocabulary.BALANCES.items()
            ],
            "bar": drawings.money_bar(balances),
            "positions": positions.order_by("-committed", "pk")[:PAGE],
            "page": page,
            "rows": with_words(page.object_list),
            "allowed": allowed,
            "form": form or (MovementForm(line=row, subjects=positions.filter(hidden=False)) if allowed else None),
            "reprogramming": reprogramming or (ReprogrammingForm(line=row) if allowed else None),
        },
        status=422 if form is not None or reprogramming is not None else 200,
    )


@for_desk(*READERS)
@require_POST
def record(request: HttpRequest, pk: int) -> HttpResponse:
    row = _line(request, pk)
    subjects = with_hidden(request.actor, row.positions.exclude(subject_type=""))  # type: ignore[attr-defined]
    form = MovementForm(request.POST, line=row, subjects=subjects.filter(hidden=False))
    if form.is_valid():
        asked = form.cleaned_data
        subject = asked["subject"]
        try:
            record_movement(
                actor=request.actor,  # type: ignore[attr-defined]
                line=row,
                kind=asked["kind"],
                amount=asked["amount"],
                act=asked["act"],
                exercise=asked["exercise"],
                on=asked["on"],
                chapter=asked["chapter"],
                commitment_number=asked["commitment_number"],
                subject_type=subject.subject_type if subject else "",
                subject_id=subject.subject_id if subject else "",
                release_of=asked["release_of"],
                reason=asked["reason"],
                idempotency_key=asked["idempotency_key"],
            )
        except Refused as refused:
            return _refused(request, row, form, refused)
        messages.success(request, gettext("The movement is recorded."))
        return redirect("desk:programme_line", pk=pk)
    return _show_line(request, row, form=form)


@for_desk(*READERS)
@require_POST
def reprogram(request: HttpRequest, pk: int) -> HttpResponse:
    row = _line(request, pk)
    form = ReprogrammingForm(request.POST, line=row)
    if form.is_valid():
        asked = form.cleaned_data
        try:
            reprogramme(
                actor=request.actor,  # type: ignore[attr-defined]
                source=row,
                target=asked["target"],
                amount=asked["amount"],
                act=asked["act"],
                exercise=asked["exercise"],
                on=asked["on"],
                reason=asked["reason"],
                idempotency_key=asked["idempotency_key"],
            )
        except Refused as refused:
            return _refused(request, row, form, refused)
        messages.success(request, gettext("The money has moved to the other line."))
        return redirect("desk:programme_line", pk=pk)
    return _show_line(request, row, reprogramming=form)


def _refused(request: HttpRequest, row: BudgetLine, form: MoneyForm, refused: Refused) -> HttpResponse:
    """A refusal that belongs to a field stands beside it; one that does not is a page of its own."""
    if refused.field not in form.fields:
        raise refused
    form.add_error(refused.field, refused.reason.in_language(get_language()))
    if isinstance(form, ReprogrammingForm):
        return _show_line(request, row, reprogramming=form)
    return _show_line(request, row, form=form)
