"""What the room of letters asks about recoveries (``letters.subjects``)."""

from typing import Any

from django.db.models import QuerySet

from levante.applications.api import conflicts_of
from levante.controls.knowing import REQUEST
from levante.controls.letters import may_read_award
from levante.controls.models import Recovery
from levante.grants.api import Award
from levante.kernel.api import Actor, system
from levante.kernel.pure import Decision
from levante.letters.api import Letter


def hidden_from(actor: Actor) -> QuerySet[Any, Any]:
    """Those of files of a conflict of interest."""
    return Recovery.objects.filter(award__application__in=conflicts_of(actor).values("application")).values("pk")


def may_read(actor: Actor, subject_id: int) -> Decision:
    return may_read_award(actor, Award.objects.get(recoveries=subject_id))


def page(subject_id: int) -> str:
    return f"/ufficio/recuperi/{subject_id}/"


def enterprise_page(subject_id: int) -> str:
    return f"/impresa/recuperi/{subject_id}/"


def delivered(actor: Actor, letter: Letter) -> None:
    """The days to pay run from receipt."""
    from levante.controls.overdue import run_days_from_receipt

    if letter.kind == REQUEST and letter.delivered_at is not None:
        run_days_from_receipt(actor=system("controls.letters"), letter=letter)
