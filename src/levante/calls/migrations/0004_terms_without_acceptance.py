import pgtrigger
from django.db import migrations

_CALLS = "UPDATE calls_call SET terms = terms - 'acceptance_days' WHERE jsonb_exists(terms, 'acceptance_days')"
_REVISIONS = """
UPDATE calls_callrevision SET document = document #- '{terms,acceptance_days}'
 WHERE jsonb_exists(document -> 'terms', 'acceptance_days')"""


def forget(apps, schema_editor):
    """In the revisions too: an edit begins from the last of them, and undo goes back to any."""
    schema_editor.execute(_CALLS)
    with pgtrigger.ignore("calls.CallRevision:append_only"):
        schema_editor.execute(_REVISIONS)


class Migration(migrations.Migration):
    """No rule, letter or deadline read ``terms.acceptance_days``: the shape of a call no longer knows it."""

    dependencies = [
        ("calls", "0003_decided_by_act"),
    ]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
