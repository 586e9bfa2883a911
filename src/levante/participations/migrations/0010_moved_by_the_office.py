"""Once the office moves the days, who gives up within some days has its whole quota back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("participations", "0009_what_waits_for_the_office")]

    operations = [
        migrations.AddField(
            model_name="selection",
            name="free_until",
            field=models.DateField(
                blank=True, help_text="the days were moved: until then who gives up has all its quota back", null=True
            ),
        ),
    ]
