"""The table where attempts are counted for all processes (``CACHES``); the log of an administration that is no more."""

from django.db import migrations

COUNTED = """
CREATE TABLE identity_counted (
    cache_key varchar(255) NOT NULL PRIMARY KEY,
    value text NOT NULL,
    expires timestamptz NOT NULL
);
CREATE INDEX identity_counted_expires ON identity_counted (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("identity", "0002_saved_views")]

    operations = [
        migrations.RunSQL(COUNTED, "DROP TABLE identity_counted"),
        migrations.RunSQL("DROP TABLE IF EXISTS django_admin_log", migrations.RunSQL.noop),
    ]
