"""The bound that a run proved holds after edits that only move meetings."""

from django.db import migrations, models
from django.db.models import F


def as_now(apps, schema_editor):
    """What was proved before is held for the agenda as it is now alone."""
    apps.get_model("meetings", "Agenda").objects.update(event_revision=F("revision"))


class Migration(migrations.Migration):
    dependencies = [("meetings", "0009_words_of_before")]

    operations = [
        migrations.AddField(
            model_name="agenda",
            name="event_revision",
            field=models.PositiveIntegerField(
                default=1,
                help_text="the revision since which only meetings changed place: the bound of a run made from it on still holds",
            ),
        ),
        migrations.RunPython(as_now, migrations.RunPython.noop),
    ]
