"""Loading the settings and the rooms, for a process that begins."""

import gc
import os


def prepare_django() -> None:
    """Load the settings (which start the embedded database when it is stopped) and the rooms, if they are not loaded yet."""
    import django
    from django.apps import apps

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "levante.settings")
    if apps.ready:
        return
    # A sixth of the start would go to looking for what can be thrown away among what was just loaded, and stays.
    gc.disable()
    try:
        django.setup()
    finally:
        gc.enable()
    gc.freeze()
    # A request, or a step of a job, makes thousands of short-lived objects that counting references frees by itself.
    gc.set_threshold(20_000, 20, 20)
