"""The order of a list on paper, to attach to the act that decides it: positions, points, reasons, who is not admitted, the mark."""

from typing import Any

from django.db.models import F

from levante.aid.api import cited
from levante.documents.api import TO_KEEP, render_pdf
from levante.kernel.api import ROME, now
from levante.participations import states
from levante.participations.models import Participation, Selection
from levante.participations.selecting import Turn, mark_of_order, order_of
from levante.participations.visure import visure_of

Line = dict[str, Any]


def order_on_paper(selection: Selection, *, since: bool = False) -> bytes:
    """A PDF in Italian, as acts are: the order as it would be decided now, or the list as it stands since it was (``since``: the order of
    who asked since). ``PdfUnavailable`` where Pango is missing."""
    return render_pdf(
        template="participations/pdf_order.html", context=told_on_paper(selection, since=since),
        title="Elenco di chi chiede di partecipare", variant=TO_KEEP,
    )  # fmt: skip


def told_on_paper(selection: Selection, *, since: bool = False) -> Line:
    """What is on it: each line with its ``place`` (none: not admitted), firm, number, points, ``outcome`` and ``why``, in
    Italian; of a place that is aid, the ``codes`` that the act that grants it cites. ``since``: of a list that is decided, the order of
    who asked since, to be added by another act."""
    decided = selection.decided_at is not None and not since
    turns = [] if decided else order_of(selection)
    lines = _as_decided(selection) if decided else _as_it_would_be(selection, turns)
    return {
        "initiative": selection.initiative, "selection": selection, "decided": decided, "made": now().astimezone(ROME),
        "since": since, "method": states.METHODS[selection.method].it,
        "criteria": [(states.CRITERIA_WORDS[name].it, most) for name, most in selection.weights.items()],
        "scored": selection.method != states.CHRONOLOGICAL, "mark": selection.order_mark if decided else mark_of_order(turns),
        "placed": [line for line in lines if line["place"] is not None],
        "out": [line for line in lines if line["place"] is None],
    }  # fmt: skip


def _as_it_would_be(selection: Selection, turns: list[Turn]) -> list[Line]:
    lines, given = [], selection.participations.seated().count()
    for turn in turns:
        asked, placed = turn.request, turn.placed
        within = placed is not None and asked.owes is None and given < selection.places
        given += within
        outcome = "un posto" if within else "lista d’attesa"
        if placed is None:
            outcome = "non ammessa"
        elif asked.owes is not None:
            outcome = "saltata finché non paga"
        why = asked.barred or asked.owes
        lines.append({
            "place": placed.position if placed is not None else None, "firm": asked.enterprise, "number": asked.number,
            "points": _points(selection, turn.points),
            "total": _comma(placed.total) if placed is not None else "", "outcome": outcome, "why": why.it if why is not None else "",
        })  # fmt: skip
    return lines


def _as_decided(selection: Selection) -> list[Line]:
    found = Participation.objects.filter(selection=selection).select_related(
        "enterprise", "interest", "application", "added_act"
    )
    rows = list(found.order_by(F("position").asc(nulls_last=True), "pk"))
    known = visure_of(rows) if selection.is_aid else {}
    return [
        {
            "place": row.position, "firm": row.enterprise, "number": _number(row),
            "points": _points(selection, row.points), "total": _comma(row.total) if row.total is not None else "",
            "outcome": states.STATES[row.state].it, "why": row.reason_it or row.problem_it,
            "codes": [
                *([f"Aggiunta con {row.added_act.name_it}"] if row.added_act is not None else []),
                *([f"COR {row.cor} del {row.cor_on:%d/%m/%Y}"] if row.cor else []), *cited(known.get(row.pk, {})),
            ],
        }
        for row in rows
    ]  # fmt: skip


def _points(selection: Selection, points: dict[str, Any]) -> list[str]:
    return [_comma(points.get(name, {}).get("points", "")) for name in selection.weights]


def _comma(number: object) -> str:
    return str(number).replace(".", ",")


def _number(row: Participation) -> str:
    if row.application is not None:
        return str(row.application.number)
    return row.interest.number if row.interest is not None else ""
