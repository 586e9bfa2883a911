"""Is the portal ready to work: database, migrations, a place to write files."""

import tempfile

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor


def readiness() -> list[str]:
    """What keeps the portal from working now; empty when nothing does. Never raises."""
    problems = []
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            problems.append("database: migrations to apply")
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
