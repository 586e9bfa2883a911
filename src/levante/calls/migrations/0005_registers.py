from django.db import migrations, models

import levante.calls.defaults


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0004_terms_without_acceptance"),
    ]

    operations = [
        migrations.AddField(
            model_name="call",
            name="registers",
            field=models.JSONField(
                default=levante.calls.defaults.registers,
                help_text="what the RNA and the CUP system call its aid: calls.schema.registers",
            ),
        ),
    ]
