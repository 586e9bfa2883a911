"""How the judges differ: who is strict and who generous, on which files and criteria. Shown, and never corrected."""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import floatformat
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
#: Where the points begin and end across, in hundredths of the width; the height of a row and of a name, in pixels.
LEFT, RIGHT, ROW, LEGEND = 32, 93, 26, 24


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
    """A row for each file, the widest spread first: a mark for each judge's total, a line between the extremes. Across it is
    measured in parts of the width there is, so that letters and marks have the same size on a phone and on a desk."""
    files = sorted(seen.files, key=lambda file: (-file.spread, file.id))[:DRAWN]
    totals = [total for file in files for _, total in file.totals]
    least, most = min(totals), max(totals)
    shapes = {judge.id: place for place, judge in enumerate(seen.judges)}

    def x(value: Decimal) -> str:
        return f"{LEFT + float((value - least) / ((most - least) or 1)) * (RIGHT - LEFT):.1f}%"

    parts: list[Any] = []
    for place, file in enumerate(files):
        y = 14 + place * ROW
        far = limit is not None and file.spread > limit
        low, high = (min(total for _, total in file.totals), max(total for _, total in file.totals))
        parts.append(
            format_html(
                '<text x="0" y="{}" font-size="14" fill="{}">{}{}</text>'
                '<line x1="{}" x2="{}" y1="{}" y2="{}" stroke="{}" stroke-width="{}"/>',
                y + 5, RED if far else QUIET, "⚠ " if far else "", file.id,
                x(low), x(high), y, y, RED if far else LINE, 3 if far else 2,
            )
        )  # fmt: skip
        parts += [_mark(shapes[judge], x(total), y) for judge, total in file.totals]
    parts += [
        format_html(
            '<text x="{}" y="{}" font-size="13" text-anchor="middle" fill="{}">{}</text>',
            x(end), 10 + len(files) * ROW, QUIET, floatformat(end, 2),
        )
        for end in sorted({least, most})
    ]  # fmt: skip
    under = 36 + len(files) * ROW
    legend = [
        format_html(
            '{}<text x="20" y="{}" font-size="14" fill="{}">{}</text>',
            _mark(place, "8", under + place * LEGEND), under + place * LEGEND + 5, QUIET, names[judge.id],
        )
        for place, judge in enumerate(seen.judges)
    ]  # fmt: skip
    return format_html(
        '<svg width="100%" height="{}" role="img" aria-label="{}">{}{}</svg>',
        under + len(seen.judges) * LEGEND, _finding(seen, limit),
        format_html_join("", "{}", ((part,) for part in parts)),
        format_html_join("", "{}", ((part,) for part in legend)),
    )  # fmt: skip


def _mark(place: int, x: str, y: float) -> SafeString:
    """The shape of a judge, around a point: colour alone never tells them apart."""
    shape = (
        format_html('<circle r="6" fill="{}"/>', BLUE),
        format_html(
            '<rect x="-5.5" y="-5.5" width="11" height="11" fill="none" stroke="{}" stroke-width="2.5"/>', BLUE
        ),
        format_html('<path d="M0 -7 l7 12 h-14 z" fill="{}"/>', QUIET),
        format_html('<path d="M0 -7 l7 7 l-7 7 l-7 -7 z" fill="none" stroke="{}" stroke-width="2.5"/>', QUIET),
    )[place % 4]
    return format_html('<svg x="{}" y="{}" overflow="visible">{}</svg>', x, y, shape)
