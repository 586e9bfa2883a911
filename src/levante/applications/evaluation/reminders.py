"""Reminding a committee of the day by which it concludes: before it, on it, after it; each seat of each once."""

from datetime import date, timedelta

from levante.applications.deadlines import BEFORE, moment_of
from levante.applications.models import Evaluation, Seat
from levante.applications.models_evaluation import CONCLUDED
from levante.kernel.api import Actor, note, service, today, unchanged
from levante.kernel.pure import Bilingual
from levante.messages.api import Notice, notify

SUBJECT, KIND = "applications.Evaluation", "evaluation-deadline"


@service("applications.remind_of_evaluations")
def remind_of_evaluations(*, actor: Actor, on: date | None = None) -> int:
    """Remind the seats in force of the evaluations whose day is near, is today, or has passed. Run again it tells nobody
    twice. Returns how many notices."""
    day = on or today()
    rows = Evaluation.objects.exclude(state=CONCLUDED).filter(due_on__lte=day + timedelta(days=BEFORE))
    told = 0
    for evaluation in rows.select_related("opening__call").order_by("due_on", "pk"):
        assert evaluation.due_on is not None
        moment = moment_of(evaluation.due_on, day)
        key = f"{evaluation.pk}:{moment}:{evaluation.due_on.isoformat()}"
        known = Notice.objects.filter(kind=KIND, subject_type=SUBJECT, subject_id=key).values("user")
        seats = Seat.objects.filter(evaluation=evaluation, until__isnull=True).exclude(user__in=known)
        users = list(seats.order_by("pk").values_list("user_id", flat=True))
        if not users:
            continue
        notify(
            actor=actor,
            users=users,
            kind=KIND,
            title=_title(evaluation, moment),
            body=Bilingual(
                "Le domande da valutare e da chiudere sono nella pagina della valutazione.",
                "The page of the evaluation has the applications to judge and to settle.",
            ),
            path=f"/ufficio/valutazioni/{evaluation.pk}/",
            subject_type=SUBJECT,
            subject_id=key,
        )
        told += len(users)
    if not told:
        return unchanged(0)
    note(notices=told)
    return told


def _title(evaluation: Evaluation, moment: str | None) -> Bilingual:
    call, due = evaluation.opening.call, evaluation.due_on
    english = call.title_en or call.title_it
    it, en = (
        ("il termine è passato", "the term has passed")
        if moment == "after"
        else ("il termine è vicino", "the term is near")
    )
    return Bilingual(
        f"Valutazione di «{call.title_it}»: {it} ({due:%d/%m/%Y})", f"Evaluation of “{english}”: {en} ({due:%d/%m/%Y})"
    )
