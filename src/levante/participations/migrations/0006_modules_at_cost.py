"""Where a place is aid, further modules are had only if the act says that they are paid what they cost."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("participations", "0005_cor_cancelled")]

    operations = [
        migrations.AddField(
            model_name="selection",
            name="extra_at_cost",
            field=models.BooleanField(
                default=False, help_text="a place is aid: further modules are paid what they cost, so they add no aid"
            ),
        ),
    ]
