"""Why a turn, or a registration, waits for the office: the place is held meanwhile."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("participations", "0008_space_of_the_stand")]

    operations = [
        migrations.AddField(
            model_name="participation",
            name="problem_it",
            field=models.TextField(
                blank=True, default="", help_text="why its turn, or its registration, waits for the office"
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="participation",
            name="problem_en",
            field=models.TextField(blank=True, default=""),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="participation",
            constraint=models.CheckConstraint(
                condition=Q(problem_it="", problem_en="")
                | ~Q(problem_it="") & ~Q(problem_en="") & Q(state__in=["listed", "registering"]),
                name="participation_problem_of_who_waits",
            ),
        ),
    ]
