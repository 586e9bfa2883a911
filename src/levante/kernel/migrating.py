"""A migration draws again only the model it changes.

While it migrates, Django keeps every model as a class, and at each operation draws again all that is tied to what changed,
however far: on an empty database of 170 models that is nine tenths of the work, and it grows with the square of the models.
A class that is new has nobody who knows its older self; a change that Django itself calls *delayed* (an option, a
constraint, a trigger, a field that refers to nothing) is of one table, and so is a new field that refers to others: its column
is of the type of what they have, whoever refers to them. What else refers to others is drawn whole, as before, and so is what a
migration in Python is given.

Before each operation Django also keeps how everything was, checking again what it has already checked; at each class it draws it
forgets which models a setting puts in the place of others, and looks for them again among all; and the collector walks again and
again over classes that are still in use. Here what was checked is copied, what settings put is known, and the collector comes seldom.
"""

import functools
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.apps.registry import Apps
from django.db.migrations.state import AppConfigStub, ModelState, ProjectState, StateApps
from django.db.models import NOT_PROVIDED


@contextmanager
def drawing_only_what_changes() -> Iterator[None]:
    """Within, every migration is applied this way. The tables are the same to the last name (``tests/house/test_migrations.py``)."""
    known = functools.cache(functools.partial(Apps.get_swappable_settings_name.__wrapped__, apps))  # type: ignore[attr-defined]
    ways: list[tuple[Any, str, Any]] = [
        (ProjectState, "add_model", _add_model),
        (ProjectState, "add_field", _add_field),
        (ProjectState, "reload_model", _reload_model),
        (ModelState, "clone", _clone),
        (StateApps, "clone", _clone_apps),
        (apps, "get_swappable_settings_name", known),
    ]
    before = [(owner, name, vars(owner).get(name)) for owner, name, _ in ways]
    often = gc.get_threshold()
    gc.freeze()  # the rooms themselves are half of what it would walk over, and stay
    gc.set_threshold(200_000, 5, 5)
    try:
        for owner, name, way in ways:
            setattr(owner, name, way)
        yield
    finally:
        for owner, name, own in before:
            if own is None:  # it has its class's
                vars(owner).pop(name, None)
            else:
                setattr(owner, name, own)
        gc.set_threshold(*often)


def _clone(model: Any) -> ModelState:
    made: Any = object.__new__(type(model))
    vars(made).update(
        vars(model), fields=model.fields.copy(), options=model.options.copy(), managers=model.managers.copy()
    )
    return made  # type: ignore[no-any-return]


def _clone_apps(state_apps: Any) -> StateApps:
    made = StateApps([], {})
    for label, classes in state_apps.all_models.items():
        made.all_models[label] = classes.copy()
    for label in state_apps.app_configs:
        config = AppConfigStub(label)
        config.apps = made
        config.import_models()
        made.app_configs[label] = config
    made.real_models = state_apps.real_models
    return made


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
        key = app_label, model_name
        if key not in state.models or state.apps.real_models:
            state._reload({key})
            return
        # One look at what everybody remembers of the others, after it is drawn, and none before.
        state.apps.unregister_model(*key)
        state.apps.render_multiple([state.models[key]])
    else:
        del state.__dict__["apps"]
        state.is_delayed = False
