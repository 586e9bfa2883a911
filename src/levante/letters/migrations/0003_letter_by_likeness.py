"""Letters are found by words of their subject, through an index."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations

from levante.parties.api import Plainly


class Migration(migrations.Migration):
    dependencies = [("letters", "0002_arrival_place"), ("parties", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="letter",
            index=GinIndex(OpClass(Plainly("subject"), name="gin_trgm_ops"), name="letter_by_likeness"),
        ),
    ]
