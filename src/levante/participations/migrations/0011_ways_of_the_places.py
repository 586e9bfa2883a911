"""For whom the places are, by the way in which it asked to take part: the others do not take a stand they did not ask for."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("participations", "0010_moved_by_the_office")]

    operations = [
        migrations.AddField(
            model_name="selection",
            name="ways",
            field=models.JSONField(
                blank=True,
                default=list,
                help_text="its places are for who asked to take part so; empty: however it asked",
            ),
        ),
    ]
