"""Who changed what in a draft, and when; and how an answer is put back."""

from dataclasses import dataclass
from typing import Any

from levante.applications.drafts import save_answers
from levante.applications.models import Application, Saving
from levante.applications.reading import form_of_application
from levante.calls.api import Field
from levante.kernel.api import Actor, NotYours, note, note_object, service


@dataclass(frozen=True, slots=True)
class Change:
    """One field that a saving changed, or could not: ``refused`` is what was typed and not written."""

    saving: Saving
    field: Field
    before: Any
    after: Any
    refused: bool = False


def changes_of(application: Application, *, before: int | None = None, limit: int = 30) -> list[Change]:
    """Who changed what in a draft and when, the latest first; ``before`` a revision, for the next page. Two queries."""
    form = form_of_application(application)
    rows = application.savings.select_related("user", "member__enterprise", "filling__office").order_by("-revision")
    if before is not None:
        rows = rows.filter(revision__lt=before)
    found = []
    for saving in rows[:limit]:
        for _, item in form.fields():
            if item.id in saving.changes:
                found.append(Change(saving, item, *saving.changes[item.id]))
            if item.id in saving.conflicts:
                found.append(Change(saving, item, None, saving.conflicts[item.id], refused=True))
    return found


@service("applications.restore_answer")
def restore_answer(*, actor: Actor, application: Application, revision: int, field_id: str) -> Application:
    """Put a typed answer back as it was before a saving, or as it was typed there and could not be written."""
    item = form_of_application(application).field(field_id)
    saving = application.savings.filter(revision=revision, member=None).first()
    if item is None or saving is None or not item.typed:
        raise NotYours
    if field_id in saving.conflicts:
        value = saving.conflicts[field_id]
    elif field_id in saving.changes:
        value = saving.changes[field_id][0]
    else:
        raise NotYours
    saved = save_answers(
        actor=actor,
        application=application,
        answers={field_id: value},
        base_revision=application.revision,
        overwrite=True,
    )
    note_object(application)
    note(field=field_id, of_revision=revision, changed=bool(saved.changed))
    return application
