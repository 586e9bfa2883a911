from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0014_said_in_both_languages"),
    ]

    operations = [
        migrations.AddField(
            model_name="transfer",
            name="reason",
            field=models.CharField(blank=True, help_text="the words of the receipt, as they are on it", max_length=200),
        ),
    ]
