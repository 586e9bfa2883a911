from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("grants", "0016_taken_back_by_acts")]

    operations = [
        migrations.AlterField(
            "awardact",
            "without_codes",
            models.TextField(blank=True, help_text="why it was signed while awards had no COR, CUP or visure"),
        ),
    ]
