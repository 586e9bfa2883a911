"""The databases of the tests, migrated once and copied: ``test_databases.py make SUFFIX…`` or ``drop SUFFIX…``.

Migrating costs half a minute of processor; a run of the whole suite has several databases beside each other.
"""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "levante.settings")


def main(action: str, *suffixes: str) -> None:
    """``make``: a migrated test database under the name of the settings, and a copy of it for each suffix. ``drop``: all of them."""
    django.setup()
    from django.db import connection

    name = connection.creation._get_test_db_name()
    if action == "make":
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        connection.close()
        for suffix in suffixes:
            connection.creation.clone_test_db(suffix, verbosity=0, autoclobber=True)
        return
    with connection._nodb_cursor() as cursor:
        for each in (name, *(f"{name}_{suffix}" for suffix in suffixes)):
            cursor.execute(f'DROP DATABASE IF EXISTS "{each}" WITH (FORCE)')


if __name__ == "__main__":
    main(*sys.argv[1:])
