from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0016_arrivals_kept_by_day_alone"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="meeting", name="meeting_missed_by_who"),
        migrations.AlterField(
            model_name="meeting",
            name="missed_by",
            field=models.CharField(
                blank=True,
                choices=[
                    ("a", "the enterprise did not come"),
                    ("b", "the buyer did not come"),
                    ("both", "neither came"),
                    ("none", "not held for another reason"),
                ],
                help_text="who did not come; empty: not told",
                max_length=4,
            ),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.CheckConstraint(
                condition=Q(missed_by="")
                | Q(missed_by__in=["a", "b", "both", "none"], state__in=["missed", "cancelled"]),
                name="meeting_missed_by_who",
            ),
        ),
    ]
