"""The minutes of a session as data: what the template of the PDF shows. Italian: they are an act."""

from decimal import Decimal
from typing import Any

from django.utils.timezone import localtime

from levante.applications.evaluation.access import last_declaration, seats_in_force
from levante.applications.models import Evaluation, EvaluationSession, Score
from levante.applications.models_evaluation import SEAT_ROLES
from levante.applications.models_session import ABSTAINED, AGAINST, AWAY, FOR
from levante.calls.api import act_words, round_points
from levante.kernel.api import ROME
from levante.kernel.pure import ZERO

_VOTES = {
    FOR: "favorevole",
    AGAINST: "contrario",
    ABSTAINED: "astenuto",
    AWAY: "fuori dalla seduta per conflitto di interessi",
}


def minutes_data(session: EvaluationSession, evaluation: Evaluation) -> dict[str, Any]:
    """Everything the minutes say, as plain JSON. While the evaluation is blind the files have their code alone."""
    opening = evaluation.opening
    seats = {seat.pk: seat for seat in seats_in_force(evaluation)}
    attendances = list(session.attendances.select_related("seat__user", "seat__act").order_by("seat_id"))
    decisions = session.decisions.select_related("file__application").prefetch_related("votes__seat__user")
    blind = bool(evaluation.judgement.get("blind"))
    return {
        "title": f"Verbale n. {session.number} della commissione di valutazione: {opening.call.title_it}",
        "number": session.number,
        "call": opening.call.title_it,
        "opening": opening.name_it or opening.code,
        "office": opening.call.office.name_it,
        "act": str(attendances[0].seat.act.name_it) if attendances else "",
        "began": _instant(session.began_at),
        "ended": _instant(session.ended_at),
        "place": session.place,
        "blind": blind,
        "collegial": evaluation.is_collegial,
        "text": session.text,
        **act_words(opening.call, "minutes"),
        "demonstration": opening.is_demo or opening.call.is_demo,
        "members": [
            {
                "name": row.seat.user.get_full_name(),
                "role": SEAT_ROLES[row.seat.role].it,
                "present": row.present,
                "note": row.note,
                "declared": _declared(row.seat) if row.seat_id in seats else "",
            }
            for row in attendances
        ],
        "files": [_file(decision, blind) for decision in decisions.order_by("decided_at", "pk")],
    }


def _declared(seat: Any) -> str:
    found = last_declaration(seat)
    if found is None:
        return ""
    day = f"{found.declared_at.astimezone(ROME):%d/%m/%Y}"
    conflicts = f"conflitti di interessi dichiarati: {found.conflicts} su {found.applicants} richiedenti"
    return f"{day}: assenza di condanne ({found.norm['reference']}); {conflicts} (L. 241/1990, art. 6-bis)"


def _file(decision: Any, blind: bool) -> dict[str, Any]:
    file = decision.file
    rows = Score.objects.filter(sheet__file=file, sheet__state="submitted").select_related(
        "criterion", "sheet__seat__user"
    )
    ordered = rows.order_by("criterion__position", "criterion__code", "sheet_id")
    total = sum((score.points for score in ordered), ZERO)
    votes = decision.votes.all()
    return {
        "name": file.code if blind else f"{file.application.number} ({file.code})",
        "text": decision.text,
        "settled": file.settled_at is not None,
        "total": _points(round_points(total)),
        "scores": [
            {
                "criterion": score.criterion.name_it,
                "points": _points(score.points),
                "most": _points(score.most),
                "reason": score.reason,
                "who": score.sheet.seat.user.get_full_name() if score.sheet.seat is not None else "",
            }
            for score in ordered
        ],
        "votes": [{"name": vote.seat.user.get_full_name(), "vote": _VOTES[vote.vote]} for vote in votes],
    }


def _points(value: Decimal) -> str:
    """Points as an Italian act writes them."""
    return f"{value:.2f}".replace(".", ",")


def _instant(value: Any) -> str:
    return f"{localtime(value, ROME):%d/%m/%Y, ore %H:%M}" if value is not None else ""
