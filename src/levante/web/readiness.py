"""Is the portal ready to work: a database that takes writes, migrations, the key that signs, a place to write files."""

import tempfile

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor

from levante.register.api import signing_problem


def readiness() -> list[str]:
    """What keeps the portal from working now; empty when nothing does. Never raises."""
    problems = []
    try:
        with connection.cursor() as cursor:
            # A standby and a server told to be read-only answer every question, and refuse every application.
            cursor.execute("SELECT pg_is_in_recovery(), current_setting('transaction_read_only') = 'on'")
            standby, read_only = cursor.fetchone()
        if standby or read_only:
            problems.append("database: a standby, it takes no writes" if standby else "database: read-only")
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            problems.append("database: migrations to apply")
        else:
            problems += [f"signing key: {problem}"] if (problem := signing_problem()) else []
    except (DatabaseError, InterfaceError) as error:
        connection.close()
        problems.append(f"database: {type(error).__name__}")
    for folder in (settings.VAR, settings.MEDIA_ROOT):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            # Written for real: a full disk and a read-only mount both let os.access say yes.
            with tempfile.TemporaryFile(dir=folder) as probe:
                probe.write(b"ready")
        except OSError as error:
            problems.append(f"files: {folder.name} cannot be written ({error.strerror})")
    return problems
