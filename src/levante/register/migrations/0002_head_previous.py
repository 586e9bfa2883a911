from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("register", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="head",
            name="previous",
            field=models.BigIntegerField(default=0, help_text="the size of the head before; 0 for the first"),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="head",
            constraint=models.CheckConstraint(
                condition=Q(previous__gte=0, previous__lt=F("size")), name="head_follows_another"
            ),
        ),
    ]
