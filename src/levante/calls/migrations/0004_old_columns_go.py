from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0003_parts_in_their_place"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="call",
            name="budget_line",
        ),
        migrations.RemoveField(
            model_name="call",
            name="checklist",
        ),
        migrations.RemoveField(
            model_name="call",
            name="planned_note_en",
        ),
        migrations.RemoveField(
            model_name="call",
            name="planned_note_it",
        ),
        migrations.RemoveField(
            model_name="opening",
            name="per_enterprise",
        ),
    ]
