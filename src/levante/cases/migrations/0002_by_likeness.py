import django.contrib.postgres.indexes
from django.db import migrations

import levante.parties.models.search


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial"), ("parties", "0005_answering")]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    levante.parties.models.search.Plainly("subject"), name="gin_trgm_ops"
                ),
                name="case_by_likeness",
            ),
        ),
    ]
