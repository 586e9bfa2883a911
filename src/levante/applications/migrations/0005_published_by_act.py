import django.db.models.deletion
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    """Every version of a list is published by its act. The versions published before may be without: they never change, so
    that the constraint holds of what is written from now on, and is not checked on them."""

    dependencies = [
        ("applications", "0004_order_moves"),
        ("programme", "0001_initial"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="ranking", name="ranking_recomputed_by_act"),
        AddConstraintNotValid(
            model_name="ranking",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "draft"), ("act__isnull", False), _connector="OR"),
                name="ranking_published_by_act",
            ),
        ),
        migrations.AddField(
            model_name="rankingorder",
            name="act",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programme.act"
            ),
        ),
        migrations.AddField(
            model_name="rankingorder",
            name="publishes",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="applications.ranking",
            ),
        ),
        migrations.AlterField(
            model_name="rankingorder",
            name="total",
            field=models.PositiveIntegerField(
                help_text="how many applications there were to be put in order, or are in the list, when it was asked"
            ),
        ),
        migrations.AddConstraint(
            model_name="rankingorder",
            constraint=models.CheckConstraint(
                condition=models.Q(("act__isnull", True), ("publishes__isnull", True))
                | models.Q(("act__isnull", False), ("publishes__isnull", False), ("scrolls__isnull", True)),
                name="ranking_order_publishes_by_act",
            ),
        ),
    ]
