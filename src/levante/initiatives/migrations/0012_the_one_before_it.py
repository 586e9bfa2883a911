import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("initiatives", "0011_firms_that_merge"),
    ]

    operations = [
        migrations.AddField(
            model_name="initiative",
            name="follows",
            field=models.ForeignKey(
                blank=True,
                help_text="the one before it, beside which its results are read; empty: the platform looks for it",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="initiatives.initiative",
            ),
        ),
        migrations.AddConstraint(
            model_name="initiative",
            constraint=models.CheckConstraint(
                condition=models.Q(("follows", models.F("id")), _negated=True), name="initiative_follows_another"
            ),
        ),
    ]
