import django.contrib.postgres.indexes
from django.db import migrations

from levante.parties.api import Plainly


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial"), ("parties", "0005_answering")]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(Plainly("subject"), name="gin_trgm_ops"),
                name="case_by_likeness",
            ),
        ),
    ]
