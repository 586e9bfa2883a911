import pgtrigger
from django.db import migrations

_CALLS = """
UPDATE calls_call SET results = replace(results::text, '"after_12_months"', '"later"')::jsonb
 WHERE results @> '[{"at": "after_12_months"}]'"""
_REVISIONS = """
UPDATE calls_callrevision
   SET document = jsonb_set(document, '{results}', replace((document -> 'results')::text, '"after_12_months"', '"later"')::jsonb)
 WHERE document -> 'results' @> '[{"at": "after_12_months"}]'"""


def rename(apps, schema_editor):
    """In the revisions too: an edit begins from the last of them, and undo goes back to any."""
    schema_editor.execute(_CALLS)
    with pgtrigger.ignore("calls.CallRevision:append_only"):
        schema_editor.execute(_REVISIONS)


class Migration(migrations.Migration):
    """A result that is told later says by itself how many months later."""

    dependencies = [
        ("calls", "0005_registers"),
    ]

    operations = [migrations.RunPython(rename, migrations.RunPython.noop)]
