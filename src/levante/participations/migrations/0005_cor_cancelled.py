"""A COR written by hand, of a place that is no more, is cancelled in the RNA by a person: the day is kept."""

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("participations", "0004_hosting")]

    operations = [
        migrations.AddField(
            model_name="participation",
            name="cor_cancelled_on",
            field=models.DateField(
                blank=True,
                help_text="written by hand, for a place that is no more: the day it was cancelled in the RNA",
                null=True,
            ),
        ),
        migrations.AddConstraint(
            model_name="participation",
            constraint=models.CheckConstraint(
                condition=Q(cor_cancelled_on__isnull=True)
                | Q(cor_cancelled_on__gte=F("cor_on"), state__in=["renounced", "lapsed", "excluded", "called_off"]),
                name="participation_cor_cancelled_of_a_place_that_is_no_more",
            ),
        ),
    ]
