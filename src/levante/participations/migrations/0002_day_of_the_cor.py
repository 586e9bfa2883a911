"""The day of a COR is kept. Of those written before it is not known: it is that of the offer, which follows it, or today."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("participations", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="participation",
            name="cor_on",
            field=models.DateField(blank=True, help_text="the day of its registration in the RNA", null=True),
        ),
        migrations.RunSQL(
            "UPDATE participations_participation SET cor_on = (COALESCE(offered_at, now()) AT TIME ZONE 'Europe/Rome')::date"
            " WHERE cor <> ''; SET CONSTRAINTS ALL IMMEDIATE",
            migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            model_name="participation",
            constraint=models.CheckConstraint(
                condition=Q(cor="", cor_on__isnull=True) | (~Q(cor="") & Q(cor_on__isnull=False)),
                name="participation_cor_has_its_day",
            ),
        ),
    ]
