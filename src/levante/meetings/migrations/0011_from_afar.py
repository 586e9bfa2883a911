"""Somebody takes part in meetings in presence from where it is, by a call."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("meetings", "0010_bound_after_edits")]

    operations = [
        migrations.AddField(
            model_name="attendee",
            name="remote",
            field=models.BooleanField(
                default=False, help_text="it is not at the place of the meetings: a call instead of a table"
            ),
        ),
        migrations.AddConstraint(
            model_name="attendee",
            constraint=models.CheckConstraint(
                condition=Q(remote=False) | Q(own_table=""), name="attendee_remote_has_no_table"
            ),
        ),
    ]
