"""What the screens of aid have in common: a position with its band, its tables and its steps told by name."""

from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from levante.aid.api import story_of
from levante.grants.api import closed_reservations
from levante.kernel.api import Actor
from levante.kernel.pure import ZERO
from levante.parties.api import Enterprise, with_names
from levante.web.components.aid_band import band_of


def story_context(
    enterprise: Enterprise | str, *, on: date, as_of: date | None = None, request: Decimal | None = None,
    outside: bool = False, actor: Actor,
) -> dict[str, Any]:  # fmt: skip
    """``{story, band, members, steps, doubts, left_out}`` for ``components/aid_band.html`` and ``components/aid_story.html``; people are
    named to ``actor`` when they may know them (``parties.with_names``), and what is reserved for files that do not open to them
    is not there; their own enterprise (``outside``) reads its own."""
    hides = None if outside else partial(closed_reservations, actor)
    story = story_of(enterprise, on=on, as_of=as_of, request=request, outside=outside, hides=hides)
    applicant = enterprise if isinstance(enterprise, str) else enterprise.tax_code
    totals: dict[str, Decimal] = {}
    for line in story.lines:
        totals[line.beneficiary] = totals.get(line.beneficiary, ZERO) + line.amount
    members = [
        {"code": code, "name": story.members.get(code, ""), "total": totals.get(code)}
        for code in story.answer["undertaking"]
    ]
    known = [Enterprise(tax_code=code, name=name) for code, name in story.members.items() if name]
    return {
        "left_out": False,  # of who reads all that counts; the desk says where something is not there
        "story": story,
        "band": band_of(story, applicant),
        "members": members,
        "steps": with_names(story.answer["steps"], known, actor=actor),
        "doubts": with_names(story.answer["decision_required"], actor=actor),
    }
