"""Who asks for meetings only may come to them without a place."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("participations", "0013_one_last_day")]

    operations = [
        migrations.AddField(
            model_name="selection",
            name="meetings_apart",
            field=models.BooleanField(
                default=False,
                help_text="who asks for meetings only comes to them without a place: no stand, quota or aid",
            ),
        ),
        migrations.AddConstraint(
            model_name="selection",
            constraint=models.CheckConstraint(
                condition=Q(meetings_apart=False)
                | (~Q(method="ranking") & ~Q(ways=[]) & ~Q(ways__contains=["meetings"])),
                name="selection_meetings_apart_are_no_places",
            ),
        ),
    ]
