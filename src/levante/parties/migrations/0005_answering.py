import django.contrib.postgres.indexes
from django.db import migrations, models

from levante.parties.sql import DROP_LIKE, LIKE


class Migration(migrations.Migration):
    dependencies = [("parties", "0004_seats_and_differences")]

    operations = [
        migrations.RunSQL(LIKE, DROP_LIKE),
        migrations.AddIndex(
            model_name="person",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(models.F("search_name"), name="gin_trgm_ops"),
                name="person_by_likeness",
            ),
        ),
    ]
