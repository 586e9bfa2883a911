"""What is paid for a buyer and what is arranged for it, as the office and the buyer read it; the letter for its visa."""

from decimal import Decimal
from typing import Any

from django.http import HttpResponse

from levante.documents.api import PdfUnavailable, render_pdf
from levante.kernel.api import refuse, today
from levante.kernel.pure import ZERO
from levante.participations.api import Arrangement, Hospitality, over_ceiling, owed, states


def shown(rows: list[Arrangement]) -> list[dict[str, Any]]:
    return [
        {
            "row": one,
            "kind": states.ARRANGEMENTS[one.kind],
            "state": states.ARRANGEMENT_STATES[one.state],
            "tone": states.ARRANGEMENT_TONES[one.state],
        }
        for one in rows
    ]


def account_of(rows: list[Arrangement], terms: Hospitality | None, held: int, over: bool) -> dict[str, Any]:
    """What was paid for a buyer, its travel above the ceiling, and, once the initiative is over, what it owes."""
    standing = [one for one in rows if one.state != states.A_CANCELLED]
    paid = sum((one.cost or ZERO for one in standing), ZERO)
    travel = sum((one.cost or ZERO for one in standing if one.kind == "travel"), ZERO)
    due: Decimal | None = None
    if terms is not None and over and terms.owed_percent:
        due = owed(paid, held=held, least=terms.least_meetings, percent=terms.owed_percent)
    return {
        "paid": paid, "held": held, "due": due, "above": over_ceiling(travel, terms.travel_ceiling if terms is not None else None),
    }  # fmt: skip


def letter_pdf(row: Arrangement) -> HttpResponse:
    """The invitation for the visa, in English: who is invited, by whom, to what, when, and what is paid."""
    initiative = row.initiative
    terms = Hospitality.objects.filter(initiative=initiative).first()
    try:
        content = render_pdf(
            template="components/pdf_invitation.html",
            context={"row": row, "initiative": initiative, "terms": terms, "day": today()},
            title=f"Invitation: {row.traveller}",
            language="en",
        )
    except PdfUnavailable:
        refuse("Il PDF non si può fare ora.", "The PDF cannot be made now.")
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="invitation-{initiative.code}-{row.pk}.pdf"'
    return response
