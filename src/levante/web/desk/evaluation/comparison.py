"""How the judges differ: who is strict and who generous, on which files and criteria. Shown, and never corrected."""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from levante.applications.api import (
    Calibration,
    Evaluation,
    Given,
    Score,
    Sheet,
    calibrate,
    conflicts_of,
    divergence_of,
    follows,
    may_chair,
    may_write_sessions,
    seat_of,
)
from levante.kernel.api import Actor
from levante.web.access import for_desk
from levante.web.desk.evaluation.views import READERS, closed_to, evaluation_or_404, frame

#: The house's colours, as a drawing needs them written.
BLUE, RED, QUIET, LINE = "#0B4A7D", "#B83A4B", "#4A5661", "#D5D9DD"
LEFT, WIDTH, ROW = 170, 900, 26


@for_desk(*READERS)
def comparison(request: HttpRequest, evaluation_id: int) -> HttpResponse:
    """The points of all, once one has given one's own: nobody is led by the others while still judging."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = evaluation_or_404(actor, evaluation_id)
    if not _may_compare(actor, found):
        return render(request, "desk/evaluation/comparison.html", {**frame(actor, found, "comparison"), "early": True})
    names, given = _given(actor, found)
    seen, limit = calibrate(given), divergence_of(found)
    criteria = {item.code: item for item in found.opening.call.criteria.all()}
    return render(
        request,
        "desk/evaluation/comparison.html",
        {
            **frame(actor, found, "comparison"),
            "early": False,
            "judges": [{"name": names[judge.id], "judge": judge} for judge in seen.judges],
            "files": [
                {
                    "file": file,
                    "diverges": limit is not None and file.spread > limit,
                    "totals": [(names[judge], total) for judge, total in file.totals],
                    "criteria": [(criteria[code], spread) for code, spread in file.by_criterion if spread],
                }
                for file in sorted(seen.files, key=lambda file: (-file.spread, file.id))
            ],
            "limit": limit,
            "drawing": drawing(seen, names, limit) if seen.files else "",
            "finding": _finding(seen, limit),
        },
    )


def _may_compare(actor: Actor, found: Evaluation) -> bool:
    if (
        follows(actor, found)
        or may_chair(actor, found)
        or may_write_sessions(actor, found)
        or found.state == "concluded"
    ):
        return True
    mine = Sheet.objects.filter(file__evaluation=found, seat__user=actor.user_id or 0, seat__until__isnull=True)
    submitted = mine.filter(state="submitted").values("file")
    from levante.applications.api import ConflictDeclaration, EvaluationFile, in_the_running

    barred = ConflictDeclaration.objects.filter(officer_id=actor.user_id, has_conflict=True).values("application")
    rows = EvaluationFile.objects.filter(in_the_running(found)).exclude(application__in=barred)
    return mine.exists() and not rows.exclude(pk__in=submitted).exists()


def _given(actor: Actor, found: Evaluation) -> tuple[dict[str, str], list[Given]]:
    """Names by judge, and all the points of submitted sheets, but of the files one abstains from, or has still to declare about.
    Two queries."""
    rows = Score.objects.filter(sheet__file__evaluation=found, sheet__state="submitted").select_related(
        "sheet__file", "sheet__seat__user", "criterion"
    )
    rows = rows.exclude(sheet__file__application__in=conflicts_of(actor).values("application"))
    rows = rows.exclude(sheet__file__application__in=closed_to(actor, found, seat_of(actor, found)))
    names: dict[str, str] = {}
    given = []
    for score in rows.order_by("sheet_id", "criterion_id"):
        seat = score.sheet.seat
        judge = str(seat.pk) if seat is not None else "0"
        names[judge] = seat.user.get_full_name() if seat is not None else gettext("the committee")
        given.append(Given(score.sheet.file.code, judge, score.criterion.code, score.points))
    return names, given


def _finding(seen: Calibration, limit: Decimal | None) -> str:
    """The title of the plot says what it shows."""
    far = sum(1 for file in seen.files if limit is not None and file.spread > limit)
    if far:
        return gettext("On %(far)d files of %(all)d the judges are more than %(limit)s points apart") % {
            "far": far, "all": len(seen.files), "limit": limit,
        }  # fmt: skip
    return gettext("The judges are close on all the %(all)d files they have judged") % {"all": len(seen.files)}


#: As many files as a drawing holds; the table has them all.
DRAWN = 40


def drawing(seen: Calibration, names: dict[str, str], limit: Decimal | None) -> SafeString:
    """A row for each file, the widest spread first: a mark for each judge's total, a line between the extremes."""
    files = sorted(seen.files, key=lambda file: (-file.spread, file.id))[:DRAWN]
    top = max((total for file in files for _, total in file.totals), default=Decimal(1)) or Decimal(1)
    shapes = {judge.id: place for place, judge in enumerate(seen.judges)}

    def x(value: Decimal) -> float:
        return round(LEFT + float(value / top) * (WIDTH - LEFT - 20), 1)

    parts: list[Any] = []
    for place, file in enumerate(files):
        y = 24 + place * ROW
        far = limit is not None and file.spread > limit
        low, high = (min(total for _, total in file.totals), max(total for _, total in file.totals))
        parts.append(
            format_html(
                '<text x="{}" y="{}" font-size="14" text-anchor="end" fill="{}">{}{}</text>'
                '<line x1="{}" x2="{}" y1="{}" y2="{}" stroke="{}" stroke-width="{}"/>',
                LEFT - 14, y + 5, RED if far else QUIET, "⚠ " if far else "", file.id,
                x(low), x(high), y, y, RED if far else LINE, 3 if far else 2,
            )
        )  # fmt: skip
        parts += [_mark(shapes[judge], x(total), y) for judge, total in file.totals]
    legend = [
        format_html(
            '{}<text x="{}" y="{}" font-size="13" fill="{}">{}</text>',
            _mark(place, LEFT + place % 3 * 240, 34 + len(files) * ROW + place // 3 * 22),
            LEFT + 12 + place % 3 * 240, 39 + len(files) * ROW + place // 3 * 22, QUIET, names[judge.id],
        )
        for place, judge in enumerate(seen.judges)
    ]  # fmt: skip
    height = 50 + len(files) * ROW + (len(seen.judges) + 2) // 3 * 22
    return format_html(
        '<svg viewBox="0 0 {} {}" width="100%" role="img" aria-label="{}">{}{}</svg>',
        WIDTH, height, _finding(seen, limit),
        format_html_join("", "{}", ((part,) for part in parts)),
        format_html_join("", "{}", ((part,) for part in legend)),
    )  # fmt: skip


def _mark(place: int, x: float, y: float) -> SafeString:
    """The shape of a judge: colour alone never tells them apart."""
    shape = place % 4
    if shape == 0:
        return format_html('<circle cx="{}" cy="{}" r="6" fill="{}"/>', x, y, BLUE)
    if shape == 1:
        return format_html(
            '<rect x="{}" y="{}" width="11" height="11" fill="none" stroke="{}" stroke-width="2.5"/>',
            x - 5.5,
            y - 5.5,
            BLUE,
        )
    if shape == 2:
        return format_html('<path d="M{} {} l7 12 h-14 z" fill="{}"/>', x, y - 7, QUIET)
    return format_html(
        '<path d="M{} {} l7 7 l-7 7 l-7 -7 z" fill="none" stroke="{}" stroke-width="2.5"/>', x, y - 7, QUIET
    )
