import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0003_given_back"),
        ("calls", "0004_old_columns_go"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="rankingrow",
            name="reserve",
            field=models.CharField(
                blank=True, help_text="code of the reserve that pays for it, or a part", max_length=80
            ),
        ),
        migrations.AlterField(
            model_name="rankingrow",
            name="outcome",
            field=models.CharField(
                choices=[
                    ("funded", "Funded"),
                    ("partial", "Partly funded"),
                    ("not_funded", "Not funded"),
                    ("below", "Below threshold"),
                    ("void", "Does not count"),
                ],
                max_length=10,
            ),
        ),
        migrations.CreateModel(
            name="Score",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("points", models.DecimalField(decimal_places=2, max_digits=7)),
                ("reason", models.TextField()),
                ("scored_at", models.DateTimeField()),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scores",
                        to="applications.application",
                    ),
                ),
                (
                    "criterion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="scores", to="calls.criterion"
                    ),
                ),
                (
                    "evaluator",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["application_id", "criterion_id", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("application", "criterion", "evaluator"),
                        name="score_once_per_evaluator",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(condition=models.Q(("points__gte", 0)), name="score_not_negative"),
                    models.CheckConstraint(condition=models.Q(("reason", ""), _negated=True), name="score_has_reason"),
                ],
            },
        ),
    ]
