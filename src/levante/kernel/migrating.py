"""A migration draws again only the model it changes.

While it migrates, Django keeps every model as a class, and at each operation draws again all that is tied to what changed,
however far: on an empty database of 170 models that is nine tenths of the work, and it grows with the square of the models.
A class that is new has nobody who knows its older self; a change that Django itself calls *delayed* (an option, a
constraint, a trigger, a field that refers to nothing) is of one table, and so is a new field that refers to others: its column
is of the type of what they have, whoever refers to them. What else refers to others is drawn whole, as before, and so is what a
migration in Python is given.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.migrations.state import ModelState, ProjectState
from django.db.models import NOT_PROVIDED


@contextmanager
def drawing_only_what_changes() -> Iterator[None]:
    """Within, every migration is applied this way. The tables are the same to the last name (``tests/house/test_migrations.py``)."""
    before = ProjectState.add_model, ProjectState.add_field, ProjectState.reload_model
    ProjectState.add_model, ProjectState.reload_model = _add_model, _reload_model  # type: ignore[assignment, method-assign]
    ProjectState.add_field = _add_field  # type: ignore[assignment, method-assign]
    try:
        yield
    finally:
        ProjectState.add_model, ProjectState.add_field, ProjectState.reload_model = before  # type: ignore[method-assign]


def _add_model(state: Any, model: ModelState) -> None:
    key = model.app_label, model.name_lower
    again = key in state.models
    state.models[key] = model
    if state._relations is not None:
        state.resolve_model_relations(key)
    if "apps" not in state.__dict__:  # nothing is drawn yet: all is, when it is first asked
        return
    if again:
        state.reload_model(*key)
    else:
        state.apps.render_multiple([model])


def _add_field(state: Any, app_label: str, model_name: str, name: str, field: Any, preserve_default: bool) -> None:
    if not preserve_default:  # the default serves the rows that are there, and no row after
        field = field.clone()
        field.default = NOT_PROVIDED
    key = app_label, model_name
    state.models[key].fields[name] = field
    if state._relations is not None:
        state.resolve_model_field_relations(key, name, field)
    state.reload_model(*key, delay=True)


def _reload_model(state: Any, app_label: str, model_name: str, delay: bool = False) -> None:
    if "apps" not in state.__dict__:
        return
    if delay:
        # Those tied to it go on knowing its older class until all is drawn again.
        state.is_delayed = True
        state._reload({(app_label, model_name)})
    else:
        del state.__dict__["apps"]
        state.is_delayed = False
