"""What is paid for a buyer and what is arranged for it, as the office and the buyer read it; the letter for its visa."""

from typing import Any

from django.http import HttpResponse

from levante.documents.api import PdfUnavailable, render_pdf
from levante.kernel.api import refuse, require, today
from levante.participations.api import Arrangement, accepted_terms, letters_leave, states, terms_of


def shown(rows: list[Arrangement]) -> list[dict[str, Any]]:
    leaves = letters_leave([one for one in rows if one.kind == "visa"])
    return [
        {
            "row": one,
            "kind": states.ARRANGEMENTS[one.kind],
            "state": states.ARRANGEMENT_STATES[one.state],
            "tone": states.ARRANGEMENT_TONES[one.state],
            "letter": leaves.get(one.pk),
        }
        for one in rows
    ]


def letter_pdf(row: Arrangement) -> HttpResponse:
    """The invitation for the visa, in English: who is invited, by whom, to what, when, and what is paid (by the terms that the
    buyer accepted, else by those of now). Refused once it takes part no more, or the initiative is over or cancelled."""
    require(letters_leave([row])[row.pk])
    initiative = row.initiative
    terms = accepted_terms(initiative).get(row.buyer_id or 0) or terms_of(initiative)
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
