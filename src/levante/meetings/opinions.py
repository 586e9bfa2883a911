"""What the two said of their meetings, as an office reads it: of what is confidential only how it was."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from levante.kernel.api import Actor
from levante.kernel.pure import Bilingual
from levante.meetings import states
from levante.meetings.models import Feedback, Meeting


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one of the two (``side``) says of a meeting: 1–5; what comes next and euro it may be worth, none where it is confidential. Its
    note is its own."""

    side: str
    quality: int
    confidential: bool
    next_step: Bilingual | None
    expected: Decimal | None


def opinions_of(actor: Actor, meetings: Iterable[Meeting]) -> dict[int, list[Opinion]]:
    """By the numbers of the meetings, the enterprise first. One query."""
    found: dict[int, list[Opinion]] = defaultdict(list)
    rows = Feedback.objects.visible_to(actor).filter(meeting__in=[one.pk for one in meetings])
    for row in rows.order_by("side", "pk"):
        hidden = row.confidential
        found[row.meeting_id].append(  # type: ignore[attr-defined]
            Opinion(
                row.side, row.quality, hidden, None if hidden else states.NEXT_STEPS[row.next_step], None if hidden else row.expected
            )
        )  # fmt: skip
    return dict(found)
