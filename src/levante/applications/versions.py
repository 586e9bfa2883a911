"""A draft whose form was published again: what changed, what that does to its answers, and that it is to be followed.

A draft follows by its own hand (``drafts.follow_form``): nobody finds other questions under an answer half written. It is
sent on the form in force alone. What was sent, or sealed, keeps the form it was filled in on.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from levante.applications.models import Application
from levante.applications.reading import form_of_application
from levante.calls.api import Change, Effect, changes_between, effects_on, form_of
from levante.kernel.api import Missing
from levante.kernel.pure import Bilingual


@dataclass(frozen=True, slots=True)
class NewForm:
    """The version in force; what changed since the draft's own, and what that does to the answers that are there."""

    number: int
    changes: list[Change]
    effects: list[Effect]

    @property
    def others(self) -> list[Change]:
        """The changes that touch no answer of this draft."""
        told = {effect.text for effect in self.effects}
        return [change for change in self.changes if change.text not in told]


def is_behind(application: Application) -> bool:
    """Whether its form was published again."""
    return application.opening.form_id is not None and application.form_id != application.opening.form_id


def new_form_of(application: Application) -> NewForm | None:
    """What a draft finds when it follows; ``None`` when its form is the one in force. One query, where there is something."""
    version = application.opening.form if is_behind(application) else None
    if version is None:
        return None
    changes = changes_between(form_of_application(application), form_of(version))
    return NewForm(version.number, changes, effects_on(changes, application.answers))


def form_needed(application: Application) -> Iterable[Missing]:
    """At the sending: the form in force, since what is asked is judged by all on the same questions."""
    if is_behind(application):
        yield Missing(
            Bilingual(
                "la nuova versione del modulo: le risposte restano", "the new version of the form: the answers stay"
            ),
            "form",
        )
