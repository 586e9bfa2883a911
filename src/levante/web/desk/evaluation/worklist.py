"""What evaluations have to say in “Today”: declarations, sheets, minutes, files to settle."""

from collections.abc import Iterable

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from levante.applications.api import OUT, Attendance, ConflictDeclaration, EvaluationFile, Seat, SeatDeclaration, Sheet
from levante.kernel.api import Actor
from levante.web.templatetags.levante import in_language
from levante.web.worklist import Item


def my_turn(actor: Actor) -> Iterable[Item]:
    """One line for each evaluation in which something waits for this person. Five queries, whatever their number."""
    if actor.user_id is None:
        return
    seats = list(
        Seat.objects.filter(user_id=actor.user_id, until__isnull=True)
        .exclude(evaluation__state="concluded")
        .select_related("evaluation__opening__call")
        .order_by("pk")
    )
    if not seats:
        return
    declared = set(SeatDeclaration.objects.filter(seat__in=seats).values_list("seat_id", flat=True))
    mine = ConflictDeclaration.objects.filter(officer_id=actor.user_id)
    waiting = EvaluationFile.objects.filter(
        evaluation__in=[seat.evaluation_id for seat in seats], settled_at__isnull=True
    )
    waiting = waiting.exclude(application__state__in=sorted(OUT))
    submitted = Sheet.objects.filter(seat__in=seats, state="submitted").values("file")
    counted = (
        waiting.order_by()
        .values_list("evaluation_id")
        .annotate(
            unknown=Count("pk", filter=~Q(application__in=mine.values("application"))),
            to_judge=Count(
                "pk",
                filter=~Q(application__in=mine.filter(has_conflict=True).values("application")) & ~Q(pk__in=submitted),
            ),
        )
    )
    counts = {evaluation: (unknown, to_judge) for evaluation, unknown, to_judge in counted}
    unknown = {evaluation: both[0] for evaluation, both in counts.items()}
    to_judge = {evaluation: both[1] for evaluation, both in counts.items()}
    complete = _complete(waiting)
    minutes = Attendance.objects.filter(
        seat__in=seats, present=True, approved_at__isnull=True, session__state="closed"
    ).select_related("session")
    for row in minutes.order_by("pk"):
        session = row.session
        yield Item(
            gettext("Minutes %(number)s") % {"number": session.number},
            reverse("desk:evaluation_session", args=[session.evaluation_id, session.number]),
            gettext("evaluation"),
            gettext("minutes to approve"),
        )
    for seat in seats:
        why = _why(seat, seat.pk in declared, unknown, to_judge, complete)
        if why:
            page = "desk:evaluation_declare" if seat.pk not in declared else "desk:evaluation"
            yield Item(
                in_language(seat.evaluation.opening.call, "title"),
                reverse(page, args=[seat.evaluation_id]),
                gettext("evaluation"),
                why,
                due=seat.evaluation.due_on,
            )


def _complete(waiting: "QuerySet[EvaluationFile]") -> dict[int, int]:
    """By evaluation, the files not settled that all have judged."""
    found: dict[int, int] = {}
    rows = waiting.filter(sheets__state="submitted").annotate(count=Count("sheets")).select_related("evaluation")
    for file in rows.order_by("pk"):
        found[file.evaluation_id] = found.get(file.evaluation_id, 0) + (file.count >= file.evaluation.wanted)  # type: ignore[attr-defined]
    return found


def _why(
    seat: Seat, declared: bool, unknown: dict[int, int], to_judge: dict[int, int], complete: dict[int, int]
) -> str:
    """What this seat has to do, in a sentence; empty when nothing."""
    here = seat.evaluation_id
    if not declared:
        return gettext("declare on convictions and conflicts before opening the files")
    if seat.evaluation.state != "scoring":
        return ""
    if unknown.get(here):
        count = unknown[here]
        return ngettext(
            "%(count)d new application to declare about", "%(count)d new applications to declare about", count
        ) % {"count": count}
    if seat.judges and not seat.evaluation.is_collegial and to_judge.get(here):
        count = to_judge[here]
        return ngettext("%(count)d application to judge", "%(count)d applications to judge", count) % {"count": count}
    if seat.role == "president" and complete.get(here):
        count = complete[here]
        return ngettext("%(count)d file to settle", "%(count)d files to settle", count) % {"count": count}
    return ""
